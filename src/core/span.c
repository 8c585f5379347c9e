/* Durations and times for people. Exact figures are in the facts; here two units are enough. */
#include "core/span.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    int64_t ms;
    const char *name;
} units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" } };

#define UNITS (sizeof units / sizeof *units)

const char *span_format(int64_t ms, char text[SPAN_TEXT_MAX])
{
    size_t unit = 0;

    while (unit + 1 < UNITS && ms < units[unit].ms)
        unit++;
    int64_t whole = ms < 0 ? 0 : ms / units[unit].ms;
    int len = snprintf(text, SPAN_TEXT_MAX, "%" PRId64 " %s", whole, units[unit].name);
    if (unit + 1 == UNITS || (unit + 2 == UNITS && whole >= 10)) /* nobody wants the seconds of twelve minutes */
        return text;
    int64_t rest = ms % units[unit].ms / units[unit + 1].ms;
    if (rest > 0)
        snprintf(text + len, SPAN_TEXT_MAX - (size_t)len, " %" PRId64 " %s", rest, units[unit + 1].name);
    return text;
}

const char *when_format(int64_t wall_ms, char text[WHEN_TEXT_MAX])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;

    if (wall_ms < 0 || gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, WHEN_TEXT_MAX, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
        return strcpy(text, "an unknown time");
    return text;
}
