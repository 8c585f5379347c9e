/*
 * Opening the database, and putting back what an earlier run has left in it.
 */
#include "app/delivery.h"
#include "app/heirs.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

bool persist_open(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;

    persist_begin(app, now);
    store->result = store_open(app->options->state_dir, now.wall_ms, &store->store, store->why);
    if (store->result != STORE_LOCKED && store->result != STORE_REFUSED)
        return true;
    app_cannot_start(app, store->why);
    return false;
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

static void load_digest(void *context, const struct stored_digest *stored)
{
    struct loading *loading = context;

    digest_restore(loading->app, stored);
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
        persist_trouble(app, store->why, "Monitoring goes on from memory; a restart will forget what is open.", now);
        return;
    }
    bool whole = store_each_incident(store->store, load_incident, &loading) &&
                 store_each_memory(store->store, load_memory, &loading) &&
                 store_each_told(store->store, load_told, &loading) &&
                 store_each_incident(store->store, load_alert, &loading) &&
                 store_each_digest(store->store, load_digest, &loading) &&
                 store_each_waiting(store->store, load_delivery, &loading);
    heirs_say(app);
    store->delivery_id = store_last_delivery(store->store);
    bodies_preload(app, now);
    digests_preload(app, now);
    /* it works: a trouble of this run or of one before is over, if nothing new comes */
    timer_set(store->retry, mono_after(now.mono, app->settings->policy.retry_ms));
    if (store->result == STORE_DAMAGED)
        persist_trouble(app, store->why, "Monitoring begins anew.", now);
    else if (!whole)
        journal_say(app->journal, LOG_ERR, "the database in %s could not be read to its end; what was read is used",
                    app->options->state_dir);
}
