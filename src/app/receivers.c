/*
 * The receivers and their queues: made from settings, and carried over to other ones, where the destination says who is
 * who, and else the name. Those that are gone are left to heirs.c.
 */
#include "app/delivery.h"

#include "app/receiver_test.h"
#include "web/view.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define STOP_GRACE_MS 2000
#define AT_ONCE 4 /* attempts of one receiver */

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

void delivery_free(struct delivery *delivery)
{
    failing_forget_refusal(delivery);
    if (delivery->test != NULL)
        receiver_test_free(delivery->test);
    free(delivery->note.circuit);
    free(delivery->note.line);
    bodies_drop(delivery);
    free(delivery->notice_id);
    free(delivery->mailed);
    free(delivery);
}

void delivery_keep(struct app *app, const struct delivery *delivery)
{
    struct stored_delivery stored = { .id = delivery->item.id,
                                      .receiver = delivery->receiver->name,
                                      .notice_id = delivery->notice_id,
                                      .key = delivery->item.key,
                                      .episode = delivery->item.episode,
                                      .sequence = delivery->item.sequence,
                                      .event = delivery->item.event,
                                      .severity = delivery->item.severity,
                                      .body = delivery->body,
                                      .body_size = delivery->body_size,
                                      .created_wall_ms = delivery->created_wall_ms,
                                      .attempts = delivery->item.attempts,
                                      .state = DELIVERY_WAITING,
                                      .fell = delivery->item.fell,
                                      .minimal = delivery->item.minimal,
                                      .place = delivery->receiver->destination };
    batch_put_delivery(persist_batch(app), &stored);
    if (delivery->body == NULL && delivery->body_of != delivery->item.id)
        batch_copy_body(persist_batch(app), delivery->item.id, delivery->body_of);
}

void receiver_keep_told(struct receiver *receiver, uint64_t key, struct moment now)
{
    const struct outbox_thread *thread = outbox_thread(&receiver->outbox, key);
    struct batch *batch = persist_batch(receiver->app);

    if (thread == NULL || receiver->settings == NULL) { /* of one that has left its heir knows */
        batch_forget_told(batch, key, receiver->name);
        return;
    }
    int64_t unsure = mono_reached(thread->unsure, now.mono) ? 0 : now.wall_ms + mono_between(now.mono, thread->unsure);
    struct stored_told told = { .key = key,
                                .receiver = receiver->name,
                                .episode = thread->episode,
                                .sequence = thread->sequence,
                                .kept = thread->kept,
                                .kept_episode = thread->kept_episode,
                                .unsure_wall_ms = unsure,
                                .place = receiver->destination };
    batch_put_told(batch, &told);
}

void receiver_overtaken(void *context, struct outbox_item *item)
{
    struct receiver *receiver = context;
    struct moment now = loop_now(receiver->app->loop);

    batch_delivery_done(persist_batch(receiver->app), item->id, DELIVERY_OVERTAKEN, now.wall_ms);
    delivery_free(delivery_of(item));
}

void receiver_enqueue(struct receiver *receiver, struct delivery *delivery, struct moment now)
{
    delivery->item.put = now.mono;
    receiver_put_back(receiver, delivery);
    if (delivery->item.thread != NULL)
        receiver_keep_told(receiver, delivery->item.key, now);
}

void receiver_put_back(struct receiver *receiver, struct delivery *delivery)
{
    delivery->receiver = receiver;
    outbox_add(&receiver->outbox, &delivery->item, receiver_overtaken, receiver);
    if (receiver->digesting != NULL)
        digest_collected(delivery);
}

/* What the makers of these allow in a minute, or a second. */
static struct outbox_limits limits_of(const struct receiver_settings *settings)
{
    static const struct outbox_limits limits[RECEIVER_KINDS] = {
        [RECEIVER_PAGERDUTY] = { .burst = 20, .every_ms = 600 }, /* 120 within any minute */
        [RECEIVER_SLACK] = { .burst = 3, .every_ms = 1000 },     /* one a second, short bursts are forgiven */
        [RECEIVER_TEAMS] = { .burst = 4, .every_ms = 250 },
    };
    struct outbox_limits made = limits[settings->kind];

    made.at_once = settings->kind == RECEIVER_DIGEST ? 0 : AT_ONCE;
    made.summarise = settings->kind == RECEIVER_DIGEST || settings->summarise;
    return made;
}

static void receiver_due(void *context, struct moment now)
{
    struct receiver *receiver = context;

    if (failing_look(receiver->app, now))
        app_follow(receiver->app, now);
    deliver_pump(receiver->app, now);
}

static struct receiver *receiver_new(struct app *app, const struct receiver_settings *settings, struct moment now)
{
    struct receiver *receiver = calloc(1, sizeof *receiver);
    struct outbox_limits limits = limits_of(settings);

    if (receiver == NULL)
        abort();
    *receiver = (struct receiver){ .app = app, .name = copy(settings->name), .failing = MONO_NEVER,
                                   .standing = STANDING_GOOD,
                                   .failing_key = engine_receiver_key(settings->name),
                                   .destination = settings_destination(settings) };
    outbox_init(&receiver->outbox, &limits, now.mono);
    receiver->timer = timer_new(app->loop, receiver_due, receiver);
    return receiver;
}

void receiver_free(struct receiver *receiver)
{
    struct outbox_item *item;

    if (receiver->settings == NULL)
        LIST_REMOVE(receiver, gone);
    while ((item = TAILQ_FIRST(&receiver->outbox.all)) != NULL) {
        outbox_take(&receiver->outbox, item);
        delivery_free(delivery_of(item));
    }
    outbox_fini(&receiver->outbox);
    free(receiver->digesting);
    alerts_free(receiver->alerts);
    timer_free(receiver->timer);
    free(receiver->name);
    free(receiver);
}

struct receiver *receivers_find(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        if (strcmp(app->receivers[i]->name, name) == 0)
            return app->receivers[i];
    return NULL;
}

bool receiver_has(const struct receiver *receiver, uint64_t key, uint32_t episode, uint32_t sequence)
{
    const struct outbox_thread *thread = outbox_thread(&receiver->outbox, key);

    return thread != NULL && thread->episode == episode && thread->sequence >= sequence;
}

/* How one kind of receiver is reached. */
static const struct sender *sender_of(const struct receiver_settings *settings)
{
    switch ((enum receiver_kind)settings->kind) {
    case RECEIVER_EXEC:
        return &send_exec;
    case RECEIVER_ALERTMANAGER:
        return &send_alerts;
    case RECEIVER_EMAIL:
        return &send_mail;
    case RECEIVER_STREAM:
        return &send_stream;
    case RECEIVER_DIGEST:
        return &send_digest;
    default:
        return &send_http;
    }
}

/* Settings, old or new: what was wrong before may be right now, so everything may be tried at once. */
static void take_settings(struct receiver *receiver, const struct receiver_settings *settings, struct moment now)
{
    const struct receiver_settings *was = receiver->settings;

    receiver->settings = settings;
    receiver->sender = sender_of(settings);
    receiver->outbox.limits = limits_of(settings);
    digest_adopt(receiver, was, now);
    receiver->lasting = false;
    outbox_retry(&receiver->outbox, now.mono);
    timer_set(receiver->timer, now.mono);
}

/* ---- other settings ---- */

enum likeness { LIKE_WHOLLY, LIKE_IN_DESTINATION, LIKE_IN_NAME, LIKENESSES };

static bool is_like(const struct receiver *receiver, const struct receiver_settings *settings, enum likeness likeness)
{
    bool name = strcmp(receiver->name, settings->name) == 0;
    bool destination = receiver->destination == settings_destination(settings);

    return (name || likeness == LIKE_IN_DESTINATION) && (destination || likeness == LIKE_IN_NAME);
}

/* Who goes to the same destination is the same, whatever it is called; else who has the same name. */
static void find_same(const struct settings *settings, struct receiver **made, struct receiver **was, size_t was_count)
{
    for (enum likeness likeness = 0; likeness < LIKENESSES; likeness++)
        for (size_t i = 0; i < settings->receiver_count; i++)
            for (size_t k = 0; k < was_count && made[i] == NULL; k++)
                if (was[k] != NULL && is_like(was[k], &settings->receivers[i], likeness)) {
                    made[i] = was[k];
                    was[k] = NULL;
                }
}

static void forget_told(void *context, const struct outbox_thread *thread)
{
    struct receiver *receiver = context;

    batch_forget_told(persist_batch(receiver->app), thread->key, receiver->name);
}

static void forget_kept(struct receiver *receiver)
{
    outbox_each_thread(&receiver->outbox, forget_told, receiver);
    digest_forget_kept(receiver);
}

static void take_name(struct receiver *receiver, const struct receiver_settings *settings)
{
    if (strcmp(receiver->name, settings->name) != 0)
        journal_say(receiver->app->journal, LOG_NOTICE,
                    "receiver \"%s\" is called \"%s\" now: what waits for it and what it was told of stay its own",
                    receiver->name, settings->name);
    free(receiver->name);
    receiver->name = copy(settings->name);
    receiver->failing_key = engine_receiver_key(settings->name);
    receiver->destination = settings_destination(settings);
}

/* What is stored goes by names: all of the old ones are taken back before the new ones are put, which may be the same. */
static void rename_all(struct receiver **made, const struct settings *settings)
{
    bool *other = array_take(settings->receiver_count, sizeof *other);

    for (size_t i = 0; i < settings->receiver_count; i++) {
        other[i] = made[i] != NULL && !is_like(made[i], &settings->receivers[i], LIKE_WHOLLY);
        if (other[i])
            forget_kept(made[i]);
    }
    for (size_t i = 0; i < settings->receiver_count; i++)
        if (other[i]) {
            take_name(made[i], &settings->receivers[i]);
            deliver_keep_all(made[i]);
        }
    free(other);
}

static struct receiver **receivers_of(struct app *app, struct receiver **was, size_t was_count, struct moment now)
{
    const struct settings *settings = app->settings;
    struct receiver **made = array_take(settings->receiver_count, sizeof(struct receiver *));

    find_same(settings, made, was, was_count);
    for (size_t i = 0; i < was_count; i++)
        if (was[i] != NULL)
            forget_kept(was[i]);
    rename_all(made, settings);
    for (size_t i = 0; i < settings->receiver_count; i++) {
        if (made[i] == NULL)
            made[i] = receiver_new(app, &settings->receivers[i], now);
        take_settings(made[i], &settings->receivers[i], now);
    }
    return made;
}

void deliver_adopt(struct app *app, struct moment now)
{
    struct receiver **was = app->receivers;
    size_t was_count = app->receiver_count;

    clients_renew(app);
    app->receivers = receivers_of(app, was, was_count, now);
    app->receiver_count = app->settings->receiver_count;
    app->receivers_changed = true;
    for (size_t i = 0; i < was_count; i++)
        if (was[i] != NULL)
            receiver_leave(app, was[i], now);
    for (size_t i = 0; i < app->receiver_count; i++)
        receiver_give_away_all(app->receivers[i], now);
    free(was);
}

static void fill_queue(const struct receiver *receiver, struct queue_view *out, struct moment now)
{
    const struct outbox_item *oldest = outbox_oldest(&receiver->outbox);

    if (receiver->digesting != NULL) {
        digest_show(receiver, out, now);
        return;
    }
    *out = (struct queue_view){ .receiver = receiver->name,
                                .waiting = receiver->outbox.waiting,
                                .oldest_ms = oldest != NULL ? mono_between(oldest->put, now.mono) : -1,
                                .trouble = receiver->trouble[0] != '\0' ? receiver->trouble : NULL };
}

struct queue_view *receivers_queues(const struct app *app, struct moment now)
{
    struct queue_view *queues = array_take(app->receiver_count, sizeof *queues);

    for (size_t i = 0; i < app->receiver_count; i++)
        fill_queue(app->receivers[i], &queues[i], now);
    return queues;
}

void deliver_stop(struct app *app)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        timer_set(app->receivers[i]->timer, MONO_NEVER);
    hooks_stop(app->hooks, STOP_GRACE_MS);
}

void deliver_free(struct app *app)
{
    deliver_drop_ended(app);
    for (size_t i = 0; i < app->receiver_count; i++)
        receiver_free(app->receivers[i]);
    while (!LIST_EMPTY(&app->gone))
        receiver_free(LIST_FIRST(&app->gone));
    free(app->receivers);
    app->receivers = NULL;
    app->receiver_count = 0;
}
