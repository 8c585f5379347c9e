/*
 * Receivers that do not take what they are told (96). They are subjects of our own machine: an incident of it for each.
 * Who sends knows how it goes; before he has said so, what an earlier run had raised stays as it is.
 */
#include "core/engine_inner.h"

#include "core/array.h"

#include <stdlib.h>
#include <string.h>

static struct subject subject_of(const char *receiver)
{
    struct subject subject = SUBJECT_CIRCUIT;

    subject.item = item_of(receiver);
    return subject;
}

uint64_t engine_receiver_key(const char *receiver)
{
    return incident_key(RULE_DELIVERY_FAILING, subject_of(receiver), LOCAL_NAME);
}

static void say_receiver(struct opinions *out, struct subject subject, uint8_t standing, struct mono basis)
{
    if (out->count == OPINIONS_MAX)
        return;
    out->item[out->count++] = (struct opinion){ .rule = RULE_DELIVERY_FAILING,
                                                .subject = subject,
                                                .standing = standing,
                                                .owner = OWNER_SELF,
                                                .severity = SEVERITY_CRITICAL,
                                                .hold = HOLD_NOW,
                                                .basis = basis,
                                                .severity_basis = basis };
}

/* Of one that delivers nothing is said, as of one that has left the settings: it is over at once. */
void engine_judge_receivers(const struct engine *engine, struct moment now, struct opinions *out)
{
    for (size_t i = 0; i < engine->receiver_count; i++)
        if (engine->receivers[i].standing != STANDING_GOOD)
            say_receiver(out, subject_of(engine->receivers[i].name), engine->receivers[i].standing, now.mono);
    for (size_t i = 0; i < engine->local.count && !engine->receivers_told; i++)
        if (engine->local.slots[i].incident.rule == RULE_DELIVERY_FAILING)
            say_receiver(out, engine->local.slots[i].incident.subject, STANDING_UNKNOWN, now.mono);
}

const struct delivering *engine_delivering(const struct engine *engine, const struct opinion *opinion)
{
    for (size_t i = 0; i < engine->receiver_count; i++)
        if (opinion->rule == RULE_DELIVERY_FAILING && item_of(engine->receivers[i].name) == opinion->subject.item)
            return &engine->receivers[i];
    return NULL;
}

void engine_receivers(struct engine *engine, const struct delivering *receivers, size_t count, struct moment now,
                      struct effects *out)
{
    struct delivering *copy = array_take(count, sizeof *copy);

    memcpy(copy, receivers, count * sizeof *copy);
    free(engine->receivers);
    engine->receivers = copy;
    engine->receiver_count = count;
    engine->receivers_told = true;
    engine_mark_local(engine);
    engine_settle(engine, now, out);
}
