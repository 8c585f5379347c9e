/* A token bucket whose level is kept in thousandths of a request: so many a second are so many thousandths a millisecond. */
#include "core/budget.h"

#include <assert.h>

#define ONE 1000
#define PAUSE_LEAST_MS 1000
#define PAUSE_MOST_MS (15 * 60 * 1000)
#define PAUSE_UNSAID_MS (30 * 1000)
#define CAPACITY_LEAST 10
#define CAPACITY_MOST 1000000
#define SURPRISE 5 /* requests of others that are no reason to think anything */
#define SHRINK 8   /* in so many steps */

/* For others, in requests: a small part before the states of circuits wait, a large one before the rest does. */
static int64_t reserve(const struct budget *budget, enum urgency urgency)
{
    static const struct {
        int32_t part, most;
    } rows[URGENCIES] = { [URGENCY_STATES] = { 25, 10 }, [URGENCY_OPTIONAL] = { 2, 100 } };
    int32_t kept = budget->capacity / rows[urgency].part;

    return kept < rows[urgency].most ? kept : rows[urgency].most;
}

static int64_t level(const struct budget *budget, struct mono now)
{
    int64_t passed = mono_between(budget->at, now), full = (int64_t)budget->capacity * ONE;

    if (passed <= 0)
        return budget->level;
    int64_t missing = full - budget->level;
    return passed >= missing / budget->per_second + 1 ? full : budget->level + passed * budget->per_second;
}

static void settle(struct budget *budget, struct mono now)
{
    budget->level = level(budget, now);
    budget->at = mono_later(budget->at, now);
}

void budget_init(struct budget *budget, int32_t capacity, int32_t per_second, struct mono now)
{
    assert(capacity > 0 && per_second > 0);
    *budget = (struct budget){
        .level = (int64_t)capacity * ONE,
        .at = now,
        .capacity = capacity,
        .per_second = per_second,
        .fills_in = capacity > per_second ? capacity / per_second : 1,
    };
}

int64_t budget_left(const struct budget *budget, struct mono now)
{
    int64_t left = mono_reached(budget->paused, now) ? level(budget, now) / ONE : 0;

    return left > 0 ? left : 0;
}

unsigned budget_room(const struct budget *budget)
{
    int32_t most = budget->silent ? 1 : BUDGET_UNDER_WAY_MAX;

    return budget->under_way < most ? (unsigned)(most - budget->under_way) : 0;
}

bool budget_may(const struct budget *budget, enum urgency urgency, struct mono now)
{
    return mono_reached(budget->paused, now) && level(budget, now) >= (reserve(budget, urgency) + 1) * ONE;
}

struct mono budget_wait(struct budget *budget, enum urgency urgency, struct mono now)
{
    struct mono from = mono_later(budget->at, now);
    int64_t missing = (reserve(budget, urgency) + 1) * ONE - level(budget, from);
    int64_t step = ONE / budget->per_second + 1;
    struct mono due = mono_after(from, missing > 0 ? missing / budget->per_second + 1 : step);

    due = mono_later(mono_later(due, budget->paused), budget->slot[urgency]);
    budget->slot[urgency] = mono_after(due, step);
    return due;
}

void budget_take(struct budget *budget, struct mono now)
{
    settle(budget, now);
    budget->level -= ONE;
    budget->under_way++;
}

/*
 * A bucket that holds more than we thought is a larger one. One that has not filled as it should is smaller, or others
 * drink from it, too: bit by bit it is believed to be that small, or what is optional would wait for ever.
 */
static void resize(struct budget *budget, int64_t left)
{
    int64_t expected = budget->level / ONE + budget->under_way;

    if (left > budget->capacity) {
        budget->capacity = (int32_t)left;
        if (budget->capacity / budget->fills_in > budget->per_second)
            budget->per_second = budget->capacity / budget->fills_in;
    } else if (left + SURPRISE < expected) {
        budget->capacity -= (int32_t)((budget->capacity - left + SHRINK - 1) / SHRINK);
    }
    if (budget->capacity < CAPACITY_LEAST)
        budget->capacity = CAPACITY_LEAST;
}

void budget_unanswered(struct budget *budget)
{
    assert(budget->under_way > 0);
    budget->under_way--;
    budget->silent = true;
}

void budget_answered(struct budget *budget, int64_t left, struct mono now)
{
    assert(budget->under_way > 0);
    budget->under_way--;
    budget->silent = false;
    if (left < 0 || !mono_reached(budget->paused, now))
        return;
    settle(budget, now);
    resize(budget, left < CAPACITY_MOST ? left : CAPACITY_MOST);
    budget->level = (left < CAPACITY_MOST ? left - budget->under_way : CAPACITY_MOST) * ONE;
}

void budget_pause(struct budget *budget, int64_t retry_after_ms, double random, struct mono now)
{
    assert(random >= 0 && random < 1);
    int64_t pause = retry_after_ms < 0 ? PAUSE_UNSAID_MS : retry_after_ms;

    if (pause < PAUSE_LEAST_MS)
        pause = PAUSE_LEAST_MS;
    if (pause > PAUSE_MOST_MS)
        pause = PAUSE_MOST_MS;
    pause += (int64_t)((double)pause / 8 * random);
    budget->paused = mono_later(budget->paused, mono_after(now, pause));
    /* afterwards as with a bucket that is nearly empty: one after the other, states first */
    budget->at = budget->paused;
    budget->level = (reserve(budget, URGENCY_STATES) + 1) * ONE;
}
