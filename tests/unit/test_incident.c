/*
 * The life of an incident: every cell of both tables through incident_feed(), then holds, gaps, and a severity that
 * rises and falls. The rows are those of erwatchd(8), "ALERTS".
 */
#include "core/incident.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>

TestSuite(incident, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define WALL INT64_C(1796083200000)

static const struct policy policy = {
    .stale_ms = 5 * MINUTE,
    .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE },
                 [SEVERITY_WARNING] = { 3, 2 * MINUTE },
                 [SEVERITY_CRITICAL] = { 2, 10000 } },
    .confirm_long = { 3, 30 * MINUTE },
    .recover = { 3, 2 * MINUTE },
    .rule = { [RULE_REDUNDANCY_LOST] = { .confirm_set = true, .confirm = { 1, 0 },
                                         .recover_set = true, .recover = { 1, 0 } } },
};

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, WALL + ms };
}

static struct opinion opinion(enum rule rule, enum standing standing, int64_t basis_ms)
{
    return (struct opinion){ .rule = (uint8_t)rule,
                             .subject = SUBJECT_CIRCUIT,
                             .standing = (uint8_t)standing,
                             .severity = SEVERITY_CRITICAL,
                             .owner = OWNER_YOU,
                             .hold = HOLD_CONFIRM,
                             .by = RULE_CIRCUIT_MISSING,
                             .by_subject = SUBJECT_CIRCUIT,
                             .basis = { basis_ms },
                             .severity_basis = { basis_ms } };
}

static unsigned feed(struct incident *incident, enum standing standing, int64_t ms)
{
    struct opinion is = opinion(incident->rule, standing, ms);
    return incident_feed(incident, &is, &policy, at(ms));
}

static struct incident fresh(enum rule rule)
{
    struct opinion first = opinion(rule, STANDING_BAD, 0);
    struct incident incident;

    incident_init(&incident, incident_key(rule, SUBJECT_CIRCUIT, "london"), &first);
    return incident;
}

/* An incident that got into a state in the usual way; the next sample is of 10 min. */
static struct incident in_state(enum incident_state state)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    if (state != INCIDENT_CLEARED)
        feed(&incident, STANDING_BAD, 9 * MINUTE);
    if (state == INCIDENT_RAISED || state == INCIDENT_CLEARING)
        feed(&incident, STANDING_BAD, 9 * MINUTE + 10000);
    if (state == INCIDENT_CLEARING)
        feed(&incident, STANDING_GOOD, 9 * MINUTE + 20000);
    cr_assert_eq(incident.state, state);
    return incident;
}

/* ---- the table ---- */

#define GONE (STANDING_SUPPRESSED + 1)

static const struct cell {
    enum incident_state from;
    int standing; /* enum standing, GONE */
    enum incident_state to;
    unsigned todo;
    const char *what;
} cells[] = {
    { INCIDENT_CLEARED, STANDING_BAD, INCIDENT_PENDING, INCIDENT_SAVE, "a bad sample makes it pending" },
    { INCIDENT_CLEARED, STANDING_GOOD, INCIDENT_CLEARED, 0, "a good sample of what is well is nothing" },
    { INCIDENT_CLEARED, STANDING_UNKNOWN, INCIDENT_CLEARED, 0, "unknown is not bad" },
    { INCIDENT_CLEARED, STANDING_SUPPRESSED, INCIDENT_CLEARED, 0, "what is explained does not begin" },
    { INCIDENT_CLEARED, GONE, INCIDENT_CLEARED, 0, "what does not apply does not begin" },
    { INCIDENT_PENDING, STANDING_BAD, INCIDENT_RAISED, INCIDENT_SAVE | INCIDENT_RAISE, "the second confirms" },
    { INCIDENT_PENDING, STANDING_GOOD, INCIDENT_CLEARED, INCIDENT_SAVE | INCIDENT_FORGET, "a good sample forgets it" },
    { INCIDENT_PENDING, STANDING_UNKNOWN, INCIDENT_PENDING, 0, "unknown neither counts nor forgets" },
    { INCIDENT_PENDING, STANDING_SUPPRESSED, INCIDENT_CLEARED, INCIDENT_SAVE | INCIDENT_FORGET, "the cause speaks" },
    { INCIDENT_PENDING, GONE, INCIDENT_CLEARED, INCIDENT_SAVE | INCIDENT_FORGET, "it applies no longer" },
    { INCIDENT_RAISED, STANDING_BAD, INCIDENT_RAISED, 0, "bad goes on" },
    { INCIDENT_RAISED, STANDING_GOOD, INCIDENT_CLEARING, INCIDENT_SAVE, "a good sample begins its end" },
    { INCIDENT_RAISED, STANDING_UNKNOWN, INCIDENT_RAISED, 0, "unknown ends nothing" },
    { INCIDENT_RAISED, STANDING_SUPPRESSED, INCIDENT_RAISED, INCIDENT_SAVE, "it stays open, silently" },
    { INCIDENT_RAISED, GONE, INCIDENT_CLEARED, INCIDENT_SAVE | INCIDENT_CLEAR, "the settings ended it" },
    { INCIDENT_CLEARING, STANDING_BAD, INCIDENT_RAISED, INCIDENT_SAVE, "bad again, without a second page" },
    { INCIDENT_CLEARING, STANDING_GOOD, INCIDENT_CLEARING, INCIDENT_SAVE, "a good sample counts" },
    { INCIDENT_CLEARING, STANDING_UNKNOWN, INCIDENT_CLEARING, 0, "unknown does not begin the end anew" },
    { INCIDENT_CLEARING, STANDING_SUPPRESSED, INCIDENT_RAISED, INCIDENT_SAVE, "not judged any more: it stays open" },
    { INCIDENT_CLEARING, GONE, INCIDENT_CLEARED, INCIDENT_SAVE | INCIDENT_CLEAR, "the settings ended it" },
};

Test(incident, every_cell_of_the_table)
{
    cr_assert_eq(sizeof cells / sizeof *cells, (INCIDENT_STATES - 1) * (GONE + 1), "a row for each cell");
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const struct cell *cell = &cells[i];
        struct incident incident = in_state(cell->from);
        struct opinion is = opinion(incident.rule, (enum standing)cell->standing, 10 * MINUTE);
        unsigned todo = incident_feed(&incident, cell->standing == GONE ? NULL : &is, &policy, at(10 * MINUTE));
        cr_expect_eq(incident.state, cell->to, "%s: %s", cell->what, incident_state_name(incident.state));
        cr_expect_eq(todo, cell->todo, "%s: todo %u", cell->what, todo);
    }
}

/* The other table: what a hold that is over does in each state, with rules whose holds are 1/0s. */
Test(incident, a_hold_that_is_over)
{
    struct incident incident = fresh(RULE_REDUNDANCY_LOST);

    cr_expect_eq(feed(&incident, STANDING_BAD, 1000), INCIDENT_SAVE | INCIDENT_RAISE, "raised by one sample");
    cr_expect_eq(incident.state, INCIDENT_RAISED);
    cr_expect_eq(feed(&incident, STANDING_BAD, 2000), 0, "raised once");
    cr_expect_eq(feed(&incident, STANDING_GOOD, 3000), INCIDENT_SAVE | INCIDENT_CLEAR, "cleared by one sample");
    cr_expect_eq(incident.state, INCIDENT_CLEARED);
    cr_expect_eq(feed(&incident, STANDING_GOOD, 4000), 0, "cleared once");
}

Test(incident, refuses_an_unset_state, .signal = SIGABRT)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    incident.state = INCIDENT_UNSET;
    feed(&incident, STANDING_BAD, 0);
}

/* ---- counting ---- */

static const struct hold_row {
    enum rule rule;
    enum severity severity;
    enum hold_kind kind;
    uint32_t count;
    int64_t age_ms;
    const char *what;
} hold_rows[] = {
    { RULE_CIRCUIT_DISABLED, SEVERITY_CRITICAL, HOLD_CONFIRM, 2, 10000, "critical" },
    { RULE_OPERATION_FAILED, SEVERITY_WARNING, HOLD_CONFIRM, 3, 2 * MINUTE, "warning" },
    { RULE_EDGE_MAINTENANCE, SEVERITY_INFO, HOLD_CONFIRM, 3, 2 * MINUTE, "info is confirmed as a warning is" },
    { RULE_OPERATION_STUCK, SEVERITY_WARNING, HOLD_LONG, 3, 30 * MINUTE, "long" },
    { RULE_PREFIX_VALIDATION_NEEDED, SEVERITY_CRITICAL, HOLD_NOW, 1, 0, "now" },
    { RULE_CIRCUIT_MISSING, SEVERITY_CRITICAL, HOLD_CONFIRM, 3, 10000, "three polls agree that it is missing" },
    { RULE_REDUNDANCY_LOST, SEVERITY_WARNING, HOLD_LONG, 1, 0, "a rule's own hold wins over every other" },
};

Test(incident, holds)
{
    for (size_t i = 0; i < sizeof hold_rows / sizeof *hold_rows; i++) {
        const struct hold_row *row = &hold_rows[i];
        struct hold hold = incident_hold(&policy, row->rule, row->severity, row->kind);
        cr_expect_eq(hold.count, row->count, "%s", row->what);
        cr_expect_eq(hold.age_ms, row->age_ms, "%s", row->what);
    }
}

Test(incident, a_sample_counts_once)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);
    struct opinion same = opinion(incident.rule, STANDING_BAD, 1000);

    incident_feed(&incident, &same, &policy, at(1000));
    cr_expect_eq(incident_feed(&incident, &same, &policy, at(MINUTE)), 0, "the same answer again is no second sample");
    cr_expect_eq(incident.state, INCIDENT_PENDING);
}

Test(incident, count_and_age_are_both_needed)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    feed(&incident, STANDING_BAD, 0);
    feed(&incident, STANDING_BAD, 4000);
    cr_expect_eq(feed(&incident, STANDING_BAD, 9999), INCIDENT_SAVE, "three samples in 9.999 s are too young");
    cr_expect_eq(incident_due(&incident, &policy).ms, 10000, "then time alone will do");

    struct opinion same = opinion(incident.rule, STANDING_BAD, 9999);
    cr_expect_eq(incident_feed(&incident, &same, &policy, at(10000)), INCIDENT_SAVE | INCIDENT_RAISE, "10 s do");
}

Test(incident, time_alone_is_waited_for_only_when_it_can_change_something)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    cr_expect_eq(incident_due(&incident, &policy).ms, MONO_NEVER.ms, "cleared");
    feed(&incident, STANDING_BAD, 0);
    cr_expect_eq(incident_due(&incident, &policy).ms, MONO_NEVER.ms, "one sample of two: only a sample can");
    feed(&incident, STANDING_BAD, 10000);
    cr_expect_eq(incident_due(&incident, &policy).ms, MONO_NEVER.ms, "raised");
}

static const struct gap_row {
    int64_t gap_ms;
    uint32_t count;
    const char *what;
} gap_rows[] = {
    { 5 * MINUTE, 2, "as long as facts may be old the samples are in a row" },
    { 5 * MINUTE + 1, 1, "a longer gap proves nothing about the time between" },
};

Test(incident, a_long_gap_counts_anew)
{
    for (size_t i = 0; i < sizeof gap_rows / sizeof *gap_rows; i++) {
        const struct gap_row *row = &gap_rows[i];
        struct incident incident = fresh(RULE_OPERATION_FAILED);
        feed(&incident, STANDING_BAD, MINUTE);
        feed(&incident, STANDING_BAD, MINUTE + row->gap_ms);
        cr_expect_eq(incident.count, row->count, "%s", row->what);
        cr_expect_eq(incident.since_mono.ms, row->count == 1 ? MINUTE + row->gap_ms : MINUTE, "%s", row->what);
    }
}

/* As a restart leaves one that was stored long ago, and a sleep every one. */
Test(incident, what_is_counted_anew_is_as_old_as_its_first_sample)
{
    struct incident incident = in_state(INCIDENT_PENDING);

    incident.count = 0;
    incident.since_mono = at(10 * MINUTE).mono;
    incident.basis = (struct mono){ INT64_MIN };
    feed(&incident, STANDING_BAD, 12 * MINUTE);
    cr_expect_eq(incident.count, 1);
    cr_expect_eq(incident.since_mono.ms, 12 * MINUTE, "and not as old as the restart");
    feed(&incident, STANDING_BAD, 12 * MINUTE + 9999);
    cr_expect_eq(incident.state, INCIDENT_PENDING);
    feed(&incident, STANDING_BAD, 12 * MINUTE + 10000);
    cr_expect_eq(incident.state, INCIDENT_RAISED);
}

Test(incident, a_gap_while_clearing_does_not_count_anew)
{
    struct incident incident = in_state(INCIDENT_CLEARING);

    feed(&incident, STANDING_GOOD, 30 * MINUTE);
    cr_expect_eq(incident.count, 2);
    cr_expect_eq(feed(&incident, STANDING_GOOD, 31 * MINUTE), INCIDENT_SAVE | INCIDENT_CLEAR);
}

/* ---- events ---- */

static unsigned feed_event(struct incident *incident, uint64_t event, enum standing standing, int64_t ms)
{
    struct opinion is = opinion(incident->rule, standing, ms);

    is.event = event;
    is.severity = SEVERITY_INFO;
    return incident_feed(incident, &is, &policy, at(ms));
}

Test(incident, an_event_is_told_once_and_closed_at_once)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    cr_expect_eq(feed_event(&incident, 17, STANDING_BAD, MINUTE), INCIDENT_SAVE | INCIDENT_RAISE, "told, without a hold");
    cr_expect_eq(incident.state, INCIDENT_CLEARED);
    cr_expect_eq(incident.episode, 1);
    cr_expect_eq(incident.told, 1U << SEVERITY_INFO);
    cr_expect_eq(incident.since_wall_ms, WALL + MINUTE);
    cr_expect_eq(incident.raised_wall_ms, WALL + MINUTE);
    cr_expect_eq(incident.cleared_wall_ms, WALL + MINUTE);
    cr_expect_eq(feed_event(&incident, 17, STANDING_BAD, 2 * MINUTE), 0, "the same one is not told again");
    cr_expect_eq(feed_event(&incident, 17, STANDING_GOOD, 3 * MINUTE), 0, "there is nothing to clear");
    cr_expect_eq(incident_feed(&incident, NULL, &policy, at(4 * MINUTE)), 0, "nor when nobody speaks of it any more");
    cr_expect_eq(incident_due(&incident, &policy).ms, MONO_NEVER.ms, "it waits for nothing");
}

Test(incident, each_event_is_an_episode_of_its_own)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    feed_event(&incident, 17, STANDING_BAD, MINUTE);
    incident.sequence = 1; /* as engine_feed.c counts it */
    struct incident restored = incident; /* what is known after a restart */
    cr_expect_eq(feed_event(&restored, 17, STANDING_BAD, 2 * MINUTE), 0, "not told again after a restart");
    cr_expect_eq(feed_event(&restored, 18, STANDING_BAD, 3 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE);
    cr_expect_eq(restored.episode, 2);
    cr_expect_eq(restored.sequence, 0, "notices are counted from the beginning");
    cr_expect_eq(feed_event(&restored, 17, STANDING_BAD, 4 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE, "only the last is known");
}

static const struct {
    enum standing standing;
    const char *what;
} waiting_rows[] = {
    { STANDING_UNKNOWN, "what is not known is told later" },
    { STANDING_SUPPRESSED, "what another rule explains is told when that is over" },
    { STANDING_GOOD, "nothing happened" },
};

Test(incident, an_event_waits_until_it_can_be_told)
{
    for (size_t i = 0; i < sizeof waiting_rows / sizeof *waiting_rows; i++) {
        struct incident incident = fresh(RULE_CIRCUIT_DISABLED);
        cr_expect_eq(feed_event(&incident, 17, waiting_rows[i].standing, MINUTE), 0, "%s", waiting_rows[i].what);
        cr_expect_eq(incident.suppressed_by, RULE_NONE, "%s", waiting_rows[i].what);
        cr_expect_eq(incident.episode, 0, "%s", waiting_rows[i].what);
        cr_expect_eq(feed_event(&incident, 17, STANDING_BAD, 2 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE, "%s",
                     waiting_rows[i].what);
    }
}

/* ---- withheld ---- */

static unsigned withhold(struct incident *incident, uint8_t reasons, int64_t ms)
{
    return incident_withhold(incident, WITHHELD_ALL, reasons, at(ms));
}

/* Raised while it is withheld; the next sample is of 10 min. */
static struct incident raised_quietly(void)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    feed(&incident, STANDING_BAD, 9 * MINUTE);
    cr_assert_eq(withhold(&incident, WITHHELD_SILENCED, 9 * MINUTE), INCIDENT_SAVE);
    cr_assert_eq(feed(&incident, STANDING_BAD, 9 * MINUTE + 10000), INCIDENT_SAVE | INCIDENT_RAISE | INCIDENT_QUIET);
    cr_assert_eq(incident.told, 0);
    return incident;
}

static const struct {
    enum incident_state from;
    unsigned todo;
    const char *what;
} quiet_rows[] = {
    { INCIDENT_CLEARED, 0, "what is over is not told afterwards" },
    { INCIDENT_PENDING, INCIDENT_SAVE, "what is not raised is not told" },
    { INCIDENT_RAISED, INCIDENT_SAVE, "what was told is not told again" },
    { INCIDENT_CLEARING, INCIDENT_SAVE, "nor while it recovers" },
};

Test(incident, to_withhold_and_let_go_tells_nothing_again)
{
    for (size_t i = 0; i < sizeof quiet_rows / sizeof *quiet_rows; i++) {
        struct incident incident = in_state(quiet_rows[i].from);
        withhold(&incident, WITHHELD_MAINTENANCE, 10 * MINUTE);
        cr_expect_eq(withhold(&incident, 0, 11 * MINUTE) & ~(unsigned)INCIDENT_SAVE,
                     quiet_rows[i].todo & ~(unsigned)INCIDENT_SAVE, "%s", quiet_rows[i].what);
        cr_expect_eq(withhold(&incident, 0, 12 * MINUTE), 0, "nothing changed");
    }
}

Test(incident, it_is_told_when_the_last_reason_ends)
{
    struct incident incident = raised_quietly();

    cr_expect_eq(withhold(&incident, WITHHELD_SILENCED | WITHHELD_MAINTENANCE, 10 * MINUTE), INCIDENT_SAVE);
    cr_expect_eq(withhold(&incident, WITHHELD_MAINTENANCE, 11 * MINUTE), INCIDENT_SAVE, "one is left");
    cr_expect_eq(incident_withhold(&incident, WITHHELD_SILENCED, 0, at(12 * MINUTE)), 0, "others stay as they are");
    cr_expect_eq(withhold(&incident, 0, 13 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE);
    cr_expect_eq(incident.told, 1U << SEVERITY_CRITICAL);
    cr_expect_eq(incident.told_wall_ms, WALL + 13 * MINUTE);
    cr_expect_eq(incident.episode, 1, "it is the same episode");
}

Test(incident, it_is_told_while_it_recovers)
{
    struct incident incident = raised_quietly();

    feed(&incident, STANDING_GOOD, 10 * MINUTE);
    cr_expect_eq(withhold(&incident, 0, 11 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE, "it is not over yet");
}

Test(incident, nobody_hears_the_end_of_what_nobody_heard_of)
{
    struct incident incident = raised_quietly();

    cr_expect_eq(incident_feed(&incident, NULL, &policy, at(10 * MINUTE)), INCIDENT_SAVE | INCIDENT_CLEAR | INCIDENT_QUIET);
    cr_expect_eq(withhold(&incident, 0, 11 * MINUTE), INCIDENT_SAVE);
}

Test(incident, an_end_is_never_withheld)
{
    struct incident incident = in_state(INCIDENT_RAISED);

    withhold(&incident, WITHHELD_ALL, 10 * MINUTE);
    cr_expect_eq(incident_feed(&incident, NULL, &policy, at(11 * MINUTE)), INCIDENT_SAVE | INCIDENT_CLEAR);
}

Test(incident, what_was_seen_of_an_episode_ends_with_it)
{
    struct incident incident = in_state(INCIDENT_RAISED);

    withhold(&incident, WITHHELD_ALL, 10 * MINUTE);
    incident_feed(&incident, NULL, &policy, at(11 * MINUTE));
    feed(&incident, STANDING_BAD, 12 * MINUTE);
    cr_expect_eq(incident.withheld, WITHHELD_ALL & ~WITHHELD_FLAPPING,
                 "silences and windows are not about an episode, and of groups others say anew before it is fed");
}

Test(incident, an_event_that_is_withheld_is_not_told_later)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    withhold(&incident, WITHHELD_SILENCED, MINUTE);
    cr_expect_eq(feed_event(&incident, 17, STANDING_BAD, 2 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE | INCIDENT_QUIET);
    cr_expect_eq(withhold(&incident, 0, 3 * MINUTE), INCIDENT_SAVE, "it happened and is over");
}

Test(incident, what_is_explained_waits_for_that_too)
{
    struct incident incident = raised_quietly();

    feed(&incident, STANDING_SUPPRESSED, 10 * MINUTE);
    cr_expect_eq(withhold(&incident, 0, 11 * MINUTE), INCIDENT_SAVE, "another one speaks");
    cr_expect_eq(feed(&incident, STANDING_BAD, 12 * MINUTE), INCIDENT_SAVE | INCIDENT_RAISE, "now it speaks for itself");
}

static unsigned feed_warning(struct incident *incident, enum severity severity, int64_t ms)
{
    struct opinion is = opinion(incident->rule, STANDING_BAD, ms);

    is.severity = (uint8_t)severity;
    return incident_feed(incident, &is, &policy, at(ms));
}

/* Told as a warning; critical while it is withheld. */
static struct incident risen_quietly(void)
{
    struct incident incident = fresh(RULE_REDUNDANCY_LOST);

    cr_assert_eq(feed_warning(&incident, SEVERITY_WARNING, MINUTE), INCIDENT_SAVE | INCIDENT_RAISE);
    withhold(&incident, WITHHELD_SILENCED, 2 * MINUTE);
    cr_assert_eq(feed_warning(&incident, SEVERITY_CRITICAL, 3 * MINUTE), INCIDENT_SAVE | INCIDENT_CHANGE | INCIDENT_QUIET);
    cr_assert_eq(incident.told, 1U << SEVERITY_WARNING);
    return incident;
}

Test(incident, a_rise_is_told_when_nothing_withholds_it)
{
    struct incident incident = risen_quietly();

    cr_expect_eq(withhold(&incident, 0, 4 * MINUTE), INCIDENT_SAVE | INCIDENT_CHANGE);
    cr_expect_eq(incident.told, 1U << SEVERITY_WARNING | 1U << SEVERITY_CRITICAL);
    cr_expect_eq(withhold(&incident, 0, 5 * MINUTE), 0, "once");
}

Test(incident, a_rise_that_fell_again_is_nothing_to_tell)
{
    struct incident incident = risen_quietly();

    cr_expect_eq(feed_warning(&incident, SEVERITY_WARNING, 4 * MINUTE), INCIDENT_SAVE | INCIDENT_CHANGE | INCIDENT_QUIET);
    cr_expect_eq(withhold(&incident, 0, 5 * MINUTE), INCIDENT_SAVE);
    cr_expect_eq(incident.told, 1U << SEVERITY_WARNING);
}

Test(incident, reasons_in_words)
{
    char text[WITHHELD_TEXT_MAX];

    cr_expect_str_eq(withheld_text(0, text), "");
    cr_expect_str_eq(withheld_text(WITHHELD_SILENCED | WITHHELD_MAINTENANCE, text), "silenced, maintenance");
    cr_expect_str_eq(withheld_text(WITHHELD_ALL, text), "silenced, maintenance, grouped, flapping, waiting");
}

/* ---- identity ---- */

Test(incident, an_episode_for_each_time_it_is_raised)
{
    struct incident incident = fresh(RULE_REDUNDANCY_LOST);

    for (uint32_t episode = 1; episode <= 3; episode++) {
        feed(&incident, STANDING_BAD, episode * MINUTE);
        cr_expect_eq(incident.episode, episode);
        cr_expect_eq(incident.sequence, 0, "notices are counted from the beginning");
        cr_expect_eq(incident.raised_wall_ms, WALL + episode * MINUTE);
        feed(&incident, STANDING_GOOD, episode * MINUTE + 1000);
        cr_expect_eq(incident.cleared_wall_ms, WALL + episode * MINUTE + 1000);
    }
}

Test(incident, since_is_the_first_bad_sample)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    feed(&incident, STANDING_BAD, 3000);
    feed(&incident, STANDING_BAD, 13000);
    feed(&incident, STANDING_GOOD, 20000);
    feed(&incident, STANDING_BAD, 30000);
    cr_expect_eq(incident.since_wall_ms, WALL + 3000, "an episode that goes on began when it began");
}

Test(incident, keys_differ_with_each_part)
{
    const struct subject private = { PEERING_PRIVATE, PATH_NONE, FAMILIES, FEATURE_NONE, 0 };
    uint64_t keys[] = { incident_key(RULE_BLIND, SUBJECT_CIRCUIT, "london"),
                        incident_key(RULE_BLIND, private, "london"),
                        incident_key(RULE_BLIND, SUBJECT_CIRCUIT, "paris"),
                        incident_key(RULE_CIRCUIT_DISABLED, SUBJECT_CIRCUIT, "london") };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(keys[i], keys[j], "key %zu and %zu", i, j);
    cr_expect_eq(keys[0], UINT64_C(0x7c962def1e1090a8), "it is the same on every host and in every release: %llx",
                 (unsigned long long)keys[0]);
}

/* ---- suppression ---- */

Test(incident, suppression_is_noted_and_forgotten)
{
    struct incident incident = in_state(INCIDENT_RAISED);

    feed(&incident, STANDING_SUPPRESSED, 10 * MINUTE);
    cr_expect_eq(incident.suppressed_by, RULE_CIRCUIT_MISSING);
    cr_expect_eq(feed(&incident, STANDING_SUPPRESSED, 11 * MINUTE), 0, "noted once");
    cr_expect_eq(feed(&incident, STANDING_BAD, 12 * MINUTE), INCIDENT_SAVE, "it speaks again, without a page");
    cr_expect_eq(incident.suppressed_by, RULE_NONE);
}

Test(incident, another_cause_is_noted)
{
    struct incident incident = in_state(INCIDENT_RAISED);
    struct opinion other = opinion(incident.rule, STANDING_SUPPRESSED, 11 * MINUTE);

    feed(&incident, STANDING_SUPPRESSED, 10 * MINUTE);
    other.by = RULE_BLIND;
    other.by_scope = SCOPE_CREDENTIAL;
    cr_expect_eq(incident_feed(&incident, &other, &policy, at(11 * MINUTE)), INCIDENT_SAVE);
    cr_expect_eq(incident.suppressed_by, RULE_BLIND);
    cr_expect_eq(incident.suppressed_scope, SCOPE_CREDENTIAL);
}

/* ---- a severity that changes ---- */

static unsigned weigh(struct incident *incident, enum severity severity, int64_t ms)
{
    struct opinion is = opinion(incident->rule, STANDING_BAD, ms);

    is.severity = (uint8_t)severity;
    return incident_feed(incident, &is, &policy, at(ms));
}

static struct incident raised_as(enum severity severity)
{
    struct incident incident = fresh(RULE_PREFIX_VALIDATION_NEEDED);

    for (int64_t ms = 0; ms <= 2 * MINUTE; ms += MINUTE)
        weigh(&incident, severity, ms);
    cr_assert_eq(incident.state, INCIDENT_RAISED);
    return incident;
}

Test(incident, a_rise_is_confirmed_as_a_page)
{
    struct incident incident = raised_as(SEVERITY_WARNING);

    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 10 * MINUTE), 0);
    cr_expect_eq(incident.severity, SEVERITY_WARNING, "one odd sample does not page");
    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 10 * MINUTE + 10000), INCIDENT_SAVE | INCIDENT_CHANGE);
    cr_expect_eq(incident.severity, SEVERITY_CRITICAL);
    cr_expect_eq(incident.told, 1U << SEVERITY_WARNING | 1U << SEVERITY_CRITICAL, "both audiences hear its end");
    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 11 * MINUTE), 0, "once");
}

Test(incident, a_fall_is_confirmed_as_a_recovery)
{
    struct incident incident = raised_as(SEVERITY_CRITICAL);

    weigh(&incident, SEVERITY_WARNING, 10 * MINUTE);
    weigh(&incident, SEVERITY_WARNING, 11 * MINUTE);
    cr_expect_eq(incident.severity, SEVERITY_CRITICAL, "two samples do not take a page back");
    cr_expect_eq(weigh(&incident, SEVERITY_WARNING, 12 * MINUTE), INCIDENT_SAVE | INCIDENT_CHANGE);
    cr_expect_eq(incident.severity, SEVERITY_WARNING);
}

Test(incident, a_drift_that_ends_is_forgotten)
{
    struct incident incident = raised_as(SEVERITY_WARNING);

    weigh(&incident, SEVERITY_CRITICAL, 10 * MINUTE);
    cr_expect_eq(weigh(&incident, SEVERITY_WARNING, 11 * MINUTE), INCIDENT_SAVE);
    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 12 * MINUTE), 0, "it begins anew");
    cr_expect_eq(incident.severity, SEVERITY_WARNING);
}

Test(incident, unknown_neither_confirms_nor_ends_a_drift)
{
    struct incident incident = raised_as(SEVERITY_WARNING);

    weigh(&incident, SEVERITY_CRITICAL, 10 * MINUTE);
    cr_expect_eq(feed(&incident, STANDING_UNKNOWN, 11 * MINUTE), 0);
    cr_expect_eq(incident.severity, SEVERITY_WARNING);
    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 12 * MINUTE), INCIDENT_SAVE | INCIDENT_CHANGE);
}

Test(incident, a_drift_rests_on_its_own_samples)
{
    struct incident incident = raised_as(SEVERITY_WARNING);
    struct opinion is = opinion(incident.rule, STANDING_BAD, 10 * MINUTE);

    is.severity = SEVERITY_CRITICAL;
    incident_feed(&incident, &is, &policy, at(10 * MINUTE));
    is.basis.ms = 11 * MINUTE; /* a new answer about the prefixes, none about the sessions */
    cr_expect_eq(incident_feed(&incident, &is, &policy, at(11 * MINUTE)), 0);
    cr_expect_eq(incident_due(&incident, &policy).ms, MONO_NEVER.ms, "only a sample can confirm it");
}

/* ---- stages: a date that comes nearer ---- */

static unsigned feed_stage(struct incident *incident, enum severity severity, enum variant variant, int64_t ms)
{
    struct opinion is = opinion(RULE_CREDENTIAL_EXPIRING, STANDING_BAD, ms);

    is.severity = (uint8_t)severity;
    is.variant = (uint8_t)variant;
    is.hold = HOLD_NOW;
    is.staged = true;
    return incident_feed(incident, &is, &policy, at(ms));
}

Test(incident, each_further_stage_is_told_at_once)
{
    struct incident incident = fresh(RULE_CREDENTIAL_EXPIRING);

    cr_expect(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, 0) & INCIDENT_RAISE);
    cr_expect_eq(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, MINUTE), 0, "the same again");
    cr_expect(feed_stage(&incident, SEVERITY_WARNING, VARIANT_WEEK, 2 * MINUTE) & INCIDENT_CHANGE);
    cr_expect_eq(incident.variant, VARIANT_WEEK, "what was told is what a restart goes on from");
    cr_expect_eq(feed_stage(&incident, SEVERITY_WARNING, VARIANT_WEEK, 3 * MINUTE), 0, "once");
    cr_expect(feed_stage(&incident, SEVERITY_CRITICAL, VARIANT_DAY, 4 * MINUTE) & INCIDENT_CHANGE);
    cr_expect_eq(incident.severity, SEVERITY_CRITICAL);
    cr_expect_eq(feed_stage(&incident, SEVERITY_CRITICAL, VARIANT_DAY, 5 * MINUTE), 0, "once");
}

Test(incident, a_stage_that_went_away_is_told_again_when_it_comes_back)
{
    struct incident incident = fresh(RULE_CREDENTIAL_EXPIRING);

    (void)feed_stage(&incident, SEVERITY_WARNING, VARIANT_WEEK, 0);
    cr_expect_eq(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, MINUTE), INCIDENT_SAVE, "nothing to tell");
    cr_expect(feed_stage(&incident, SEVERITY_WARNING, VARIANT_WEEK, 2 * MINUTE) & INCIDENT_CHANGE);
    (void)feed_stage(&incident, SEVERITY_CRITICAL, VARIANT_DAY, 3 * MINUTE);
    cr_expect_eq(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, 4 * MINUTE), 0, "a fall is confirmed");
    cr_expect_eq(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, 5 * MINUTE), 0);
    cr_expect(feed_stage(&incident, SEVERITY_WARNING, VARIANT_PLAIN, 6 * MINUTE) & INCIDENT_CHANGE, "as a recovery is");
    cr_expect_eq(incident.variant, VARIANT_PLAIN);
}

Test(incident, while_pending_the_severity_is_that_of_the_last_sample)
{
    struct incident incident = fresh(RULE_CIRCUIT_DISABLED);

    weigh(&incident, SEVERITY_WARNING, 0);
    cr_expect_eq(weigh(&incident, SEVERITY_CRITICAL, 10000), INCIDENT_SAVE | INCIDENT_RAISE, "as what it is");
    cr_expect_eq(incident.severity, SEVERITY_CRITICAL);
    cr_expect_eq(incident.told, 1U << SEVERITY_CRITICAL, "nobody heard of it as a warning");
}

/* Whatever comes in whatever order: never two raises without a clear between them, never a clear without a raise. */
Test(incident, raises_and_clears_alternate)
{
    uint64_t random = 1;

    for (unsigned run = 0; run < 200; run++) {
        struct incident incident = fresh(run % 2 ? RULE_CIRCUIT_DISABLED : RULE_REDUNDANCY_LOST);
        bool open = false;
        for (int64_t ms = 0; ms < 60 * MINUTE; ms += 15000) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            unsigned pick = (unsigned)(random >> 33) % (GONE + 1);
            struct opinion is = opinion(incident.rule, pick, ms);
            unsigned todo = incident_feed(&incident, pick == GONE ? NULL : &is, &policy, at(ms));
            cr_assert(!(todo & INCIDENT_RAISE) || !open, "raised twice in run %u", run);
            cr_assert(!(todo & INCIDENT_CLEAR) || open || todo & INCIDENT_RAISE, "cleared twice in run %u", run);
            open = (open || todo & INCIDENT_RAISE) && !(todo & INCIDENT_CLEAR);
            cr_assert_eq(open, incident.state == INCIDENT_RAISED || incident.state == INCIDENT_CLEARING);
        }
    }
}

/* ---- again ---- */

/* Told as a critical at 1 min; policy: reminders after 10 and 20 min, escalation after 15. */
static struct policy reminding(void)
{
    struct policy again = policy;

    again.remind = (struct remind){ .count = 2, .after_ms = { 10 * MINUTE, 20 * MINUTE } };
    again.escalate_after_ms = 15 * MINUTE;
    return again;
}

static unsigned feed_by(struct incident *incident, const struct policy *by, enum standing standing,
                        enum severity severity, int64_t ms)
{
    struct opinion is = opinion(incident->rule, standing, ms);

    is.severity = (uint8_t)severity;
    return incident_feed(incident, &is, by, at(ms));
}

Test(incident, reminders_and_an_escalation_come_in_their_time)
{
    static const struct {
        int64_t minute;
        bool told;
    } looks[] = { { 10, false }, { 11, true }, { 15, false }, { 16, true }, { 35, false }, { 36, true }, { 55, false }, { 56, true } };
    struct policy again = reminding();
    struct incident incident = fresh(RULE_REDUNDANCY_LOST);

    feed_by(&incident, &again, STANDING_BAD, SEVERITY_CRITICAL, MINUTE);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        unsigned todo = feed_by(&incident, &again, STANDING_BAD, SEVERITY_CRITICAL, looks[i].minute * MINUTE);
        cr_expect_eq(todo, looks[i].told ? INCIDENT_SAVE | INCIDENT_REMIND : 0, "minute %d", (int)looks[i].minute);
        cr_expect_eq(incident.escalated, looks[i].minute >= 16, "minute %d", (int)looks[i].minute);
    }
    cr_expect_eq(incident.reminders, 4);
}

static const struct {
    enum standing standing;
    enum severity severity;
    uint8_t withheld;
    bool due;
    const char *what;
} again_rows[] = {
    { STANDING_BAD, SEVERITY_WARNING, 0, true, "a warning is told again" },
    { STANDING_BAD, SEVERITY_INFO, 0, false, "an info is not" },
    { STANDING_BAD, SEVERITY_CRITICAL, WITHHELD_SILENCED, false, "nor what is silenced" },
    { STANDING_BAD, SEVERITY_CRITICAL, WITHHELD_FLAPPING, true, "what flaps is open all the same" },
    { STANDING_UNKNOWN, SEVERITY_CRITICAL, 0, false, "what is not known is not told again" },
    { STANDING_SUPPRESSED, SEVERITY_CRITICAL, 0, false, "nor what another rule explains" },
    { STANDING_GOOD, SEVERITY_CRITICAL, 0, false, "nor what is over" },
};

Test(incident, only_what_is_bad_and_can_be_told_is_told_again)
{
    struct policy again = reminding();

    for (size_t i = 0; i < sizeof again_rows / sizeof *again_rows; i++) {
        struct incident incident = fresh(RULE_REDUNDANCY_LOST);
        feed_by(&incident, &again, STANDING_BAD, again_rows[i].severity, MINUTE);
        withhold(&incident, again_rows[i].withheld, MINUTE);
        unsigned todo = feed_by(&incident, &again, again_rows[i].standing, again_rows[i].severity, 12 * MINUTE);
        cr_expect_eq((todo & INCIDENT_REMIND) != 0, again_rows[i].due, "%s", again_rows[i].what);
    }
}

Test(incident, without_times_nothing_is_told_again)
{
    struct incident incident = fresh(RULE_REDUNDANCY_LOST);

    feed(&incident, STANDING_BAD, MINUTE);
    cr_expect_eq(incident_remind_due(&incident, &policy).ms, MONO_NEVER.ms);
    cr_expect_eq(feed(&incident, STANDING_BAD, 1000 * MINUTE), 0);
}

/* ---- flapping ---- */

/* Feeds "bggb…", a sample each 10 s, to a rule whose holds are one sample; returns how often it was told. */
static unsigned feed_string(struct incident *incident, const char *samples, int64_t *ms)
{
    struct policy flap = policy;
    unsigned told = 0;

    flap.flap = (struct flap){ 20, 30, 25 };
    for (; *samples != '\0'; samples++, *ms += 10000) {
        struct opinion is = opinion(incident->rule, *samples == 'b' ? STANDING_BAD : STANDING_GOOD, *ms);
        unsigned todo = incident_feed(incident, &is, &flap, at(*ms));
        told += (todo & (INCIDENT_RAISE | INCIDENT_CHANGE | INCIDENT_CLEAR)) != 0 && !(todo & INCIDENT_QUIET);
    }
    return told;
}

static const struct {
    enum rule rule;
    const char *samples;
    unsigned told;
    bool flapping;
    enum incident_state state;
    const char *what;
} flap_rows[] = {
    { RULE_REDUNDANCY_LOST, "bgbg", 4, false, INCIDENT_CLEARED, "two openings are two" },
    { RULE_REDUNDANCY_LOST, "bgbgb", 5, true, INCIDENT_RAISED, "the third within half an hour is flapping, and told" },
    { RULE_REDUNDANCY_LOST, "bgbgbgbgbgbgbgb", 5, true, INCIDENT_RAISED, "and then nothing more" },
    { RULE_REDUNDANCY_LOST, "bgbgbgggggggggggggg", 5, true, INCIDENT_CLEARING, "it is not cleared at once" },
    { RULE_CIRCUIT_MISSING, "bgbgb", 0, false, INCIDENT_PENDING, "four changes of nineteen are no flapping" },
    { RULE_CIRCUIT_MISSING, "bgbgbg", 0, false, INCIDENT_CLEARED, "nor five" },
    { RULE_CIRCUIT_MISSING, "bgbgbgb", 1, true, INCIDENT_RAISED, "six are: it is raised without its hold" },
    { RULE_CIRCUIT_MISSING, "bgggggggggbgggggggggbgggggggggb", 0, false, INCIDENT_PENDING, "rare dips are none" },
};

Test(incident, flapping_is_told_once)
{
    for (size_t i = 0; i < sizeof flap_rows / sizeof *flap_rows; i++) {
        struct incident incident = fresh(flap_rows[i].rule);
        int64_t ms = MINUTE;
        cr_expect_eq(feed_string(&incident, flap_rows[i].samples, &ms), flap_rows[i].told, "%s", flap_rows[i].what);
        cr_expect_eq(incident.flapping, flap_rows[i].flapping, "%s", flap_rows[i].what);
        cr_expect_eq(incident.state, flap_rows[i].state, "%s", flap_rows[i].what);
    }
}

static const struct {
    const char *after;
    enum incident_state state;
    unsigned told;
    const char *what;
} steady_rows[] = {
    { "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg", INCIDENT_CLEARED, 1, "well for ten minutes" },
    { "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", INCIDENT_RAISED, 1, "bad for ten minutes" },
};

Test(incident, steady_again_it_is_told_as_it_is)
{
    for (size_t i = 0; i < sizeof steady_rows / sizeof *steady_rows; i++) {
        struct incident incident = fresh(RULE_REDUNDANCY_LOST);
        int64_t ms = MINUTE;
        feed_string(&incident, "bgbgbgbgb", &ms);
        cr_expect_eq(feed_string(&incident, steady_rows[i].after, &ms), steady_rows[i].told, "%s", steady_rows[i].what);
        cr_expect_eq(incident.state, steady_rows[i].state, "%s", steady_rows[i].what);
        cr_expect_not(incident.flapping, "%s", steady_rows[i].what);
        cr_expect_eq(incident.withheld, 0, "%s", steady_rows[i].what);
    }
}

Test(incident, a_sample_that_is_seen_again_is_no_change)
{
    struct incident incident = fresh(RULE_CIRCUIT_MISSING);

    for (int64_t i = 0; i < 20; i++) {
        int64_t ms = MINUTE;
        feed_string(&incident, i % 2 == 0 ? "b" : "g", &ms);
    }
    cr_expect_not(incident.flapping);
    cr_expect_eq(incident.flap_count, 1);
}
