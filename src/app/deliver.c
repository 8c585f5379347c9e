/*
 * Delivery: each receiver has a queue of its own and works through it in order, one notice of an incident at a time, a few
 * incidents at once. A notice is sent only after it is on the disk, tried until it is taken, and marked only then.
 */
#include "app/delivery.h"

#include "io/harmless.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define AT_ONCE 4 /* runs of one receiver */
#define OUTPUT_TOLD 4000 /* bytes of a hook's output that go to the journal */

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

static struct delivery *make_delivery(struct app *app, const struct incident *incident, enum rule_event event,
                                      const char *json, struct moment now)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);
    char id[NOTICE_ID_MAX];

    if (delivery == NULL)
        abort();
    *delivery = (struct delivery){ .id = ++app->store.delivery_id,
                                   .key = incident->key,
                                   .episode = incident->episode,
                                   .sequence = incident->sequence,
                                   .event = (uint8_t)event,
                                   .severity = incident->severity,
                                   .body = copy(json),
                                   .notice_id = copy(notice_id(incident, id)),
                                   .created_wall_ms = now.wall_ms,
                                   .first = now.mono,
                                   .due = now.mono,
                                   .serial = app->store.serial };
    return delivery;
}

void delivery_keep(struct app *app, const struct delivery *delivery)
{
    struct stored_delivery stored = { .id = delivery->id,
                                      .receiver = delivery->receiver->name,
                                      .notice_id = delivery->notice_id,
                                      .key = delivery->key,
                                      .episode = delivery->episode,
                                      .sequence = delivery->sequence,
                                      .event = delivery->event,
                                      .severity = delivery->severity,
                                      .body = delivery->body,
                                      .created_wall_ms = delivery->created_wall_ms,
                                      .attempts = delivery->attempts,
                                      .state = DELIVERY_WAITING };
    batch_put_delivery(persist_batch(app), &stored);
}

/*
 * Whoever was told of this episode is told how it goes on: receivers are chosen for every severity that the episode has
 * been told with, and for the present one.
 */
void deliver_add(struct app *app, struct effect *effect, const char *json, struct moment now)
{
    const struct circuit_settings *circuit = engine_routed(app->engine, effect->target);
    bool *chosen = calloc(app->receiver_count + 1, sizeof *chosen);

    if (chosen == NULL)
        abort();
    for (unsigned severity = SEVERITY_INFO; severity < SEVERITIES; severity++)
        if (effect->incident.told & 1U << severity)
            routing_choose(app, &effect->incident, (uint8_t)severity, circuit, chosen);
    /* of what is no longer watched only the id is left, no label that a route could match: everybody hears the end */
    bool left = effect->target.scope == SCOPE_FORMER ||
                (effect->target.scope == SCOPE_PORT &&
                 engine_port_circuit(app->engine, effect->target.index) == app->settings->circuit_count) ||
                (effect->target.scope == SCOPE_CIRCUIT && effect->target.index >= app->settings->circuit_count);
    for (size_t i = 0; i < app->receiver_count; i++) {
        if (!chosen[i] && !left)
            continue;
        struct delivery *delivery = make_delivery(app, &effect->incident, effect->event, json, now);
        receiver_enqueue(app->receivers[i], delivery);
        delivery_keep(app, delivery);
    }
    free(chosen);
}

static struct receiver *find_receiver(struct app *app, const char *name)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        if (strcmp(app->receivers[i]->name, name) == 0)
            return app->receivers[i];
    return NULL;
}

void deliver_restore(struct app *app, const struct stored_delivery *stored, struct moment now)
{
    struct receiver *receiver = find_receiver(app, stored->receiver);
    bool moved = receiver == NULL;

    if (moved)
        receiver = receivers_heir(app);
    if (receiver == NULL) {
        journal_say(app->journal, LOG_WARNING,
                    "notice %s was for receiver \"%s\", and there is no receiver any more; dropped",
                    stored->notice_id, stored->receiver);
        batch_delivery_done(persist_batch(app), stored->id, DELIVERY_OVERTAKEN, now.wall_ms);
        return;
    }
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (delivery == NULL)
        abort();
    *delivery = (struct delivery){ .id = stored->id,
                                   .key = stored->key,
                                   .episode = stored->episode,
                                   .sequence = stored->sequence,
                                   .attempts = stored->attempts,
                                   .event = stored->event,
                                   .severity = stored->severity,
                                   .body = copy(stored->body),
                                   .notice_id = copy(stored->notice_id),
                                   .created_wall_ms = stored->created_wall_ms,
                                   .first = now.mono,
                                   .due = now.mono };
    receiver_enqueue(receiver, delivery);
    if (moved)
        delivery_keep(app, delivery);
}

void deliver_each(struct app *app, void (*each)(void *, const struct delivery *), void *context)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        for (const struct delivery *at = app->receivers[i]->first; at != NULL; at = at->next)
            each(context, at);
}

/* ---- sending ---- */

static void note_output(struct app *app, const struct receiver *receiver, const struct hook_reply *reply)
{
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", receiver->name } };
    char output[OUTPUT_TOLD + 4], text[OUTPUT_TOLD + 300];

    if (reply->output_len == 0)
        return;
    harmless_text(reply->output, reply->output_len, HARMLESS_ONE_LINE, output, sizeof output);
    snprintf(text, sizeof text, "%s: the hook wrote: %s", receiver->name, output);
    tell_message(app, MESSAGE_HOOK_OUTPUT, -1, text, fields, 1);
}

static void describe(const struct hook_reply *reply, char *text, size_t size)
{
    switch (reply->end) {
    case HOOK_EXITED:
        snprintf(text, size, "the hook ended with exit status %d", reply->status);
        break;
    case HOOK_SIGNALLED:
        snprintf(text, size, "the hook was ended by signal %d", reply->status);
        break;
    case HOOK_TIMED_OUT:
        snprintf(text, size, "the hook did not end within its time limit");
        break;
    default:
        snprintf(text, size, "the hook could not be started: %s", reply->why != NULL ? reply->why : "no reason given");
    }
}

static void tell_delivery(struct app *app, const struct delivery *delivery, enum message message, const char *text)
{
    char identity[NOTICE_ID_MAX + 8];

    snprintf(identity, sizeof identity, "%s", delivery->notice_id);
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", delivery->receiver->name },
                                            { "ERWATCH_NOTICE_ID", identity } };
    tell_message(app, message, -1, text, fields, 2);
}

static void delivered(struct app *app, struct delivery *delivery, int64_t took_ms, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    char text[512];

    snprintf(text, sizeof text, "%s took notice %s after %lld ms, try %u", receiver->name, delivery->notice_id,
             (long long)took_ms, delivery->attempts);
    tell_delivery(app, delivery, MESSAGE_DELIVERY_SUCCEEDED, text);
    receiver->trouble[0] = '\0';
    batch_delivery_done(persist_batch(app), delivery->id, DELIVERY_DONE, now.wall_ms);
    receiver_unlink(receiver, delivery);
    delivery_free(delivery);
}

static void not_delivered(struct app *app, struct delivery *delivery, const struct hook_reply *reply, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    int64_t pause = retry_pause_ms(ANSWER_LATER, delivery->attempts, mono_between(delivery->first, now.mono),
                                   delivery->severity == SEVERITY_CRITICAL, app_random(app));
    char text[800];

    describe(reply, receiver->trouble, sizeof receiver->trouble);
    snprintf(text, sizeof text, "%s did not take notice %s: %s; trying again in %lld s", receiver->name,
             delivery->notice_id, receiver->trouble, (long long)(pause + 500) / 1000);
    delivery->due = mono_after(now.mono, pause);
    if (delivery->attempts <= 3 || delivery->attempts % 20 == 0) /* the same trouble is not told for ever */
        tell_delivery(app, delivery, MESSAGE_DELIVERY_FAILED, text);
}

static void hook_ended(void *context, const struct hook_reply *reply, struct moment now)
{
    struct delivery *delivery = context;
    struct receiver *receiver = delivery->receiver;
    struct app *app = receiver->app;

    delivery->busy = false;
    receiver->running--;
    note_output(app, receiver, reply);
    if (exec_answer(reply->end == HOOK_EXITED, reply->status) == ANSWER_DELIVERED)
        delivered(app, delivery, reply->took_ms, now);
    else if (!app->stopping) /* one that our own end cut short is run again after the next start */
        not_delivered(app, delivery, reply, now);
    if (receiver->settings == NULL)
        receiver_leave(app, receiver, now);
    app_follow(app, now);
    deliver_pump(app, now);
    app_stop_if_idle(app);
}

static void run_hook(struct delivery *delivery)
{
    struct receiver *receiver = delivery->receiver;
    char **environment = exec_environment(delivery->body);
    struct hook_request request = { .argv = receiver->settings->exec.argv,
                                    .environment = (const char *const *)environment,
                                    .input = delivery->body,
                                    .input_len = strlen(delivery->body),
                                    .timeout_ms = receiver->settings->exec.timeout_ms };
    assert(environment != NULL); /* the body is our own */
    hook_start(receiver->app->hooks, &request, hook_ended, delivery);
    exec_environment_free(environment);
}

/* Is something earlier of the same incident still in the queue? Notices of one incident arrive in order. */
static bool is_next_of_incident(const struct delivery *delivery)
{
    for (const struct delivery *at = delivery->receiver->first; at != delivery; at = at->next)
        if (at->key == delivery->key)
            return false;
    return true;
}

/* The start of an attempt is written down in the next commit; what may have left twice carries the same id. */
static void start(struct app *app, struct delivery *delivery, struct moment now)
{
    delivery->busy = true;
    delivery->receiver->running++;
    delivery->attempts++;
    batch_delivery_attempt(persist_batch(app), delivery->id, delivery->attempts, now.wall_ms);
    run_hook(delivery);
}

static void pump(struct app *app, struct receiver *receiver, struct moment now)
{
    struct mono due = MONO_NEVER;

    for (struct delivery *at = receiver->first; at != NULL && receiver->running < AT_ONCE; at = at->next) {
        if (at->busy || !persist_sendable(app, at->serial) || !is_next_of_incident(at))
            continue;
        if (mono_reached(at->due, now.mono))
            start(app, at, now);
        else
            due = mono_earlier(due, at->due);
    }
    timer_set(receiver->timer, due);
}

void deliver_pump(struct app *app, struct moment now)
{
    if (app->stopping)
        return;
    for (size_t i = 0; i < app->receiver_count; i++)
        pump(app, app->receivers[i], now);
    persist_flush(app);
}

void receiver_due(void *context, struct moment now)
{
    struct receiver *receiver = context;

    deliver_pump(receiver->app, now);
}
