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
