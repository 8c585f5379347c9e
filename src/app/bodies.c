/*
 * Bodies: two kilobytes for each notice that waits, which may be a hundred thousand. What a commit has brought to the disk
 * is dropped from memory once more than BODIES_HERE is there, the newest first, as the oldest leaves first. While the disk
 * takes nothing they all stay; then, and when the database would grow too large, less may wait (outbox_thin()).
 */
#include "app/delivery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define QUEUE_MOST 100000                /* notices that wait for one receiver */
#define BODIES_HERE ((size_t)4 << 20)    /* bytes in memory of what is on the disk, too */
#define BODIES_ALONE ((size_t)32 << 20)  /* … while the disk takes nothing */
#define BODIES_STORED ((size_t)56 << 20) /* … in the database, where they take a third more, beside the history */
#define FETCH_MOST 64
#define AGAIN_MS (10 * 1000) /* after a failure to read */
#define READS_MOST 3 /* that fail; then it is made anew: what is late by more than that is as good as lost */

void bodies_init(struct app *app)
{
    TAILQ_INIT(&app->bodies.fresh);
}

/* ---- in memory ---- */

/* @param body  heap, given up */
static void take_in(struct app *app, struct delivery *delivery, char *body)
{
    delivery->body = body;
    app->bodies.in_memory += strlen(body);
}

static void let_go(struct app *app, struct delivery *delivery)
{
    if (delivery->body != NULL)
        app->bodies.in_memory -= strlen(delivery->body);
    free(delivery->body);
    delivery->body = NULL;
}

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

/* Known to be waiting, and not known to be on the disk. */
static void note(struct app *app, struct delivery *delivery, size_t size)
{
    delivery->body_size = (uint32_t)size;
    app->bodies.waiting += size;
    delivery->fresh = true;
    TAILQ_INSERT_TAIL(&app->bodies.fresh, delivery, among_fresh);
}

void bodies_hold(struct app *app, struct delivery *delivery, const char *json)
{
    take_in(app, delivery, copy(json));
    note(app, delivery, strlen(json));
}

void bodies_copy(struct app *app, struct delivery *delivery, const struct delivery *from)
{
    if (from->body != NULL) {
        bodies_hold(app, delivery, from->body);
        return;
    }
    delivery->body_of = from->body_of;
    note(app, delivery, from->body_size);
}

void bodies_leave(struct app *app, struct delivery *delivery, int64_t from, uint32_t size)
{
    delivery->body_of = from;
    delivery->body_size = size;
    app->bodies.waiting += size;
}

void bodies_drop(struct delivery *delivery)
{
    struct app *app = delivery->receiver->app;

    let_go(app, delivery);
    app->bodies.waiting -= delivery->body_size;
    if (delivery->fresh)
        TAILQ_REMOVE(&app->bodies.fresh, delivery, among_fresh);
}

void bodies_rest(struct delivery *delivery)
{
    struct app *app = delivery->receiver->app;

    if (app->bodies.in_memory > BODIES_HERE && delivery->body_of != 0 && !delivery->item.busy)
        let_go(app, delivery);
}

void bodies_kept(struct app *app)
{
    struct delivery *delivery;

    while ((delivery = TAILQ_FIRST(&app->bodies.fresh)) != NULL && delivery->item.serial <= app->store.durable) {
        TAILQ_REMOVE(&app->bodies.fresh, delivery, among_fresh);
        delivery->fresh = false;
        delivery->body_of = delivery->item.id;
        bodies_rest(delivery);
    }
}

/* So many of a receiver's that all together have no more than @p bytes. */
static size_t share(const struct receiver *receiver, size_t bytes, size_t of)
{
    size_t waiting = receiver->outbox.waiting;

    return of > bytes ? (size_t)((double)waiting * (double)bytes / (double)of) : waiting;
}

size_t bodies_most(const struct receiver *receiver)
{
    const struct app *app = receiver->app;
    bool alone = persist_kept(app) == UINT64_MAX;
    size_t stored = share(receiver, BODIES_STORED, app->bodies.waiting);
    size_t here = alone ? share(receiver, BODIES_ALONE, app->bodies.in_memory) : stored;
    size_t most = here < stored ? here : stored;

    return most < QUEUE_MOST ? most : QUEUE_MOST;
}

/* ---- what cannot be read ---- */

struct lost {
    const struct outbox_item *item;
    struct effect effect;
    bool found;
};

static void find_incident(void *context, struct target target, const struct incident *incident,
                          const struct opinion *opinion)
{
    struct lost *lost = context;

    if (incident->key != lost->item->key || incident->episode != lost->item->episode)
        return;
    lost->found = true;
    lost->effect = (struct effect){ .kind = EFFECT_TELL, .target = target, .incident = *incident, .opinion = *opinion };
}

/* Nobody knows any more what it is about; whoever gets it can still ask what has happened at that time. */
static char *make_bare(struct app *app, const struct incident *incident, enum rule_event event, struct moment now)
{
    memset(&app->story, 0, sizeof app->story);
    app->story.summary = "The text of a notice cannot be read from the disk of the host that watches";
    app->story.text = "Its identity and its severity are known, what it said is not. The history of that time, and the "
                      "incidents that are open, say what it can have been about.";
    struct notice notice = { .incident = incident,
                             .event = event,
                             .time_wall_ms = now.wall_ms,
                             .story = &app->story,
                             .receiver = "",
                             .host = app->host,
                             .version = PACKAGE_VERSION };
    char *json = notice_json(&notice);
    memset(&app->story, 0, sizeof app->story);
    return json;
}

/* The same notice as it would be made now; a damaged text is no reason to lose it. */
char *bodies_make_again(struct app *app, const struct outbox_item *item, struct moment now)
{
    struct lost lost = { .item = item };
    enum rule_event event = item->event;
    struct incident bare = { .key = item->key,
                             .episode = item->episode,
                             .sequence = item->sequence,
                             .severity = item->severity,
                             .subject = SUBJECT_CIRCUIT,
                             .owner = OWNER_YOU };

    engine_each_incident(app->engine, true, find_incident, &lost);
    if (!lost.found)
        return make_bare(app, &bare, event, now);
    lost.effect.event = (uint8_t)event;
    lost.effect.incident.sequence = item->sequence;
    lost.effect.incident.severity = item->severity;
    return effects_notice(app, &lost.effect, now);
}

/* @param body  heap, given up; NULL: the database has none, or does not give it */
static void take_or_make(struct app *app, struct delivery *delivery, char *body, struct moment now)
{
    if (body == NULL || !notice_is_sound(body)) {
        free(body);
        body = bodies_make_again(app, &delivery->item, now);
        journal_say(app->journal, LOG_ERR, "the text of notice %s for %s %s; it was made anew", delivery->notice_id,
                    delivery->receiver->name,
                    delivery->unread >= READS_MOST ? "cannot be read from the disk" : "was damaged on the disk");
    }
    take_in(app, delivery, body);
}

/* ---- from the disk ---- */

/* @return is there no use in waiting for it any longer? Then it was made anew. */
static bool give_up(struct delivery *delivery, struct moment now)
{
    if (delivery->unread < READS_MOST && ++delivery->unread < READS_MOST)
        return false;
    take_or_make(delivery->receiver->app, delivery, NULL, now);
    return true;
}

bool bodies_reachable(struct delivery *delivery, struct moment now)
{
    const struct persistence *store = &delivery->receiver->app->store;

    return delivery->body != NULL || (store->store != NULL && !store->hung) || give_up(delivery, now);
}

struct wanted {
    int64_t id, other;
    char *body;
    char why[STORE_WHY_MAX]; /* "": there is none */
};

struct fetch {
    struct store_job job; /* first: one is the other */
    struct store *store;
    size_t count;
    struct wanted wanted[FETCH_MOST];
};

static void run_fetch(struct store_job *job)
{
    struct fetch *fetch = (struct fetch *)job;

    for (size_t i = 0; i < fetch->count; i++) {
        struct wanted *wanted = &fetch->wanted[i];
        wanted->body = store_read_body(fetch->store, wanted->id, wanted->other, wanted->why);
    }
}

/* Among those that are about to leave; it may have been taken back meanwhile. */
static struct delivery **find_leaving(struct app *app, int64_t id)
{
    struct delivery **at = &app->leaving;

    while (*at != NULL && ((*at)->item.id != id || (*at)->body != NULL))
        at = &(*at)->next;
    return at;
}

static void fetched_one(struct app *app, struct wanted *wanted, struct moment now)
{
    struct delivery **at = find_leaving(app, wanted->id), *delivery = *at;

    if (delivery == NULL) {
        free(wanted->body);
        return;
    }
    if (wanted->body != NULL || wanted->why[0] == '\0') {
        take_or_make(app, delivery, wanted->body, now);
        return;
    }
    if (give_up(delivery, now))
        return;
    journal_say(app->journal, LOG_ERR, "%s Notice %s waits; trying again in %d s.", wanted->why, delivery->notice_id,
                AGAIN_MS / 1000);
    *at = delivery->next;
    outbox_postpone(&delivery->receiver->outbox, &delivery->item, mono_after(now.mono, AGAIN_MS));
}

static void fetched(struct app *app, struct store_job *job, struct moment now)
{
    struct fetch *fetch = (struct fetch *)job;

    app->bodies.asked = false;
    for (size_t i = 0; i < fetch->count; i++)
        fetched_one(app, &fetch->wanted[i], now);
    free(fetch);
    deliver_pump(app, now);
}

void bodies_fetch(struct app *app)
{
    struct fetch *fetch = NULL;

    if (app->bodies.asked)
        return;
    for (const struct delivery *at = app->leaving; at != NULL; at = at->next) {
        if (at->body != NULL || (fetch != NULL && fetch->count == FETCH_MOST))
            continue;
        if (fetch == NULL)
            fetch = array_take(1, sizeof *fetch);
        fetch->wanted[fetch->count++] = (struct wanted){ .id = at->item.id, .other = at->body_of };
    }
    if (fetch == NULL)
        return;
    fetch->job = (struct store_job){ run_fetch, fetched };
    fetch->store = app->store.store;
    app->bodies.asked = persist_push(app, &fetch->job);
    if (!app->bodies.asked) /* too much is waiting for the disk; whatever ends of it asks again */
        free(fetch);
}

static bool preload_one(struct app *app, struct delivery *delivery, struct moment now)
{
    char why[STORE_WHY_MAX];
    char *body = store_read_body(app->store.store, delivery->item.id, delivery->body_of, why);

    if (body == NULL && why[0] != '\0')
        return false; /* it is read when it leaves, or says then why not */
    take_or_make(app, delivery, body, now);
    return app->bodies.in_memory <= BODIES_HERE;
}

void bodies_preload(struct app *app, struct moment now)
{
    bool more = app->store.store != NULL;

    for (size_t i = 0; i < app->receiver_count && more; i++) {
        struct outbox_item *item;
        TAILQ_FOREACH(item, &app->receivers[i]->outbox.all, all)
            if (delivery_of(item)->body == NULL && !(more = preload_one(app, delivery_of(item), now)))
                break;
    }
}
