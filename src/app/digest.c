/*
 * Digests: what a receiver of that kind collects waits in its queue like any notice, until one notice is made of it
 * (digest_make.c). When that is due is known from the moment of the last one, which is stored, so that a digest that
 * was missed is made at the start. Of what waits only the line that it will be is kept in memory, not the whole notice.
 */
#include "app/delivery.h"
#include "app/heirs.h"
#include "web/view.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define KEPT_MOST 10000 /* notices; beyond that the oldest that are over are only counted */

static const struct digest_settings *settings_of(const struct receiver *receiver)
{
    return &receiver->settings->digest;
}

void digest_keep(struct receiver *receiver)
{
    const struct digesting *digesting = receiver->digesting;
    struct stored_digest stored = { .receiver = receiver->name,
                                    .number = digesting->number,
                                    .made_wall_ms = digesting->clock.made_wall_ms,
                                    .upto = digesting->upto,
                                    .left_out = digesting->left_out,
                                    .place = receiver->destination };

    batch_put_digest(persist_batch(receiver->app), &stored);
}

/* ---- settings, and what was stored ---- */

static bool same_plan(const struct digest_settings *a, const struct digest_settings *b)
{
    bool zone = a->plan.zone != NULL && b->plan.zone != NULL ? strcmp(a->zone_name, b->zone_name) == 0
                                                             : a->plan.zone == b->plan.zone;

    return zone && a->plan.every_ms == b->plan.every_ms && a->plan.at_s == b->plan.at_s;
}

void digest_forget_kept(struct receiver *receiver)
{
    if (receiver->digesting != NULL)
        batch_forget_digest(persist_batch(receiver->app), receiver->name);
}

static void end(struct receiver *receiver)
{
    digest_forget_kept(receiver);
    free(receiver->digesting);
    receiver->digesting = NULL;
}

/* Another plan counts from now on: what it would have meant this morning is nobody's concern. */
void digest_adopt(struct receiver *receiver, const struct receiver_settings *was, struct moment now)
{
    if (receiver->settings->kind != RECEIVER_DIGEST) {
        end(receiver);
        return;
    }
    if (receiver->digesting == NULL) {
        receiver->digesting = array_take(1, sizeof *receiver->digesting);
        return;
    }
    if (!same_plan(&was->digest, settings_of(receiver)))
        receiver->digesting->clock = (struct digest_clock){ .made_wall_ms = now.wall_ms };
    receiver->digesting->looked_wall_ms = INT64_MAX;
    if (receiver->digesting->known)
        digest_keep(receiver);
}

/* The database was opened late: digests of this run, if there were any, have not told of what waits in it. */
static void join(struct digesting *digesting, const struct stored_digest *stored)
{
    if (digesting->number == 0) {
        digesting->clock.made_wall_ms = stored->made_wall_ms;
        digesting->upto = stored->upto;
    }
    digesting->number = stored->number > digesting->number ? stored->number : digesting->number;
    digesting->left_out += stored->left_out;
    digesting->looked_wall_ms = INT64_MAX;
}

/* Whoever goes to the same receiver is the same, whatever it is called. */
void digest_restore(struct app *app, const struct stored_digest *stored)
{
    struct receiver *receiver = receivers_after(app, stored->receiver, stored->place);
    bool renamed = receiver == NULL || strcmp(receiver->name, stored->receiver) != 0;

    if (renamed)
        batch_forget_digest(persist_batch(app), stored->receiver);
    if (receiver != NULL && receiver->digesting != NULL && receiver->digesting->known && !renamed)
        join(receiver->digesting, stored);
    if (receiver == NULL || receiver->digesting == NULL || receiver->digesting->known)
        return;
    *receiver->digesting = (struct digesting){ .clock = { .made_wall_ms = stored->made_wall_ms },
                                               .looked_wall_ms = INT64_MAX,
                                               .number = stored->number,
                                               .upto = stored->upto,
                                               .left_out = stored->left_out,
                                               .known = true };
    if (renamed)
        digest_keep(receiver);
}

void digests_put_picture(struct app *app)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        if (app->receivers[i]->digesting != NULL && app->receivers[i]->digesting->known)
            digest_keep(app->receivers[i]);
}

/* ---- collecting ---- */

/* @param body  NULL: it cannot be had, or is damaged */
static void take_note(struct delivery *delivery, const char *body, struct moment now)
{
    if (body != NULL && digest_note(body, &delivery->note))
        return;
    char *again = bodies_make_again(delivery->receiver->app, &delivery->item, now);
    if (!digest_note(again, &delivery->note))
        abort(); /* it is our own */
    free(again);
}

void digest_note_late(struct delivery *delivery, struct moment now)
{
    if (delivery->note.line == NULL)
        take_note(delivery, delivery->body, now);
}

static void note_stored(struct app *app, struct delivery *delivery, struct moment now)
{
    char why[STORE_WHY_MAX], *body = NULL;

    if (delivery->note.line != NULL)
        return;
    if (delivery->body == NULL)
        body = store_read_body(app->store.store, delivery->item.id, delivery->body_of, why);
    take_note(delivery, body != NULL ? body : delivery->body, now);
    free(body);
}

void digests_preload(struct app *app, struct moment now)
{
    struct outbox_item *item;

    for (size_t i = 0; i < app->receiver_count && app->store.store != NULL; i++)
        if (app->receivers[i]->digesting != NULL)
            TAILQ_FOREACH(item, &app->receivers[i]->outbox.all, all)
                note_stored(app, delivery_of(item), now);
}

/* The oldest that is over tells least; what is open has no more rows than there are incidents. */
static struct outbox_item *least_of(const struct outbox *outbox)
{
    struct outbox_item *item;

    TAILQ_FOREACH(item, &outbox->all, all)
        if (item->event == EVENT_CLEARED && !item->busy)
            return item;
    return NULL;
}

static void leave_out(struct receiver *receiver, struct outbox_item *item, struct moment now)
{
    struct app *app = receiver->app;
    struct outbox_thread *thread = item->thread;
    uint64_t key = item->key;
    bool last = thread->episode == item->episode;

    if (receiver->digesting->left_out++ == 0)
        journal_say(app->journal, LOG_WARNING,
                    "more than %d notices wait for the digest \"%s\"; the oldest that are over will only be counted",
                    KEPT_MOST, receiver->name);
    outbox_take(&receiver->outbox, item);
    receiver_overtaken(receiver, item);
    if (last)
        thread->episode = 0; /* it was its end */
    outbox_thread_drop(&receiver->outbox, thread);
    receiver_keep_told(receiver, key, now);
    digest_keep(receiver);
}

void digest_collected(struct delivery *delivery)
{
    struct receiver *receiver = delivery->receiver;
    struct outbox_item *least;

    if (delivery->note.line == NULL && delivery->body != NULL) /* else it is being loaded, or moved */
        take_note(delivery, delivery->body, loop_now(receiver->app->loop));
    if (receiver->outbox.waiting <= KEPT_MOST || !receiver->digesting->known)
        return;
    least = least_of(&receiver->outbox);
    if (least != NULL && least != &delivery->item)
        leave_out(receiver, least, loop_now(receiver->app->loop));
}

/* ---- when ---- */

static void look(struct receiver *receiver, struct moment now)
{
    struct digesting *digesting = receiver->digesting;
    int64_t looked_wall_ms = digesting->looked_wall_ms, from_wall_ms = digesting->clock.made_wall_ms;

    digesting->looked_wall_ms = now.wall_ms;
    if (!digesting->known) { /* its time begins now */
        digesting->known = true;
        digesting->clock = (struct digest_clock){ .made_wall_ms = now.wall_ms };
        digest_keep(receiver);
    } else if (looked_wall_ms <= now.wall_ms && now.wall_ms < digesting->clock.next_wall_ms) {
        return; /* nothing can have changed */
    }
    if (digest_look(&digesting->clock, &settings_of(receiver)->plan, now.wall_ms))
        digest_make(receiver, from_wall_ms, now);
}

void digests_look(struct app *app, struct moment now)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        if (app->receivers[i]->digesting != NULL)
            look(app->receivers[i], now);
}

struct mono digest_due(const struct receiver *receiver, struct moment now)
{
    if (receiver->digesting == NULL)
        return MONO_NEVER;
    return mono_after(now.mono, receiver->digesting->clock.next_wall_ms - now.wall_ms);
}

/* ---- looking at it ---- */

static void count_one(void *context, const struct outbox_thread *thread)
{
    uint64_t *count = context;

    *count += !TAILQ_EMPTY(&thread->waiting);
}

void digest_show(const struct receiver *receiver, struct queue_view *out, struct moment now)
{
    const struct digesting *digesting = receiver->digesting;

    *out = (struct queue_view){ .receiver = receiver->name,
                                .oldest_ms = -1,
                                .digest_to = receiver->app->receivers[settings_of(receiver)->to]->name,
                                .digest_lines = (uint64_t)digesting->left_out,
                                .digest_wall_ms = digesting->clock.next_wall_ms > now.wall_ms
                                                      ? digesting->clock.next_wall_ms
                                                      : now.wall_ms };
    outbox_each_thread(&receiver->outbox, count_one, &out->digest_lines);
}

/* It sends nothing: this one was under way, or asked for, while the receiver was of another kind. */
static void not_sent(struct delivery *delivery, struct moment now)
{
    struct wire_outcome outcome = { .answer = ANSWER_LATER, .retry_after_ms = -1,
                                    .why = "the receiver has become a digest" };

    deliver_answer_soon(delivery, &outcome, now);
}

const struct sender send_digest = { not_sent };
