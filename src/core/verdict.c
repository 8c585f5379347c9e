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
    return raised->rule == RULE_PEERING_DISABLED || raised->rule == RULE_SESSIONS_DOWN ||
           raised->rule == RULE_NO_ROUTES || (prefix_rule(raised->rule) && raised->severity == SEVERITY_CRITICAL);
}

static bool of_whole_peering(const struct raised *raised)
{
    return raised->rule == RULE_NO_PEERINGS ||
           (raised->subject.family == FAMILIES &&
            (raised->rule == RULE_PEERING_MISSING || raised->rule == RULE_PEERING_DISABLED));
}

/* Are the sessions of all judged families unknown on both paths, although there are witnesses? */
static bool sessions_unknown(const struct facts *facts, enum peering_kind peering)
{
    if (facts->policy->sessions == SESSIONS_NONE)
        return false;
    for (enum family family = 0; family < FAMILIES; family++)
        for (enum path path = 0; path < PATHS; path++)
            if (judge_family(facts, peering, family) &&
                judge_session(facts, peering, path, family) != SESSION_UNKNOWN)
                return false;
    return true;
}

/* 16 of a word that decides something: an odd provisioningState changes no verdict. */
static bool odd_words(const struct facts *facts, enum peering_kind peering, const struct raised *raised)
{
    return raised->rule == RULE_UNKNOWN_STATE && raised->subject.peering == peering &&
           raised->subject.family != FAMILIES && facts->sample != NULL;
}

enum verdict verdict_peering(const struct facts *facts, enum peering_kind peering, const struct raised *raised,
                             size_t count)
{
    bool taken[FAMILIES] = { false, false };
    bool degraded = false, unknown = false;

    for (size_t i = 0; i < count; i++) {
        const struct raised *row = &raised[i];
        if (row->rule == RULE_NO_PEERINGS || (row->subject.peering == peering && of_whole_peering(row)))
            return VERDICT_UNUSABLE;
        if (row->subject.peering != peering)
            continue;
        if (takes_family(row))
            taken[row->subject.family] = true;
        else if (row->rule == RULE_REDUNDANCY_LOST || row->rule == RULE_PEERING_MISSING || prefix_rule(row->rule))
            degraded = true;
        unknown = unknown || odd_words(facts, peering, row);
    }
    bool left = false;
    for (enum family family = 0; family < FAMILIES; family++)
        left = left || (judge_family(facts, peering, family) && !taken[family]);
    if (!left)
        return VERDICT_UNUSABLE;
    if (judge_stale(facts) || unknown || facts->sample == NULL || !facts->sample->peering[peering].present ||
        sessions_unknown(facts, peering))
        return VERDICT_UNKNOWN;
    return degraded || taken[FAMILY_IPV4] || taken[FAMILY_IPV6] ? VERDICT_DEGRADED : VERDICT_USABLE;
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

enum verdict verdict_circuit(const struct facts *facts, const struct raised *raised, size_t count)
{
    bool waiting = facts->sample != NULL && judge_in_motion(facts->sample);
    bool unknown = facts->sample == NULL || judge_stale(facts);

    for (size_t i = 0; i < count; i++) {
        bool circuit = raised[i].subject.peering == PEERING_NONE;
        switch (raised[i].rule) {
        case RULE_CIRCUIT_MISSING:
        case RULE_PROVIDER_DEPROVISIONING:
        case RULE_DEPROVISIONED:
        case RULE_NO_PEERINGS:
            return VERDICT_UNUSABLE;
        case RULE_CIRCUIT_DISABLED:
            if (raised[i].variant != VARIANT_MOVING)
                return VERDICT_UNUSABLE;
            waiting = true;
            break;
        case RULE_PROVIDER_NOT_PROVISIONED:
        case RULE_PROVIDER_PROVISIONING:
            waiting = true;
            break;
        case RULE_BLIND:
        case RULE_SIGN_IN_FAILED:
            unknown = unknown || circuit;
            break;
        case RULE_UNKNOWN_STATE:
            unknown = unknown || (circuit && facts->sample != NULL && circuit_words_odd(facts->sample));
            break;
        default:
            break;
        }
    }
    if (unknown)
        return VERDICT_UNKNOWN;
    return waiting ? VERDICT_WAITING : verdict_of_peerings(facts, raised, count);
}
