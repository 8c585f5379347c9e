/* The verdict on a peering and on a circuit: from what is raised, and from what cannot be seen. Worst first. */
#include "core/judging.h"

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICTS] = { "usable", "waiting", "degraded", "unknown", "unusable" };
    return names[verdict];
}

static bool prefix_rule(uint8_t rule)
{
    return rule >= RULE_PREFIXES_NOT_CONFIGURED && rule <= RULE_PREFIX_VALIDATION_FAILED;
}

/* Does this finding take the family away, not just its redundancy? */
static bool takes_family(const struct raised *raised)
{
    if (raised->subject.family >= FAMILIES)
        return false;
    return raised->rule == RULE_PEERING_DISABLED || raised->rule == RULE_SESSIONS_DOWN ||
           raised->rule == RULE_NO_ROUTES || (prefix_rule(raised->rule) && raised->severity == SEVERITY_CRITICAL);
}

static bool of_whole_peering(const struct raised *raised)
{
    return raised->rule == RULE_NO_PEERINGS ||
           (raised->subject.family == FAMILIES &&
            (raised->rule == RULE_PEERING_MISSING || raised->rule == RULE_PEERING_DISABLED));
}

/* A family whose sessions and prefixes count. */
static bool family_counts(const struct facts *facts, enum peering_kind peering, enum family family)
{
    return family_judged(facts, peering, family) && !family_disabled(&facts->sample->peering[peering], family);
}

/* Are the sessions of all families that count unknown on both paths, although there are witnesses? */
static bool sessions_unknown(const struct facts *facts, enum peering_kind peering)
{
    bool any = false;

    for (enum family family = 0; family < FAMILIES; family++)
        for (enum path path = 0; path < PATHS && family_counts(facts, peering, family); path++) {
            if (judge_session(facts, peering, path, family) != SESSION_UNKNOWN)
                return false;
            any = true;
        }
    return any && facts->policy->sessions != SESSIONS_NONE;
}

/* What is raised of one peering, summed up. */
struct findings {
    bool whole;           /* the peering is not there, or off as a whole */
    bool taken[FAMILIES]; /* the family carries nothing */
    bool degraded;
    bool words;           /* 16 of a family's words: an odd provisioningState changes no verdict */
};

static struct findings find(enum peering_kind peering, const struct raised *raised, size_t count)
{
    struct findings found = { .whole = false };

    for (size_t i = 0; i < count; i++) {
        const struct raised *row = &raised[i];
        if (row->rule == RULE_NO_PEERINGS || (row->subject.peering == peering && of_whole_peering(row)))
            found.whole = true;
        else if (row->subject.peering != peering)
            continue;
        else if (takes_family(row))
            found.taken[row->subject.family] = true;
        else if (row->rule == RULE_REDUNDANCY_LOST || row->rule == RULE_PEERING_MISSING || prefix_rule(row->rule))
            found.degraded = true;
        else if (row->rule == RULE_UNKNOWN_STATE && row->subject.family != FAMILIES)
            found.words = true;
    }
    return found;
}

enum verdict verdict_peering(const struct facts *facts, enum peering_kind peering, const struct raised *raised,
                             size_t count)
{
    struct findings found = find(peering, raised, count);
    bool taken = found.taken[FAMILY_IPV4] || found.taken[FAMILY_IPV6], left = false;

    if (facts->sample == NULL)
        return found.whole ? VERDICT_UNUSABLE : VERDICT_UNKNOWN;
    for (enum family family = 0; family < FAMILIES; family++)
        left = left || (family_counts(facts, peering, family) && !found.taken[family]);
    if (found.whole || (taken && !left))
        return VERDICT_UNUSABLE;
    if (judge_stale(facts) || found.words || !facts->sample->peering[peering].present ||
        sessions_unknown(facts, peering))
        return VERDICT_UNKNOWN;
    return found.degraded || taken ? VERDICT_DEGRADED : VERDICT_USABLE;
}

/* What the expected peerings together say. */
static enum verdict verdict_of_peerings(const struct facts *facts, const struct raised *raised, size_t count)
{
    size_t expected = 0, unusable = 0, working = 0, usable = 0;

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        if (!judge_expected(facts, kind))
            continue;
        enum verdict verdict = verdict_peering(facts, kind, raised, count);
        expected++;
        unusable += verdict == VERDICT_UNUSABLE;
        working += verdict == VERDICT_USABLE || verdict == VERDICT_DEGRADED;
        usable += verdict == VERDICT_USABLE;
    }
    if (expected == 0 || usable == expected)
        return VERDICT_USABLE;
    if (unusable == expected)
        return VERDICT_UNUSABLE;
    return working > 0 ? VERDICT_DEGRADED : VERDICT_UNKNOWN;
}

static bool circuit_words_odd(const struct sample *sample)
{
    return sample->circuit.code <= WORD_OTHER || (!sample->direct && sample->provider.code <= WORD_OTHER) ||
           sample->peerings_absent;
}

/* What the circuit's own findings say, worst first; VERDICT_USABLE when they say nothing. */
static enum verdict verdict_of_finding(const struct facts *facts, const struct raised *raised)
{
    switch (raised->rule) {
    case RULE_CIRCUIT_MISSING:
    case RULE_PROVIDER_DEPROVISIONING:
    case RULE_DEPROVISIONED:
    case RULE_NO_PEERINGS:
        return VERDICT_UNUSABLE;
    case RULE_CIRCUIT_DISABLED:
        return raised->variant == VARIANT_MOVING ? VERDICT_WAITING : VERDICT_UNUSABLE;
    case RULE_PROVIDER_NOT_PROVISIONED:
    case RULE_PROVIDER_PROVISIONING:
        return VERDICT_WAITING;
    case RULE_BLIND:
    case RULE_SIGN_IN_FAILED:
        return VERDICT_UNKNOWN;
    case RULE_UNKNOWN_STATE:
        return facts->sample != NULL && circuit_words_odd(facts->sample) ? VERDICT_UNKNOWN : VERDICT_USABLE;
    default:
        return VERDICT_USABLE;
    }
}

enum verdict verdict_circuit(const struct facts *facts, const struct raised *raised, size_t count)
{
    bool stale = facts->sample == NULL || judge_stale(facts);
    bool waiting = facts->sample != NULL && judge_in_motion(facts->sample), unknown = stale;

    for (size_t i = 0; i < count; i++) {
        if (raised[i].subject.peering != PEERING_NONE)
            continue;
        enum verdict verdict = verdict_of_finding(facts, &raised[i]);
        if (verdict == VERDICT_UNUSABLE)
            return VERDICT_UNUSABLE;
        unknown = unknown || verdict == VERDICT_UNKNOWN;
        waiting = waiting || verdict == VERDICT_WAITING;
    }
    /* while the circuit waits nothing below is judged, but what is open still counts */
    enum verdict below = stale ? VERDICT_USABLE : verdict_of_peerings(facts, raised, count);
    if (below == VERDICT_UNUSABLE)
        return below;
    if (unknown)
        return VERDICT_UNKNOWN;
    return waiting ? VERDICT_WAITING : below;
}
