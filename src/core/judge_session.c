/*
 * The decision list, fourth part: BGP sessions (rules 40-42, 46, and 95 where the witnesses disagree).
 *
 * Two witnesses: the metric, which knows no family, and the route summary of the edge device. Unknown is never down.
 */
#include "core/judging.h"
#include "core/reading.h"

#include <assert.h>

static enum session combine(struct readings readings)
{
    if (readings.route == READING_UP)
        return readings.no_routes ? SESSION_NO_ROUTES : SESSION_UP;
    switch (readings.metric) {
    case READING_UP:
        return SESSION_UP;
    case READING_DOWN:
        return SESSION_DOWN;
    case READING_BETWEEN:
        return readings.route == READING_DOWN ? SESSION_DOWN : SESSION_UNSTEADY;
    default:
        return readings.route == READING_DOWN ? SESSION_DOWN : SESSION_UNKNOWN;
    }
}

enum session judge_session(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    return combine(read_both(facts, peering, path, family));
}

const char *session_name(enum session session)
{
    static const char *const names[] = { "unknown", "up", "no routes", "unsteady", "down" };
    return names[session];
}

bool judge_wants_routes(const struct facts *facts)
{
    if (facts->sample == NULL || (facts->policy->sessions & SESSIONS_ROUTES) == 0 || judge_stale(facts) ||
        !judge_usable(facts->sample) || judge_in_motion(facts->sample))
        return false;
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            for (enum family family = 0; family < FAMILIES; family++) {
                const struct peering_sample *peering = &facts->sample->peering[kind];
                if (!judge_expected(facts, kind) || !family_judged(facts, kind, family) ||
                    family_disabled(peering, family))
                    continue;
                struct readings now = read_both(facts, kind, path, family);
                if (now.metric == READING_DOWN || now.metric == READING_BETWEEN || now.route == READING_DOWN ||
                    now.no_routes)
                    return true;
            }
    return false;
}

/* One family of one peering, both paths. */
struct pair {
    enum session at[PATHS];
    struct mono heard[PATHS];
};

static bool lost(enum session session)
{
    return session == SESSION_DOWN || session == SESSION_NO_ROUTES || session == SESSION_UNSTEADY;
}

static bool is_up(const struct pair *pair)
{
    return pair->at[PATH_PRIMARY] == SESSION_UP || pair->at[PATH_SECONDARY] == SESSION_UP;
}

/* The critical rule that both paths together give, if any. */
static enum rule rule_of_pair(const struct pair *pair)
{
    enum session one = pair->at[PATH_PRIMARY], two = pair->at[PATH_SECONDARY];
    bool out_one = one == SESSION_DOWN || one == SESSION_NO_ROUTES;
    bool out_two = two == SESSION_DOWN || two == SESSION_NO_ROUTES;

    if (!out_one || !out_two)
        return RULE_NONE;
    return one == SESSION_DOWN && two == SESSION_DOWN ? RULE_SESSIONS_DOWN : RULE_NO_ROUTES;
}

/* Who looks first: a dead layer 2 is the provider's, and so is a layer 3 that the provider manages. */
static enum owner session_owner(const struct facts *facts, enum peering_kind peering)
{
    for (enum path path = 0; path < PATHS; path++)
        if (read_arp(facts, peering, path).reading == READING_DOWN)
            return OWNER_PROVIDER;
    return facts->sample->peering[peering].modified_by == MODIFIED_BY_PROVIDER ? OWNER_PROVIDER : OWNER_YOU;
}

static struct mono newest(const struct pair *pair)
{
    return mono_later(pair->heard[PATH_PRIMARY], pair->heard[PATH_SECONDARY]);
}

/* 40 and 42: bad, good, explained by another, or not to be told from what is known. */
static void judge_both(const struct facts *facts, const struct pair *pair, enum rule bad, enum rule rule,
                       struct subject subject, enum hold_kind hold, struct opinions *out)
{
    bool one_established = is_up(pair) || pair->at[PATH_PRIMARY] == SESSION_NO_ROUTES ||
                           pair->at[PATH_SECONDARY] == SESSION_NO_ROUTES;

    if (bad == rule)
        say_bad(out, rule, subject, newest(pair), SEVERITY_CRITICAL, session_owner(facts, subject.peering), hold,
                VARIANT_PLAIN);
    else if (bad == RULE_SESSIONS_DOWN)
        say_suppressed(out, rule, subject, bad, subject);
    else if (rule == RULE_SESSIONS_DOWN ? one_established : is_up(pair))
        say_good(out, rule, subject, newest(pair));
    else
        say_unknown(out, rule, subject);
}

/*
 * Just after the start it is not known whether Microsoft is at work: a 41 that was told as such stays what it is until the
 * announcements have been asked for, or have had time to.
 */
static bool maintenance_unheard(const struct facts *facts)
{
    return facts->look.feature_seen[FEATURE_MAINTENANCE].ms == 0 && facts->policy->health &&
           mono_between(facts->look.awake, facts->now.mono) <= facts->policy->stale_ms;
}

static void path_is_lost(const struct facts *facts, const struct pair *pair, enum path path, struct subject subject,
                         enum hold_kind hold, struct opinions *out)
{
    static const uint8_t variants[] = { [SESSION_NO_ROUTES] = VARIANT_NO_ROUTES_PATH, [SESSION_UNSTEADY] = VARIANT_UNSTEADY,
                                        [SESSION_DOWN] = VARIANT_PLAIN };
    struct opinion *opinion = say_bad(out, RULE_REDUNDANCY_LOST, subject, pair->heard[path], SEVERITY_WARNING,
                                      session_owner(facts, subject.peering), hold, variants[pair->at[path]]);

    if (maintenance_unheard(facts))
        opinion->severity_basis = SEVERITY_NOT_KNOWN;
    else
        opinion->rises_at_once = true; /* once a maintenance is over */
}

/* 41 of one path */
static void judge_path(const struct facts *facts, const struct pair *pair, enum path path, enum rule both, bool trouble,
                       struct subject family, enum hold_kind hold, struct opinions *out)
{
    struct subject subject = subject_session(family.peering, path, family.family);

    if (both != RULE_NONE && !rule_is_off(facts, both))
        say_suppressed(out, RULE_REDUNDANCY_LOST, subject, both, family);
    else if (trouble && pair->at[path] == SESSION_UNSTEADY && is_up(pair))
        say_unknown(out, RULE_REDUNDANCY_LOST, subject); /* the prefix rule is enough to be told */
    else if (lost(pair->at[path]) && judge_maintained(facts, path) != NULL)
        say_bad(out, RULE_REDUNDANCY_LOST, subject, pair->heard[path], SEVERITY_INFO, OWNER_MICROSOFT, hold,
                VARIANT_MAINTAINED);
    else if (lost(pair->at[path]))
        path_is_lost(facts, pair, path, subject, hold, out);
    else if (pair->at[path] == SESSION_UP)
        say_good(out, RULE_REDUNDANCY_LOST, subject, pair->heard[path]);
    else
        say_unknown(out, RULE_REDUNDANCY_LOST, subject);
}

/* 46 and 95: what the two witnesses say of each other */
static void judge_witnesses(const struct facts *facts, struct subject subject, struct opinions *out)
{
    struct readings readings = read_both(facts, subject.peering, subject.path, subject.family);
    const struct path_witness *at = &facts->witness->at[subject.peering][subject.path];
    bool fell = readings.metric == READING_DOWN || readings.metric == READING_BETWEEN;

    if (fell && readings.route == READING_UP)
        say_bad(out, RULE_EDGE_MAINTENANCE, subject, session_heard(facts, subject.peering, subject.path, subject.family),
                SEVERITY_INFO, OWNER_MICROSOFT, HOLD_CONFIRM, VARIANT_PLAIN);
    else if (readings.metric == READING_UP || readings.route == READING_DOWN)
        say_good(out, RULE_EDGE_MAINTENANCE, subject, session_heard(facts, subject.peering, subject.path, subject.family));
    else
        say_unknown(out, RULE_EDGE_MAINTENANCE, subject);

    if (facts->policy->sessions != SESSIONS_BOTH)
        return;
    /* a new summary is a new sample here: the metric alone cannot say that they still disagree */
    if (readings.metric == READING_UP && readings.route == READING_DOWN)
        say_bad(out, RULE_UNEXPECTED_ANSWER, subject, at->route[subject.family].seen, SEVERITY_WARNING, OWNER_SELF,
                HOLD_CONFIRM, VARIANT_DISAGREE);
    else if (readings.metric != READING_UNKNOWN && readings.route != READING_UNKNOWN)
        say_good(out, RULE_UNEXPECTED_ANSWER, subject, at->route[subject.family].seen);
    else
        say_unknown(out, RULE_UNEXPECTED_ANSWER, subject);
}

/* A prefix rule that stops all routes explains why no session is up: as a critical, which the settings may not want. */
static bool explains(const struct facts *facts, enum rule prefixes)
{
    const struct rule_policy *row = &facts->policy->rule[prefixes];

    return prefixes != RULE_NONE && prefixes != RULE_PREFIXES_CONFIGURING && !row->disabled &&
           (row->severity == SEVERITY_NONE || row->severity == SEVERITY_CRITICAL);
}

static void suppress_sessions(struct prefix_trouble prefixes, struct opinions *out, size_t first)
{
    for (size_t i = first; i < out->count; i++) {
        struct opinion *opinion = &out->item[i];
        if (opinion->standing != STANDING_BAD && opinion->standing != STANDING_SUPPRESSED)
            continue;
        opinion->standing = STANDING_SUPPRESSED;
        opinion->by = prefixes.rule;
        opinion->by_subject = prefixes.subject;
    }
}

void judge_sessions(const struct facts *facts, enum peering_kind peering, enum family family,
                    struct prefix_trouble prefixes, struct opinions *out)
{
    struct subject subject = subject_family(peering, family);
    enum hold_kind hold = prefixes.rule == RULE_PREFIXES_CONFIGURING ? HOLD_LONG : HOLD_CONFIRM;
    struct pair pair;
    size_t first = out->count;

    if (facts->policy->sessions == SESSIONS_NONE)
        return;
    for (enum path path = 0; path < PATHS; path++) {
        pair.at[path] = judge_session(facts, peering, path, family);
        pair.heard[path] = session_heard(facts, peering, path, family);
    }
    enum rule both = rule_of_pair(&pair);
    judge_both(facts, &pair, both, RULE_SESSIONS_DOWN, subject, hold, out);
    judge_both(facts, &pair, both, RULE_NO_ROUTES, subject, hold, out);
    for (enum path path = 0; path < PATHS; path++)
        judge_path(facts, &pair, path, both, prefixes.rule != RULE_NONE, subject, hold, out);
    if (explains(facts, prefixes.rule) && !is_up(&pair))
        suppress_sessions(prefixes, out, first);
    for (enum path path = 0; path < PATHS; path++)
        judge_witnesses(facts, subject_session(peering, path, family), out);
}

/* When was this session last known, if ever? MONO_NEVER: never. */
static struct mono last_known(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    const struct path_witness *at = &facts->witness->at[peering][path];
    struct mono last = { INT64_MIN };

    if ((facts->policy->sessions & SESSIONS_METRICS) != 0 && at->bgp.seen.ms != MONO_NEVER.ms)
        last = mono_later(last, at->bgp.seen);
    if ((facts->policy->sessions & SESSIONS_ROUTES) != 0 && at->route[family].seen.ms != MONO_NEVER.ms &&
        at->route[family].state != ROUTE_NO_ROW)
        last = mono_later(last, at->route[family].seen);
    return last;
}

/*
 * Unknown for longer than poll.stale, counted from when it could first have been known, and while the circuit itself was
 * still seen: when everything is silent the circuit's own 90 tells of it.
 */
static bool session_blind(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    struct mono since = facts->look.judged_since[peering];

    if (since.ms == MONO_NEVER.ms || judge_session(facts, peering, path, family) != SESSION_UNKNOWN)
        return false;
    since = mono_later(since, last_known(facts, peering, path, family));
    return mono_between(since, facts->look.sample_seen) > facts->policy->stale_ms;
}

/* A critical prefix rule of either family, a refused witness: they explain why a session is not seen. */
static const struct opinion *blind_cause(const struct facts *facts, const struct opinions *out,
                                         enum peering_kind peering)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct opinion *opinion = &out->item[i];
        if (opinion->subject.peering == peering && opinion->rule >= RULE_PREFIXES_NOT_CONFIGURED &&
            opinion->rule <= RULE_PREFIX_VALIDATION_FAILED && opinion->standing == STANDING_BAD &&
            opinion->severity == SEVERITY_CRITICAL && explains(facts, opinion->rule))
            return opinion;
    }
    return NULL;
}

static enum feature witness_refused(const struct facts *facts)
{
    bool metrics = (facts->policy->sessions & SESSIONS_METRICS) != 0;
    bool routes = (facts->policy->sessions & SESSIONS_ROUTES) != 0;

    if (metrics && facts->look.feature_off[FEATURE_METRICS])
        return FEATURE_METRICS;
    return routes && facts->look.feature_off[FEATURE_ROUTES] ? FEATURE_ROUTES : FEATURE_NONE;
}

/* 90 of a peering: its sessions cannot be seen although witnesses are set. */
void judge_peering_blind(const struct facts *facts, enum peering_kind peering, struct opinions *out)
{
    const struct peering_sample *sample = &facts->sample->peering[peering];
    const struct opinion *prefixes = blind_cause(facts, out, peering);
    struct subject subject = subject_peering(peering);
    enum feature refused = witness_refused(facts);
    bool blind = false, known = true;

    for (enum family family = 0; family < FAMILIES; family++)
        for (enum path path = 0; path < PATHS; path++) {
            if (!family_judged(facts, peering, family) || family_disabled(sample, family))
                continue;
            blind = blind || session_blind(facts, peering, path, family);
            known = known && judge_session(facts, peering, path, family) != SESSION_UNKNOWN;
        }
    if (facts->policy->sessions == SESSIONS_NONE)
        return;
    if (prefixes != NULL)
        say_suppressed(out, RULE_BLIND, subject, prefixes->rule, prefixes->subject);
    else if (refused != FEATURE_NONE && !rule_is_off(facts, RULE_FORBIDDEN))
        say_suppressed(out, RULE_BLIND, subject, RULE_FORBIDDEN,
                       (struct subject){ PEERING_NONE, PATH_NONE, FAMILIES, (uint8_t)refused, 0 });
    else if (blind)
        say_bad(out, RULE_BLIND, subject, facts->now.mono, SEVERITY_WARNING, OWNER_SELF, HOLD_NOW, VARIANT_PLAIN);
    else if (known)
        say_good(out, RULE_BLIND, subject, facts->now.mono);
    else
        say_unknown(out, RULE_BLIND, subject);
}
