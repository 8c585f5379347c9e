/* The documents of the API, made from the circuits of view_case.c. */
#include "view_case.h"

#include "leaks.h"
#include "web/workflow.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

TestSuite(view, .fini = leaks_fail);

static struct view_case it;

/* Parse and check what holds for every document: one line of printable ASCII, no key twice. */
static json_t *parse(char *text)
{
    json_error_t error;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    cr_assert_not_null(document, "%s at %d in %s", error.text, error.position, text);
    for (const char *at = text; *at != '\0'; at++)
        cr_assert(*at >= ' ' && *at <= '~', "byte %02x in %s", (unsigned char)*at, text);
    free(text);
    return document;
}

/* "circuit.peerings.0.sessions.1.state"; NULL when there is no such thing. */
static json_t *at(json_t *value, const char *path)
{
    char copy[128], *rest = NULL;

    snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok_r(copy, ".", &rest); key != NULL; key = strtok_r(NULL, ".", &rest))
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(key)) : json_object_get(value, key);
    return value;
}

static void expect_text(json_t *document, const char *path, const char *text)
{
    const char *is = json_string_value(at(document, path));

    cr_expect(is != NULL && strcmp(is, text) == 0, "%s is \"%s\", not \"%s\"", path, is == NULL ? "(none)" : is, text);
}

static void expect_number(json_t *document, const char *path, double number)
{
    const json_t *is = at(document, path);
    double difference = json_is_number(is) ? json_number_value(is) - number : 1;

    cr_expect(difference > -1e-6 && difference < 1e-6, "%s is %f, not %f", path, json_number_value(is), number);
}

static void expect_null(json_t *document, const char *path)
{
    cr_expect(json_is_null(at(document, path)), "%s should be null", path);
}

static json_t *circuit(enum view_case_number number)
{
    view_case_make(&it, number);
    return parse(view_circuit(&it.view));
}

Test(view, circuit_says_what_arm_said)
{
    json_t *document = circuit(CASE_GOOD);

    expect_text(document, "schema", "erwatch.circuit/1");
    expect_text(document, "time", "2026-11-21T21:00:00Z");
    expect_text(document, "circuit.name", "London 1");
    expect_text(document, "circuit.labels.site", "LON");
    expect_text(document, "circuit.verdict", "usable");
    expect_text(document, "circuit.since", "2026-11-20T16:00:00Z");
    expect_number(document, "circuit.since_age", 29 * 3600);
    expect_text(document, "circuit.states.provider", "Provisioned");
    expect_text(document, "circuit.sku", "Premium MeteredData");
    expect_number(document, "circuit.bandwidth", 1000);
    expect_text(document, "circuit.service_key_tail", "4f0c");
    expect_text(document, "circuit.seen_at", "2026-11-21T20:59:47Z");
    expect_number(document, "circuit.age", 12.3);
    expect_number(document, "circuit.next_poll_in", 47.7);
    expect_null(document, "circuit.failure");
    json_decref(document);
}

Test(view, circuit_says_what_the_witnesses_say)
{
    json_t *document = circuit(CASE_ONE_PATH);

    expect_text(document, "circuit.peerings.0.name", "private");
    expect_text(document, "circuit.peerings.0.verdict", "degraded");
    expect_text(document, "circuit.peerings.0.families.0.family", "IPv4");
    expect_text(document, "circuit.peerings.0.families.0.sessions.0.state", "up");
    expect_number(document, "circuit.peerings.0.families.0.sessions.0.prefixes_received", 12);
    expect_text(document, "circuit.peerings.0.families.0.sessions.1.state", "down");
    expect_number(document, "circuit.peerings.0.families.0.sessions.1.metric", 0);
    expect_number(document, "circuit.peerings.0.families.0.sessions.1.metric_age", 42);
    expect_text(document, "circuit.peerings.0.families.0.sessions.1.route", "Active");
    expect_null(document, "circuit.peerings.0.families.0.sessions.1.prefixes_received");
    expect_null(document, "circuit.peerings.0.families.0.prefixes_state");
    cr_expect_eq(json_array_size(at(document, "circuit.peerings")), 2, "no public peering");
    cr_expect_eq(json_array_size(at(document, "circuit.peerings.0.families")), 1, "no IPv6");
    json_decref(document);
}

Test(view, prefixes_have_their_own_word_or_none)
{
    json_t *document = circuit(CASE_PREFIXES);

    expect_text(document, "circuit.peerings.1.families.0.prefixes_state", "ValidationNeeded");
    expect_text(document, "circuit.peerings.1.families.0.prefixes.1.prefix", "203.0.113.0/24");
    expect_text(document, "circuit.peerings.1.families.0.prefixes.1.state", "ManualValidationNeeded");
    json_decref(document);
    document = circuit(CASE_GOOD);
    expect_null(document, "circuit.peerings.1.families.0.prefixes.0.state");
    json_decref(document);
}

Test(view, never_seen_is_null_and_not_zero)
{
    static const char *const unknown[] = { "states", "direct",           "provider", "bandwidth",
                                           "sku",    "service_key_tail", "seen_at",  "age" };
    json_t *document = circuit(CASE_BLIND);

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        expect_null(at(document, "circuit"), unknown[i]);
    expect_null(document, "circuit.peerings.0.present");
    expect_text(document, "circuit.verdict", "unknown");
    expect_text(document, "circuit.failure.kind", "network");
    expect_text(document, "circuit.failure.text", "connecting to management.azure.com timed out");
    expect_null(document, "circuit.failure.http_status");
    expect_number(document, "circuit.failure.age", 9);
    json_decref(document);
}

Test(view, broken_text_is_repaired)
{
    json_t *document = circuit(CASE_HOSTILE);

    expect_text(document, "circuit.name", CASE_HOSTILE_NAME);
    expect_text(document, "circuit.provider", "\033[2J\xc2\x9bH broken \xef\xbf\xbd\xef\xbf\xbd");
    json_decref(document);
}

static const struct {
    const char *what;
    enum view_case_number number;
    bool direct;
    unsigned reached;
    const char *next, *needs; /* how it begins */
} workflows[] = {
    { "never seen", CASE_BLIND, false, 0, "created", "Azure has not told" },
    { "not provisioned: it waits for the order", CASE_ORDERED, false, 1, "ordered", "Order the circuit" },
    { "an unknown provider word", CASE_HOSTILE, false, 1, "ordered", "The provider state is not known" },
    { "all sessions up", CASE_GOOD, false, 4, "linked", "Whether virtual networks are linked is not known" },
    { "one session is enough to be routed", CASE_ONE_PATH, false, 4, "linked", "Whether" },
    { "a Direct port has no provider, and here no peerings", CASE_ORDERED, true, 3, "routed",
      "Every expected peering" },
};

Test(view, workflow)
{
    for (size_t i = 0; i < sizeof workflows / sizeof *workflows; i++) {
        view_case_make(&it, workflows[i].number);
        it.sample.direct = workflows[i].direct;
        json_t *document = parse(view_circuit(&it.view));
        const char *needs = json_string_value(at(document, "circuit.workflow.needs"));
        cr_expect_eq(json_integer_value(at(document, "circuit.workflow.reached")), workflows[i].reached, "%s",
                     workflows[i].what);
        cr_expect_str_eq(json_string_value(at(document, "circuit.workflow.next")), workflows[i].next, "%s",
                         workflows[i].what);
        cr_expect(strncmp(needs, workflows[i].needs, strlen(workflows[i].needs)) == 0, "%s: %s", workflows[i].what,
                  needs);
        expect_text(document, "circuit.workflow.steps.4.state", "unknown");
        json_decref(document);
    }
}

Test(view, workflow_while_provisioning)
{
    view_case_make(&it, CASE_ORDERED);
    sample_set_word(&it.sample, &it.sample.provider, WORDS_PROVIDER, "Provisioning", 12);
    struct workflow workflow;
    workflow_find(&workflow, &it.facts);
    cr_expect_eq(workflow.reached, 2);
    cr_expect_eq(workflow.state[STEP_ORDERED], STEP_DONE);
    cr_expect_eq(workflow.state[STEP_PROVISIONED], STEP_OPEN);
}

Test(view, incident_counts_toward_its_end)
{
    view_case_make(&it, CASE_ONE_PATH);
    json_t *document = parse(view_incident(&it.incident_view[0], view_case_now));

    expect_text(document, "incident.identity", "fae64d7c90a1b1c0-1");
    expect_text(document, "incident.name", "redundancy-lost");
    expect_text(document, "incident.state", "clearing");
    expect_text(document, "incident.subject.peering", "private");
    expect_text(document, "incident.subject.path", "secondary");
    expect_null(document, "incident.subject.credential");
    expect_text(document, "incident.circuit.id", it.settings.id.name);
    expect_text(document, "incident.withheld.0", "silenced");
    expect_text(document, "incident.withheld.1", "maintenance");
    expect_text(document, "incident.told_at", "2026-11-21T20:48:00Z");
    expect_number(document, "incident.reminders", 2);
    expect_null(document, "incident.next_reminder_at");
    expect_text(document, "incident.hold.toward", "cleared");
    expect_number(document, "incident.hold.count", 2);
    expect_number(document, "incident.hold.count_needed", 3);
    expect_number(document, "incident.hold.age", 40);
    expect_number(document, "incident.hold.age_needed", 120);
    expect_text(document, "incident.waits_for", "To be cleared: 1 more good sample, and 80 s more.");
    expect_text(document, "incident.facts.0.value", "0");
    expect_number(document, "incident.facts.0.seen_at_age", 42);
    expect_null(document, "incident.facts.2.seen_at");
    cr_expect_eq(json_array_size(at(document, "incident.next_steps")), 2);
    json_decref(document);
}

Test(view, incident_waits)
{
    view_case_make(&it, CASE_ONE_PATH);
    struct incident *incident = &it.incident[0];
    static const struct {
        enum incident_state state;
        uint32_t count;
        int64_t age_ms;
        const char *waits_for;
    } waits[] = {
        { INCIDENT_PENDING, 1, 20000, "To be raised: 2 more bad samples, and 100 s more." },
        { INCIDENT_PENDING, 3, 20000, "To be raised: a bad sample in 100 s or later." },
        { INCIDENT_PENDING, 1, 500000, "To be raised: 2 more bad samples." },
        { INCIDENT_PENDING, 4, 500000, "To be raised: the next bad sample." },
        { INCIDENT_RAISED, 3, 500000, "To be cleared: 3 more good samples, and 120 s more." },
        { INCIDENT_CLEARED, 3, 0, "Nothing: it is over." },
    };

    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        incident->state = (uint8_t)waits[i].state;
        incident->count = waits[i].count;
        incident->since_mono = (struct mono){ view_case_now.mono.ms - waits[i].age_ms };
        json_t *document = parse(view_incident(&it.incident_view[0], view_case_now));
        expect_text(document, "incident.waits_for", waits[i].waits_for);
        json_decref(document);
    }
}

static const struct {
    const char *what;
    uint8_t rule, state;
    const char *waits_for;
} own_ends[] = {
    { "a common cause", RULE_COMMON_CAUSE, INCIDENT_RAISED,
      "To be cleared: the end of every incident that it speaks for." },
    { "a receiver", RULE_DELIVERY_FAILING, INCIDENT_RAISED,
      "To be cleared: the receiver takes what has waited for long, or leaves the settings." },
    { "refused settings", RULE_SETTINGS_REJECTED, INCIDENT_RAISED, "To be cleared: a reload that is taken." },
    { "a silence that ends", RULE_SILENCE_ENDING, INCIDENT_RAISED,
      "To be cleared: the end of the silence, or of everything wrong that it mutes." },
    { "it is over", RULE_COMMON_CAUSE, INCIDENT_CLEARED, "Nothing: it is over." },
};

Test(view, incident_that_no_sample_clears)
{
    for (size_t i = 0; i < sizeof own_ends / sizeof *own_ends; i++) {
        view_case_make(&it, CASE_ONE_PATH);
        it.incident[0].rule = own_ends[i].rule;
        it.incident[0].state = own_ends[i].state;
        json_t *document = parse(view_incident(&it.incident_view[0], view_case_now));
        expect_text(document, "incident.waits_for", own_ends[i].waits_for);
        expect_null(document, "incident.hold");
        json_decref(document);
    }
}

Test(view, incident_that_flaps_waits_until_it_is_steady)
{
    view_case_make(&it, CASE_ONE_PATH);
    it.incident[0].flapping = true;
    json_t *document = parse(view_incident(&it.incident_view[0], view_case_now));

    expect_text(document, "incident.waits_for",
                "To be cleared: that it no longer comes and goes, and 1 more good sample, and 80 s more.");
    json_decref(document);
}

static const struct {
    const char *scope;
    uint8_t rule;
    const char *item, *key, *value; /* key NULL: all are null */
} subjects[] = {
    { "credential/ops", RULE_BLIND, "", "credential", "ops" },
    { "subscription/ops/0000-1", RULE_THROTTLED, "", "subscription", "0000-1" },
    { "subscription/ops/0000-1", RULE_THROTTLED, "", "credential", "ops" },
    { "port/subscriptions/x/fibre", RULE_PORT_DOWN, "", "port", "subscriptions/x/fibre" },
    { "port/subscriptions/x/fibre", RULE_LIGHT_LEVEL, "link2", "link", "link2" },
    { "cause/15/place/equinix/london", RULE_COMMON_CAUSE, "Equinix in London", "cause", "Equinix in London" },
    { "local", RULE_DELIVERY_FAILING, "pager", "receiver", "pager" },
    { "local", RULE_SILENCE_ENDING, "7", "silence", "7" },
    { "local", RULE_SETTINGS_REJECTED, "", NULL, NULL },
};

Test(view, incident_beside_a_circuit)
{
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        view_case_make(&it, CASE_ONE_PATH);
        it.incident_view[0].circuit_id = NULL;
        it.incident_view[0].scope = subjects[i].scope;
        it.incident[0].rule = subjects[i].rule;
        it.incident[0].subject = SUBJECT_CIRCUIT;
        snprintf(it.incident[0].item, sizeof it.incident[0].item, "%s", subjects[i].item);
        json_t *document = parse(view_incident(&it.incident_view[0], view_case_now)), *value;
        const json_t *subject = at(document, "incident.subject");
        const char *key;
        size_t known = 0;
        expect_null(document, "incident.circuit");
        json_object_foreach((json_t *)subject, key, value)
            known += !json_is_null(value);
        cr_expect_eq(known == 0, subjects[i].key == NULL, "%s", subjects[i].scope);
        if (subjects[i].key != NULL)
            cr_expect_str_eq(json_string_value(json_object_get(subject, subjects[i].key)), subjects[i].value, "%s",
                             subjects[i].scope);
        json_decref(document);
    }
}

static const struct {
    const char *what, *notice, *text; /* NULL: null */
    size_t steps;
} notices[] = {
    { "the last notice", "{\"text\":\"It was so.\",\"next_steps\":[\"a\",\"b\"],\"facts\":[]}", "It was so.", 2 },
    { "there was none", "", NULL, 0 },
    { "it is broken", "{\"text\":", NULL, 0 },
    { "its types are others", "{\"text\":1,\"next_steps\":\"x\",\"facts\":{}}", NULL, 0 },
};

Test(view, incident_without_a_story_takes_the_notice)
{
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        view_case_make(&it, CASE_ONE_PATH);
        it.incident_view[0].story = NULL;
        it.incident_view[0].notice = notices[i].notice;
        json_t *document = parse(view_incident(&it.incident_view[0], view_case_now));
        if (notices[i].text == NULL)
            expect_null(document, "incident.text");
        else
            expect_text(document, "incident.text", notices[i].text);
        cr_expect_eq(json_array_size(at(document, "incident.next_steps")), notices[i].steps, "%s", notices[i].what);
        cr_expect(json_is_array(at(document, "incident.facts")), "%s", notices[i].what);
        expect_text(document, "incident.summary", it.incident_view[0].summary);
        json_decref(document);
    }
}

static json_t *status(void)
{
    struct daemon_view daemon = view_case_daemon();
    struct view_list *list = view_list_new();

    for (enum view_case_number number = 0; number < CASES; number++) {
        view_case_make(&it, number);
        view_status_circuit(list, &it.view);
        for (size_t i = 0; i < it.view.incident_count; i++)
            view_status_incident(list, &it.incident[i]);
    }
    return parse(view_status_end(list, &daemon, view_case_now));
}

Test(view, status_counts)
{
    json_t *document = status();

    expect_text(document, "schema", "erwatch.status/1");
    expect_text(document, "daemon.settings", "/etc/erwatch/erwatch.yaml");
    expect_number(document, "totals.circuits", CASES);
    expect_number(document, "totals.usable", 1);
    expect_number(document, "totals.degraded", 2);
    expect_number(document, "totals.unknown", 2);
    expect_number(document, "totals.raised.all", 4);
    expect_number(document, "totals.raised.critical", 2);
    expect_number(document, "totals.pending", 1);
    expect_number(document, "totals.suppressed", 1);
    cr_expect_eq(json_array_size(at(document, "circuits")), CASES);
    json_decref(document);
}

Test(view, status_rows)
{
    json_t *document = status();

    expect_number(document, "circuits.1.peerings.0.sessions", 2);
    expect_number(document, "circuits.1.peerings.0.sessions_up", 1);
    expect_number(document, "circuits.1.findings.0.rule", 41);
    expect_number(document, "circuits.2.prefixes.configured", 1);
    expect_number(document, "circuits.2.prefixes.all", 2);
    expect_text(document, "circuits.2.prefixes.state", "ManualValidationNeeded");
    cr_expect_eq(json_array_size(at(document, "circuits.2.findings")), 1, "a pending one is no finding yet");
    expect_text(document, "circuits.3.peerings.0.state", "absent");
    cr_expect_eq(json_array_size(at(document, "circuits.3.findings")), 1, "a suppressed one is not told");
    expect_text(document, "circuits.4.peerings.0.state", "unknown");
    expect_null(document, "circuits.4.age");
    expect_text(document, "deliveries.1.receiver", "pagerduty");
    expect_number(document, "deliveries.1.oldest", 95);
    expect_text(document, "circuits.4.failure", "connecting to management.azure.com timed out");
    json_decref(document);
}

Test(view, empty_lists)
{
    struct daemon_view daemon = view_case_daemon();
    json_t *document = parse(view_status_end(view_list_new(), &daemon, view_case_now));

    cr_expect(json_is_array(at(document, "circuits")) && json_array_size(at(document, "circuits")) == 0);
    json_decref(document);
    document = parse(view_incidents_end(view_list_new(), view_case_now));
    cr_expect(json_is_array(at(document, "incidents")));
    json_decref(document);
    view_list_free(NULL);
}

Test(view, loop_and_reload)
{
    static const char *const warnings[] = { "erwatch.yaml:1:1: warning: …" };
    struct loop_view loop = view_case_loop();
    json_t *document = parse(view_loop(&loop, view_case_now));

    expect_number(document, "loop.longest_turn_ms", 3.17);
    expect_number(document, "loop.turns_below_ms", 0.895);
    expect_number(document, "requests.1.answered", 27359);
    expect_number(document, "requests.1.cycle_before", 7);
    expect_number(document, "requests.0.last_cycle", 10);
    expect_number(document, "requests.0.questions.asked", 9120);
    expect_number(document, "requests.0.questions.last_cycle", 5);
    expect_number(document, "budgets.0.left", 241);
    expect_null(document, "budgets.0.paused_for");
    expect_text(document, "budgets.1.of", "writes");
    expect_number(document, "budgets.1.paused_for", 31);
    expect_number(document, "queues.journal.written", 4711);
    expect_null(document, "queues.deliveries.0.oldest");
    expect_number(document, "queues.deliveries.1.waiting", 3);
    expect_null(document, "queues.deliveries.1.digest");
    expect_number(document, "queues.deliveries.2.waiting", 0);
    expect_number(document, "queues.deliveries.2.digest.incidents", 12);
    expect_text(document, "queues.deliveries.2.digest.to", "hook");
    expect_text(document, "queues.deliveries.2.digest.next", "2025-11-21T22:00:00Z");
    expect_number(document, "tokens.0.expires_in", 51 * 60);
    expect_text(document, "tokens.0.ends", "2027-03-01T00:00:00Z");
    expect_text(document, "polls.1.circuit", CASE_HOSTILE_NAME);
    json_decref(document);
    document = parse(view_reload(
        &(struct reload_view){ .file = "f", .circuits = 3, .removed = 1, .warnings = warnings, .warning_count = 1 }));
    expect_number(document, "removed", 1);
    expect_text(document, "warnings.0", warnings[0]);
    json_decref(document);
}

Test(view, poll_says_whether_it_was_answered)
{
    view_case_make(&it, CASE_BLIND);
    json_t *document = parse(view_poll(&it.view, 20000));

    cr_expect(json_is_false(at(document, "answered")));
    expect_number(document, "took", 20);
    json_decref(document);
    view_case_make(&it, CASE_GOOD);
    document = parse(view_poll(&it.view, 800));
    cr_expect(json_is_true(at(document, "answered")));
    json_decref(document);
}

Test(view, test_says_whether_it_was_taken)
{
    struct test_view view = { .receiver = "pager", .notice = "0123456789abcdef-0-1", .took_ms = 212,
                              .answer = "HTTP 202" };
    json_t *document = parse(view_test(&view, view_case_now));

    expect_text(document, "schema", "erwatch.test/1");
    expect_text(document, "receiver", "pager");
    expect_text(document, "notice", "0123456789abcdef-0-1");
    cr_expect(json_is_true(at(document, "taken")) && json_is_null(at(document, "trouble")));
    expect_text(document, "answer", "HTTP 202");
    json_decref(document);
    view.trouble = "HTTP status 500";
    document = parse(view_test(&view, view_case_now));
    cr_expect(json_is_false(at(document, "taken")));
    expect_text(document, "trouble", "HTTP status 500");
    json_decref(document);
}

/* A wall clock that was set back must not show negative ages. */
Test(view, clock_set_back)
{
    view_case_make(&it, CASE_ONE_PATH);
    it.facts.now.wall_ms -= 400 * 3600 * INT64_C(1000);
    json_t *document = parse(view_circuit(&it.view));

    expect_number(document, "circuit.since_age", 0);
    expect_number(document, "circuit.incidents.0.since_age", 0);
    json_decref(document);
}

/* ---- beyond the circuit ---- */

#define CONNECTIONS "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/connections/"

static void see_beyond(struct beyond *beyond, struct port_facts *port)
{
    struct mono seen = { view_case_now.mono.ms - 60000 };
    struct connection_value connection = { .id = CONNECTIONS "hub", .seen = seen, .status = LINKED_CONNECTED,
                                           .operation = OPERATION_SUCCEEDED, .word = "Connected" };
    struct health_value health = { .seen = seen, .state = AVAILABILITY_DEGRADED, .planned = true,
                                   .since_wall_ms = view_case_now.wall_ms - 3600000, .summary = "Planned work" };
    struct maintenances maintenances = { .seen = seen, .count = 1 };
    struct port_value value = { .id = "/ports/p1", .seen = seen, .location = "London" };

    beyond_take_connection(beyond, &connection, "/c");
    beyond_take_health(beyond, &health);
    maintenances.item[0] = (struct maintenance_value){ .tracking_id = "AB1-C23", .title = "Edge", .path = PATH_PRIMARY,
                                                       .starts_wall_ms = view_case_now.wall_ms, .certain = true };
    beyond_take_maintenances(beyond, &maintenances);
    for (size_t link = 0; link < LINKS; link++)
        value.link[link] = (struct link_value){ .seen = seen, .admin = SWITCH_ENABLED, .line_seen = seen,
                                                .line_percent = 100, .rx = { seen, 1, -350 }, .tx.seen = MONO_NEVER };
    port_reset(port, "/ports/p1");
    port_take(port, &value);
}

Test(view, circuit_says_what_lies_beyond)
{
    static const char *const expected[] = { CONNECTIONS "HUB", CONNECTIONS "spoke" };
    static struct port_facts port;
    struct beyond own = beyond_nothing(), *beyond = &own;

    view_case_make(&it, CASE_GOOD);
    see_beyond(beyond, &port);
    it.settings.expect.connections = expected;
    it.settings.expect.connection_count = 2;
    it.facts.beyond = beyond;
    it.facts.port = &port;
    json_t *document = parse(view_circuit(&it.view));
    expect_text(document, "circuit.health.state", "degraded");
    expect_text(document, "circuit.health.text", "Planned work");
    expect_number(document, "circuit.health.age", 60);
    cr_expect_eq(json_array_size(at(document, "circuit.connections")), 2, "one seen, one only expected");
    expect_text(document, "circuit.connections.0.name", "hub");
    expect_text(document, "circuit.connections.0.state", "connected");
    cr_expect(json_is_true(at(document, "circuit.connections.0.expected")), "whatever its case");
    expect_text(document, "circuit.connections.1.state", "unknown");
    expect_null(document, "circuit.connections.1.age");
    expect_text(document, "circuit.maintenance.0.tracking_id", "AB1-C23");
    expect_text(document, "circuit.maintenance.0.path", "primary");
    expect_null(document, "circuit.maintenance.0.ends");
    expect_text(document, "circuit.port.links.1.link", "link2");
    expect_text(document, "circuit.port.links.1.state", "up");
    expect_null(document, "circuit.port.links.1.tx");
    cr_expect_eq(json_integer_value(at(document, "circuit.workflow.reached")), 5, "linked, too");
    expect_null(document, "circuit.workflow.next");
    json_decref(document);
    beyond_fini(beyond);
}

Test(view, nothing_beyond_is_null_and_empty)
{
    json_t *document = circuit(CASE_GOOD);

    expect_null(document, "circuit.health");
    expect_null(document, "circuit.port");
    cr_expect_eq(json_array_size(at(document, "circuit.connections")), 0);
    cr_expect_eq(json_array_size(at(document, "circuit.maintenance")), 0);
    json_decref(document);
}

Test(view, history)
{
    struct incident incident = { .key = 0x0123456789abcdef,
                                 .episode = 4,
                                 .rule = RULE_REDUNDANCY_LOST,
                                 .severity = SEVERITY_WARNING,
                                 .subject = { PEERING_PRIVATE, PATH_SECONDARY, FAMILY_IPV4, FEATURE_NONE, 0 } };
    struct incident none = { .subject = SUBJECT_CIRCUIT };
    struct history_view lines[] = {
        { 1796162400000, "cleared", "/subscriptions/0/x/lon-1", "London \x1b", &incident, "", "silenced", 90000,
          "over \xff" },
        { 1796162399000, "started", "local", "", &none, "ada", "", -1, "erwatchd starts" },
    };
    struct history_next next = { 1796162399000, 17 };
    struct view_list *list = view_list_new();

    view_history_line(list, &lines[0]);
    view_history_line(list, &lines[1]);
    json_t *document = parse(view_history_end(list, &next, view_case_now));
    expect_text(document, "schema", "erwatch.history/1");
    expect_text(document, "next", "1796162399000-17");
    cr_expect_eq(json_array_size(at(document, "history")), 2);
    expect_text(document, "history.0.time", "2026-12-01T22:00:00Z");
    expect_text(document, "history.0.identity", "0123456789abcdef-4");
    expect_number(document, "history.0.rule", 41);
    expect_text(document, "history.0.name", "redundancy-lost");
    expect_text(document, "history.0.severity", "warning");
    expect_text(document, "history.0.circuit.id", "/subscriptions/0/x/lon-1");
    expect_text(document, "history.0.circuit.name", "London \x1b");
    expect_text(document, "history.0.subject.path", "secondary");
    expect_text(document, "history.0.not_sent", "silenced");
    expect_number(document, "history.0.lasted", 90);
    expect_text(document, "history.0.text", "over \xef\xbf\xbd");
    expect_null(document, "history.0.who");
    expect_text(document, "history.1.who", "ada");
    static const char *const unknown[] = { "identity", "key",     "episode", "rule",     "name",
                                           "severity", "subject", "circuit", "not_sent", "lasted" };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char path[64];
        snprintf(path, sizeof path, "history.1.%s", unknown[i]);
        expect_null(document, path);
    }
    json_decref(document);
    document = parse(view_history_end(view_list_new(), NULL, view_case_now));
    cr_expect_eq(json_array_size(at(document, "history")), 0);
    expect_null(document, "next");
    json_decref(document);
}
