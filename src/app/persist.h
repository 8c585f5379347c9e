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

/** Work for the store's thread, the first member of a struct of its own. Jobs are done in the order of their pushing. */
struct store_job {
    /** On the thread: the store is its own meanwhile, the app is not to be touched. */
    void (*run)(struct store_job *job);
    /** On the loop, afterwards; frees the job. Never called of a job that a disk holds until the daemon ends. */
    void (*done)(struct app *app, struct store_job *job, struct moment now);
};

struct persistence {
    struct store *store; /* NULL: nothing can be kept, everything goes from memory */
    struct worker *worker;
    struct batch *batch;       /* what the next commit will hold */
    uint64_t serial, durable;  /* of the batch being made; of the last one on the disk */
    bool busy;                 /* a commit is under way */
    struct mono written;       /* when a commit went well last; 0: none since the start */
    bool broken;               /* the last commit failed, or hangs: a whole picture will be written */
    bool hung;                 /* the one under way, or the opening, has not come back in time */
    bool opening, missing;     /* it is being opened; the watch began without it */
    unsigned waited_s;         /* for the one under way */
    int64_t delivery_id;       /* the last one given */
    int64_t newest_wall_ms;    /* in what was loaded; 0: none */
    int64_t broken_wall_ms;    /* since when */
    struct timer *retry, *prune, *wait;
    bool pruning;    /* it is under way */
    unsigned asking; /* who wait for a page of the history */
    uint32_t lines;  /* of the history, put since it was pruned last */
    unsigned heals;  /* times that the core was told that it works again */
    enum store_result result; /* of opening it, with its sentence */
    char why[STORE_WHY_MAX];
};

/* persist.c */
void persist_flush(struct app *app);
/** What commits up to this number hold is on the disk, or there is no disk to wait for. */
uint64_t persist_kept(const struct app *app);
struct batch *persist_batch(struct app *app);
/** The number of the commit that holds what was put last. */
uint64_t persist_latest(const struct app *app);
/** Give the thread a job. @return false: too many wait, or there is no store; the job stays the caller's */
bool persist_push(struct app *app, struct store_job *job);
void persist_close(struct app *app);
/** The store is open, or cannot be: make what works on it. */
void persist_begin(struct app *app, struct moment now);
/** Let the core know that something is wrong with the database. @param next  what follows, to be said; NULL: it was said */
void persist_trouble(struct app *app, const char *why, const char *next, struct moment now);

/* persist_prune.c: what is kept long enough, or is too much */
/** The timer's. @p context  the app */
void persist_prune(void *context, struct moment now);
void persist_prune_first(struct app *app, struct moment now);
/** Other bounds, or no room on the disk. */
void persist_prune_soon(struct app *app, struct moment now);
/** A line of the history was put. */
void persist_count_line(struct app *app);

/** The next commit, which begins now, is a picture. */
void persist_send_picture(struct app *app, struct moment now);
/** It could not be opened: try again, after a pause. */
void persist_retry_open(struct app *app, struct moment now);

/* persist_open.c */
/** Wait for the database, but not for ever. @return false: there must be no watch, and why was said */
bool persist_open(struct app *app, struct moment now);
void persist_push_open(struct app *app, struct moment now);

/* persist_load.c */
void persist_load(struct app *app, struct moment now);
/** The database was opened long after the start: join what it holds with what was seen meanwhile. */
void persist_load_late(struct app *app, struct moment now);

/* persist_picture.c */
/** Everything as it is now, into the next commit. */
void persist_put_picture(struct app *app, struct moment now);

#endif
