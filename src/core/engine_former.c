/*
 * What is no longer in the settings: its incidents are cleared, and their episode numbers kept. An episode is the
 * identity of an incident at every receiver, so a circuit or credential that comes back must not begin again at one.
 */
#include "core/engine_inner.h"

#include <stdlib.h>
#include <string.h>

static struct holder *find(struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->former_count; i++)
        if (strcmp(engine->former[i].name, name) == 0)
            return &engine->former[i];
    return NULL;
}

struct holder *former_add(struct engine *engine, const char *name)
{
    struct holder *former = find(engine, name);

    if (former != NULL)
        return former;
    struct holder *grown = realloc(engine->former, (engine->former_count + 1) * sizeof *grown);
    if (grown == NULL)
        abort();
    engine->former = grown;
    former = &grown[engine->former_count];
    holder_init(former, SCOPE_FORMER, engine->former_count++, name);
    return former;
}

static void move_slots(struct holder *to, struct holder *from)
{
    for (size_t i = 0; i < from->count; i++)
        *holder_add(to) = from->slots[i];
    from->count = 0;
}

void former_keep(struct engine *engine, struct holder *was)
{
    if (was->count > 0)
        move_slots(former_add(engine, engine_holder_name(engine, was)), was);
}

void former_take(struct engine *engine, struct holder *holder)
{
    struct holder *former = engine->former_count > 0 ? find(engine, engine_holder_name(engine, holder)) : NULL;

    if (former != NULL)
        move_slots(holder, former);
}

void former_clear(struct engine *engine, struct moment now, struct effects *out)
{
    struct opinions none;

    none.count = 0;
    for (size_t i = 0; i < engine->former_count; i++)
        engine_feed_all(engine, &engine->former[i], &none, now, out);
    engine->former_dirty = false;
}

void former_fini(struct engine *engine)
{
    for (size_t i = 0; i < engine->former_count; i++)
        holder_fini(&engine->former[i]);
    free(engine->former);
}
