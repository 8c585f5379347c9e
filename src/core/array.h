#ifndef ERWATCH_CORE_ARRAY_H
#define ERWATCH_CORE_ARRAY_H

#include <stddef.h>
#include <stdlib.h>

/* Arrays whose length is known when they are made, and bounded by the settings; never NULL. */

/** Filled with zeros; free() it. */
static inline void *array_take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        abort();
    return memory;
}

/** What has turned out to need less room than it might have. Takes @p memory over. */
static inline void *array_fit(void *memory, size_t count, size_t size)
{
    void *fitting = realloc(memory, (count > 0 ? count : 1) * size);

    if (fitting == NULL)
        return memory;
    return fitting;
}

#endif
