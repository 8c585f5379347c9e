/* The receivers and their queues: made from settings, carried over to other ones by name, left when they are gone. */
#include "app/delivery.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define STOP_GRACE_MS 2000

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

void delivery_free(struct delivery *delivery)
{
    free(delivery->body);
    free(delivery->notice_id);
    free(delivery);
}

void receiver_enqueue(struct receiver *receiver, struct delivery *delivery)
{
    delivery->receiver = receiver;
    delivery->next = NULL;
    *receiver->last = delivery;
    receiver->last = &delivery->next;
    receiver->waiting++;
}

void receiver_unlink(struct receiver *receiver, struct delivery *delivery)
{
    struct delivery **at = &receiver->first;

    while (*at != delivery)
        at = &(*at)->next;
    *at = delivery->next;
    if (receiver->last == &delivery->next)
        receiver->last = at;
    receiver->waiting--;
}

static struct receiver *receiver_new(struct app *app, const struct receiver_settings *settings)
{
    struct receiver *receiver = calloc(1, sizeof *receiver);

    if (receiver == NULL)
        abort();
    *receiver = (struct receiver){ .app = app, .settings = settings, .name = copy(settings->name) };
    receiver->last = &receiver->first;
    receiver->timer = timer_new(app->loop, receiver_due, receiver);
    return receiver;
}

static void receiver_free(struct receiver *receiver)
{
    for (struct delivery *at = receiver->first, *next; at != NULL; at = next) {
        next = at->next;
        delivery_free(at);
    }
    timer_free(receiver->timer);
    free(receiver->name);
    free(receiver);
}

struct receiver *receivers_heir(const struct app *app)
{
    const struct settings *settings = app->settings;

    if (app->receiver_count == 0)
        return NULL;
    if (settings->route_count == 0)
        return app->receivers[app->receiver_count - 1];
    return app->receivers[settings->routes[settings->route_count - 1].to[0]];
}

/* What waits for a receiver that is gone goes to the one that gets what no route matches; without any it is dropped. */
static void hand_over(struct app *app, struct delivery *delivery, struct moment now)
{
    struct receiver *heir = receivers_heir(app);

    if (heir == NULL) {
        batch_delivery_done(persist_batch(app), delivery->id, DELIVERY_OVERTAKEN, now.wall_ms);
        delivery_free(delivery);
        return;
    }
    delivery->due = now.mono;
    receiver_enqueue(heir, delivery);
    delivery_keep(app, delivery);
}

/* No longer in the settings: what waits is handed over, and said so; what runs may end. */
void receiver_leave(struct app *app, struct receiver *receiver, struct moment now)
{
    size_t moved = 0;

    for (struct delivery *at = receiver->first, *next; at != NULL; at = next) {
        next = at->next;
        if (at->busy)
            continue;
        receiver_unlink(receiver, at);
        hand_over(app, at, now);
        moved++;
    }
    if (moved > 0)
        journal_say(app->journal, LOG_WARNING, "receiver \"%s\" is no longer in the settings; %zu notices for it %s %s",
                    receiver->name, moved, app->receiver_count > 0 ? "go to" : "are dropped, there is no other",
                    app->receiver_count > 0 ? receivers_heir(app)->name : "");
    receiver->settings = NULL;
    timer_set(receiver->timer, MONO_NEVER);
    if (receiver->running == 0)
        receiver_free(receiver);
}

static struct receiver **receivers_of(struct app *app, struct receiver **was, size_t was_count)
{
    const struct settings *settings = app->settings;
    struct receiver **made = calloc(settings->receiver_count + 1, sizeof *made);

    if (made == NULL)
        abort();
    for (size_t i = 0; i < settings->receiver_count; i++) {
        for (size_t k = 0; k < was_count && made[i] == NULL; k++)
            if (was[k] != NULL && strcmp(was[k]->name, settings->receivers[i].name) == 0) {
                made[i] = was[k];
                was[k] = NULL;
            }
        if (made[i] == NULL)
            made[i] = receiver_new(app, &settings->receivers[i]);
        made[i]->settings = &settings->receivers[i];
    }
    return made;
}

void deliver_adopt(struct app *app, struct moment now)
{
    struct receiver **was = app->receivers;
    size_t was_count = app->receiver_count;

    app->receivers = receivers_of(app, was, was_count);
    app->receiver_count = app->settings->receiver_count;
    for (size_t i = 0; i < was_count; i++)
        if (was[i] != NULL)
            receiver_leave(app, was[i], now);
    free(was);
}

void deliver_stop(struct app *app)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        timer_set(app->receivers[i]->timer, MONO_NEVER);
    hooks_stop(app->hooks, STOP_GRACE_MS);
}

void deliver_free(struct app *app)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        receiver_free(app->receivers[i]);
    free(app->receivers);
    app->receivers = NULL;
    app->receiver_count = 0;
}
