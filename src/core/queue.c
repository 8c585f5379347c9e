/* A binary heap of moments, with the place of each thing in it, so that a thing can be moved. */
#include "core/queue.h"

#include <assert.h>
#include <stdlib.h>

struct queue {
    size_t count, used;
    uint32_t *heap;  /* ids, earliest first */
    uint32_t *place; /* of each id in the heap */
    struct mono *due;
};

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        abort();
    return memory;
}

struct queue *queue_new(size_t count)
{
    struct queue *queue = take(1, sizeof *queue);

    assert(count <= UINT32_MAX);
    queue->count = count;
    queue->heap = take(count, sizeof *queue->heap);
    queue->place = take(count, sizeof *queue->place);
    queue->due = take(count, sizeof *queue->due);
    for (size_t id = 0; id < count; id++)
        queue->due[id] = MONO_NEVER;
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    free(queue->heap);
    free(queue->place);
    free(queue->due);
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
    queue->place[id] = (uint32_t)at;
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
    size_t at = queue->place[id];
    size_t last = queue->heap[--queue->used];

    if (last == id)
        return;
    put(queue, at, last);
    sift_up(queue, at);
    sift_down(queue, queue->place[last]);
}

void queue_set(struct queue *queue, size_t id, struct mono due)
{
    assert(id < queue->count);
    bool in = queue->due[id].ms != MONO_NEVER.ms;
    if (in && due.ms == MONO_NEVER.ms) {
        take_out(queue, id);
        queue->due[id] = due;
        return;
    }
    queue->due[id] = due;
    if (due.ms == MONO_NEVER.ms)
        return;
    if (!in)
        put(queue, queue->used++, id);
    sift_up(queue, queue->place[id]);
    sift_down(queue, queue->place[id]);
}

struct mono queue_get(const struct queue *queue, size_t id)
{
    assert(id < queue->count);
    return queue->due[id];
}

struct mono queue_first(const struct queue *queue, size_t *id)
{
    if (queue->used == 0)
        return MONO_NEVER;
    if (id != NULL)
        *id = queue->heap[0];
    return queue->due[queue->heap[0]];
}
