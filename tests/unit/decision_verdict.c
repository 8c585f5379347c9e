/* The oracle's verdicts, worst first, when everything bad of one look is raised. */
#include "decision_inner.h"

static bool bad_of_family(const struct decision *d, enum rule rule, enum peering_kind p, enum family f)
{
    return decision_is_bad(d, rule, decision_about(p, PATH_NONE, f));
}

static bool critical_of_family(const struct decision *d, enum rule rule, enum peering_kind p, enum family f)
{
    return bad_of_family(d, rule, p, f) &&
           d->cell[decision_cell(rule, decision_about(p, PATH_NONE, f))].severity == SEVERITY_CRITICAL;
}

/** A critical of 30 to 34, 40 or 42. */
static bool family_fails(const struct decision *d, enum peering_kind p, enum family f)
{
    bool fails = bad_of_family(d, 40, p, f) || bad_of_family(d, 42, p, f);
    for (uint8_t rule = 30; rule <= 34; rule++)
        fails = fails || critical_of_family(d, rule, p, f);
    return fails;
}

static bool family_carries(const struct facts *facts, const struct decision *d, enum peering_kind p, enum family f)
{
    return decision_family_judged(facts, p, f) && !family_fails(d, p, f) && !bad_of_family(d, 22, p, f);
}

static bool peering_unusable(const struct facts *facts, const struct decision *d, enum peering_kind p)
{
    struct subject whole = decision_about(p, PATH_NONE, FAMILIES);
    bool carried = false, failed = decision_is_bad(d, 22, whole);
    for (enum family f = 0; f < FAMILIES; f++) {
        carried = carried || family_carries(facts, d, p, f);
        failed = failed || family_fails(d, p, f) || bad_of_family(d, 22, p, f);
    }
    return decision_is_bad(d, 20, SUBJECT_CIRCUIT) || decision_is_bad(d, 21, whole) || (failed && !carried);
}

/** Not in the answer, 16 of its words (that of its last operation does not count), or all of its sessions unknown. */
static bool peering_unknown(const struct facts *facts, const struct decision *d, enum peering_kind p)
{
    bool words = !facts->sample->peering[p].present, any = false, known = false;
    for (enum family f = 0; f < FAMILIES; f++) {
        words = words || bad_of_family(d, 16, p, f);
        for (enum path path = 0; path < PATHS && decision_family_judged(facts, p, f); path++) {
            any = true;
            known = known || decision_session(facts, p, path, f).session != SESSION_UNKNOWN;
        }
    }
    return words || (facts->policy->sessions != SESSIONS_NONE && any && !known);
}

static bool peering_degraded(const struct decision *d, enum peering_kind p)
{
    bool degraded = false;
    for (enum family f = 0; f < FAMILIES; f++) {
        degraded = degraded || family_fails(d, p, f) || bad_of_family(d, 21, p, f) || bad_of_family(d, 22, p, f);
        for (uint8_t rule = 30; rule <= 34; rule++)
            degraded = degraded || bad_of_family(d, rule, p, f);
        for (enum path path = 0; path < PATHS; path++)
            degraded = degraded || decision_is_bad(d, 41, decision_about(p, path, f));
    }
    return degraded;
}

static bool stale(const struct facts *facts)
{
    return facts->sample == NULL || mono_between(facts->look.sample_seen, facts->now.mono) > facts->policy->stale_ms;
}

enum verdict decision_verdict_peering(const struct facts *facts, const struct decision *d, enum peering_kind p)
{
    if (stale(facts))
        return VERDICT_UNKNOWN;
    if (peering_unusable(facts, d, p))
        return VERDICT_UNUSABLE;
    if (peering_unknown(facts, d, p))
        return VERDICT_UNKNOWN;
    return peering_degraded(d, p) ? VERDICT_DEGRADED : VERDICT_USABLE;
}

static bool state_word_unknown(const struct sample *s)
{
    return s->circuit.code <= WORD_OTHER || (!s->direct && s->provider.code <= WORD_OTHER) || s->peerings_absent;
}

static enum verdict from_peerings(const struct facts *facts, const struct decision *d)
{
    unsigned count[VERDICTS] = { 0 }, expected = 0;
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        if (decision_expected(facts, p)) {
            count[decision_verdict_peering(facts, d, p)]++;
            expected++;
        }
    if (decision_is_bad(d, 20, SUBJECT_CIRCUIT) || (expected > 0 && count[VERDICT_UNUSABLE] == expected))
        return VERDICT_UNUSABLE;
    if (expected > 0 && count[VERDICT_USABLE] + count[VERDICT_DEGRADED] == 0)
        return VERDICT_UNKNOWN;
    return count[VERDICT_USABLE] < expected ? VERDICT_DEGRADED : VERDICT_USABLE;
}

enum verdict decision_verdict_circuit(const struct facts *facts, const struct decision *d)
{
    const struct sample *s = facts->sample;
    bool moving = !stale(facts) && d->cell[decision_cell(11, SUBJECT_CIRCUIT)].decided == DECIDED_BAD &&
                  d->cell[decision_cell(11, SUBJECT_CIRCUIT)].variant == VARIANT_MOVING;
    if (decision_is_bad(d, 10, SUBJECT_CIRCUIT) || decision_is_bad(d, 14, SUBJECT_CIRCUIT) ||
        decision_is_bad(d, 15, SUBJECT_CIRCUIT) || (decision_is_bad(d, 11, SUBJECT_CIRCUIT) && !moving))
        return VERDICT_UNUSABLE;
    if (stale(facts) || decision_is_bad(d, 90, SUBJECT_CIRCUIT) || decision_is_bad(d, 91, SUBJECT_CIRCUIT))
        return VERDICT_UNKNOWN;
    bool waiting = moving || decision_is_bad(d, 12, SUBJECT_CIRCUIT) || decision_is_bad(d, 13, SUBJECT_CIRCUIT);
    if (from_peerings(facts, d) == VERDICT_UNUSABLE)
        return VERDICT_UNUSABLE;
    if (decision_is_bad(d, 16, SUBJECT_CIRCUIT) && state_word_unknown(s))
        return VERDICT_UNKNOWN;
    return waiting ? VERDICT_WAITING : from_peerings(facts, d);
}
