/*
 * The decision list beyond the circuit (50, 51 and 55) against a second reading of its published text: what each
 * combination must be, walked through all of them. What the text leaves open may be anything but a page.
 */
#include "decision_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(beyond_walk, .fini = leaks_fail);

#define CONNECTION "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/connections/hub"

/* What the published list says. */
enum said { SAID_NOT, SAID_BAD, SAID_NO_PAGE };

struct reading {
    enum said said;
    uint8_t severity; /* of SAID_BAD */
};

/* What the circuit itself is like while it is looked at. */
enum around { AROUND_FINE, AROUND_NOT_PROVISIONED, AROUND_BLIND, AROUNDS };

static void set_around(struct bed *bed, enum around around)
{
    if (around == AROUND_NOT_PROVISIONED)
        bed->sample->provider.code = PROVIDER_NOT_PROVISIONED;
    if (around == AROUND_BLIND)
        bed->facts.look.sample_seen.ms = BED_NOW_MS - 2 * bed->policy.stale_ms;
}

static const struct opinion *opinion_of(const struct bed *bed, enum rule rule)
{
    for (size_t i = 0; i < bed->opinions.count; i++)
        if (bed->opinions.item[i].rule == rule)
            return &bed->opinions.item[i];
    return NULL;
}

static void expect_reading(const struct bed *bed, enum rule rule, struct reading reading, const char *what)
{
    const struct opinion *opinion = opinion_of(bed, rule);
    bool bad = opinion != NULL && opinion->standing == STANDING_BAD;

    if (reading.said == SAID_BAD) {
        cr_expect(bad, "%s: the list says %d", what, (int)rule);
        cr_expect(!bad || opinion->severity == reading.severity, "%s: severity %u", what, bad ? opinion->severity : 0);
    } else {
        cr_expect(!bad || (reading.said == SAID_NO_PAGE && opinion->hold == HOLD_LONG), "%s: nothing is wrong", what);
    }
}

/* ---- 50: "NotConnected or Failed (critical if in expect.connections, else warning)" ---- */

struct connection_cell {
    enum linked status;
    uint8_t operation;
    bool expected, old;
    enum around around;
};

static struct reading read_50(const struct connection_cell *cell)
{
    uint8_t severity = cell->expected ? SEVERITY_CRITICAL : SEVERITY_WARNING;

    if (cell->around != AROUND_FINE || cell->old) /* 12 and 90 suppress it; facts that are too old decide nothing */
        return (struct reading){ SAID_NOT, 0 };
    if (cell->status == LINKED_DISCONNECTED || cell->operation == OPERATION_FAILED)
        return (struct reading){ SAID_BAD, severity };
    if (cell->status == LINKED_CONNECTING)
        return (struct reading){ SAID_NO_PAGE, 0 };
    return (struct reading){ SAID_NOT, 0 }; /* unknown is never down */
}

static void walk_connection(const struct connection_cell *cell)
{
    static const char *const expected[] = { CONNECTION };
    struct connection_value value = { .id = CONNECTION, .status = (uint8_t)cell->status, .operation = cell->operation,
                                      .seen = { BED_NOW_MS - (cell->old ? BED_DAY_MS : 1000) } };
    struct beyond own = beyond_nothing(), *beyond = &own;
    struct bed bed;
    char what[128];

    bed_init(&bed);
    set_around(&bed, cell->around);
    beyond_take_connection(beyond, &value, "/c");
    bed.facts.beyond = beyond;
    bed.circuit.expect.connections = expected;
    bed.circuit.expect.connection_count = cell->expected;
    judge_circuit(&bed.facts, &bed.opinions);
    snprintf(what, sizeof what, "status %d, operation %u, expected %d, old %d, around %d", (int)cell->status,
             cell->operation, cell->expected, cell->old, (int)cell->around);
    expect_reading(&bed, RULE_CONNECTION_DOWN, read_50(cell), what);
    bed_fini(&bed);
    beyond_fini(beyond);
}

static const uint8_t operations[] = { OPERATION_SUCCEEDED, OPERATION_UPDATING, OPERATION_FAILED, WORD_ABSENT };
#define OPERATIONS (sizeof operations / sizeof *operations)

Test(beyond_walk, connections)
{
    for (unsigned bits = 0; bits < 4 * AROUNDS * OPERATIONS * (LINKED_OTHER + 1); bits++) {
        unsigned rest = bits / 4;
        walk_connection(&(struct connection_cell){ .expected = bits & 1,
                                                   .old = bits & 2,
                                                   .around = rest % AROUNDS,
                                                   .operation = operations[rest / AROUNDS % OPERATIONS],
                                                   .status = rest / AROUNDS / OPERATIONS });
    }
}

/* ---- 51: "Disconnected, or Connected with provisioningState Failed", a warning ---- */

static struct reading read_51(uint8_t status, uint8_t operation, enum around around)
{
    if (around != AROUND_FINE)
        return (struct reading){ SAID_NOT, 0 };
    if (operation == OPERATION_FAILED && (status == REACH_CONNECTED || status == REACH_DISCONNECTED))
        return (struct reading){ SAID_BAD, SEVERITY_WARNING };
    if (status == REACH_DISCONNECTED && operation != OPERATION_UPDATING) /* a link begins as Disconnected */
        return (struct reading){ SAID_BAD, SEVERITY_WARNING };
    return (struct reading){ SAID_NOT, 0 };
}

Test(beyond_walk, links_of_global_reach)
{
    static const uint8_t words[] = { REACH_CONNECTED, REACH_CONNECTING, REACH_DISCONNECTED, WORD_ABSENT, WORD_OTHER };

    for (size_t i = 0; i < sizeof words * OPERATIONS * AROUNDS * 2; i++) {
        uint8_t status = words[i / 2 % sizeof words], operation = operations[i / 2 / sizeof words % OPERATIONS];
        enum around around = (enum around)(i / 2 / sizeof words / OPERATIONS);
        struct bed bed;
        char what[96];
        if (operation == OPERATION_FAILED && status != REACH_CONNECTED && status != REACH_DISCONNECTED)
            continue; /* the list says nothing of it */
        bed_init(&bed);
        set_around(&bed, around);
        bed.sample->link_count = 1;
        bed.sample->link[0] = (struct link_sample){ .peered = i & 1, .status.code = status,
                                                    .operation.code = operation, .ipv6_status.code = WORD_ABSENT };
        judge_circuit(&bed.facts, &bed.opinions);
        snprintf(what, sizeof what, "status %u, operation %u, around %d", status, operation, (int)around);
        expect_reading(&bed, RULE_GLOBAL_REACH_DOWN, read_51(status, operation, around), what);
        bed_fini(&bed);
    }
}

/* ---- 55: "when announced and 24 h before; if the other path could not carry the load, warning" ---- */

struct maintenance_cell {
    uint8_t worked_on; /* enum path, PATH_NONE: the announcement names none */
    bool up[PATHS];
    bool resolved, over, soon;
    enum around around;
};

static struct reading read_55(const struct maintenance_cell *cell)
{
    bool carries = true;

    if (cell->around != AROUND_FINE || cell->resolved || cell->over)
        return (struct reading){ SAID_NOT, 0 };
    for (uint8_t path = 0; path < PATHS; path++)
        carries = carries && (path == cell->worked_on || cell->up[path]);
    return (struct reading){ SAID_BAD, carries ? SEVERITY_INFO : SEVERITY_WARNING };
}

static struct maintenances announcement(const struct maintenance_cell *cell)
{
    int64_t in = cell->over ? -2 * BED_DAY_MS : cell->soon ? BED_DAY_MS / 2 : 7 * BED_DAY_MS;
    struct maintenances all = { .seen = { BED_NOW_MS - 1000 }, .count = 1 };

    all.item[0] = (struct maintenance_value){ .tracking_id = "AB1-C23",
                                              .title = "planned maintenance",
                                              .starts_wall_ms = 1007 * BED_DAY_MS, /* however far it is */
                                              .ends_wall_ms = 1008 * BED_DAY_MS,
                                              .starts = { BED_NOW_MS + in },
                                              .ends = { BED_NOW_MS + in + BED_DAY_MS },
                                              .certain = true,
                                              .resolved = cell->resolved,
                                              .path = cell->worked_on };
    return all;
}

static const struct opinion *walk_maintenance(const struct maintenance_cell *cell, struct opinion *out)
{
    struct maintenances all = announcement(cell);
    struct beyond own = beyond_nothing(), *beyond = &own;
    struct bed bed;
    char what[128];

    bed_init(&bed);
    set_around(&bed, cell->around);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            if (!cell->up[path])
                bed_metric(&bed, kind, path, METRIC_DOWN), bed_route(&bed, kind, path, FAMILY_IPV4, ROUTES_DOWN);
    beyond_take_maintenances(beyond, &all);
    bed.facts.beyond = beyond;
    judge_circuit(&bed.facts, &bed.opinions);
    snprintf(what, sizeof what, "path %u, up %d/%d, resolved %d, over %d, soon %d, around %d", cell->worked_on,
             cell->up[0], cell->up[1], cell->resolved, cell->over, cell->soon, (int)cell->around);
    expect_reading(&bed, RULE_PLANNED_MAINTENANCE, read_55(cell), what);
    const struct opinion *opinion = opinion_of(&bed, RULE_PLANNED_MAINTENANCE);
    if (opinion != NULL)
        *out = *opinion;
    bed_fini(&bed);
    beyond_fini(beyond);
    return opinion != NULL ? out : NULL;
}

Test(beyond_walk, announced_maintenance)
{
    for (unsigned bits = 0; bits < 32 * AROUNDS * (PATHS + 1U); bits++) {
        struct maintenance_cell cell = { .up = { bits & 1, bits & 2 },
                                         .resolved = bits & 4,
                                         .over = bits & 8,
                                         .soon = bits & 16,
                                         .around = (enum around)(bits / 32 % AROUNDS),
                                         .worked_on = (uint8_t)(bits / 32 / AROUNDS) };
        struct opinion now, earlier;
        if (walk_maintenance(&cell, &now) == NULL || !cell.soon || now.standing != STANDING_BAD)
            continue;
        cell.soon = false;
        cr_assert_not_null(walk_maintenance(&cell, &earlier));
        cr_expect_eq(now.owner, OWNER_MICROSOFT);
        cr_expect_neq(now.event, earlier.event, "it is told once more a day before");
    }
}
