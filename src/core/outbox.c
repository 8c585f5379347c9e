/*
 * The queue of one receiver. Every notice stands in one list in the order of its making, and in its incident's thread;
 * the first of each thread, once it is kept, stands in a heap by the moment at which it may be tried. A failure that is
 * the receiver's pauses all of it, and one notice at a time asks whether it is over.
 */
#include "core/outbox.h"

#include "core/outbox_heap.h"

#include <assert.h>
#include <stdlib.h>

#define RECOVERED 3 /* failures in a row after which a success means that the receiver is back */

void outbox_init(struct outbox *outbox, const struct outbox_limits *limits, struct mono now)
{
    *outbox = (struct outbox){ .limits = *limits,
                               .budget_ms = (int64_t)limits->burst * limits->every_ms,
                               .budget_at = now,
                               .paused = { { INT64_MIN }, { INT64_MIN } } };
    TAILQ_INIT(&outbox->all);
    TAILQ_INIT(&outbox->urgent);
}

void outbox_fini(struct outbox *outbox)
{
    assert(TAILQ_EMPTY(&outbox->all));
    outbox_threads_fini(outbox);
    for (size_t i = 0; i < OUTBOX_CLASSES; i++)
        free(outbox->heap[i].item);
}

/* ---- the first of a thread ---- */

static struct outbox_heap *heap_of(struct outbox *outbox, const struct outbox_item *item)
{
    return &outbox->heap[item->thread->pages > 0 ? OUTBOX_PAGES : OUTBOX_REST];
}

/* The end of an episode waits until nothing that was given up can arrive behind it. */
static void enter(struct outbox *outbox, struct outbox_item *item)
{
    if (item->event == EVENT_CLEARED)
        item->due = mono_later(item->due, item->thread->unsure);
    heap_put(heap_of(outbox, item), item);
}

static void leave(struct outbox *outbox, struct outbox_item *item)
{
    if (item->heaped)
        heap_take(heap_of(outbox, item), item);
}

/* Whoever is first in the thread now may be tried. */
static void let_first(struct outbox *outbox, struct outbox_thread *thread)
{
    struct outbox_item *first = TAILQ_FIRST(&thread->waiting);

    if (first != NULL && first->settled && !first->busy && !first->heaped)
        enter(outbox, first);
}

/* ---- putting and taking ---- */

/* A critical notice makes its whole thread one: those before it must not wait as long as the rest. */
static void count_page(struct outbox *outbox, struct outbox_item *item)
{
    struct outbox_item *first = TAILQ_FIRST(&item->thread->waiting);
    bool moves = item->thread->pages == 0 && first->heaped;

    if (moves) {
        leave(outbox, first);
        first->due = mono_earlier(first->due, item->put);
    }
    item->thread->pages++;
    if (moves)
        enter(outbox, first);
}

static void uncount_page(struct outbox *outbox, struct outbox_item *item)
{
    struct outbox_item *first = TAILQ_FIRST(&item->thread->waiting);
    bool moves = item->thread->pages == 1 && first != NULL && first->heaped;

    if (moves)
        leave(outbox, first);
    item->thread->pages--;
    if (moves)
        enter(outbox, first);
}

void outbox_take(struct outbox *outbox, struct outbox_item *item)
{
    struct outbox_thread *thread = item->thread;

    if (outbox->fresh == item)
        outbox->fresh = TAILQ_NEXT(item, all);
    if (outbox->unfallen == item)
        outbox->unfallen = TAILQ_NEXT(item, all);
    if (outbox->thinned == item)
        outbox->thinned = TAILQ_NEXT(item, all);
    TAILQ_REMOVE(&outbox->all, item, all);
    outbox->waiting--;
    outbox->running -= item->busy;
    if (thread == NULL) {
        if (item->settled && !item->busy)
            TAILQ_REMOVE(&outbox->urgent, item, next);
        return;
    }
    leave(outbox, item);
    TAILQ_REMOVE(&thread->waiting, item, next);
    if (item->severity == SEVERITY_CRITICAL)
        uncount_page(outbox, item);
    item->thread = NULL;
    let_first(outbox, thread);
}

void outbox_drop(struct outbox *outbox, struct outbox_item *item, outbox_dropped *dropped, void *context)
{
    outbox_take(outbox, item);
    dropped(context, item);
}

/* What the new one, which is not in the thread yet, makes superfluous. An end alone would say nothing to anybody. */
static void overtake(struct outbox *outbox, struct outbox_thread *thread, const struct outbox_item *item,
                     outbox_dropped *dropped, void *context)
{
    bool ends = outbox->limits.summarise && item->event == EVENT_CLEARED;
    struct outbox_item *last;

    while ((last = TAILQ_LAST(&thread->waiting, outbox_items)) != NULL && last->episode == item->episode &&
           outbox_untouched(last) &&
           (ends || (outbox_only_state(last) && !(item->event == EVENT_CLEARED && outbox_begins(last)))))
        outbox_drop(outbox, last, dropped, context);
}

/* What comes late, from the queue of another receiver, does not make what is known older. */
static void note_told(struct outbox_thread *thread, const struct outbox_item *item)
{
    if (item->episode < thread->episode || (item->episode == thread->episode && item->sequence < thread->sequence))
        return;
    thread->episode = item->episode;
    thread->sequence = item->sequence;
}

struct outbox_thread *outbox_add(struct outbox *outbox, struct outbox_item *item, outbox_dropped *dropped,
                                 void *context)
{
    struct outbox_thread *thread = item->event == OUTBOX_TEST ? NULL : outbox_thread_get(outbox, item->key);

    if (thread != NULL)
        overtake(outbox, thread, item, dropped, context);
    item->thread = thread;
    item->settled = item->busy = item->heaped = false;
    item->due = item->put;
    TAILQ_INSERT_TAIL(&outbox->all, item, all);
    outbox->waiting++;
    if (outbox->fresh == NULL)
        outbox->fresh = item;
    if (outbox->unfallen == NULL)
        outbox->unfallen = item;
    if (thread == NULL)
        return NULL;
    TAILQ_INSERT_TAIL(&thread->waiting, item, next);
    if (item->severity == SEVERITY_CRITICAL)
        count_page(outbox, item);
    note_told(thread, item);
    return thread;
}

void outbox_settle(struct outbox *outbox, uint64_t serial)
{
    struct outbox_item *item;

    while ((item = outbox->fresh) != NULL && item->serial <= serial) {
        outbox->fresh = TAILQ_NEXT(item, all);
        item->settled = true;
        if (item->thread == NULL)
            TAILQ_INSERT_TAIL(&outbox->urgent, item, next);
        else
            let_first(outbox, item->thread);
    }
}

/* ---- trying ---- */

/* One more attempt, as the pace allows. */
static struct mono pace_due(const struct outbox *outbox)
{
    const struct outbox_limits *limits = &outbox->limits;
    int64_t missing = limits->every_ms - outbox->budget_ms;

    if (limits->every_ms == 0 || missing <= 0)
        return (struct mono){ INT64_MIN };
    return mono_after(outbox->budget_at, missing);
}

static void spend_pace(struct outbox *outbox, struct mono now)
{
    const struct outbox_limits *limits = &outbox->limits;
    int64_t most = (int64_t)limits->burst * limits->every_ms;

    outbox->budget_ms += mono_between(outbox->budget_at, now);
    if (outbox->budget_ms > most)
        outbox->budget_ms = most;
    outbox->budget_ms -= limits->every_ms;
    outbox->budget_at = now;
}

static struct outbox_item *begin(struct outbox *outbox, struct outbox_item *item, struct mono now)
{
    item->busy = true;
    if (item->attempts++ == 0 || item->first.ms == MONO_NEVER.ms)
        item->first = now;
    outbox->running++;
    spend_pace(outbox, now);
    return item;
}

static bool has_room(const struct outbox *outbox)
{
    unsigned at_once = outbox->limits.at_once;

    return outbox->running < (outbox->failures > 0 && at_once > 1 ? 1 : at_once);
}

struct outbox_item *outbox_next(struct outbox *outbox, struct mono now)
{
    struct outbox_item *urgent = TAILQ_FIRST(&outbox->urgent);

    if (urgent != NULL) {
        TAILQ_REMOVE(&outbox->urgent, urgent, next);
        return begin(outbox, urgent, now);
    }
    if (!has_room(outbox) || !mono_reached(pace_due(outbox), now))
        return NULL;
    for (size_t class = 0; class < OUTBOX_CLASSES; class++) {
        struct outbox_item *item = heap_first(&outbox->heap[class]);
        if (item == NULL || !mono_reached(mono_later(item->due, outbox->paused[class]), now))
            continue;
        heap_take(&outbox->heap[class], item);
        return begin(outbox, item, now);
    }
    return NULL;
}

struct mono outbox_due(const struct outbox *outbox)
{
    struct mono due = MONO_NEVER;

    if (!TAILQ_EMPTY(&outbox->urgent))
        return (struct mono){ INT64_MIN };
    if (!has_room(outbox))
        return MONO_NEVER;
    for (size_t class = 0; class < OUTBOX_CLASSES; class++) {
        const struct outbox_item *item = heap_first(&outbox->heap[class]);
        if (item != NULL)
            due = mono_earlier(due, mono_later(item->due, outbox->paused[class]));
    }
    return due.ms == MONO_NEVER.ms ? due : mono_later(due, pace_due(outbox));
}

/* ---- how it ended ---- */

static void recovered(struct outbox *outbox, struct mono now)
{
    bool was_away = outbox->failures >= RECOVERED;

    outbox->failures = 0;
    for (size_t class = 0; class < OUTBOX_CLASSES; class++)
        outbox->paused[class] = now;
    if (was_away)
        outbox_retry(outbox, now);
}

bool outbox_ends(const struct outbox_item *item)
{
    return item->event == EVENT_CLEARED || item->event == OUTBOX_DIGEST;
}

void outbox_delivered(struct outbox *outbox, struct outbox_item *item, struct mono now)
{
    struct outbox_thread *thread = item->thread;

    assert(item->busy);
    outbox_take(outbox, item);
    recovered(outbox, now);
    if (thread != NULL)
        thread->heard = item->episode;
    if (thread == NULL || !outbox_ends(item))
        return;
    if (thread->episode == item->episode)
        thread->episode = 0;
    outbox_thread_drop(outbox, thread);
}

void outbox_failed(struct outbox *outbox, struct outbox_item *item, const struct outbox_setback *setback,
                   struct mono now)
{
    assert(item->busy);
    item->busy = false;
    outbox->running--;
    item->minimal = item->minimal || setback->minimal;
    item->due = mono_after(now, setback->pause_ms);
    if (setback->whole)
        outbox->failures++;
    for (size_t class = 0; class < OUTBOX_CLASSES && setback->whole; class++)
        outbox->paused[class] = mono_after(now, setback->whole_ms[class]);
    if (item->thread == NULL) { /* a test is tried once */
        TAILQ_INSERT_TAIL(&outbox->urgent, item, next);
        return;
    }
    if (setback->unsure_ms > 0)
        item->thread->unsure = mono_later(item->thread->unsure, mono_after(now, setback->unsure_ms));
    enter(outbox, item);
}

void outbox_postpone(struct outbox *outbox, struct outbox_item *item, struct mono due)
{
    assert(item->busy);
    item->busy = false;
    outbox->running--;
    outbox->budget_ms += outbox->limits.every_ms;
    if (--item->attempts == 0)
        item->first = MONO_NEVER;
    item->due = due;
    if (item->thread == NULL)
        TAILQ_INSERT_TAIL(&outbox->urgent, item, next);
    else
        enter(outbox, item);
}

void outbox_retry(struct outbox *outbox, struct mono now)
{
    for (size_t class = 0; class < OUTBOX_CLASSES; class++) {
        struct outbox_heap was = outbox->heap[class];
        outbox->heap[class] = (struct outbox_heap){ 0 };
        outbox->paused[class] = now;
        for (size_t i = 0; i < was.count; i++) {
            was.item[i]->heaped = false;
            was.item[i]->due = now;
            enter(outbox, was.item[i]);
        }
        free(was.item);
    }
}

const struct outbox_item *outbox_oldest(const struct outbox *outbox)
{
    return TAILQ_FIRST(&outbox->all);
}
