/*
 * Questions about metrics: the time span, the grain and the filter as Azure Monitor takes them, in the call for one
 * resource and in the call for many.
 */
#include "sim/metrics_question.h"

#include "io/server.h"
#include "sim/handlers.h"
#include "sim/metrics.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define POINTS_MAX 1440 /* a day of minutes */
#define MINUTE_MS 60000

int64_t stamp_parse(const char *text, const char **end)
{
    struct tm utc = { 0 };
    int hours = 0, minutes = 0, taken = 0;
    char sign;
    const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);

    if (at == NULL)
        return -1;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    int64_t seconds = timegm(&utc);
    if (*at == 'Z') {
        at++;
    /* NOLINTNEXTLINE(cert-err34-c): two digits always fit */
    } else if (sscanf(at, "%c%2d:%2d%n", &sign, &hours, &minutes, &taken) == 3 && (sign == '+' || sign == '-')) {
        seconds += (sign == '+' ? -60 : 60) * (hours * 60 + minutes);
        at += taken;
    }
    *end = at;
    return seconds * 1000;
}

const char *stamp_format(int64_t wall_ms, char out[STAMP_TEXT])
{
    time_t seconds = wall_ms / 1000;
    struct tm utc;

    strftime(out, STAMP_TEXT, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    return out;
}

static bool read_times(const struct ask *ask, const char *text, struct question *q)
{
    const char *at;

    q->to_ms = ask->now.wall_ms;
    q->from_ms = q->to_ms - 60 * MINUTE_MS;
    if (text == NULL)
        return true;
    q->from_ms = stamp_parse(text, &at);
    if (q->from_ms < 0 || *at != '/')
        return false;
    q->to_ms = stamp_parse(at + 1, &at);
    return q->to_ms > q->from_ms && *at == '\0';
}

static bool read_interval(const struct ask *ask, struct question *q)
{
    static const struct {
        const char *text;
        int64_t minutes;
    } intervals[] = { { "PT1M", 1 }, { "PT5M", 5 }, { "PT15M", 15 }, { "PT30M", 30 }, { "PT1H", 60 } };
    const char *text = server_query(ask->call, "interval");

    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
        if (text == NULL || strcasecmp(text, intervals[i].text) == 0) {
            q->interval = intervals[i].text;
            q->interval_ms = intervals[i].minutes * ask->world->scenario->grain_ms;
            q->from_ms -= q->from_ms % q->interval_ms;
            return (q->to_ms - q->from_ms) / q->interval_ms <= POINTS_MAX;
        }
    return false;
}

static bool read_filter(const char *text, struct question *q)
{
    char name[32], value[64];
    int taken;

    while (text != NULL && *text != '\0') {
        taken = 0;
        if (sscanf(text, " %31[A-Za-z] eq '%63[^']'%n", name, value, &taken) != 2 || taken == 0)
            return false;
        size_t which = strcasecmp(name, q->kind->dimensions[0]) == 0 ? 0 : 1;
        if (which == 1 && strcasecmp(name, q->kind->dimensions[1]) != 0)
            return false;
        q->split[which] = true;
        snprintf(q->value[which], sizeof q->value[which], "%s", strcmp(value, "*") == 0 ? "" : value);
        text += taken;
        text += strspn(text, " ");
        if (*text != '\0' && strncasecmp(text, "and ", 4) != 0)
            return false;
        text += *text != '\0' ? 4 : 0;
    }
    return true;
}

const char *question_read(const struct ask *ask, const char *times, const char *filter, struct question *out)
{
    const char *aggregation = server_query(ask->call, "aggregation");

    if (!read_times(ask, times, out) || !read_interval(ask, out))
        return "Detected invalid time grain input, or a timespan that is none or longer than one day of it.";
    if (!read_filter(filter, out))
        return "The filter is invalid; it names a dimension that these metrics do not have.";
    if (aggregation != NULL && strcasecmp(aggregation, "Average") != 0)
        return "The aggregation is not supported; these metrics have Average.";
    return NULL;
}
