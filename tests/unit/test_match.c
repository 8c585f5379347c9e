/* Conditions on incidents, of routes, windows and silences alike. */
#include "core/match.h"

#include "core/rule.h"
#include "leaks.h"

#include <criterion/criterion.h>

TestSuite(match, .fini = leaks_fail);

static const struct label labels[] = { { "site", "LON" }, { "carrier", "Equinix" } };
static const struct circuit_settings london = {
    .id = { "/Subscriptions/S/", "lon-1" }, .name = "London 1", .labels = labels, .label_count = 2,
};
static const struct matched down = { 0xabcdef, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OWNER_YOU, &london, 0 };
static const struct matched shared = { 0x123456, RULE_SIGN_IN_FAILED, SEVERITY_CRITICAL, OWNER_SELF, NULL, 0 };

#define BIT(value) (1U << (value))
#define RULES(...) .rules = (const uint8_t[]){ __VA_ARGS__ }, .rule_count = sizeof (const uint8_t[]){ __VA_ARGS__ }
#define LABELS(...)                                                                                                    \
    .labels = (const struct label[]){ __VA_ARGS__ },                                                                   \
    .label_count = sizeof (const struct label[]){ __VA_ARGS__ } / sizeof(struct label)

static const struct {
    struct match match;
    bool of_circuit, of_shared;
    const char *what;
} rows[] = {
    { { 0 }, true, true, "an empty condition always holds" },
    { { .severities = BIT(SEVERITY_CRITICAL) }, true, true, "the severity" },
    { { .severities = BIT(SEVERITY_WARNING) | BIT(SEVERITY_INFO) }, false, false, "other severities" },
    { { .owners = BIT(OWNER_YOU) | BIT(OWNER_PROVIDER) }, true, false, "one of two owners" },
    { { RULES(RULE_REDUNDANCY_LOST, RULE_SESSIONS_DOWN) }, true, false, "one of two rules" },
    { { RULES(RULE_REDUNDANCY_LOST) }, false, false, "another rule" },
    { { LABELS({ "site", "LON" }) }, true, false, "a label; what is beside the circuits has none" },
    { { LABELS({ "site", "lon" }) }, false, false, "labels are compared as they are written" },
    { { LABELS({ "site", "AMS" }, { "site", "LON" }) }, true, false, "one of two values of a label" },
    { { LABELS({ "site", "LON" }, { "carrier", "BT" }) }, false, false, "every label that is named must fit" },
    { { LABELS({ "site", "LON" }, { "carrier", "Equinix" }) }, true, false, "both labels" },
    { { .circuit = "London 1" }, true, false, "the circuit by its name" },
    { { .circuit = "london 1" }, false, false, "names are compared as they are written" },
    { { .circuit = "/SUBSCRIPTIONS/s/Lon-1" }, true, false, "the circuit by its id, in any case" },
    { { .circuit = "/subscriptions/s/lon-2" }, false, false, "another id" },
    { { .incident = 0xabcdef }, true, false, "the incident" },
    { { .incident = 0x123456, .severities = BIT(SEVERITY_WARNING) }, false, false, "all parts must hold" },
    { { .incident = 0x123456, .owners = BIT(OWNER_SELF) }, false, true, "both parts hold" },
};

Test(match, every_part_that_is_given_must_hold)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(match_holds(&rows[i].match, &down), rows[i].of_circuit, "%s", rows[i].what);
        cr_expect_eq(match_holds(&rows[i].match, &shared), rows[i].of_shared, "%s", rows[i].what);
        cr_expect_eq(match_is_empty(&rows[i].match), i == 0, "%s", rows[i].what);
    }
}

Test(match, a_rule_that_is_named_means_a_storm_of_its_incidents_too)
{
    static const uint8_t rules[] = { RULE_SESSIONS_DOWN };
    const struct match match = { .rules = rules, .rule_count = 1 };
    struct matched storm = { .rule = RULE_COMMON_CAUSE, .severity = SEVERITY_CRITICAL, .for_rule = RULE_SESSIONS_DOWN };

    cr_expect(match_holds(&match, &storm));
    storm.for_rule = RULE_DEPROVISIONED;
    cr_expect_not(match_holds(&match, &storm));
}
