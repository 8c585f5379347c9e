#ifndef ERWATCH_AZURE_CIRCUIT_H
#define ERWATCH_AZURE_CIRCUIT_H

#include "azure/json.h"
#include "core/sample.h"

#include <stdbool.h>

/*
 * The decoder of a circuit object, wherever it stands: alone, or as an element of a list. The caller gives the JSON
 * events to it and says when a circuit begins and ends. Inside this room only.
 */

struct circuit_decoder {
    struct sample *sample; /* filled; belongs to the caller */
    const char *because;   /* why a callback stopped: "has a peering twice" */
    bool properties;       /* `properties` was there */
    bool wrong_type;       /* `type` is another resource's */
    /* the peering that is being read */
    struct peering_sample peering;
    enum peering_kind by_type, by_name;
    bool named;
    enum family family; /* IPv6 inside `ipv6PeeringConfig` */
    uint16_t prefix_mark, text_mark;
    /* the element of `advertisedPublicPrefixInfo` that is being read */
    struct prefix_sample prefix;
    uint16_t next_listed; /* where its prefix is expected in the list: both have the same order as a rule */
};

extern const struct json_shape circuit_shape;

/** Tags of the decoder are below this; the caller's own begin here. */
#define CIRCUIT_TAGS 64

void circuit_begin(struct circuit_decoder *decoder, struct sample *sample);
json_take circuit_take;
json_enter circuit_enter;

/** The object is over: can it be believed? false with `because`. */
bool circuit_end(struct circuit_decoder *decoder);

#endif
