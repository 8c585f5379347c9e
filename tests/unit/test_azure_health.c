/* Resource Health of a circuit, announced maintenance and whom it concerns, and HTML made plain. */
#include "azure/plain.h"
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_health, .fini = leaks_fail);

#define ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/lon-1"
#define SEEN ((struct mono){ 5000 })

static struct failure why;

/* ---- health ---- */

#define HEALTH(properties) \
    "{\"id\":\"" ID "/providers/Microsoft.ResourceHealth/availabilityStatuses/current\",\"properties\":{" properties "}}"

struct health_row {
    const char *body, *expected, *what; /* expected: NULL: not believed */
};

static const struct health_row healths[] = {
    { HEALTH("\"availabilityState\":\"Available\",\"title\":\"Available\",\"summary\":\"fine\""), "available 0 : Available",
      "available" },
    { HEALTH("\"availabilityState\":\"UNAVAILABLE\",\"reasonType\":\"Unplanned\",\"summary\":\"gone\""),
      "unavailable 0 : gone", "without a title the summary" },
    { HEALTH("\"availabilityState\":\"Degraded\",\"summary\":\"s\",\"title\":\"t\""), "degraded 0 : t",
      "the title comes last" },
    { HEALTH("\"availabilityState\":\"Degraded\",\"title\":\" \",\"summary\":\"s\""), "degraded 0 : s", "an empty title" },
    { HEALTH("\"availabilityState\":\"Unknown\""), "unknown 0 : ", "unknown" },
    { HEALTH("\"availabilityState\":\"Melting\""), "unknown 0 : ", "a word that is not known" },
    { HEALTH(""), "unknown 0 : ", "no word" },
    { HEALTH("\"availabilityState\":\"Available\",\"reasonType\":\"planned\""), "available planned 0 : ", "planned" },
    { HEALTH("\"occurredTime\":\"2026-01-01T00:00:00Z\""), "unknown 1767225600000 : ", "since" },
    { HEALTH("\"occuredTime\":\"2026-01-01T00:00:00Z\""), "unknown 1767225600000 : ", "the other spelling" },
    { HEALTH("\"occuredTime\":\"2026-01-01T00:00:00Z\",\"occurredTime\":\"soon\""), "unknown 1767225600000 : ",
      "of both the one that is a time" },
    { HEALTH("\"occurredTime\":\"0001-01-01T00:00:00\""), "unknown 0 : ", "the beginning of all times is none" },
    { HEALTH("\"title\":\"<b>Down</b> &amp; out\\n\\u001b[31m\\u202Ered\""), "unknown 0 : Down & out [31mred", "HTML" },
    { "{\"properties\":{}}", "unknown 0 : ", "no id" },
    { "{\"id\":\"" ID "2/providers/x\",\"properties\":{}}", NULL, "another circuit" },
    { "{\"id\":\"" ID "\",\"properties\":{}}", NULL, "the circuit itself" },
    { "{\"id\":\"" ID "/x\"}", NULL, "no properties" },
    { "{\"value\":[]}", NULL, "a list" },
    { HEALTH("\"availabilityState\":1"), NULL, "a number" },
    { HEALTH("\"title\":{}"), NULL, "an object" },
    { "", NULL, "nothing" },
};

Test(azure_health, states)
{
    for (size_t i = 0; i < sizeof healths / sizeof *healths; i++) {
        struct azure_reply reply = reply_text(200, healths[i].body);
        struct health_value value = { .since_wall_ms = -1 };
        struct page_text text = { 0 };
        enum azure_result result = health_read(&reply, ID, SEEN, &value, &why);

        cr_expect_eq(result, healths[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", healths[i].what, why.what);
        if (result != AZURE_OK) {
            cr_expect_eq(value.since_wall_ms, -1, "%s: untouched", healths[i].what);
            continue;
        }
        put(&text, "%s%s %lld : %s", availability_name(value.state), value.planned ? " planned" : "",
            (long long)value.since_wall_ms, value.summary);
        cr_expect_str_eq(text.text, healths[i].expected, "%s", healths[i].what);
        cr_expect_eq(value.seen.ms, SEEN.ms);
    }
}

Test(azure_health, a_published_state)
{
    size_t len;
    char *body = data_read("spec-health-current.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    struct health_value value;

    cr_assert_eq(health_read(&reply,
                             "/subscriptions/4abcdefgh-ijkl-mnop-qrstuvwxyz/resourceGroups/rhctestenv/providers/"
                             "Microsoft.ClassicCompute/virtualMachines /rhctestenvV1PI",
                             SEEN, &value, &why),
                 AZURE_OK, "%s", why.what);
    cr_expect_eq(value.state, AVAILABILITY_UNAVAILABLE);
    cr_expect_eq(value.since_wall_ms, INT64_C(1459242720000), "2016-03-29T09:12:00Z");
    cr_expect_str_eq(value.summary, "Unavailable");
    cr_expect_not(value.planned);
    free(body);
}

/* ---- events ---- */

#define IMPACT(service, regions) "{\"impactedService\":\"" service "\",\"impactedRegions\":[" regions "]}"
#define REGION(name) "{\"impactedRegion\":\"" name "\",\"status\":\"Active\"}"
#define EVENT(name, more) "{\"name\":\"" name "\",\"properties\":{\"eventType\":\"PlannedMaintenance\"" more "}}"
#define ROUTE(more) EVENT("VN1K-9Z8", ",\"impact\":[" IMPACT("ExpressRoute \\\\ ExpressRoute Circuits", REGION("UK South")) "]" more)
#define LIST(elements) "{\"value\":[" elements "]}"

struct event_row {
    const char *body;
    bool certain;
    const char *expected, *what; /* expected: NULL: not believed */
};

static const struct event_row events[] = {
    { LIST(ROUTE("")), false, "VN1K-9Z8 [] 0-0 path=2 uksouth;", "one" },
    { LIST(ROUTE(",\"title\":\"Work on <i>lines</i>\",\"status\":\"Active\",\"impactStartTime\":\"2026-12-01T22:00:00Z\","
                 "\"impactMitigationTime\":\"2026-12-02T02:00:00.000Z\"")),
      false, "VN1K-9Z8 [Work on lines] 1796162400000-1796176800000 path=2 uksouth;", "with times and a title" },
    { LIST(ROUTE(",\"status\":\"Resolved\"")), false, "VN1K-9Z8 [] 0-0 resolved path=2 uksouth;", "over" },
    { LIST(ROUTE(",\"title\":\"x\",\"summary\":\"<p>The Primary connection</p>\"")), false,
      "VN1K-9Z8 [x] 0-0 path=0 uksouth;", "of one path" },
    { LIST(ROUTE(",\"title\":\"secondary\"")), false, "VN1K-9Z8 [secondary] 0-0 path=1 uksouth;", "of the other" },
    { LIST(ROUTE(",\"title\":\"primary\",\"summary\":\"traffic will use the secondary\"")), false,
      "VN1K-9Z8 [primary] 0-0 path=2 uksouth;", "a text that names both says neither" },
    { LIST(ROUTE(",\"impactStartTime\":\"tomorrow\"")), false, "VN1K-9Z8 [] 0-0 path=2 uksouth;", "no time" },
    { LIST("{\"name\":\"A\",\"properties\":{\"eventType\":\"ServiceIssue\",\"impact\":[" IMPACT(
          "ExpressRoute", REGION("UK South")) "]}}"),
      true, "", "an outage is no maintenance" },
    { LIST("{\"name\":\"A\",\"properties\":{}}"), true, "", "no type" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("Virtual Machines", REGION("UK South")) "]")), false, "", "another service" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("Virtual Machines", REGION("UK South")) "]")), true,
      "A [] 0-0 certain path=2;", "which counts when the circuit was asked about" },
    { LIST(EVENT("A", "")), true, "A [] 0-0 certain path=2;", "no impact at all" },
    { LIST(EVENT("A", "")), false, "", "which says nothing of a subscription's circuits" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("Storage", REGION("West US")) "," IMPACT(
          "expressroute", REGION("UK South") "," REGION("northeurope")) "]")),
      false, "A [] 0-0 path=2 uksouth northeurope;", "regions of our service only" },
    { LIST(EVENT("A", ",\"impact\":[{\"impactedRegions\":[" REGION("UK West") "],\"impactedService\":\"ExpressRoute\"}]")),
      false, "A [] 0-0 path=2 ukwest;", "the service comes last" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("ExpressRoute", REGION("Global")) "]")), false,
      "A [] 0-0 everywhere path=2;", "everywhere" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("ExpressRoute", "") "]")), false, "A [] 0-0 everywhere path=2;",
      "no region is any" },
    { LIST(EVENT("A", ",\"impact\":[" IMPACT("ExpressRoute", REGION("a region with a longer name than any region has")) "]")),
      false, "A [] 0-0 everywhere path=2;", "a region that does not fit is any" },
    { LIST(EVENT("", "")), true, NULL, "without a tracking id" },
    { LIST("{\"properties\":{\"eventType\":\"PlannedMaintenance\"}}"), true, NULL, "without a name" },
    { LIST(EVENT("../x", "")), true, NULL, "a tracking id that goes elsewhere" },
    { LIST(EVENT("a?b", "")), true, NULL, "a tracking id with a query" },
    { LIST(EVENT("..", "")), true, NULL, "dots" },
    { LIST(EVENT("0123456789012345678901234567890123456789", "")), true, NULL, "a tracking id that does not fit" },
    { LIST(EVENT("../x", "")), false, "", "what is passed by may have any" },
    { LIST(ROUTE("") ",1"), false, NULL, "then the page is not believed" },
    { LIST(""), false, "", "none" },
    { "{}", false, NULL, "no list" },
    { "{\"value\":null}", false, NULL, "null" },
    { LIST("{\"name\":\"A\",\"properties\":{\"impact\":{}}}"), false, NULL, "an object for a list" },
};

static void note_event(void *context, const struct event *event)
{
    const struct maintenance_value *value = &event->value;

    put(context, "%s [%s] %lld-%lld%s%s%s path=%d", value->tracking_id, value->title, (long long)value->starts_wall_ms,
        (long long)value->ends_wall_ms, value->certain ? " certain" : "", value->resolved ? " resolved" : "",
        event->everywhere ? " everywhere" : "", value->path);
    for (size_t i = 0; i < event->region_count; i++)
        put(context, " %s", event->region[i]);
    put(context, ";");
}

Test(azure_health, events)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        struct azure_reply reply = reply_text(200, events[i].body);
        struct page_text text = { 0 };
        char *next = NULL;

        cr_expect_eq(events_read(&reply, events[i].certain, note_event, &text, &next, &why),
                     events[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", events[i].what, why.what);
        cr_expect_str_eq(text.text, events[i].expected != NULL ? events[i].expected : "", "%s", events[i].what);
        cr_expect_null(next);
    }
}

Test(azure_health, published_events_are_no_maintenance)
{
    static const char *const files[] = { "spec-health-events.json", "spec-health-event-resource.json" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len;
        char *body = data_read(files[i], &len), *next = NULL;
        struct azure_reply reply = reply_of(200, body, len);
        struct page_text text = { 0 };
        cr_expect_eq(events_read(&reply, true, note_event, &text, &next, &why), AZURE_OK, "%s", why.what);
        cr_expect_str_eq(text.text, "");
        cr_expect_str_eq(next, "{originalRequestUrl}?$skipToken={OpaquePageNumber}");
        struct azure_request request;
        cr_expect_not(arm_ask_url(&request, "https://management.azure.com", next, 1000, &why), "no URL to follow");
        free(next);
        free(body);
    }
}

Test(azure_health, whom_an_event_concerns)
{
    struct event event = { .region_count = 2, .region = { "uksouth", "northeurope" } };

    cr_expect(event_concerns(&event, "uksouth"));
    cr_expect(event_concerns(&event, "North Europe"));
    cr_expect_not(event_concerns(&event, "ukwest"));
    cr_expect_not(event_concerns(&event, ""));
    cr_expect_not(event_concerns(&event, "a region with a longer name than any region has"));
    event.everywhere = true;
    cr_expect(event_concerns(&event, "ukwest"));
}

Test(azure_health, more_regions_than_are_kept)
{
    static char body[16384];
    struct page_text text = { 0 };
    char *next = NULL;
    size_t at = (size_t)snprintf(body, sizeof body, "{\"value\":[{\"name\":\"A\",\"properties\":{\"eventType\":"
                                                    "\"PlannedMaintenance\",\"impact\":[{\"impactedService\":"
                                                    "\"ExpressRoute\",\"impactedRegions\":[");
    for (size_t i = 0; i <= EVENT_REGIONS_MAX; i++)
        at += (size_t)snprintf(body + at, sizeof body - at, "%s" REGION("r%zu"), i > 0 ? "," : "", i);
    snprintf(body + at, sizeof body - at, "]}]}}]}");
    struct azure_reply reply = reply_text(200, body);
    cr_assert_eq(events_read(&reply, false, note_event, &text, &next, &why), AZURE_OK, "%s", why.what);
    cr_expect_not_null(strstr(text.text, "everywhere"), "then it is everywhere");
}

/* ---- impacted resources ---- */

#define TARGET(id, more) "{\"name\":\"n\",\"properties\":{\"targetResourceId\":\"" id "\"" more "}}"

static const struct {
    const char *body, *expected;
    size_t all;
    const char *what;
} targets[] = {
    { LIST(TARGET(ID, "")), ID " 0-0;", 1, "a circuit" },
    { LIST(TARGET(ID, ",\"maintenanceStartTime\":\"2026-12-01T22:00:00Z\",\"maintenanceEndTime\":\"x\"")),
      ID " 1796162400000-0;", 1, "with a time of its own" },
    { LIST(TARGET("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v", "")), "", 1,
      "another resource is counted" },
    { LIST(TARGET(ID "/../x", "")), "", 1, "an id that goes elsewhere" },
    { LIST("{\"properties\":{}}"), "", 0, "no resource" },
    { LIST(""), "", 0, "none" },
    { LIST(TARGET(ID, "") ",{\"properties\":1}"), NULL, 0, "then the page is not believed" },
    { "{}", NULL, 0, "no list" },
};

static void note_target(void *context, const char *circuit, int64_t starts, int64_t ends)
{
    put(context, "%s %lld-%lld;", circuit, (long long)starts, (long long)ends);
}

Test(azure_health, impacted_resources)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct azure_reply reply = reply_text(200, targets[i].body);
        struct page_text text = { 0 };
        char *next = NULL;
        size_t all = 10;

        cr_expect_eq(impacted_read(&reply, note_target, &text, &all, &next, &why),
                     targets[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", targets[i].what, why.what);
        cr_expect_str_eq(text.text, targets[i].expected != NULL ? targets[i].expected : "", "%s", targets[i].what);
        cr_expect_eq(all, 10 + targets[i].all, "%s", targets[i].what);
        cr_expect_null(next);
    }
}

/* ---- requests ---- */

Test(azure_health, what_is_asked)
{
    static const char query[] = "?api-version=2024-02-01&%24filter=Properties%2FEventType%20eq%20%27PlannedMaintenance%27"
                                "&queryStartTime=12%2F01%2F2026";
    struct azure_request request;
    char expected[512];

    health_ask(&request, "https://a", ID);
    cr_expect_str_eq(request.url, "https://a" ID "/providers/Microsoft.ResourceHealth/availabilityStatuses/current"
                                  "?api-version=2024-02-01");
    azure_request_free(&request);
    events_ask(&request, "https://a", "s", INT64_C(1796162400000));
    snprintf(expected, sizeof expected, "https://a/subscriptions/s/providers/Microsoft.ResourceHealth/events%s", query);
    cr_expect_str_eq(request.url, expected);
    cr_expect_str_eq(request.method, "GET");
    cr_expect(request.bearer);
    azure_request_free(&request);
    events_ask_circuit(&request, "https://a", ID, INT64_C(1796162400000));
    snprintf(expected, sizeof expected, "https://a" ID "/providers/Microsoft.ResourceHealth/events%s", query);
    cr_expect_str_eq(request.url, expected);
    azure_request_free(&request);
    impacted_ask(&request, "https://a", "s", "VN1K-9Z8");
    cr_expect_str_eq(request.url, "https://a/subscriptions/s/providers/Microsoft.ResourceHealth/events/VN1K-9Z8/"
                                  "impactedResources?api-version=2024-02-01");
    azure_request_free(&request);
}

/* ---- plain text ---- */

static const struct {
    const char *html, *plain, *what;
} plains[] = {
    { "plain", "plain", "as it is" },
    { "  a \t\r\n b  ", "a b", "blanks" },
    { "<p>One</p><p>Two</p>", "One Two", "tags part words" },
    { "a<br/>b", "a b", "a line break" },
    { "<a href=\"https://x/?a=b\">here</a>", "here", "attributes go" },
    { "<!-- no > --> a", "a", "a comment" },
    { "<script>alert(1)</script>a<STYLE>b{}</style>c", "a c", "what is not for readers" },
    { "<script>never closed", "", "to the end" },
    { "5 < 6 > 4", "5 < 6 > 4", "signs that are no tag" },
    { "a <", "a <", "a sign at the end" },
    { "a <b", "a <b", "a tag that is cut" },
    { "&lt;b&gt; &amp;amp; &quot;&apos;&#39;&#x27;&nbsp;x", "<b> &amp; \"''' x", "entities, once" },
    { "&ndash;&#8211;&#x2013;", "\xE2\x80\x93\xE2\x80\x93\xE2\x80\x93", "beyond ASCII" },
    { "&#x1F600;", "\xF0\x9F\x98\x80", "four bytes" },
    { "&#0;&#x1b;&#xD800;&#x110000;&#xFFFFFFFFF;", "&#0;&#xD800;&#x110000;&#xFFFFFFFFF;", "no characters" },
    { "&unknown; &amp &", "&unknown; &amp &", "what is not known stays" },
    { "a\xE2\x80\xAE" "b\xEF\xBB\xBF" "c\xC2\x85" "d", "abcd", "directions, marks and controls go" },
    { "\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9", "letters stay" },
    { "", "", "nothing" },
};

Test(azure_health, plain_texts)
{
    for (size_t i = 0; i < sizeof plains / sizeof *plains; i++) {
        char out[128];
        size_t len = strlen(plains[i].html);
        char *exact = malloc(len + 1);
        memcpy(exact, plains[i].html, len);
        exact = realloc(exact, len > 0 ? len : 1); /* reading beyond it is found */
        plain_text(out, sizeof out, exact, len);
        cr_expect_str_eq(out, plains[i].plain, "%s", plains[i].what);
        free(exact);
    }
}

Test(azure_health, plain_texts_are_cut_at_a_character)
{
    static const char text[] = "ab \xC3\xA9\xF0\x9F\x98\x80z";
    static const char *const expected[] = { "", "a", "ab", "ab", "ab", "ab \xC3\xA9", "ab \xC3\xA9", "ab \xC3\xA9",
                                            "ab \xC3\xA9", "ab \xC3\xA9\xF0\x9F\x98\x80", text };

    for (size_t size = 1; size <= sizeof text; size++) {
        char out[16];
        plain_text(out, size, text, sizeof text - 1);
        cr_expect_str_eq(out, expected[size - 1], "%zu bytes", size);
    }
}
