#ifndef ERWATCH_CONFIG_SHARED_H
#define ERWATCH_CONFIG_SHARED_H

#include "config/arena.h"

#include <stddef.h>

/* What many circuits have in common is kept once: thousands of them have the labels of some dozen sites. */

struct shared;

/** @param arena  where what is kept lies; it outlives the table. Never NULL */
struct shared *shared_new(struct arena *arena);
/** The table; what it gave stays in the arena. */
void shared_free(struct shared *shared);

/** These bytes, in the arena: a copy, or the one that was made of equal bytes before. Aligned for anything. */
const void *shared_bytes(struct shared *shared, const void *bytes, size_t size);

/** The same for a text that ends in NUL. */
const char *shared_text(struct shared *shared, const char *text);

#endif
