/* Queues from the database, at the start, and into it as a whole, when it has missed what led to them. */
#include "app/delivery.h"

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

void deliver_restore_told(struct app *app, const struct stored_told *stored, struct moment now)
{
    struct receiver *receiver = receivers_find(app, stored->receiver);

    if (receiver == NULL) {
        batch_forget_told(persist_batch(app), stored->key, stored->receiver);
        return;
    }
    struct outbox_thread *thread = outbox_thread_get(&receiver->outbox, stored->key);
    thread->episode = stored->episode;
    thread->sequence = stored->sequence;
    thread->kept_episode = stored->kept_episode;
    if (stored->kept[0] != '\0')
        thread->kept = copy(stored->kept);
    if (stored->unsure_wall_ms > now.wall_ms) /* no longer than it ever was: the wall clock may have been set */
        thread->unsure = mono_after(now.mono, SETBACK_UNSURE_MS);
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
    if (thread != NULL && stored->event != EVENT_CLEARED)
        thread->unsure = mono_later(thread->unsure, mono_after(now.mono, SETBACK_UNSURE_MS));
}

void deliver_restore(struct app *app, const struct stored_delivery *stored, struct moment now)
{
    struct receiver *receiver = receivers_find(app, stored->receiver);
    bool moved = receiver == NULL;

    if (moved)
        receiver = receivers_heir(app);
    bool has_it = moved && receiver != NULL && receiver_has(receiver, stored->key, stored->episode, stored->sequence);
    if (receiver == NULL || has_it || stored->event == RULE_EVENTS) { /* whoever wanted a test has gone */
        if (receiver == NULL)
            journal_say(app->journal, LOG_WARNING,
                        "notice %s was for receiver \"%s\", and there is no receiver any more; dropped",
                        stored->notice_id, stored->receiver);
        batch_delivery_done(persist_batch(app), stored->id, DELIVERY_OVERTAKEN, now.wall_ms);
        return;
    }
    struct delivery *delivery = delivery_new(stored->notice_id);
    bodies_leave(app, delivery, stored->id, stored->body_size);
    delivery->created_wall_ms = stored->created_wall_ms;
    delivery->item.id = stored->id;
    delivery->item.key = stored->key;
    delivery->item.episode = stored->episode;
    delivery->item.sequence = stored->sequence;
    delivery->item.event = stored->event;
    delivery->item.severity = stored->severity;
    delivery->item.fell = stored->fell && !moved;
    delivery->item.put = long_ago(stored->created_wall_ms, now);
    receiver_put_back(receiver, delivery);
    if (moved) {
        delivery_keep(app, delivery);
        receiver_keep_told(receiver, stored->key, now); /* the end is its, too, whenever that comes */
    } else if (receiver->settings->kind != RECEIVER_EXEC) { /* a program of ours has ended with us */
        restore_attempts(delivery, stored, now);
    } else {
        delivery->item.attempts = stored->attempts;
    }
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

void deliver_put_picture(struct app *app)
{
    struct receiver *gone;

    for (size_t i = 0; i < app->receiver_count; i++) {
        put_waiting(app->receivers[i]);
        outbox_each_thread(&app->receivers[i]->outbox, put_told, app->receivers[i]);
    }
    LIST_FOREACH(gone, &app->gone, gone)
        put_waiting(gone); /* it has an attempt under way; what it was told of is its heir's */
}
