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

struct commit {
    struct batch *batch;
    struct store *store;
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
    struct timer *retry, *prune;
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

#endif
