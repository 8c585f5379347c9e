#ifndef ERWATCH_CORE_OUTBOX_H
#define ERWATCH_CORE_OUTBOX_H

#include "core/mono.h"
#include "core/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * What waits for one receiver, and what goes next. Notices of one incident leave one at a time, in the order in which
 * they were put; those of different incidents do not wait for each other. No I/O, no clock: times are handed in.
 */

/** What a notice tells is an enum rule_event, or one of these. */
enum outbox_event {
    OUTBOX_TEST = RULE_EVENTS, /* which no pause holds up */
    OUTBOX_DIGEST,             /* an episode of its own, which ends with it */
    OUTBOX_EVENTS
};

/** A notice that waits. The caller fills in the first part before outbox_add(), the rest is the outbox's. */
struct outbox_item {
    int64_t id; /* grows from each to the next */
    uint64_t key;
    uint32_t episode, sequence;
    uint8_t event; /* enum rule_event or enum outbox_event */
    uint8_t severity;
    uint32_t attempts;  /* begun so far */
    struct mono first;  /* when the first of them began; MONO_NEVER: none has */
    struct mono put;    /* when it was made */
    uint64_t serial;    /* it may leave once what was written down with this number is kept */
    bool fell;          /* the fallback has it, too */
    bool minimal;       /* the next try with the least body */

    struct outbox_thread *thread; /* NULL: a test */
    bool settled, busy, heaped;
    struct mono due;
    size_t place; /* in its heap */
    TAILQ_ENTRY(outbox_item) all;
    TAILQ_ENTRY(outbox_item) next;
};

TAILQ_HEAD(outbox_items, outbox_item);

/** What the receiver knows of an incident, and what of it waits. */
struct outbox_thread {
    struct outbox_thread *link;
    uint64_t key;
    uint32_t episode;  /* the last that the receiver was told of, or will be; 0: none */
    uint32_t sequence; /* of the last notice of it that was put */
    uint32_t heard;    /* the episode of which something was taken last, in this run; 0: of none */
    char *kept;        /* what the receiver's answers said to remember; heap, NULL: nothing */
    uint32_t kept_episode;
    struct mono unsure; /* an attempt that was given up may arrive until then */
    struct outbox_items waiting;
    size_t pages;      /* critical ones among them */
};

/** Those that wait to leave: incidents with something critical are a class of their own, and go first. */
enum outbox_class { OUTBOX_PAGES, OUTBOX_REST, OUTBOX_CLASSES };

struct outbox_heap {
    struct outbox_item **item;
    size_t count, room;
};

struct outbox_limits {
    unsigned at_once;  /* attempts under way; 0: nothing but tests ever leaves */
    unsigned burst;    /* attempts that may begin in one moment, where every_ms is not 0 */
    int64_t every_ms;  /* … and one more each time this is over */
    bool summarise;    /* raised and cleared that wait together become the latter */
};

struct outbox {
    struct outbox_limits limits;
    struct outbox_items all;    /* by id */
    struct outbox_items urgent; /* tests; by `next` */
    struct outbox_item *fresh;  /* the first that is not settled */
    struct outbox_item *unfallen; /* the first that the fallback does not have */
    struct outbox_item *thinned;  /* where outbox_thin() goes on */
    struct outbox_heap heap[OUTBOX_CLASSES]; /* the first of each incident that neither runs nor is fresh, by due */
    struct outbox_thread **threads; /* a hash table */
    size_t thread_count, thread_room;
    size_t waiting, running;    /* waiting: those that run included */
    size_t thin_from;           /* outbox_thin() finds nothing below that */
    uint32_t failures;          /* of the receiver, since it last took something */
    struct mono paused[OUTBOX_CLASSES]; /* the receiver is left alone until then */
    int64_t budget_ms;          /* of the pace: every_ms for each attempt that may begin */
    struct mono budget_at;
};

void outbox_init(struct outbox *outbox, const struct outbox_limits *limits, struct mono now);
/** Frees its own; the items are to be taken out before, with outbox_take(). */
void outbox_fini(struct outbox *outbox);

/** Who is given what is dropped: it is the caller's again, and in no list. */
typedef void outbox_dropped(void *context, struct outbox_item *item);

/**
 * Put it at the end. A `changed` or `reminder` of the same episode that was never tried is overtaken by it and given to
 * @p dropped, and so is a whole episode that was never tried where the receiver wants summaries. What may be the only
 * notice of an episode before its end stays: a receiver that hears of criticals alone hears of one by its change.
 *
 * @return the thread: `episode` and `sequence` say that the receiver is going to be told
 */
struct outbox_thread *outbox_add(struct outbox *outbox, struct outbox_item *item, outbox_dropped *dropped,
                                 void *context);

/** Take it out, whatever its state; the caller's again. */
void outbox_take(struct outbox *outbox, struct outbox_item *item);

/** What was written down up to @p serial is kept: such items may leave. */
void outbox_settle(struct outbox *outbox, uint64_t serial);

/** The next to be tried now, which counts as an attempt under way until one of the next two; NULL: none. */
struct outbox_item *outbox_next(struct outbox *outbox, struct mono now);

/** When outbox_next() is worth a call; MONO_NEVER: not before something is put, settled or ended. */
struct mono outbox_due(const struct outbox *outbox);

/** Is it the last one of its episode? */
bool outbox_ends(const struct outbox_item *item);

/** It was taken. The item is the caller's again; a thread that was told the end is forgotten. */
void outbox_delivered(struct outbox *outbox, struct outbox_item *item, struct mono now);

/** What follows from an attempt that failed. */
struct outbox_setback {
    int64_t pause_ms;    /* before the next try */
    bool whole;          /* it is the receiver's: one notice asks for all, after … */
    int64_t whole_ms[OUTBOX_CLASSES];
    bool minimal;        /* the next try with the least body */
    int64_t unsure_ms;   /* it may yet arrive, for so long; 0: it cannot */
};

void outbox_failed(struct outbox *outbox, struct outbox_item *item, const struct outbox_setback *setback,
                   struct mono now);

/** It did not leave, and is tried at @p due, as if it had not been begun: the trouble is not the receiver's. */
void outbox_postpone(struct outbox *outbox, struct outbox_item *item, struct mono due);

/** Something about the receiver has changed: whatever waits may be tried at once. */
void outbox_retry(struct outbox *outbox, struct mono now);

/** The first that has waited since @p before or longer and that the fallback does not have; NULL: none. */
struct outbox_item *outbox_next_to_fall(struct outbox *outbox, struct mono before);

/**
 * More than @p most wait: take out, from the oldest on, what tells the least: a `changed` or `reminder` that another notice
 * of its episode follows, and whole episodes; nothing that was ever tried, nor anything that has no end yet.
 *
 * @return how many were given to @p dropped
 */
size_t outbox_thin(struct outbox *outbox, size_t most, outbox_dropped *dropped, void *context);

/** The oldest that waits; NULL: none. */
const struct outbox_item *outbox_oldest(const struct outbox *outbox);

/** What is known of an incident; NULL: nothing. */
struct outbox_thread *outbox_thread(const struct outbox *outbox, uint64_t key);

/** The same, made if need be: for what was stored. */
struct outbox_thread *outbox_thread_get(struct outbox *outbox, uint64_t key);

/** Was, or will be, the receiver told of this episode? */
bool outbox_was_told(const struct outbox *outbox, uint64_t key, uint32_t episode);

/** It has nothing to remember and nothing waits: give it back. */
void outbox_thread_drop(struct outbox *outbox, struct outbox_thread *thread);

void outbox_each_thread(const struct outbox *outbox, void (*each)(void *, const struct outbox_thread *), void *context);

#endif
