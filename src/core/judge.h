#ifndef ERWATCH_CORE_JUDGE_H
#define ERWATCH_CORE_JUDGE_H

#include "core/beyond.h"
#include "core/clock_jump.h"
#include "core/delivering.h"
#include "core/rejection.h"
#include "core/ending.h"
#include "core/expiry.h"
#include "core/mono.h"
#include "core/opinion.h"
#include "core/policy.h"
#include "core/reset.h"
#include "core/sample.h"
#include "core/witness.h"

#include <stdbool.h>

/*
 * The decision list as a pure function: facts in, opinions out. Opinions say what is so at this moment; holds, counting
 * and everything that lasts are the incident's (core/incident.h).
 */

/** What is remembered of a circuit over restarts. */
struct memory {
    bool seen;            /* ARM has answered with it once */
    bool provisioned;     /* its provider state was Provisioned once */
    bool provider_owns;   /* the last peering seen was last modified by the provider: layer 3 is theirs */
    int64_t first_wall_ms; /* when we first asked for it */
    uint32_t odd_bandwidth, odd_expected; /* as 54 told them: the bandwidth, and the one in the settings; 0: they agree */
    int64_t left_wall_ms;  /* when it was first seen not to be Provisioned any more; 0: it is, or never was */
};

/** Since when the circuit may have been without a provider; 0: it is provisioned, as far as is remembered. */
int64_t memory_unprovisioned_since(const struct memory *memory);

/** How often rule 19 repeats itself. */
#define BILLED_AGAIN_MS (7LL * 24 * 3600 * 1000)

/** How the last polls of the circuit itself went. */
struct look {
    bool has_sample;
    bool throttled;          /* the last poll was answered 429, or not sent because of one */
    bool feature_off[FEATURES];    /* refused with 403 */
    uint8_t feature_odd[FEATURES]; /* consecutive answers that could not be believed; no more than 255 are counted */
    uint32_t missing;        /* consecutive polls that said ResourceNotFound or ResourceGroupNotFound */
    uint32_t forbidden;
    uint32_t unexpected;     /* consecutive answers that could not be believed */
    struct mono missing_seen, forbidden_seen, unexpected_seen;
    struct mono sample_seen; /* when the last believed answer was asked for; start of the watch when there was none */
    struct mono awake;       /* since when somebody looks without a break: start of the watch, or the end of a sleep */
    struct mono judged_since[PEERINGS]; /* since when sessions of this peering are to be expected; MONO_NEVER: not */
    struct mono feature_seen[FEATURES]; /* odd or off, or a good answer; 0: never */
};

/** What circuits can share, the narrowest first: provider and peering location, subscription, credential. */
enum cause_kind { CAUSE_PLACE, CAUSE_SUBSCRIPTION, CAUSE_CREDENTIAL, CAUSE_KINDS };

/** What incidents of one rule share (56), for the story of that. */
struct common {
    uint8_t rule;      /* of the incidents */
    uint8_t kind;      /* enum cause_kind */
    const char *name;  /* "Equinix in London" */
    size_t incidents, circuits; /* that are open now */
    const struct circuit_settings *const *circuit; /* the first of the circuits */
    size_t named;
};

struct incident;

/** Everything a judgement rests on. `blind_by` and `blind_scope`: what explains that this circuit cannot be seen. */
struct facts {
    const struct circuit_settings *circuit;
    const struct policy *policy;
    const struct sample *sample; /* the last believed answer, NULL when there was none */
    const struct witness *witness;
    struct memory memory;
    struct look look;
    uint8_t blind_by;    /* RULE_NONE, or 90, 91 or 93 of what many circuits share */
    uint8_t blind_scope; /* enum scope */
    const struct past *past; /* of its sessions; NULL: nothing */
    const char *changed; /* attributes_changes(), NULL: none; and were they told? */
    bool change_told;
    const struct beyond *beyond;   /* connections, health, maintenance; NULL: nothing is known */
    const struct port_facts *port; /* of ExpressRoute Direct that the circuit is on, or whose story it is; NULL: none */
    const struct circuit_settings *const *on_port; /* the first of the circuits on it, for its stories */
    size_t on_port_count, on_port_total;
    struct expiry expiry; /* of a credential, for its stories */
    const struct delivering *delivering; /* of a receiver, for its story; NULL: nothing was said of it since the start */
    const struct ending *ending; /* of a silence, for its story; NULL: it is over */
    const struct common *common; /* of a common cause, for its stories; NULL: it is none */
    const struct rejection *rejection; /* of the last reload; NULL: it was taken */
    struct clock_jump jump; /* the last one, for its story */
    const struct incident *incident; /* whose story it is; NULL: that is not known */
    struct moment now;
    int64_t azure_ahead_ms; /* Azure's wall clock before this host's, where that is known */
};

/** The wall time by which days are counted. */
int64_t facts_today_ms(const struct facts *facts);

/** State of one session, from both witnesses (rules.md, "Sessions"). */
enum session { SESSION_UNKNOWN, SESSION_UP, SESSION_NO_ROUTES, SESSION_UNSTEADY, SESSION_DOWN };

const char *session_name(enum session session); /* "unknown", "up", "no routes", "unsteady", "down" */

/** What the two witnesses say of one session; for display, too. */
enum session judge_session(const struct facts *facts, enum peering_kind peering, enum path path, enum family family);

/** Is that peering one that is expected (or, without `expect.peerings`, present)? */
bool judge_expected(const struct facts *facts, enum peering_kind peering);

/** Is that family in use at the peering, or expected there? */
bool judge_family(const struct facts *facts, enum peering_kind peering, enum family family);

/** Would a route summary help now: a metric is down or unsteady, or disagrees with the last summary? */
bool judge_wants_routes(const struct facts *facts);

/** Which Global Reach link it is (subject.item). */
uint64_t judge_link_item(const struct sample *sample, const struct link_sample *link);

/** Do the settings of the circuit name this gateway connection (subject.item)? */
bool judge_connection_expected(const struct facts *facts, uint64_t item);

/** When a maintenance is over; a usual length is taken where the end is not said. */
struct mono judge_maintenance_end(const struct maintenance *maintenance);

/** The announced maintenance that Microsoft carries out now and that certainly concerns that path; NULL: none. */
const struct maintenance *judge_maintained(const struct facts *facts, enum path path);

/** Are all sessions up, with routes, on every path but @p worked_on (PATH_NONE: on both)? Unknown is not up. */
bool judge_could_carry(const struct facts *facts, uint8_t worked_on);

/** When announced maintenance, or connections that grow stale, change something by time alone. */
struct mono judge_beyond_due(const struct beyond *beyond, struct mono now);
struct mono judge_connections_due(const struct beyond *beyond, const struct policy *policy, struct mono now);

/** How one link of a port is: both witnesses, the port's own switch and the LineProtocol metric. */
enum port_link { PORT_LINK_UNKNOWN, PORT_LINK_UP, PORT_LINK_DOWN };

const char *port_link_name(enum port_link state); /* "unknown", "up", "down" */

enum port_link judge_port_link(const struct port_facts *port, enum link link, const struct policy *policy,
                               struct mono now);

/** The subject of a link's light (53). */
struct subject judge_link_subject(enum link link);

/** All opinions on a port: rules 52 and 53. @p known: a circuit of the watch is on it. */
void judge_port(const struct port_facts *port, bool known, const struct policy *policy, struct mono now,
                struct opinions *out);

/** When facts of a port grow stale. */
struct mono judge_port_due(const struct port_facts *port, const struct policy *policy, struct mono now);
/**
 * Would the ARP table of that path help now: the ARP metric has fallen, the last table was bad, or the session of the path
 * is lost and layer 2 may be why? Only where route summaries may be asked (poll.sessions): both ask the router.
 */
bool judge_wants_arp(const struct facts *facts, enum peering_kind peering, enum path path);

/** How many routes one session of the peering may bring before Microsoft's edge takes it down. Needs a sample. */
uint32_t judge_route_limit(const struct facts *facts, enum peering_kind peering);

/** Is the bandwidth known, and another one than `expect.bandwidth`? */
bool judge_bandwidth_odd(const struct facts *facts);

/** All opinions on one circuit: rules 10-46 and 90, 91 (refused), 92, 95 of it. */
void judge_circuit(const struct facts *facts, struct opinions *out);

/** Are the facts of the circuit too old to decide anything (poll.stale)? */
bool judge_stale(const struct facts *facts);

/** Enabling, disabling, or disabled while an operation runs: nothing below is judged. */
bool judge_in_motion(const struct sample *sample);

/** Enabled and provisioned (or on ExpressRoute Direct); an unknown word counts as fine. */
bool judge_usable(const struct sample *sample);

enum verdict { VERDICT_USABLE, VERDICT_WAITING, VERDICT_DEGRADED, VERDICT_UNKNOWN, VERDICT_UNUSABLE, VERDICTS };

const char *verdict_name(enum verdict verdict);

/** A raised incident as the verdict sees it: suppressed ones are left out by the caller. */
struct raised {
    uint8_t rule, severity, variant;
    struct subject subject;
};

/** The verdict on one peering, from what is raised. */
enum verdict verdict_peering(const struct facts *facts, enum peering_kind peering, const struct raised *raised,
                             size_t count);

/** The verdict on the circuit. */
enum verdict verdict_circuit(const struct facts *facts, const struct raised *raised, size_t count);

#endif
