/* Queues from the database, at the start, and into it as a whole, when it has missed what led to them. */
#include "app/delivery.h"

#include "app/heirs.h"
#include "paging/setback.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

static struct mono long_ago(int64_t wall_ms, struct moment now)
{
    return mono_after(now.mono, wall_ms < now.wall_ms ? wall_ms - now.wall_ms : 0);
}

/* No longer than it ever was: the wall clock may have been set. */
static struct mono unsure_of(const struct stored_told *stored, struct moment now)
{
    return stored->unsure_wall_ms > now.wall_ms ? mono_after(now.mono, SETBACK_UNSURE_MS) : (struct mono){ INT64_MIN };
}

static bool has_name(const struct receiver *receiver, const char *name)
{
    return receiver != NULL && strcmp(receiver->name, name) == 0;
}

/* With another one up to which notice is seen when those that wait are put into its queue. */
void deliver_restore_told(struct app *app, const struct stored_told *stored, struct moment now)
{
    struct receiver *receiver = receivers_after(app, stored->receiver, stored->place);
    bool moved = !has_name(receiver, stored->receiver);
    bool same = receiver != NULL && (!moved || receiver->destination == stored->place);
    struct outbox_thread from = { .key = stored->key,
                                  .episode = stored->episode,
                                  .sequence = moved ? 0 : stored->sequence,
                                  .kept = stored->kept[0] != '\0' ? copy(stored->kept) : NULL,
                                  .kept_episode = stored->kept_episode,
                                  .unsure = unsure_of(stored, now) };

    TAILQ_INIT(&from.waiting);
    if (receiver != NULL)
        told_take(receiver, &from, same);
    free(from.kept);
    if (!moved)
        return;
    batch_forget_told(persist_batch(app), stored->key, stored->receiver);
    if (receiver != NULL)
        receiver_keep_told(receiver, stored->key, now);
    if (!same && stored->episode != 0)
        heirs_note(app, stored, receiver);
}

void deliver_restore_alert(struct app *app, const struct stored_incident *stored, struct moment now)
{
    const struct incident *incident = &stored->incident;

    if (incident->event != 0 || !notice_is_sound(stored->notice))
        return;
    for (size_t i = 0; i < app->receiver_count; i++)
        if (app->receivers[i]->sender == &send_alerts &&
            outbox_was_told(&app->receivers[i]->outbox, incident->key, incident->episode))
            alerts_note(app->receivers[i], incident->key, incident->episode, stored->notice, false, now);
}

/* Tried before: nobody knows how the last attempt ended, so it may be on its way. */
static void restore_attempts(struct delivery *delivery, const struct stored_delivery *stored, struct moment now)
{
    struct outbox_thread *thread = delivery->item.thread;

    delivery->item.attempts = stored->attempts;
    if (stored->attempts == 0)
        return;
    delivery->item.first = long_ago(stored->created_wall_ms, now);
    if (thread == NULL || stored->event == EVENT_CLEARED)
        return;
    thread->unsure = mono_later(thread->unsure, mono_after(now.mono, SETBACK_UNSURE_MS));
    receiver_keep_told(delivery->receiver, thread->key, now); /* for the next run, too: this one may end sooner */
}

/* @return false: nobody needs to be told of it any more */
static bool is_wanted(struct app *app, const struct stored_delivery *stored, const struct receiver *receiver, bool same)
{
    if (stored->event == OUTBOX_TEST) /* whoever wanted a test has gone */
        return false;
    if (receiver == NULL)
        journal_say(app->journal, LOG_WARNING,
                    "notice %s was for receiver \"%s\", and there is no receiver any more; dropped", stored->notice_id,
                    stored->receiver);
    if (receiver == NULL || has_name(receiver, stored->receiver))
        return receiver != NULL;
    return (same || !stored->fell) && !receiver_has(receiver, stored->key, stored->episode, stored->sequence);
}

static struct delivery *restored(struct app *app, const struct stored_delivery *stored, bool same, struct moment now)
{
    struct delivery *delivery = delivery_new(stored->notice_id);

    bodies_leave(app, delivery, stored->id, stored->body_size);
    delivery->created_wall_ms = stored->created_wall_ms;
    delivery->item.id = stored->id;
    delivery->item.key = stored->key;
    delivery->item.episode = stored->episode;
    delivery->item.sequence = stored->sequence;
    delivery->item.event = stored->event;
    delivery->item.severity = stored->severity;
    delivery->item.fell = stored->fell;
    delivery->item.minimal = stored->minimal && same;
    delivery->item.put = long_ago(stored->created_wall_ms, now);
    return delivery;
}

void deliver_restore(struct app *app, const struct stored_delivery *stored, struct moment now)
{
    struct receiver *after = receivers_after(app, stored->receiver, stored->place);
    struct receiver *receiver = receivers_for(app, after, stored->event);
    bool moved = !has_name(receiver, stored->receiver);
    bool same = receiver != NULL && (!moved || receiver->destination == stored->place);

    if (!is_wanted(app, stored, receiver, same)) {
        batch_delivery_done(persist_batch(app), stored->id, DELIVERY_OVERTAKEN, now.wall_ms);
        return;
    }
    struct delivery *delivery = restored(app, stored, same, now);
    receiver_put_back(receiver, delivery);
    if (moved) {
        delivery_keep(app, delivery);
        receiver_keep_told(receiver, stored->key, now); /* the end is its, too, whenever that comes */
    }
    if (same && receiver->settings->kind != RECEIVER_EXEC) /* a program of ours has ended with us */
        restore_attempts(delivery, stored, now);
    else if (same)
        delivery->item.attempts = stored->attempts;
}

static void put_told(void *context, const struct outbox_thread *thread)
{
    struct receiver *receiver = context;

    receiver_keep_told(receiver, thread->key, loop_now(receiver->app->loop));
}

static void put_waiting(struct receiver *receiver)
{
    struct outbox_item *item;

    TAILQ_FOREACH(item, &receiver->outbox.all, all)
        delivery_keep(receiver->app, delivery_of(item));
}

void deliver_keep_all(struct receiver *receiver)
{
    put_waiting(receiver);
    outbox_each_thread(&receiver->outbox, put_told, receiver);
}

void deliver_put_picture(struct app *app)
{
    struct receiver *gone;

    for (size_t i = 0; i < app->receiver_count; i++)
        deliver_keep_all(app->receivers[i]);
    LIST_FOREACH(gone, &app->gone, gone)
        put_waiting(gone); /* it has an attempt under way; what it was told of is its heir's */
}
