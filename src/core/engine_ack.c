/* People take incidents on and let them go. What follows from that is in incident_told.c. */
#include "core/engine_inner.h"

static struct slot *find_in(struct holder *holder, uint64_t key)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.key == key)
            return &holder->slots[i];
    return NULL;
}

/* One of those who have incidents, by number; NULL: there are no more. What left the settings is nobody's matter. */
static struct holder *holder_at(struct engine *engine, size_t number)
{
    size_t credentials = engine->watch.credential_count, groups = engine->group_count, ports = engine->port_count;
    size_t causes = engine->cause_count;

    if (number == 0)
        return &engine->local;
    if (--number < credentials)
        return &engine->credentials[number].holder;
    if ((number -= credentials) < groups)
        return &engine->groups[number].holder;
    if ((number -= groups) < ports)
        return &engine->ports[number]->holder;
    if ((number -= ports) < causes)
        return &engine->causes[number]->holder;
    return (number -= causes) < engine->watch.circuit_count ? &engine->circuits[number].holder : NULL;
}

static struct slot *find(struct engine *engine, uint64_t key, struct holder **holder)
{
    for (size_t number = 0; (*holder = holder_at(engine, number)) != NULL; number++) {
        struct slot *slot = find_in(*holder, key);
        if (slot != NULL)
            return slot;
    }
    return NULL;
}

/* When it is told again is another moment now. */
static void carry_out(struct engine *engine, struct holder *holder, struct slot *slot, unsigned todo, struct moment now,
                      struct effects *out)
{
    engine_carry_out(holder, slot, todo, out);
    engine_touch(engine, holder->target, now.mono);
    if (holder->target.scope == SCOPE_CAUSE)
        group_look(engine, now.mono);
    engine_settle(engine, now, out);
}

bool engine_acknowledge(struct engine *engine, uint64_t key, uint32_t episode, const struct ack *ack, struct moment now,
                        struct effects *out)
{
    struct holder *holder;
    struct slot *slot = find(engine, key, &holder);

    if (slot == NULL || slot->incident.episode != episode || !incident_is_open(&slot->incident))
        return false;
    carry_out(engine, holder, slot, incident_acknowledge(&slot->incident, ack, now), now, out);
    return true;
}

bool engine_unacknowledge(struct engine *engine, uint64_t key, struct moment now, struct effects *out)
{
    struct holder *holder;
    struct slot *slot = find(engine, key, &holder);
    unsigned todo = slot != NULL ? incident_unacknowledge(&slot->incident) : 0;

    if (todo != 0)
        carry_out(engine, holder, slot, todo, now, out);
    return todo != 0;
}
