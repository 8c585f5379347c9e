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

#endif
