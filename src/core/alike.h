#ifndef ERWATCH_CORE_ALIKE_H
#define ERWATCH_CORE_ALIKE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Many things that resemble each other: the answers about circuits of one provider at one place differ in little more
 * than names, addresses and tags. The first thing of a size is the model of all others of that size, of which only what
 * differs from it is kept. It knows nothing of what it keeps, so nothing can be forgotten, and any two may differ in all.
 */

struct alike;

/** One that is kept; all zeros: none. */
struct likeness {
    void *bytes; /* in the pool */
    uint32_t size;
    uint16_t model; /* 0: all of it is in `bytes` */
};

/** @return never NULL */
struct alike *alike_new(void);
/** Everything must have been dropped. */
void alike_free(struct alike *alike);

/** @param bytes  copied; not what alike_read() gave */
struct likeness alike_keep(struct alike *alike, const void *bytes, size_t size);

/** @return its bytes, good until the next call of any function here; NULL: there is none. @param size  how many */
const void *alike_read(struct alike *alike, const struct likeness *likeness, size_t *size);

/** It becomes none. */
void alike_drop(struct alike *alike, struct likeness *likeness);

#endif
