#ifndef ERWATCH_TESTS_SIMULATION_DICE_H
#define ERWATCH_TESTS_SIMULATION_DICE_H

#include <stdbool.h>
#include <stdint.h>

/* All chance comes from one seed. */

struct dice {
    uint64_t state;
};

void dice_init(struct dice *dice, uint64_t seed);
uint64_t dice_throw(struct dice *dice);
/** from <= x < to */
int64_t dice_between(struct dice *dice, int64_t from, int64_t to);
/** True in so many of a thousand throws. */
bool dice_chance(struct dice *dice, unsigned per_mille);
/** From one to the other, small values as often as large ones of ten times the size. 0 < from < to */
int64_t dice_span(struct dice *dice, int64_t from, int64_t to);

#endif
