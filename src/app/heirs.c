/*
 * Receivers that leave the settings, and who comes after them. One that goes to the same destination is the same to
 * everybody outside: it takes over what waits, what was told, and under which key. Else the receiver that gets what no
 * route matches hears the end of what was told, and the journal says what stays open at the old place.
 */
#include "app/heirs.h"

#include "app/alerts.h"
#include "app/receiver_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

/* ---- who comes after whom ---- */

static bool sends(const struct receiver *receiver)
{
    return receiver->settings->kind != RECEIVER_DIGEST;
}

static bool has_form(const struct receiver *receiver)
{
    return receiver_takes_digests(receiver->settings->kind, receiver->settings->wire.format);
}

static bool is_there(const struct receiver *receiver)
{
    return receiver != NULL;
}

/* The last route's come first: they get what no route matches. */
static struct receiver *first_that(const struct app *app, bool (*fits)(const struct receiver *receiver))
{
    const struct settings *settings = app->settings;
    const struct route_settings *last = settings->route_count > 0 ? &settings->routes[settings->route_count - 1] : NULL;

    for (size_t i = 0; last != NULL && i < last->to_count; i++)
        if (fits(app->receivers[last->to[i]]))
            return app->receivers[last->to[i]];
    for (size_t i = app->receiver_count; i > 0; i--)
        if (fits(app->receivers[i - 1]))
            return app->receivers[i - 1];
    return NULL;
}

/* What waited to be sent should not wait for a digest, if there is anybody else. */
struct receiver *receivers_heir(const struct app *app)
{
    struct receiver *heir = first_that(app, sends);

    return heir != NULL ? heir : first_that(app, is_there);
}

bool receiver_takes(const struct receiver *receiver, uint8_t event)
{
    return event != OUTBOX_DIGEST || has_form(receiver);
}

struct receiver *receivers_for(const struct app *app, struct receiver *after, uint8_t event)
{
    return after == NULL || receiver_takes(after, event) ? after : first_that(app, has_form);
}

struct receiver *receivers_after(const struct app *app, const char *name, uint64_t destination)
{
    struct receiver *named = receivers_find(app, name);

    if (named != NULL && named->destination == destination)
        return named;
    for (size_t i = 0; i < app->receiver_count; i++)
        if (app->receivers[i]->destination == destination)
            return app->receivers[i];
    return named != NULL ? named : receivers_heir(app);
}

/* ---- what stays open ---- */

#define LISTED 10 /* incidents that are named */
#define IDENTITY_MAX 32

/* What was told where nobody will say that it is over. */
struct farewell {
    size_t count;
    char listed[LISTED * IDENTITY_MAX];
};

static void note(struct farewell *farewell, uint64_t key, uint32_t episode)
{
    size_t used = strlen(farewell->listed);

    if (farewell->count++ < LISTED)
        snprintf(farewell->listed + used, sizeof farewell->listed - used, "%s%016" PRIx64 "-%" PRIu32,
                 used > 0 ? ", " : "", key, episode);
}

static void say(struct app *app, const char *name, const struct farewell *farewell, const struct receiver *heir)
{
    char more[48] = "";

    if (farewell->count == 0)
        return;
    if (farewell->count > LISTED)
        snprintf(more, sizeof more, " and %zu more", farewell->count - LISTED);
    journal_say(app->journal, LOG_WARNING,
                "receiver \"%s\" is no longer in the settings; what it was told of is not closed there: %s%s; %s%s", name,
                farewell->listed, more, heir != NULL ? "the end goes to " : "there is no receiver to hear the end",
                heir != NULL ? heir->name : "");
}

/* Nothing of the episode has left as long as its first notice waits and does not run. */
static bool was_heard(const struct outbox_thread *thread)
{
    const struct outbox_item *at;

    TAILQ_FOREACH(at, &thread->waiting, next)
        if (at->episode == thread->episode)
            return at->event != EVENT_RAISED || at->busy;
    return thread->episode != 0;
}

/* ---- what was told ---- */

/* Up to which notice: those that wait are put into the other queue, if they are. */
static uint32_t heard_up_to(const struct outbox_thread *thread)
{
    const struct outbox_item *at;

    TAILQ_FOREACH(at, &thread->waiting, next)
        if (at->episode == thread->episode)
            return at->sequence - 1;
    return thread->sequence;
}

static void take_key(struct outbox_thread *to, const struct outbox_thread *from)
{
    if (to->kept != NULL || from->kept == NULL || to->episode != from->episode)
        return;
    to->kept = strdup(from->kept);
    if (to->kept == NULL)
        abort();
    to->kept_episode = from->kept_episode;
}

void told_take(struct receiver *to, const struct outbox_thread *from, bool same_place)
{
    if (to->failing_key == from->key)
        return;
    struct outbox_thread *thread = outbox_thread_get(&to->outbox, from->key);
    if (thread->episode < from->episode) {
        thread->episode = from->episode;
        thread->sequence = same_place ? heard_up_to(from) : 0; /* it hears how it goes on, and has heard nothing yet */
    }
    if (same_place) {
        take_key(thread, from);
        thread->unsure = mono_later(thread->unsure, from->unsure);
    }
}

/* ---- one that leaves ---- */

struct leaving {
    struct receiver *receiver, *heir; /* heir NULL: there is none */
    bool same_place;
    struct moment now;
    struct farewell farewell;
};

static void bequeath(void *context, const struct outbox_thread *thread)
{
    struct leaving *leaving = context;

    if (!was_heard(thread))
        return;
    if (!leaving->same_place)
        note(&leaving->farewell, thread->key, thread->episode);
    if (leaving->heir == NULL)
        return;
    told_take(leaving->heir, thread, leaving->same_place);
    receiver_keep_told(leaving->heir, thread->key, leaving->now);
}

/* What went to a fallback is told. One that goes to the same place is told all the same, as when that is back. */
static bool is_superfluous(const struct leaving *leaving, const struct receiver *heir, const struct outbox_item *item)
{
    return heir == NULL || item->event == OUTBOX_TEST || heir->failing_key == item->key ||
           (item->fell && !leaving->same_place) || receiver_has(heir, item->key, item->episode, item->sequence);
}

static void drop(struct app *app, struct delivery *delivery, struct moment now)
{
    batch_delivery_done(persist_batch(app), delivery->item.id, DELIVERY_OVERTAKEN, now.wall_ms);
    delivery_free(delivery);
}

static void move_to(struct receiver *heir, struct delivery *delivery, bool same_place, struct moment now)
{
    struct app *app = heir->app;

    failing_forget_refusal(delivery);
    delivery->item.attempts = 0;
    delivery->item.minimal = delivery->item.minimal && same_place;
    delivery->item.serial = app->store.serial;
    receiver_enqueue(heir, delivery, now);
    delivery_keep(app, delivery);
}

static void hand_over(const struct leaving *leaving, struct delivery *delivery)
{
    struct app *app = leaving->receiver->app;
    struct receiver *heir = receivers_for(app, leaving->heir, delivery->item.event);

    if (is_superfluous(leaving, heir, &delivery->item))
        drop(app, delivery, leaving->now);
    else
        move_to(heir, delivery, leaving->same_place, leaving->now);
}

/* Those that wait for their attempt to be written down have not left. */
static void call_back(struct receiver *receiver)
{
    struct delivery **at = &receiver->app->leaving;
    struct outbox_setback none = { 0 };

    while (*at != NULL) {
        struct delivery *delivery = *at;
        if (delivery->receiver != receiver) {
            at = &delivery->next;
            continue;
        }
        *at = delivery->next;
        outbox_failed(&receiver->outbox, &delivery->item, &none, delivery->item.put);
    }
}

/* It runs, or stands behind one that does and must not get before it. */
static bool is_held(const struct outbox_item *item)
{
    return item->busy || (item->thread != NULL && TAILQ_FIRST(&item->thread->waiting)->busy);
}

void receiver_give_away(struct delivery *delivery, struct moment now)
{
    struct receiver *was = delivery->receiver, *to = first_that(was->app, has_form);

    outbox_take(&was->outbox, &delivery->item);
    if (to != NULL) {
        move_to(to, delivery, false, now);
        return;
    }
    journal_say(was->app->journal, LOG_WARNING, "%s is dropped: no receiver has a form for a digest any more",
                delivery->notice_id);
    drop(was->app, delivery, now);
}

void receiver_give_away_all(struct receiver *receiver, struct moment now)
{
    for (struct outbox_item *at = TAILQ_FIRST(&receiver->outbox.all), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, all);
        if (!is_held(at) && !receiver_takes(receiver, at->event))
            receiver_give_away(delivery_of(at), now);
    }
}

static size_t hand_over_all(const struct leaving *leaving)
{
    struct outbox *outbox = &leaving->receiver->outbox;
    size_t moved = 0;

    for (struct outbox_item *at = TAILQ_FIRST(&outbox->all), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, all);
        if (is_held(at))
            continue;
        outbox_take(outbox, at);
        hand_over(leaving, delivery_of(at));
        moved++;
    }
    return moved;
}

/* No longer in the settings: what waits is handed over, and said so; what runs may end. */
void receiver_leave(struct app *app, struct receiver *receiver, struct moment now)
{
    struct receiver *heir = receivers_after(app, receiver->name, receiver->destination);
    struct leaving leaving = { .receiver = receiver, .heir = heir, .now = now,
                               .same_place = heir != NULL && heir->destination == receiver->destination };

    receiver_test_refuse(receiver, "the receiver is no longer in the settings");
    call_back(receiver);
    if (receiver->settings != NULL) /* else it is here again: an attempt has ended */
        outbox_each_thread(&receiver->outbox, bequeath, &leaving);
    if (leaving.same_place)
        alerts_take(heir, receiver, now);
    size_t moved = hand_over_all(&leaving);
    if (moved > 0)
        journal_say(app->journal, LOG_WARNING, "receiver \"%s\" is no longer in the settings; %zu notices for it %s %s",
                    receiver->name, moved, heir != NULL ? "go to" : "are dropped, there is no other",
                    heir != NULL ? heir->name : "");
    say(app, receiver->name, &leaving.farewell, heir);
    if (receiver->settings != NULL)
        LIST_INSERT_HEAD(&app->gone, receiver, gone);
    receiver->settings = NULL;
    timer_set(receiver->timer, MONO_NEVER);
    if (receiver->outbox.running == 0)
        receiver_free(receiver);
}

/* ---- those that left while the daemon did not run ---- */

struct departed {
    struct departed *next;
    char *name;
    uint64_t key;
    uint32_t episode;
    struct receiver *heir;
};

void heirs_note(struct app *app, const struct stored_told *stored, struct receiver *heir)
{
    struct departed *departed = array_take(1, sizeof *departed);

    *departed = (struct departed){ .next = app->departed, .name = strdup(stored->receiver), .key = stored->key,
                                   .episode = stored->episode, .heir = heir };
    if (departed->name == NULL)
        abort();
    app->departed = departed;
}

/* The heir's queue has got the first notice by now where that had not left. */
static bool stays_open(const struct departed *departed)
{
    const struct outbox_thread *thread =
        departed->heir != NULL ? outbox_thread(&departed->heir->outbox, departed->key) : NULL;

    return thread == NULL || thread->episode != departed->episode || was_heard(thread);
}

/* Of the first one's receiver, with all that it was told. */
static void say_first(struct app *app)
{
    struct departed *first = app->departed, **at = &first->next;
    struct farewell farewell = { 0 };

    if (stays_open(first))
        note(&farewell, first->key, first->episode);
    while (*at != NULL) {
        struct departed *departed = *at;
        if (strcmp(departed->name, first->name) != 0) {
            at = &departed->next;
            continue;
        }
        if (stays_open(departed))
            note(&farewell, departed->key, departed->episode);
        *at = departed->next;
        free(departed->name);
        free(departed);
    }
    say(app, first->name, &farewell, first->heir);
    app->departed = first->next;
    free(first->name);
    free(first);
}

void heirs_say(struct app *app)
{
    while (app->departed != NULL)
        say_first(app);
}
