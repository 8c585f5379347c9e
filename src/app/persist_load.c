/*
 * What an earlier run has left in the database. At the start all of it is put back. When the database was opened late, the
 * watch has begun without it: what was seen since then is the truth, what is known only to the database goes on, and of
 * what is open in both as different episodes the older one is ended where it was told.
 */
#include "app/delivery.h"
#include "app/heirs.h"
#include "app/mutes.h"
#include "core/array.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

struct loading {
    struct app *app;
    struct moment now;
    struct known *known; /* what was seen meanwhile, by key; none at the start */
    size_t known_count;
};

/* An incident of the time without the database. */
struct known {
    struct target target;
    struct incident incident;
    struct opinion opinion;
    struct effect *ended; /* another episode of it that the database has as open; NULL: it has none */
};

/* A clock that went on would show more by now. */
static void note_time(struct app *app, int64_t wall_ms)
{
    if (wall_ms > app->store.newest_wall_ms)
        app->store.newest_wall_ms = wall_ms;
}

/* ---- at the start ---- */

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

/* The watch has no database to begin with; ids of notices that no earlier run can have given are far above. */
static void begin_without(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;

    store->delivery_id = INT64_C(1) << 53 | now.wall_ms << 10;
    persist_trouble(app, store->why,
                    "Monitoring goes on from memory until it can be opened; a restart before that forgets what is open.",
                    now);
    store->broken = true;
    store->broken_wall_ms = now.wall_ms;
    if (!store->opening)
        persist_retry_open(app, now);
}

void persist_load(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;
    struct loading loading = { .app = app, .now = now };

    if (store->store == NULL) {
        begin_without(app, now);
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

/* ---- late ---- */

static int by_key(const void *a, const void *b)
{
    uint64_t one = ((const struct known *)a)->incident.key, other = ((const struct known *)b)->incident.key;

    return one < other ? -1 : one > other;
}

static struct known *find_known(const struct loading *loading, uint64_t key)
{
    const struct known wanted = { .incident.key = key };

    return loading->known_count == 0
               ? NULL
               : bsearch(&wanted, loading->known, loading->known_count, sizeof wanted, by_key);
}

static void note_known(void *context, struct target target, const struct incident *incident,
                       const struct opinion *opinion)
{
    struct loading *loading = context;

    loading->known = realloc(loading->known, (loading->known_count + 1) * sizeof *loading->known);
    if (loading->known == NULL)
        abort();
    loading->known[loading->known_count++] = (struct known){ target, *incident, *opinion, NULL };
}

/* The older episode is over, for whoever was told of it; the younger one says how it is. */
static void note_ended(const struct loading *loading, struct known *known, const struct incident *incident)
{
    struct effect *ended = array_take(1, sizeof *ended);

    *ended = (struct effect){ .kind = EFFECT_TELL, .event = EVENT_CLEARED, .target = known->target,
                              .incident = *incident, .opinion = known->opinion };
    ended->incident.sequence++;
    ended->incident.state = INCIDENT_CLEARED;
    ended->incident.cleared_wall_ms = loading->now.wall_ms;
    known->ended = ended;
}

static void join_incident(void *context, const struct stored_incident *stored)
{
    struct loading *loading = context;
    struct known *known = find_known(loading, stored->incident.key);
    bool open = incident_is_open(&stored->incident);

    if (known == NULL)
        load_incident(context, stored);
    else if (!incident_is_open(&known->incident) && (open || stored->incident.episode > known->incident.episode))
        load_incident(context, stored);
    else if (open && incident_is_open(&known->incident) && stored->incident.episode != known->incident.episode)
        note_ended(loading, known, &stored->incident);
}

static void join_memory(void *context, const struct stored_memory *stored)
{
    struct loading *loading = context;

    engine_join_memory(loading->app->engine, stored->circuit, &stored->memory, stored->words);
}

static void join_told(void *context, const struct stored_told *stored)
{
    struct loading *loading = context;
    struct known *known = find_known(loading, stored->key);

    if (known == NULL || !incident_is_open(&known->incident)) {
        load_told(context, stored);
        return;
    }
    struct receiver *receiver = receivers_after(loading->app, stored->receiver, stored->place);
    if (known->ended != NULL && receiver != NULL && stored->episode == known->ended->incident.episode)
        deliver_end(receiver, known->ended, loading->now);
}

/* What was seen of the same episode since then has been told, or waits. */
static void join_delivery(void *context, const struct stored_delivery *stored)
{
    struct loading *loading = context;
    const struct known *known = find_known(loading, stored->key);

    if (known == NULL || known->incident.episode != stored->episode)
        load_delivery(context, stored);
}

/* It is told again, as Alertmanager forgets; of what is known, whoever was told of it does that. */
static void join_alert(void *context, const struct stored_incident *stored)
{
    const struct loading *loading = context;
    const struct known *known = find_known(loading, stored->incident.key);

    if (known == NULL || !incident_is_open(&known->incident))
        load_alert(context, stored);
}

void persist_load_late(struct app *app, struct moment now)
{
    struct persistence *store = &app->store;
    struct loading loading = { .app = app, .now = now };
    int64_t last = store_last_delivery(store->store);

    if (last > store->delivery_id)
        store->delivery_id = last;
    engine_each_incident(app->engine, true, note_known, &loading);
    if (loading.known_count > 0)
        qsort(loading.known, loading.known_count, sizeof *loading.known, by_key);
    bool whole = store_each_incident(store->store, join_incident, &loading) &&
                 store_each_memory(store->store, join_memory, &loading) &&
                 store_each_digest(store->store, load_digest, &loading) &&
                 store_each_waiting(store->store, join_delivery, &loading) &&
                 store_each_told(store->store, join_told, &loading) &&
                 store_each_incident(store->store, join_alert, &loading);
    heirs_say(app);
    silences_load(app, now);
    mutes_take_windows(app, now);
    mutes_adopt(app, now);
    bodies_preload(app, now);
    digests_preload(app, now);
    for (size_t i = 0; i < loading.known_count; i++)
        free(loading.known[i].ended);
    free(loading.known);
    if (!whole)
        journal_say(app->journal, LOG_ERR, "the database in %s could not be read to its end; what was read is used",
                    app->options->state_dir);
}
