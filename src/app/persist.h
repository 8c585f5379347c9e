#ifndef ERWATCH_APP_PERSIST_H
#define ERWATCH_APP_PERSIST_H

#include "core/mono.h"
#include "io/worker.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* What goes to the disk: a batch is made while the one before is written by a thread of its own. */

struct app;
struct timer;

/** Something that the store's thread does between two commits; a part of what it is about. */
struct store_job {
    void (*run)(struct store_job *job, struct store *store);                 /* on that thread: a few ms at most */
    void (*done)(struct store_job *job, struct app *app, struct moment now); /* on the loop, afterwards: frees it */
    struct store *store; /* this one and the next are persist_push()'s */
    bool counted;
};

struct commit {
    struct store_job job; /* first: one is the other */
    struct batch *batch;
    uint64_t serial;
    enum store_result result;
    char why[STORE_WHY_MAX];
};

struct persistence {
    struct store *store; /* NULL: nothing can be kept, everything goes from memory */
    struct worker *worker;
    struct batch *batch;       /* what the next commit will hold */
    uint64_t serial, durable;  /* of the batch being made; of the last one on the disk */
    bool busy;                 /* a commit is under way */
    struct mono written;       /* when a commit went well last; 0: none since the start */
    bool broken;               /* the last commit failed: a whole picture will be written */
    int64_t delivery_id;       /* the last one given */
    int64_t newest_wall_ms;    /* in what was loaded; 0: none */
    int64_t broken_wall_ms;    /* since when */
    struct timer *retry, *prune;
    bool pruning;    /* it is under way */
    uint32_t lines;  /* of the history, put since it was pruned last */
    size_t jobs;     /* of persist_push(), not done yet */
    unsigned heals;  /* times that the core was told that it works again */
    enum store_result result; /* of opening it, with its sentence */
    char why[STORE_WHY_MAX];
};

bool persist_open(struct app *app, struct moment now);
void persist_load(struct app *app, struct moment now);
void persist_flush(struct app *app);
/** What commits up to this number hold is on the disk, or there is no disk to wait for. */
uint64_t persist_kept(const struct app *app);
void persist_close(struct app *app);
struct batch *persist_batch(struct app *app);
/**
 * Have the store's thread do something. What comes with it is done before the end of the store.
 *
 * @return false: there is no store, or others wait for it already; the job stays the caller's
 */
bool persist_push(struct app *app, struct store_job *job);
/** Other settings: what is beyond the new bounds goes soon. */
void persist_adopt(struct app *app, struct moment now);
/** A line of the history was put; so many of them bring the next pruning. */
void persist_count_line(struct app *app);

#endif
