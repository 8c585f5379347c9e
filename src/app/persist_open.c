/*
 * Opening the database, on its own thread and with a limit: the start does not wait for a disk that hangs. Without a
 * database the watch goes on from memory, and opening it is tried again; what it holds then is joined with what has been
 * seen since.
 */
#include "app/delivery.h"
#include "app/kept.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

/*
 * The start goes on without the database then. It is checked as a whole, which takes a slow disk some seconds; the
 * service manager gives the start a minute.
 */
#define OPEN_MOST_S 30

struct opening {
    struct store_job job; /* first: one is the other */
    const char *directory;
    int64_t now_wall_ms;
    struct store *store;
    enum store_result result;
    char why[STORE_WHY_MAX];
};

static void run_opening(struct store_job *job)
{
    struct opening *opening = (struct opening *)job;

    opening->result = store_open(opening->directory, opening->now_wall_ms, &opening->store, opening->why);
}

/* Again, and there has been a watch without it. */
static void opened_late(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;

    if (store->store == NULL) {
        persist_retry_open(app, now);
        return;
    }
    persist_load_late(app, now);
    if (store->result == STORE_DAMAGED)
        persist_trouble(app, store->why, "It is in use from now on.", now);
    persist_prune_first(app, now);
    persist_send_picture(app, now);
    app_follow(app, now);
    deliver_pump(app, now);
}

static void opened(struct app *app, struct store_job *job, struct moment now)
{
    struct opening *opening = (struct opening *)job;
    struct persistence *store = &app->store;

    store->opening = store->hung = false;
    store->store = opening->store;
    store->result = opening->result;
    snprintf(store->why, sizeof store->why, "%s", opening->why);
    free(opening);
    if (store->missing && !app->stopping)
        opened_late(app, now);
}

/* A later one may hang as long as it likes: it was told that there is no database, and nothing waits for it. */
void persist_push_open(struct app *app, struct moment now)
{
    struct opening *opening = calloc(1, sizeof *opening);

    if (opening == NULL)
        abort();
    *opening = (struct opening){ .job = { run_opening, opened },
                                 .directory = app->options->state_dir,
                                 .now_wall_ms = now.wall_ms };
    app->store.opening = worker_push(app->store.worker, opening);
    assert(app->store.opening); /* nothing else is asked of a thread without a store */
    app->store.hung = app->store.missing;
}

bool persist_open(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;

    persist_begin(app, now);
    persist_push_open(app, now);
    if (!worker_wait(store->worker, OPEN_MOST_S * 1000)) {
        store->hung = true;
        store->result = STORE_FAILED;
        snprintf(store->why, sizeof store->why, "The database in %s could not be opened within %d s: the disk hangs.",
                 app->options->state_dir, OPEN_MOST_S);
    }
    store->missing = store->store == NULL;
    if (store->result != STORE_LOCKED && store->result != STORE_REFUSED)
        return true;
    app_cannot_start(app, store->why);
    return false;
}
