#ifndef ERWATCH_CONFIG_DRAFT_H
#define ERWATCH_CONFIG_DRAFT_H

#include "config/config.h"

/* What the schema's rows are read into before names are resolved: the settings' own structs where they fit. */

struct node;

/** A list of words as bits; whether it was given, because an empty list says something too. */
struct choices {
    bool set;
    uint8_t bits;
};

struct expect_draft {
    uint8_t provider; /* enum expect_provider */
    struct choices peerings, families;
    const struct node *prefixes, *connections;
    uint32_t min_routes, bandwidth_mbps;
};

/** One of `circuits`, and `defaults`. */
struct circuit_draft {
    const char *id, *name, *credential;
    const struct node *labels;
    int64_t every_ms;
    struct expect_draft expect;
};

/** One of `discover`. The keys of `expect` are read into `circuit`. */
struct discover_draft {
    struct circuit_draft circuit; /* comes first: its table's offsets count from there */
    const char *subscription;
    const struct node *include, *exclude;
    int64_t every_ms, keep_ms;
    uint32_t most;
    uint8_t by;
};

struct rule_draft {
    uint8_t severity;
    struct hold confirm, recover;
    bool enabled;
};

/** One of `receivers`: each kind has its own place, so that defaults of one do not reach another. */
struct receiver_draft {
    const char *name;
    const struct node *command;
    int64_t timeout_ms; /* of exec */
    struct wire_settings wire[RECEIVER_KINDS];
    const struct node *urls, *to;
    const char *fallback;
    int64_t fallback_after_ms;
    uint8_t summarise;
    const char *digest_to, *digest_at, *digest_zone;
    int64_t digest_every_ms;
    bool digest_empty;
};

struct match_draft {
    struct choices severities, owners;
    const struct node *rules;
    const char *circuit;
};

struct window_draft {
    struct match_draft match;
    const char *from, *to, *zone, *why;
};

struct route_draft {
    struct match_draft match;
    const struct node *to;
    bool go_on;
};

/** The main file. */
struct file_draft {
    struct azure_settings azure;
    struct poll_settings poll;
    struct policy policy;
    struct circuit_draft defaults;
    const struct node *escalate_to;
    uint8_t clock; /* enum clock_use */
    struct heartbeat_settings heartbeat;
    struct history_settings history;
    const struct node *credentials, *rules, *receivers, *routes, *circuits, *discovers, *windows;
};

#endif
