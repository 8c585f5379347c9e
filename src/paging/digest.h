#ifndef ERWATCH_PAGING_DIGEST_H
#define ERWATCH_PAGING_DIGEST_H

#include "paging/paging.h"
#include "paging/told.h"

/* A digest in words, for people. */

/**
 * The lines of a digest in words, a heading before those of each state, and how many more there are; "" when there is
 * none.
 *
 * @param most   bytes, NUL included, at most SPEECH_LINES_MAX
 * @return       @p lines
 */
const char *digest_speech(const struct told *told, size_t most, char *lines);

#endif
