/* When to ask again: beats spread over their interval, pauses that grow, tokens renewed in time. */
#include "core/schedule.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>

TestSuite(schedule, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define WALL INT64_C(1796083200000)

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, WALL + ms };
}

Test(schedule, a_beat_comes_once_in_each_interval)
{
    struct moment now = at(0);

    for (unsigned beats = 0; beats < 100; beats++) {
        struct mono next = schedule_beat("lon-1", MINUTE, now);
        int64_t wait = mono_between(now.mono, next);
        cr_assert(wait > 0 && wait <= MINUTE, "beat %u after %lld ms", beats, (long long)wait);
        cr_assert(beats == 0 || wait == MINUTE, "beat %u after %lld ms", beats, (long long)wait);
        now = at(next.ms);
    }
}

Test(schedule, a_restart_changes_nothing_about_the_beat)
{
    struct mono running = schedule_beat("lon-1", MINUTE, at(17000));
    struct moment after_boot = { { 42 }, WALL + 17000 }; /* the forward clock began anew, the wall clock did not */

    cr_expect_eq(mono_between(after_boot.mono, schedule_beat("lon-1", MINUTE, after_boot)),
                 mono_between((struct mono){ 17000 }, running));
}

Test(schedule, a_wall_clock_that_was_set_moves_a_beat_by_one_interval_at_most)
{
    static const int64_t walls[] = { 0, -86400000, WALL - 3600000, WALL + 86400000, INT64_C(4102444800000) };

    for (size_t i = 0; i < sizeof walls / sizeof *walls; i++) {
        struct moment now = { { 1000 }, walls[i] };
        int64_t wait = mono_between(now.mono, schedule_beat("lon-1", MINUTE, now));
        cr_expect(wait > 0 && wait <= MINUTE, "wall %zu: %lld ms", i, (long long)wait);
    }
}

Test(schedule, a_thousand_circuits_are_a_steady_trickle)
{
    unsigned in_second[60] = { 0 };

    for (unsigned i = 0; i < 6000; i++) {
        char name[96];
        snprintf(name, sizeof name, "/subscriptions/s/resourcegroups/g/providers/p/expressroutecircuits/er-%u", i);
        in_second[(schedule_beat(name, MINUTE, at(0)).ms - 1) / 1000]++;
    }
    for (unsigned i = 0; i < 60; i++)
        cr_expect(in_second[i] > 50 && in_second[i] < 150, "%u of 6000 in second %u", in_second[i], i);
}

static const struct pause_row {
    uint32_t failures;
    int64_t retry_ms, every_ms;
    double random;
    int64_t pause_ms;
    const char *what;
} pause_rows[] = {
    { 1, 20000, 60000, 0.5, 20000, "first the retry of the settings" },
    { 2, 20000, 60000, 0.5, 40000, "doubled" },
    { 3, 20000, 60000, 0.5, 60000, "no longer than the interval" },
    { UINT32_MAX, 20000, 60000, 0.5, 60000, "for ever" },
    { 1, 20000, 60000, 0.0, 15000, "a quarter less" },
    { 1, 20000, 60000, 0.999999999, 25000, "a quarter more" },
    { 1, 20000, 10000, 0.5, 20000, "an interval shorter than the retry does not shorten it" },
    { 9, 20000, 10000, 0.5, 20000, "nor lengthen it" },
};

Test(schedule, pauses_grow)
{
    for (size_t i = 0; i < sizeof pause_rows / sizeof *pause_rows; i++) {
        const struct pause_row *row = &pause_rows[i];
        int64_t pause = schedule_back_off(row->failures, row->retry_ms, row->every_ms, row->random);
        cr_expect(pause <= row->pause_ms && pause >= row->pause_ms - 1, "%s: %lld", row->what, (long long)pause);
    }
}

static const struct renewal_row {
    int64_t lives_ms, after_ms;
    const char *what;
} renewal_rows[] = {
    { 60 * MINUTE, 55 * MINUTE, "five minutes before the end" },
    { 10 * MINUTE + 1, 5 * MINUTE + 1, "a little more than ten minutes" },
    { 10 * MINUTE, 5 * MINUTE, "at half its life" },
    { MINUTE, MINUTE / 2, "a token of a minute" },
    { 0, 0, "one that is over" },
};

Test(schedule, tokens_are_renewed_in_time)
{
    for (size_t i = 0; i < sizeof renewal_rows / sizeof *renewal_rows; i++) {
        const struct renewal_row *row = &renewal_rows[i];
        cr_expect_eq(schedule_renewal((struct mono){ 7 }, row->lives_ms).ms, 7 + row->after_ms, "%s", row->what);
    }
}

Test(schedule, refuses_no_failure, .signal = SIGABRT)
{
    (void)schedule_back_off(0, 20000, 60000, 0.5);
}
