/* A binary heap of timers, in which each knows its place: setting one anew costs no search. */
#include "io/timers.h"

#include "io/memory.h"

#include <assert.h>

static bool fires_before(const struct timer *a, const struct timer *b)
{
    return a->due.ms != b->due.ms ? a->due.ms < b->due.ms : a->order < b->order;
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
    timers->heap[place] = timer;
    timer->place = place;
}

/* Moves what stands at @p place up or down until every parent fires before its children. */
static void settle(struct timers *timers, size_t place)
{
    struct timer *moving = timers->heap[place];

    while (place > 0 && fires_before(moving, timers->heap[(place - 1) / 2])) {
        put(timers, place, timers->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (size_t child = 2 * place + 1; child < timers->count; child = 2 * place + 1) {
        if (child + 1 < timers->count && fires_before(timers->heap[child + 1], timers->heap[child]))
            child++;
        if (!fires_before(timers->heap[child], moving))
            break;
        put(timers, place, timers->heap[child]);
        place = child;
    }
    put(timers, place, moving);
}

void timers_remove(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;

    if (place == TIMERS_NONE)
        return;
    timer->place = TIMERS_NONE;
    timers->count--;
    if (place == timers->count)
        return;
    put(timers, place, timers->heap[timers->count]);
    settle(timers, place);
}

void timers_add(struct timers *timers, struct timer *timer)
{
    assert(timer->place == TIMERS_NONE);
    if (timers->count == timers->room) {
        timers->room = timers->room * 2 + 16;
        timers->heap = xrealloc(timers->heap, timers->room * sizeof(struct timer *));
    }
    put(timers, timers->count++, timer);
    settle(timers, timer->place);
}

struct timer *timers_first(const struct timers *timers)
{
    assert(timers->count > 0);
    return timers->heap[0];
}

void timers_fini(struct timers *timers)
{
    free(timers->heap);
}
