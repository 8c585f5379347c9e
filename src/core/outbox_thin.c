/*
 * What waits too long, which the fallback gets, and what is too much: of a long queue that goes which tells the least, and
 * never anything that has no end yet.
 */
#include "core/outbox_heap.h"

struct outbox_item *outbox_next_to_fall(struct outbox *outbox, struct mono before)
{
    while (outbox->unfallen != NULL && (outbox->unfallen->fell || outbox->unfallen->thread == NULL))
        outbox->unfallen = TAILQ_NEXT(outbox->unfallen, all);
    return outbox->unfallen != NULL && mono_reached(outbox->unfallen->put, before) ? outbox->unfallen : NULL;
}

/* All of an episode, from its first notice to its end, nothing of it ever tried, and the fallback has all or none of it? */
static bool whole_untold(const struct outbox_item *first)
{
    const struct outbox_item *at = first;

    if (first->event != EVENT_RAISED)
        return false;
    for (; at != NULL && at->episode == first->episode; at = TAILQ_NEXT(at, next)) {
        if (!outbox_untouched(at) || at->fell != first->fell)
            return false;
        if (at->event == EVENT_CLEARED)
            return true;
    }
    return false;
}

static size_t drop_episode(struct outbox *outbox, struct outbox_item *first, outbox_dropped *dropped, void *context)
{
    struct outbox_thread *thread = first->thread;
    uint32_t episode = first->episode;
    size_t count = 0;

    for (struct outbox_item *at = first, *next; at != NULL && at->episode == episode; at = next, count++) {
        next = TAILQ_NEXT(at, next);
        outbox_drop(outbox, at, dropped, context);
    }
    if (thread->episode == episode)
        thread->episode = 0; /* it never heard of it */
    outbox_thread_drop(outbox, thread);
    return count;
}

static size_t thin_at(struct outbox *outbox, struct outbox_item *item, outbox_dropped *dropped, void *context)
{
    const struct outbox_item *after = item->thread != NULL ? TAILQ_NEXT(item, next) : NULL;

    if (after == NULL || !outbox_untouched(item))
        return 0;
    if (outbox_only_state(item) && after->episode == item->episode &&
        !(after->event == EVENT_CLEARED && outbox_begins(item))) {
        outbox_drop(outbox, item, dropped, context);
        return 1;
    }
    return whole_untold(item) ? drop_episode(outbox, item, dropped, context) : 0;
}

size_t outbox_thin(struct outbox *outbox, size_t most, outbox_dropped *dropped, void *context)
{
    size_t gone = 0;

    if (outbox->waiting <= most || outbox->waiting < outbox->thin_from)
        return 0;
    struct outbox_item *at = outbox->thinned != NULL ? outbox->thinned : TAILQ_FIRST(&outbox->all);
    while (at != NULL && outbox->waiting > most) {
        outbox->thinned = TAILQ_NEXT(at, all); /* outbox_take() moves it on when that goes, too */
        gone += thin_at(outbox, at, dropped, context);
        at = outbox->thinned;
    }
    /* once through, it is not looked at again for each further one */
    outbox->thin_from = at == NULL ? outbox->waiting + most / 100 : 0;
    return gone;
}
