/*
 * When a digest is due and what stands in it. Both are counted anew from what is stored: the moment of the last digest
 * and the notices that wait, so that a restart at any moment neither loses a line nor tells one twice.
 */
#include "core/digest.h"

#include "core/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400
#define DAY_MS (INT64_C(1000) * DAY_S)
#define BACK_MOST_MS (INT64_C(2) * 3600 * 1000) /* the hour of summer time, set by hand, and room around it */

/* ---- when ---- */

/* Rounded down, also before 1970. */
static int64_t whole(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

/* The planned moment of a local day, counted from 1970. */
static int64_t moment_of_day(const struct digest_plan *plan, int64_t day)
{
    int64_t local_s = day * DAY_S + plan->at_s;

    return (plan->zone != NULL ? zone_instant(plan->zone, local_s, ZONE_FIRST) : local_s) * 1000;
}

static int64_t local_day(const struct digest_plan *plan, int64_t wall_ms)
{
    int64_t instant_s = whole(wall_ms, 1000);

    return whole(instant_s + (plan->zone != NULL ? zone_offset(plan->zone, instant_s) : 0), DAY_S);
}

int64_t digest_slot(const struct digest_plan *plan, int64_t wall_ms)
{
    if (plan->every_ms > 0)
        return whole(wall_ms, plan->every_ms) * plan->every_ms;
    int64_t day = local_day(plan, wall_ms) + 1;
    while (moment_of_day(plan, day) > wall_ms)
        day--;
    return moment_of_day(plan, day);
}

int64_t digest_next(const struct digest_plan *plan, int64_t wall_ms)
{
    if (plan->every_ms > 0)
        return (whole(wall_ms, plan->every_ms) + 1) * plan->every_ms;
    int64_t day = local_day(plan, wall_ms) - 1;
    while (moment_of_day(plan, day) <= wall_ms)
        day++;
    return moment_of_day(plan, day);
}

bool digest_look(struct digest_clock *clock, const struct digest_plan *plan, int64_t wall_ms)
{
    int64_t period_ms = plan->every_ms > 0 ? plan->every_ms : DAY_MS;
    int64_t back_ms = period_ms / 2 < BACK_MOST_MS ? period_ms / 2 : BACK_MOST_MS;
    bool behind = wall_ms < clock->made_wall_ms - back_ms;
    bool due = behind ? clock->next_wall_ms != 0 && wall_ms >= clock->next_wall_ms
                      : digest_slot(plan, wall_ms) > clock->made_wall_ms;

    if (due)
        clock->made_wall_ms = wall_ms;
    bool ahead = !behind && clock->made_wall_ms > wall_ms;
    clock->next_wall_ms = digest_next(plan, ahead ? clock->made_wall_ms : wall_ms);
    return due;
}

/* ---- what ---- */

const char *digest_state_name(enum digest_state state)
{
    static const char *const names[] = { "open", "over", "happened" };

    static_assert(sizeof names / sizeof *names == DIGEST_STATES, "a name for each state");
    return names[state];
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_incident(const void *left, const void *right)
{
    const struct digest_row *a = left, *b = right;

    return a->key != b->key ? (a->key > b->key ? 1 : -1) : compare(a->id, b->id);
}

static int by_weight(const void *left, const void *right)
{
    const struct digest_line *a = left, *b = right;
    int order = compare(a->state, b->state);

    if (order == 0)
        order = compare(b->severity, a->severity);
    if (order == 0)
        order = strcmp(a->last.circuit, b->last.circuit);
    return order != 0 ? order : compare(a->last.id, b->last.id);
}

static enum digest_state state_of(const struct digest_row *last)
{
    if (last->event == EVENT_CLEARED)
        return DIGEST_OVER;
    return last->once ? DIGEST_HAPPENED : DIGEST_OPEN;
}

/* A reminder, a change or an end may stand for notices that it has overtaken, and which were told of. */
static bool is_fresh(const struct digest_row *first, const struct digest_row *last, int64_t upto, int64_t from_wall_ms)
{
    return first->id > upto && (first->event == EVENT_RAISED || last->since_wall_ms >= from_wall_ms);
}

/* The line of rows of one incident, the oldest first. */
static struct digest_line line_of(const struct digest_row *rows, size_t count, int64_t upto, int64_t from_wall_ms)
{
    const struct digest_row *last = &rows[count - 1];
    struct digest_line line = { .last = *last,
                                .state = (uint8_t)state_of(last),
                                .fresh = is_fresh(&rows[0], last, upto, from_wall_ms) };

    for (size_t i = 0; i < count; i++) {
        line.times += i == 0 || rows[i].episode != rows[i - 1].episode;
        if (rows[i].severity > line.severity)
            line.severity = rows[i].severity;
    }
    if (line.state == DIGEST_OPEN)
        line.severity = last->severity;
    return line;
}

size_t digest_lines(struct digest_row *rows, size_t count, int64_t upto, int64_t from_wall_ms,
                    struct digest_line *lines)
{
    size_t made = 0;

    if (count == 0)
        return 0;
    qsort(rows, count, sizeof *rows, by_incident);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && rows[end].key == rows[first].key; end++)
            ;
        lines[made++] = line_of(&rows[first], end - first, upto, from_wall_ms);
    }
    qsort(lines, made, sizeof *lines, by_weight);
    return made;
}
