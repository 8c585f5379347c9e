#ifndef ERWATCH_CORE_BUDGET_H
#define ERWATCH_CORE_BUDGET_H

#include "core/mono.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How much may still be asked: a token bucket as Azure keeps one for each principal, subscription and kind of request.
 * Ours is a guess that every answer corrects. It is shared with whatever else the customer does with the same principal,
 * so it is never used up: what is optional stops first, the states of circuits last, and a part is never touched.
 * Figures: Azure Resource Manager, "Request limits and throttling".
 */

/** How much of the bucket must be left for it. */
enum urgency { URGENCY_STATES, URGENCY_OPTIONAL, URGENCIES };

struct budget {
    int64_t level;         /* thousandths of a request, at the moment `at` */
    struct mono at;        /* in the future while paused: nothing is refilled until then */
    int32_t capacity;      /* requests; what Azure says of them makes it larger or smaller */
    int32_t per_second;    /* refill; grows with the capacity */
    int32_t fills_in;      /* seconds; of the first guess, which is kept for larger ones */
    int32_t under_way;     /* sent and not answered: an answer to another one may not have counted them */
    bool silent;           /* the last one got no answer */
    struct mono paused;    /* nothing is asked before: Azure said so */
    struct mono slot[URGENCIES]; /* the next one to be given to whoever has to wait */
};

/** A full one. */
void budget_init(struct budget *budget, int32_t capacity, int32_t per_second, struct mono now);

/** Requests that are left, as far as is known; 0 while paused. */
int64_t budget_left(const struct budget *budget, struct mono now);

/**
 * How many more may be under way. Where nothing answers one is enough, so that those who hang do not take the connections
 * of others.
 */
#define BUDGET_UNDER_WAY_MAX 8
unsigned budget_room(const struct budget *budget);

/** May something of that urgency be asked now? */
bool budget_may(const struct budget *budget, enum urgency urgency, struct mono now);

/**
 * When to come back after a no. Each caller gets a moment of its own, so that those who wait do not come all at once.
 *
 * @return after @p now
 */
struct mono budget_wait(struct budget *budget, enum urgency urgency, struct mono now);

/** A request leaves, whether it may or not: a chain that has begun goes on. */
void budget_take(struct budget *budget, struct mono now);

/** It was answered. @param left  what Azure says is left, -1: it does not say */
void budget_answered(struct budget *budget, int64_t left, struct mono now);
/** It was not. */
void budget_unanswered(struct budget *budget);

/**
 * Azure wants to be left alone. Bounds: a second and a quarter of an hour; up to an eighth is added, so that not everybody
 * who was sent away comes back at once.
 *
 * @param retry_after_ms  as the answer said; -1: it did not, which is taken for half a minute
 * @param random          0 <= random < 1
 */
void budget_pause(struct budget *budget, int64_t retry_after_ms, double random, struct mono now);

#endif
