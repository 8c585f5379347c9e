/*
 * The store behind its thread. What is to be kept is gathered in a batch; one commit is under way at a time, and what
 * comes up meanwhile is the next one. A commit that fails (disk full), or that does not come back from the disk, loses
 * nothing: notices go out from memory, and as soon as the disk takes a write again a whole picture is written instead of
 * the missed batches.
 */
#include "app/delivery.h"
#include "app/history.h"
#include "app/kept.h"
#include "core/span.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define RETRY_MS (5 * 1000)
#define HEALS 100 /* good moments that are told after a trouble: the longest count that the settings allow */
#define FINISH_MS (5 * 1000)
/*
 * A disk that takes nothing for so long hangs: a sync waits for a second on a busy one, and a page must not wait for
 * much longer; it is well within the time after which the service manager's watchdog restarts the unit (30 s).
 */
#define COMMIT_MOST_S 10
#define JOBS_MOST 16 /* that wait for the thread; there is always room for a commit, which is one at a time */

enum commit_kind {
    COMMIT_CHANGES, /* what has happened since the one before */
    COMMIT_PROBE,   /* does the disk take a write again? */
    COMMIT_PICTURE  /* everything */
};

struct commit {
    struct store_job job; /* first: one is the other */
    enum commit_kind kind;
    struct batch *batch;
    struct store *store;
    uint64_t serial;
    enum store_result result;
    char why[STORE_WHY_MAX];
};

struct batch *persist_batch(struct app *app)
{
    if (app->store.batch == NULL)
        app->store.batch = batch_new();
    return app->store.batch;
}

uint64_t persist_latest(const struct app *app)
{
    const struct persistence *store = &app->store;

    return store->batch == NULL || batch_empty(store->batch) ? store->serial - 1 : store->serial;
}

static void drop_batch(struct persistence *store)
{
    batch_free(store->batch);
    store->batch = NULL;
}

/* ---- the thread ---- */

static void run_job(void *job)
{
    struct store_job *work = job;

    work->run(work);
}

static void job_done(void *context, void *job, struct moment now)
{
    struct store_job *work = job;

    work->done(context, work, now);
}

bool persist_push(struct app *app, struct store_job *job)
{
    struct persistence *store = &app->store;

    return store->worker != NULL && worker_waiting(store->worker) < JOBS_MOST && worker_push(store->worker, job);
}

/* ---- when the disk does not work ---- */

void persist_trouble(struct app *app, const char *why, const char *next, struct moment now)
{
    struct failure failure = { .kind = TROUBLE_LOCAL, .retry_after_ms = -1 };
    char text[STORE_WHY_MAX + 128];

    if (next != NULL) {
        snprintf(text, sizeof text, "%s %s", why, next);
        tell_message(app, MESSAGE_LOCAL_TROUBLE, LOG_ERR, text, NULL, 0);
    }
    app->store.heals = 0;
    snprintf(failure.code, sizeof failure.code, "store");
    snprintf(failure.what, sizeof failure.what, "%s", why);
    engine_local(app->engine, &failure, now, &app->effects);
}

static void broke(struct app *app, const char *why, struct moment now)
{
    char next[64];

    snprintf(next, sizeof next, "Going on from memory; trying again in %d s.", RETRY_MS / 1000);
    persist_trouble(app, why, app->store.broken ? NULL : next, now);
    if (!app->store.broken) {
        app->store.broken_wall_ms = now.wall_ms;
        persist_prune_soon(app, now); /* which may make room */
    }
    app->store.broken = true;
    timer_set(app->store.retry, mono_after(now.mono, RETRY_MS));
}

/* Say that it works, now and at a few later moments: the finding clears like any other, by good samples and age. */
static void heal(struct app *app, struct moment now)
{
    engine_local(app->engine, NULL, now, &app->effects);
    app->store.heals++;
    if (app->store.heals < HEALS)
        timer_set(app->store.retry, mono_after(now.mono, app->settings->policy.retry_ms));
}

/* What was put into the history meanwhile is nowhere: the picture has the present state only. */
static void tell_gap(struct app *app, struct moment now)
{
    char span[SPAN_TEXT_MAX], text[SPAN_TEXT_MAX + 128];

    snprintf(text, sizeof text, "the database could not be written for %s; what happened in that time is in the journal",
             span_format(now.wall_ms - app->store.broken_wall_ms, span));
    history_self(app, "gap", text, now);
}

static void mended(struct app *app, struct moment now)
{
    app->store.broken = false;
    tell_gap(app, now);
    journal_say(app->journal, LOG_NOTICE, "the database in %s can be written again; everything is kept",
                app->options->state_dir);
    heal(app, now);
}

/* ---- commits ---- */

static void run_commit(struct store_job *job)
{
    struct commit *commit = (struct commit *)job;

    commit->result = store_apply(commit->store, commit->batch, commit->why);
}

static void commit_free(struct commit *commit)
{
    batch_free(commit->batch);
    free(commit);
}

static void committed(struct app *app, struct store_job *job, struct moment now);

static void send_commit(struct app *app, enum commit_kind kind, struct moment now)
{
    struct persistence *store = &app->store;
    struct commit *commit = calloc(1, sizeof *commit);

    if (commit == NULL)
        abort();
    *commit = (struct commit){ .job = { run_commit, committed },
                               .kind = kind,
                               .batch = store->batch,
                               .store = store->store,
                               .serial = store->serial++ };
    store->batch = NULL;
    store->busy = worker_push(store->worker, commit);
    assert(store->busy); /* one at a time always has room */
    store->waited_s = 0;
    timer_set(store->wait, mono_after(now.mono, 1000));
}

void persist_send_picture(struct app *app, struct moment now)
{
    drop_batch(&app->store);
    persist_put_picture(app, now);
    send_commit(app, COMMIT_PICTURE, now);
}

static void send_probe(struct app *app, struct moment now)
{
    drop_batch(&app->store);
    batch_alive(persist_batch(app), now.wall_ms);
    send_commit(app, COMMIT_PROBE, now);
}

/*
 * While it is broken only a picture says what is on the disk: batches were missed. One that has hung misses what was
 * dropped meanwhile.
 */
static void took(struct app *app, const struct commit *commit, bool hung, struct moment now)
{
    struct persistence *store = &app->store;

    if (store->broken && (hung || commit->kind != COMMIT_PICTURE)) {
        persist_send_picture(app, now);
        return;
    }
    store->durable = commit->serial;
    store->written = now.mono;
    if (store->broken)
        mended(app, now);
}

static void committed(struct app *app, struct store_job *job, struct moment now)
{
    struct commit *commit = (struct commit *)job;
    bool hung = app->store.hung;

    app->store.busy = app->store.hung = false;
    timer_set(app->store.wait, MONO_NEVER);
    if (commit->result == STORE_OK)
        took(app, commit, hung, now);
    else
        broke(app, commit->why, now);
    commit_free(commit);
    kept_look(app);
    app_follow(app, now);
    deliver_pump(app, now);
}

/*
 * The commit under way does not come back. Counted in seconds that the loop has seen: a machine that stood still makes
 * one. A failure would come back; nothing more is given to this disk until it does, and then a whole picture.
 */
static void still_waiting(void *context, struct moment now)
{
    struct app *app = context;
    struct persistence *store = &app->store;
    char why[STORE_WHY_MAX];

    if (++store->waited_s < COMMIT_MOST_S) {
        timer_set(store->wait, mono_after(now.mono, 1000));
        return;
    }
    drop_batch(store);
    snprintf(why, sizeof why, "The database in %s has not taken a change for %d s: the disk hangs.",
             app->options->state_dir, COMMIT_MOST_S);
    persist_trouble(app, why, "Monitoring goes on from memory until the disk answers.", now);
    if (!store->broken)
        store->broken_wall_ms = now.wall_ms;
    store->broken = store->hung = true;
    kept_look(app);
    app_follow(app, now);
    deliver_pump(app, now);
}

void persist_retry_open(struct app *app, struct moment now)
{
    timer_set(app->store.retry, mono_after(now.mono, RETRY_MS));
}

static void try_again(void *context, struct moment now)
{
    struct app *app = context;

    if (!app->store.broken) {
        heal(app, now);
        app_follow(app, now);
        return;
    }
    if (app->store.store == NULL)
        persist_push_open(app, now);
    else if (!app->store.busy) /* else its end says how it goes on */
        send_probe(app, now);
}

void persist_flush(struct app *app)
{
    struct persistence *store = &app->store;
    bool missed = store->broken && (!store->busy || store->hung); /* a whole picture will be written */

    if (store->batch == NULL || batch_empty(store->batch))
        return;
    if (store->store == NULL || missed)
        drop_batch(store);
    else if (!store->busy)
        send_commit(app, COMMIT_CHANGES, loop_now(app->loop));
}

uint64_t persist_kept(const struct app *app)
{
    return app->store.store == NULL || app->store.broken ? UINT64_MAX : app->store.durable;
}

/* ---- beginning and end ---- */

void persist_begin(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;

    bodies_init(app);
    store->serial = 1;
    store->retry = timer_new(app->loop, try_again, app);
    store->wait = timer_new(app->loop, still_waiting, app);
    store->prune = timer_new(app->loop, persist_prune, app);
    store->worker = worker_new(app->loop, "store", JOBS_MOST + 1, run_job, job_done, app);
    persist_prune_first(app, now);
}

void persist_close(struct app *app)
{
    struct persistence *store = &app->store;

    if (store->store != NULL && store->broken && !store->busy)
        persist_send_picture(app, loop_now(app->loop)); /* perhaps there is room by now */
    persist_flush(app);
    if (store->worker != NULL) {
        bool ended = worker_finish(store->worker, FINISH_MS);
        if (!ended)
            journal_say(app->journal, LOG_ERR, "the disk did not take the last changes within %d s", FINISH_MS / 1000);
        worker_free(store->worker);
        store->worker = NULL;
        if (ended)
            store_close(store->store);
    }
    store->store = NULL;
    batch_free(store->batch);
    timer_free(store->retry);
    timer_free(store->wait);
    timer_free(store->prune);
}
