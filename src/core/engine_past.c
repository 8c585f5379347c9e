/*
 * What is long over of subjects that are gone: circuits, credentials and ports that left the settings, common causes. Of
 * such incidents only the number of the last episode is kept, for ever, as an episode is the identity of an incident at
 * every receiver; everything else is given back, so that memory does not grow with what comes and goes.
 */
#include "core/engine_inner.h"

#include "core/array.h"

#include <stdlib.h>

#define FIRST_ROOM 64

/* ---- the numbers: a hash table, of which nothing is taken out ---- */

/* Where it is, or would be. The key is a hash already; episodes begin at one, so that 0 is an empty place. */
static struct last_episode *place_of(const struct last_episodes *past, uint64_t key)
{
    size_t at = (size_t)(key ^ key >> 32) & (past->room - 1);

    while (past->item[at].episode != 0 && past->item[at].key != key)
        at = (at + 1) & (past->room - 1);
    return &past->item[at];
}

static void grow(struct last_episodes *past)
{
    struct last_episodes was = *past;

    past->room = was.room > 0 ? was.room * 2 : FIRST_ROOM;
    past->item = array_take(past->room, sizeof *past->item);
    for (size_t i = 0; i < was.room; i++)
        if (was.item[i].episode != 0)
            *place_of(past, was.item[i].key) = was.item[i];
    free(was.item);
}

static void keep(struct last_episodes *past, const struct incident *incident)
{
    if (incident->episode == 0)
        return;
    if (past->count * 2 >= past->room)
        grow(past);
    struct last_episode *place = place_of(past, incident->key);
    past->count += place->episode == 0;
    *place = (struct last_episode){ incident->key, incident->episode };
}

uint32_t past_episode(const struct engine *engine, uint64_t key)
{
    return engine->past.room > 0 ? place_of(&engine->past, key)->episode : 0;
}

void past_fini(struct engine *engine)
{
    free(engine->past.item);
}

/* ---- who is long over ---- */

static bool is_past(const struct incident *incident, int64_t now_wall_ms)
{
    return incident->state == INCIDENT_CLEARED && incident->ack.who[0] == '\0' &&
           now_wall_ms - incident->cleared_wall_ms > PAST_AFTER_MS;
}

bool past_take(struct engine *engine, const struct incident *incident, int64_t now_wall_ms)
{
    if (!is_past(incident, now_wall_ms))
        return false;
    keep(&engine->past, incident);
    return true;
}

static bool is_over(const struct holder *holder, int64_t now_wall_ms)
{
    for (size_t i = 0; i < holder->count; i++)
        if (!is_past(&holder->slots[i].incident, now_wall_ms))
            return false;
    return true;
}

static void keep_all(struct engine *engine, const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++)
        keep(&engine->past, &holder->slots[i].incident);
}

static void tidy_former(struct engine *engine, int64_t now_wall_ms)
{
    for (size_t i = engine->former_count; i-- > 0;) {
        struct holder *former = &engine->former[i];
        if (!is_over(former, now_wall_ms))
            continue;
        keep_all(engine, former);
        holder_fini(former);
        *former = engine->former[--engine->former_count];
        former->target.index = i; /* also of the last one, which nobody looks at any more */
    }
}

static void tidy_causes(struct engine *engine, int64_t now_wall_ms)
{
    for (size_t i = engine->cause_count; i-- > 0;) {
        struct cause *cause = engine->causes[i];
        if (cause->children > 0 || !is_over(&cause->holder, now_wall_ms))
            continue;
        keep_all(engine, &cause->holder);
        engine->causes[i] = engine->causes[--engine->cause_count];
        engine->causes[i]->holder.target.index = i;
        cause_free(cause);
    }
}

void engine_tidy(struct engine *engine, int64_t now_wall_ms)
{
    tidy_former(engine, now_wall_ms);
    tidy_causes(engine, now_wall_ms);
}
