#ifndef ERWATCH_CORE_POOL_H
#define ERWATCH_CORE_POOL_H

#include <stddef.h>

/*
 * Room for many small things that stay: what malloc() gives them lies among what comes and goes with the news of a sweep,
 * and the holes between are nobody's. A thing that is given back makes room for the next one of about its size, so what a
 * pool takes does not grow with what happens, only with what there is.
 */

struct pool;

/** @return never NULL */
struct pool *pool_new(void);
/** Everything must have been given back. */
void pool_free(struct pool *pool);

/** A copy of @p size bytes. Never NULL; aligned for pointers and numbers of 64 bits. */
void *pool_keep(struct pool *pool, const void *bytes, size_t size);

/** @param kept  NULL is fine; @param size  as it was kept with */
void pool_drop(struct pool *pool, void *kept, size_t size);

#endif
