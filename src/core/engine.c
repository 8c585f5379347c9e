/*
 * The engine's things: circuits, credentials, subscription groups; made from a watch, carried over to another one, and
 * filled with what was stored. What is seen comes in through engine_see.c and is judged in engine_judge.c.
 */
#include "core/engine_inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        abort();
    return memory;
}

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

static void holder_init(struct holder *holder, enum scope scope, size_t index, const char *name)
{
    *holder = (struct holder){ .target = { (uint8_t)scope, index }, .name = copy(name) };
}

static void circuit_fini(struct circuit *circuit)
{
    holder_fini(&circuit->holder);
    free(circuit->packed);
    free(circuit->failure);
    free(circuit->stored_words);
    if (circuit->own != NULL) {
        free((char *)circuit->own->id);
        free((char *)circuit->own->name);
        free(circuit->own);
    }
}

static void circuit_init(struct circuit *circuit, const struct circuit_settings *settings, size_t index,
                         struct moment now)
{
    *circuit = (struct circuit){ .settings = settings, .verdict = VERDICT_UNKNOWN };
    holder_init(&circuit->holder, SCOPE_CIRCUIT, index, settings->id_lower);
    witness_reset(&circuit->witness);
    circuit->memory.first_wall_ms = now.wall_ms;
    circuit->look.sample_seen = now.mono;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        circuit->look.judged_since[kind] = MONO_NEVER;
}

/* A circuit that is watched no longer: enough of its settings to say so. */
static void circuit_leave(struct circuit *circuit, const char *id_lower, const char *name)
{
    struct circuit_settings *own = take(1, sizeof *own);

    own->id = own->id_lower = copy(id_lower);
    own->name = copy(name);
    own->subscription = "";
    circuit->own = own;
    circuit->settings = own;
}

/* ---- credentials and groups ---- */

static void make_credentials(struct engine *engine)
{
    engine->credentials = take(engine->watch.credential_count, sizeof *engine->credentials);
    for (size_t i = 0; i < engine->watch.credential_count; i++) {
        struct credential *credential = &engine->credentials[i];
        char name[128];
        snprintf(name, sizeof name, "credential/%s", engine->watch.credentials[i]);
        holder_init(&credential->holder, SCOPE_CREDENTIAL, i, name);
        credential->name = engine->watch.credentials[i];
        credential->dirty = true;
    }
}

static void add_group(struct engine *engine, const struct circuit_settings *settings)
{
    struct group *group = &engine->groups[engine->group_count];
    char name[256];

    snprintf(name, sizeof name, "subscription/%s/%s", engine->watch.credentials[settings->credential],
             settings->subscription);
    *group = (struct group){ .credential = settings->credential, .subscription = copy(settings->subscription) };
    holder_init(&group->holder, SCOPE_SUBSCRIPTION, engine->group_count++, name);
}

/* Circuits are sorted by id, so those of a subscription are neighbours: one pass with a short look back suffices. */
static size_t group_of(struct engine *engine, const struct circuit_settings *settings)
{
    for (size_t i = engine->group_count; i-- > 0;) {
        if (strcmp(engine->groups[i].subscription, settings->subscription) != 0)
            break;
        if (engine->groups[i].credential == settings->credential)
            return i;
    }
    add_group(engine, settings);
    return engine->group_count - 1;
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
    engine->group_count = 0;
}

/* Everything that follows from engine->watch and does not carry state of its own. */
static void make_frame(struct engine *engine)
{
    size_t count = engine->watch.circuit_count;

    assert(count <= engine->circuit_count);
    make_credentials(engine);
    engine->groups = take(count, sizeof *engine->groups);
    engine->group_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct circuit *circuit = &engine->circuits[i];
        circuit->group = group_of(engine, circuit->settings);
        engine->credentials[circuit->settings->credential].circuits++;
    }
    engine->due = queue_new(count);
    engine->dirty = take(engine->circuit_count, sizeof *engine->dirty);
    engine->dirty_count = 0;
}

struct engine *engine_new(const struct watch *watch, struct moment now)
{
    struct engine *engine = take(1, sizeof *engine);

    engine->watch = *watch;
    engine->started = now;
    engine->circuit_count = watch->circuit_count;
    engine->circuits = take(watch->circuit_count, sizeof *engine->circuits);
    for (size_t i = 0; i < watch->circuit_count; i++)
        circuit_init(&engine->circuits[i], &watch->circuits[i], i, now);
    holder_init(&engine->local, SCOPE_LOCAL, 0, "local");
    make_frame(engine);
    for (size_t i = 0; i < watch->circuit_count; i++)
        engine_mark(engine, i);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    for (size_t i = 0; i < engine->circuit_count; i++)
        circuit_fini(&engine->circuits[i]);
    free(engine->circuits);
    free_shared(engine);
    holder_fini(&engine->local);
    queue_free(engine->due);
    free(engine->dirty);
    free(engine);
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
    return strcmp(key, ((const struct circuit_settings *)element)->id_lower);
}

struct circuit *engine_find(struct engine *engine, const char *id_lower)
{
    const struct circuit_settings *found = engine->watch.circuit_count == 0
                                               ? NULL
                                               : bsearch(id_lower, engine->watch.circuits, engine->watch.circuit_count,
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
    struct circuit *made = take(watch->circuit_count + old_count, sizeof *made);
    bool *carried = take(old_count, sizeof *carried);
    size_t leaving = watch->circuit_count;

    for (size_t i = 0; i < watch->circuit_count; i++) {
        struct circuit *was = engine_find(engine, watch->circuits[i].id_lower);
        if (was == NULL) {
            circuit_init(&made[i], &watch->circuits[i], i, now);
            continue;
        }
        made[i] = *was;
        carried[was - old] = true;
        made[i].settings = &watch->circuits[i];
        made[i].holder.target.index = i;
        made[i].share = (struct share){ 0 };
        made[i].dirty = false;
    }
    for (size_t i = 0; i < old_count; i++) {
        if (carried[i])
            continue;
        if (!anything_open(&old[i].holder)) {
            circuit_fini(&old[i]);
            continue;
        }
        made[leaving] = old[i];
        made[leaving].dirty = false;
        made[leaving].holder.target.index = leaving;
        if (old[i].own == NULL)
            circuit_leave(&made[leaving], old[i].settings->id_lower, old[i].settings->name);
        leaving++;
    }
    free(old);
    free(carried);
    engine->circuits = made;
    engine->circuit_count = leaving;
}

/* Incidents and state of what is shared go with the name of their scope; what has none left is cleared at once. */
static void carry_holder(struct engine *engine, struct holder *was, struct holder *is, struct moment now,
                         struct effects *out)
{
    if (is == NULL) {
        struct opinions none = { 0 };
        was->target = (struct target){ SCOPE_LOCAL, 0 }; /* its own index means nothing any more */
        engine_feed_all(engine, was, &none, now, out);
        return;
    }
    free(is->slots);
    is->slots = was->slots;
    is->count = was->count;
    is->room = was->room;
    was->slots = NULL;
    was->count = was->room = 0;
}

static struct holder *find_shared(struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        if (strcmp(engine->credentials[i].holder.name, name) == 0)
            return &engine->credentials[i].holder;
    for (size_t i = 0; i < engine->group_count; i++)
        if (strcmp(engine->groups[i].holder.name, name) == 0)
            return &engine->groups[i].holder;
    return strcmp(name, engine->local.name) == 0 ? &engine->local : NULL;
}

static void carry_shared(struct engine *engine, struct engine *was, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < was->watch.credential_count; i++) {
        struct holder *is = find_shared(engine, was->credentials[i].holder.name);
        if (is != NULL) {
            struct credential *to = &engine->credentials[is->target.index], *from = &was->credentials[i];
            to->failure = from->failure;
            to->works = from->works;
            to->seen = from->seen;
            to->worked = from->worked;
            to->last = from->last;
        }
        carry_holder(was, &was->credentials[i].holder, is, now, out);
    }
    for (size_t i = 0; i < was->group_count; i++)
        carry_holder(was, &was->groups[i].holder, find_shared(engine, was->groups[i].holder.name), now, out);
}

void engine_adopt(struct engine *engine, const struct watch *watch, struct moment now, struct effects *out)
{
    struct engine was = *engine;

    carry_circuits(engine, watch, now);
    engine->watch = *watch;
    queue_free(engine->due);
    free(engine->dirty);
    make_frame(engine);
    carry_shared(engine, &was, now, out);
    free_shared(&was);
    for (size_t i = 0; i < engine->circuit_count; i++)
        engine_mark(engine, i);
    engine_settle(engine, now, out);
}

/* ---- what was stored ---- */

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

/* Incidents of a circuit that left the settings while we were not running. */
static struct holder *leaving_holder(struct engine *engine, const char *id_lower)
{
    for (size_t i = engine->watch.circuit_count; i < engine->circuit_count; i++)
        if (strcmp(engine->circuits[i].holder.name, id_lower) == 0)
            return &engine->circuits[i].holder;
    struct circuit *grown = realloc(engine->circuits, (engine->circuit_count + 1) * sizeof *grown);
    size_t *dirty = realloc(engine->dirty, (engine->circuit_count + 1) * sizeof *dirty);
    if (grown == NULL || dirty == NULL)
        abort();
    engine->circuits = grown;
    engine->dirty = dirty;
    struct circuit *circuit = &grown[engine->circuit_count];
    *circuit = (struct circuit){ .verdict = VERDICT_UNKNOWN };
    circuit_leave(circuit, id_lower, last_segment(id_lower));
    holder_init(&circuit->holder, SCOPE_CIRCUIT, engine->circuit_count, id_lower);
    witness_reset(&circuit->witness);
    engine_mark(engine, engine->circuit_count++);
    return &circuit->holder;
}

static void restore_slot(struct holder *holder, const struct incident *incident)
{
    if (holder->count == holder->room) {
        holder->room = holder->room > 0 ? holder->room * 2 : 4;
        holder->slots = realloc(holder->slots, holder->room * sizeof *holder->slots);
        if (holder->slots == NULL)
            abort();
    }
    struct slot *slot = &holder->slots[holder->count++];
    slot->incident = *incident;
    slot->opinion = (struct opinion){ .rule = incident->rule,
                                      .subject = incident->subject,
                                      .standing = STANDING_BAD,
                                      .severity = incident->severity,
                                      .owner = incident->owner,
                                      .hold = incident->hold,
                                      .variant = incident->variant };
}

void engine_restore_incident(struct engine *engine, const struct incident *incident, const char *scope,
                             struct moment now)
{
    struct circuit *circuit = engine_find(engine, scope);
    struct holder *holder = circuit != NULL ? &circuit->holder : find_shared(engine, scope);
    struct incident restored = *incident;
    int64_t age = now.wall_ms - incident->count_wall_ms;

    /* the clock that only runs forward began anew; a wall clock that was set back makes nothing older than it is */
    restored.since_mono = (struct mono){ now.mono.ms - (age > 0 ? age : 0) };
    restored.basis = restored.drift_basis = (struct mono){ INT64_MIN };
    restored.drift = SEVERITY_NONE;
    if (restored.state == INCIDENT_PENDING && age > 3 * engine->watch.policy->stale_ms) {
        restored.count = 0; /* too long ago to be one of several in a row */
        restored.since_mono = now.mono;
        restored.count_wall_ms = now.wall_ms;
    }
    if (holder == NULL) {
        if (incident->state == INCIDENT_CLEARED || incident->state == INCIDENT_PENDING)
            return;
        holder = leaving_holder(engine, scope);
    }
    restore_slot(holder, &restored);
}

void engine_restore_memory(struct engine *engine, const char *id_lower, const struct memory *memory, const char *words)
{
    struct circuit *circuit = engine_find(engine, id_lower);

    if (circuit == NULL)
        return;
    circuit->memory = *memory;
    free(circuit->stored_words);
    circuit->stored_words = words[0] != '\0' ? copy(words) : NULL;
}
