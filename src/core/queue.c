/*
 * A binary heap of moments, with the place of each thing in it, so that a thing can be moved. What is never due is never
 * written to, and takes no memory.
 */
#include "core/queue.h"

#include "core/array.h"
#include "core/sparse.h"

#include <assert.h>
#include <stdbool.h>

struct queue {
    size_t count, used;
    uint32_t *heap;   /* ids, earliest first */
    uint32_t *place;  /* of each id in the heap, counted from 1; 0: it is not there */
    struct mono *due; /* of those that are */
};

struct queue *queue_new(size_t count)
{
    struct queue *queue = array_take(1, sizeof *queue);

    assert(count < UINT32_MAX);
    queue->count = count;
    queue->heap = sparse_take(count, sizeof *queue->heap);
    queue->place = sparse_take(count, sizeof *queue->place);
    queue->due = sparse_take(count, sizeof *queue->due);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    sparse_free(queue->heap, queue->count, sizeof *queue->heap);
    sparse_free(queue->place, queue->count, sizeof *queue->place);
    sparse_free(queue->due, queue->count, sizeof *queue->due);
    free(queue);
}

/* The same moment goes by number, so that two runs of one story are equal. */
static bool before(const struct queue *queue, size_t a, size_t b)
{
    /* cppcheck-suppress arrayIndexThenCheck ; a < b is no limit */
    return queue->due[a].ms < queue->due[b].ms || (queue->due[a].ms == queue->due[b].ms && a < b);
}

static void put(struct queue *queue, size_t at, size_t id)
{
    queue->heap[at] = (uint32_t)id;
    queue->place[id] = (uint32_t)at + 1;
}

static bool is_in(const struct queue *queue, size_t id)
{
    return queue->place[id] != 0;
}

static size_t place_of(const struct queue *queue, size_t id)
{
    return queue->place[id] - 1;
}

static void sift_up(struct queue *queue, size_t at)
{
    size_t id = queue->heap[at];

    for (; at > 0 && before(queue, id, queue->heap[(at - 1) / 2]); at = (at - 1) / 2)
        put(queue, at, queue->heap[(at - 1) / 2]);
    put(queue, at, id);
}

static void sift_down(struct queue *queue, size_t at)
{
    size_t id = queue->heap[at];

    for (size_t child = 2 * at + 1; child < queue->used; child = 2 * at + 1) {
        if (child + 1 < queue->used && before(queue, queue->heap[child + 1], queue->heap[child]))
            child++;
        if (!before(queue, queue->heap[child], id))
            break;
        put(queue, at, queue->heap[child]);
        at = child;
    }
    put(queue, at, id);
}

static void take_out(struct queue *queue, size_t id)
{
    size_t at = place_of(queue, id);
    size_t last = queue->heap[--queue->used];

    queue->place[id] = 0;
    if (last == id)
        return;
    put(queue, at, last);
    sift_up(queue, at);
    sift_down(queue, place_of(queue, last));
}

void queue_set(struct queue *queue, size_t id, struct mono due)
{
    assert(id < queue->count);
    bool in = is_in(queue, id);
    if (due.ms == MONO_NEVER.ms) {
        if (in)
            take_out(queue, id);
        return;
    }
    queue->due[id] = due;
    if (!in)
        put(queue, queue->used++, id);
    sift_up(queue, place_of(queue, id));
    sift_down(queue, place_of(queue, id));
}

struct mono queue_get(const struct queue *queue, size_t id)
{
    assert(id < queue->count);
    return is_in(queue, id) ? queue->due[id] : MONO_NEVER;
}

struct mono queue_first(const struct queue *queue, size_t *id)
{
    if (queue->used == 0)
        return MONO_NEVER;
    if (id != NULL)
        *id = queue->heap[0];
    return queue->due[queue->heap[0]];
}
