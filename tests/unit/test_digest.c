/* When a digest is due, over restarts, steps of the clock and the nights of summer time; and what stands in it. */
#include "core/digest.h"

#include "core/rule.h"
#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(digest, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static uint8_t london_bytes[8192];

static const struct zone *london(void)
{
    static struct zone zone;
    char path[512], why[ZONE_WHY_MAX] = "";

    snprintf(path, sizeof path, "%s/tests/data/zone/Europe/London", getenv("srcdir") != NULL ? getenv("srcdir") : ".");
    FILE *from = fopen(path, "rb");
    cr_assert_not_null(from, "%s", path);
    size_t len = fread(london_bytes, 1, sizeof london_bytes, from);
    fclose(from);
    cr_assert(zone_open(&zone, london_bytes, len, why), "%s", why);
    return &zone;
}

static int64_t utc(unsigned month, unsigned day, unsigned hour, unsigned minute)
{
    return zone_day(2026, month, day) * DAY + (int64_t)hour * HOUR + (int64_t)minute * MINUTE;
}

/* ---- planned moments ---- */

/* 2026: summer time begins on 29 March at 01:00 UTC and ends on 25 October at 01:00 UTC. */
static const struct {
    int64_t at; /* minutes of the local day */
    unsigned month, day, hour, minute; /* UTC: a moment, and below the planned ones around it */
    unsigned last[4], next[4];
    const char *what;
} days[] = {
    { 480, 11, 22, 7, 59, { 11, 21, 8, 0 }, { 11, 22, 8, 0 }, "a minute before" },
    { 480, 11, 22, 8, 0, { 11, 22, 8, 0 }, { 11, 23, 8, 0 }, "the moment itself is the last one" },
    { 480, 7, 1, 7, 0, { 7, 1, 7, 0 }, { 7, 2, 7, 0 }, "in summer eight o'clock is seven UTC" },
    { 480, 3, 28, 12, 0, { 3, 28, 8, 0 }, { 3, 29, 7, 0 }, "23 hours between two over the night in March" },
    { 480, 10, 24, 12, 0, { 10, 24, 7, 0 }, { 10, 25, 8, 0 }, "25 hours over the night in October" },
    { 90, 3, 29, 0, 30, { 3, 28, 1, 30 }, { 3, 29, 1, 0 }, "half past one is leapt over: the moment of the leap" },
    { 90, 3, 29, 1, 0, { 3, 29, 1, 0 }, { 3, 30, 0, 30 }, "and it comes once that day" },
    { 90, 10, 25, 0, 29, { 10, 24, 0, 30 }, { 10, 25, 0, 30 }, "half past one comes twice: the first counts" },
    { 90, 10, 25, 0, 30, { 10, 25, 0, 30 }, { 10, 26, 1, 30 }, "and the second is none" },
    { 90, 10, 25, 1, 30, { 10, 25, 0, 30 }, { 10, 26, 1, 30 }, "nor when it is there" },
    { 0, 7, 1, 22, 59, { 6, 30, 23, 0 }, { 7, 1, 23, 0 }, "midnight lies in the day before by UTC" },
    { 0, 7, 1, 23, 0, { 7, 1, 23, 0 }, { 7, 2, 23, 0 }, "midnight itself" },
    { 1439, 12, 31, 23, 59, { 12, 31, 23, 59 }, { 13, 1, 23, 59 }, "the last minute of a year" },
};

static int64_t moment(const unsigned at[4])
{
    return at[0] == 13 ? utc(12, 31, 24 + at[2], at[3]) : utc(at[0], at[1], at[2], at[3]);
}

Test(digest, comes_once_a_day_by_the_clock_of_its_zone)
{
    struct digest_plan plan = { .zone = london() };

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        int64_t now = utc(days[i].month, days[i].day, days[i].hour, days[i].minute);
        plan.at_s = (int32_t)days[i].at * 60;
        cr_expect_eq(digest_slot(&plan, now), moment(days[i].last), "%s: last", days[i].what);
        cr_expect_eq(digest_next(&plan, now), moment(days[i].next), "%s: next", days[i].what);
    }
}

/* Whatever the night, from every minute of a year the next moment is the one that is the last when it is there. */
Test(digest, has_one_moment_on_every_local_day_of_a_year)
{
    struct digest_plan plan = { .zone = london() };

    for (plan.at_s = 0; plan.at_s < 86400; plan.at_s += 1800) {
        unsigned count = 0;
        int64_t at = digest_next(&plan, utc(1, 1, 0, 0) - 1);
        for (; at < utc(12, 31, 24, 0); at = digest_next(&plan, at)) {
            cr_assert_eq(digest_slot(&plan, at), at);
            cr_assert_lt(digest_slot(&plan, at - 1), at);
            count++;
        }
        cr_expect_eq(count, 365, "%d s: %u", plan.at_s, count);
    }
}

Test(digest, comes_at_multiples_of_an_interval_and_by_utc_without_a_zone)
{
    struct digest_plan four = { .every_ms = 4 * HOUR }, eight = { .at_s = 8 * 3600 };

    cr_expect_eq(digest_slot(&four, utc(11, 22, 7, 59)), utc(11, 22, 4, 0));
    cr_expect_eq(digest_next(&four, utc(11, 22, 7, 59)), utc(11, 22, 8, 0));
    cr_expect_eq(digest_next(&four, utc(11, 22, 8, 0)), utc(11, 22, 12, 0));
    cr_expect_eq(digest_slot(&eight, utc(7, 1, 8, 0)), utc(7, 1, 8, 0));
    cr_expect_eq(digest_next(&eight, utc(7, 1, 8, 0)), utc(7, 2, 8, 0));
    cr_expect_eq(digest_slot(&four, -1), -4 * HOUR, "before 1970, too");
    cr_expect_eq(digest_slot(&eight, -1), -16 * HOUR);
    cr_expect_eq(digest_next(&eight, -DAY), -16 * HOUR);
}

/* ---- the clock ---- */

/* Looks at one clock, one behind the other; `at` is minutes since 22 November 00:00 UTC, the digest comes at 08:00. */
static const struct {
    bool anew;    /* a daemon that has just begun: it knows what the one before had stored */
    int64_t at;
    bool due;
    const char *what;
} looks[] = {
    { false, 6 * 60, false, "it is six" },
    { false, 7 * 60 + 59, false, "a minute before" },
    { false, 8 * 60, true, "eight o'clock" },
    { false, 8 * 60, false, "once" },
    { false, 8 * 60 + 1, false, "once, also a minute later" },
    { false, 7 * 60 + 30, false, "the clock is put back half an hour" },
    { false, 8 * 60, false, "and eight comes again" },
    { true, 8 * 60 + 5, false, "a restart makes no second one" },
    { true, 24 * 60 + 7 * 60, false, "nor does one before the next is due" },
    { true, 24 * 60 + 9 * 60, true, "but one that was down at eight makes it at nine" },
    { true, 24 * 60 + 9 * 60, false, "once" },
    { false, 6 * 24 * 60 + 12 * 60, true, "five days asleep: one digest" },
    { false, 6 * 24 * 60 + 12 * 60 + 1, false, "for all of them" },
    { false, 7 * 24 * 60 + 8 * 60, true, "and then each day again" },
    { false, 2 * 24 * 60 + 3 * 60, false, "the clock is put back by days: it was wrong, or is now" },
    { false, 2 * 24 * 60 + 7 * 60, false, "not before its time" },
    { false, 2 * 24 * 60 + 8 * 60, true, "the digest comes as if nothing had been" },
    { false, 2 * 24 * 60 + 9 * 60, false, "once" },
    { true, -20000 * 24 * 60, false, "a boot in the seventies, before the clock was set" },
    { false, 2 * 24 * 60 + 10 * 60, false, "and once it is set all is as it was" },
    { false, 3 * 24 * 60 + 8 * 60, true, "each day" },
};

Test(digest, is_due_once_whatever_clocks_and_daemons_do)
{
    struct digest_plan plan = { .at_s = 8 * 3600 };
    struct digest_clock clock = { .made_wall_ms = utc(11, 22, 0, 0) - 12 * HOUR };

    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        int64_t now = utc(11, 22, 0, 0) + looks[i].at * MINUTE;
        if (looks[i].anew)
            clock.next_wall_ms = 0;
        cr_expect_eq(digest_look(&clock, &plan, now), looks[i].due, "%s", looks[i].what);
        cr_expect_gt(clock.next_wall_ms, now, "%s: there is always a next time", looks[i].what);
    }
}

/* ---- lines ---- */

#define ROW(id_, key_, episode_, event_, severity_, circuit_) \
    { .id = (id_), .key = (key_), .episode = (episode_), .event = (event_), .severity = (severity_),                   \
      .circuit = (circuit_) }

Test(digest, has_one_line_for_each_incident_and_the_worst_first)
{
    struct digest_row rows[] = {
        ROW(1, 7, 1, EVENT_REMINDER, SEVERITY_WARNING, "par-1"),  /* stayed from the last digest */
        ROW(3, 9, 4, EVENT_RAISED, SEVERITY_CRITICAL, "lon-1"),
        ROW(4, 8, 1, EVENT_CLEARED, SEVERITY_WARNING, "lon-1"),
        ROW(5, 9, 4, EVENT_CHANGED, SEVERITY_WARNING, "lon-1"),
        ROW(6, 2, 1, EVENT_RAISED, SEVERITY_INFO, "fra-1"),
        ROW(7, 5, 1, EVENT_CLEARED, SEVERITY_CRITICAL, "zrh-1"),
        ROW(8, 5, 2, EVENT_RAISED, SEVERITY_WARNING, "zrh-1"),
        ROW(9, 5, 2, EVENT_CLEARED, SEVERITY_WARNING, "zrh-1"),
        ROW(10, 4, 3, EVENT_RAISED, SEVERITY_CRITICAL, "zrh-1"),
        ROW(11, 2, 2, EVENT_RAISED, SEVERITY_INFO, "fra-1"),
        ROW(12, 1, 1, EVENT_RAISED, SEVERITY_CRITICAL, ""),
        ROW(13, 6, 1, EVENT_REMINDER, SEVERITY_WARNING, "par-2"), /* has overtaken the one that stayed */
        ROW(14, 3, 2, EVENT_CHANGED, SEVERITY_WARNING, "par-3"),
    };
    static const struct {
        uint64_t key;
        uint8_t state, severity;
        uint32_t times;
        bool fresh;
        const char *what;
    } expected[] = {
        { 1, DIGEST_OPEN, SEVERITY_CRITICAL, 1, true, "what is beside a circuit stands before the circuits" },
        { 4, DIGEST_OPEN, SEVERITY_CRITICAL, 1, true, "the worst first" },
        { 9, DIGEST_OPEN, SEVERITY_WARNING, 1, true, "what is open has the severity that it has now" },
        { 7, DIGEST_OPEN, SEVERITY_WARNING, 1, false, "by circuit; it was in the last digest" },
        { 6, DIGEST_OPEN, SEVERITY_WARNING, 1, false, "a reminder of what began before" },
        { 3, DIGEST_OPEN, SEVERITY_WARNING, 1, true, "a change of what has begun since" },
        { 5, DIGEST_OVER, SEVERITY_CRITICAL, 2, true, "two episodes are one line, with the worst severity of both" },
        { 8, DIGEST_OVER, SEVERITY_WARNING, 1, false, "what is over, and began before" },
        { 2, DIGEST_HAPPENED, SEVERITY_INFO, 2, true, "events come last" },
    };
    struct digest_line lines[sizeof rows / sizeof *rows];

    rows[4].once = rows[9].once = true;
    rows[7].since_wall_ms = rows[12].since_wall_ms = 1000;
    size_t count = digest_lines(rows, sizeof rows / sizeof *rows, 2, 1000, lines);
    cr_assert_eq(count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(lines[i].last.key, expected[i].key, "%s", expected[i].what);
        cr_expect_eq(lines[i].state, expected[i].state, "%s", expected[i].what);
        cr_expect_eq(lines[i].severity, expected[i].severity, "%s", expected[i].what);
        cr_expect_eq(lines[i].times, expected[i].times, "%s", expected[i].what);
        cr_expect_eq(lines[i].fresh, expected[i].fresh, "%s", expected[i].what);
    }
    cr_expect_eq(lines[2].last.id, 5, "the last notice speaks");
    cr_expect_eq(digest_lines(rows, 0, 0, 0, lines), 0);
}

/* The rules that tell of events are those of which the manual says so. */
Test(digest, knows_which_rules_tell_of_events)
{
    size_t count, events = 0;
    const struct rule_info *rules = rule_all(&count);

    for (size_t i = 0; i < count; i++) {
        bool said = strstr(rules[i].time, "event") != NULL || strstr(rules[i].time, "at once closed") != NULL;
        cr_expect_eq(rule_is_event(rules[i].number), said, "%s", rules[i].name);
        events += said;
    }
    cr_expect_eq(events, 4);
}
