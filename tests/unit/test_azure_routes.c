/* Route summaries and ARP tables: recorded sequences, published transcripts, and rows of other neighbours. */
#include "azure_cassette.h"
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_routes, .fini = leaks_fail);

static struct net net_of(const char *text)
{
    struct net net = NET_NONE;

    if (*text != '\0')
        cr_assert(net_parse(text, strlen(text), &net), "%s", text);
    return net;
}

static struct peering_sample peering_of(const char *v4, const char *v6, uint32_t asn)
{
    struct peering_sample peering = { .present = true, .peer_asn = asn };

    for (size_t path = 0; path < PATHS; path++) {
        peering.family[FAMILY_IPV4].subnet[path] = net_of(v4);
        peering.family[FAMILY_IPV6].subnet[path] = net_of(v6);
    }
    return peering;
}

static const struct mono seen = { 5000 };

struct table_row {
    const char *file;           /* or the rows themselves */
    const char *v4, *v6;        /* subnets of the peering, "" when absent */
    uint32_t asn;
    const char *ipv4, *ipv6;    /* expected: "-" for no row, "up N", or "down WORD" */
    const char *what;
};

#define TABLE(rows) "{\"value\":[" rows "]}"
#define ROW(neighbor, as, state) \
    "{\"neighbor\":\"" neighbor "\",\"v\":4,\"as\":" as ",\"upDown\":\"1d\",\"statePfxRcd\":\"" state "\"}"

static const struct table_row tables[] = {
    { "route-summary-active.json", "192.168.1.0/30", "", 100, "down Active", "-",
      "recorded: a session that never was up" },
    { "route-summary-idle.json", "192.168.1.0/30", "", 100, "down Idle", "-", "recorded: idle" },
    { "route-summary-empty.json", "192.168.1.0/30", "", 100, "-", "-",
      "recorded: the usual answer without a provider" },
    { "lab-route-summary-established-primary.json", "172.16.1.0/30", "", 65100, "up 3", "-",
      "a number means Established" },
    { "lab-route-summary-established-secondary.json", "172.16.2.0/30", "", 65100, "up 3", "-", "likewise" },
    { "lab-route-summary-established-secondary.json", "172.16.1.0/30", "", 65100, "-", "-",
      "the AS fits, but the subnet is known and is another one" },
    { "spec-route-summary.json", "", "", 9583, "down Idle", "-", "without subnets the AS decides" },
    { "spec-cross-route-summary.json", "10.6.1.112/30", "", 65514, "-", "-", "the provider's table has other names" },
    { TABLE(ROW("10.0.0.4", "65515", "12") "," ROW("10.0.1.1", "65000", "0")), "10.0.1.0/30", "", 65000, "up 0", "-",
      "a gateway's row is another neighbour's; no prefixes is up" },
    { TABLE(ROW("10.0.0.4", "65515", "12")), "", "", 65000, "-", "-", "nothing but a gateway's row" },
    { TABLE(ROW("10.0.0.4", "0", "12")), "", "", 0, "-", "-", "an AS of 0 is no AS" },
    { TABLE(ROW("10.0.1.1", "-94967296", "2")), "", "", 4200000000, "up 2", "-",
      "an AS of four bytes as a negative number" },
    { TABLE(ROW("fc00::1", "65000", "Idle (Admin)") "," ROW("10.0.1.1", "65000", "7")), "10.0.1.0/30", "fc00::/126",
      65000, "up 7", "down Idle (Admin)", "both families" },
    { TABLE(ROW("fc00::1", "65000", "4")), "10.0.1.0/30", "", 65000, "-", "up 4", "by AS only in its own family" },
    { TABLE(ROW("10.0.1.1", "65000", " 3 ")), "10.0.1.0/30", "", 65000, "up 3", "-", "blanks around it" },
    { TABLE(ROW("10.0.1.1", "65000", "3 (Established)")), "10.0.1.0/30", "", 65000, "down 3 (Established)", "-",
      "only digits mean Established" },
    { TABLE(ROW("10.0.1.1", "65000", "")), "10.0.1.0/30", "", 65000, "-", "-", "an empty state is no row" },
    { TABLE("{\"neighbor\":\"10.0.1.1\",\"statePfxRcd\":5}"), "10.0.1.0/30", "", 65000, "up 5", "-",
      "a number that is one" },
    { TABLE(ROW("10.0.1.1", "1", "99999999999999999999999")), "10.0.1.0/30", "", 1, "up 4294967295", "-",
      "too many to count" },
    { TABLE(ROW("10.0.1.1", "1", "Idle") "," ROW("10.0.1.2", "1", "4")), "10.0.1.0/30", "", 1, "up 4", "-",
      "the live session of two rows" },
    { TABLE(ROW("10.0.1.2", "1", "4") "," ROW("10.0.1.1", "1", "Idle")), "10.0.1.0/30", "", 1, "up 4", "-",
      "in any order" },
    { TABLE(ROW("10.0.1.1", "1", "A\\nvery\\u001blong state word that is cut")), "10.0.1.0/30", "", 1,
      "down A very?long state word ", "-", "cut and made harmless" },
    { TABLE(ROW("bogus", "1", "4")), "", "", 1, "-", "-", "a neighbour that is no address" },
    { TABLE("{}"), "10.0.1.0/30", "", 1, "-", "-", "an empty row" },
};

static const char *route_text(const struct route_value *value, char out[64])
{
    if (value->state == ROUTE_NO_ROW)
        return "-";
    if (value->state == ROUTE_ESTABLISHED)
        snprintf(out, 64, "up %u", value->prefixes);
    else
        snprintf(out, 64, "down %s", value->word);
    return out;
}

Test(azure_routes, tables)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct table_row *row = &tables[i];
        struct peering_sample peering = peering_of(row->v4, row->v6, row->asn);
        struct route_value out[FAMILIES];
        struct failure why;
        char text[64];
        size_t len = strlen(row->file);
        char *body = *row->file == '{' ? strdup(row->file) : data_read(row->file, &len);
        struct azure_reply reply = reply_of(200, body, len);

        cr_assert_eq(arm_read_routes(&reply, &peering, PATH_PRIMARY, seen, out, &why), AZURE_OK, "%s: %s", row->what,
                     why.what);
        cr_expect_str_eq(route_text(&out[FAMILY_IPV4], text), row->ipv4, "%s", row->what);
        cr_expect_str_eq(route_text(&out[FAMILY_IPV6], text), row->ipv6, "%s", row->what);
        cr_expect_eq(out[FAMILY_IPV4].seen.ms, seen.ms, "asked, with or without a row");
        cr_expect_eq(out[FAMILY_IPV6].seen.ms, seen.ms);
        free(body);
    }
}

Test(azure_routes, each_path_has_its_own_subnet)
{
    struct peering_sample peering = peering_of("10.0.1.0/30", "", 1);
    struct azure_reply reply = reply_text(200, TABLE(ROW("10.0.2.1", "1", "4")));
    struct route_value out[FAMILIES];
    struct failure why;

    peering.family[FAMILY_IPV4].subnet[PATH_SECONDARY] = net_of("10.0.2.0/30");
    cr_expect_eq(arm_read_routes(&reply, &peering, PATH_PRIMARY, seen, out, &why), AZURE_OK);
    cr_expect_eq(out[FAMILY_IPV4].state, ROUTE_NO_ROW);
    cr_expect_eq(arm_read_routes(&reply, &peering, PATH_SECONDARY, seen, out, &why), AZURE_OK);
    cr_expect_eq(out[FAMILY_IPV4].state, ROUTE_ESTABLISHED);
    cr_expect_str_eq(out[FAMILY_IPV4].uptime, "1d");
}

static const char *const not_tables[] = {
    "null", "", "{}", "{\"value\":null}", "{\"value\":{}}", "{\"value\":[1]}", "{\"value\":[null]}", "[]",
    "{\"value\":[]", "{\"value\":[],\"value\":[]}", "{\"value\":[{\"neighbor\":1}]}", "{\"value\":[{\"as\":\"1\"}]}",
    "{\"value\":[{\"as\":1e10}]}", "{\"value\":[{\"as\":1.5}]}", "{\"value\":[{\"statePfxRcd\":true}]}",
    "{\"value\":[{\"statePfxRcd\":-5}]}", "{\"value\":[{\"statePfxRcd\":1e2}]}",
};

Test(azure_routes, what_is_no_table_is_not_believed)
{
    struct peering_sample peering = peering_of("10.0.1.0/30", "", 1);

    for (size_t i = 0; i < sizeof not_tables / sizeof *not_tables; i++) {
        struct azure_reply reply = reply_text(200, not_tables[i]);
        struct route_value out[FAMILIES] = { { .prefixes = 77 } };
        struct failure why;

        cr_expect_eq(arm_read_routes(&reply, &peering, PATH_PRIMARY, seen, out, &why), AZURE_FAILED, "%s",
                     not_tables[i]);
        cr_expect_eq(why.kind, TROUBLE_UNEXPECTED);
        cr_expect_eq(out[0].prefixes, 77, "untouched");
    }
}

struct sequence_row {
    const char *file;
    size_t turns;
    const char *last; /* state of the last answer */
    int64_t wait_ms;  /* as each pending answer says; -1: it does not */
    const char *what;
};

static const struct sequence_row sequences[] = {
    { "lro-route-summary-2018.cassette.json", 5, "down Active", 10000, "four pending answers, then rows" },
    { "lro-route-summary-slow-2017.cassette.json", 18, "down Active", 10000, "a slow edge device" },
};

Test(azure_routes, recorded_sequences)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        const struct sequence_row *row = &sequences[i];
        struct peering_sample peering = peering_of("192.168.1.0/30", "", 100);
        struct route_value out[FAMILIES];
        struct cassette cassette;
        struct failure why;
        char text[64];

        cassette_read(row->file, &cassette);
        cr_assert_eq(cassette.count, row->turns, "%s", row->file);
        for (size_t turn = 0; turn < cassette.count; turn++) {
            struct azure_reply reply = reply_turn(&cassette.turn[turn]);
            bool last = turn == cassette.count - 1;
            cr_expect_eq(arm_read_routes(&reply, &peering, PATH_PRIMARY, seen, out, &why),
                         last ? AZURE_OK : AZURE_PENDING);
            cr_expect_not_null(reply.location, "the final answer repeats Location, which is not followed again");
            cr_expect(last || retry_after_ms(reply.retry_after, -1) == row->wait_ms, "%s turn %zu", row->file, turn);
        }
        cr_expect_str_eq(route_text(&out[FAMILY_IPV4], text), row->last, "%s: %s", row->file, row->what);
        cassette_free(&cassette);
    }
}

Test(azure_routes, a_refusal_is_told)
{
    struct peering_sample peering = peering_of("192.168.1.0/30", "", 100);
    struct azure_reply reply = reply_text(429, "{\"error\":{\"code\":\"RetryableErrorDueToAnotherOperation\"}}");
    struct route_value out[FAMILIES];
    struct failure why;

    cr_expect_eq(arm_read_routes(&reply, &peering, PATH_PRIMARY, seen, out, &why), AZURE_FAILED);
    cr_expect_eq(why.kind, TROUBLE_LOCKED);
}

/* ---- ARP tables ---- */

struct arp_row {
    const char *file;
    enum arp_state expected;
    const char *what;
};

#define ARP(interface, mac) \
    "{\"age\":1,\"interface\":\"" interface "\",\"ipAddress\":\"1.2.3.4\",\"macAddress\":\"" mac "\"}"

static const struct arp_row arps[] = {
    { "lab-arp-complete-primary.json", ARP_COMPLETE, "both rows" },
    { "lab-arp-complete-secondary.json", ARP_COMPLETE, "both rows" },
    { "arp-table-incomplete.json", ARP_INCOMPLETE, "recorded: the customer's side does not answer" },
    { "arp-table-microsoft-only.json", ARP_INCOMPLETE, "recorded: only Microsoft's own row" },
    { "route-summary-empty.json", ARP_UNKNOWN, "no rows: not deployed, stale, or Microsoft's own trouble" },
    { TABLE(ARP("On-Prem", "0050.56b4.d8aa")), ARP_COMPLETE, "some hardware never lists Microsoft's row" },
    { TABLE(ARP("ON-PREM", "00:50:56:B4:D8:AA")), ARP_COMPLETE, "other letters, other grouping" },
    { TABLE(ARP("On-Prem", "")), ARP_INCOMPLETE, "an empty MAC" },
    { TABLE(ARP("On-Prem", "0000.0000.0000")), ARP_INCOMPLETE, "a MAC of zeros" },
    { TABLE(ARP("On-Prem", "INCOMPLETE")), ARP_INCOMPLETE, "other letters" },
    { TABLE(ARP("On-Prem", "Incomplete") "," ARP("On-Prem", "0050.56b4.d8aa")), ARP_COMPLETE, "one of two is enough" },
    { TABLE(ARP("Elsewhere", "0050.56b4.d8aa")), ARP_UNKNOWN, "an unknown side says nothing" },
    { TABLE("{\"interface\":null}"), ARP_UNKNOWN, "a row without a side" },
};

Test(azure_routes, arp_tables)
{
    for (size_t i = 0; i < sizeof arps / sizeof *arps; i++) {
        enum arp_state out;
        struct failure why;
        size_t len = strlen(arps[i].file);
        char *body = *arps[i].file == '{' ? strdup(arps[i].file) : data_read(arps[i].file, &len);
        struct azure_reply reply = reply_of(200, body, len);

        cr_assert_eq(arm_read_arp(&reply, &out, &why), AZURE_OK, "%s", arps[i].what);
        cr_expect_eq(out, arps[i].expected, "%s", arps[i].what);
        free(body);
    }
}

Test(azure_routes, a_recorded_arp_sequence)
{
    struct cassette cassette;
    struct failure why;
    enum arp_state out = ARP_COMPLETE;

    cassette_read("lro-arp-2021.cassette.json", &cassette);
    cr_assert_eq(cassette.count, 2);
    struct azure_reply first = reply_turn(&cassette.turn[0]), last = reply_turn(&cassette.turn[1]);
    cr_expect_eq(arm_read_arp(&first, &out, &why), AZURE_PENDING);
    cr_expect_eq(out, ARP_COMPLETE, "untouched");
    cr_expect_eq(arm_read_arp(&last, &out, &why), AZURE_OK);
    cr_expect_eq(out, ARP_UNKNOWN, "no rows");
    struct azure_reply broken = reply_text(200, "{\"value\":[{\"macAddress\":1}]}");
    cr_expect_eq(arm_read_arp(&broken, &out, &why), AZURE_FAILED);
    cassette_free(&cassette);
}
