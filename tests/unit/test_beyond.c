/* What lies beyond a circuit as it is kept, and what a port is judged by: each row a sentence. */
#include "leaks.h"

#include "core/judge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(beyond, .fini = leaks_fail);

#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
#define NOW ((struct mono){ 100 * HOUR })
#define ID "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/connections/"

/* ---- connections ---- */

static struct connection_value connection(const char *name, const char *peer)
{
    struct connection_value value = { .seen = NOW, .status = LINKED_CONNECTED, .word = "Connected" };

    snprintf(value.id, sizeof value.id, ID "%s", name);
    snprintf(value.peer, sizeof value.peer, "%s", peer);
    return value;
}

Test(beyond, an_item_is_known_without_regard_to_case)
{
    cr_expect_eq(item_of("/A/b"), item_of("/a/B"));
    cr_expect_neq(item_of("/a/b"), item_of("/a/c"));
    cr_expect_neq(item_of(""), 0, "0 stands for none");
}

Test(beyond, connections_are_kept_once_and_small)
{
    struct beyond own = beyond_nothing(), *beyond = &own;
    struct connection_value hub = connection("hub", "/CIRCUIT/lon"), lab = connection("lab", "/circuit/paris");

    beyond_take_connection(beyond, &hub, "/circuit/lon");
    beyond_take_connection(beyond, &lab, "/circuit/lon");
    strcpy(hub.id, "/SUBSCRIPTIONS/S/resourceGroups/net/providers/Microsoft.Network/connections/HUB");
    hub.status = LINKED_DISCONNECTED;
    beyond_take_connection(beyond, &hub, "/circuit/lon");
    cr_assert_eq(beyond->connection_count, 2, "the same id in other letters is the same connection");
    const struct connection *kept = beyond_connection(beyond, item_of(ID "hub"));
    cr_assert_not_null(kept);
    cr_expect_eq(kept->status, LINKED_DISCONNECTED);
    cr_expect_str_eq(kept->word, "Connected");
    cr_expect_str_eq(kept->peer, "", "its own circuit is no news");
    cr_expect_str_eq(beyond_connection(beyond, item_of(lab.id))->peer, "/circuit/paris");
    cr_expect_null(beyond_connection(NULL, 1));
    beyond_fini(beyond);
}

Test(beyond, connections_that_are_gone_are_forgotten_unless_expected)
{
    const char *const listed[] = { ID "hub" }, *const expected[] = { ID "SPOKE" };
    const char *const names[] = { "hub", "spoke", "lab" };
    struct beyond own = beyond_nothing(), *beyond = &own;

    for (size_t i = 0; i < 3; i++) {
        struct connection_value value = connection(names[i], "");
        beyond_take_connection(beyond, &value, "/c");
    }
    beyond_keep_connections(beyond, listed, 1, expected, 1);
    cr_expect_eq(beyond->connection_count, 2);
    cr_expect(beyond_connection(beyond, item_of(ID "hub"))->listed);
    cr_expect(!beyond_connection(beyond, item_of(ID "spoke"))->listed);
    cr_expect_null(beyond_connection(beyond, item_of(ID "lab")));
    beyond_fini(beyond);
}

Test(beyond, no_more_connections_are_kept_than_a_circuit_can_have)
{
    struct beyond own = beyond_nothing(), *beyond = &own;
    char name[16];

    for (size_t i = 0; i < CONNECTIONS_MAX + 10; i++) {
        snprintf(name, sizeof name, "c%zu", i);
        struct connection_value value = connection(name, "");
        beyond_take_connection(beyond, &value, "/c");
    }
    cr_expect_eq(beyond->connection_count, CONNECTIONS_MAX);
    beyond_fini(beyond);
}

Test(beyond, an_expected_connection_takes_the_place_of_one_that_is_not)
{
    const char *const expected[] = { ID "c127", ID "HUB" };
    struct beyond own = beyond_nothing(), *beyond = &own;
    char name[16];

    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        snprintf(name, sizeof name, "c%zu", i);
        struct connection_value value = connection(name, "");
        beyond_make_room(beyond, item_of(value.id), expected, 2);
        beyond_take_connection(beyond, &value, "/c");
    }
    cr_assert_eq(beyond->connection_count, CONNECTIONS_MAX, "there is room for them all");
    beyond_make_room(beyond, item_of(ID "lab"), expected, 2);
    cr_expect_eq(beyond->connection_count, CONNECTIONS_MAX, "another one has no place");
    beyond_make_room(beyond, item_of(ID "c3"), expected, 2);
    cr_expect_eq(beyond->connection_count, CONNECTIONS_MAX, "it has one");
    struct connection_value hub = connection("hub", "");
    beyond_make_room(beyond, item_of(hub.id), expected, 2);
    cr_expect(beyond_take_connection(beyond, &hub, "/c"));
    cr_expect_eq(beyond->connection_count, CONNECTIONS_MAX);
    cr_expect_not_null(beyond_connection(beyond, item_of(hub.id)));
    cr_expect_not_null(beyond_connection(beyond, item_of(ID "c127")), "it is expected, too");
    cr_expect_null(beyond_connection(beyond, item_of(ID "c126")));
    beyond_fini(beyond);
}

/* ---- health ---- */

Test(beyond, the_words_of_good_health_are_not_kept)
{
    struct beyond own = beyond_nothing(), *beyond = &own;
    struct health_value value = { .seen = NOW, .state = AVAILABILITY_DEGRADED, .summary = "a part of it is not well" };

    beyond_take_health(beyond, &value);
    cr_expect_str_eq(beyond->health_summary, "a part of it is not well");
    value.state = AVAILABILITY_AVAILABLE;
    beyond_take_health(beyond, &value);
    cr_expect_null(beyond->health_summary);
    beyond_fini(beyond);
}

/* ---- maintenance ---- */

#define STARTS (1000 * HOUR)

static struct maintenance_value window(const char *id, int64_t starts)
{
    struct maintenance_value value = { .title = "work", .starts_wall_ms = starts, .starts = { starts },
                                       .ends = MONO_NEVER, .certain = true };

    snprintf(value.tracking_id, sizeof value.tracking_id, "%s", id);
    return value;
}

static bool has(const struct maintenances *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->item[i].tracking_id, id) == 0)
            return true;
    return false;
}

static void put(struct maintenances *all, const char *id, int64_t starts, bool certain, bool resolved)
{
    struct maintenance_value value = window(id, starts);

    value.certain = certain;
    value.resolved = resolved;
    maintenances_put(all, &value);
}

Test(beyond, of_too_many_maintenances_the_certain_ones_are_kept_then_the_nearest)
{
    struct maintenances all = { .seen = NOW };
    char id[16];

    put(&all, "called-off", STARTS + 1, true, true);
    for (int i = 1; i < MAINTENANCE_MAX; i++) {
        snprintf(id, sizeof id, "region%d", i);
        put(&all, id, STARTS + 10 * i, false, false);
    }
    cr_assert_eq(all.count, MAINTENANCE_MAX);
    put(&all, "late", STARTS + 900, false, false);
    cr_expect(has(&all, "late") && !has(&all, "called-off"), "what was called off goes first");
    put(&all, "later", STARTS + 901, false, false);
    cr_expect(!has(&all, "later"), "the nearest are kept");
    put(&all, "ours", STARTS + 1000, true, false);
    cr_expect(has(&all, "ours") && !has(&all, "late"), "one that names the circuit stays before others");
    put(&all, "near", STARTS, false, false);
    cr_expect(has(&all, "near") && has(&all, "ours") && !has(&all, "region15"));
    cr_assert_eq(all.count, MAINTENANCE_MAX);
    for (size_t i = 1; i < all.count; i++)
        cr_expect_leq(all.item[i - 1].starts_wall_ms, all.item[i].starts_wall_ms, "they stay sorted by start");
}

Test(beyond, several_windows_of_one_maintenance_are_told_apart_and_each_kept_once)
{
    struct beyond own = beyond_nothing(), *beyond = &own;
    struct maintenances all = { .seen = NOW, .count = 5 };

    all.item[0] = window("AB1-C23", STARTS);
    all.item[1] = window("AB1-c23", STARTS); /* the same again, from another page */
    all.item[2] = window("XY2-Z34", STARTS);
    all.item[3] = window("AB1-C23", STARTS + 24 * HOUR);
    all.item[4] = window("AB1-C23", STARTS + 48 * HOUR);
    beyond_take_maintenances(beyond, &all);
    cr_assert_eq(beyond->maintenance_count, 4);
    cr_expect_eq(beyond->maintenance[0]->item, item_of("AB1-C23"), "the first is called by the tracking id alone");
    for (size_t i = 0; i < beyond->maintenance_count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(beyond->maintenance[i]->item, beyond->maintenance[j]->item);
    beyond_fini(beyond);
}

Test(beyond, a_maintenance_that_ends_before_it_begins_lasts_as_long_as_usual)
{
    struct maintenance odd = { .starts = { STARTS }, .ends = { STARTS - HOUR } };

    cr_expect_eq(judge_maintenance_end(&odd).ms, STARTS + MAINTENANCE_LASTS_MS);
    odd.ends.ms = STARTS + HOUR;
    cr_expect_eq(judge_maintenance_end(&odd).ms, STARTS + HOUR);
}

/* ---- ports ---- */

static const struct policy policy = { .stale_ms = 5 * MINUTE, .light = { .low = -1000, .high = 0, .drop = 300 } };

/* One look at both links; light in hundredths of dBm. */
static struct port_value look(struct mono at, int rx)
{
    struct port_value value = { .id = "/p", .seen = at };

    for (size_t link = 0; link < LINKS; link++) {
        value.link[link] = (struct link_value){ .seen = at, .admin = SWITCH_ENABLED, .line_seen = at,
                                                .line_stamp_wall_ms = at.ms, .line_percent = 100 };
        value.link[link].rx = (struct light_value){ at, at.ms, (int16_t)rx };
        value.link[link].tx = (struct light_value){ at, at.ms, -200 };
    }
    return value;
}

Test(beyond, a_point_that_was_read_before_is_no_new_sample)
{
    struct port_value value = look(NOW, -300);
    struct port_facts port;

    port_reset(&port, "/p");
    port_take(&port, &value);
    value.link[LINK_ONE].rx.seen = value.link[LINK_ONE].line_seen = mono_after(NOW, 500); /* the age came out otherwise */
    port_take(&port, &value);
    cr_expect_eq(port.value.link[LINK_ONE].rx.seen.ms, NOW.ms);
    cr_expect_eq(port.value.link[LINK_ONE].line_seen.ms, NOW.ms);
    value.link[LINK_ONE].rx = (struct light_value){ mono_after(NOW, -500), NOW.ms + 1, -400 };
    port_take(&port, &value);
    cr_expect_eq(port.value.link[LINK_ONE].rx.seen.ms, NOW.ms + 1, "a new one is newer on our clock, too");
    cr_expect_eq(port.value.link[LINK_ONE].rx.centi_dbm, -400);
}

Test(beyond, what_was_not_seen_keeps_its_value)
{
    struct port_value value = look(NOW, -300);
    struct port_facts port;

    port_reset(&port, "/p");
    port_take(&port, &value);
    for (size_t link = 0; link < LINKS; link++) {
        struct link_value *at = &value.link[link];
        at->seen = at->line_seen = at->rx.seen = at->tx.seen = MONO_NEVER;
        at->admin = SWITCH_DISABLED;
        at->line_percent = 0;
    }
    value.seen = MONO_NEVER;
    port_take(&port, &value);
    cr_expect_eq(port.value.link[LINK_TWO].admin, SWITCH_ENABLED);
    cr_expect_eq(port.value.link[LINK_TWO].line_percent, 100);
}

Test(beyond, light_of_yesterday_is_that_of_a_day_ago)
{
    struct port_facts port;
    int16_t was = 0;

    port_reset(&port, "/p");
    cr_expect(!port_light_yesterday(&port, LINK_ONE, LIGHT_RX, NOW, &was), "nothing was heard yet");
    for (int64_t hour = 0; hour <= 60; hour++) {
        struct port_value value = look(mono_after(NOW, hour * HOUR), -300 - (int)hour);
        port_take(&port, &value);
    }
    struct mono now = mono_after(NOW, 60 * HOUR);
    cr_assert(port_light_yesterday(&port, LINK_ONE, LIGHT_RX, now, &was));
    cr_expect_eq(was, -300 - 36, "%d", was);
    now = mono_after(NOW, 61 * HOUR + 30 * MINUTE);
    cr_assert(port_light_yesterday(&port, LINK_ONE, LIGHT_RX, now, &was));
    cr_expect_eq(was, -300 - 37, "%d", was);
    cr_expect(!port_light_yesterday(&port, LINK_ONE, LIGHT_RX, mono_after(now, 30 * HOUR), &was), "too long ago");
}

enum { NONE, GOOD, BAD, UNKNOWN };

static const struct row {
    const char *what;
    uint8_t admin[LINKS];
    int line[LINKS]; /* per cent; -1: never heard, -2: too old */
    int rx;          /* hundredths of dBm, of link 1 */
    bool nobody;     /* no circuit is known to be on it */
    uint8_t down, severity, light;
} rows[] = {
    { "both links are up", { SWITCH_ENABLED, SWITCH_ENABLED }, { 100, 100 }, -300, false, GOOD, 0, GOOD },
    { "90 per cent is up", { SWITCH_ENABLED, SWITCH_ENABLED }, { 90, 100 }, -300, false, GOOD, 0, GOOD },
    { "89 per cent is down", { SWITCH_ENABLED, SWITCH_ENABLED }, { 89, 100 }, -300, false, BAD, SEVERITY_WARNING, NONE },
    { "both are down", { SWITCH_ENABLED, SWITCH_ENABLED }, { 0, 0 }, -300, false, BAD, SEVERITY_CRITICAL, NONE },
    { "off is down whatever the metric says", { SWITCH_DISABLED, SWITCH_ENABLED }, { 100, 100 }, -300, false, BAD,
      SEVERITY_WARNING, NONE },
    { "one down, of the other nothing is known", { SWITCH_ENABLED, WORD_ABSENT }, { 0, -1 }, -300, false, BAD,
      SEVERITY_WARNING, NONE },
    { "a metric that grew old says nothing", { SWITCH_ENABLED, SWITCH_ENABLED }, { -2, 100 }, -300, false, UNKNOWN, 0,
      GOOD },
    { "without a metric the switch is all there is", { SWITCH_ENABLED, SWITCH_ENABLED }, { -1, -1 }, -300, false, GOOD, 0,
      GOOD },
    { "an odd word is neither on nor off", { WORD_OTHER, SWITCH_ENABLED }, { -1, 100 }, -300, false, UNKNOWN, 0, GOOD },
    { "as dark as the band allows", { SWITCH_ENABLED, SWITCH_ENABLED }, { 100, 100 }, -1000, false, GOOD, 0, GOOD },
    { "darker", { SWITCH_ENABLED, SWITCH_ENABLED }, { 100, 100 }, -1001, false, GOOD, 0, BAD },
    { "as bright as the band allows", { SWITCH_ENABLED, SWITCH_ENABLED }, { 100, 100 }, 0, false, GOOD, 0, GOOD },
    { "brighter", { SWITCH_ENABLED, SWITCH_ENABLED }, { 100, 100 }, 1, false, GOOD, 0, BAD },
    { "nobody is on it", { SWITCH_DISABLED, SWITCH_DISABLED }, { 0, 0 }, -3000, true, UNKNOWN, 0, UNKNOWN },
};

static struct port_facts port_of(const struct row *row)
{
    struct port_facts port;

    port_reset(&port, "/p");
    for (size_t link = 0; link < LINKS; link++) {
        struct link_value *at = &port.value.link[link];
        at->seen = NOW;
        at->admin = row->admin[link];
        at->line_percent = (int16_t)(row->line[link] < 0 ? 0 : row->line[link]);
        at->line_seen = row->line[link] == -1 ? MONO_NEVER : row->line[link] == -2 ? mono_after(NOW, -HOUR) : NOW;
        at->rx = at->tx = (struct light_value){ NOW, 1, -300 };
    }
    port.value.link[LINK_ONE].rx.centi_dbm = (int16_t)row->rx;
    return port;
}

static uint8_t standing_of(const struct opinion *opinion)
{
    static const uint8_t as[] = { [STANDING_GOOD] = GOOD, [STANDING_BAD] = BAD, [STANDING_UNKNOWN] = UNKNOWN,
                                  [STANDING_SUPPRESSED] = NONE };
    return opinion == NULL ? NONE : as[opinion->standing];
}

Test(beyond, a_port_is_judged_row_by_row)
{
    static struct opinions opinions;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct port_facts port = port_of(row);
        judge_port(&port, !row->nobody, &policy, NOW, &opinions);
        const struct opinion *down = opinions_find(&opinions, RULE_PORT_DOWN, SUBJECT_CIRCUIT);
        const struct opinion *light = opinions_find(&opinions, RULE_LIGHT_LEVEL, judge_link_subject(LINK_ONE));
        cr_expect_eq(standing_of(down), row->down, "%s: 52", row->what);
        cr_expect(row->down != BAD || down->severity == row->severity, "%s: severity", row->what);
        cr_expect_eq(standing_of(light), row->light, "%s: 53", row->what);
    }
}

Test(beyond, reading_a_port_again_is_no_new_sample_of_its_metric)
{
    struct port_value value = look(NOW, -300), again;
    struct opinions opinions;
    struct port_facts port;

    value.link[LINK_ONE].line_percent = value.link[LINK_TWO].line_percent = 0;
    port_reset(&port, "/p");
    port_take(&port, &value);
    again = value;
    again.seen = again.link[LINK_ONE].seen = again.link[LINK_TWO].seen = mono_after(NOW, MINUTE / 3);
    port_take(&port, &again);
    judge_port(&port, true, &policy, mono_after(NOW, MINUTE / 3), &opinions);
    const struct opinion *down = opinions_find(&opinions, RULE_PORT_DOWN, SUBJECT_CIRCUIT);
    cr_assert(down != NULL && down->standing == STANDING_BAD);
    cr_expect_eq(down->basis.ms, NOW.ms, "one odd point, read twice, pages nobody");
    again.link[LINK_ONE].line_seen = mono_after(NOW, MINUTE);
    again.link[LINK_ONE].line_stamp_wall_ms = NOW.ms + MINUTE;
    port_take(&port, &again);
    judge_port(&port, true, &policy, mono_after(NOW, MINUTE), &opinions);
    cr_expect_eq(opinions_find(&opinions, RULE_PORT_DOWN, SUBJECT_CIRCUIT)->basis.ms, NOW.ms,
                 "of both links to say that both are down");
}

Test(beyond, a_rule_that_is_switched_off_says_nothing_of_a_port)
{
    static struct opinions opinions;
    struct policy without = policy;
    struct port_facts port = port_of(&rows[3]);

    without.rule[RULE_PORT_DOWN].disabled = true;
    judge_port(&port, true, &without, NOW, &opinions);
    cr_expect_null(opinions_find(&opinions, RULE_PORT_DOWN, SUBJECT_CIRCUIT));
}
