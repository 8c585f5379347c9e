#ifndef ERWATCH_CORE_POLICY_H
#define ERWATCH_CORE_POLICY_H

#include "core/net.h"
#include "core/resource_id.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the operator expects and how patient the watch is: the part of the settings that the core needs. */

enum severity { SEVERITY_NONE, SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITIES };
enum owner { OWNER_YOU, OWNER_PROVIDER, OWNER_MICROSOFT, OWNER_SELF, OWNERS };

const char *severity_name(enum severity severity); /* "none", "info", "warning", "critical" */
const char *owner_name(enum owner owner);          /* "you", "provider", "microsoft", "self" */

/** So many samples, and the first of them at least so old. */
struct hold {
    uint32_t count;
    int64_t age_ms;
};

enum expect_provider { EXPECT_PROVISIONED, EXPECT_ORDERED, EXPECT_NONE };

struct expect {
    uint8_t provider; /* enum expect_provider */
    bool peerings_set, families_set, prefixes_set;
    bool peering[PEERINGS];
    bool family[FAMILIES];
    const struct net *prefixes;
    size_t prefix_count;
    uint32_t min_routes;     /* default 1 */
    uint32_t bandwidth_mbps; /* 0: not said */
    const char *const *connections; /* ids of gateway connections that it should have, as written */
    size_t connection_count;
};

struct label {
    const char *name, *value;
};

/** One watched circuit. All memory belongs to the settings. */
struct circuit_settings {
    struct resource_id id;
    const char *subscription; /* lower case */
    const char *name;         /* from the settings, else the last segment of the id */
    const struct label *labels; /* defaults and its own, by name */
    size_t label_count;
    size_t credential; /* index into the credentials */
    int64_t every_ms;
    struct expect expect;
};

enum sessions_mode { SESSIONS_NONE = 0, SESSIONS_METRICS = 1, SESSIONS_ROUTES = 2, SESSIONS_BOTH = 3 };

#define RULE_NUMBERS 100 /* rules are 10..99 */

/** What `alerts.rules` says about one rule. */
struct rule_policy {
    bool disabled;
    uint8_t severity; /* SEVERITY_NONE: the rule's own */
    bool confirm_set, recover_set;
    struct hold confirm, recover;
};

/** How bright a port of ExpressRoute Direct should be (rule 53), in hundredths of dBm and of dB. */
struct light_band {
    int16_t low, high;
    int16_t drop; /* so much less than a day ago is told, too; 0: never */
};

/** When an incident that goes on is told again; the last one repeats. */
#define REMIND_MOST 16
struct remind {
    size_t count; /* 0: never */
    int64_t after_ms[REMIND_MOST];
};

/** Changes among the last samples, in per cent of those that are possible. */
#define FLAP_WINDOW_MOST 32
struct flap {
    uint32_t window; /* 0: not looked for */
    uint8_t high, low;
};

struct policy {
    struct flap flap;
    struct remind remind;
    int64_t escalate_after_ms; /* 0: never */
    int64_t stale_ms, retry_ms;
    bool health; /* Resource Health and planned maintenance are asked for */
    struct light_band light;
    uint8_t sessions; /* enum sessions_mode */
    int64_t sessions_every_ms;
    struct hold confirm[SEVERITIES]; /* info uses warning's */
    struct hold confirm_long, recover;
    uint32_t waiting_days;
    int64_t group_wait_ms; /* a first notice waits so long for others of its kind */
    uint32_t group_least;  /* so many of one rule with one cause are told as one (56); 0: never */
    struct rule_policy rule[RULE_NUMBERS];
};

/** Routes are asked no more often than this unless a metric fell. */
#define ROUTES_EVERY_MS (15 * 60 * 1000)

/** How long after one route summary the next one is due, while no metric has fallen. */
static inline int64_t policy_routes_every_ms(const struct policy *policy)
{
    return policy->sessions_every_ms > ROUTES_EVERY_MS ? policy->sessions_every_ms : ROUTES_EVERY_MS;
}

#endif
