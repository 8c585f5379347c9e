/*
 * A pool: large blocks, cut into things of a few sizes, and for each size a list of those that were given back. What is
 * larger than the largest of these sizes is malloc()'s: a few such things leave no holes worth a thought.
 */
#include "core/pool.h"

#include "core/array.h"
#include "core/sparse.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define STEP ((size_t)8) /* what is kept is aligned to it */
#define LARGEST ((size_t)1024)
#define CLASSES (LARGEST / STEP)
#define BLOCK ((size_t)256 * 1024) /* of which the kernel lends what is used */

/* A thing that was given back. */
struct hole {
    struct hole *next;
};

struct block {
    struct block *next;
};

struct pool {
    struct hole *holes[CLASSES];
    struct block *blocks;
    char *at; /* the next free byte of the first of them */
    size_t left;
};

struct pool *pool_new(void)
{
    return array_take(1, sizeof(struct pool));
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    while (pool->blocks != NULL) {
        struct block *block = pool->blocks;
        pool->blocks = block->next;
        sparse_free(block, BLOCK, 1);
    }
    free(pool);
}

static size_t class_of(size_t size)
{
    assert(size > 0 && size <= LARGEST);
    return (size - 1) / STEP;
}

/* From the end of what was used last; what is left of a block is too small for anything, or for this. */
static void *cut(struct pool *pool, size_t size)
{
    if (pool->left < size) {
        struct block *block = sparse_take(BLOCK, 1);
        block->next = pool->blocks;
        pool->blocks = block;
        pool->at = (char *)block + STEP;
        pool->left = BLOCK - STEP;
    }
    void *thing = pool->at;
    pool->at += size;
    pool->left -= size;
    return thing;
}

static void *take(struct pool *pool, size_t size)
{
    if (size > LARGEST)
        return array_take(1, size);
    size_t class = class_of(size);
    struct hole *hole = pool->holes[class];
    if (hole == NULL)
        return cut(pool, (class + 1) * STEP);
    pool->holes[class] = hole->next;
    return hole;
}

void *pool_keep(struct pool *pool, const void *bytes, size_t size)
{
    return memcpy(take(pool, size), bytes, size);
}

void pool_drop(struct pool *pool, void *kept, size_t size)
{
    if (kept == NULL)
        return;
    if (size > LARGEST) {
        free(kept);
        return;
    }
    struct hole *hole = kept;
    hole->next = pool->holes[class_of(size)];
    pool->holes[class_of(size)] = hole;
}
