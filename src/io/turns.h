#ifndef ERWATCH_IO_TURNS_H
#define ERWATCH_IO_TURNS_H

#include <stdint.h>

/* The times that turns of the loop took. */

#define TURN_STEPS 160 /* four to each doubling, up to hours */

struct turns {
    uint64_t took[TURN_STEPS]; /* turns by the time they took */
    int64_t longest_us;
};

void turns_note(struct turns *turns, int64_t took_us);
/** What 999 of 1000 took at most, to a fifth of it; 0: there was none. */
int64_t turns_below_us(const struct turns *turns);

#endif
