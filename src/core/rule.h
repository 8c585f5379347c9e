#ifndef ERWATCH_CORE_RULE_H
#define ERWATCH_CORE_RULE_H

#include "core/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The published rules. Numbers never change meaning; erwatch-rules(7) shows the same table. */

enum rule {
    RULE_NONE = 0,
    RULE_CIRCUIT_MISSING = 10,
    RULE_CIRCUIT_DISABLED = 11,
    RULE_PROVIDER_NOT_PROVISIONED = 12,
    RULE_PROVIDER_PROVISIONING = 13,
    RULE_PROVIDER_DEPROVISIONING = 14,
    RULE_DEPROVISIONED = 15,
    RULE_UNKNOWN_STATE = 16,
    RULE_OPERATION_FAILED = 17,
    RULE_OPERATION_STUCK = 18,
    RULE_BILLED_WHILE_UNUSABLE = 19,
    RULE_NO_PEERINGS = 20,
    RULE_PEERING_MISSING = 21,
    RULE_PEERING_DISABLED = 22,
    RULE_PEERING_OPERATION_FAILED = 23,
    RULE_PEERING_UNEXPECTED = 24,
    RULE_ROUTE_FILTER_MISSING = 25,
    RULE_PREFIXES_NOT_CONFIGURED = 30,
    RULE_PREFIXES_CONFIGURING = 31,
    RULE_PREFIX_VALIDATION_NEEDED = 32,
    RULE_PREFIX_MANUAL_VALIDATION = 33,
    RULE_PREFIX_VALIDATION_FAILED = 34,
    RULE_PREFIX_SET_DIFFERS = 35,
    RULE_SESSIONS_DOWN = 40,
    RULE_REDUNDANCY_LOST = 41,
    RULE_NO_ROUTES = 42,
    RULE_SESSION_RESET = 43,
    RULE_ROUTE_LIMIT_NEAR = 44,
    RULE_ARP_INCOMPLETE = 45,
    RULE_EDGE_MAINTENANCE = 46,
    RULE_CONNECTION_DOWN = 50,
    RULE_GLOBAL_REACH_DOWN = 51,
    RULE_PORT_DOWN = 52,
    RULE_LIGHT_LEVEL = 53,
    RULE_ATTRIBUTE_CHANGED = 54,
    RULE_PLANNED_MAINTENANCE = 55,
    RULE_COMMON_CAUSE = 56,
    RULE_BLIND = 90,
    RULE_SIGN_IN_FAILED = 91,
    RULE_FORBIDDEN = 92,
    RULE_THROTTLED = 93,
    RULE_CREDENTIAL_EXPIRING = 94,
    RULE_UNEXPECTED_ANSWER = 95,
    RULE_DELIVERY_FAILING = 96,
    RULE_CLOCK_JUMPED = 97,
    RULE_SETTINGS_REJECTED = 98,
    RULE_SILENCE_ENDING = 99,
};

/** What is told about an incident. */
enum rule_event { EVENT_RAISED, EVENT_CHANGED, EVENT_CLEARED, EVENT_REMINDER, EVENT_ACKNOWLEDGED, RULE_EVENTS };
#define RULE_MESSAGES 3 /* the first of them have a message id of their own; the others are of what was raised */

struct rule_info {
    uint8_t number;            /* enum rule */
    const char *name;          /* "circuit-missing" */
    const char *severity;      /* for the manual and the catalogue: "critical", "critical, info or warning" … */
    const char *owner;         /* the same: "you", "you or provider" … */
    const char *time;          /* "now", "confirm", "long" */
    const char *suppresses;    /* in words, "" when nothing */
    const char *subject;       /* "circuit", "peering", "peering and family" … */
    const char *meaning;       /* what happened: one paragraph for the catalogue and the manual */
    const char *const *steps;  /* what to do, first thing first; NULL ends */
    const char *message_id[RULE_MESSAGES]; /* 32 hex digits each */
};

/** The row of a rule; NULL for a number that is none. */
const struct rule_info *rule_find(enum rule number);

/** All rows, by number. */
const struct rule_info *rule_all(size_t *count);

/** The number of a rule name or of "12"; RULE_NONE when there is none. */
enum rule rule_by_name(const char *name);

/** Does the rule tell of events, which begin and end at once? */
bool rule_is_event(enum rule number);

const char *rule_event_name(enum rule_event event); /* "raised", "changed", "cleared", "reminder", "acknowledged" */

/** The message id of an entry about the rule: of a reminder and an acknowledgement it is that of "raised". */
const char *rule_message_id(const struct rule_info *rule, enum rule_event event);

#endif
