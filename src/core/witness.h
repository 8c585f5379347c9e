#ifndef ERWATCH_CORE_WITNESS_H
#define ERWATCH_CORE_WITNESS_H

#include "core/mono.h"
#include "core/sample.h"

#include <stdint.h>

/*
 * What is known about sessions, from two witnesses: Azure Monitor's metrics (they know peering and path, no family) and
 * the route summary of the edge device (a row per neighbour). A value that was never seen has `seen` MONO_NEVER.
 */

/** Newest point of BgpAvailability or ArpAvailability that had a value. */
struct metric_value {
    struct mono seen;      /* when that point was measured, on our clock */
    int64_t stamp_wall_ms; /* its time stamp as Azure wrote it: tells a new point from the same one read again */
    int16_t percent;       /* 0..100, rounded down */
};

enum route_state { ROUTE_NO_ROW, ROUTE_ESTABLISHED, ROUTE_DOWN };

#define ROUTE_TEXT_MAX 24

/** One row of a route summary: the neighbour of one family on one path. */
struct route_value {
    struct mono seen;       /* when the summary was asked for */
    uint8_t state;          /* enum route_state */
    uint32_t prefixes;      /* received, when established */
    char word[ROUTE_TEXT_MAX];   /* `statePfxRcd` as sent */
    char uptime[ROUTE_TEXT_MAX]; /* `upDown` as sent; its form depends on the router's vendor */
};

enum arp_state { ARP_UNKNOWN, ARP_COMPLETE, ARP_INCOMPLETE };

struct path_witness {
    struct metric_value bgp, arp;
    struct route_value route[FAMILIES];
    struct mono arp_seen; /* of the ARP table */
    uint8_t arp_state;    /* enum arp_state */
};

struct witness {
    struct path_witness at[PEERINGS][PATHS];
};

/** Nothing seen yet. */
void witness_reset(struct witness *witness);

/** The small copy that is kept: one heap block, free() it. */
void *witness_pack(const struct witness *witness);

/** The reverse; NULL: nothing seen yet. */
void witness_unpack(const void *packed, struct witness *out);

#endif
