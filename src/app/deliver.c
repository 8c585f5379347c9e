/*
 * Delivery: what is to be told goes into a queue for each receiver, in the same commit as what it tells of, and leaves it
 * when the receiver has taken it. An attempt is written down before anything leaves, so that the next run knows what may
 * be on its way.
 */
#include "app/delivery.h"

#include "app/history.h"
#include "app/receiver_test.h"
#include "paging/setback.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define DISK_AGAIN_MS (10 * 1000)
#define TOLD_TRIES 3      /* failures of one notice that are told; then each TOLD_AGAIN-th */
#define TOLD_AGAIN 20

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

/* ---- putting in ---- */

struct delivery *delivery_new(const char *notice_id)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);

    if (delivery == NULL)
        abort();
    delivery->notice_id = copy(notice_id);
    delivery->item.first = MONO_NEVER;
    return delivery;
}

static void add_one(struct app *app, struct receiver *receiver, const struct effect *effect, const char *json,
                    bool fell, struct moment now)
{
    const struct incident *incident = &effect->incident;
    char id[NOTICE_ID_MAX];
    struct delivery *delivery = delivery_new(notice_id(incident, id));

    bodies_hold(app, delivery, json);
    delivery->created_wall_ms = now.wall_ms;
    delivery->item.id = ++app->store.delivery_id;
    delivery->item.key = incident->key;
    delivery->item.episode = incident->episode;
    delivery->item.sequence = incident->sequence;
    delivery->item.event = effect->event;
    delivery->item.severity = incident->severity;
    delivery->item.serial = app->store.serial;
    delivery->item.fell = fell;
    receiver_enqueue(receiver, delivery, now);
    delivery_keep(app, delivery);
}

void deliver_copy(struct receiver *to, const struct delivery *from, struct moment now)
{
    struct app *app = to->app;
    struct delivery *delivery = delivery_new(from->notice_id);

    bodies_copy(app, delivery, from);
    delivery->created_wall_ms = from->created_wall_ms;
    delivery->item = (struct outbox_item){ .id = ++app->store.delivery_id,
                                           .key = from->item.key,
                                           .episode = from->item.episode,
                                           .sequence = from->item.sequence,
                                           .event = from->item.event,
                                           .severity = from->item.severity,
                                           .first = MONO_NEVER,
                                           .serial = app->store.serial };
    receiver_enqueue(to, delivery, now);
    delivery_keep(app, delivery);
}

void deliver_end(struct receiver *receiver, const struct effect *effect, struct moment now)
{
    struct app *app = receiver->app;
    struct outbox_thread *thread = outbox_thread_get(&receiver->outbox, effect->incident.key);
    uint32_t episode = thread->episode, sequence = thread->sequence;
    char *json = effects_notice(app, effect, now);

    add_one(app, receiver, effect, json, false, now);
    thread->episode = episode;
    thread->sequence = sequence;
    receiver_keep_told(receiver, thread->key, now);
    free(json);
}

struct choice {
    const struct app *app;
    const struct incident *incident;
    bool *chosen;
};

static void choose_for(void *context, const struct circuit_settings *circuit)
{
    const struct choice *choice = context;

    routing_choose(choice->app, choice->incident, choice->incident->severity, circuit, choice->chosen);
}

/* Without its disk or its memory the watch itself is in danger: that is for everybody. */
static bool is_of_host(const struct effect *effect)
{
    return effect->incident.rule == RULE_UNEXPECTED_ANSWER && effect->target.scope == SCOPE_LOCAL;
}

static void choose(const struct app *app, const struct effect *effect, bool *chosen)
{
    const struct incident *incident = &effect->incident;

    if (incident->rule == RULE_DELIVERY_FAILING) {
        failing_choose(app, incident->key, chosen);
        return;
    }
    for (size_t i = 0; i < app->receiver_count && is_of_host(effect); i++)
        chosen[i] = true;
    engine_each_routed(app->engine, effect->target, choose_for, &(struct choice){ app, incident, chosen });
    if (incident->escalated)
        routing_escalate(app, chosen);
}

/*
 * Whoever was told of this episode is told how it goes on, whatever the routes say by now; its end, and that somebody has
 * taken it on, go to nobody else. Of trouble with a receiver all the others hear.
 */
void deliver_add(struct app *app, struct effect *effect, const char *json, struct moment now)
{
    const struct incident *incident = &effect->incident;
    bool *chosen = array_take(app->receiver_count, sizeof *chosen);

    if (effect->event != EVENT_CLEARED && effect->event != EVENT_ACKNOWLEDGED)
        choose(app, effect, chosen);
    for (size_t i = 0; i < app->receiver_count; i++)
        chosen[i] = chosen[i] || outbox_was_told(&app->receivers[i]->outbox, incident->key, incident->episode);
    fallback_follow(app, chosen, incident->key, now);
    for (size_t i = 0; i < app->receiver_count; i++)
        if (chosen[i])
            add_one(app, app->receivers[i], effect, json, fallback_is_told(app->receivers[i], chosen), now);
    free(chosen);
}

/* ---- the end of an attempt ---- */

static void tell_delivery(const struct delivery *delivery, enum message message, const char *text)
{
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", delivery->receiver->name },
                                            { "ERWATCH_NOTICE_ID", delivery->notice_id } };

    tell_message(delivery->receiver->app, message, -1, text, fields, 2);
}

static void keep_what_it_said(struct delivery *delivery, const struct wire_outcome *outcome, struct moment now)
{
    struct outbox_thread *thread = delivery->item.thread;

    if (thread == NULL || outcome->kept[0] == '\0')
        return;
    free(thread->kept);
    thread->kept = copy(outcome->kept);
    thread->kept_episode = delivery->item.episode;
    receiver_keep_told(delivery->receiver, thread->key, now);
}

static void delivered(struct delivery *delivery, int64_t took_ms, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    struct app *app = receiver->app;
    uint64_t key = delivery->item.key;
    bool ends = outbox_ends(&delivery->item);
    char text[512];

    snprintf(text, sizeof text, "%s took notice %s after %lld ms, try %u", receiver->name, delivery->notice_id,
             (long long)took_ms, delivery->item.attempts);
    tell_delivery(delivery, MESSAGE_DELIVERY_SUCCEEDED, text);
    if (delivery->item.event < RULE_EVENTS) {
        snprintf(text, sizeof text, "%s took the notice \"%s\", try %u", receiver->name,
                 rule_event_name(delivery->item.event), delivery->item.attempts);
        history_done(app, key, delivery->item.episode, "delivered", receiver->name, text, now);
    }
    receiver->trouble[0] = '\0';
    receiver->lasting = false;
    receiver->tried = true;
    receiver->failing = MONO_NEVER;
    batch_delivery_done(persist_batch(app), delivery->item.id, DELIVERY_DONE, now.wall_ms);
    outbox_delivered(&receiver->outbox, &delivery->item, now.mono);
    if (ends)
        receiver_keep_told(receiver, key, now);
    delivery_free(delivery);
}

static void note_failure(struct delivery *delivery, const char *why, int64_t pause_ms)
{
    struct receiver *receiver = delivery->receiver;
    uint32_t attempts = delivery->item.attempts;
    char text[800];

    snprintf(receiver->trouble, sizeof receiver->trouble, "%s", why);
    if (attempts > TOLD_TRIES && attempts % TOLD_AGAIN != 0) /* the same trouble is not told for ever */
        return;
    snprintf(text, sizeof text, "%s did not take notice %s: %s; trying again in %lld s", receiver->name,
             delivery->notice_id, why, (long long)(pause_ms + 500) / 1000);
    tell_delivery(delivery, MESSAGE_DELIVERY_FAILED, text);
}

static void not_delivered(struct delivery *delivery, const struct wire_outcome *outcome, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    struct outbox_item *item = &delivery->item;

    receiver->tried = true;
    if (receiver->failing.ms == MONO_NEVER.ms)
        receiver->failing = now.mono;
    struct setback_of of = { .answer = outcome->answer,
                             .retry_after_ms = outcome->retry_after_ms,
                             .program = receiver->sender == &send_exec,
                             .attempts = item->attempts,
                             .since_first_ms = mono_between(item->first, now.mono),
                             .page = item->severity == SEVERITY_CRITICAL,
                             .minimal = item->minimal,
                             .failures = receiver->outbox.failures,
                             .failing_ms = mono_between(receiver->failing, now.mono),
                             .random = app_random(receiver->app) };
    struct outbox_setback setback = setback_make(&of);
    struct outbox_thread *thread = item->thread;
    note_failure(delivery, outcome->why, setback.pause_ms);
    if (setback.minimal && !item->minimal && thread != NULL)
        batch_delivery_minimal(persist_batch(receiver->app), item->id);
    outbox_failed(&receiver->outbox, item, &setback, now.mono);
    if (thread != NULL && setback.unsure_ms > 0)
        receiver_keep_told(receiver, thread->key, now);
    receiver->lasting = setback_lasts(&of) && setback.whole;
    if (setback_lasts(&of) && !setback.whole) {
        failing_note_refusal(delivery);
        fallback_give(receiver, delivery, now);
    }
    bodies_rest(delivery);
}

/* The settings may have changed meanwhile, so that it can no longer be sent here. */
static void give_again(struct delivery *delivery, const struct wire_outcome *outcome, struct moment now)
{
    const struct receiver *receiver = delivery->receiver;

    if (receiver->settings != NULL && !receiver_takes(receiver, delivery->item.event))
        receiver_give_away(delivery, now);
    else
        not_delivered(delivery, outcome, now);
}

void deliver_answered(struct delivery *delivery, const struct wire_outcome *outcome, int64_t took_ms, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    struct app *app = receiver->app;

    keep_what_it_said(delivery, outcome, now);
    if (delivery->test != NULL && !receiver_test_ended(delivery->test, outcome, took_ms, now))
        receiver_test_drop(delivery->test, now); /* it is tried once */
    else if (outcome->answer != ANSWER_DELIVERED && !app->stopping) /* else it is sent again after the next start */
        give_again(delivery, outcome, now);
    else if (outcome->answer == ANSWER_DELIVERED && (!outcome->more || receiver->settings == NULL))
        delivered(delivery, took_ms, now);
    else if (!app->stopping) {
        receiver->sender->send(delivery, now); /* its second request */
        return;
    }
    if (receiver->settings == NULL)
        receiver_leave(app, receiver, now);
    if (!app->stopping)
        failing_look(app, now);
    app_follow(app, now);
    deliver_pump(app, now);
    app_stop_if_idle(app);
}

struct ended {
    struct ended *next;
    struct delivery *delivery;
    struct wire_outcome outcome;
};

static void tell_ended(void *context, struct moment now)
{
    struct app *app = context;
    struct ended *ended = app->ended;

    app->ended = NULL;
    for (struct ended *at = ended, *next; at != NULL; at = next) {
        next = at->next;
        deliver_answered(at->delivery, &at->outcome, 0, now);
        free(at);
    }
}

void deliver_answer_soon(struct delivery *delivery, const struct wire_outcome *outcome, struct moment now)
{
    struct app *app = delivery->receiver->app;
    struct ended *ended = array_take(1, sizeof *ended);

    *ended = (struct ended){ .next = app->ended, .delivery = delivery, .outcome = *outcome };
    app->ended = ended;
    if (app->ended_timer == NULL)
        app->ended_timer = timer_new(app->loop, tell_ended, app);
    timer_set(app->ended_timer, now.mono);
}

void deliver_drop_ended(struct app *app)
{
    while (app->ended != NULL) {
        struct ended *ended = app->ended;
        app->ended = ended->next;
        free(ended);
    }
    timer_free(app->ended_timer);
    app->ended_timer = NULL;
}

/* ---- sending ---- */

/* By a tenth at a time, so that it is told seldom. */
static void thin(struct receiver *receiver)
{
    size_t waiting = receiver->outbox.waiting, most = bodies_most(receiver);
    size_t gone = waiting > most ? outbox_thin(&receiver->outbox, most - most / 10, receiver_overtaken, receiver) : 0;

    if (gone > 0)
        journal_say(receiver->app->journal, LOG_WARNING,
                    "%zu notices wait for receiver \"%s\", more than there is room for; %zu of the oldest that have come "
                    "to an end are left out",
                    waiting, receiver->name, gone);
}

/* Written down first; deliver_pump() sends it when that is kept. */
static void start(struct app *app, struct delivery *delivery, struct moment now)
{
    delivery->attempt = app->store.serial;
    batch_delivery_attempt(persist_batch(app), delivery->item.id, delivery->item.attempts, now.wall_ms);
    delivery->next = app->leaving;
    app->leaving = delivery;
}

/* Its text is on a disk that hangs; what else waits goes on. */
static void postpone(struct delivery *delivery, struct moment now)
{
    outbox_postpone(&delivery->receiver->outbox, &delivery->item, mono_after(now.mono, DISK_AGAIN_MS));
}

static void pump(struct app *app, struct receiver *receiver, struct moment now)
{
    struct outbox_item *item;

    thin(receiver);
    outbox_settle(&receiver->outbox, persist_kept(app));
    while ((item = outbox_next(&receiver->outbox, now.mono)) != NULL)
        if (bodies_reachable(delivery_of(item), now))
            start(app, delivery_of(item), now);
        else
            postpone(delivery_of(item), now);
    struct mono falls = fallback_look(receiver, now);
    struct mono due = mono_earlier(outbox_due(&receiver->outbox), falls);
    due = mono_earlier(due, digest_due(receiver, now));
    timer_set(receiver->timer, mono_earlier(due, failing_due(receiver, now)));
}

static void send_leaving(struct app *app, struct moment now)
{
    struct delivery *leaving = app->leaving;

    app->leaving = NULL;
    for (struct delivery *at = leaving, *next; at != NULL; at = next) {
        next = at->next;
        if (!bodies_reachable(at, now)) {
            postpone(at, now);
        } else if (at->attempt <= persist_kept(app) && at->body != NULL) {
            at->receiver->sender->send(at, now);
        } else {
            at->next = app->leaving;
            app->leaving = at;
        }
    }
    bodies_fetch(app);
}

void deliver_pump(struct app *app, struct moment now)
{
    if (app->stopping)
        return;
    bodies_kept(app);
    digests_look(app, now);
    for (size_t i = 0; i < app->receiver_count; i++)
        pump(app, app->receivers[i], now);
    persist_flush(app);
    send_leaving(app, now);
}
