#ifndef ERWATCH_TESTS_SCENARIO_AZURE_H
#define ERWATCH_TESTS_SCENARIO_AZURE_H

#include "beyond.h"
#include "core/notice.h"
#include "core/sample.h"
#include "core/witness.h"
#include "plan.h"

/*
 * What Azure would answer. A circuit starts as a healthy one: Enabled, Provisioned, one private peering with IPv4, all
 * sessions up. A story changes what it needs to; a change stays until the next one.
 */

#define STORY_WALL_MS 1796083200000 /* when every story begins: 2026-12-01 00:00 UTC */

enum ask { ASK_CIRCUIT, ASK_METRICS, ASK_ROUTES, ASK_LIST, ASK_ARP, ASK_BEYOND, ASKS };

#define TRUTH_WORD_MAX 48
#define TRUTH_LIST_MAX 256
#define NO_POINT (-1)

struct path_truth {
    int bgp, arp; /* per cent, or NO_POINT */
    uint8_t table; /* enum arp_state of the ARP table */
    char uptime[FAMILIES][ROUTE_TEXT_MAX]; /* "": it has been up for long, and goes on */
    char routes[FAMILIES][ROUTE_TEXT_MAX]; /* "12": established with 12 routes; "": no row; else the word */
};

struct family_truth {
    bool there;
    char state[TRUTH_WORD_MAX], prefixes[TRUTH_WORD_MAX]; /* words; "" is an absent key */
    char list[TRUTH_LIST_MAX];                            /* "203.0.113.0/24(ValidationNeeded),…" */
    bool filter;
};

struct peering_truth {
    bool there;
    uint32_t vlan, azure_asn, peer_asn;
    bool provider; /* last modified by the provider */
    char operation[TRUTH_WORD_MAX];
    struct family_truth family[FAMILIES];
    struct path_truth path[PATHS];
};

struct circuit_truth {
    char circuit[TRUTH_WORD_MAX], provider[TRUTH_WORD_MAX], operation[TRUTH_WORD_MAX];
    bool direct, peerings_absent;
    char tier[TRUTH_WORD_MAX], location[TRUTH_WORD_MAX];
    char at[TRUTH_WORD_MAX]; /* "Equinix/London": provider and peering location; "": not said */
    uint32_t bandwidth;
    struct peering_truth peering[PEERINGS];
    struct beyond_truth beyond;
    struct failure fails[ASKS]; /* kind TROUBLE_NONE: it answers */
    /* the newest point of each metric, on the story's clock; one a minute, the last ten minutes are asked for */
    struct { int64_t bgp_ms, arp_ms; int bgp, arp; } point[PEERINGS][PATHS];
};

void truth_init(struct circuit_truth *truth);

/** Take "circuit=Disabled", "private.primary.bgp=0" and the like; false when it means nothing. */
bool truth_take(struct circuit_truth *truth, const char *token);

/** "500", "403", "missing", "sign-in" … as a failure in words; false when it means nothing. */
bool failure_take(struct failure *failure, const char *kind);

/** The answer of ARM. */
void truth_sample(const struct circuit_truth *truth, struct sample *out);

/** Measure: the values of this moment become the newest points. */
void truth_measure(struct circuit_truth *truth, int64_t clock_ms);

/** The answer of the metrics. @p base_ms: the daemon's clock when the story's was 0. */
void truth_metrics(const struct circuit_truth *truth, int64_t clock_ms, int64_t base_ms, struct witness *out);

/** The answer of a route summary that was asked for at @p asked. */
void truth_routes(const struct circuit_truth *truth, enum peering_kind peering, enum path path, struct mono asked,
                  struct route_value out[FAMILIES]);

#endif
