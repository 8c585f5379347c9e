#ifndef ERWATCH_IO_CLOCKS_H
#define ERWATCH_IO_CLOCKS_H

#include <stdint.h>

/* The three clocks, and what they did beside going on together. */

struct clocks {
    int64_t boot_ns;      /* CLOCK_BOOTTIME: ours, only forward, also while the machine sleeps */
    int64_t monotonic_ns; /* CLOCK_MONOTONIC: stands still meanwhile */
    int64_t wall_ns;      /* CLOCK_REALTIME: can be set */
};

/** All three at one moment, however busy the machine is. */
struct clocks clocks_read(void);
/** The first of them alone. */
int64_t clocks_boot_ns(void);

struct clocks_move {
    int64_t stepped_ms; /* by so much the wall clock was set; negative: back */
    int64_t slept_ms;   /* so long the machine slept */
    int64_t from_wall_ms; /* what the wall clock would show now, had it not been set */
};

/**
 * From one reading to a later one. What lies below a tenth of a second is the time between reading one clock and the
 * next, or a time service that turns the clock gently: it counts as nothing.
 */
struct clocks_move clocks_compare(const struct clocks *from, const struct clocks *to);

#endif
