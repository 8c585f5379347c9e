/*
 * Faults: read from an event, matched to requests, and done to finished answers. A fault spoils what would have been
 * right, so that the answer stays Azure's in everything else. Who is struck, and when a fault ends, is the world's.
 */
#include "sim/fault.h"

#include "config/nearest.h"
#include "config/yaml.h"
#include "io/memory.h"

#include <assert.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <strings.h>

const char *const fault_kind_names[FAULT_KINDS + 1] = {
    [FAULT_NONE] = "none",
    [FAULT_HANG] = "hang",
    [FAULT_WRONG_JSON] = "wrong-json",
    [FAULT_HTML] = "html",
    [FAULT_HUGE] = "huge",
    [FAULT_ENDLESS] = "endless",
    [FAULT_EMPTY] = "empty",
    [FAULT_EMPTY_PAGE] = "empty-page",
    [FAULT_EXPIRED_TOKEN] = "expired-token",
    [FAULT_REDIRECT] = "redirect",
    [FAULT_BOM] = "bom",
    [FAULT_DUPLICATE_KEY] = "duplicate-key",
    [FAULT_WRONG_ID] = "wrong-id",
    [FAULT_NEXT_LINK_ELSEWHERE] = "next-link-elsewhere",
    [FAULT_LOCATION_ELSEWHERE] = "location-elsewhere",
    [FAULT_REALM_ELSEWHERE] = "realm-elsewhere",
    [FAULT_LOCKED] = "locked",
};

static unsigned name_find(const char *const *names, const char *name, unsigned otherwise)
{
    for (unsigned i = 0; name != NULL && names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return otherwise;
}

static char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text != NULL ? xstrdup(text) : NULL;
}

static int64_t number_of(const json_t *json, const char *key, int64_t otherwise)
{
    const json_t *number = json_object_get(json, key);

    return json_is_integer(number) ? json_integer_value(number) : otherwise;
}

static void read_match(const json_t *match, struct fault *fault)
{
    const json_t *names = json_object_get(match, "endpoint");
    size_t index;
    json_t *name;

    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        fault->endpoints[e] = json_array_size(names) == 0 && e != ENDPOINT_CONTROL;
    json_array_foreach (names, index, name)
        for (enum endpoint e = 0; e < ENDPOINTS; e++)
            if (strcmp(json_string_value(name), endpoint_name(e)) == 0 ||
                (strcmp(json_string_value(name), "arm") == 0 && endpoint_is_arm(e)))
                fault->endpoints[e] = true;
    fault->circuit = text_of(match, "circuit");
    fault->subscription = text_of(match, "subscription");
}

static const char *usual_code(int status)
{
    static const struct {
        int status;
        const char *code;
    } codes[] = {
        { 400, "BadRequest" },           { 401, "AuthenticationFailed" },  { 403, "AuthorizationFailed" },
        { 404, "ResourceNotFound" },     { 409, "Conflict" },              { 429, "SubscriptionRequestsThrottled" },
        { 500, "InternalServerError" },  { 502, "BadGatewayConnection" },  { 503, "ServiceUnavailable" },
        { 504, "GatewayTimeout" },
    };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].status == status)
            return codes[i].code;
    return "Error";
}

struct fault *fault_new(const json_t *json, int64_t now_ms)
{
    struct fault *fault = xcalloc(1, sizeof *fault);

    read_match(json_object_get(json, "match"), fault);
    fault->name = text_of(json, "name");
    if (fault->name == NULL)
        fault->name = xstrdup("fault");
    fault->left = number_of(json, "count", INT64_MAX);
    int64_t lasts = number_of(json, "for", INT64_MAX);
    fault->until_ms = lasts == INT64_MAX ? INT64_MAX : now_ms + lasts;
    fault->kind = name_find(fault_kind_names, json_string_value(json_object_get(json, "answer")), FAULT_NONE);
    fault->status = (int)number_of(json, "status", 0);
    fault->code = text_of(json, "code");
    fault->message = text_of(json, "message");
    fault->to = text_of(json, "to");
    fault->envelope = name_find(envelope_names, json_string_value(json_object_get(json, "envelope")), ENVELOPE_ARM);
    fault->retry_after_ms = number_of(json, "retry_after", -1);
    fault->retry_after_date = json_is_true(json_object_get(json, "retry_after_date"));
    fault->delay_ms = number_of(json, "delay", -1);
    fault->cut = number_of(json, "cut", -1);
    fault->bytes = number_of(json, "bytes", 64 << 20);
    fault->polls = number_of(json, "polls", -1);
    fault->token_life_ms = number_of(json, "token_life", -1);
    return fault;
}

void fault_free(struct fault *fault)
{
    if (fault == NULL)
        return;
    free(fault->name);
    free(fault->circuit);
    free(fault->subscription);
    free(fault->code);
    free(fault->message);
    free(fault->to);
    free(fault);
}

static void check_endpoint(const char *name, struct place place, struct diag *diag)
{
    const char *names[ENDPOINTS + 1] = { [ENDPOINTS] = "arm" };

    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        if (e != ENDPOINT_CONTROL)
            names[e] = endpoint_name(e);
    for (size_t i = 0; i <= ENDPOINTS; i++)
        if (names[i] != NULL && strcmp(name, names[i]) == 0)
            return;
    const char *near = nearest_word(name, names, ENDPOINTS + 1);
    if (near != NULL)
        diag_error(diag, place, "\"%s\" is no endpoint; did you mean \"%s\"?", name, near);
    else
        diag_error(diag, place, "\"%s\" is no endpoint; some are circuit, list, summary, metrics, token and arm", name);
}

void fault_check(const json_t *json, const struct node *node, struct diag *diag)
{
    static const char *const effects[] = { "answer", "status",     "retry_after", "delay", "cut",
                                           "polls",  "token_life" };
    const struct node *endpoint = node_get(node_get(node, "match"), "endpoint");
    size_t found = 0;

    if (endpoint != NULL && endpoint->kind == NODE_SCALAR)
        check_endpoint(endpoint->text, endpoint->place, diag);
    for (const struct node *each = endpoint != NULL && endpoint->kind == NODE_LIST ? endpoint->first : NULL;
         each != NULL; each = each->next)
        if (each->kind == NODE_SCALAR)
            check_endpoint(each->text, each->place, diag);
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        found += json_object_get(json, effects[i]) != NULL;
    if (found == 0)
        diag_error(diag, node->place,
                   "this fault does nothing; give it \"answer\", \"status\", \"delay\", \"cut\", \"polls\", "
                   "\"retry_after\" or \"token_life\"");
}

static bool like(const char *pattern, const char *name)
{
    return pattern == NULL || (name != NULL && fnmatch(pattern, name, FNM_CASEFOLD) == 0);
}

bool fault_matches(const struct fault *fault, enum endpoint endpoint, const char *circuit, const char *subscription)
{
    return fault->endpoints[endpoint] && like(fault->circuit, circuit) && like(fault->subscription, subscription);
}

/* ---- what a fault does to a body ---- */

/* The fault, the answer it spoils, and what was asked for. */
struct spoiling {
    const struct fault *fault;
    struct answer *answer;
    const char *url;
};

static void body_replace(struct answer *answer, char *body, size_t len)
{
    free(answer->body);
    answer->body = body;
    answer->len = len;
}

/* The same object once more behind itself: each of its keys is there twice. */
static void spoil_twice(const struct spoiling *s)
{
    struct answer *a = s->answer;

    if (a->len < 2 || a->body[0] != '{' || a->body[a->len - 1] != '}')
        return;
    int inner = (int)(a->len - 2);
    char *body = text_format("{%.*s,%.*s}", inner, a->body + 1, inner, a->body + 1);
    body_replace(a, body, strlen(body));
}

static void spoil_bom(const struct spoiling *s)
{
    char *body = text_format("\xEF\xBB\xBF%.*s", (int)s->answer->len, s->answer->body);

    body_replace(s->answer, body, strlen(body));
}

static void spoil_half(const struct spoiling *s)
{
    s->answer->len /= 2;
}

static void spoil_empty(const struct spoiling *s)
{
    s->answer->len = 0;
}

static void spoil_html(const struct spoiling *s)
{
    answer_error(s->answer, s->answer->status, ENVELOPE_HTML, "", "The service is unavailable.");
}

/* Blanks before the last brace: still JSON, for who reads that far. */
static void spoil_huge(const struct spoiling *s)
{
    struct answer *a = s->answer;
    size_t blanks = (size_t)s->fault->bytes, whole = a->len != 0 ? a->len - 1 : 0;
    char *body = memory_or_die(malloc(a->len + blanks + 1));

    memcpy(body, a->body, whole);
    memset(body + whole, ' ', blanks);
    memcpy(body + whole + blanks, a->body + whole, a->len - whole);
    body_replace(a, body, a->len + blanks);
}

static const char *elsewhere(const struct fault *fault)
{
    return fault->to != NULL ? fault->to : "https://elsewhere.invalid";
}

static void json_replace(struct answer *answer, json_t *json)
{
    char *body = memory_or_die(json_dumps(json, JSON_COMPACT));

    json_decref(json);
    body_replace(answer, body, strlen(body));
}

static void spoil_next_link(const struct spoiling *s)
{
    json_t *json = json_loadb(s->answer->body, s->answer->len, 0, NULL);

    if (!json_is_object(json)) {
        json_decref(json);
        return;
    }
    char *link = text_format("%s/page-2", elsewhere(s->fault));
    json_object_set_new(json, "nextLink", json_string(link));
    free(link);
    json_replace(s->answer, json);
}

static void spoil_empty_page(const struct spoiling *s)
{
    char *link = text_format("%s%s$skiptoken=0", s->url, strchr(s->url, '?') != NULL ? "&" : "?");

    json_replace(s->answer, json_pack("{s:[], s:s}", "value", "nextLink", link));
    free(link);
}

static void spoil_id(const struct spoiling *s)
{
    json_t *json = json_loadb(s->answer->body, s->answer->len, 0, NULL);
    json_t *each = json_object_get(json, "value");
    json_t *first = json_array_size(each) != 0 ? json_array_get(each, 0) : json;
    const char *id = json_string_value(json_object_get(first, "id"));

    if (id != NULL) {
        char *wrong = text_format("%s-of-somebody-else", id);
        json_object_set_new(first, "id", json_string(wrong));
        free(wrong);
        json_replace(s->answer, json);
    } else {
        json_decref(json);
    }
}

static void spoil_location(const struct spoiling *s)
{
    answer_header(s->answer, "Location", "%s/operationResults/1?api-version=2024-05-01", elsewhere(s->fault));
}

/* An agent that is none: it would like to see another file. */
static void spoil_realm(const struct spoiling *s)
{
    answer_error(s->answer, 401, ENVELOPE_LOGIN, "unauthorized_client", "Missing Basic Authorization header");
    answer_header(s->answer, "WWW-Authenticate", "Basic realm=%s", elsewhere(s->fault));
}

static void spoil_redirect(const struct spoiling *s)
{
    answer_body(s->answer, 302, "text/plain", xstrdup(""), 0);
    answer_header(s->answer, "Location", "%s/", elsewhere(s->fault));
}

static void spoil_token(const struct spoiling *s)
{
    answer_error(s->answer, 401, ENVELOPE_ARM, "ExpiredAuthenticationToken",
                 "The access token expiry UTC time '1/1/2026 0:00:00 AM' is earlier than current UTC time.");
    answer_header(s->answer, "WWW-Authenticate",
                  "Bearer error=\"invalid_token\", error_description=\"The access token has expired.\"");
}

/* Another operation holds the resource: a 429 that has nothing to do with budgets, and no Retry-After. */
static void spoil_locked(const struct spoiling *s)
{
    const char *code = s->fault->code != NULL ? s->fault->code : "RetryableError";
    json_t *details = json_array(), *error = json_object();

    if (strcmp(code, "RetryableError") == 0)
        json_array_append_new(details, json_pack("{s:s, s:s}", "code", "ReferencedResourceNotProvisioned", "message",
                                                 "Cannot proceed with operation because the resource is not in "
                                                 "Succeeded state. Resource is in Updating state."));
    json_object_set_new(error, "code", json_string(code));
    json_object_set_new(error, "message", json_string("A retryable error occurred."));
    json_object_set_new(error, "details", details);
    answer_json(s->answer, 429, json_pack("{s:o}", "error", error), false);
    answer_header(s->answer, "x-ms-failure-cause", "resource");
}

static void spoil_hang(const struct spoiling *s)
{
    s->answer->hang = true;
}

static void spoil_endless(const struct spoiling *s)
{
    s->answer->endless = true;
}

static void (*const spoilers[FAULT_KINDS])(const struct spoiling *) = {
    [FAULT_HANG] = spoil_hang,
    [FAULT_WRONG_JSON] = spoil_half,
    [FAULT_HTML] = spoil_html,
    [FAULT_HUGE] = spoil_huge,
    [FAULT_ENDLESS] = spoil_endless,
    [FAULT_EMPTY] = spoil_empty,
    [FAULT_EMPTY_PAGE] = spoil_empty_page,
    [FAULT_EXPIRED_TOKEN] = spoil_token,
    [FAULT_REDIRECT] = spoil_redirect,
    [FAULT_BOM] = spoil_bom,
    [FAULT_DUPLICATE_KEY] = spoil_twice,
    [FAULT_WRONG_ID] = spoil_id,
    [FAULT_NEXT_LINK_ELSEWHERE] = spoil_next_link,
    [FAULT_LOCATION_ELSEWHERE] = spoil_location,
    [FAULT_REALM_ELSEWHERE] = spoil_realm,
    [FAULT_LOCKED] = spoil_locked,
};

static void apply_retry_after(const struct fault *fault, struct answer *answer, int64_t wall_ms)
{
    char date[HTTP_DATE_TEXT];

    if (fault->retry_after_date)
        answer_header(answer, "Retry-After", "%s", http_date(wall_ms + fault->retry_after_ms, date));
    else
        answer_header(answer, "Retry-After", "%" PRId64, (fault->retry_after_ms + 999) / 1000);
}

void fault_apply(const struct fault *fault, struct answer *answer, const char *url, int64_t wall_ms)
{
    const struct spoiling spoiling = { fault, answer, url };

    if (fault->status != 0)
        answer_error(answer, fault->status, fault->envelope,
                     fault->code != NULL ? fault->code : usual_code(fault->status), "%s",
                     fault->message != NULL ? fault->message : "The scenario wants it so.");
    if (spoilers[fault->kind] != NULL)
        spoilers[fault->kind](&spoiling);
    if (fault->retry_after_ms >= 0)
        apply_retry_after(fault, answer, wall_ms);
    if (fault->delay_ms > 0)
        answer->delay_ms = fault->delay_ms;
    if (fault->cut >= 0)
        answer->send = (size_t)fault->cut;
}
