#ifndef ERWATCH_CORE_SAMPLE_H
#define ERWATCH_CORE_SAMPLE_H

#include "core/net.h"
#include "core/resource_id.h"
#include "core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What one answer of ARM said about one circuit. No pointers: texts are offsets into `text`, so that a sample can be
 * kept, compared and copied as bytes. A decoder fills a scratch one; sample_pack() makes the small copy that is kept.
 */

enum peering_kind { PEERING_PRIVATE, PEERING_MICROSOFT, PEERING_PUBLIC, PEERINGS, PEERING_NONE = PEERINGS };
enum path { PATH_PRIMARY, PATH_SECONDARY, PATHS, PATH_NONE = PATHS };
enum modified_by { MODIFIED_BY_UNKNOWN, MODIFIED_BY_CUSTOMER, MODIFIED_BY_PROVIDER };

#define SAMPLE_PREFIXES_MAX 1000 /* Microsoft takes 200 per session; two families, and room for a surprise */
#define SAMPLE_LINKS_MAX 200     /* Global Reach; far more than a circuit can have */
#define SAMPLE_TEXT_MAX 65535

typedef uint16_t text_at; /* offset into sample.text; 0 is the empty text */

struct word {
    uint8_t code; /* WORD_ABSENT, WORD_OTHER or a value of the list's enum */
    text_at raw;  /* the word as sent, when it is not spelt as word_name() spells it; else 0 */
};

struct prefix_sample {
    text_at text; /* as sent, when that is not how net_format() spells it; else 0: sample_prefix() */
    struct net net;
    struct word state; /* WORD_ABSENT when the answer has no state of this prefix's own */
};

/** A Global Reach link of the private peering to another circuit. */
struct link_sample {
    bool peered; /* the other circuit made it: it stands in `peeredConnections` */
    struct word status, ipv6_status, operation;
    text_at name;
    text_at peer; /* `peerExpressRouteCircuitPeering.id`: the peering of the other circuit */
};

/** One address family of a peering. For IPv4 the outer fields, for IPv6 those of `ipv6PeeringConfig`. */
struct family_sample {
    bool in_use;       /* IPv4: outer peer prefixes present; IPv6: `ipv6PeeringConfig` present */
    bool config;       /* a `microsoftPeeringConfig` is present */
    bool prefix_info;  /* `advertisedPublicPrefixInfo` is present and not empty */
    bool route_filter; /* `routeFilter.id` is present */
    struct word state;
    struct word prefixes_state;
    struct net subnet[PATHS]; /* NET_NONE where absent */
    uint32_t customer_asn;    /* 0: the same as the peer's */
    text_at registry;
    uint16_t prefix_first; /* into sample.prefix */
    uint16_t prefix_count;
};

struct peering_sample {
    bool present;
    uint8_t modified_by; /* enum modified_by */
    struct word operation;
    uint32_t azure_asn, peer_asn, vlan;
    text_at port[PATHS];
    text_at connection; /* `expressRouteConnection.id`: that of an ExpressRoute gateway in a Virtual WAN */
    struct family_sample family[FAMILIES];
};

struct sample {
    struct word circuit, provider, operation;
    bool direct;          /* `expressRoutePort` is present: the provider state does not apply */
    bool peerings_absent; /* no `peerings` key at all (rule 16); an empty list is not this */
    uint8_t peering_count;
    char service_key_tail[5]; /* the last four characters, "" when unknown or all zeros */
    uint32_t bandwidth_mbps;
    uint32_t stag;
    text_at port; /* `expressRoutePort.id` */
    text_at id, name, location, provider_name, peering_location, sku_tier, sku_family;
    struct peering_sample peering[PEERINGS];
    uint16_t prefix_count, link_count;
    uint16_t text_len; /* bytes used in `text`, at least 1: the empty text */
    /* only the used parts of these three are kept by sample_pack() */
    struct prefix_sample prefix[SAMPLE_PREFIXES_MAX];
    struct link_sample link[SAMPLE_LINKS_MAX];
    char text[SAMPLE_TEXT_MAX + 1];
};

/** Make the sample empty: no peerings, every word absent, no text. */
void sample_reset(struct sample *sample);

/**
 * Keep a text. Control characters are kept (every sink makes them harmless itself), NUL ends it.
 *
 * @return its offset, or 0 when the sample is full or the text empty
 */
text_at sample_add_text(struct sample *sample, const char *text, size_t len);

/** The text at an offset; "" for 0. Valid as long as the sample. */
const char *sample_text(const struct sample *sample, text_at at);

/** Set a word from the text of an answer: looks it up and keeps the spelling when it is not the usual one. */
void sample_set_word(struct sample *sample, struct word *word, enum word_list list, const char *text, size_t len);

/** A word for people: as sent when it was spelt unusually, else as documented; "(absent)" when it was not there. */
const char *sample_word(const struct sample *sample, struct word word, enum word_list list);

/** A prefix as it was sent; "" when it was empty. @param text  room for it, where it is not kept as a text */
const char *sample_prefix(const struct sample *sample, const struct prefix_sample *prefix, char text[NET_TEXT_MAX]);

/**
 * The small copy that is kept: one heap block, free() it.
 *
 * @param id    the circuit's id, where whoever keeps the copy has that anyway: if it is the sample's, the copy has none
 *              of its own, and gives this one back in lower case; NULL: it keeps the sample's
 * @param size  its size in bytes
 */
void *sample_pack(const struct sample *sample, const struct resource_id *id, size_t *size);

/** The reverse of sample_pack(); @p size as it gave it, @p id as it was given (where it lies may have changed). */
void sample_unpack(const void *packed, size_t size, const struct resource_id *id, struct sample *out);

/** Would packing @p sample give exactly these bytes? Then nothing has changed and nothing need be judged. */
bool sample_same(const void *packed, size_t size, const struct resource_id *id, const struct sample *sample);

/** Name of a peering in ARM ("AzurePrivatePeering", …) and for people ("private", …). */
const char *peering_arm_name(enum peering_kind kind);
const char *peering_name(enum peering_kind kind);
const char *path_name(enum path path);

#endif
