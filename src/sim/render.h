#ifndef ERWATCH_SIM_RENDER_H
#define ERWATCH_SIM_RENDER_H

#include "core/sample.h"

#include <jansson.h>
#include <stdint.h>

struct circuit;

/* How Resource Manager writes a circuit and its parts. */

/** What an answer depends on beside the circuit. */
struct look {
    const char *api_version; /* properties came with versions */
    const char *id_case;     /* "usual", "lower", "upper" */
    const json_t *extra;     /* properties for every circuit; NULL: none */
};

/** The resource, as a GET answers it and as an element of a list. */
json_t *render_circuit(const struct circuit *circuit, const struct look *look);

/** The same as text in one line; kept by the circuit until it changes. Valid until the next call for this circuit. */
const char *render_circuit_text(struct circuit *circuit, const struct look *look);

json_t *render_peering(const struct circuit *circuit, enum peering_kind kind, const struct look *look);

/** `{"value": [...]}` of all peerings. */
json_t *render_peerings(const struct circuit *circuit, const struct look *look);

/** The byte counters. */
json_t *render_stats(const struct circuit *circuit);

/** The rows of routeTablesSummary, arpTables and routeTables. @p story_ms: now, for how long a session has been up. */
json_t *render_summary(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms);
json_t *render_arp(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms);
json_t *render_routes(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms);

#endif
