/*
 * What every answer of ARM has in common. The status decides what kind of trouble it is, the error body only explains;
 * it comes in at least five JSON envelopes, as HTML, as plain text, or not at all, and none of that is an error here.
 */
#include "azure/answer.h"

#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <string.h>

/* ---- the error body ---- */

struct envelope {
    unsigned details; /* inside so many `details` */
    char code[sizeof((struct failure *)0)->code];
    char detail[sizeof((struct failure *)0)->code]; /* the first code inside `details` */
    size_t message_len;
    char message[1024];
};

enum { IN_CODE, IN_MESSAGE, IN_NESTED, IN_DETAILS };

static const struct json_shape envelope_shape;
static const struct json_key message_keys[] = { { "value", IN_MESSAGE, NULL, 0, 0 }, JSON_KEYS_END };
static const struct json_shape message_shape = { message_keys };
/* Types are left open: an envelope of yet another form is no reason to lose the code that it does have. */
static const struct json_key envelope_keys[] = {
    { "code", IN_CODE, NULL, 0, 0 },
    { "message", IN_MESSAGE, &message_shape, 0, 0 },
    { "error", IN_NESTED, &envelope_shape, 0, 0 },
    { "details", IN_DETAILS, &envelope_shape, 0, 0 },
    { "errorcode", IN_CODE, NULL, 0, 0 },
    { "errorresponse", IN_NESTED, &envelope_shape, 0, 0 },
    JSON_KEYS_END,
};
static const struct json_shape envelope_shape = { envelope_keys };

static bool take_error(void *into, int tag, const struct json_value *value)
{
    struct envelope *envelope = into;
    char *code = envelope->details > 0 ? envelope->detail : envelope->code;

    if (value->type != JSON_STRING && value->type != JSON_NUMBER)
        return true;
    if (tag == IN_CODE && code[0] == '\0')
        text_copy(code, sizeof envelope->code, value->text, value->len);
    if (tag == IN_MESSAGE && envelope->details == 0 && envelope->message_len == 0) {
        envelope->message_len = value->len < sizeof envelope->message ? value->len : sizeof envelope->message;
        memcpy(envelope->message, value->text, envelope->message_len);
    }
    return true;
}

static bool enter_error(void *into, int tag, enum json_type type, bool opens)
{
    struct envelope *envelope = into;

    if (tag == IN_CODE)
        return false; /* nothing that a code could be */
    if (tag == IN_DETAILS && type == JSON_ARRAY)
        envelope->details = opens ? envelope->details + 1 : envelope->details - 1;
    return true;
}

/* What the body says; nothing when it is not JSON. */
static void read_envelope(const struct azure_reply *reply, struct envelope *out)
{
    struct json_fault fault;

    memset(out, 0, sizeof *out);
    if (json_read(reply->body, reply->len, &envelope_shape, take_error, enter_error, out, &fault) != JSON_OK)
        memset(out, 0, sizeof *out);
}

/* ---- the meaning ---- */

#define LOCKED "another operation holds it"

/* The first row that fits decides. Codes: seen in recorded answers, or named by the documentation of ARM. */
static const struct {
    int from, to;        /* status */
    const char *code;    /* of the body or of its details; NULL: any, or none */
    enum trouble kind;
    const char *words;
} meanings[] = {
    { 300, 399, NULL, TROUBLE_UNEXPECTED, "the answer leads elsewhere, which is not followed" },
    { 400, 404, "NoRegisteredProviderFound", TROUBLE_UNEXPECTED, "this cloud does not know azure.api_version" },
    { 400, 404, "InvalidResourceType", TROUBLE_UNEXPECTED, "azure.api_version does not know the resource" },
    { 400, 400, "InvalidApiVersionParameter", TROUBLE_UNEXPECTED, "this cloud does not know azure.api_version" },
    { 400, 400, "MissingApiVersionParameter", TROUBLE_UNEXPECTED, "the api-version was lost on the way" },
    { 401, 401, "ExpiredAuthenticationToken", TROUBLE_TOKEN, "the token has expired" },
    { 401, 401, "InvalidAuthenticationTokenTenant", TROUBLE_TOKEN, "the token is of another tenant" },
    { 401, 401, NULL, TROUBLE_TOKEN, "the token was not accepted" },
    { 403, 403, NULL, TROUBLE_FORBIDDEN, "the credential has no right to this" },
    { 404, 404, "SubscriptionNotFound", TROUBLE_FORBIDDEN, "the credential sees no such subscription" },
    { 404, 404, "ResourceNotFound", TROUBLE_MISSING, "it is not there" },
    { 404, 404, "ResourceGroupNotFound", TROUBLE_MISSING, "the resource group is not there" },
    { 404, 404, NULL, TROUBLE_UNEXPECTED, "the answer does not say what is missing" },
    { 408, 408, NULL, TROUBLE_NETWORK, "the service gave up waiting for the request" },
    { 409, 429, "RetryableError", TROUBLE_LOCKED, LOCKED },
    { 409, 429, "RetryableErrorDueToAnotherOperation", TROUBLE_LOCKED, LOCKED },
    { 409, 429, "AnotherOperationInProgress", TROUBLE_LOCKED, LOCKED },
    { 409, 429, "ReferencedResourceNotProvisioned", TROUBLE_LOCKED, LOCKED },
    { 409, 409, "MissingSubscriptionRegistration", TROUBLE_UNEXPECTED, "the subscription lacks this service" },
    { 429, 429, NULL, TROUBLE_THROTTLED, "too many requests" },
    { 500, 599, NULL, TROUBLE_NETWORK, "the service failed" },
    { 0, 999, NULL, TROUBLE_UNEXPECTED, "the status is not one that was expected" },
};

static bool has_code(const char *code, const char *wanted)
{
    return text_is(code, strlen(code), wanted);
}

/* A code of the details may be about another resource; that something holds a lock is true all the same. */
static bool fits(size_t row, int status, const struct envelope *envelope)
{
    const char *code = meanings[row].code;

    if (status < meanings[row].from || status > meanings[row].to)
        return false;
    return code == NULL || has_code(envelope->code, code) ||
           (meanings[row].kind == TROUBLE_LOCKED && has_code(envelope->detail, code));
}

static size_t meaning_of(int status, const struct envelope *envelope)
{
    size_t row = 0, last = sizeof meanings / sizeof *meanings - 1;

    while (row < last && !fits(row, status, envelope))
        row++;
    return row;
}

/* The text between the next two quotes behind @p words, or NULL. @p at is moved behind it. */
static const char *quoted(const char **at, const char *end, const char *words, size_t *len)
{
    const char *found = *at + text_find(*at, (size_t)(end - *at), words);
    const char *open = memchr(found, '\'', (size_t)(end - found));
    const char *close = open != NULL ? memchr(open + 1, '\'', (size_t)(end - open - 1)) : NULL;

    if (close == NULL)
        return NULL;
    *at = close + 1;
    *len = (size_t)(close - open - 1);
    return open + 1;
}

/*
 * "… does not have authorization to perform action 'A' over scope 'S' …". In LinkedAuthorizationFailed the allowed
 * action comes first and the refused one last.
 */
static void read_refusal(const struct envelope *envelope, struct failure *why)
{
    const char *at = envelope->message, *end = at + envelope->message_len;
    const char *text;
    size_t len;

    while ((text = quoted(&at, end, " action", &len)) != NULL) {
        text_copy(why->action, sizeof why->action, text, len);
        if ((text = quoted(&at, end, " scope", &len)) != NULL)
            text_copy(why->scope, sizeof why->scope, text, strcspn(text, "?'"));
    }
}

/* Hexadecimal digits and dashes, or nothing. */
static void keep_id(char *to, size_t size, const char *id)
{
    if (id != NULL && strspn(id, "0123456789abcdefABCDEF-") == strlen(id))
        text_copy(to, size, id, strlen(id));
}

void failure_begin(struct failure *why, const struct azure_reply *reply, enum trouble kind)
{
    const char *id = reply->correlation_id != NULL ? reply->correlation_id : reply->request_id;

    memset(why, 0, sizeof *why);
    why->kind = (uint8_t)kind;
    why->http_status = reply->status;
    why->retry_after_ms = -1;
    keep_id(why->correlation, sizeof why->correlation, id);
    keep_id(why->request, sizeof why->request, reply->request_id);
    keep_id(why->client, sizeof why->client, reply->client_request_id);
}

static void say(struct failure *why, const char *words, const struct envelope *envelope)
{
    char sentence[sizeof why->what];

    text_copy_sentence(sentence, sizeof sentence, envelope->message, envelope->message_len);
    const char *colon = sentence[0] != '\0' && why->action[0] == '\0' ? ": " : "";
    const char *blank = why->code[0] != '\0' ? " " : "";
    text_print(why->what, sizeof why->what, "%s (HTTP %d%s%s)%s%s", words, why->http_status, blank, why->code, colon,
               *colon != '\0' ? sentence : "");
}

/* Some services say only in words that it is no throttling. */
static bool speaks_of_lock(const struct envelope *envelope)
{
    return text_find(envelope->message, envelope->message_len, "exclusive lock") < envelope->message_len;
}

enum azure_result arm_read_status(const struct azure_reply *reply, struct failure *why)
{
    struct envelope envelope;

    if (reply->status == 200)
        return AZURE_OK;
    if (reply->status == 202)
        return AZURE_PENDING;
    read_envelope(reply, &envelope);
    size_t row = meaning_of(reply->status, &envelope);
    failure_begin(why, reply, meanings[row].kind);
    memcpy(why->code, envelope.code, sizeof why->code);
    if (reply->status == 409 || reply->status == 429 || reply->status == 503)
        why->retry_after_ms = retry_after_ms(reply->retry_after, http_date_ms(reply->date));
    if (why->kind == TROUBLE_FORBIDDEN)
        read_refusal(&envelope, why);
    if (why->kind == TROUBLE_THROTTLED && speaks_of_lock(&envelope))
        why->kind = TROUBLE_LOCKED;
    say(why, why->kind == TROUBLE_LOCKED ? LOCKED : meanings[row].words, &envelope);
    return AZURE_FAILED;
}

/* ---- the body of a good answer ---- */

enum azure_result answer_refuse(const struct azure_reply *reply, struct failure *why, const char *because)
{
    failure_begin(why, reply, TROUBLE_UNEXPECTED);
    text_print(why->what, sizeof why->what, "the answer (HTTP %d, %zu bytes) %s", reply->status, reply->len, because);
    return AZURE_FAILED;
}

enum azure_result answer_refuse_json(const struct azure_reply *reply, enum json_result result,
                                     const struct json_fault *fault, const char *because, struct failure *why)
{
    char text[sizeof why->what];

    if (result == JSON_STOPPED && because != NULL)
        return answer_refuse(reply, why, because);
    text_print(text, sizeof text, "%s%s%s at byte %zu", json_result_words(result), fault->key != NULL ? " for " : "",
               fault->key != NULL ? fault->key : "", fault->at);
    return answer_refuse(reply, why, text);
}

enum azure_result answer_read(const struct azure_reply *reply, const struct answer_reader *reader, struct failure *why)
{
    struct json_fault fault;
    enum json_result result = json_read(reply->body, reply->len, reader->shape, reader->take, reader->enter,
                                        reader->into, &fault);

    if (result == JSON_OK)
        return AZURE_OK;
    return answer_refuse_json(reply, result, &fault, reader->because != NULL ? *reader->because : NULL, why);
}

enum azure_result answer_read_final(const struct azure_reply *reply, const struct answer_reader *reader,
                                    struct failure *why)
{
    enum azure_result status = arm_read_status(reply, why);

    if (status == AZURE_PENDING)
        return answer_refuse(reply, why, "is not the final one");
    return status == AZURE_OK ? answer_read(reply, reader, why) : status;
}
