/* What an earlier run had stored, put back before anything else happens. */
#include "core/engine_inner.h"

#include <stdlib.h>
#include <string.h>

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

/* Incidents of a circuit that left the settings while we were not running. */
static struct holder *leaving_holder(struct engine *engine, const char *id)
{
    for (size_t i = engine->watch.circuit_count; i < engine->circuit_count; i++)
        if (resource_id_compare_text(id, &engine->circuits[i].settings->id) == 0)
            return &engine->circuits[i].holder;
    struct circuit *grown = realloc(engine->circuits, (engine->circuit_count + 1) * sizeof *grown);
    size_t *dirty = realloc(engine->dirty, (engine->circuit_count + 1) * sizeof *dirty);
    if (grown == NULL || dirty == NULL)
        abort();
    engine->circuits = grown;
    engine->dirty = dirty;
    struct circuit *circuit = &grown[engine->circuit_count];
    *circuit = (struct circuit){ .holder = { .target = { SCOPE_CIRCUIT, engine->circuit_count } },
                                 .verdict = VERDICT_UNKNOWN };
    circuit_leave(circuit, &(struct resource_id){ "", id }, last_segment(id));
    engine_mark(engine, engine->circuit_count++);
    return &circuit->holder;
}

/* One that is there already is known anew: what was stored is restored late. */
static struct slot *slot_for(struct holder *holder, uint64_t key)
{
    for (uint32_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.key == key)
            return &holder->slots[i];
    return holder_add(holder);
}

static void restore_slot(struct holder *holder, const struct incident *incident)
{
    struct slot *slot = slot_for(holder, incident->key);

    slot->incident = *incident;
    slot->waits = MONO_NEVER;
    slot->opinion = (struct opinion){ .rule = incident->rule,
                                      .subject = incident->subject,
                                      .standing = STANDING_BAD,
                                      .severity = incident->severity,
                                      .owner = incident->owner,
                                      .hold = incident->hold,
                                      .variant = incident->variant };
}

/* The clock that only runs forward began anew; a wall clock that was set back makes nothing older than it is. */
static struct mono long_ago(int64_t wall_ms, struct moment now)
{
    int64_t age = now.wall_ms - wall_ms;

    return (struct mono){ now.mono.ms - (age > 0 ? age : 0) };
}

/* A clock that shows a moment before somebody took it on is wrong: it cannot make the rest longer than the whole. */
struct mono engine_ack_end(const struct ack *ack, struct moment now)
{
    int64_t left = ack->until_wall_ms - now.wall_ms, whole = ack->until_wall_ms - ack->at_wall_ms;

    return ack->until_wall_ms == 0 ? MONO_NEVER : mono_after(now.mono, left < whole ? left : whole);
}

void engine_restore_incident(struct engine *engine, const struct incident *incident, const char *scope,
                             struct moment now)
{
    struct circuit *circuit = engine_find(engine, scope);
    struct holder *holder = circuit != NULL ? &circuit->holder : engine_find_shared(engine, scope);
    struct incident restored = *incident;
    int64_t age = now.wall_ms - incident->count_wall_ms;

    restored.since_mono = long_ago(incident->count_wall_ms, now);
    restored.told_mono = long_ago(incident->told_wall_ms, now);
    restored.paged_mono = long_ago(incident->paged_wall_ms, now);
    restored.ack.until = engine_ack_end(&restored.ack, now);
    restored.flap_since = long_ago(incident->flap_wall_ms, now);
    for (size_t i = 0; i < 2; i++)
        restored.opened[i] = long_ago(incident->opened_wall_ms[i], now);
    restored.flap_basis = restored.basis = restored.drift_basis = (struct mono){ INT64_MIN };
    restored.drift = SEVERITY_NONE;
    if (restored.state == INCIDENT_PENDING && age > 3 * engine->watch.policy->stale_ms) {
        restored.count = 0; /* too long ago to be one of several in a row */
        restored.since_mono = now.mono;
        restored.count_wall_ms = now.wall_ms;
    }
    if (holder == NULL)
        holder = port_holder(engine, scope);
    if (holder == NULL && past_take(engine, &restored, now.wall_ms))
        return;
    if (holder == NULL)
        holder = cause_holder(engine, scope, incident->item);
    if (holder == NULL && scope[0] == '/' && incident->state != INCIDENT_CLEARED) {
        holder = leaving_holder(engine, scope);
    } else if (holder == NULL) {
        holder = former_add(engine, scope);
        engine->former_dirty = true;
    }
    restore_slot(holder, &restored);
    if (holder->target.scope == SCOPE_CAUSE)
        cause_restored(engine, holder, long_ago(incident->raised_wall_ms, now));
    if (restored.withheld & (WITHHELD_GROUPED | WITHHELD_WAITING) || holder->target.scope == SCOPE_CAUSE)
        group_look(engine, now.mono);
}

static char *copy(const char *text, size_t len)
{
    char *made = strndup(text, len);

    if (made == NULL)
        abort();
    return made;
}

void engine_restore_memory(struct engine *engine, const char *id, const struct memory *memory, const char *words)
{
    struct circuit *circuit = engine_find(engine, id);

    if (circuit == NULL)
        return;
    circuit->memory = *memory;
    const char *mark = strncmp(words, "=\n", 2) == 0 ? words : strstr(words, "\n=\n");
    size_t len = mark == NULL ? strlen(words) : (size_t)(mark - words) + (mark != words);
    if (len == 0 && mark == NULL && circuit->unusual == NULL)
        return;
    struct unusual *unusual = circuit_change_unusual(circuit);
    free(unusual->stored_words);
    free(unusual->attributes);
    unusual->stored_words = len > 0 ? copy(words, len) : NULL;
    unusual->attributes = mark != NULL ? copy(words + len + 2, strlen(words + len + 2)) : NULL;
}

void engine_join_memory(struct engine *engine, const char *id_lower, const struct memory *memory, const char *words)
{
    struct circuit *circuit = engine_find(engine, id_lower);

    if (circuit == NULL)
        return;
    if (!circuit->memory.seen) {
        engine_restore_memory(engine, id_lower, memory, words);
        return;
    }
    if (!circuit->memory.provisioned && circuit->memory.left_wall_ms == 0)
        circuit->memory.left_wall_ms = memory->left_wall_ms;
    circuit->memory.provisioned = circuit->memory.provisioned || memory->provisioned;
    if (memory->first_wall_ms != 0 && memory->first_wall_ms < circuit->memory.first_wall_ms)
        circuit->memory.first_wall_ms = memory->first_wall_ms;
}
