#ifndef ERWATCH_IO_CLOCK_H
#define ERWATCH_IO_CLOCK_H

#include <stdbool.h>

/* What the kernel says of the host's clock. */

#define CLOCK_WHY_MAX 128

/**
 * Does something keep the clock right (adjtimex: STA_UNSYNC is not set)?
 *
 * @param why  filled when not, or when the kernel does not say: a sentence without a full stop
 */
bool clock_is_synchronised(char why[CLOCK_WHY_MAX]);

#endif
