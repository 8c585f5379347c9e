/* Uptimes as routers write them, and what two of them say of the time between. */
#include "core/uptime.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

TestSuite(uptime, .fini = leaks_fail);

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define UNREADABLE (-1)

static const struct {
    const char *text;
    int64_t value_ms, unit_ms;
} forms[] = {
    { "1d13h", DAY + 13 * HOUR, HOUR },
    { "1:20:25", HOUR + 20 * MINUTE + 25 * SECOND, SECOND },
    { "7:16", 7 * MINUTE + 16 * SECOND, SECOND },
    { "2h39m", 2 * HOUR + 39 * MINUTE, MINUTE },
    { "9m17s", 9 * MINUTE + 17 * SECOND, SECOND },
    { "00:03:05", 3 * MINUTE + 5 * SECOND, SECOND },
    { "3w2d", 23 * DAY, DAY },
    { "1y20w", 505 * DAY, 7 * DAY },
    { "45s", 45 * SECOND, SECOND },
    { "never", UNREADABLE, 0 },
    { "", UNREADABLE, 0 },
    { "17", UNREADABLE, 0 },
    { "h", UNREADABLE, 0 },
    { "1h2d", UNREADABLE, 0 },
    { "1d1d", UNREADABLE, 0 },
    { "1d 2:03:04", UNREADABLE, 0 },
    { "1:60:00", UNREADABLE, 0 },
    { "1:2:3:4", UNREADABLE, 0 },
    { ":16", UNREADABLE, 0 },
    { "7:", UNREADABLE, 0 },
    { "-7:16", UNREADABLE, 0 },
    { "99999d", UNREADABLE, 0 },
    { "1D13H", UNREADABLE, 0 },
};

Test(uptime, is_read_in_the_forms_of_the_vendors)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct uptime is;
        bool known = uptime_read(forms[i].text, &is);
        cr_expect_eq(known, forms[i].value_ms != UNREADABLE, "\"%s\"", forms[i].text);
        if (!known || forms[i].value_ms == UNREADABLE)
            continue;
        cr_expect_eq(is.most_ms, forms[i].value_ms + forms[i].unit_ms, "\"%s\"", forms[i].text);
        cr_expect_eq(is.least_ms, forms[i].value_ms - forms[i].unit_ms, "\"%s\"", forms[i].text);
    }
}

static const struct {
    const char *was, *is;
    int64_t between_ms;
    bool anew;
    const char *what;
} pairs[] = {
    { "1d13h", "1d13h", 15 * MINUTE, false, "the same hour" },
    { "1d13h", "1d14h", 15 * MINUTE, false, "the next hour" },
    { "1d13h", "1d12h", 15 * MINUTE, false, "another vendor's rounding" },
    { "1d13h", "0:03:10", 15 * MINUTE, true, "it fell" },
    { "1d13h", "7:16", 15 * MINUTE, true, "it fell, in another form" },
    { "1d13h", "2h39m", 15 * MINUTE, false, "it cannot have been up for so long since" },
    { "10m0s", "14m0s", 20 * MINUTE, true, "it grew by less than the time between" },
    { "10m0s", "14m0s", 15 * MINUTE, false, "a summary that takes its time" },
    { "10m0s", "24m30s", 15 * MINUTE, false, "it grew as it should" },
    { "12:40", "7:16", 15 * MINUTE, true, "minutes and seconds" },
    { "7:16", "7:31", 15 * MINUTE, false, "were it hours and minutes, it grew as it should" },
    { "7:16", "7:18", 15 * MINUTE, true, "by hours it did not" },
    { "0:00:40", "0:00:40", 15 * MINUTE, true, "as short as before, long after" },
    { "never", "0:03:10", 15 * MINUTE, false, "nothing is concluded from what cannot be read" },
    { "1d13h", "soon", 15 * MINUTE, false, "nor here" },
    { "1d13h", "0:03:10", 0, false, "nor of one moment" },
    { "1d13h", "0:03:10", -MINUTE, false, "nor backwards" },
};

Test(uptime, began_anew_where_nothing_else_explains_it)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct route_value was = { .seen = { DAY }, .state = ROUTE_ESTABLISHED };
        struct route_value is = { .seen = { DAY + pairs[i].between_ms }, .state = ROUTE_ESTABLISHED };
        struct mono began = { -1 };
        strcpy(was.uptime, pairs[i].was);
        strcpy(is.uptime, pairs[i].is);
        cr_expect_eq(uptime_began_anew(&was, &is, &began), pairs[i].anew, "%s -> %s: %s", pairs[i].was, pairs[i].is,
                     pairs[i].what);
        cr_expect(pairs[i].anew ? began.ms > 0 && began.ms <= is.seen.ms : began.ms == -1, "%s", pairs[i].what);
        is.state = ROUTE_DOWN;
        cr_expect_not(uptime_began_anew(&was, &is, &began), "a session that is down has no uptime");
    }
}
