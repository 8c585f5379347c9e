#ifndef ERWATCH_CORE_OPINION_H
#define ERWATCH_CORE_OPINION_H

#include "core/mono.h"
#include "core/rule.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a finding is about, below a circuit (or, for the rules of the monitoring itself, beside one). */
struct subject {
    uint8_t peering; /* enum peering_kind, PEERING_NONE */
    uint8_t path;    /* enum path, PATH_NONE */
    uint8_t family;  /* enum family, FAMILIES for none */
    uint8_t feature; /* enum feature: rules 92 and 95 tell them apart; FEATURE_NONE elsewhere */
    uint64_t item;   /* which of several: item_of() a connection's id and the like (beyond.h); 0 elsewhere */
};

/** Whose subject it is: most findings are of a circuit, some of what many circuits share. */
enum scope {
    SCOPE_CIRCUIT,
    SCOPE_CREDENTIAL,
    SCOPE_SUBSCRIPTION, /* as seen with one credential */
    SCOPE_LOCAL,
    SCOPE_FORMER, /* a credential or subscription that is no longer in the settings: its last notices */
    SCOPE_PORT,   /* of ExpressRoute Direct; several circuits may be on it */
    SCOPE_CAUSE,  /* what many incidents share (56) */
    SCOPES
};

#define SUBJECT_CIRCUIT ((struct subject){ PEERING_NONE, PATH_NONE, FAMILIES, FEATURE_NONE, 0 })

/** Reads that the watch can do without (rule 92). */
enum feature {
    FEATURE_NONE,
    FEATURE_LIST,
    FEATURE_METRICS,
    FEATURE_ROUTES,
    FEATURE_ARP,
    FEATURE_CONNECTIONS, /* of virtual network gateways */
    FEATURE_PORTS,       /* of ExpressRoute Direct */
    FEATURE_HEALTH,      /* Resource Health of the circuit */
    FEATURE_MAINTENANCE, /* Resource Health's events */
    FEATURE_SEARCH,      /* of gateway connections, by Resource Graph */
    FEATURES
};

const char *feature_name(enum feature feature); /* "", "list", "metrics", "route summary", "ARP table" … */

/** What one look at the facts says of one rule and subject. A rule and subject without an opinion does not apply. */
enum standing {
    STANDING_GOOD,
    STANDING_BAD,
    STANDING_UNKNOWN,    /* neither counts nor clears nor restarts a count */
    STANDING_SUPPRESSED, /* another rule explains it; judged no further */
};

enum hold_kind { HOLD_CONFIRM, HOLD_NOW, HOLD_LONG };

/** Which of a rule's texts; the rules not named have one. */
enum variant {
    VARIANT_PLAIN,
    VARIANT_MOVING,         /* 11: enabling, disabling, or disabled during an operation */
    VARIANT_NEVER_SEEN,     /* 10: check the id */
    VARIANT_EXPECTED,       /* 12, 13: ordered and in time; 14, 15: being retired */
    VARIANT_OVERDUE,        /* 12, 13: ordered, and waiting_days are over */
    VARIANT_PROVIDER_OWNS,  /* 20, 21: layer 3 may be the provider's */
    VARIANT_FAMILY,         /* 21: only one family is missing */
    VARIANT_LAST_FAMILY,    /* 22: no family is left */
    VARIANT_STUCK_PEERING,  /* 18: the operation is a peering's */
    VARIANT_NO_DETAIL,      /* 32: no per-prefix states, treated as needing a human */
    VARIANT_NO_ROUTES_PATH, /* 41: established, but without routes */
    VARIANT_UNSTEADY,       /* 41: the metric is neither up nor down */
    VARIANT_DISAGREE,       /* 95: metric up, route summary down */
    VARIANT_WEEK,           /* 94: seven days are left */
    VARIANT_DAY,            /* 94: one day is left, or none */
    VARIANT_GONE,           /* 50: it is expected and does not exist */
    VARIANT_OTHER_CIRCUIT,  /* 50: it is expected here and belongs to another circuit */
    VARIANT_OPERATION,      /* 50, 51: its last operation failed */
    VARIANT_CONNECTING,     /* 50: it has been connecting for long */
    VARIANT_BOTH_LINKS,     /* 52: no link is left */
    VARIANT_BRIGHT,         /* 53: too much light */
    VARIANT_DIMMED,         /* 53: much less than a day ago */
    VARIANT_SOON,           /* 55: it begins within a day, or has begun */
    VARIANT_MAINTAINED,     /* 41: Microsoft works on that path, as announced */
    VARIANT_NOTHING_FOUND,  /* 90: of a credential that looks for circuits and has none yet */
    VARIANTS
};

struct opinion {
    uint8_t rule;
    struct subject subject;
    uint8_t standing; /* enum standing */
    /* the rest counts for BAD; `by` for SUPPRESSED */
    uint8_t severity, owner, hold, variant;
    uint8_t by;                /* the rule that explains it */
    uint8_t by_scope;          /* enum scope of that rule's incident */
    struct subject by_subject;
    struct mono basis; /* when the newest sample this rests on was seen: a basis counts once */
    struct mono severity_basis; /* the same for the severity, where that rests on more (30, 32: the sessions) */
    /* SEVERITY_NOT_KNOWN: good enough to begin with, but no reason to change what was told */
    /* it grows worse by time alone (19, 94): a higher severity, variant or stage is told at once, without a hold */
    bool staged;
    bool rises_at_once; /* so does a higher severity of this one, without the rest of it (41 after a maintenance) */
    uint32_t stage; /* of a staged one that is told again and again: weeks (19); else 0 */
    /*
     * Not 0: nothing that lasts but an event (43, 54, 55, 97), and which one. A bad opinion is told once for each new
     * value, as an episode that is closed at once; the value is remembered over restarts, so it has to be made of what
     * happened (when it did, a hash of what it says). Any other standing leaves it for a later look.
     */
    uint64_t event;
};

#define SEVERITY_NOT_KNOWN ((struct mono){ INT64_MIN }) /* severity_basis */

#define OPINIONS_MAX 640 /* 200 of a circuit and its peerings; connections, Global Reach links, maintenances */

struct opinions {
    size_t count;
    struct opinion item[OPINIONS_MAX];
};

/** What subject.item tells apart. */
enum item_kind { ITEM_NONE, ITEM_CONNECTION, ITEM_GLOBAL_REACH, ITEM_LINK, ITEM_MAINTENANCE, ITEM_KINDS };

enum item_kind item_kind(enum rule rule);

const char *item_kind_name(enum item_kind kind); /* "", "connection", "global_reach", "link", "maintenance" */

bool subject_equal(struct subject a, struct subject b);

/** The opinion on a rule and subject, or NULL. */
const struct opinion *opinions_find(const struct opinions *opinions, enum rule rule, struct subject subject);

#endif
