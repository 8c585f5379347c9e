#ifndef ERWATCH_CONFIG_ARENA_H
#define ERWATCH_CONFIG_ARENA_H

#include <stddef.h>

/** Memory that is taken piece by piece and given back at once. Running out of memory ends the process. */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/** @p size zeroed bytes, aligned for any type. */
void *arena_get(struct arena *arena, size_t size);

/** @p count zeroed elements; NULL when there are none. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/** A copy of @p len bytes and a NUL behind them. */
char *arena_copy(struct arena *arena, const char *text, size_t len);

/** A text in the manner of printf. */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
