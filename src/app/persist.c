/*
 * The store behind its thread. What is to be kept is gathered in a batch; one commit is under way at a time, and what
 * comes up meanwhile is the next one. A commit that fails (disk full) loses nothing: notices go out from memory, and as
 * soon as the disk works again a whole picture is written instead of the missed batches.
 */
#include "app/delivery.h"
#include "app/history.h"
#include "app/mutes.h"
#include "core/span.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define RETRY_MS (5 * 1000)
#define HEALS 100 /* good moments that are told after a trouble: the longest count that the settings allow */
#define FINISH_MS (5 * 1000)
#define PRUNE_EVERY_MS (3600 * 1000)
#define PRUNE_SOON_MS 1000      /* between two pieces, and after other settings */
#define PRUNE_FIRST_MS (60 * 1000)
#define PRUNE_LINES 1000        /* new lines of the history that bring a piece, which drops more */
#define JOBS_MOST 4             /* beside commits and pruning */
#define THREAD_MOST (JOBS_MOST + 2)
static_assert(PRUNE_LINES < STORE_PRUNE_MOST, "pruning is quicker than what fills");

struct batch *persist_batch(struct app *app)
{
    if (app->store.batch == NULL)
        app->store.batch = batch_new();
    return app->store.batch;
}

static void run_job(void *work)
{
    struct store_job *job = work;

    job->run(job, job->store);
}

static void job_done(void *context, void *work, struct moment now)
{
    struct app *app = context;
    struct store_job *job = work;

    app->store.jobs -= job->counted;
    job->done(job, app, now);
}

static void run_commit(struct store_job *job, struct store *store)
{
    struct commit *commit = (struct commit *)job;

    commit->result = store_apply(store, commit->batch, commit->why);
}

static void commit_free(struct commit *commit)
{
    batch_free(commit->batch);
    free(commit);
}

/* ---- when the disk does not work ---- */

static void put_incident(void *context, struct target target, const struct incident *incident,
                         const struct opinion *opinion)
{
    struct app *app = context;
    struct stored_incident stored = { .incident = *incident, .scope = engine_scope_name(app->engine, target) };

    (void)opinion;
    batch_put_incident(persist_batch(app), &stored);
}

/* Everything as it is now. */
static void put_picture(struct app *app, struct moment now)
{
    char words[ENGINE_WORDS_MAX];

    batch_begin_picture(persist_batch(app), now.wall_ms);
    engine_each_incident(app->engine, true, put_incident, app);
    for (size_t i = 0; i < app->settings->circuit_count; i++) {
        struct stored_memory memory = { .circuit = app->settings->circuits[i].id_lower,
                                        .memory = *engine_memory(app->engine, i),
                                        .words = engine_words(app->engine, i, words) };
        batch_put_memory(persist_batch(app), &memory);
    }
    discover_put_picture(app);
    deliver_put_picture(app);
    silences_put_picture(app);
}

static void broke(struct app *app, const char *why, struct moment now)
{
    struct failure failure = { .kind = TROUBLE_LOCAL, .retry_after_ms = -1 };

    if (!app->store.broken) {
        journal_say(app->journal, LOG_ERR, "%s Going on from memory; trying again in %d s.", why, RETRY_MS / 1000);
        app->store.broken_wall_ms = now.wall_ms;
        persist_adopt(app, now); /* to drop what may go makes room */
    }
    app->store.broken = true;
    app->store.heals = 0;
    snprintf(failure.code, sizeof failure.code, "store");
    snprintf(failure.what, sizeof failure.what, "%s", why);
    engine_local(app->engine, &failure, now, &app->effects);
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

static void committed(struct store_job *job, struct app *app, struct moment now)
{
    struct commit *commit = (struct commit *)job;
    bool was_broken = app->store.broken;

    app->store.busy = false;
    if (commit->result == STORE_OK) {
        app->store.durable = commit->serial;
        app->store.written = now.mono;
        if (was_broken)
            mended(app, now);
    } else {
        broke(app, commit->why, now);
    }
    commit_free(commit);
    app_follow(app, now);
    deliver_pump(app, now);
}

static void send_commit(struct app *app)
{
    struct persistence *store = &app->store;
    struct commit *commit = calloc(1, sizeof *commit);

    if (commit == NULL)
        abort();
    commit->job = (struct store_job){ .run = run_commit, .done = committed, .store = store->store };
    commit->batch = store->batch;
    commit->serial = store->serial++;
    store->batch = NULL;
    store->busy = worker_push(store->worker, commit);
    assert(store->busy); /* one at a time always has room */
}

static void send_picture(struct app *app, struct moment now)
{
    batch_free(app->store.batch);
    app->store.batch = NULL;
    put_picture(app, now);
    send_commit(app);
}

static void try_again(void *context, struct moment now)
{
    struct app *app = context;

    if (!app->store.broken) {
        heal(app, now);
        app_follow(app, now);
        return;
    }
    if (!app->store.busy) /* else its end says how it goes on */
        send_picture(app, now);
}

void persist_flush(struct app *app)
{
    struct persistence *store = &app->store;

    if (store->batch == NULL || batch_empty(store->batch))
        return;
    if (store->store == NULL || (store->broken && !store->busy)) { /* a whole picture will be written */
        batch_free(store->batch);
        store->batch = NULL;
        return;
    }
    if (!store->busy)
        send_commit(app);
}

uint64_t persist_kept(const struct app *app)
{
    return app->store.store == NULL || app->store.broken ? UINT64_MAX : app->store.durable;
}

/* ---- other work of the thread ---- */

bool persist_push(struct app *app, struct store_job *job)
{
    struct persistence *store = &app->store;

    if (store->worker == NULL || store->jobs >= JOBS_MOST)
        return false;
    job->store = store->store;
    job->counted = worker_push(store->worker, job);
    store->jobs += job->counted;
    return job->counted;
}

/* ---- what is kept long enough ---- */

struct pruning {
    struct store_job job; /* first: one is the other */
    struct store_bounds bounds;
    enum store_result result;
    bool more;
    char why[STORE_WHY_MAX];
};

static void run_prune(struct store_job *job, struct store *store)
{
    struct pruning *pruning = (struct pruning *)job;

    pruning->result = store_prune(store, &pruning->bounds, &pruning->more, pruning->why);
}

/* A disk that does not work shows in the commits, too, which say so. */
static void pruned(struct store_job *job, struct app *app, struct moment now)
{
    struct pruning *pruning = (struct pruning *)job;

    app->store.pruning = false;
    if (pruning->result != STORE_OK && !app->store.broken)
        journal_say(app->journal, LOG_WARNING, "%s Trying again in an hour.", pruning->why);
    timer_set(app->store.prune, mono_after(now.mono, pruning->more ? PRUNE_SOON_MS : PRUNE_EVERY_MS));
    free(pruning);
}

static void prune(void *context, struct moment now)
{
    struct app *app = context;
    const struct history_settings *history = &app->settings->history;
    int64_t azure_now = poll_azure_now(app, now);
    struct pruning *pruning;

    if (app->store.pruning || app->stopping)
        return;
    pruning = calloc(1, sizeof *pruning);
    if (pruning == NULL)
        abort();
    pruning->job = (struct store_job){ .run = run_prune, .done = pruned, .store = app->store.store };
    pruning->bounds = (struct store_bounds){ .history_from_wall_ms = azure_now - history->keep_ms,
                                             .deliveries_from_wall_ms = azure_now - history->deliveries_ms,
                                             .most = history->most };
    app->store.lines = 0;
    app->store.pruning = worker_push(app->store.worker, pruning);
    assert(app->store.pruning); /* there is room for one */
}

void persist_count_line(struct app *app)
{
    struct persistence *store = &app->store;

    if (++store->lines >= PRUNE_LINES && store->worker != NULL && !store->pruning)
        timer_set(store->prune, loop_now(app->loop).mono);
}

void persist_adopt(struct app *app, struct moment now)
{
    if (app->store.worker != NULL)
        timer_set(app->store.prune, mono_after(now.mono, PRUNE_SOON_MS));
}

/* ---- opening and loading ---- */

static void local_trouble(struct app *app, const char *why, const char *next, struct moment now)
{
    struct failure failure = { .kind = TROUBLE_LOCAL, .retry_after_ms = -1 };
    char text[STORE_WHY_MAX + 128];

    snprintf(text, sizeof text, "%s %s", why, next);
    tell_message(app, MESSAGE_LOCAL_TROUBLE, LOG_ERR, text, NULL, 0);
    snprintf(failure.code, sizeof failure.code, "store");
    snprintf(failure.what, sizeof failure.what, "%s", why);
    engine_local(app->engine, &failure, now, &app->effects);
}

bool persist_open(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;
    enum store_result result = store_open(app->options->state_dir, now.wall_ms, &store->store, store->why);

    store->serial = 1;
    store->retry = timer_new(app->loop, try_again, app);
    store->prune = timer_new(app->loop, prune, app);
    store->result = result;
    if (result == STORE_LOCKED || result == STORE_REFUSED) {
        app_cannot_start(app, store->why);
        return false;
    }
    if (result == STORE_OK || result == STORE_DAMAGED) {
        store->worker = worker_new(app->loop, "store", THREAD_MOST, run_job, job_done, app);
        timer_set(store->prune, mono_after(now.mono, PRUNE_FIRST_MS));
    }
    return true;
}

struct loading {
    struct app *app;
    struct moment now;
};

/* A clock that went on would show more by now. */
static void note_time(struct app *app, int64_t wall_ms)
{
    if (wall_ms > app->store.newest_wall_ms)
        app->store.newest_wall_ms = wall_ms;
}

static void load_incident(void *context, const struct stored_incident *stored)
{
    struct loading *loading = context;

    note_time(loading->app, stored->incident.count_wall_ms);
    note_time(loading->app, stored->incident.told_wall_ms);
    note_time(loading->app, stored->incident.cleared_wall_ms);
    engine_restore_incident(loading->app->engine, &stored->incident, stored->scope, loading->now);
}

static void load_memory(void *context, const struct stored_memory *stored)
{
    struct loading *loading = context;

    engine_restore_memory(loading->app->engine, stored->circuit, &stored->memory, stored->words);
}

static void load_told(void *context, const struct stored_told *stored)
{
    struct loading *loading = context;

    deliver_restore_told(loading->app, stored, loading->now);
}

static void load_alert(void *context, const struct stored_incident *stored)
{
    struct loading *loading = context;

    deliver_restore_alert(loading->app, stored, loading->now);
}

static void load_delivery(void *context, const struct stored_delivery *stored)
{
    struct loading *loading = context;

    deliver_restore(loading->app, stored, loading->now);
}

void persist_load(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;
    struct loading loading = { app, now };

    if (store->store == NULL) {
        local_trouble(app, store->why, "Monitoring goes on from memory; a restart will forget what is open.", now);
        return;
    }
    bool whole = store_each_incident(store->store, load_incident, &loading) &&
                 store_each_memory(store->store, load_memory, &loading) &&
                 store_each_told(store->store, load_told, &loading) &&
                 store_each_incident(store->store, load_alert, &loading) &&
                 store_each_waiting(store->store, load_delivery, &loading);
    store->delivery_id = store_last_delivery(store->store);
    /* it works: a trouble of this run or of one before is over, if nothing new comes */
    timer_set(store->retry, mono_after(now.mono, app->settings->policy.retry_ms));
    if (store->result == STORE_DAMAGED)
        local_trouble(app, store->why, "Monitoring begins anew.", now);
    else if (!whole)
        journal_say(app->journal, LOG_ERR, "the database in %s could not be read to its end; what was read is used",
                    app->options->state_dir);
}

void persist_close(struct app *app)
{
    struct persistence *store = &app->store;

    if (store->worker != NULL && store->broken && !store->busy)
        send_picture(app, loop_now(app->loop)); /* perhaps there is room by now */
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
    timer_free(store->prune);
}
