/* The simulator's answers against recorded ones, byte for byte, and what follows from a story. */
#include "sim/render.h"

#include "config/diag.h"
#include "leaks.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/gateway.h"
#include "sim/port.h"
#include "sim/reach.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(sim_render, .fini = leaks_fail);

#define WALL_MS 1795000000000

static const struct moment begin = { { 1000 }, WALL_MS };

static struct moment later(int64_t ms)
{
    return (struct moment){ mono_after(begin.mono, ms), begin.wall_ms + ms };
}

static struct world *world_of(const char *file)
{
    struct diag *diag = diag_new();
    struct scenario *scenario = scenario_load(file, diag);

    diag_print(diag, stderr);
    cr_assert_not_null(scenario);
    cr_assert_eq(diag_count(diag), 0);
    diag_free(diag);
    struct world *world = world_new(scenario, 1, begin);
    world->quiet = true;
    return world;
}

static struct circuit *circuit_of(const struct world *world, const char *name)
{
    size_t i = 0;

    while (i < world->scenario->circuit_count && strcmp(world->scenario->circuits[i]->name, name) != 0)
        i++;
    cr_assert_lt(i, world->scenario->circuit_count, "no circuit %s", name);
    return world->scenario->circuits[i];
}

static char *recorded(const char *name)
{
    char path[512];
    char *text = calloc(1, 65536);

    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    cr_assert_lt(fread(text, 1, 65535, file), 65535);
    fclose(file);
    return text;
}

static void expect_body(json_t *json, bool indent, const char *name, const char *what)
{
    struct answer answer;
    char *want = recorded(name);

    answer_init(&answer);
    answer_json(&answer, 200, json, indent);
    cr_expect_str_eq(answer.body, want, "%s", what);
    cr_expect_eq(answer.len, strlen(want));
    answer_fini(&answer);
    free(want);
}

static const struct row {
    const char *circuit, *version, *file, *what;
    bool indent;
    int64_t at_ms;
} rows[] = {
    { "ps1524", "2018-02-01", "azure/circuit-enabled-notprovisioned-succeeded-priv.json",
      "an ordered circuit with a private peering, 2018", true, 0 },
    { "ps9452", "2018-04-01", "azure/circuit-enabled-notprovisioned-succeeded-ms-configured-v6.json",
      "IPv4 configured, IPv6 not", true, 0 },
    { "ps9452", "2018-04-01", "azure/circuit-enabled-notprovisioned-succeeded-ms-v6-disabled.json",
      "an IPv6-only peering shows the outer state Disabled", true, 10000 },
    { "ps6689", "2024-05-01", "azure/circuit-provisioned-ms-validationneeded-prefixinfo.json",
      "per-prefix states, minified, 2025", false, 0 },
};

Test(sim_render, equals_recorded_circuits)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
        const struct look look = { rows[i].version, "usual", NULL };
        story_advance(world, later(rows[i].at_ms));
        expect_body(render_circuit(circuit_of(world, rows[i].circuit), &look), rows[i].indent, rows[i].file,
                    rows[i].what);
        world_free(world);
    }
}

static struct thing *thing_of(const struct world *world, enum thing_kind kind, const char *name)
{
    const struct things *things = &world->scenario->things[kind];
    size_t i = 0;

    while (i < things->count && strcmp(things->at[i]->name, name) != 0)
        i++;
    cr_assert_lt(i, things->count, "no %s", name);
    return things->at[i];
}

Test(sim_render, equals_recorded_resources_beyond_circuits)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    const struct look look = { "2022-01-01", "usual", NULL };
    const struct thing *port = thing_of(world, THING_PORT, "expressRouteTest");
    const struct thing *gateway = thing_of(world, THING_CONNECTION, "onesdk1914");
    const struct thing *wan = thing_of(world, THING_CONNECTION, "yuerconnection");

    expect_body(render_port(world, port, &look), false, "azure/port-get.json", "a port of ExpressRoute Direct");
    expect_body(json_pack("{s:[o]}", "value", render_port(world, port, &look)), false, "azure/list-ports.json",
                "… in a list");
    expect_body(render_connection(world, gateway, false, &look), true,
                "azure/vnet-gateway-connection-expressroute.json", "a gateway connection");
    expect_body(render_connection(world, wan, false, &look), true, "azure/gateway-expressroute-connection.json",
                "one of Virtual WAN");
    expect_body(json_pack("{s:o}", "value", render_reaches(circuit_of(world, "er1"), false, &look)), true,
                "azure/list-global-reach-connections.json", "Global Reach: Connected, though it failed");
    world_free(world);
}

/* Elements of lists were written out alone by whoever extracted them; their spacing proves nothing. */
Test(sim_render, equals_recorded_elements)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    const struct look y2019 = { "2018-12-01", "usual", NULL }, y2021 = { "2020-11-01", "usual", NULL };
    json_t *want = json_load_file(TEST_DATA "/azure/xcircuit-enabled-provisioned-succeeded-priv.json", 0, NULL);
    json_t *list = json_load_file(TEST_DATA "/azure/list-circuits-by-group-1.json", 0, NULL);
    json_t *have = render_circuit(circuit_of(world, "ER4Bugfix"), &y2019);
    json_t *one = render_circuit(circuit_of(world, "circuit1"), &y2021);

    cr_expect(json_equal(have, want), "a provider's circuit with the meaningless NotConfigured in its private peering");
    cr_expect(json_equal(one, json_array_get(json_object_get(list, "value"), 0)), "a circuit with tags");
    json_decref(one);
    json_decref(have);
    json_decref(list);
    json_decref(want);
    world_free(world);
}

Test(sim_render, text_of_a_list_is_the_same_circuit)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    const struct look look = { "2024-05-01", "usual", NULL };
    struct circuit *circuit = circuit_of(world, "ps6689");
    char *want = recorded("azure/circuit-provisioned-ms-validationneeded-prefixinfo.json");

    const char *first = render_circuit_text(circuit, &look);
    cr_expect_str_eq(first, want);
    cr_expect_eq(render_circuit_text(circuit, &look), first, "kept while nothing changes");
    json_t *patch = json_pack("{s:s}", "provider_state", "Deprovisioning");
    circuit_set(circuit, patch, 0, WALL_MS);
    cr_expect(strstr(render_circuit_text(circuit, &look), "\"Deprovisioning\"") != NULL, "made anew after a change");
    json_decref(patch);
    free(want);
    world_free(world);
}

Test(sim_render, equals_recorded_tables)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    const struct circuit *up = circuit_of(world, "tables"), *down = circuit_of(world, "idle");
    const struct circuit *ordered = circuit_of(world, "ps1524");
    const enum peering_kind p = PEERING_PRIVATE;

    expect_body(render_summary(down, p, PATH_PRIMARY, 0), true, "azure/route-summary-active.json", "never up");
    expect_body(render_summary(ordered, p, PATH_PRIMARY, 0), true, "azure/route-summary-empty.json",
                "an ordered circuit has no rows");
    expect_body(render_stats(up), true, "sim/stats-circuit.json", "counters");
    json_t *want = json_load_file(TEST_DATA "/azure/lab-route-summary-established-primary.json", 0, NULL);
    json_t *have = render_summary(up, p, PATH_PRIMARY, 0);
    cr_expect(json_equal(have, want), "an established session says how many prefixes it has");
    json_decref(have);
    json_decref(want);
    world_free(world);
}

static void expect_rows(json_t *table, size_t want, const char *key, const char *first)
{
    const json_t *rows_of = json_object_get(table, "value");

    cr_expect_eq(json_array_size(rows_of), want);
    if (want != 0)
        cr_expect_str_eq(json_string_value(json_object_get(json_array_get(rows_of, 0), key)), first);
    json_decref(table);
}

static void set(struct circuit *circuit, const char *json, int64_t story_ms)
{
    json_t *patch = json_loads(json, 0, NULL);

    cr_assert_not_null(patch, "%s", json);
    circuit_set(circuit, patch, story_ms, WALL_MS + story_ms);
    json_decref(patch);
}

Test(sim_render, arp_tables)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");
    const enum peering_kind p = PEERING_PRIVATE;

    expect_rows(render_arp(c, p, PATH_PRIMARY, 0), 2, "macAddress", "0050.56b4.d8aa");
    set(c, "{\"peerings\":{\"private\":{\"arp\":{\"primary\":\"incomplete\"}}}}", 0);
    expect_rows(render_arp(c, p, PATH_PRIMARY, 0), 2, "macAddress", "Incomplete");
    set(c, "{\"peerings\":{\"private\":{\"arp\":{\"primary\":\"microsoft-only\"}}}}", 0);
    expect_rows(render_arp(c, p, PATH_PRIMARY, 0), 1, "interface", "Microsoft");
    set(c, "{\"peerings\":{\"private\":{\"arp\":{\"primary\":\"on-prem-only\"}}}}", 0);
    expect_rows(render_arp(c, p, PATH_PRIMARY, 0), 1, "interface", "On-Prem");
    set(c, "{\"peerings\":{\"private\":{\"arp\":{\"primary\":\"empty\"}}}}", 0);
    expect_rows(render_arp(c, p, PATH_PRIMARY, 0), 0, "interface", "");
    world_free(world);
}

static const char *up_down(const struct circuit *c, int64_t story_ms, char out[32])
{
    json_t *table = render_summary(c, PEERING_PRIVATE, PATH_PRIMARY, story_ms);
    const json_t *row = json_array_get(json_object_get(table, "value"), 0);

    snprintf(out, 32, "%s %s", json_string_value(json_object_get(row, "statePfxRcd")),
             json_string_value(json_object_get(row, "upDown")));
    json_decref(table);
    return out;
}

Test(sim_render, sessions_follow_the_story)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");
    char text[32];

    cr_expect_str_eq(up_down(c, 0, text), "3 1d13h");
    set(c, "{\"peerings\":{\"private\":{\"ipv4\":{\"sessions\":{\"primary\":\"down\"}}}}}", 10000);
    cr_expect_str_eq(up_down(c, 75000, text), "Idle 0:01:05");
    set(c, "{\"peerings\":{\"private\":{\"ipv4\":{\"sessions\":{\"primary\":\"up\"}}}}}", 100000);
    cr_expect_str_eq(up_down(c, 100000 + 2 * 3600000, text), "4 2h0m");
    set(c, "{\"bandwidth\":2000}", 200000);
    cr_expect_str_eq(up_down(c, 160000, text), "4 0:01:00", "another change does not touch it");
    set(c, "{\"peerings\":{\"private\":{\"ipv4\":{\"sessions\":{\"primary\":\"reset\"}}}}}", 300000);
    cr_expect_str_eq(up_down(c, 301000, text), "4 0:00:01", "a reset session is up, but not for long");
    set(c, "{\"bandwidth\":1000}", 400000);
    cr_expect_str_eq(up_down(c, 401000, text), "4 0:01:41", "and is not reset by every later change");
    set(c, "{\"provider_state\":\"NotProvisioned\"}", 500000);
    cr_expect_str_eq(up_down(c, 500000, text), "(null) (null)", "a circuit without its line has no row");
    world_free(world);
}

Test(sim_render, metrics_remember)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");
    const enum peering_kind p = PEERING_PRIVATE;

    set(c, "{\"peerings\":{\"private\":{\"ipv4\":{\"sessions\":{\"primary\":\"down\"}}}}}", 10000);
    set(c, "{\"peerings\":{\"private\":{\"bgp_metric\":{\"secondary\":\"gap\"},\"arp_metric\":{\"secondary\":50}}}}",
        20000);
    set(c, "{\"peerings\":{\"private\":{\"bgp_metric\":{\"secondary\":0}}}}", 30000);
    cr_expect_eq(circuit_metric_at(c, p, PATH_PRIMARY, WALL_MS - 3600000).bgp, 100, "so it was all the time before");
    cr_expect_eq(circuit_metric_at(c, p, PATH_PRIMARY, WALL_MS + 9999).bgp, 100);
    cr_expect_eq(circuit_metric_at(c, p, PATH_PRIMARY, WALL_MS + 10000).bgp, 0);
    cr_expect_eq(circuit_metric_at(c, p, PATH_SECONDARY, WALL_MS + 25000).bgp, -1, "a gap");
    cr_expect_eq(circuit_metric_at(c, p, PATH_SECONDARY, WALL_MS + 25000).arp, 50);
    cr_expect_eq(circuit_metric_at(c, p, PATH_SECONDARY, WALL_MS + 30000).bgp, 0, "down though the session is up");
    cr_expect(c->sessions[p][FAMILY_IPV4][PATH_SECONDARY].up);
    cr_expect_eq(circuit_metric_at(c, PEERING_MICROSOFT, PATH_PRIMARY, WALL_MS).bgp, -1, "no such peering");
    world_free(world);
}

Test(sim_render, metrics_forget_the_oldest)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");
    const struct marks *marks = &c->marks[PEERING_PRIVATE][PATH_PRIMARY];

    for (int i = 0; i < 1000; i++)
        set(c, i % 2 == 0 ? "{\"peerings\":{\"private\":{\"bgp_metric\":{\"primary\":10}}}}"
                          : "{\"peerings\":{\"private\":{\"bgp_metric\":{\"primary\":20}}}}",
            i);
    cr_expect_leq(marks->count, MARKS_MAX);
    cr_expect_eq(circuit_metric_at(c, PEERING_PRIVATE, PATH_PRIMARY, WALL_MS + 999).bgp, 20);
    world_free(world);
}

Test(sim_render, absent_direct_and_odd)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");
    const struct look look = { "2024-05-01", "lower", NULL };

    set(c,
        "{\"direct\":\"port-1\",\"circuit_state\":null,\"peerings\":null,\"extra\":{\"resiliencyLevel\":\"High\"}}",
        0);
    json_t *json = render_circuit(c, &look);
    const json_t *p = json_object_get(json, "properties");
    cr_expect_null(json_object_get(p, "peerings"), "null leaves the list out");
    cr_expect_null(json_object_get(p, "circuitProvisioningState"), "null leaves a word out");
    cr_expect_null(json_object_get(p, "serviceProviderProperties"), "no provider on Direct");
    cr_expect_null(json_object_get(p, "serviceProviderProvisioningState"));
    cr_expect_not_null(json_object_get(p, "expressRoutePort"));
    cr_expect_str_eq(json_string_value(json_object_get(p, "resiliencyLevel")), "High");
    cr_expect_str_eq(json_string_value(json_object_get(json, "id")),
                     "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/net/providers/"
                     "microsoft.network/expressroutecircuits/tables",
                     "other letter case, but in the customer's names");
    json_decref(json);
    world_free(world);
}

Test(sim_render, gateways_and_both_families)
{
    struct world *world = world_of(TEST_DATA "/sim/recorded.yaml");
    struct circuit *c = circuit_of(world, "tables");

    set(c, "{\"peerings\":{\"private\":{\"gateways\":true,\"ipv6\":{\"sessions\":{\"primary\":\"none\"}}}}}", 0);
    expect_rows(render_summary(c, PEERING_PRIVATE, PATH_PRIMARY, 0), 3, "neighbor", "172.16.1.1");
    expect_rows(render_summary(c, PEERING_PRIVATE, PATH_SECONDARY, 0), 4, "neighbor", "172.16.2.1");
    expect_rows(render_routes(c, PEERING_PRIVATE, PATH_PRIMARY, 0), 3, "network", "192.168.1.0");
    world_free(world);
}
