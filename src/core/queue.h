#ifndef ERWATCH_CORE_QUEUE_H
#define ERWATCH_CORE_QUEUE_H

#include "core/mono.h"

#include <stddef.h>

/* What is due when: one heap over things numbered 0..count-1. Setting and taking are O(log count). */

struct queue;

/** @return a queue of @p count things, none of them due; never NULL */
struct queue *queue_new(size_t count);
void queue_free(struct queue *queue);

/** Thing @p id is due at @p due; MONO_NEVER takes it out. Replaces what was set before. */
void queue_set(struct queue *queue, size_t id, struct mono due);

/** When @p id is due; MONO_NEVER when it is not in the queue. */
struct mono queue_get(const struct queue *queue, size_t id);

/** The earliest moment, and (when not MONO_NEVER) whose it is. @p id may be NULL. */
struct mono queue_first(const struct queue *queue, size_t *id);

#endif
