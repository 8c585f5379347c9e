/* What was seen of sessions: metrics, route summaries and ARP tables become the circuit's witness, and it is judged. */
#include "core/engine_inner.h"

#include <assert.h>
#include <stdlib.h>

/*
 * A point that was read before is no new sample, however its age came out this time (the Date header counts seconds); one
 * with the same time stamp and another value is: Azure corrects its newest minute. A new sample is always newer on our
 * clock than the last one.
 */
static void take_metric(struct metric_value *to, const struct metric_value *from)
{
    struct mono seen = from->seen;

    if (from->seen.ms == MONO_NEVER.ms)
        return;
    if (to->seen.ms != MONO_NEVER.ms) {
        bool again = from->stamp_wall_ms == to->stamp_wall_ms && from->percent == to->percent;
        if (again || from->stamp_wall_ms < to->stamp_wall_ms)
            return;
        seen = mono_later(seen, mono_after(to->seen, 1));
    }
    *to = *from;
    to->seen = seen;
}

static void keep_witness(struct circuit *circuit, const struct witness *known)
{
    free(circuit->witness);
    circuit->witness = witness_pack(known);
}

void engine_saw_metrics(struct engine *engine, size_t index, const struct witness *witness, struct moment now,
                        struct effects *out)
{
    assert(index < engine->watch.circuit_count);
    struct circuit *circuit = &engine->circuits[index];
    struct witness *known = engine_witness(engine, circuit);

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            struct metric_value was = known->at[kind][path].bgp;
            take_metric(&known->at[kind][path].bgp, &witness->at[kind][path].bgp);
            engine_note_metric(circuit, kind, path, &was, &known->at[kind][path].bgp);
            take_metric(&known->at[kind][path].arp, &witness->at[kind][path].arp);
        }
    keep_witness(circuit, known);
    engine_note_dips(engine, circuit, now);
    engine_feature_answered(engine, circuit, FEATURE_METRICS, now);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}

void engine_saw_routes(struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                       const struct route_value route[FAMILIES], struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count && peering < PEERINGS && path < PATHS);
    struct circuit *circuit = &engine->circuits[index];

    struct witness *known = engine_witness(engine, circuit);

    for (size_t family = 0; family < FAMILIES; family++) {
        struct subject session = { (uint8_t)peering, (uint8_t)path, (uint8_t)family, FEATURE_NONE, 0 };
        engine_note_route(circuit, session, &known->at[peering][path].route[family], &route[family], now);
        known->at[peering][path].route[family] = route[family];
    }
    keep_witness(circuit, known);
    engine_feature_answered(engine, circuit, FEATURE_ROUTES, now);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}

void engine_saw_arp(struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                    enum arp_state state, struct mono asked, struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count && peering < PEERINGS && path < PATHS);
    struct circuit *circuit = &engine->circuits[index];
    struct witness *known = engine_witness(engine, circuit);
    struct path_witness *at = &known->at[peering][path];

    if (state != ARP_UNKNOWN && (at->arp_seen.ms == MONO_NEVER.ms || asked.ms >= at->arp_seen.ms)) {
        at->arp_state = (uint8_t)state;
        at->arp_seen = asked;
        keep_witness(circuit, known);
    }
    engine_feature_answered(engine, circuit, FEATURE_ARP, now);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}
