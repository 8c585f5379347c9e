/* Ports of ExpressRoute Direct: recorded ones, and metrics written here in the shape of recorded ones of other resources. */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_port, .fini = leaks_fail);

#define ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRoutePorts/p"
#define RECORDED \
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/cli_test_express_route_port000001/providers/" \
    "Microsoft.Network/EXPRESSROUTEPORTS/expressRouteTest"
#define SEEN ((struct mono){ 5000 })
#define NOW ((struct mono){ 1000000 })
#define AT_0712 INT64_C(1724656320000) /* 2024-08-26T07:12:00Z */

static struct port_value port;
static struct failure why;

static const char *port_text(struct page_text *text)
{
    static const char *const admins[] = { "absent", "other", "enabled", "disabled" };

    text->len = 0;
    put(text, "%d %s", port.operation, port.location);
    for (size_t i = 0; i < LINKS; i++) {
        const struct link_value *link = &port.link[i];
        if (link->seen.ms != MONO_NEVER.ms)
            put(text, "; %zu %s %s %s %s", i + 1, admins[link->admin], link->router, link->interface, link->panel);
        if (link->line_seen.ms != MONO_NEVER.ms)
            put(text, " line %d@%lld", link->line_percent, (long long)(NOW.ms - link->line_seen.ms) / 1000);
        if (link->rx.seen.ms != MONO_NEVER.ms)
            put(text, " rx %d@%lld", link->rx.centi_dbm, (long long)(NOW.ms - link->rx.seen.ms) / 1000);
        if (link->tx.seen.ms != MONO_NEVER.ms)
            put(text, " tx %d@%lld", link->tx.centi_dbm, (long long)(NOW.ms - link->tx.seen.ms) / 1000);
    }
    return text->text;
}

struct file_row {
    const char *file, *id, *expected;
};

static const struct file_row files[] = {
    { "port-get.json", RECORDED,
      "2 Equinix-Ashburn-DC2; 1 disabled exr05.ash xe-1/1/11:3 CP:0201:1216563 Port 1; 2 disabled exr06.ash xe-1/1/11:3 "
      "CP:0202:1216566 Port 1" },
    { "port-get-link-enabled.json", RECORDED,
      "3 Equinix-Ashburn-DC2; 1 enabled exr05.ash xe-1/1/11:3 CP:0201:1216563 Port 1; 2 disabled exr06.ash xe-1/1/11:3 "
      "CP:0202:1216566 Port 1" },
    { "spec-port.json", "/subscriptions/subid/resourceGroups/rg1/providers/Microsoft.Network/expressRoutePorts/portName",
      "2 peeringLocationName; 1 disabled router1 Ethernet 0/0 patchPanelId1; 2 disabled router2 Ethernet 0/0 "
      "patchPanelId2" },
};

Test(azure_port, recorded)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len;
        char *body = data_read(files[i].file, &len);
        struct azure_reply reply = reply_of(200, body, len);
        struct page_text text;
        port_value_reset(&port);
        cr_assert_eq(port_read(&reply, files[i].id, SEEN, &port, &why), AZURE_OK, "%s: %s", files[i].file, why.what);
        cr_expect_str_eq(port_text(&text), files[i].expected, "%s", files[i].file);
        cr_expect_eq(port.seen.ms, SEEN.ms);
        cr_expect_null(strchr(port.link[0].panel, '\t'), "a tab becomes a blank");
        free(body);
    }
}

#define BODY(properties) "{\"id\":\"" ID "\",\"properties\":{" properties "}}"
#define LINK(name, more) "{\"name\":\"" name "\",\"properties\":{" more "}}"
#define LINKS_OF(links) BODY("\"links\":[" links "]")

static const struct {
    const char *body, *expected, *what; /* expected: NULL: not believed */
} rows[] = {
    { BODY(""), "0 ", "no links" },
    { LINKS_OF(""), "0 ", "an empty list of them" },
    { LINKS_OF(LINK("link2", "\"adminState\":\"Enabled\"")), "0 ; 2 enabled   ", "the second alone" },
    { LINKS_OF(LINK("LINK2", "") "," LINK("Link1", "\"adminState\":\"Melting\"")), "0 ; 1 other   ; 2 absent   ",
      "in any order and letters" },
    { LINKS_OF("{\"name\":\"link1\"}"), "0 ; 1 absent   ", "a link without properties" },
    { LINKS_OF("{\"properties\":{\"routerName\":\"r\\u001b\"},\"name\":\"link1\"}"), "0 ; 1 absent r?  ",
      "the name comes last; a text made harmless" },
    { LINKS_OF(LINK("link1", "") "," LINK("link1", "")), NULL, "a link twice" },
    { LINKS_OF(LINK("link3", "")), NULL, "a third" },
    { LINKS_OF(LINK("link12", "")), NULL, "both digits" },
    { LINKS_OF("{}"), NULL, "a link without a name" },
    { LINKS_OF("1"), NULL, "no link" },
    { BODY("\"links\":{}"), NULL, "no list" },
    { BODY("\"links\":[" LINK("link1", "\"adminState\":true") "]"), NULL, "no word" },
    { "{\"id\":\"" ID "2\",\"properties\":{}}", NULL, "another port" },
    { "{\"properties\":{}}", NULL, "without an id" },
    { "{\"id\":\"" ID "\"}", NULL, "without properties" },
    { "", NULL, "nothing" },
};

Test(azure_port, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct azure_reply reply = reply_text(200, rows[i].body);
        struct page_text text;
        port_value_reset(&port);
        cr_expect_eq(port_read(&reply, ID, SEEN, &port, &why), rows[i].expected != NULL ? AZURE_OK : AZURE_FAILED,
                     "%s: %s", rows[i].what, why.what);
        cr_expect_str_eq(port_text(&text), rows[i].expected != NULL ? rows[i].expected : "0 ", "%s", rows[i].what);
        cr_expect_eq(port.seen.ms, rows[i].expected != NULL ? SEEN.ms : MONO_NEVER.ms, "%s", rows[i].what);
    }
}

/* ---- metrics ---- */

#define DIMENSION(name, value) "{\"name\":{\"value\":\"" name "\"},\"value\":\"" value "\"}"
#define SERIES(link, lane, value) \
    "{\"metadatavalues\":[" DIMENSION("link", link) "," DIMENSION("lane", lane) "],\"data\":[{\"timeStamp\":" \
    "\"2024-08-26T07:10:00Z\",\"average\":" value "}]}"
#define METRIC(name, series) \
    "{\"name\":{\"value\":\"" name "\"},\"timeseries\":[" series "],\"errorCode\":\"Success\"}"
#define ANSWER(metrics) "{\"value\":[" metrics "]}"

static const struct {
    enum port_metrics which;
    const char *body, *expected, *what;
} metrics[] = {
    { PORT_LINE, ANSWER(METRIC("LineProtocol", SERIES("link1", "", "1") "," SERIES("link2", "", "0"))),
      "0  line 100@120 line 0@120", "up and down" },
    { PORT_LINE, ANSWER(METRIC("LineProtocol", SERIES("link1", "", "0.57"))), "0  line 57@120", "a part of a minute" },
    { PORT_LINE, ANSWER(METRIC("LineProtocol", SERIES("link1", "", "2"))), "0 ", "no such state" },
    { PORT_LINE, ANSWER(METRIC("LineProtocol", SERIES("link1", "", "-1"))), "0 ", "nor this" },
    { PORT_LINE, ANSWER(METRIC("AdminState", SERIES("link1", "", "0"))), "0 ", "another metric" },
    { PORT_LINE, ANSWER(METRIC("LineProtocol", SERIES("other", "", "0"))), "0 ", "another link" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-3.5"))), "0  rx -350@120", "light" },
    { PORT_LIGHT, ANSWER(METRIC("TxLightLevel", SERIES("link2", "0", "0.7"))), "0  tx 70@120", "of the other direction" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-3") "," SERIES("link1", "1", "-12.25") ","
                                                SERIES("link1", "2", "-4"))),
      "0  rx -1225@120", "of the lanes the worst" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-6") "," SERIES("link1", "1", "2.5"))),
      "0  rx 250@120", "too much is worse than a little less" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-4") "," SERIES("link1", "1", "-6"))),
      "0  rx -600@120", "as far: the lower" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-40"))), "0  rx -4000@120", "dark" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-1000"))), "0 ", "no level" },
    { PORT_LIGHT, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "1e300"))), "0 ", "nor this" },
    { PORT_LIGHT, ANSWER(""), "0 ", "nothing" },
    { PORT_LIGHT, "{\"value\":{}}", NULL, "no metrics" },
    { PORT_LINE, "{}", NULL, "no metrics" },
};

Test(azure_port, metrics)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        struct azure_reply reply = reply_text(200, metrics[i].body);
        struct page_text text;
        port_value_reset(&port);
        cr_expect_eq(port_read_metrics(&reply, metrics[i].which, AT_0712, NOW, port.link, &why),
                     metrics[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", metrics[i].what, why.what);
        cr_expect_str_eq(port_text(&text), metrics[i].expected != NULL ? metrics[i].expected : "0 ", "%s",
                         metrics[i].what);
    }
}

Test(azure_port, resource_and_metrics_leave_each_other_alone)
{
    static const char expected[] = "0 ; 1 enabled    line 0@120 rx -350@120; 2 absent   ";
    struct azure_reply line = reply_text(200, ANSWER(METRIC("LineProtocol", SERIES("link1", "", "0"))));
    struct azure_reply light = reply_text(200, ANSWER(METRIC("RxLightLevel", SERIES("link1", "0", "-3.5"))));
    struct azure_reply resource = reply_text(200, LINKS_OF(LINK("link1", "\"adminState\":\"Enabled\"") "," LINK("link2", "")));
    struct page_text text;

    port_value_reset(&port);
    cr_expect_eq(port_read_metrics(&line, PORT_LINE, AT_0712, NOW, port.link, &why), AZURE_OK);
    cr_expect_eq(port_read(&resource, ID, SEEN, &port, &why), AZURE_OK);
    cr_expect_eq(port_read_metrics(&light, PORT_LIGHT, AT_0712, NOW, port.link, &why), AZURE_OK);
    cr_expect_str_eq(port_text(&text), expected);
    cr_expect_eq(port_read(&resource, ID, SEEN, &port, &why), AZURE_OK);
    cr_expect_str_eq(port_text(&text), expected, "again");
    cr_expect_eq(port.link[0].line_stamp_wall_ms, AT_0712 - 120000);
    cr_expect_eq(port.link[0].rx.stamp_wall_ms, AT_0712 - 120000);
}

Test(azure_port, what_is_asked)
{
    struct azure_request request;

    cr_expect(port_is_id(ID));
    cr_expect_not(port_is_id(ID "/links/link1"));
    cr_expect_not(port_is_id(ID "?x"));
    port_ask(&request, "https://a", ID, "2024-05-01");
    cr_expect_str_eq(request.url, "https://a" ID "?api-version=2024-05-01");
    azure_request_free(&request);
    port_ask_metrics(&request, "https://a", ID, PORT_LINE, AT_0712);
    cr_expect_str_eq(request.url, "https://a" ID "/providers/Microsoft.Insights/metrics?api-version=2023-10-01"
                                  "&metricnames=LineProtocol&interval=PT1M&aggregation=Average&timespan="
                                  "2024-08-26T07%3A02%3A00Z%2F2024-08-26T07%3A12%3A00Z&%24filter=Link%20eq%20%27%2A%27");
    azure_request_free(&request);
    port_ask_metrics(&request, "https://a", ID, PORT_LIGHT, AT_0712);
    cr_expect_not_null(strstr(request.url, "&metricnames=RxLightLevel%2CTxLightLevel&"));
    cr_expect_not_null(strstr(request.url, "&%24filter=Link%20eq%20%27%2A%27%20and%20Lane%20eq%20%27%2A%27"));
    azure_request_free(&request);
}
