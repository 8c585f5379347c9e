/*
 * What was seen beyond a circuit: gateway connections, Resource Health, announced maintenance. Kept with the circuit, in
 * a block of its own that most circuits do not have.
 */
#include "core/engine_inner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct circuit *circuit_at(struct engine *engine, size_t index)
{
    assert(index < engine->watch.circuit_count);
    struct circuit *circuit = &engine->circuits[index];
    if (circuit->beyond == NULL) {
        struct beyond nothing = beyond_nothing();
        circuit->beyond = pool_keep(engine->pool, &nothing, sizeof nothing);
    }
    return circuit;
}

/*
 * The read works. Of a circuit to which the answer changes nothing that is all: what is there is younger now, and when it
 * will be stale is looked up once the moment that was planned before is reached.
 */
static void answered(struct engine *engine, size_t index, enum feature feature, bool changes, struct moment now,
                     struct effects *out)
{
    struct circuit *circuit = &engine->circuits[index];
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;

    if (changes || !circuit->quiet || circuit->dirty || seen->feature_off[feature] || seen->feature_odd[feature] > 0 ||
        engine_feature_seen(engine, circuit, feature).ms == 0)
        engine_feature_works(engine, index, feature, now, out);
    else
        engine_see_feature(engine, circuit, feature, now.mono);
}

/* What Azure says of it now, told like a state word. */
static void tell_word(struct effects *out, struct target target, const char *field, const char *name, const char *was,
                      const char *is)
{
    if (strcmp(was, is) == 0)
        return;
    struct word_change *change = &effects_add(out, EFFECT_WORD, target)->change;
    snprintf(change->field, sizeof change->field, "%s%s%.60s", field, name[0] != '\0' ? " " : "", name);
    snprintf(change->was, sizeof change->was, "%.40s", was);
    snprintf(change->is, sizeof change->is, "%.40s", is);
}

static const char *connection_word(const struct connection *connection)
{
    return connection->missing ? "(missing)" : connection->word[0] != '\0' ? connection->word : "(absent)";
}

static bool is_well(const struct connection *connection)
{
    return !connection->missing && connection->status == LINKED_CONNECTED &&
           connection->operation != OPERATION_FAILED && connection->peer[0] == '\0';
}

void engine_saw_connection(struct engine *engine, size_t index, const struct connection_value *connection,
                           struct moment now, struct effects *out)
{
    struct circuit *circuit = circuit_at(engine, index);
    uint64_t item = item_of(connection->id);
    const struct connection *known = beyond_connection(circuit->beyond, item);
    char was[BEYOND_WORD_MAX] = "";

    if (known != NULL)
        snprintf(was, sizeof was, "%s", connection_word(known));
    else
        beyond_make_room(circuit->beyond, item, circuit->settings->expect.connections,
                         circuit->settings->expect.connection_count);
    bool changes = beyond_take_connection(circuit->beyond, connection, resource_id_text(&circuit->settings->id).text);
    const struct connection *is = beyond_connection(circuit->beyond, item);
    if (was[0] != '\0' && is != NULL)
        tell_word(out, circuit->holder.target, "connection", engine_short_id(is->id), was, connection_word(is));
    answered(engine, index, FEATURE_CONNECTIONS, changes || is == NULL || !is_well(is), now, out);
}

void engine_saw_connections(struct engine *engine, size_t index, const char *const *ids, size_t count,
                            struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count);
    struct circuit *circuit = &engine->circuits[index];
    const struct expect *expect = &circuit->settings->expect;
    bool changes = circuit->beyond != NULL && beyond_keep_connections(circuit->beyond, ids, count, expect->connections,
                                                                      expect->connection_count);

    changes = changes || !circuit->connections_listed; /* what an earlier run had told may be over */
    circuit->connections_listed = true;
    answered(engine, index, FEATURE_CONNECTIONS, changes, now, out);
}

void engine_saw_health(struct engine *engine, size_t index, const struct health_value *health, struct moment now,
                       struct effects *out)
{
    struct circuit *circuit = circuit_at(engine, index);
    bool known = circuit->beyond->health_seen.ms != MONO_NEVER.ms;
    enum availability was = (enum availability)circuit->beyond->health;
    bool changes = beyond_take_health(circuit->beyond, health);

    if (known)
        tell_word(out, circuit->holder.target, "Azure Resource Health", "", availability_name(was),
                  availability_name((enum availability)health->state));
    answered(engine, index, FEATURE_HEALTH, changes, now, out);
}

/* Nothing announced, as before: that is what nearly every answer says. */
void engine_saw_maintenance(struct engine *engine, size_t index, const struct maintenances *maintenances,
                            struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count);
    const struct beyond *beyond = engine->circuits[index].beyond;
    bool changes = maintenances->count > 0 || (beyond != NULL && beyond->maintenance_count > 0);

    if (maintenances->count > 0 || beyond != NULL)
        beyond_take_maintenances(circuit_at(engine, index)->beyond, maintenances);
    answered(engine, index, FEATURE_MAINTENANCE, changes, now, out);
}
