/*
 * Silences and maintenance windows: which incidents people do not want to hear of now, and when to ask that again. What an
 * incident does while it is withheld, and when that ends, is in incident.c.
 *
 * Windows are of the wall clock, and a clock can be set: when it no longer runs beside ours, everything is asked again.
 */
#include "core/engine_inner.h"

#include <stdlib.h>

#define CLOCK_SET_MS 1000 /* clocks that part by more than this were not just slewed */
#define LOOK_MS 60000     /* while a moment of the wall clock is waited for: was that clock set? */

static void plan(struct engine *engine, struct moment now)
{
    int64_t left = engine->mute_due_wall_ms - now.wall_ms;

    engine->mute_due = engine->mute_due_wall_ms == INT64_MAX ? MONO_NEVER
                                                             : mono_after(now.mono, left < LOOK_MS ? left : LOOK_MS);
}

static uint8_t reasons_of(struct engine *engine, const struct holder *holder, const struct incident *incident,
                          struct moment now)
{
    int64_t next_wall_ms = engine->mute_due_wall_ms;
    uint8_t reasons = engine->muting.reasons(engine->muting.context, engine, holder->target, incident, now.wall_ms,
                                             &next_wall_ms);

    if (next_wall_ms < engine->mute_due_wall_ms) {
        engine->mute_due_wall_ms = next_wall_ms > now.wall_ms ? next_wall_ms : now.wall_ms + 1;
        plan(engine, now);
    }
    return reasons & WITHHELD_BY_OTHERS;
}

bool engine_mutes(struct engine *engine, const struct holder *holder, const struct incident *incident,
                  struct moment now)
{
    return engine->muting.reasons != NULL && reasons_of(engine, holder, incident, now) != 0;
}

/* Of an episode that begins what is said now counts; of one that is open both, until it is known how it is told. */
static uint8_t reasons_before(struct engine *engine, const struct holder *holder, const struct incident *incident,
                              const struct opinion *opinion, struct moment now)
{
    struct incident about = *incident;
    bool open = incident_is_open(incident);

    if (opinion == NULL || (opinion->severity == incident->severity && opinion->owner == incident->owner))
        return reasons_of(engine, holder, incident, now);
    about.severity = opinion->severity;
    about.owner = opinion->owner;
    uint8_t before = open ? reasons_of(engine, holder, incident, now) : 0;
    return (uint8_t)(reasons_of(engine, holder, &about, now) | before);
}

unsigned engine_note_mute(struct engine *engine, const struct holder *holder, struct incident *incident,
                          const struct opinion *opinion, struct moment now)
{
    if (engine->muting.reasons == NULL)
        return 0;
    uint8_t was = incident->withheld, reasons = reasons_before(engine, holder, incident, opinion, now);
    incident->withheld = (uint8_t)((was & ~WITHHELD_BY_OTHERS) | reasons);
    return incident->withheld != was ? INCIDENT_SAVE : 0;
}

/* Withhold it for these reasons, and no others of people's. @return what was to be done */
static unsigned withhold(struct holder *holder, struct slot *slot, uint8_t reasons, struct moment now,
                         struct effects *out)
{
    uint8_t was = slot->incident.withheld & WITHHELD_BY_OTHERS;
    unsigned todo = incident_withhold(&slot->incident, WITHHELD_BY_OTHERS, reasons, now);

    if (incident_is_open(&slot->incident) && (was != 0) != (reasons != 0))
        effects_add(out, EFFECT_MUTE, holder->target)->incident = slot->incident;
    engine_carry_out(holder, slot, todo, out);
    return todo;
}

void engine_settle_mute(struct engine *engine, struct holder *holder, struct slot *slot, struct moment now,
                        struct effects *out)
{
    if (engine->muting.reasons == NULL || !incident_is_open(&slot->incident))
        return;
    uint8_t reasons = reasons_of(engine, holder, &slot->incident, now);
    if (reasons != (slot->incident.withheld & WITHHELD_BY_OTHERS))
        (void)withhold(holder, slot, reasons, now, out);
}

static void ask_of(struct engine *engine, struct holder *holder, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < holder->count; i++) {
        struct slot *slot = &holder->slots[i];
        if (slot->incident.state == INCIDENT_CLEARED)
            continue;
        unsigned todo = withhold(holder, slot, reasons_of(engine, holder, &slot->incident, now), now, out);
        if (todo != 0) /* when to remind of it is another moment now */
            engine_touch(engine, holder->target, now.mono);
    }
}

static void ask_of_all(struct engine *engine, struct moment now, struct effects *out)
{
    engine->mute_due_wall_ms = INT64_MAX;
    plan(engine, now);
    engine->mute_offset_ms = now.wall_ms - now.mono.ms;
    ask_of(engine, &engine->local, now, out);
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        ask_of(engine, &engine->credentials[i].holder, now, out);
    for (size_t i = 0; i < engine->group_count; i++)
        ask_of(engine, &engine->groups[i].holder, now, out);
    for (size_t i = 0; i < engine->port_count; i++)
        ask_of(engine, &engine->ports[i]->holder, now, out);
    for (size_t i = 0; i < engine->cause_count; i++)
        ask_of(engine, &engine->causes[i]->holder, now, out);
    for (size_t i = 0; i < engine->circuit_count; i++)
        ask_of(engine, &engine->circuits[i].holder, now, out);
    group_look(engine, now.mono); /* what was muted may be one of many */
}

static bool clock_was_set(const struct engine *engine, struct moment now)
{
    int64_t moved = now.wall_ms - now.mono.ms - engine->mute_offset_ms;

    return moved > CLOCK_SET_MS || moved < -CLOCK_SET_MS;
}

void engine_mute_due(struct engine *engine, struct moment now, struct effects *out)
{
    if (engine->muting.reasons == NULL)
        return;
    if (now.wall_ms >= engine->mute_due_wall_ms || clock_was_set(engine, now))
        ask_of_all(engine, now, out);
    else if (mono_reached(engine->mute_due, now.mono))
        plan(engine, now);
}

void engine_mute(struct engine *engine, const struct muting *muting, struct moment now, struct effects *out)
{
    engine->muting = *muting;
    ask_of_all(engine, now, out);
    engine_settle(engine, now, out);
}

void engine_silences_end(struct engine *engine, const struct ending *endings, size_t count, struct moment now,
                         struct effects *out)
{
    struct ending *copy = count > 0 ? calloc(count, sizeof *copy) : NULL;

    if (count > 0 && copy == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        copy[i] = endings[i];
    free(engine->endings);
    engine->endings = copy;
    engine->ending_count = count;
    engine_mark_local(engine);
    engine_settle(engine, now, out);
}
