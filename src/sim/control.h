#ifndef ERWATCH_SIM_CONTROL_H
#define ERWATCH_SIM_CONTROL_H

#include "sim/target.h"

#include <stdbool.h>
#include <stdint.h>

struct answer;
struct ask;
struct world;

/* /_sim/…: what tests look at and turn. */

/** Somebody wants to be told when a counter gets somewhere. */
struct wait {
    char endpoint[16]; /* "" for all */
    char circuit[81];  /* a pattern; "" when it does not matter */
    uint64_t count;
    int64_t timeout_ms;
};

/**
 * Answer a request to /_sim/.
 *
 * @param wait  filled when the answer has to wait for this
 * @return      false: there is no answer yet, ask control_waited() later
 */
bool control_answer(const struct ask *ask, struct answer *out, struct wait *wait);

/** Has the counter got there? Then, or when @p late, @p out is the answer. */
bool control_waited(const struct world *world, const struct wait *wait, bool late, struct answer *out);

#endif
