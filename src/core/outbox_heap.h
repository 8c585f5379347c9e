#ifndef ERWATCH_CORE_OUTBOX_HEAP_H
#define ERWATCH_CORE_OUTBOX_HEAP_H

#include "core/outbox.h"

/* The inside of an outbox: its heaps, by due and then by id, and its table of threads. */

void heap_put(struct outbox_heap *heap, struct outbox_item *item);
void heap_take(struct outbox_heap *heap, struct outbox_item *item);
/** The earliest; NULL: none. */
struct outbox_item *heap_first(const struct outbox_heap *heap);

/** Nothing waits in them any more. */
void outbox_threads_fini(struct outbox *outbox);

/** Take it out and give it back. */
void outbox_drop(struct outbox *outbox, struct outbox_item *item, outbox_dropped *dropped, void *context);

/** It was never tried. */
static inline bool outbox_untouched(const struct outbox_item *item)
{
    return item->attempts == 0 && !item->busy;
}

/** What only says how an episode stands is worth nothing once a later notice says it again. */
static inline bool outbox_only_state(const struct outbox_item *item)
{
    return item->event == EVENT_CHANGED || item->event == EVENT_REMINDER;
}

/* Is it the first that the receiver is going to hear of its episode? */
static inline bool outbox_begins(const struct outbox_item *item)
{
    const struct outbox_item *before = TAILQ_PREV(item, outbox_items, next);

    return item->thread->heard != item->episode && (before == NULL || before->episode != item->episode);
}

#endif
