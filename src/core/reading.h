#ifndef ERWATCH_CORE_READING_H
#define ERWATCH_CORE_READING_H

#include "core/judge.h"

/* What each witness says by itself: freshness, thresholds, settings. For the judge_*.c files only. */

enum reading { READING_UNKNOWN, READING_UP, READING_BETWEEN, READING_DOWN };

/** A metric: up from 90 % on, down below 10 %. */
enum reading read_percent(const struct facts *facts, const struct metric_value *value);

/** Both witnesses of one session. */
struct readings {
    enum reading metric, route;
    bool no_routes; /* established with fewer routes than `min_routes` */
};

struct readings read_both(const struct facts *facts, enum peering_kind peering, enum path path, enum family family);

/** When the newest witness that counts was heard: each such moment is one sample of the session. */
struct mono session_heard(const struct facts *facts, enum peering_kind peering, enum path path, enum family family);

/** What layer 2 says, metric and table together, and when that was heard. READING_BETWEEN never. */
struct arp_reading {
    enum reading reading;
    struct mono heard;
};

struct arp_reading read_arp(const struct facts *facts, enum peering_kind peering, enum path path);

/** The ARP table alone: it counts as long as a route summary would, and an empty one says nothing. */
enum reading read_arp_table(const struct facts *facts, enum peering_kind peering, enum path path);

#endif
