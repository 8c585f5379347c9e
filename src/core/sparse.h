#ifndef ERWATCH_CORE_SPARSE_H
#define ERWATCH_CORE_SPARSE_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/*
 * Long arrays of which much is never written to: what is asked of a circuit is kept by kind, and many kinds lie idle. The
 * kernel lends pages with the first byte that is written to them, so a thing that is all zeros as long as nothing happens
 * to it takes no memory. Reading lends none. calloc() is like that only where it happens to give fresh pages.
 */

#define SPARSE_LEAST ((size_t)32 * 1024) /* below, whole pages would be more than what they save */

/** Zeros; for sparse_free() with the same numbers. Never NULL. */
static inline void *sparse_take(size_t count, size_t size)
{
    void *memory;

    assert(size > 0 && count < SIZE_MAX / 2 / size);
    if (count * size < SPARSE_LEAST)
        memory = calloc(count > 0 ? count : 1, size);
    else
        memory = mmap(NULL, count * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == NULL || memory == MAP_FAILED)
        abort();
    return memory;
}

static inline void sparse_free(void *memory, size_t count, size_t size)
{
    if (memory == NULL)
        return;
    if (count * size < SPARSE_LEAST)
        free(memory);
    else
        (void)munmap(memory, count * size);
}

#endif
