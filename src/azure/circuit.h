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
    uint16_t prefix_mark, link_mark, text_mark;
    struct link_sample link; /* the Global Reach link that is being read */
    /* the element of `advertisedPublicPrefixInfo` that is being read */
    struct prefix_sample prefix;
    uint16_t next_listed; /* where its prefix is expected in the list: both have the same order as a rule */
};

/** What each key of the shape is handed on as. The caller's own tags begin at CIRCUIT_TAGS. */
enum {
    TAG_ID,
    TAG_NAME,
    TAG_TYPE,
    TAG_LOCATION,
    TAG_SKU,
    TAG_SKU_TIER,
    TAG_SKU_FAMILY,
    TAG_PROPERTIES,
    TAG_CIRCUIT_STATE,
    TAG_PROVIDER_STATE,
    TAG_OPERATION,
    TAG_SERVICE_KEY,
    TAG_STAG,
    TAG_PROVIDER,
    TAG_PROVIDER_NAME,
    TAG_PEERING_LOCATION,
    TAG_BANDWIDTH,
    TAG_BANDWIDTH_GIGABITS,
    TAG_DIRECT_PORT,
    TAG_PEERINGS,
    TAG_PEERING_NAME,
    TAG_PEERING_PROPERTIES,
    TAG_PEERING_TYPE,
    TAG_PEERING_OPERATION,
    TAG_AZURE_ASN,
    TAG_PEER_ASN,
    TAG_VLAN,
    TAG_PORT_PRIMARY,
    TAG_PORT_SECONDARY,
    TAG_MODIFIED_BY,
    TAG_IPV6,
    TAG_STATE,
    TAG_SUBNET_PRIMARY,
    TAG_SUBNET_SECONDARY,
    TAG_ROUTE_FILTER,
    TAG_ROUTE_FILTER_ID,
    TAG_CONFIG,
    TAG_PREFIXES,
    TAG_PREFIXES_STATE,
    TAG_CUSTOMER_ASN,
    TAG_REGISTRY,
    TAG_PREFIX_INFO,
    TAG_PREFIX,
    TAG_PREFIX_STATE,
    TAG_DIRECT_PORT_ID,
    TAG_CONNECTION,
    TAG_CONNECTION_ID,
    TAG_LINKS,
    TAG_PEERED_LINKS,
    TAG_LINK_PROPERTIES,
    TAG_LINK_NAME,
    TAG_LINK_STATUS,
    TAG_LINK_OPERATION,
    TAG_LINK_PEER,
    TAG_LINK_IPV6_STATUS,
    CIRCUIT_TAGS
};

extern const struct json_shape circuit_shape;

/* circuit.c */
json_take circuit_take;
/** Why the circuit cannot be believed. @return false */
bool circuit_refuse(struct circuit_decoder *decoder, const char *because);
/** One state more for a prefix: of the listed one, or one of its own, when that has a state already or is not listed. */
bool circuit_end_prefix(struct circuit_decoder *decoder);

/* circuit_part.c */
json_enter circuit_enter;

void circuit_begin(struct circuit_decoder *decoder, struct sample *sample);

/** The object is over: can it be believed? false with `because`. */
bool circuit_end(struct circuit_decoder *decoder);

#endif
