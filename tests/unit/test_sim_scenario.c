/* Scenarios: what they may say, where they are wrong, and how a story runs. */
#include "sim/scenario.h"

#include "config/config.h"
#include "config/diag.h"
#include "config/yaml.h"
#include "leaks.h"
#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/keys.h"
#include "sim/settings_file.h"
#include "sim/target.h"
#include "sim/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

TestSuite(sim_scenario, .fini = leaks_fail);

static struct scenario *load_text(const char *text, struct diag *diag)
{
    char path[] = "/tmp/scenario-XXXXXX";
    int fd = mkstemp(path);

    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct scenario *scenario = scenario_load(path, diag);
    (void)unlink(path);
    return scenario;
}

#define CIRCUITS "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits"
#define HEAD "circuits: [{ name: lon, peerings: { private: {} } }]\n"

static const struct finding {
    const char *what, *text;
    const char *says; /* the first finding, behind the file's name */
} findings[] = {
    { "an unknown key", "circits: []\n",
      ":1:1: error: \"circits\" is no key of this place; did you mean \"circuits\"?" },
    { "a circuit without a name", "circuits: [{ group: net }]\n", ":1:12: error: a circuit needs a \"name\"" },
    { "a name that no resource may have", "circuits:\n  - name: a/b\n",
      ":2:11: error: \"name\" may hold letters, digits, '_', '-' and '.', and be 80 long" },
    { "the same circuit twice", "circuits:\n  - name: a\n  - name: A\n",
      ":2:3: error: the circuit \"A\" is there twice in group \"net\"" },
    { "a number that is none", "circuits: [{ name: a, bandwidth: much }]\n",
      ":1:34: error: \"bandwidth\" is \"much\"; it may be a number from 0 to 400000" },
    { "a session that is none",
      HEAD "story: [{ circuit: lon, set: { peerings.private.ipv4.sessions.primary: dwn } }]\n",
      ":2:72: error: \"primary\" is \"dwn\"; a session is up" },
    { "a prefix that is none",
      "circuits: [{ name: a, peerings: { microsoft: { ipv4: { prefixes: { x: Configured } } } } }]\n",
      ":1:68: error: \"x\" is no IP prefix" },
    { "an event without a deed", HEAD "story:\n  - at: 5s\n",
      ":3:5: error: this event does nothing; give it \"set\", \"fault\", \"clear\" or \"say\"" },
    { "an event for nobody", HEAD "story: [{ circuit: par, set: { bandwidth: 1 } }]\n",
      ":2:20: error: no circuit of this scenario is called \"par\"" },
    { "a connection without a name", "connections: [{ group: net }]\n",
      ":1:15: error: each of \"connections\" needs a \"name\"" },
    { "the same port twice", "ports:\n  - name: p\n  - name: P\n", ":3:5: error: the port \"P\" is there twice" },
    { "light that is none", "ports: [{ name: p, links: { one: { rx: [-1.5, dark] } } }]\n",
      ":1:47: error: \"rx\" is \"dark\"; light is from -100 to 100 dBm, or gap" },
    { "an event for no port", "story: [{ port: p, set: { mtu: 9000 } }]\n",
      ":1:17: error: no port of this scenario is called \"p\"" },
    { "a key of a circuit for a port", "ports: [{ name: p }]\nstory: [{ port: p, set: { tier: Local } }]\n",
      ":2:27: error: \"tier\" is no key of this place" },
    { "a connection's wan that changes", "connections: [{ name: c }]\nstory: [{ connection: c, set: { wan: w } }]\n",
      ":2:33: error: \"wan\" cannot be changed" },
    { "a set without a circuit", HEAD "story: [{ set: { bandwidth: 1 } }]\n",
      ":2:9: error: \"set\" needs a \"circuit\"" },
    { "a change of name", HEAD "story: [{ circuit: lon, set: { name: par } }]\n",
      ":2:32: error: \"name\" cannot be changed" },
    { "a time without a unit", HEAD "story: [{ at: 5, say: x }]\n",
      ":2:15: error: \"at\" is \"5\"; it may be a duration from " },
    { "a fault without an effect", HEAD "story: [{ fault: { name: x } }]\n",
      ":2:18: error: this fault does nothing; give it" },
    { "an unknown endpoint", HEAD "story: [{ fault: { match: { endpoint: [circit] }, status: 500 } }]\n",
      ":2:40: error: \"circit\" is no endpoint; did you mean \"circuit\"?" },
    { "an unknown fault", HEAD "story: [{ fault: { answer: hnag } }]\n",
      ":2:28: error: \"answer\" may not be \"hnag\"; did you mean \"hang\"?" },
    { "a yes that is none", "secret_expired: maybe\n",
      ":1:17: error: \"secret_expired\" is \"maybe\"; it may be yes or no" },
    { "a list where a mapping should be", "answers: [1]\n", ":1:10: error: \"answers\" must be a mapping, not a list" },
    { "a path that leads nowhere", HEAD "story: [{ circuit: lon, set: { peerings.privat.asn: 1 } }]\n",
      ":2:32: error: \"privat.asn\" is no key of this place" },
    { "a metric that is none", "circuits: [{ name: a, peerings: { private: { bgp_metric: { primary: 101 } } } }]\n",
      ":1:69: error: \"primary\" is \"101\"; it may be follow, gap or a percentage" },
    { "a subnet that is none",
      "circuits: [{ name: a, peerings: { private: { ipv4: { subnets: { primary: x } } } } }]\n",
      ":1:74: error: \"primary\" is \"x\", which is no IP prefix" },
    { "a story that is no list", "story: soon\n", ":1:8: error: \"story\" must be a list, not a text" },
    { "no scenario at all", "[]\n", ":1:1: error: a scenario is a mapping with \"circuits\" and \"story\"" },
    { "a slip in a state word", "circuits: [{ name: a, provider_state: Provisionned }]\n",
      ":1:39: warning: \"Provisionned\" is a word Azure does not document for \"provider_state\"; did you mean "
      "\"Provisioned\"?" },
};

Test(sim_scenario, findings_have_places)
{
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        struct diag *diag = diag_new();
        struct scenario *scenario = load_text(findings[i].text, diag);
        bool warning = strstr(findings[i].says, ": warning:") != NULL;
        cr_expect_eq(scenario != NULL, warning, "%s", findings[i].what);
        cr_expect_geq(diag_count(diag), 1, "%s", findings[i].what);
        const char *line = diag_count(diag) != 0 ? diag_line(diag, 0) : "";
        cr_expect(strstr(line, findings[i].says) != NULL, "%s: %s", findings[i].what, line);
        scenario_free(scenario);
        diag_free(diag);
    }
}

static struct world *world_of(const char *text, double speed)
{
    struct diag *diag = diag_new();
    struct scenario *scenario = load_text(text, diag);

    diag_print(diag, stderr);
    cr_assert_not_null(scenario);
    diag_free(diag);
    struct world *world = world_new(scenario, speed, (struct moment){ { 0 }, 0 });
    world->quiet = true;
    return world;
}

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, ms };
}

static int64_t bandwidth(const struct world *world, size_t index)
{
    return state_number(world->scenario->circuits[index]->state, "bandwidth", 1000, NULL);
}

static const char story[] = HEAD "story:\n"
                                 "  - { at: 20s, circuit: lon, set: { bandwidth: 3 } }\n"
                                 "  - { at: 10s, circuit: lon, set: { bandwidth: 1 } }\n"
                                 "  - { at: 10s, circuit: lon, set: { bandwidth: 2 } }\n";

Test(sim_scenario, events_happen_in_order_and_in_time)
{
    struct world *world = world_of(story, 2);

    cr_expect_eq(story_due(world).ms, 5000, "ten story seconds at double speed");
    story_advance(world, at(4999));
    cr_expect_eq(bandwidth(world, 0), 1000);
    story_advance(world, at(5000));
    cr_expect_eq(bandwidth(world, 0), 2, "equal times happen as they are written");
    cr_expect_eq(story_due(world).ms, 10000);
    story_advance(world, at(60000));
    cr_expect_eq(bandwidth(world, 0), 3);
    cr_expect_eq(story_due(world).ms, MONO_NEVER.ms);
    world_free(world);
}

Test(sim_scenario, clock_can_stand_and_jump)
{
    struct world *world = world_of(story, 0);

    cr_expect_eq(story_due(world).ms, MONO_NEVER.ms, "nothing is due on a standing clock");
    story_advance(world, at(3600000));
    cr_expect_eq(bandwidth(world, 0), 1000);
    story_jump(world, 15000, at(3600000));
    cr_expect_eq(bandwidth(world, 0), 2);
    story_jump(world, 5000, at(3600000));
    cr_expect_eq(story_now(world, (struct mono){ 3600000 }), 15000, "it does not run back");
    story_set_speed(world, 10, at(3600000));
    cr_expect_eq(story_due(world).ms, 3600500);
    world_free(world);
}

Test(sim_scenario, patterns_and_copies)
{
    struct world *world = world_of("circuits: [{ name: lon, copies: 3 }, { name: ams }]\n"
                                   "story: [{ circuit: 'lon-[12]', set: { bandwidth: 7 } }]\n",
                                   1);

    cr_expect_eq(world->scenario->circuit_count, 4);
    story_advance(world, at(0));
    int changed = 0;
    for (size_t i = 0; i < 4; i++)
        changed += bandwidth(world, i) == 7;
    cr_expect_eq(changed, 2);
    cr_expect_not_null(world_circuit(world, STANDARD_SUBSCRIPTION, "NET", "LON-3"), "ids have no case");
    cr_expect_null(world_circuit(world, STANDARD_SUBSCRIPTION, "net", "lon-4"));
    world_free(world);
}

Test(sim_scenario, circuits_go_and_return)
{
    struct world *world = world_of("circuits: [{ name: lon, deleted: yes, peerings: { private: {} } }]\n"
                                   "story: [{ at: 1s, circuit: lon, set: { deleted: no } }]\n",
                                   1);

    cr_expect_null(world_circuit(world, STANDARD_SUBSCRIPTION, "net", "lon"));
    cr_expect(world_has_group(world, STANDARD_SUBSCRIPTION, "net"), "its group stays");
    story_advance(world, at(1000));
    cr_expect_not_null(world_circuit(world, STANDARD_SUBSCRIPTION, "net", "lon"));
    world_free(world);
}

Test(sim_scenario, faults_begin_strike_and_end)
{
    static const char text[] =
        HEAD "story:\n"
             "  - { at: 1s, fault: { name: a, match: { endpoint: arm }, status: 503, for: 5s } }\n"
             "  - { at: 2s, fault: { name: b, match: { circuit: 'l*' }, status: 500, count: 1 } }\n"
             "  - { at: 4s, fault: { name: c, match: { endpoint: token }, status: 400 } }\n"
             "  - { at: 9s, clear: c }\n";
    struct world *world = world_of(text, 1);
    struct target circuit, token;

    target_parse("GET", CIRCUITS "/LON", &circuit);
    target_parse("POST", "/t/oauth2/v2.0/token", &token);
    story_advance(world, at(4000));
    cr_expect_str_eq(world_strike(world, &circuit, (struct mono){ 4000 })->name, "b", "the newest one that fits");
    cr_expect_str_eq(world_strike(world, &circuit, (struct mono){ 4000 })->name, "a", "its count is used up");
    cr_expect_str_eq(world_strike(world, &token, (struct mono){ 4000 })->name, "c");
    cr_expect_eq(story_due(world).ms, 6000, "when the first one ends");
    story_advance(world, at(6000));
    cr_expect_null(world_strike(world, &circuit, (struct mono){ 6000 }));
    story_advance(world, at(9000));
    cr_expect_null(world_strike(world, &token, (struct mono){ 9000 }));
    world_free(world);
}

Test(sim_scenario, budgets_refill)
{
    struct world *world = world_of("quota: { reads: 2, reads_refill: 1, writes: 1, writes_refill: 0 }\n", 1);
    int64_t left;

    cr_expect(world_spend(world, STANDARD_SUBSCRIPTION, false, (struct mono){ 0 }, &left));
    cr_expect(world_spend(world, STANDARD_SUBSCRIPTION, false, (struct mono){ 0 }, &left));
    cr_expect_not(world_spend(world, STANDARD_SUBSCRIPTION, false, (struct mono){ 500 }, &left));
    cr_expect_eq(left, 0);
    cr_expect_eq(world_refill_ms(world, STANDARD_SUBSCRIPTION, false), 501, "half a request is missing");
    cr_expect(world_spend(world, STANDARD_SUBSCRIPTION, false, (struct mono){ 1500 }, &left));
    cr_expect(world_spend(world, STANDARD_SUBSCRIPTION, true, (struct mono){ 1500 }, &left));
    cr_expect_not(world_spend(world, STANDARD_SUBSCRIPTION, true, (struct mono){ 99999 }, &left));
    cr_expect_eq(world_refill_ms(world, STANDARD_SUBSCRIPTION, true), 300000, "never, which is in five minutes");
    world_free(world);
}

static const struct path_row {
    const char *method, *path;
    enum endpoint endpoint;
    bool wrong_method;
} path_rows[] = {
    { "GET", "/subscriptions/s/providers/microsoft.network/EXPRESSROUTECIRCUITS", ENDPOINT_LIST, false },
    { "GET", "/subscriptions/s/resourcegroups/g/providers/Microsoft.Network/expressRouteCircuits", ENDPOINT_LIST_GROUP,
      false },
    { "PUT", CIRCUITS "/c", ENDPOINT_CIRCUIT, true },
    { "POST", CIRCUITS "/c/peerings/p/arpTables/primary", ENDPOINT_ARP, false },
    { "GET", CIRCUITS "/c/providers/microsoft.insights/metrics", ENDPOINT_METRICS, false },
    { "GET", "/subscriptions/s/resourceGroups//providers/Microsoft.Network/expressRouteCircuits/c", ENDPOINT_UNKNOWN,
      false },
    { "GET", "//subscriptions/s/providers/Microsoft.Network/expressRouteCircuits", ENDPOINT_UNKNOWN, false },
    { "GET", "/metadata/identity/oauth2/token", ENDPOINT_METADATA, false },
    { "GET", "/t/v2.0/.well-known/openid-configuration", ENDPOINT_OPENID, false },
    { "POST", "/_sim/event", ENDPOINT_CONTROL, false },
    { "GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w", ENDPOINT_UNKNOWN, false },
    { "GET", "*", ENDPOINT_UNKNOWN, false },
};

Test(sim_scenario, paths)
{
    struct target target;

    for (size_t i = 0; i < sizeof path_rows / sizeof *path_rows; i++) {
        target_parse(path_rows[i].method, path_rows[i].path, &target);
        cr_expect_eq(target.endpoint, path_rows[i].endpoint, "%s", path_rows[i].path);
        cr_expect_eq(target.wrong_method, path_rows[i].wrong_method, "%s", path_rows[i].path);
    }
    char *longest = calloc(1, 3 * TARGET_PATH_MAX);
    memset(longest, '/', 3 * TARGET_PATH_MAX - 1);
    target_parse("GET", longest, &target);
    cr_expect_eq(target.endpoint, ENDPOINT_UNKNOWN);
    free(longest);
}

/* ---- the manual ---- */

static void expect_documented(const struct field *fields, const char *manual)
{
    for (; fields->name != NULL; fields++) {
        char item[80];
        snprintf(item, sizeof item, ".It Cm %s", fields->name);
        cr_expect(strstr(manual, item) != NULL, "erwatch-sim.1 does not explain \"%s\"", fields->name);
        if (fields->type == FIELD_MAP || fields->type == FIELD_MAPS || fields->type == FIELD_NAMED ||
            fields->type == FIELD_LATER)
            expect_documented(fields->more, manual);
    }
}

Test(sim_scenario, manual_has_every_key_and_fault)
{
    char *manual = calloc(1, 200000);
    FILE *file = fopen(TEST_SOURCE "/man/erwatch-sim.1", "r");

    cr_assert_not_null(file);
    cr_assert_lt(fread(manual, 1, 199999, file), 199999);
    fclose(file);
    expect_documented(scenario_fields, manual);
    for (size_t i = 0; fault_kind_names[i] != NULL; i++) {
        char item[80];
        snprintf(item, sizeof item, ".It Cm %s", fault_kind_names[i]);
        cr_expect(i == FAULT_NONE || strstr(manual, item) != NULL, "erwatch-sim.1 does not explain \"%s\"",
                  fault_kind_names[i]);
    }
    free(manual);
}

/* The daemon takes what --write-settings writes. */
static void expect_settings(const struct scenario *scenario)
{
    static const struct whereabouts where = { "https://127.0.0.1:1", "http://127.0.0.1:2", "https://metrics.localhost:1",
                                             NULL };
    char dir[] = "/tmp/sim-settings-XXXXXX", file[64], secret[64], why[256] = "";
    struct diag *diag = diag_new();

    cr_assert_not_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/erwatch.yaml", dir);
    snprintf(secret, sizeof secret, "%s/erwatch-sim.secret", dir);
    cr_expect(settings_file_write(file, scenario, &where, why), "%s", why);
    struct settings *settings = settings_load(file, diag);
    diag_print(diag, stderr);
    cr_expect_eq(diag_count(diag), 0);
    cr_expect_not_null(settings);
    if (settings != NULL)
        cr_expect_eq(settings->circuit_count, scenario->circuit_count);
    settings_free(settings);
    diag_free(diag);
    (void)unlink(file);
    (void)unlink(secret);
    (void)rmdir(dir);
}

Test(sim_scenario, shipped_scenarios_are_sound)
{
    static const char *const names[] = { "healthy", "demo", "fire-drill" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        struct diag *diag = diag_new();
        snprintf(path, sizeof path, "%s/etc/scenarios/%s.yaml", TEST_SOURCE, names[i]);
        struct scenario *scenario = scenario_load(path, diag);
        diag_print(diag, stderr);
        cr_assert_not_null(scenario, "%s", path);
        cr_expect_eq(diag_count(diag), 0);
        expect_settings(scenario);
        scenario_free(scenario);
        diag_free(diag);
    }
}

Test(sim_scenario, settings_expect_the_connections_there_are)
{
    static const struct whereabouts where = { "https://127.0.0.1:1", "http://127.0.0.1:2", "https://127.0.0.1:1", NULL };
    struct world *world = world_of("circuits: [{ name: lon }, { name: ams }]\n"
                                   "connections: [{ name: a, circuit: lon }, { name: b, circuit: LON, wan: hub },\n"
                                   "  { name: c, type: IPsec, circuit: lon }, { name: d, circuit: lon, deleted: yes }]\n",
                                   1);
    char dir[] = "/tmp/sim-settings-XXXXXX", file[64], secret[64], why[256];
    struct diag *diag = diag_new();

    cr_assert_not_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/erwatch.yaml", dir);
    snprintf(secret, sizeof secret, "%s/erwatch-sim.secret", dir);
    cr_assert(settings_file_write(file, world->scenario, &where, why), "%s", why);
    struct settings *settings = settings_load(file, diag);
    diag_print(diag, stderr);
    cr_assert_not_null(settings);
    for (size_t i = 0; i < settings->circuit_count; i++)
        cr_expect_eq(settings->circuits[i].expect.connection_count,
                     strcmp(settings->circuits[i].name, "lon") == 0 ? 2 : 0, "%s", settings->circuits[i].name);
    settings_free(settings);
    diag_free(diag);
    world_free(world);
    (void)unlink(file);
    (void)unlink(secret);
    (void)rmdir(dir);
}

Test(sim_scenario, settings_that_cannot_be_written)
{
    struct scenario *scenario = scenario_empty();
    const struct whereabouts where = { "https://127.0.0.1:1", "https://127.0.0.1:1", "https://127.0.0.1:1", NULL };
    char why[256] = "";

    cr_expect_not(settings_file_write("/nowhere/erwatch.yaml", scenario, &where, why));
    cr_expect(strstr(why, "/nowhere/erwatch.yaml") != NULL, "%s", why);
    scenario_free(scenario);
}
