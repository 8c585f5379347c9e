/* The API's map: which URI means what, and what every refusal looks like. */
#include "web/route.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

TestSuite(route, .fini = leaks_fail);

static const struct row {
    const char *what, *method, *uri;
    enum api_error error;
    enum api_call call;
    const char *name;
    bool all, changes;
} rows[] = {
    { "the list", "GET", "/v1/status", API_OK, API_STATUS, "", false, false },
    { "a query that nothing asks for is ignored", "GET", "/v1/status?x=1", API_OK, API_STATUS, "", false, false },
    { "a name", "GET", "/v1/circuits/lon-1", API_OK, API_CIRCUIT, "lon-1", false, false },
    { "a name with a blank and UTF-8", "GET", "/v1/circuits/London%201%20%E6%9D%B1", API_OK, API_CIRCUIT,
      "London 1 \xe6\x9d\xb1", false, false },
    { "an id, its slashes encoded", "GET", "/v1/circuits/%2Fsubscriptions%2F0%2fx", API_OK, API_CIRCUIT,
      "/subscriptions/0/x", false, false },
    { "an id, its slashes as they are", "GET", "/v1/circuits//subscriptions/0/x", API_OK, API_CIRCUIT,
      "/subscriptions/0/x", false, false },
    { "a question mark in a name", "GET", "/v1/circuits/what%3f", API_OK, API_CIRCUIT, "what?", false, false },
    { "plus is plus in a path", "GET", "/v1/circuits/a+b", API_OK, API_CIRCUIT, "a+b", false, false },
    { "two dots are a name", "GET", "/v1/circuits/..", API_OK, API_CIRCUIT, "..", false, false },
    { "no name", "GET", "/v1/circuits/", API_NOT_FOUND, 0, NULL, false, false },
    { "no slash either", "GET", "/v1/circuits", API_NOT_FOUND, 0, NULL, false, false },
    { "a NUL in a name", "GET", "/v1/circuits/a%00b", API_BAD_REQUEST, 0, NULL, false, false },
    { "half an escape", "GET", "/v1/circuits/a%2", API_BAD_REQUEST, 0, NULL, false, false },
    { "no escape at all", "GET", "/v1/circuits/a%zz", API_BAD_REQUEST, 0, NULL, false, false },
    { "open incidents", "GET", "/v1/incidents", API_OK, API_INCIDENTS, "", false, false },
    { "all incidents", "GET", "/v1/incidents?all=1", API_OK, API_INCIDENTS, "", true, false },
    { "all incidents, behind another key", "GET", "/v1/incidents?a=b&all=1#x", API_OK, API_INCIDENTS, "", true, false },
    { "not all incidents", "GET", "/v1/incidents?all=0", API_OK, API_INCIDENTS, "", false, false },
    { "neither", "GET", "/v1/incidents?all=yes", API_BAD_REQUEST, 0, NULL, false, false },
    { "a key that only begins alike", "GET", "/v1/incidents?allx=1", API_OK, API_INCIDENTS, "", false, false },
    { "an incident", "GET", "/v1/incidents/0123456789abcdef-4", API_OK, API_INCIDENT, "0123456789abcdef-4", false,
      false },
    { "the loop", "GET", "/v1/loop", API_OK, API_LOOP, "", false, false },
    { "a poll", "POST", "/v1/poll?circuit=London+1", API_OK, API_POLL, "London 1", false, true },
    { "a poll of an id", "POST", "/v1/poll?circuit=%2Fsubscriptions%2F0", API_OK, API_POLL, "/subscriptions/0", false,
      true },
    { "a poll of nothing", "POST", "/v1/poll", API_BAD_REQUEST, 0, NULL, false, false },
    { "a poll of an empty name", "POST", "/v1/poll?circuit=", API_BAD_REQUEST, 0, NULL, false, false },
    { "the history", "GET", "/v1/history", API_OK, API_HISTORY, "", false, false },
    { "that of a circuit", "GET", "/v1/history?limit=3&circuit=London+1", API_OK, API_HISTORY, "London 1", false,
      false },
    { "of a circuit and an incident", "GET", "/v1/history?circuit=a&incident=abcd", API_BAD_REQUEST, 0, NULL, false,
      false },
    { "a limit of none", "GET", "/v1/history?limit=0", API_BAD_REQUEST, 0, NULL, false, false },
    { "a limit beyond the bound", "GET", "/v1/history?limit=501", API_BAD_REQUEST, 0, NULL, false, false },
    { "a limit that is no number", "GET", "/v1/history?limit=5x", API_BAD_REQUEST, 0, NULL, false, false },
    { "a limit that begins with a sign", "GET", "/v1/history?limit=%2B5", API_BAD_REQUEST, 0, NULL, false, false },
    { "a time without Z", "GET", "/v1/history?since=2026-12-01T22:00:00", API_BAD_REQUEST, 0, NULL, false, false },
    { "a month that is none", "GET", "/v1/history?until=2026-13-01T22:00:00Z", API_BAD_REQUEST, 0, NULL, false, false },
    { "two beginnings", "GET", "/v1/history?since=2026-12-01T22:00:00Z&seconds=1", API_BAD_REQUEST, 0, NULL,
      false, false },
    { "a number that has no end", "GET", "/v1/history?seconds=99999999999999999999", API_BAD_REQUEST, 0, NULL, false,
      false },
    { "a place that is none", "GET", "/v1/history?before=17", API_BAD_REQUEST, 0, NULL, false, false },
    { "a place with more behind it", "GET", "/v1/history?before=17-4-2", API_BAD_REQUEST, 0, NULL, false, false },
    { "an identity beyond all bounds", "GET", "/v1/history?incident=0123456789abcdef-012345678901234567890",
      API_BAD_REQUEST, 0, NULL, false, false },
    { "writing history", "POST", "/v1/history", API_METHOD, 0, NULL, false, false },
    { "a reload", "POST", "/v1/reload", API_OK, API_RELOAD, "", false, true },
    { "taking an incident on", "POST", "/v1/acknowledgements/0123-4", API_OK, API_ACKNOWLEDGE, "0123-4", false, true },
    { "letting it go", "DELETE", "/v1/acknowledgements/0123", API_OK, API_UNACKNOWLEDGE, "0123", false, true },
    { "a test of a receiver", "POST", "/v1/receivers/page%20me/test", API_OK, API_TEST, "page me", false, true },
    { "a receiver that is called like the end", "POST", "/v1/receivers//test/test", API_OK, API_TEST, "/test", false,
      true },
    { "a test of no receiver", "POST", "/v1/receivers//test", API_NOT_FOUND, 0, NULL, false, false },
    { "a test of no receiver, shorter", "POST", "/v1/receivers/test", API_NOT_FOUND, 0, NULL, false, false },
    { "a receiver alone", "POST", "/v1/receivers/pager", API_NOT_FOUND, 0, NULL, false, false },
    { "reading does not test", "GET", "/v1/receivers/pager/test", API_METHOD, 0, NULL, false, false },
    { "a broken name of a receiver", "POST", "/v1/receivers/a%2/test", API_BAD_REQUEST, 0, NULL, false, false },
    { "reading does not reload", "GET", "/v1/reload", API_METHOD, 0, NULL, false, false },
    { "reading does not poll", "GET", "/v1/poll?circuit=a", API_METHOD, 0, NULL, false, false },
    { "writing a status", "POST", "/v1/status", API_METHOD, 0, NULL, false, false },
    { "a method that nobody knows", "BREW", "/v1/status", API_METHOD, 0, NULL, false, false },
    { "another version", "GET", "/v2/status", API_NOT_FOUND, 0, NULL, false, false },
    { "more behind it", "GET", "/v1/status/x", API_NOT_FOUND, 0, NULL, false, false },
    { "nothing", "GET", "", API_NOT_FOUND, 0, NULL, false, false },
    { "the root", "GET", "/", API_NOT_FOUND, 0, NULL, false, false },
};

Test(route, map)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct api_request request;
        char why[128] = "";
        enum api_error error = api_route(r->method, r->uri, &request, why);
        cr_expect_eq(error, r->error, "%s: %s", r->what, why);
        if (error != API_OK) {
            cr_expect(*why != '\0', "%s: a sentence", r->what);
            continue;
        }
        cr_expect_eq(request.call, r->call, "%s", r->what);
        cr_expect_str_eq(request.name, r->name, "%s", r->what);
        cr_expect_eq(request.all, r->all, "%s", r->what);
        cr_expect_eq(request.changes, r->changes, "%s", r->what);
    }
}

Test(route, history_says_which_lines)
{
    struct api_request request;
    char why[128];

    cr_assert_eq(api_route("GET", "/v1/history", &request, why), API_OK);
    cr_expect(request.history.limit == API_HISTORY_USUAL && request.history.incident[0] == '\0');
    cr_expect(request.history.since_wall_ms == INT64_MIN && request.history.until_wall_ms == INT64_MAX);
    cr_expect(request.history.before_wall_ms == INT64_MAX && request.history.before_id == INT64_MAX);
    cr_assert_eq(api_route("GET", "/v1/history?incident=0123456789abcdef-4&seconds=60&until=2026-12-01T22:00:00Z"
                           "&limit=500&before=1764626400123-4711", &request, why), API_OK, "%s", why);
    cr_expect_str_eq(request.history.incident, "0123456789abcdef-4");
    cr_expect(request.history.seconds == 60 && request.history.limit == 500);
    cr_expect_eq(request.history.until_wall_ms, INT64_C(1796162400000));
    cr_expect(request.history.before_wall_ms == INT64_C(1764626400123) && request.history.before_id == 4711);
    cr_assert_eq(api_route("GET", "/v1/history?since=1970-01-01T00:00:01Z", &request, why), API_OK, "%s", why);
    cr_expect_eq(request.history.since_wall_ms, 1000);
}

Test(route, name_is_bounded)
{
    char uri[API_NAME_MAX + 64] = "/v1/circuits/";
    struct api_request request;
    char why[128];
    size_t before = strlen(uri);

    memset(uri + before, 'a', API_NAME_MAX - 1);
    cr_expect_eq(api_route("GET", uri, &request, why), API_OK, "the longest name");
    uri[before + API_NAME_MAX - 1] = 'a';
    cr_expect_eq(api_route("GET", uri, &request, why), API_BAD_REQUEST, "one more");
}

Test(route, allow_names_the_method)
{
    char methods[API_ALLOW_MAX];

    cr_expect_str_eq(api_allow("/v1/reload", methods), "POST");
    cr_expect_str_eq(api_allow("/v1/circuits/x?y", methods), "GET");
    cr_expect_str_eq(api_allow("/v1/silences", methods), "GET, POST");
    cr_expect_str_eq(api_allow("/v1/silences/3", methods), "DELETE");
    cr_expect_null(api_allow("/v1/nothing", methods));
}

Test(route, refusals_are_json)
{
    static const char *const findings[] = { "a.yaml:1:1: error: \"x\"", "broken \xff\x1b" };

    for (enum api_error error = API_BAD_REQUEST; error < API_ERRORS; error++) {
        char *body = api_error_body(error, "why \x1b[2J", findings, 2);
        json_t *document = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
        const json_t *entry = json_object_get(document, "error");
        cr_expect_str_eq(json_string_value(json_object_get(entry, "code")), api_code(error));
        cr_expect_str_eq(json_string_value(json_object_get(entry, "message")), "why \x1b[2J");
        cr_expect_eq(json_array_size(json_object_get(entry, "findings")), 2);
        cr_expect_null(strpbrk(body, "\x1b\xff\n"), "nothing raw in %s", body);
        cr_expect(api_status(error) >= 400 && api_status(error) < 600, "%s", api_code(error));
        json_decref(document);
        free(body);
    }
}

Test(route, incident_references)
{
    static const struct {
        const char *written;
        bool meant;
    } references[] = {
        { "0123456789abcdef-4", true },
        { "0123456789ABCDEF-4", true },
        { "0123456789abcdef", true },
        { "0123", true },
        { "0123-4", true },
        { "01234567-4", true },
        { "0123-5", false },
        { "0123-04", false },
        { "012", false },
        { "1123", false },
        { "0123456789abcdef0", false },
        { "", false },
        { "-4", false },
        { "0123-", false },
        { "0123-4x", false },
    };

    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        cr_expect_eq(api_incident_meant(references[i].written, UINT64_C(0x0123456789abcdef), 4), references[i].meant,
                     "%s", references[i].written);
}
