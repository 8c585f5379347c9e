#ifndef ERWATCH_IO_MEMORY_H
#define ERWATCH_IO_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Memory that is there. Sizes that come from outside are bounded before they get here, so running out means that the
 * machine has none left: one line, and the service manager starts us again.
 */

static inline void *memory_or_die(void *memory)
{
    if (memory == NULL) {
        fputs("erwatch: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static inline void *xcalloc(size_t count, size_t size)
{
    return memory_or_die(calloc(count != 0 ? count : 1, size));
}

/** @p size is not 0. */
static inline void *xrealloc(void *memory, size_t size)
{
    return memory_or_die(realloc(memory, size));
}

static inline char *xstrdup(const char *text)
{
    return memory_or_die(strdup(text));
}

/** A copy with a NUL behind it. */
static inline char *xmemdup(const char *bytes, size_t len)
{
    char *copy = memory_or_die(malloc(len + 1));

    if (len != 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

#endif
