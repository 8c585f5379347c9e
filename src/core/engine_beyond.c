/*
 * What was seen beyond a circuit: gateway connections, Resource Health, announced maintenance. Kept with the circuit, in
 * a block of its own that most circuits do not have.
 */
#include "core/engine_inner.h"

#include <assert.h>

static struct circuit *circuit_at(struct engine *engine, size_t index)
{
    assert(index < engine->watch.circuit_count);
    struct circuit *circuit = &engine->circuits[index];
    if (circuit->beyond == NULL)
        circuit->beyond = beyond_new();
    return circuit;
}

static void answered(struct engine *engine, size_t index, enum feature feature, struct moment now, struct effects *out)
{
    engine_feature_works(engine, index, feature, now, out);
}

void engine_saw_connection(struct engine *engine, size_t index, const struct connection_value *connection,
                           struct moment now, struct effects *out)
{
    struct circuit *circuit = circuit_at(engine, index);

    beyond_take_connection(circuit->beyond, connection, circuit->settings->id_lower);
    answered(engine, index, FEATURE_CONNECTIONS, now, out);
}

void engine_saw_connections(struct engine *engine, size_t index, const char *const *ids, size_t count,
                            struct moment now, struct effects *out)
{
    const struct expect *expect = &engine->circuits[index].settings->expect;

    if (engine->circuits[index].beyond != NULL)
        beyond_keep_connections(engine->circuits[index].beyond, ids, count, expect->connections,
                                expect->connection_count);
    answered(engine, index, FEATURE_CONNECTIONS, now, out);
}

void engine_saw_health(struct engine *engine, size_t index, const struct health_value *health, struct moment now,
                       struct effects *out)
{
    beyond_take_health(circuit_at(engine, index)->beyond, health);
    answered(engine, index, FEATURE_HEALTH, now, out);
}

void engine_saw_maintenance(struct engine *engine, size_t index, const struct maintenances *maintenances,
                            struct moment now, struct effects *out)
{
    if (maintenances->count > 0 || engine->circuits[index].beyond != NULL)
        beyond_take_maintenances(circuit_at(engine, index)->beyond, maintenances);
    answered(engine, index, FEATURE_MAINTENANCE, now, out);
}
