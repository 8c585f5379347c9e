/*
 * Resources other than circuits, and their past. What their keys mean is the business of those who write them:
 * gateway.c, port.c, health.c.
 */
#include "sim/thing.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/schema.h"

const char *const thing_lists[THING_KINDS] = { "connections", "ports", "events" };
const char *const thing_names[THING_KINDS] = { "connection", "port", "event" };

static char *id_of(const struct thing *thing)
{
    const char *wan = state_text(thing->state, "wan", NULL), *s = thing->subscription;

    if (thing->kind == THING_EVENT)
        return text_format("/subscriptions/%s/providers/Microsoft.ResourceHealth/events/%s", s, thing->name);
    if (thing->kind == THING_PORT)
        return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRoutePorts/%s", s,
                           thing->group, thing->name);
    if (wan == NULL)
        return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/connections/%s", s,
                           thing->group, thing->name);
    return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteGateways/%s/"
                       "expressRouteConnections/%s",
                       s, thing->group, wan, thing->name);
}

static void remember(struct thing *thing, int64_t wall_ms)
{
    if (thing->past_count == THING_PASTS_MAX) {
        for (size_t i = 0; i < THING_PASTS_MAX / 2; i++)
            json_decref(thing->past[i].state);
        thing->past_count -= THING_PASTS_MAX / 2;
        memmove(thing->past, thing->past + THING_PASTS_MAX / 2, thing->past_count * sizeof *thing->past);
    }
    thing->past = xrealloc(thing->past, (thing->past_count + 1) * sizeof *thing->past);
    thing->past[thing->past_count++] = (struct thing_past){ wall_ms, memory_or_die(json_deep_copy(thing->state)) };
    thing->changes++;
}

struct thing *thing_new(enum thing_kind kind, const char *subscription, json_t *state, size_t index)
{
    struct thing *thing = xcalloc(1, sizeof *thing);

    thing->kind = kind;
    thing->subscription = xstrdup(state_text(state, "subscription", subscription));
    thing->group = xstrdup(state_text(state, "group", "net"));
    thing->name = xstrdup(state_text(state, "name", ""));
    thing->index = index;
    thing->state = json_incref(state);
    thing->id = id_of(thing);
    remember(thing, INT64_MIN);
    return thing;
}

void thing_free(struct thing *thing)
{
    if (thing == NULL)
        return;
    for (size_t i = 0; i < thing->past_count; i++)
        json_decref(thing->past[i].state);
    free(thing->past);
    free(thing->subscription);
    free(thing->group);
    free(thing->name);
    free(thing->id);
    json_decref(thing->state);
    free(thing);
}

void thing_set(struct thing *thing, json_t *patch, int64_t wall_ms)
{
    json_merge(thing->state, patch);
    remember(thing, wall_ms);
}

bool thing_deleted(const struct thing *thing)
{
    return json_is_true(json_object_get(thing->state, "deleted"));
}

const json_t *thing_at(const struct thing *thing, int64_t wall_ms)
{
    size_t i = thing->past_count - 1;

    while (i > 0 && thing->past[i].wall_ms > wall_ms)
        i--;
    return thing->past[i].state;
}
