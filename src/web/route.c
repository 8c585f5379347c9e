/*
 * The map of the API is one table. URIs are taken as sent and decoded here, strictly, because a circuit may be named by
 * its ARM id, whose slashes come percent-encoded.
 */
#include "web/route.h"

#include "web/history.h"
#include "web/put.h"
#include "web/uri.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum parameter { TAKES_NOTHING, TAKES_NAME, TAKES_RECEIVER, TAKES_ALL, TAKES_CIRCUIT, TAKES_SCOPE, TAKES_HISTORY };

static const struct endpoint {
    const char *method, *path; /* with TAKES_NAME and TAKES_RECEIVER the name stands behind it */
    enum parameter parameter;
    bool changes;
    enum api_call call;
} endpoints[] = {
    { "GET", "/v1/status", TAKES_NOTHING, false, API_STATUS },
    { "GET", "/v1/circuits/", TAKES_NAME, false, API_CIRCUIT },
    { "GET", "/v1/incidents", TAKES_ALL, false, API_INCIDENTS },
    { "GET", "/v1/incidents/", TAKES_NAME, false, API_INCIDENT },
    { "GET", "/v1/loop", TAKES_NOTHING, false, API_LOOP },
    { "POST", "/v1/poll", TAKES_CIRCUIT, true, API_POLL },
    { "POST", "/v1/reload", TAKES_NOTHING, true, API_RELOAD },
    { "GET", "/v1/silences", TAKES_NOTHING, false, API_SILENCES },
    { "POST", "/v1/silences", TAKES_NOTHING, true, API_SILENCE },
    { "DELETE", "/v1/silences/", TAKES_NAME, true, API_END_SILENCE },
    { "POST", "/v1/acknowledgements/", TAKES_NAME, true, API_ACKNOWLEDGE },
    { "DELETE", "/v1/acknowledgements/", TAKES_NAME, true, API_UNACKNOWLEDGE },
    { "POST", "/v1/receivers/", TAKES_RECEIVER, true, API_TEST },
    { "POST", "/v1/discover", TAKES_SCOPE, true, API_DISCOVER },
    { "GET", "/v1/history", TAKES_HISTORY, false, API_HISTORY },
};
static_assert(sizeof endpoints / sizeof *endpoints == API_CALLS, "a row for each call");

static const struct {
    int status;
    const char *code;
} errors[API_ERRORS] = {
    [API_OK] = { 200, "ok" },
    [API_BAD_REQUEST] = { 400, "bad-request" },
    [API_FORBIDDEN] = { 403, "forbidden" },
    [API_NOT_FOUND] = { 404, "not-found" },
    [API_NO_CIRCUIT] = { 404, "no-such-circuit" },
    [API_NO_INCIDENT] = { 404, "no-such-incident" },
    [API_NO_SILENCE] = { 404, "no-such-silence" },
    [API_NO_RECEIVER] = { 404, "no-such-receiver" },
    [API_METHOD] = { 405, "method-not-allowed" },
    [API_AMBIGUOUS] = { 409, "ambiguous" },
    [API_NOT_OPEN] = { 409, "not-open" },
    [API_TOO_MANY] = { 409, "too-many" },
    [API_REFUSED] = { 422, "settings-rejected" },
    [API_UNREADABLE] = { 500, "unreadable" },
    [API_BUSY] = { 503, "busy" },
    [API_TIMEOUT] = { 504, "timeout" },
};

int api_status(enum api_error error)
{
    assert(error < API_ERRORS);
    return errors[error].status;
}

const char *api_code(enum api_error error)
{
    assert(error < API_ERRORS);
    return errors[error].code;
}

/* What stands behind the name. */
static const char *behind(const struct endpoint *endpoint)
{
    return endpoint->parameter == TAKES_RECEIVER ? "/test" : "";
}

static bool is_at(const struct endpoint *endpoint, struct uri_part path)
{
    size_t len = strlen(endpoint->path), end = strlen(behind(endpoint));

    if (endpoint->parameter != TAKES_NAME && endpoint->parameter != TAKES_RECEIVER)
        return path.len == len && memcmp(path.text, endpoint->path, len) == 0;
    return path.len > len + end && memcmp(path.text, endpoint->path, len) == 0 &&
           memcmp(path.text + path.len - end, behind(endpoint), end) == 0;
}

/* @param method  NULL: any */
static const struct endpoint *find(const char *method, struct uri_part path)
{
    for (size_t i = 0; i < API_CALLS; i++)
        if (is_at(&endpoints[i], path) && (method == NULL || strcmp(endpoints[i].method, method) == 0))
            return &endpoints[i];
    return NULL;
}

static void split(const char *uri, struct uri_part *path, struct uri_part *query)
{
    size_t len = strcspn(uri, "?#");

    *path = (struct uri_part){ uri, len };
    *query = (struct uri_part){ "", 0 };
    if (uri[len] == '?')
        *query = (struct uri_part){ uri + len + 1, strcspn(uri + len + 1, "#") };
}

static enum api_error refuse(enum api_error error, const char *sentence, char why[128])
{
    snprintf(why, 128, "%s", sentence);
    return error;
}

static enum api_error read_parameter(const struct endpoint *endpoint, struct uri_part path, struct uri_part query,
                                     struct api_request *out, char why[128])
{
    size_t len = strlen(endpoint->path);
    char all[API_NAME_MAX];

    switch (endpoint->parameter) {
    case TAKES_NAME:
    case TAKES_RECEIVER:
        len += strlen(behind(endpoint));
        if (!uri_decode((struct uri_part){ path.text + strlen(endpoint->path), path.len - len }, false, out->name))
            return refuse(API_BAD_REQUEST, "The name in the path is too long or not percent-encoded as it should be.",
                          why);
        break;
    case TAKES_CIRCUIT:
        if (!uri_query(query, "circuit", out->name))
            return refuse(API_BAD_REQUEST, "The query must say which circuit: ?circuit=NAME, percent-encoded.", why);
        break;
    case TAKES_ALL:
        out->all = uri_query(query, "all", all);
        if (out->all && strcmp(all, "1") != 0 && strcmp(all, "0") != 0)
            return refuse(API_BAD_REQUEST, "\"all\" may be 1 or 0.", why);
        out->all = out->all && *all == '1';
        break;
    case TAKES_SCOPE:
        (void)uri_query(query, "subscription", out->name);
        (void)uri_query(query, "credential", out->credential);
        out->graph = uri_query(query, "graph", all) && strcmp(all, "1") == 0;
        break;
    case TAKES_HISTORY:
        return history_read_query(query, out, why);
    case TAKES_NOTHING: break;
    }
    return API_OK;
}

enum api_error api_route(const char *method, const char *uri, struct api_request *out, char why[128])
{
    struct uri_part path, query;
    struct api_request request = { 0 };

    split(uri, &path, &query);
    const struct endpoint *endpoint = find(method, path);
    if (endpoint == NULL && find(NULL, path) == NULL)
        return refuse(API_NOT_FOUND, "There is no such resource; erwatchctl(1) lists those that are.", why);
    if (endpoint == NULL)
        return refuse(API_METHOD, "This resource takes another method; the Allow header names it.", why);
    request.call = endpoint->call;
    request.changes = endpoint->changes;
    enum api_error error = read_parameter(endpoint, path, query, &request, why);
    if (error == API_OK)
        *out = request;
    return error;
}

const char *api_allow(const char *uri, char methods[API_ALLOW_MAX])
{
    struct uri_part path, query;
    size_t used = 0;

    split(uri, &path, &query);
    for (size_t i = 0; i < API_CALLS; i++)
        if (is_at(&endpoints[i], path))
            used += (size_t)snprintf(methods + used, API_ALLOW_MAX - used, "%s%s", used > 0 ? ", " : "",
                                     endpoints[i].method);
    return used > 0 ? methods : NULL;
}

char *api_error_body(enum api_error error, const char *message, const char *const *findings, size_t count)
{
    json_t *document = put_object_new(), *entry = put_object_new(), *list = put_array_new();

    put_text(entry, "code", api_code(error));
    put_text(entry, "message", message);
    for (size_t i = 0; i < count; i++)
        put_item(list, put_string(findings[i]));
    put_value(entry, "findings", list);
    put_value(document, "error", entry);
    return put_end(document);
}

bool api_incident_meant(const char *written, uint64_t key, uint32_t episode)
{
    char digits[20], number[16];
    size_t len = strcspn(written, "-");

    snprintf(digits, sizeof digits, "%016" PRIx64, key);
    if (len < 4 || len > 16 || strncasecmp(written, digits, len) != 0)
        return false;
    if (written[len] == '\0')
        return true;
    snprintf(number, sizeof number, "%" PRIu32, episode);
    return strcmp(written + len + 1, number) == 0;
}
