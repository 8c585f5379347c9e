/* The witnesses of sessions and of layer 2, one by one. Unknown is never down. */
#include "core/reading.h"

#define METRIC_UP 90 /* the threshold of Azure Monitor's baseline alerts */
#define METRIC_DOWN 10

static bool fresh(struct mono seen, struct mono now, int64_t limit_ms)
{
    return seen.ms != MONO_NEVER.ms && mono_between(seen, now) <= limit_ms;
}

enum reading read_percent(const struct facts *facts, const struct metric_value *value)
{
    if ((facts->policy->sessions & SESSIONS_METRICS) == 0 || facts->look.feature_off[FEATURE_METRICS] ||
        !fresh(value->seen, facts->now.mono, facts->policy->stale_ms))
        return READING_UNKNOWN;
    return value->percent >= METRIC_UP ? READING_UP : value->percent < METRIC_DOWN ? READING_DOWN : READING_BETWEEN;
}

/*
 * What the router was asked for counts until the next answer is due plus poll.stale. Once the metric has fallen the next
 * one is due at once, so an old "established" or "complete" cannot outvote it for long.
 */
static int64_t counts_for(const struct facts *facts, enum reading metric)
{
    bool fell = metric == READING_DOWN || metric == READING_BETWEEN;

    return facts->policy->stale_ms + (fell ? 0 : policy_routes_every_ms(facts->policy));
}

static enum reading read_route(const struct facts *facts, const struct route_value *value, enum reading metric)
{
    if ((facts->policy->sessions & SESSIONS_ROUTES) == 0 || facts->look.feature_off[FEATURE_ROUTES] ||
        !fresh(value->seen, facts->now.mono, counts_for(facts, metric)) || value->state == ROUTE_NO_ROW)
        return READING_UNKNOWN;
    return value->state == ROUTE_ESTABLISHED ? READING_UP : READING_DOWN;
}

struct readings read_both(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    const struct path_witness *at = &facts->witness->at[peering][path];
    struct readings readings = { .metric = read_percent(facts, &at->bgp) };

    readings.route = read_route(facts, &at->route[family], readings.metric);
    readings.no_routes = readings.route == READING_UP && at->route[family].prefixes < facts->circuit->expect.min_routes;
    return readings;
}

struct mono session_heard(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    const struct path_witness *at = &facts->witness->at[peering][path];
    struct readings readings = read_both(facts, peering, path, family);
    struct mono metric = readings.metric != READING_UNKNOWN ? at->bgp.seen : (struct mono){ INT64_MIN };
    struct mono route = readings.route != READING_UNKNOWN ? at->route[family].seen : (struct mono){ INT64_MIN };

    return mono_later(metric, route);
}

enum reading read_arp_table(const struct facts *facts, enum peering_kind peering, enum path path)
{
    const struct path_witness *at = &facts->witness->at[peering][path];

    if (at->arp_state == ARP_UNKNOWN || facts->look.feature_off[FEATURE_ARP] ||
        !fresh(at->arp_seen, facts->now.mono, counts_for(facts, read_percent(facts, &at->arp))))
        return READING_UNKNOWN;
    return at->arp_state == ARP_COMPLETE ? READING_UP : READING_DOWN;
}

/* Down when either says so; then only who says so is heard. */
struct arp_reading read_arp(const struct facts *facts, enum peering_kind peering, enum path path)
{
    const struct path_witness *at = &facts->witness->at[peering][path];
    enum reading metric = read_percent(facts, &at->arp), table = read_arp_table(facts, peering, path);
    struct arp_reading out = { READING_UNKNOWN, { INT64_MIN } };

    if (metric == READING_DOWN || table == READING_DOWN)
        out.reading = READING_DOWN;
    else if (metric == READING_UP || table == READING_UP)
        out.reading = READING_UP;
    if (out.reading != READING_UNKNOWN && metric == out.reading)
        out.heard = at->arp.seen;
    if (out.reading != READING_UNKNOWN && table == out.reading)
        out.heard = mono_later(out.heard, at->arp_seen);
    return out;
}
