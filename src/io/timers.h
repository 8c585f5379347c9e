#ifndef ERWATCH_IO_TIMERS_H
#define ERWATCH_IO_TIMERS_H

#include "io/loop.h"

#include <stddef.h>
#include <stdint.h>

/* The timers that are set, as a heap; for loop.c only. */

#define TIMERS_NONE SIZE_MAX

struct timer {
    struct loop *loop;
    loop_fired *fired;
    void *context;
    struct mono due;
    uint64_t order; /* of timer_set(): equal due times fire in this order */
    size_t place;   /* in the heap, or TIMERS_NONE */
};

/** All zero: none. */
struct timers {
    struct timer **heap;
    size_t count, room;
};

void timers_fini(struct timers *timers);

/** One that is in none yet, with its due time and order. */
void timers_add(struct timers *timers, struct timer *timer);
/** One that is in none stays so. */
void timers_remove(struct timers *timers, struct timer *timer);
/** What fires before all others; there must be one. */
struct timer *timers_first(const struct timers *timers);

#endif
