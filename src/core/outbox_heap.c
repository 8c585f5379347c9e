/* The inside of an outbox: a binary heap of what may be tried, and a hash table of what is known of incidents. */
#include "core/outbox_heap.h"

#include <assert.h>
#include <stdlib.h>

#define FIRST_ROOM 16

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- the heap ---- */

/* The same moment goes by age, so that a queue is one. */
static bool before(const struct outbox_item *a, const struct outbox_item *b)
{
    return a->due.ms < b->due.ms || (a->due.ms == b->due.ms && a->id < b->id);
}

static void place(struct outbox_heap *heap, size_t at, struct outbox_item *item)
{
    heap->item[at] = item;
    item->place = at;
}

static void sift_up(struct outbox_heap *heap, size_t at)
{
    struct outbox_item *item = heap->item[at];

    for (; at > 0 && before(item, heap->item[(at - 1) / 2]); at = (at - 1) / 2)
        place(heap, at, heap->item[(at - 1) / 2]);
    place(heap, at, item);
}

static void sift_down(struct outbox_heap *heap, size_t at)
{
    struct outbox_item *item = heap->item[at];

    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && before(heap->item[child + 1], heap->item[child]))
            child++;
        if (!before(heap->item[child], item))
            break;
        place(heap, at, heap->item[child]);
    }
    place(heap, at, item);
}

void heap_put(struct outbox_heap *heap, struct outbox_item *item)
{
    assert(!item->heaped);
    if (heap->count == heap->room) {
        heap->room = heap->room > 0 ? heap->room * 2 : FIRST_ROOM;
        heap->item = must(realloc(heap->item, heap->room * sizeof *heap->item));
    }
    item->heaped = true;
    place(heap, heap->count++, item);
    sift_up(heap, item->place);
}

void heap_take(struct outbox_heap *heap, struct outbox_item *item)
{
    size_t at = item->place;
    struct outbox_item *last = heap->item[--heap->count];

    assert(item->heaped && (last == item || heap->item[at] == item));
    item->heaped = false;
    if (last == item)
        return;
    place(heap, at, last);
    sift_up(heap, at);
    sift_down(heap, last->place);
}

struct outbox_item *heap_first(const struct outbox_heap *heap)
{
    return heap->count > 0 ? heap->item[0] : NULL;
}

/* ---- the threads ---- */

static size_t bucket_of(const struct outbox *outbox, uint64_t key)
{
    return (size_t)(key ^ key >> 32) & (outbox->thread_room - 1); /* the key is a hash already */
}

static void grow(struct outbox *outbox)
{
    struct outbox_thread **was = outbox->threads;
    size_t was_room = outbox->thread_room;

    outbox->thread_room = was_room > 0 ? was_room * 2 : FIRST_ROOM;
    outbox->threads = must(calloc(outbox->thread_room, sizeof(struct outbox_thread *)));
    for (size_t i = 0; i < was_room; i++)
        for (struct outbox_thread *at = was[i], *next; at != NULL; at = next) {
            size_t bucket = bucket_of(outbox, at->key);
            next = at->link;
            at->link = outbox->threads[bucket];
            outbox->threads[bucket] = at;
        }
    free(was);
}

struct outbox_thread *outbox_thread(const struct outbox *outbox, uint64_t key)
{
    struct outbox_thread *at = outbox->thread_room > 0 ? outbox->threads[bucket_of(outbox, key)] : NULL;

    while (at != NULL && at->key != key)
        at = at->link;
    return at;
}

struct outbox_thread *outbox_thread_get(struct outbox *outbox, uint64_t key)
{
    struct outbox_thread *thread = outbox_thread(outbox, key);

    if (thread != NULL)
        return thread;
    if (outbox->thread_count >= outbox->thread_room)
        grow(outbox);
    thread = must(calloc(1, sizeof *thread));
    thread->key = key;
    thread->unsure = (struct mono){ INT64_MIN };
    thread->link = outbox->threads[bucket_of(outbox, key)];
    TAILQ_INIT(&thread->waiting);
    outbox->threads[bucket_of(outbox, key)] = thread;
    outbox->thread_count++;
    return thread;
}

bool outbox_was_told(const struct outbox *outbox, uint64_t key, uint32_t episode)
{
    const struct outbox_thread *thread = outbox_thread(outbox, key);

    return thread != NULL && thread->episode == episode;
}

void outbox_thread_drop(struct outbox *outbox, struct outbox_thread *thread)
{
    struct outbox_thread **at = &outbox->threads[bucket_of(outbox, thread->key)];

    if (thread->episode != 0 || !TAILQ_EMPTY(&thread->waiting))
        return;
    while (*at != thread)
        at = &(*at)->link;
    *at = thread->link;
    outbox->thread_count--;
    free(thread->kept);
    free(thread);
}

void outbox_each_thread(const struct outbox *outbox, void (*each)(void *, const struct outbox_thread *), void *context)
{
    for (size_t i = 0; i < outbox->thread_room; i++)
        for (const struct outbox_thread *at = outbox->threads[i]; at != NULL; at = at->link)
            each(context, at);
}

void outbox_threads_fini(struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->thread_room; i++)
        for (struct outbox_thread *at = outbox->threads[i], *next; at != NULL; at = next) {
            next = at->link;
            free(at->kept);
            free(at);
        }
    free(outbox->threads);
    outbox->threads = NULL;
    outbox->thread_room = outbox->thread_count = 0;
}
