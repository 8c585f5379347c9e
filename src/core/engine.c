/*
 * The engine's things: circuits, credentials, subscription groups; made from a watch and carried over to another one.
 * What was stored comes in through engine_restore.c, what is seen through engine_see.c; engine_judge.c judges it.
 */
#include "core/engine_inner.h"

#include "core/array.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text)
{
    char *made = strdup(text);

    if (made == NULL)
        abort();
    return made;
}

void effects_fini(struct effects *effects)
{
    free(effects->item);
    *effects = (struct effects){ 0 };
}

void holder_fini(struct holder *holder)
{
    free(holder->name);
    free(holder->slots);
    *holder = (struct holder){ 0 };
}

void holder_init(struct holder *holder, enum scope scope, size_t index, const char *name)
{
    *holder = (struct holder){ .target = { (uint8_t)scope, index }, .name = copy(name) };
}

static void circuit_fini(struct engine *engine, struct circuit *circuit)
{
    holder_fini(&circuit->holder);
    alike_drop(engine->samples, &circuit->sample);
    free(circuit->witness);
    if (circuit->beyond != NULL) {
        beyond_fini(circuit->beyond);
        pool_drop(engine->pool, circuit->beyond, sizeof *circuit->beyond);
    }
    circuit_free_unusual(circuit);
}

static void circuit_init(struct circuit *circuit, const struct circuit_settings *settings, size_t index,
                         struct moment now)
{
    *circuit = (struct circuit){ .holder = { .target = { SCOPE_CIRCUIT, index } },
                                 .settings = settings,
                                 .verdict = VERDICT_UNKNOWN };
    circuit->memory.first_wall_ms = now.wall_ms;
    circuit->look.sample_seen = circuit->look.awake = now.mono;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        circuit->look.judged_since[kind] = MONO_NEVER;
}

void circuit_leave(struct circuit *circuit, const struct resource_id *id, const char *name)
{
    struct circuit_settings *own = array_take(1, sizeof *own);

    own->id = (struct resource_id){ copy(id->path), copy(id->name) };
    own->name = copy(name);
    own->subscription = "";
    circuit_change_unusual(circuit)->own = own;
    circuit->settings = own;
}

/* ---- credentials and groups ---- */

static void make_credentials(struct engine *engine)
{
    engine->credentials = array_take(engine->watch.credential_count, sizeof *engine->credentials);
    for (size_t i = 0; i < engine->watch.credential_count; i++) {
        struct credential *credential = &engine->credentials[i];
        char name[128];
        snprintf(name, sizeof name, "credential/%s", engine->watch.credentials[i]);
        holder_init(&credential->holder, SCOPE_CREDENTIAL, i, name);
        credential->name = engine->watch.credentials[i];
        credential->discovers = engine->watch.discovers != NULL && engine->watch.discovers[i];
        engine_mark_credential(engine, credential);
    }
}

static void add_group(struct engine *engine, const struct circuit_settings *settings, size_t first)
{
    struct group *group = &engine->groups[engine->group_count];
    char name[256];

    snprintf(name, sizeof name, "subscription/%s/%s", engine->watch.credentials[settings->credential],
             settings->subscription);
    *group = (struct group){ .credential = settings->credential,
                             .subscription = copy(settings->subscription),
                             .first_circuit = first };
    holder_init(&group->holder, SCOPE_SUBSCRIPTION, engine->group_count++, name);
    engine_mark_group(engine, group);
}

/* Circuits are sorted by id, so those of a subscription are neighbours: one pass with a short look back suffices. */
static size_t group_of(struct engine *engine, const struct circuit_settings *settings, size_t circuit)
{
    size_t group = engine->group_count;

    for (size_t i = engine->group_count; i-- > 0 && strcmp(engine->groups[i].subscription, settings->subscription) == 0;)
        if (engine->groups[i].credential == settings->credential)
            group = i;
    if (group == engine->group_count)
        add_group(engine, settings, circuit);
    engine->groups[group].last_circuit = circuit;
    return group;
}

static void free_shared(struct engine *engine)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        holder_fini(&engine->credentials[i].holder);
    for (size_t i = 0; i < engine->group_count; i++) {
        holder_fini(&engine->groups[i].holder);
        free(engine->groups[i].subscription);
    }
    free(engine->credentials);
    free(engine->groups);
    free(engine->dirty_groups);
    engine->group_count = 0;
}

/* Everything that follows from engine->watch and does not carry state of its own. */
static void make_frame(struct engine *engine)
{
    size_t count = engine->watch.circuit_count;

    assert(count <= engine->circuit_count);
    make_credentials(engine);
    engine->groups = array_take(count, sizeof *engine->groups);
    engine->dirty_groups = array_take(count, sizeof *engine->dirty_groups);
    engine->group_count = engine->dirty_group_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct circuit *circuit = &engine->circuits[i];
        circuit->group = (uint32_t)group_of(engine, circuit->settings, i);
        engine->credentials[circuit->settings->credential].circuits++;
    }
    engine->groups = array_fit(engine->groups, engine->group_count, sizeof *engine->groups);
    engine->dirty_groups = array_fit(engine->dirty_groups, engine->group_count, sizeof *engine->dirty_groups);
    engine->due = queue_new(count + engine->group_count + engine->watch.credential_count + 2);
    engine->dirty = array_take(engine->circuit_count, sizeof *engine->dirty);
    engine->dirty_count = 0;
}

struct engine *engine_new(const struct watch *watch, struct moment now)
{
    struct engine *engine = array_take(1, sizeof *engine);

    engine->watch = *watch;
    engine->started = now;
    engine->pool = pool_new();
    engine->samples = alike_new();
    engine->features = features_new(watch->circuit_count);
    engine->run_wall_ms = now.wall_ms;
    engine->mute_due = engine->group_due = MONO_NEVER;
    engine->circuit_count = watch->circuit_count;
    engine->circuits = array_take(watch->circuit_count, sizeof *engine->circuits);
    for (size_t i = 0; i < watch->circuit_count; i++)
        circuit_init(&engine->circuits[i], &watch->circuits[i], i, now);
    holder_init(&engine->local, SCOPE_LOCAL, 0, LOCAL_NAME);
    make_frame(engine);
    engine_find_alone(engine, now.mono);
    for (size_t i = 0; i < watch->circuit_count; i++)
        engine_mark(engine, i);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    for (size_t i = 0; i < engine->circuit_count; i++)
        circuit_fini(engine, &engine->circuits[i]);
    free(engine->circuits);
    free_shared(engine);
    ports_fini(engine);
    causes_fini(engine);
    former_fini(engine);
    past_fini(engine);
    holder_fini(&engine->local);
    queue_free(engine->due);
    free(engine->receivers);
    free(engine->rejection);
    free(engine->endings);
    alike_free(engine->samples);
    pool_free(engine->pool);
    features_free(&engine->features);
    free(engine->dirty);
    free(engine);
}

struct witness *engine_witness(const struct engine *engine, const struct circuit *circuit)
{
    struct engine *writable = (struct engine *)engine; /* the scratch copy is nobody's state */

    witness_unpack(circuit->witness, &writable->witness);
    return &writable->witness;
}

const struct sample *circuit_sample(const struct engine *engine, const struct circuit *circuit, struct sample *room)
{
    size_t size;
    const void *packed = alike_read(engine->samples, &circuit->sample, &size);

    if (packed == NULL)
        return NULL;
    sample_unpack(packed, size, &circuit->settings->id, room);
    return room;
}

const char *engine_holder_name(const struct engine *engine, const struct holder *holder)
{
    struct engine *writable = (struct engine *)engine; /* the scratch text is nobody's state */

    if (holder->name != NULL)
        return holder->name;
    assert(holder->target.scope == SCOPE_CIRCUIT);
    writable->scope = resource_id_lower(&engine->circuits[holder->target.index].settings->id);
    return engine->scope.text;
}

void engine_mark(struct engine *engine, size_t index)
{
    if (engine->circuits[index].dirty)
        return;
    engine->circuits[index].dirty = true;
    engine->dirty[engine->dirty_count++] = index;
}

static int by_id(const void *key, const void *element)
{
    return resource_id_compare_text(key, &((const struct circuit_settings *)element)->id);
}

struct circuit *engine_find(struct engine *engine, const char *id)
{
    const struct circuit_settings *found = engine->watch.circuit_count == 0
                                               ? NULL
                                               : bsearch(id, engine->watch.circuits, engine->watch.circuit_count,
                                                         sizeof *engine->watch.circuits, by_id);

    assert(engine->circuits != NULL);
    return found == NULL ? NULL : &engine->circuits[found - engine->watch.circuits];
}

/* ---- other settings ---- */

static bool anything_open(const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.state != INCIDENT_CLEARED)
            return true;
    return false;
}

/* The new array: state of the circuits that stay, fresh ones, and behind them those that leave with open incidents. */
static void carry_circuits(struct engine *engine, const struct watch *watch, struct moment now)
{
    size_t old_count = engine->circuit_count;
    struct circuit *old = engine->circuits;
    struct circuit *made = array_take(watch->circuit_count + old_count, sizeof *made);
    struct features features = features_new(watch->circuit_count);
    bool *carried = array_take(old_count, sizeof *carried);
    size_t leaving = watch->circuit_count;

    for (size_t i = 0; i < watch->circuit_count; i++) {
        struct circuit *was = engine_find(engine, resource_id_text(&watch->circuits[i].id).text);
        if (was == NULL) {
            circuit_init(&made[i], &watch->circuits[i], i, now);
            continue;
        }
        made[i] = *was;
        carried[was - old] = true;
        made[i].settings = &watch->circuits[i];
        made[i].holder.target.index = i;
        features_carry(&features, i, &engine->features, (size_t)(was - old));
        if (made[i].unusual != NULL)
            made[i].unusual->share = (struct share){ 0 };
        made[i].dirty = made[i].quiet = false;
    }
    for (size_t i = 0; i < old_count; i++) {
        if (carried[i])
            continue;
        if (!anything_open(&old[i].holder)) {
            former_keep(engine, &old[i].holder);
            circuit_fini(engine, &old[i]);
            continue;
        }
        made[leaving] = old[i];
        made[leaving].dirty = false;
        made[leaving].holder.target.index = leaving;
        circuit_change_unusual(&made[leaving])->port = NULL;
        if (circuit_unusual(&old[i])->own == NULL)
            circuit_leave(&made[leaving], &old[i].settings->id, old[i].settings->name);
        leaving++;
    }
    features_free(&engine->features);
    engine->features = features;
    free(old);
    free(carried);
    engine->circuits = made;
    engine->circuit_count = leaving;
}

struct holder *engine_find_shared(struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): make_credentials() gives each a name */
        if (strcmp(engine->credentials[i].holder.name, name) == 0)
            return &engine->credentials[i].holder;
    for (size_t i = 0; i < engine->group_count; i++)
        if (strcmp(engine->groups[i].holder.name, name) == 0)
            return &engine->groups[i].holder;
    return strcmp(name, engine->local.name) == 0 ? &engine->local : NULL;
}

/* What is known of a credential goes with its name; what its circuits contribute is counted anew. */
static void carry_credential(struct credential *to, struct credential *from)
{
    struct credential made = *to;

    *to = *from;
    from->holder = made.holder; /* the empty one */
    to->holder.target = made.holder.target;
    to->name = made.name;
    to->circuits = made.circuits;
    to->discovers = made.discovers;
    to->blind = to->failing = to->forbidden = 0;
    memset(to->off, 0, sizeof to->off);
    to->dirty = true;
}

static void carry_group(struct group *to, struct group *from)
{
    struct group made = *to;

    to->holder = from->holder;
    to->holder.target = made.holder.target;
    from->holder = made.holder;
    to->seen = from->seen;
    to->last = from->last;
    to->blinds = from->blinds;
}

static void carry_shared(struct engine *engine, struct engine *was)
{
    for (size_t i = 0; i < was->watch.credential_count; i++) {
        struct credential *from = &was->credentials[i];
        const struct holder *is = engine_find_shared(engine, from->holder.name);
        if (is != NULL)
            carry_credential(&engine->credentials[is->target.index], from);
        else
            former_keep(engine, &from->holder);
    }
    for (size_t i = 0; i < was->group_count; i++) {
        struct group *from = &was->groups[i];
        const struct holder *is = engine_find_shared(engine, from->holder.name);
        if (is != NULL)
            carry_group(&engine->groups[is->target.index], from);
        else
            former_keep(engine, &from->holder);
    }
}

static void take_back(struct engine *engine)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        former_take(engine, &engine->circuits[i].holder);
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        former_take(engine, &engine->credentials[i].holder);
    for (size_t i = 0; i < engine->group_count; i++)
        former_take(engine, &engine->groups[i].holder);
}

void engine_adopt(struct engine *engine, const struct watch *watch, struct moment now, struct effects *out)
{
    struct engine was = *engine;

    carry_circuits(engine, watch, now);
    engine->watch = *watch;
    queue_free(engine->due);
    free(engine->dirty);
    make_frame(engine);
    carry_shared(engine, &was);
    engine_find_alone(engine, now.mono);
    free_shared(&was);
    ports_adopt(engine);
    causes_adopt(engine, now.mono);
    take_back(engine);
    former_clear(engine, now, out);
    for (size_t i = 0; i < engine->circuit_count; i++)
        engine_mark(engine, i);
    engine_settle(engine, now, out);
}
