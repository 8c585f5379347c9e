/* Durations as people write them: a whole number and a unit. */
#include "config/duration.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define LONGEST (36525 * DAY)

static const struct {
    const char *name;
    int64_t ms;
} units[] = { { "ms", 1 }, { "s", SECOND }, { "m", MINUTE }, { "h", HOUR }, { "d", DAY }, { "w", 7 * DAY } };

#define UNITS (sizeof units / sizeof *units)

bool duration_parse(const char *text, int64_t *ms)
{
    size_t digits = strspn(text, "0123456789");
    int64_t value = 0;

    if (digits == 0 || digits > 15)
        return false;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text[i] - '0');
    if (value == 0 && text[digits] == '\0') {
        *ms = 0;
        return true;
    }
    for (size_t i = 0; i < UNITS; i++)
        if (strcmp(text + digits, units[i].name) == 0 && value <= LONGEST / units[i].ms) {
            *ms = value * units[i].ms;
            return true;
        }
    return false;
}

const char *duration_format(int64_t ms, char text[DURATION_TEXT_MAX])
{
    size_t unit = 0;

    assert(ms >= 0);
    for (size_t i = 1; i < UNITS - 1; i++)
        if (ms % units[i].ms == 0 && (units[i].ms < DAY || ms > DAY))
            unit = i;
    if (ms == 0)
        unit = 1;
    (void)snprintf(text, DURATION_TEXT_MAX, "%" PRId64 "%s", ms / units[unit].ms, units[unit].name);
    return text;
}
