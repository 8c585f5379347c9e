/*
 * The other receiver: it gets what one refuses for good, at once, and what one has not taken for a while, each notice
 * once, and with it whatever else waits of the same incident. The first keeps its queue: when it is back it is told
 * everything, in order.
 */
#include "app/delivery.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

static struct receiver *fallback_of(const struct receiver *receiver)
{
    size_t index = receiver->settings != NULL ? receiver->settings->fallback : NO_RECEIVER;

    return index < receiver->app->receiver_count ? receiver->app->receivers[index] : NULL;
}

static void fall(struct receiver *receiver, struct receiver *to, struct delivery *delivery, struct moment now)
{
    struct app *app = receiver->app;
    char text[512];

    delivery->item.fell = true;
    batch_delivery_fell(persist_batch(app), delivery->item.id);
    if (receiver_has(to, delivery->item.key, delivery->item.episode, delivery->item.sequence) ||
        to->failing_key == delivery->item.key || !receiver_takes(to, delivery->item.event))
        return;
    snprintf(text, sizeof text, "%s did not take notice %s; it goes to %s, too", receiver->name, delivery->notice_id,
             to->name);
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", to->name },
                                            { "ERWATCH_NOTICE_ID", delivery->notice_id } };
    tell_message(app, MESSAGE_DELIVERY_FAILED, -1, text, fields, 2);
    deliver_copy(to, delivery, now);
}

/* All that waits of one incident, in order: what came alone would arrive behind what was told since. */
static void fall_all(struct receiver *receiver, struct receiver *to, const struct outbox_thread *thread,
                     struct moment now)
{
    struct outbox_item *item;

    TAILQ_FOREACH(item, &thread->waiting, next)
        if (!item->fell)
            fall(receiver, to, delivery_of(item), now);
}

void fallback_give(struct receiver *receiver, struct delivery *delivery, struct moment now)
{
    struct receiver *to = fallback_of(receiver);

    if (to != NULL && to != receiver && delivery->item.thread != NULL)
        fall_all(receiver, to, delivery->item.thread, now);
}

void fallback_follow(struct app *app, const bool *chosen, uint64_t key, struct moment now)
{
    for (size_t i = 0; i < app->receiver_count; i++) {
        struct receiver *receiver = app->receivers[i], *to = fallback_of(receiver);
        const struct outbox_thread *thread = outbox_thread(&receiver->outbox, key);
        if (chosen[i] && to != receiver && thread != NULL && fallback_is_told(receiver, chosen))
            fall_all(receiver, to, thread, now);
    }
}

/* Known when it is put: once the other one was told the end, nobody remembers that it had the beginning. */
bool fallback_is_told(const struct receiver *receiver, const bool *chosen)
{
    size_t index = receiver->settings != NULL ? receiver->settings->fallback : NO_RECEIVER;

    return index < receiver->app->receiver_count && chosen[index];
}

struct mono fallback_look(struct receiver *receiver, struct moment now)
{
    struct receiver *to = fallback_of(receiver);
    struct outbox_item *item;

    if (to == NULL || to == receiver)
        return MONO_NEVER;
    int64_t after = receiver->lasting ? 0 : receiver->settings->fallback_after_ms;
    while ((item = outbox_next_to_fall(&receiver->outbox, mono_after(now.mono, -after))) != NULL)
        fall_all(receiver, to, item->thread, now);
    item = receiver->outbox.unfallen;
    return item != NULL ? mono_after(item->put, after) : MONO_NEVER;
}
