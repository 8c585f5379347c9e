/*
 * Faults: read from an event, matched to requests, and done to finished answers. What each does to a body is spoil.c's
 * business; who is struck, and when a fault ends, is the world's.
 */
#include "sim/fault.h"

#include "config/nearest.h"
#include "config/yaml.h"
#include "io/memory.h"
#include "sim/keys.h"
#include "sim/spoil.h"

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
    [FAULT_BOMB] = "bomb",
    [FAULT_DEEP] = "deep",
    [FAULT_PAGE_LOOP] = "page-loop",
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
    const char *answer = json_string_value(json_object_get(json, "answer"));
    if (number_of(json, "bytes", 0) > FAULT_HUGE_MOST && (answer == NULL || strcmp(answer, "bomb") != 0))
        diag_error(diag, node_get(node, "bytes")->place, "only a bomb may have more than a gibibyte");
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
    if (fault->status != 0)
        answer_error(answer, fault->status, fault->envelope,
                     fault->code != NULL ? fault->code : usual_code(fault->status), "%s",
                     fault->message != NULL ? fault->message : "The scenario wants it so.");
    spoil(fault, answer, url);
    if (fault->retry_after_ms >= 0)
        apply_retry_after(fault, answer, wall_ms);
    if (fault->delay_ms > 0)
        answer->delay_ms = fault->delay_ms;
    if (fault->cut >= 0)
        answer->send = (size_t)fault->cut;
}
