#ifndef ERWATCH_SIM_CIRCUIT_H
#define ERWATCH_SIM_CIRCUIT_H

#include "core/sample.h"
#include "sim/target.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One circuit of the simulator: what the scenario says of it, in the scenario's own keys, and what follows from that
 * for its sessions and metrics.
 */

/** A BGP session as a router would tell it. */
struct session {
    bool listed;       /* has a row in the route summary */
    bool up;
    unsigned prefixes; /* received, while up */
    char word[16];     /* while down: "Idle", "Active" … */
    bool ever;         /* was up before */
    int64_t since_ms;  /* story time of the last change; may lie before the story's begin */
};

/** From here on the two metrics of a path had these values; -1: no value. */
struct mark {
    int64_t wall_ms;
    int8_t bgp, arp;
};

#define MARKS_MAX 64

struct marks {
    struct mark *at;
    size_t count; /* at most MARKS_MAX; then the older half is forgotten */
};

struct circuit {
    char *subscription, *group, *name;
    char *id;         /* as Resource Manager writes it */
    size_t index;     /* its place in the scenario; made-up addresses follow from it */
    json_t *state;    /* keys of `circuits` */
    unsigned changes; /* how often it changed; the etag follows from it */
    struct session sessions[PEERINGS][FAMILIES][PATHS];
    struct marks marks[PEERINGS][PATHS];
    int64_t health_wall_ms;    /* when its Resource Health became what it is */
    uint64_t asked[ENDPOINTS]; /* requests */
    char *text;                /* the last rendering, see render.h */
    unsigned text_changes;
    char text_version[24];
};

/** @param state  keys of `circuits`; a reference is kept, and changed by circuit_set() */
struct circuit *circuit_new(const char *subscription, const char *name, size_t index, json_t *state);
void circuit_free(struct circuit *circuit);

/** Change keys; @p story_ms and @p wall_ms: now, for sessions and metrics. */
void circuit_set(struct circuit *circuit, json_t *patch, int64_t story_ms, int64_t wall_ms);

/** Work out sessions and metrics anew. circuit_set() does it; a new circuit needs it once. */
void circuit_refresh(struct circuit *circuit, int64_t story_ms, int64_t wall_ms);

bool circuit_deleted(const struct circuit *circuit);
/** Has the provider done its part, or is it on ExpressRoute Direct? Without that no table and no metric has a row. */
bool circuit_provisioned(const struct circuit *circuit);
/** The keys of a peering; NULL when the circuit has none of this kind. */
const json_t *circuit_peering(const struct circuit *circuit, enum peering_kind kind);
/** The keys of one side of a peering; NULL when it has none. */
const json_t *peering_family(const json_t *peering, enum family family);
/** The subnet of one session as text; "" when it is absent. */
const char *peering_subnet(const struct circuit *circuit, enum peering_kind kind, enum family family, enum path path,
                           char out[NET_TEXT_MAX]);

/** The value of a key, @p standard when it is not given, NULL when it is absent on purpose. */
const char *state_text(const json_t *state, const char *key, const char *standard);
/** The same for numbers; @p absent (may be NULL) becomes true when the key is absent on purpose. */
int64_t state_number(const json_t *state, const char *key, int64_t standard, bool *absent);

/** What the two metrics of a path were at a moment; -1: no value. */
struct mark circuit_metric_at(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t wall_ms);

#endif
