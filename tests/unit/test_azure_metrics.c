/*
 * Availability metrics. No answer about a circuit was ever recorded: the rows here are written in the shape of recorded
 * answers of other resources, with the dimensions of the documentation.
 */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_metrics, .fini = leaks_fail);

#define AT_0712 INT64_C(1724656320000) /* 2024-08-26T07:12:00Z, when all of these are answered */
#define NOW ((struct mono){ 1000000 })

#define DIMENSION(name, value) "{\"name\":{\"value\":\"" name "\",\"localizedValue\":\"x\"},\"value\":\"" value "\"}"
#define SERIES(peering, peer, data) \
    "{\"metadatavalues\":[" DIMENSION("peeringtype", peering) "," DIMENSION("peer", peer) "],\"data\":[" data "]}"
#define GAP(time) "{\"timeStamp\":\"2024-08-26T" time "Z\"}"
#define POINT(time, value) "{\"timeStamp\":\"2024-08-26T" time "Z\",\"average\":" value "}"
#define METRIC(name, series, error)                                                                \
    "{\"id\":\"i\",\"name\":{\"value\":\"" name "\"},\"unit\":\"Percent\",\"timeseries\":[" series \
    "],\"errorCode\":\"" error "\"}"
#define ANSWER(metrics) \
    "{\"cost\":0,\"timespan\":\"t\",\"interval\":\"PT1M\",\"value\":[" metrics "],\"namespace\":\"n\"}"
#define BGP(series) ANSWER(METRIC("BgpAvailability", series, "Success"))

struct row {
    const char *body, *expected,
        *what; /* expected: every value, "private primary bgp 100@60" with its age in seconds */
};

static const struct row rows[] = {
    { BGP(""), "", "no series: no value, and no zero" },
    { ANSWER(""), "", "no metrics" },
    { BGP(SERIES("Private", "Primary", GAP("07:10:00"))), "", "a gap is no zero" },
    { BGP(SERIES("Private", "Primary", "")), "", "no points" },
    { BGP(SERIES("AzurePrivatePeering", "Primary-MSEE", POINT("07:10:00", "100"))), "private primary bgp 100@120;",
      "the words are inside the values" },
    { BGP(SERIES("MICROSOFTPEERING", "SECONDARY", POINT("07:10:00", "0.0"))), "microsoft secondary bgp 0@120;",
      "other letters" },
    { BGP(SERIES("public", "primary", POINT("07:10:00.0000000", "50"))), "public primary bgp 50@120;",
      "a fraction in the time" },
    { BGP(SERIES("Private", "Primary", POINT("07:08:00", "0") "," POINT("07:10:00", "100") "," GAP("07:11:00"))),
      "private primary bgp 100@120;", "the newest that has a value" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "100") "," POINT("07:08:00", "0"))),
      "private primary bgp 100@120;", "in any order" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "null"))), "", "null is a gap" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "89.99"))), "private primary bgp 89@120;", "rounded down" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "100.2"))), "private primary bgp 100@120;",
      "off by rounding" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "100.6"))), "", "no percentage" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "-1"))), "", "none either" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "1e400"))), "", "nor is this" },
    { BGP(SERIES("Private", "Primary", POINT("07:08:00", "7") "," POINT("07:10:00", "-1"))),
      "private primary bgp 7@240;", "what is no percentage is a gap" },
    { BGP(SERIES("Private", "Primary", POINT("07:02:00", "100"))), "private primary bgp 100@600;", "ten minutes old" },
    { BGP(SERIES("Private", "Primary", POINT("07:01:59", "100"))), "", "older" },
    { BGP(SERIES("Private", "Primary", POINT("07:13:00", "100"))), "private primary bgp 100@0;",
      "a little ahead is now" },
    { BGP(SERIES("Private", "Primary", POINT("07:15:00", "100"))), "", "far ahead is no time to believe" },
    { BGP(SERIES("Private", "Primary", "{\"timeStamp\":\"yesterday\",\"average\":1}")), "", "no time" },
    { BGP(SERIES("Private", "Primary", "{\"average\":1}")), "", "no time at all" },
    { BGP(SERIES("Private", "Primary", POINT("07:10:00", "100")) "," SERIES(
          "Private", "Secondary", POINT("07:10:00", "0")) "," SERIES("Microsoft", "Primary", POINT("07:09:00", "50"))),
      "private primary bgp 100@120;private secondary bgp 0@120;microsoft primary bgp 50@180;",
      "each path of each peering" },
    { BGP(SERIES("Private", "Primary-v4", POINT("07:10:00", "100")) "," SERIES("Private", "Primary-v6",
                                                                               POINT("07:09:00", "0"))),
      "private primary bgp 0@180;", "of two series of one path the lower" },
    { BGP(SERIES("Private", "Primary", POINT("07:09:00", "0")) "," SERIES("Private", "primary",
                                                                          POINT("07:10:00", "0"))),
      "private primary bgp 0@120;", "of equals the newer" },
    { BGP(SERIES("Private", "Third", POINT("07:10:00", "0"))), "", "an unknown path" },
    { BGP(SERIES("Other", "Primary", POINT("07:10:00", "0"))), "", "an unknown peering" },
    { BGP(SERIES("Private", "primary-or-secondary", POINT("07:10:00", "0"))), "", "both words say nothing" },
    { BGP("{\"metadatavalues\":[],\"data\":[" POINT("07:10:00", "50") "]}"), "", "not split: of no path" },
    { BGP("{\"metadatavalues\":[" DIMENSION("peeringtype", "Private") "],\"data\":[" POINT("07:10:00", "50") "]}"), "",
      "split by peering alone" },
    { BGP("{\"data\":[" POINT("07:10:00", "50") "],\"metadatavalues\":[" DIMENSION("PEER", "Primary") "," DIMENSION(
          "PeeringType", "Private") "]}"),
      "private primary bgp 50@120;", "the dimensions come last, in other letters" },
    { BGP("{\"metadatavalues\":[{\"value\":\"Private\",\"name\":{\"value\":\"PeeringType\"}}," DIMENSION(
          "peer", "Primary") "],\"data\":[" POINT("07:10:00", "50") "]}"),
      "private primary bgp 50@120;", "a value before its name" },
    { ANSWER(METRIC("BgpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "0")), "InternalError")), "",
      "an error of the metric itself" },
    { ANSWER("{\"errorCode\":\"Throttled\",\"timeseries\":[" SERIES(
          "Private", "Primary", POINT("07:10:00", "0")) "],\"name\":{\"value\":\"BgpAvailability\"}}"),
      "", "the error comes first, the name last" },
    { ANSWER("{\"timeseries\":[" SERIES("Private", "Primary",
                                        POINT("07:10:00", "5")) "],\"name\":{\"value\":\"BGPAVAILABILITY\"}}"),
      "private primary bgp 5@120;", "no error code, other letters" },
    { ANSWER(METRIC("ArpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "99")), "Success") "," METRIC(
          "BitsInPerSecond", SERIES("Private", "Primary", POINT("07:10:00", "5")),
          "Success") "," METRIC("BgpAvailability", SERIES("Private", "Primary", POINT("07:09:00", "98")), "Success")),
      "private primary bgp 98@180;private primary arp 99@120;", "both metrics and another one" },
    { ANSWER(METRIC("ArpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "0")), "Failed") "," METRIC(
          "BgpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "98")), "Success")),
      "private primary bgp 98@120;", "an error of one is not the other's" },
};

static void put_value(struct page_text *text, size_t peering, size_t path, const char *name,
                      const struct metric_value *value)
{
    if (value->seen.ms != MONO_NEVER.ms)
        put(text, "%s %s %s %d@%lld;", peering_name((enum peering_kind)peering), path_name((enum path)path), name,
            value->percent, (long long)(NOW.ms - value->seen.ms) / 1000);
}

static const char *witness_text(const struct witness *witness, struct page_text *text)
{
    text->len = 0;
    text->text[0] = '\0';
    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            put_value(text, p, path, "bgp", &witness->at[p][path].bgp);
            put_value(text, p, path, "arp", &witness->at[p][path].arp);
        }
    return text->text;
}

Test(azure_metrics, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct azure_reply reply = reply_text(200, rows[i].body);
        struct witness witness;
        struct page_text text;
        struct failure why;

        witness_reset(&witness);
        cr_assert_eq(metrics_read(&reply, AT_0712, NOW, &witness, &why), AZURE_OK, "%s: %s", rows[i].what, why.what);
        cr_expect_str_eq(witness_text(&witness, &text), rows[i].expected, "%s", rows[i].what);
        unsigned values = 0;
        for (const char *c = text.text; *c != '\0'; c++)
            values += *c == ';';
        cr_expect_eq(metrics_count(&witness, (struct mono){ NOW.ms - METRICS_WINDOW_MS }), values, "%s", rows[i].what);
    }
}

struct file_row {
    const char *file;
    int64_t now_wall_ms;
    const char *what;
};

static const struct file_row files[] = {
    { "metrics-all-gaps.json", INT64_C(1724659800000), "a whole series of gaps" },
    { "metrics-empty-timeseries.json", INT64_C(1944000000000), "no series, and a time span that was shifted" },
    { "metrics-with-values-trimmed.json", INT64_C(1586304480000),
      "values, but of another metric and without dimensions" },
};

Test(azure_metrics, recorded_answers_of_other_resources_hold_no_value_for_us)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct witness witness;
        struct page_text text;
        struct failure why;
        size_t len;
        char *body = data_read(files[i].file, &len);
        struct azure_reply reply = reply_of(200, body, len);

        witness_reset(&witness);
        cr_expect_eq(metrics_read(&reply, files[i].now_wall_ms, NOW, &witness, &why), AZURE_OK, "%s", files[i].what);
        cr_expect_str_eq(witness_text(&witness, &text), "", "%s", files[i].what);
        free(body);
    }
}

Test(azure_metrics, what_has_no_value_keeps_its_last_one)
{
    struct azure_reply first = reply_text(200, BGP(SERIES("Private", "Primary", POINT("07:10:00", "100"))));
    struct azure_reply second = reply_text(200, BGP(SERIES("Private", "Secondary", POINT("07:10:00", "40"))));
    struct witness witness;
    struct page_text text;
    struct failure why;

    witness_reset(&witness);
    witness.at[PEERING_PRIVATE][PATH_PRIMARY].route[FAMILY_IPV4].prefixes = 9;
    cr_expect_eq(metrics_read(&first, AT_0712, NOW, &witness, &why), AZURE_OK);
    cr_expect_eq(metrics_read(&second, AT_0712, NOW, &witness, &why), AZURE_OK);
    cr_expect_str_eq(witness_text(&witness, &text), "private primary bgp 100@120;private secondary bgp 40@120;");
    cr_expect_eq(witness.at[PEERING_PRIVATE][PATH_PRIMARY].route[FAMILY_IPV4].prefixes, 9,
                 "the other witness is untouched");
    cr_expect_eq(metrics_count(&witness, (struct mono){ NOW.ms - 120000 }), 2);
    cr_expect_eq(metrics_count(&witness, (struct mono){ NOW.ms - 119999 }), 0, "as old as they are");
}

static const char *const not_metrics[] = {
    "",
    "null",
    "{}",
    "[]",
    "<html>",
    "{\"value\":null}",
    "{\"value\":{}}",
    "{\"value\":[1]}",
    "{\"value\":[{\"timeseries\":{}}]}",
    "{\"value\":[{\"name\":\"BgpAvailability\"}]}",
    "{\"value\":[{\"timeseries\":[{\"data\":[{\"average\":\"100\"}]}]}]}",
    "{\"value\":[{\"timeseries\":[{\"data\":[{\"timeStamp\":1}]}]}]}",
    "{\"value\":[],\"Value\":[]}",
    "{\"value\":[]",
};

Test(azure_metrics, what_is_no_metric_is_not_believed)
{
    for (size_t i = 0; i < sizeof not_metrics / sizeof *not_metrics; i++) {
        struct azure_reply reply = reply_text(200, not_metrics[i]);
        struct witness witness;
        struct failure why;

        witness_reset(&witness);
        cr_expect_eq(metrics_read(&reply, AT_0712, NOW, &witness, &why), AZURE_FAILED, "%s", not_metrics[i]);
        cr_expect_eq(why.kind, TROUBLE_UNEXPECTED, "%s", not_metrics[i]);
    }
}

Test(azure_metrics, a_cut_answer_gives_nothing)
{
    static const char body[] = BGP(SERIES("Private", "Primary", POINT("07:10:00", "0")));

    for (size_t cut = 0; cut < sizeof body - 1; cut++) {
        char *part = malloc(cut + 1);
        memcpy(part, body, cut);
        struct azure_reply reply = reply_of(200, part, cut);
        struct witness witness;
        struct page_text text;
        struct failure why;
        witness_reset(&witness);
        cr_expect_eq(metrics_read(&reply, AT_0712, NOW, &witness, &why), AZURE_FAILED, "cut at %zu", cut);
        cr_expect_str_eq(witness_text(&witness, &text), "", "cut at %zu", cut);
        free(part);
    }
}

Test(azure_metrics, what_is_asked)
{
    struct azure_request request;

    metrics_ask(&request, "https://management.azure.com", "/subscriptions/s/x", AT_0712);
    cr_expect_str_eq(request.url, "https://management.azure.com/subscriptions/s/x/providers/Microsoft.Insights/metrics"
                                  "?api-version=2023-10-01&metricnames=BgpAvailability%2CArpAvailability&interval=PT1M"
                                  "&aggregation=Average&timespan=2024-08-26T07%3A02%3A00Z%2F2024-08-26T07%3A12%3A00Z"
                                  "&%24filter=PeeringType%20eq%20%27%2A%27%20and%20Peer%20eq%20%27%2A%27");
    cr_expect_str_eq(request.method, "GET");
    cr_expect(request.bearer);
    azure_request_free(&request);
}

/* ---- many circuits at once ---- */

#define CIRCUIT(name) "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/" name
#define OF(id, metrics) \
    "{\"starttime\":\"t\",\"interval\":\"PT1M\",\"value\":[" metrics "],\"resourceid\":\"" id "\"}"
#define PLAIN(path, value) \
    METRIC("BgpAvailability", SERIES("Private", path, POINT("07:10:00", value)), "Success")
#define BATCH(values) "{\"values\":[" values "]}"

static const char *const asked[] = { CIRCUIT("a"), CIRCUIT("b"), CIRCUIT("c") };

static void note_each(void *context, size_t index, const struct witness *seen)
{
    struct page_text *all = context, text;

    put(all, "%zu:%s ", index, witness_text(seen, &text));
}

static const struct row batches[] = {
    { BATCH(OF(CIRCUIT("a"), PLAIN("Primary", "100")) "," OF(CIRCUIT("b"), PLAIN("Primary", "0"))),
      "0:private primary bgp 100@120; 1:private primary bgp 0@120; ", "each to its own, and one that is missing" },
    { BATCH(OF(CIRCUIT("c"), PLAIN("Primary", "3")) "," OF(CIRCUIT("a"), PLAIN("Primary", "1"))),
      "0:private primary bgp 1@120; 2:private primary bgp 3@120; ", "in any order" },
    { BATCH(OF("/SUBSCRIPTIONS/S/resourcegroups/G/providers/microsoft.network/EXPRESSROUTECIRCUITS/B",
               PLAIN("Primary", "7"))),
      "1:private primary bgp 7@120; ", "ids without case" },
    { BATCH(OF(CIRCUIT("z"), PLAIN("Primary", "0"))), "", "one that was not asked for" },
    { BATCH(OF(CIRCUIT("a") "/", PLAIN("Primary", "0")) "," OF(CIRCUIT("aa"), PLAIN("Primary", "0"))), "",
      "almost the id is another" },
    { BATCH(OF("", PLAIN("Primary", "0"))), "", "an empty id" },
    { BATCH(OF(CIRCUIT("a"), PLAIN("Primary", "50")) "," OF(CIRCUIT("a"), PLAIN("Primary", "40"))),
      "0:private primary bgp 40@120; ", "twice: the lower counts" },
    { BATCH(OF(CIRCUIT("a"), PLAIN("Primary", "50")) "," OF(CIRCUIT("a"), PLAIN("Secondary", "40"))),
      "0:private primary bgp 50@120;private secondary bgp 40@120; ", "twice: both count" },
    { BATCH("{\"resourceid\":\"" CIRCUIT("b") "\",\"value\":[" PLAIN("Primary", "9") "]}"),
      "1:private primary bgp 9@120; ", "the id comes first" },
    { BATCH("{\"resourceid\":\"" CIRCUIT("b") "\"}"), "", "no metrics of it are none" },
    { BATCH(OF(CIRCUIT("b"), "")), "1: ", "an empty list is an answer" },
    { BATCH(OF(CIRCUIT("b"), METRIC("BgpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "0")), "Failed"))),
      "1: ", "an error of its own" },
    { BATCH(OF(CIRCUIT("a"), METRIC("BgpAvailability", SERIES("Private", "Primary", POINT("07:10:00", "0")), "Failed")) ","
            OF(CIRCUIT("b"), PLAIN("Primary", "8"))),
      "0: 1:private primary bgp 8@120; ", "an error of one is not the other's" },
    { BATCH(""), "", "no resources" },
    { BATCH("{\"value\":[" PLAIN("Primary", "0") "]}"), NULL, "metrics of no resource" },
    { BATCH(OF(CIRCUIT("a"), PLAIN("Primary", "0")) ",{\"value\":[" PLAIN("Primary", "0") "]}"), NULL,
      "then nothing is believed" },
    { "{\"value\":[" PLAIN("Primary", "0") "]}", NULL, "the answer about one" },
    { "{}", NULL, "nothing" },
    { "{\"values\":null}", NULL, "null" },
    { "{\"values\":[null]}", NULL, "no resource" },
    { "{\"values\":{}}", NULL, "no list" },
};

Test(azure_metrics, batches)
{
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        struct azure_reply reply = reply_text(200, batches[i].body);
        struct page_text text = { 0 };
        struct failure why = { 0 };
        enum azure_result result =
            metrics_read_batch(&reply, asked, 3, AT_0712, NOW, note_each, &text, &why);

        cr_expect_eq(result, batches[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", batches[i].what,
                     why.what);
        cr_expect_str_eq(text.text, batches[i].expected != NULL ? batches[i].expected : "", "%s", batches[i].what);
    }
}

Test(azure_metrics, a_published_batch_is_of_other_resources)
{
    size_t len;
    char *body = data_read("spec-metrics-batch.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    static const char *const storage[] = {
        "/subscriptions/12345678-ABCD-1234-abcd-123456789abc/resourceGroups/TestGroup/providers/Microsoft.Storage/"
        "storageAccounts/TestStorage1"
    };
    struct page_text text = { 0 };
    struct failure why;

    cr_assert_eq(metrics_read_batch(&reply, asked, 3, AT_0712, NOW, note_each, &text, &why), AZURE_OK, "%s", why.what);
    cr_expect_str_eq(text.text, "", "none was asked for");
    cr_assert_eq(metrics_read_batch(&reply, storage, 1, AT_0712, NOW, note_each, &text, &why), AZURE_OK);
    cr_expect_str_eq(text.text, "0: ", "the one that was; it has other metrics");
    free(body);
}

Test(azure_metrics, fifty_at_once)
{
    static char body[METRICS_BATCH_MAX * 512], names[METRICS_BATCH_MAX][128];
    const char *ids[METRICS_BATCH_MAX];
    struct page_text text = { 0 };
    struct failure why;
    size_t at = (size_t)snprintf(body, sizeof body, "{\"values\":[");

    for (size_t i = 0; i < METRICS_BATCH_MAX; i++) {
        snprintf(names[i], sizeof names[i], CIRCUIT("%zu"), i);
        ids[i] = names[i];
        at += (size_t)snprintf(body + at, sizeof body - at, "%s" OF("%s", PLAIN("Primary", "%zu")), i > 0 ? "," : "",
                               i, names[i]);
    }
    snprintf(body + at, sizeof body - at, "]}");
    struct azure_reply reply = reply_text(200, body);
    cr_assert_eq(metrics_read_batch(&reply, ids, METRICS_BATCH_MAX, AT_0712, NOW, note_each, &text, &why), AZURE_OK,
                 "%s", why.what);
    cr_expect_not_null(strstr(text.text, "0:private primary bgp 0@120; 1:private primary bgp 1@120; "));
    cr_expect_not_null(strstr(text.text, " 49:private primary bgp 49@120; "));
}

struct origin_row {
    const char *base, *region, *expected, *what;
};

static const struct origin_row origins[] = {
    { "https://metrics.monitor.azure.com", "uksouth", "https://uksouth.metrics.monitor.azure.com", "a region" },
    { "https://metrics.monitor.azure.com", "UK South", "https://uksouth.metrics.monitor.azure.com", "its other name" },
    { "https://metrics.monitor.azure.com:8443", "eastus2", "https://eastus2.metrics.monitor.azure.com:8443", "a port" },
    { "http://127.0.0.1:8080", "uksouth", "http://127.0.0.1:8080", "an address" },
    { "https://[::1]:8080", "uksouth", "https://[::1]:8080", "another address" },
    { "http://localhost:8080", "uksouth", "http://localhost:8080", "a name without a domain" },
    { "https://metrics.monitor.azure.com", "", NULL, "no region" },
    { "https://metrics.monitor.azure.com", "  ", NULL, "blanks" },
    { "https://metrics.monitor.azure.com", "evil.example/", NULL, "another host" },
    { "https://metrics.monitor.azure.com", "evil.example", NULL, "a dot" },
    { "https://metrics.monitor.azure.com", "a@b", NULL, "a user part" },
    { "https://metrics.monitor.azure.com", "a%2fb", NULL, "percent-encoding" },
    { "https://metrics.monitor.azure.com", "\xC3\xBCk", NULL, "letters beyond ASCII" },
    { "https://metrics.monitor.azure.com", "a\nb", NULL, "a line break" },
    { "https://metrics.monitor.azure.com", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
      "too long for a label" },
};

Test(azure_metrics, the_host_of_a_region)
{
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        char *origin = metrics_batch_origin(origins[i].base, origins[i].region);
        if (origins[i].expected == NULL)
            cr_expect_null(origin, "%s", origins[i].what);
        else
            cr_expect_str_eq(origin, origins[i].expected, "%s", origins[i].what);
        free(origin);
    }
}

Test(azure_metrics, what_is_asked_of_a_batch)
{
    struct azure_request request;

    metrics_ask_batch(&request, "https://uksouth.metrics.monitor.azure.com", "s", asked, 2, AT_0712);
    cr_expect_str_eq(request.url, "https://uksouth.metrics.monitor.azure.com/subscriptions/s/metrics:getBatch"
                                  "?api-version=2024-02-01&metricnamespace=Microsoft.Network%2FexpressRouteCircuits"
                                  "&metricnames=BgpAvailability%2CArpAvailability&interval=PT1M&aggregation=average"
                                  "&starttime=2024-08-26T07%3A02%3A00Z&endtime=2024-08-26T07%3A12%3A00Z"
                                  "&filter=PeeringType%20eq%20%27%2A%27%20and%20Peer%20eq%20%27%2A%27");
    cr_expect_str_eq(request.body, "{\"resourceids\":[\"" CIRCUIT("a") "\",\"" CIRCUIT("b") "\"]}");
    cr_expect_str_eq(request.method, "POST");
    cr_expect_str_eq(request.content_type, "application/json");
    cr_expect(request.bearer);
    azure_request_free(&request);
    metrics_ask_batch(&request, "http://h", "s", &(const char *){ "a\"b\\c\n" }, 1, AT_0712);
    cr_expect_str_eq(request.body, "{\"resourceids\":[\"a\\\"b\\\\c\\u000a\"]}", "nothing ends the text early");
    azure_request_free(&request);
}
