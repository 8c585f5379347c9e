/* Statuses and error bodies: every recorded one, what kind of trouble it is, and what is said about it. */
#include "azure/text.h"
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_answer, .fini = leaks_fail);

struct file_row {
    const char *file;
    int status;
    enum trouble kind;
    const char *code, *what, *why;
};

/* The body only explains: HTML, plain text and nothing lead to the same kind as JSON. */
static const struct file_row files[] = {
    { "arm-error-401-expiredauthenticationtoken.json", 401, TROUBLE_TOKEN, "ExpiredAuthenticationToken",
      "the token has expired (HTTP 401 ExpiredAuthenticationToken): The access token expiry UTC time "
      "'8/17/2020 3:46:33 AM' is earlier than current UTC time '8/17/202",
      "cut to what fits" },
    { "arm-error-401-html.html", 401, TROUBLE_TOKEN, "", "the token was not accepted (HTTP 401)", "HTML is not fatal" },
    { "arm-error-403-authorizationfailed.json", 403, TROUBLE_FORBIDDEN, "AuthorizationFailed",
      "the credential has no right to this (HTTP 403 AuthorizationFailed)", "action and scope are told apart" },
    { "activity-log-403.json", 403, TROUBLE_FORBIDDEN, "AuthorizationFailed",
      "the credential has no right to this (HTTP 403 AuthorizationFailed)", "the same at tenant scope" },
    { "arm-error-403-html.html", 403, TROUBLE_FORBIDDEN, "", "the credential has no right to this (HTTP 403)", "XML" },
    { "arm-error-403-empty.txt", 403, TROUBLE_FORBIDDEN, "", "the credential has no right to this (HTTP 403)",
      "nothing" },
    { "arm-error-429-429.json", 429, TROUBLE_LOCKED, "429",
      "another operation holds it (HTTP 429 429): Cannot acquire exclusive lock to create, update or delete this site",
      "capital letters; only the words say that it is a lock" },
    { "arm-error-429-namespaceintransition.json", 429, TROUBLE_THROTTLED, "NamespaceInTransition",
      "too many requests (HTTP 429 NamespaceInTransition): The namespace eh-nscli000002 in subscription (...) is in "
      "transitioning state, its current state is",
      "an id says nothing to a reader" },
    { "arm-error-429-resourcerequeststhrottled.json", 429, TROUBLE_THROTTLED, "ResourceRequestsThrottled",
      "too many requests (HTTP 429 ResourceRequestsThrottled): Number of requests for action "
      "'Microsoft.RecoveryServices/vaults/backupJobs/read' exceeded the",
      "throttled" },
    { "arm-error-429-subscriptionrequeststhrottled.json", 429, TROUBLE_THROTTLED, "SubscriptionRequestsThrottled",
      "too many requests (HTTP 429 SubscriptionRequestsThrottled): Number of requests for subscription '(...)' and "
      "operation '",
      "throttled" },
    { "arm-error-429-text-you-have-reached-the.txt", 429, TROUBLE_THROTTLED, "", "too many requests (HTTP 429)",
      "plain text" },
    { "arm-error-500-500-internalservererror.json", 500, TROUBLE_NETWORK, "500 InternalServerError",
      "the service failed (HTTP 500 500 InternalServerError): Unknown error - Unable to update consumption tracking "
      "item at "
      "this time",
      "a code with a blank in it" },
    { "arm-error-500-cloudinternalerror.json", 500, TROUBLE_NETWORK, "CloudInternalError",
      "the service failed (HTTP 500 CloudInternalError): Microsoft Azure Backup encountered an internal error",
      "ErrorCode, and a message with a value" },
    { "arm-error-500-getvneterror.json", 500, TROUBLE_NETWORK, "GetVnetError",
      "the service failed (HTTP 500 GetVnetError): Get virtual network failed", "a bare envelope" },
    { "arm-error-500-internalservererror.json", 500, TROUBLE_NETWORK, "InternalServerError",
      "the service failed (HTTP 500 InternalServerError): Encountered internal server error", "the rule" },
    { "arm-error-500-multipleerrorsoccurred.json", 500, TROUBLE_NETWORK, "MultipleErrorsOccurred",
      "the service failed (HTTP 500 MultipleErrorsOccurred): Multiple error occurred:", "details" },
    { "arm-error-500-nocode.json", 500, TROUBLE_NETWORK, "500",
      "the service failed (HTTP 500 500): Error in API: PutDelegateSubnetSAL creation "
      "failed:Microsoft.Azure.ContainerNetworking.DncRP.ErrorResponseMessageException:",
      "a nested envelope of seven kilobytes" },
    { "arm-error-502-text-forbidden.txt", 502, TROUBLE_NETWORK, "", "the service failed (HTTP 502)",
      "the text says Forbidden, the status decides" },
    { "arm-error-503-503.json", 503, TROUBLE_NETWORK, "503",
      "the service failed (HTTP 503 503): CMK is temporarily not available and it is not allowed to enable CMK on new "
      "Fluid "
      "Relay resource for now",
      "unavailable" },
    { "arm-error-503-html.html", 503, TROUBLE_NETWORK, "", "the service failed (HTTP 503)", "HTML" },
    { "arm-error-503-resourcecreationfailed.json", 503, TROUBLE_NETWORK, "ResourceCreationFailed",
      "the service failed (HTTP 503 ResourceCreationFailed): ResourceCreationFailed: Service Unavailable",
      "unavailable" },
    { "arm-error-504-gatewaytimeout.json", 504, TROUBLE_NETWORK, "GatewayTimeout",
      "the service failed (HTTP 504 GatewayTimeout): The gateway did not receive a response from "
      "'Microsoft.ContainerService' within the specified time period",
      "a gateway" },
    { "error-400-parent-failed.json", 400, TROUBLE_UNEXPECTED, "ParentResourceIsInFailedState",
      "the status is not one that was expected (HTTP 400 ParentResourceIsInFailedState): PUT operation on child "
      "resource (...) "
      "is blocked because last operation",
      "a refused change" },
    { "activity-log-400-90-days.json", 400, TROUBLE_UNEXPECTED, "BadRequest",
      "the status is not one that was expected (HTTP 400 BadRequest): The start time cannot be more than 90 days in "
      "the past",
      "a bare envelope" },
    { "error-404-circuit.json", 404, TROUBLE_MISSING, "ResourceNotFound",
      "it is not there (HTTP 404 ResourceNotFound): The Resource '(...)' under resource group 'ps6423' was "
      "not found",
      "gone, or a wrong id" },
    { "error-404-group.json", 404, TROUBLE_MISSING, "ResourceGroupNotFound",
      "the resource group is not there (HTTP 404 ResourceGroupNotFound): Resource group 'cli_test1' could not be found",
      "gone with its group" },
    { "error-404-child.json", 404, TROUBLE_UNEXPECTED, "NotFound",
      "the answer does not say what is missing (HTTP 404 NotFound): Resource (...) not found",
      "a child's 404 is not the circuit's" },
    { "error-404-resource-type.json", 404, TROUBLE_UNEXPECTED, "InvalidResourceType",
      "azure.api_version does not know the resource (HTTP 404 InvalidResourceType): The resource type could not be "
      "found in "
      "the namespace 'Microsoft.Network'",
      "a wrong version is not a missing circuit" },
};

/* Fit for a log: one line, printable, nothing that could be a key, no URL. */
static void expect_safe(const struct failure *why, const char *of)
{
    const char *texts[] = { why->code, why->what, why->action, why->scope, why->correlation };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (const char *c = texts[i]; *c != '\0'; c++)
            cr_expect(*c >= ' ' && *c <= '~', "%s: byte %02x", of, (unsigned char)*c);
    cr_expect_null(strstr(why->what, "://"), "%s", of);
    cr_expect_null(strchr(why->what, '?'), "%s: %s", of, why->what);
    for (const char *word = why->what; *word != '\0'; word += strcspn(word, " ") + (word[strcspn(word, " ")] == ' '))
        cr_expect(strcspn(word, " ") < 20 || strcspn(word, "0123456789") >= strcspn(word, " "), "%s: %s", of, word);
}

Test(azure_answer, every_recorded_error)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct file_row *row = &files[i];
        struct failure why;
        size_t len;
        char *body = data_read(row->file, &len);
        struct azure_reply reply = reply_of(row->status, body, len);

        cr_assert_eq(arm_read_status(&reply, &why), AZURE_FAILED, "%s", row->file);
        cr_expect_eq(why.kind, row->kind, "%s: %s: kind %d", row->file, row->why, why.kind);
        cr_expect_str_eq(why.code, row->code, "%s: %s", row->file, row->why);
        cr_expect_eq(strncmp(why.what, row->what, strlen(row->what)), 0, "%s: %s: %s", row->file, row->why, why.what);
        cr_expect_eq(why.http_status, row->status);
        cr_expect_eq(why.retry_after_ms, -1);
        cr_expect_eq(why.feature, FEATURE_NONE);
        expect_safe(&why, row->file);
        free(body);
    }
}

Test(azure_answer, an_operation_that_failed_is_an_answer_of_its_own)
{
    /* status 200; the reader of circuits does not take it for one, and an error code may begin with a blank */
    static const char *const bodies[] = { "operation-failed-internal.json", "operation-failed-leading-space.json",
                                          "operation-failed-not-provisioned.json", "operation-inprogress.json",
                                          "operation-succeeded.json" };
    static struct sample sample;

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct failure why;
        size_t len;
        char *body = data_read(bodies[i], &len);
        struct azure_reply reply = reply_of(200, body, len);
        cr_expect_eq(arm_read_circuit(&reply, "/x", &sample, &why), AZURE_FAILED, "%s", bodies[i]);
        cr_expect_str_eq(strstr(why.what, "is no ExpressRoute circuit"), "is no ExpressRoute circuit");
        reply.status = 400;
        cr_expect_eq(arm_read_status(&reply, &why), AZURE_FAILED);
        cr_expect(why.code[0] != ' ', "%s: '%s' is trimmed", bodies[i], why.code);
        expect_safe(&why, bodies[i]);
        cr_expect_null(strstr(why.what, "50649619"), "no service key: %s", why.what);
        free(body);
    }
}

struct text_row {
    int status;
    const char *body;
    enum trouble kind;
    const char *code, *action, *scope, *what;
};

#define ERROR(code, message) "{\"error\":{\"code\":\"" code "\",\"message\":\"" message "\"}}"
#define REFUSED(words) ERROR("AuthorizationFailed", words)

/* Written for this test, after the documentation and after messages seen elsewhere. */
static const struct text_row texts[] = {
    { 301, "", TROUBLE_UNEXPECTED, "", "", "", "a redirect is not followed" },
    { 302, ERROR("ResourceNotFound", ""), TROUBLE_UNEXPECTED, "ResourceNotFound", "", "", "nor believed" },
    { 400, ERROR("NoRegisteredProviderFound", "x"), TROUBLE_UNEXPECTED, "NoRegisteredProviderFound", "", "",
      "a wrong version" },
    { 400, ERROR("MissingApiVersionParameter", "x"), TROUBLE_UNEXPECTED, "MissingApiVersionParameter", "", "",
      "no version" },
    { 401, "", TROUBLE_TOKEN, "", "", "", "401 without a body" },
    { 403, ERROR("SubscriptionNotFound", "x"), TROUBLE_FORBIDDEN, "SubscriptionNotFound", "", "",
      "403 whatever the code" },
    { 404, ERROR("SubscriptionNotFound", "x"), TROUBLE_FORBIDDEN, "SubscriptionNotFound", "", "",
      "no right to see it" },
    { 404, ERROR("resourcenotfound", "x"), TROUBLE_MISSING, "resourcenotfound", "", "", "codes without case" },
    { 404, "{\"code\":\" ResourceNotFound \"}", TROUBLE_MISSING, "ResourceNotFound", "", "",
      "bare, with blanks around it" },
    { 404, "", TROUBLE_UNEXPECTED, "", "", "", "404 without a body" },
    { 404, "ResourceNotFound", TROUBLE_UNEXPECTED, "", "", "", "404 of something that is not ARM" },
    { 404, "{\"error\":{\"code\":\"ResourceNotFound\"}", TROUBLE_UNEXPECTED, "", "", "", "broken JSON says nothing" },
    { 404, "{\"error\":{\"code\":\"ResourceNotFound\",\"code\":\"NotFound\"}}", TROUBLE_UNEXPECTED, "", "", "",
      "two codes" },
    { 404, "{\"error\":{\"code\":\"ResourceNotFound\\u0000\"}}", TROUBLE_UNEXPECTED, "", "", "", "a code with NUL" },
    { 404, "{\"error\":{\"code\":[\"ResourceNotFound\"]}}", TROUBLE_UNEXPECTED, "", "", "", "a list is no code" },
    { 404, "{\"x\":{\"code\":\"ResourceNotFound\"}}", TROUBLE_UNEXPECTED, "", "", "", "a code at an unknown place" },
    { 404, "{\"error\":{\"code\":\"NotFound\",\"details\":[{\"code\":\"ResourceNotFound\"}]}}", TROUBLE_UNEXPECTED,
      "NotFound", "", "", "the detail may be about another resource" },
    { 408, "", TROUBLE_NETWORK, "", "", "", "time-out" },
    { 409, ERROR("MissingSubscriptionRegistration", "x"), TROUBLE_UNEXPECTED, "MissingSubscriptionRegistration", "", "",
      "409" },
    { 409, ERROR("AnotherOperationInProgress", "x"), TROUBLE_LOCKED, "AnotherOperationInProgress", "", "",
      "409 as a lock" },
    { 410, "", TROUBLE_UNEXPECTED, "", "", "", "gone says nothing of the circuit" },
    { 429, ERROR("RetryableError", "A retryable error occurred."), TROUBLE_LOCKED, "RetryableError", "", "", "a lock" },
    { 429, ERROR("RetryableErrorDueToAnotherOperation", "x"), TROUBLE_LOCKED, "RetryableErrorDueToAnotherOperation", "",
      "", "a lock" },
    { 429, "{\"error\":{\"code\":\"TooManyRequests\",\"details\":[{\"code\":\"ReferencedResourceNotProvisioned\"}]}}",
      TROUBLE_LOCKED, "TooManyRequests", "", "", "the detail says that it is a lock" },
    { 429, ERROR("TooManyRequests", "x"), TROUBLE_THROTTLED, "TooManyRequests", "", "", "throttled" },
    { 429, "", TROUBLE_THROTTLED, "", "", "", "429 without a body" },
    { 500, "", TROUBLE_NETWORK, "", "", "", "500" },
    { 599, "", TROUBLE_NETWORK, "", "", "", "the last of them" },
    { 100, "", TROUBLE_UNEXPECTED, "", "", "", "no answer yet" },
    { 204, "", TROUBLE_UNEXPECTED, "", "", "", "no content" },
    { 0, "", TROUBLE_UNEXPECTED, "", "", "", "no status" },
    { 1000, "", TROUBLE_UNEXPECTED, "", "", "", "no such status" },
    { 403,
      REFUSED("The client 'c' with object id 'o' does not have authorization to perform action 'A/b/read' over scope "
              "'/s/1' or "
              "the scope is invalid."),
      TROUBLE_FORBIDDEN, "AuthorizationFailed", "A/b/read", "/s/1", "action and scope" },
    { 403, REFUSED("does not have authorization to perform action 'A' over scope '/s/1?secret=x'"), TROUBLE_FORBIDDEN,
      "AuthorizationFailed", "A", "/s/1", "a query is cut off" },
    { 403,
      REFUSED("The client has permission to perform action 'A' on scope '/s/1'; however, it does not have permission "
              "to perform "
              "action(s) 'B' on the linked scope(s) '/s/2' or the linked scope(s) are invalid."),
      TROUBLE_FORBIDDEN, "AuthorizationFailed", "B", "/s/2", "of a linked scope the refused one counts" },
    { 403, REFUSED("perform action 'A\\nB\\u001b' over scope '"), TROUBLE_FORBIDDEN, "AuthorizationFailed", "A B?", "",
      "cut short" },
    { 403, REFUSED("no quotes: perform action over scope"), TROUBLE_FORBIDDEN, "AuthorizationFailed", "", "",
      "other words" },
};

Test(azure_answer, statuses_and_codes)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct text_row *row = &texts[i];
        struct azure_reply reply = reply_text(row->status, row->body);
        struct failure why;

        cr_assert_eq(arm_read_status(&reply, &why), AZURE_FAILED, "%s", row->what);
        cr_expect_eq(why.kind, row->kind, "%s: kind %d", row->what, why.kind);
        cr_expect_str_eq(why.code, row->code, "%s", row->what);
        cr_expect_str_eq(why.action, row->action, "%s", row->what);
        cr_expect_str_eq(why.scope, row->scope, "%s", row->what);
        cr_expect(why.what[0] != '\0');
    }
}

Test(azure_answer, fine_and_pending)
{
    struct failure why = { .kind = TROUBLE_LOCAL };
    struct azure_reply fine = reply_text(200, "x"), pending = reply_text(202, "null");

    cr_expect_eq(arm_read_status(&fine, &why), AZURE_OK);
    cr_expect_eq(arm_read_status(&pending, &why), AZURE_PENDING);
    cr_expect_eq(why.kind, TROUBLE_LOCAL, "untouched");
}

struct wait_row {
    int status;
    const char *retry_after, *date;
    int64_t expected;
    const char *what;
};

static const struct wait_row waits[] = {
    { 429, "120", NULL, 120000, "seconds" },
    { 503, "7", NULL, 7000, "503 may say it, too" },
    { 409, "7", NULL, 7000, "and a lock" },
    { 429, "0", NULL, 1000, "a second at least" },
    { 429, "901", NULL, 900000, "a quarter of an hour at most" },
    { 429, "99999999999999999999999999", NULL, 900000, "however many digits" },
    { 429, "-5", NULL, -1, "no sign" },
    { 429, "1.5", NULL, -1, "no fraction" },
    { 429, "Fri, 04 May 2018 20:27:55 GMT", "Fri, 04 May 2018 20:27:55 GMT", 1000, "a date that is now" },
    { 429, "Fri, 04 May 2018 19:27:55 GMT", "Fri, 04 May 2018 20:27:55 GMT", 1000, "a date gone by" },
    { 429, "Sat, 04 May 2019 20:27:55 GMT", "Fri, 04 May 2018 20:27:55 GMT", 900000, "a date next year" },
    { 500, "7", NULL, -1, "500 does not" },
    { 429, NULL, NULL, -1, "nothing said" },
    { 429, "Fri, 04 May 2018 20:28:55 GMT", "Fri, 04 May 2018 20:27:55 GMT", 60000,
      "a date is measured from the answer's own" },
    { 429, "Fri, 04 May 2018 20:28:55 GMT", NULL, -1, "a date without a date to measure from" },
    { 429, "soon", "Fri, 04 May 2018 20:27:55 GMT", -1, "garbage" },
};

Test(azure_answer, retry_after)
{
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct azure_reply reply = reply_text(waits[i].status, "");
        struct failure why;

        reply.retry_after = waits[i].retry_after;
        reply.date = waits[i].date;
        arm_read_status(&reply, &why);
        cr_expect_eq(why.retry_after_ms, waits[i].expected, "%s", waits[i].what);
    }
}

Test(azure_answer, correlation_ids_are_ids)
{
    struct azure_reply reply = reply_text(500, "");
    struct failure why;

    reply.request_id = "bb9eb737-3f87-4ff4-8e86-08f8a4b95955";
    arm_read_status(&reply, &why);
    cr_expect_str_eq(why.correlation, reply.request_id, "the request's when there is no other");
    reply.correlation_id = "a0d5c838-a69c-47b6-822a-afaab26eeea4";
    arm_read_status(&reply, &why);
    cr_expect_str_eq(why.correlation, reply.correlation_id);
    reply.correlation_id = "https://x/?t=\n";
    arm_read_status(&reply, &why);
    cr_expect_str_eq(why.correlation, "", "anything else is not kept");
}

struct sentence_row {
    const char *text, *expected, *what;
};

static const struct sentence_row sentences[] = {
    { "One. Two.", "One", "the first sentence" },
    { "Version 1.2 is old. Yes", "Version 1.2 is old", "a full stop inside a word ends nothing" },
    { "One\nTwo", "One", "a line break ends it" },
    { " x ", "x", "blanks around it" },
    { "see https://a/b?c=d now", "see (...) now", "a URL" },
    { "key 50649619-cc66-4e25-bf21-f9a6995b89f5, there", "key (...), there", "a key" },
    { "id=50649619-cc66-4e25-bf21-f9a6995b89f5", "(...)", "a key with a name before it" },
    { "secret 8Q8~abcdefghijklmnop.QRSTUVWXYZ0123 end", "secret (...) end", "a secret" },
    { "Microsoft.Network/expressRouteCircuits stays", "Microsoft.Network/expressRouteCircuits stays", "a long word" },
    { "a\x1B[31mb\x7F\xC3\xA9", "a?[31mb???", "escapes and what is not ASCII" },
    { "", "", "nothing" },
};

Test(azure_answer, sentences_for_a_log)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        char out[64];
        text_copy_sentence(out, sizeof out, sentences[i].text, strlen(sentences[i].text));
        cr_expect_str_eq(out, sentences[i].expected, "%s", sentences[i].what);
    }
}
