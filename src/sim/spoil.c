/*
 * What a fault does to a finished answer: it spoils what would have been right, so that the answer stays Azure's in
 * everything else.
 */
#include "sim/spoil.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/fault.h"
#include "sim/gzip.h"

#include <string.h>

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

static void put_next_link(struct answer *answer, const char *link)
{
    json_t *json = json_loadb(answer->body, answer->len, 0, NULL);

    if (!json_is_object(json)) {
        json_decref(json);
        return;
    }
    json_object_set_new(json, "nextLink", json_string(link));
    json_replace(answer, json);
}

static void spoil_next_link(const struct spoiling *s)
{
    char *link = text_format("%s/page-2", elsewhere(s->fault));

    put_next_link(s->answer, link);
    free(link);
}

/* The next page is this one. */
static void spoil_loop(const struct spoiling *s)
{
    put_next_link(s->answer, s->url);
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
    bool batch = json_object_get(json, "values") != NULL; /* of metrics */
    json_t *each = json_object_get(json, batch ? "values" : "value");
    json_t *first = json_array_size(each) != 0 ? json_array_get(each, 0) : json;
    const char *key = batch ? "resourceid" : "id";
    const char *id = json_string_value(json_object_get(first, key));

    if (id != NULL) {
        char *wrong = text_format("%s-of-somebody-else", id);
        json_object_set_new(first, key, json_string(wrong));
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

static void spoil_bomb(const struct spoiling *s)
{
    size_t len;
    char *body = gzip_bomb(s->fault->bytes, &len);

    body_replace(s->answer, body, len);
    answer_header(s->answer, "Content-Encoding", "gzip");
}

#define DEPTH ((size_t)100000) /* deeper than any stack that a reader without a bound has */

static void spoil_deep(const struct spoiling *s)
{
    static const char head[] = "{\"value\":", tail[] = "}";
    size_t len = strlen(head) + 2 * DEPTH + strlen(tail);
    char *body = memory_or_die(malloc(len));

    memcpy(body, head, strlen(head)); /* NOLINT(bugprone-not-null-terminated-result): a body has no end */
    memset(body + strlen(head), '[', DEPTH);
    memset(body + strlen(head) + DEPTH, ']', DEPTH);
    memcpy(body + len - strlen(tail), tail, strlen(tail)); /* NOLINT(bugprone-not-null-terminated-result) */
    body_replace(s->answer, body, len);
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
    [FAULT_BOMB] = spoil_bomb,
    [FAULT_DEEP] = spoil_deep,
    [FAULT_PAGE_LOOP] = spoil_loop,
};

void spoil(const struct fault *fault, struct answer *answer, const char *url)
{
    const struct spoiling spoiling = { fault, answer, url };

    if (spoilers[fault->kind] != NULL)
        spoilers[fault->kind](&spoiling);
}
