/* Uptimes of sessions: reading the vendors' forms, and comparing two of them over the time between. */
#include "core/uptime.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define SECOND_MS INT64_C(1000)
#define SLACK_MS (2 * 60 * SECOND_MS) /* between asking for a summary and the moment that it shows */
#define DIGITS_MAX 4

static bool read_number(const char **at, int64_t *out)
{
    size_t digits = 0;

    for (*out = 0; isdigit((unsigned char)**at); (*at)++, digits++)
        *out = *out * 10 + (**at - '0');
    return digits > 0 && digits <= DIGITS_MAX;
}

static void set(struct uptime *out, int64_t value_ms, int64_t unit_ms)
{
    out->least_ms = value_ms > unit_ms ? value_ms - unit_ms : 0;
    out->most_ms = value_ms + unit_ms;
}

/* "7:16", "1:20:25" */
static bool read_clock(const char *text, struct uptime *out)
{
    int64_t total = 0, part;
    int parts = 0;

    for (const char *at = text;; at++) {
        if (parts == 3 || !read_number(&at, &part) || (parts > 0 && part > 59))
            return false;
        total = total * 60 + part;
        parts++;
        if (*at == '\0')
            break;
        if (*at != ':')
            return false;
    }
    if (parts < 2)
        return false;
    set(out, total * SECOND_MS, SECOND_MS);
    return true;
}

/* "1d13h": from the large to the small, each once */
static bool read_units(const char *text, struct uptime *out)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = { { 'y', 365 * 86400 }, { 'w', 7 * 86400 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
    size_t count = sizeof units / sizeof *units, next = 0;
    int64_t total = 0, part;

    for (const char *at = text; *at != '\0'; at++) {
        if (!read_number(&at, &part))
            return false;
        while (next < count && units[next].letter != *at)
            next++;
        if (next == count)
            return false;
        total += part * units[next++].seconds;
    }
    if (next == 0)
        return false;
    set(out, total * SECOND_MS, units[next - 1].seconds * SECOND_MS);
    return true;
}

bool uptime_read(const char *text, struct uptime *out)
{
    return strchr(text, ':') != NULL ? read_clock(text, out) : read_units(text, out);
}

/*
 * "7:16" is minutes and seconds with everyone who is known to write it. Should somebody mean hours and minutes, both would
 * grow by just what lies between, and nothing is concluded.
 */
static bool may_be_hours(const struct route_value *was, const struct route_value *is, const struct uptime *before,
                         const struct uptime *now, int64_t between)
{
    const char *first = strchr(was->uptime, ':'), *second = strchr(is->uptime, ':');
    bool two_parts = first != NULL && second != NULL && strrchr(was->uptime, ':') == first &&
                     strrchr(is->uptime, ':') == second;
    int64_t grown = (now->most_ms - before->most_ms) * 60 - between;

    return two_parts && grown <= SLACK_MS && grown >= -SLACK_MS;
}

bool uptime_began_anew(const struct route_value *was, const struct route_value *is, struct mono *began)
{
    int64_t between = mono_between(was->seen, is->seen);
    struct uptime before, now;

    if (was->state != ROUTE_ESTABLISHED || is->state != ROUTE_ESTABLISHED || between <= 0 ||
        !uptime_read(was->uptime, &before) || !uptime_read(is->uptime, &now) ||
        may_be_hours(was, is, &before, &now, between))
        return false;
    bool younger = now.most_ms + SLACK_MS < between; /* than the last summary */
    bool fell = now.most_ms < before.least_ms && now.least_ms <= between + SLACK_MS;
    if (younger || fell)
        *began = mono_after(is->seen, -(now.least_ms + now.most_ms) / 2);
    return younger || fell;
}
