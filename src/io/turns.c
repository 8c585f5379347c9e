/*
 * How long the loop's turns took: counted by steps that grow with the time, so that it takes no more room for a year of
 * them than for a minute.
 */
#include "io/turns.h"

#include <stddef.h>

/* The step of a time, and the longest time of a step: a power of two, and the next two bits below it. */
static size_t step_of(uint64_t us)
{
    if (us < 4)
        return (size_t)us;
    size_t power = 63 - (size_t)__builtin_clzll(us), step = 4 * (power - 1) + (us >> (power - 2) & 3);

    return step < TURN_STEPS ? step : TURN_STEPS - 1;
}

static int64_t step_end_us(size_t step)
{
    return step < 4 ? (int64_t)step : (INT64_C(1) << (step / 4 - 1)) * (int64_t)(step % 4 + 5) - 1;
}

void turns_note(struct turns *turns, int64_t took_us)
{
    turns->took[step_of(took_us > 0 ? (uint64_t)took_us : 0)]++;
    if (took_us > turns->longest_us)
        turns->longest_us = took_us;
}

int64_t turns_below_us(const struct turns *turns)
{
    uint64_t timed = 0, longer = 0;
    size_t step = TURN_STEPS - 1;

    for (size_t i = 0; i < TURN_STEPS; i++)
        timed += turns->took[i];
    for (; step > 0 && longer + turns->took[step] <= timed / 1000; step--)
        longer += turns->took[step];
    return timed > 0 ? step_end_us(step) : 0;
}
