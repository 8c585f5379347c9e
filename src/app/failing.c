/*
 * Receivers that fail (rule 96): one that refuses for good, or whose oldest notice has waited for five minutes while
 * tries fail, until it has taken what waited that long. The others are told, and nobody of trouble of his own.
 */
#include "app/delivery.h"

#include <stdio.h>
#include <stdlib.h>

/* What a digest has collected is meant to wait. */
static const struct outbox_item *oldest_of(const struct receiver *receiver)
{
    return receiver->digesting == NULL ? outbox_oldest(&receiver->outbox) : NULL;
}

static bool is_overdue(const struct receiver *receiver, struct moment now)
{
    const struct outbox_item *oldest = oldest_of(receiver);

    return oldest != NULL && mono_between(oldest->put, now.mono) >= DELIVERING_FAILS_MS;
}

/* Once it fails, only a notice that it takes ends that: another kind of failure is no better. */
static enum standing standing_of(const struct receiver *receiver, struct moment now)
{
    bool fails = receiver->failing.ms != MONO_NEVER.ms, overdue = is_overdue(receiver, now);

    if (receiver->digesting != NULL)
        return STANDING_GOOD;
    if (receiver->lasting || receiver->refused > 0 || (fails && overdue))
        return STANDING_BAD;
    if (receiver->standing == STANDING_BAD && (fails || overdue))
        return STANDING_BAD;
    return receiver->tried || receiver->outbox.waiting == 0 ? STANDING_GOOD : STANDING_UNKNOWN;
}

static void describe(const struct receiver *receiver, struct moment now, struct delivering *out)
{
    const struct outbox_item *oldest = oldest_of(receiver);

    *out = (struct delivering){ .standing = receiver->standing, .waiting = receiver->outbox.waiting };
    snprintf(out->name, sizeof out->name, "%s", receiver->name);
    snprintf(out->trouble, sizeof out->trouble, "%s", receiver->trouble);
    if (oldest != NULL)
        out->since_wall_ms = now.wall_ms - mono_between(oldest->put, now.mono);
}

bool failing_look(struct app *app, struct moment now)
{
    bool news = app->receivers_changed;

    for (size_t i = 0; i < app->receiver_count; i++) {
        struct receiver *receiver = app->receivers[i];
        enum standing standing = standing_of(receiver, now);
        news = news || standing != receiver->standing || standing == STANDING_BAD;
        receiver->standing = (uint8_t)standing;
    }
    if (!news)
        return false;
    struct delivering *all = array_take(app->receiver_count, sizeof *all);
    for (size_t i = 0; i < app->receiver_count; i++)
        describe(app->receivers[i], now, &all[i]);
    app->receivers_changed = false;
    engine_receivers(app->engine, all, app->receiver_count, now, &app->effects);
    free(all);
    return true;
}

struct mono failing_due(const struct receiver *receiver, struct moment now)
{
    const struct outbox_item *oldest = oldest_of(receiver);

    return oldest == NULL || is_overdue(receiver, now) ? MONO_NEVER : mono_after(oldest->put, DELIVERING_FAILS_MS);
}

void failing_choose(const struct app *app, uint64_t key, bool *chosen)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        chosen[i] = app->receivers[i]->standing != STANDING_BAD && app->receivers[i]->failing_key != key;
}

void failing_note_refusal(struct delivery *delivery)
{
    delivery->receiver->refused += !delivery->refused;
    delivery->refused = true;
}

void failing_forget_refusal(struct delivery *delivery)
{
    if (delivery->refused)
        delivery->receiver->refused--;
    delivery->refused = false;
}
