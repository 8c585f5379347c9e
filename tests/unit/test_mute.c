/* Silences and windows: which of them hold when, and when the next one begins or ends. */
#include "core/mute.h"

#include "core/rule.h"
#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>

TestSuite(mute, .fini = leaks_fail);

#define HOUR INT64_C(3600000)
#define WALL INT64_C(1796083200000)
#define NEVER INT64_MAX

static const struct circuit_settings london = { .id = { "/s/", "lon" }, .name = "london" };

#define SILENCE(circuit_name, from, to)                                                                                \
    {                                                                                                                  \
        .reason = WITHHELD_SILENCED, .id = 1, .match = { .circuit = (circuit_name) }, .from_wall_ms = WALL + (from),   \
        .to_wall_ms = WALL + (to), .who = "ada", .why = "x"                                                            \
    }
#define WINDOW(from, to)                                                                                               \
    { .reason = WITHHELD_MAINTENANCE, .from_wall_ms = WALL + (from), .to_wall_ms = WALL + (to), .who = "", .why = "y" }

static const struct {
    struct mute mute[3];
    size_t count;
    bool clock_is_wrong;
    int64_t at;      /* after WALL */
    uint8_t reasons;
    int64_t next;    /* after WALL; NEVER */
    const char *what;
} rows[] = {
    { { { 0 } }, 0, false, 0, 0, NEVER, "nothing mutes" },
    { { SILENCE("london", 0, HOUR) }, 1, false, 0, WITHHELD_SILENCED, HOUR, "from its first moment on" },
    { { SILENCE("london", 0, HOUR) }, 1, false, HOUR - 1, WITHHELD_SILENCED, HOUR, "up to its last one" },
    { { SILENCE("london", 0, HOUR) }, 1, false, HOUR, 0, NEVER, "and no longer at its end" },
    { { SILENCE("london", 0, HOUR) }, 1, false, -1, 0, 0, "not before" },
    { { SILENCE("paris", 0, HOUR) }, 1, false, 0, 0, NEVER, "another circuit's is none of ours, nor are its moments" },
    { { SILENCE(NULL, 0, HOUR), WINDOW(HOUR / 2, 2 * HOUR) }, 2, false, 0, WITHHELD_SILENCED, HOUR / 2,
      "the next change may be the beginning of another one" },
    { { SILENCE(NULL, 0, HOUR), WINDOW(HOUR / 2, 2 * HOUR) }, 2, false, HOUR / 2,
      WITHHELD_SILENCED | WITHHELD_MAINTENANCE, HOUR, "both" },
    { { SILENCE(NULL, 0, HOUR), WINDOW(HOUR / 2, 2 * HOUR) }, 2, false, HOUR, WITHHELD_MAINTENANCE, 2 * HOUR,
      "the longer one goes on" },
    { { SILENCE(NULL, 0, HOUR), SILENCE("london", 0, 3 * HOUR), WINDOW(5 * HOUR, 6 * HOUR) }, 3, false, HOUR,
      WITHHELD_SILENCED, 3 * HOUR, "two silences are one reason" },
    { { SILENCE(NULL, 0, HOUR), WINDOW(0, HOUR) }, 2, true, 0, WITHHELD_SILENCED, HOUR,
      "with a clock that is not synchronised windows do not hold" },
    { { WINDOW(0, HOUR) }, 1, true, 0, 0, HOUR, "not one of them" },
};

Test(mute, reasons_and_the_moment_of_the_next_change)
{
    const struct matched down = { 1, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OWNER_YOU, &london, 0 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mutes mutes = { rows[i].mute, rows[i].count, rows[i].clock_is_wrong };
        int64_t next = INT64_MAX;
        cr_expect_eq(mute_reasons(&mutes, &down, WALL + rows[i].at, &next), rows[i].reasons, "%s", rows[i].what);
        cr_expect_eq(next, rows[i].next == NEVER ? NEVER : WALL + rows[i].next, "%s", rows[i].what);
    }
}

Test(mute, a_next_moment_is_only_ever_lowered)
{
    const struct mute window = WINDOW(0, HOUR);
    const struct mutes mutes = { &window, 1, false };
    const struct matched down = { 1, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OWNER_YOU, &london, 0 };
    int64_t next = WALL + 1;

    (void)mute_reasons(&mutes, &down, WALL, &next);
    cr_expect_eq(next, WALL + 1);
}

Test(mute, what_withholds_it_for_longest_is_named)
{
    const struct mute items[] = { SILENCE("london", 0, HOUR), SILENCE("london", 0, 3 * HOUR), WINDOW(0, 2 * HOUR),
                                  SILENCE("paris", 0, 9 * HOUR) };
    const struct mutes mutes = { items, 4, false };
    const struct matched down = { 1, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OWNER_YOU, &london, 0 };

    cr_expect_eq(mute_of(&mutes, &down, WALL), &items[1]);
    cr_expect_null(mute_of(&mutes, &down, WALL + 3 * HOUR));
}

/* ---- the nights on which the clock changes, minute by minute ---- */

/* Windows from 02:30 to 03:30 as test_windows.c has them from the settings; here: they mute exactly those minutes. */
Test(mute, windows_hold_for_exactly_their_minutes)
{
    static const struct {
        int64_t from_s, to_s;
    } nights[] = { { 1774747800, 1774751400 }, { 1792895400, 1792899000 }, { 1772953200, 1772955000 },
                   { 1793518200, 1793521800 }, { 1791041400, 1791045000 }, { 1775318400, 1775322000 } };
    const struct matched down = { 1, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OWNER_YOU, &london, 0 };

    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        const struct mute window = { .reason = WITHHELD_MAINTENANCE, .from_wall_ms = nights[i].from_s * 1000,
                                     .to_wall_ms = nights[i].to_s * 1000, .who = "", .why = "" };
        const struct mutes mutes = { &window, 1, false };
        for (int64_t at = nights[i].from_s - 7200; at < nights[i].to_s + 7200; at += 60) {
            int64_t next = INT64_MAX;
            bool muted = mute_reasons(&mutes, &down, at * 1000, &next) != 0;
            cr_assert_eq(muted, at >= nights[i].from_s && at < nights[i].to_s, "night %zu at %lld", i, (long long)at);
        }
    }
}
