/*
 * The decision list, events: what happened and does not last (rules 43 and 54). Each is told once (opinion->event); where it
 * cannot be told now, nothing is said of it.
 */
#include "core/attributes.h"
#include "core/judging.h"

bool judge_bandwidth_odd(const struct facts *facts)
{
    uint32_t expected = facts->circuit->expect.bandwidth_mbps;
    uint32_t is = facts->sample != NULL ? facts->sample->bandwidth_mbps : 0;

    return expected != 0 && is != 0 && is != expected;
}

/* 54: told once for each change, and for a bandwidth that is not as expected when that is first seen. */
void judge_attributes(const struct facts *facts, struct opinions *out)
{
    const struct memory *memory = &facts->memory;
    bool changed = facts->changed != NULL && !facts->change_told;
    bool odd = judge_bandwidth_odd(facts) && (memory->odd_bandwidth != facts->sample->bandwidth_mbps ||
                                              memory->odd_expected != facts->circuit->expect.bandwidth_mbps);

    if ((!changed && !odd) || !attributes_settled(facts->sample))
        return;
    struct opinion *opinion = say_bad(out, RULE_ATTRIBUTE_CHANGED, SUBJECT_CIRCUIT, facts->look.sample_seen,
                                      SEVERITY_INFO, OWNER_YOU, HOLD_NOW, VARIANT_PLAIN);
    /* told now, and with that no longer a change; a clock of 1970 may well say 0 */
    opinion->event = facts->now.wall_ms != 0 ? (uint64_t)facts->now.wall_ms : 1;
}

#define OFTEN_MS (60 * 60 * 1000)

bool reset_often(const struct reset *reset)
{
    return reset->count == RESETS_COUNTED && mono_between(reset->at[RESETS_COUNTED - 1], reset->at[0]) <= OFTEN_MS;
}

/* Is the session judged at present? One of a family that is not known is, while any family is. */
static bool session_judged(const struct facts *facts, enum peering_kind peering, uint8_t family)
{
    for (enum family one = 0; one < FAMILIES; one++)
        if ((family == FAMILIES || family == one) && family_judged(facts, peering, one) &&
            !family_disabled(&facts->sample->peering[peering], one))
            return true;
    return false;
}

/* 43: what could not be told for longer than poll.stale is past. */
void judge_resets(const struct facts *facts, enum peering_kind peering, struct opinions *out)
{
    bool provider = facts->sample->peering[peering].modified_by == MODIFIED_BY_PROVIDER;

    if (facts->past == NULL || facts->policy->sessions == SESSIONS_NONE)
        return;
    for (enum path path = 0; path < PATHS; path++)
        for (enum family family = 0; family <= FAMILIES; family++) {
            const struct reset *reset = &facts->past->at[peering][path].reset[family];
            if (reset->noticed_wall_ms == 0 || !session_judged(facts, peering, (uint8_t)family) ||
                mono_between(reset->noticed, facts->now.mono) > facts->policy->stale_ms)
                continue;
            struct opinion *opinion =
                say_bad(out, RULE_SESSION_RESET, subject_session(peering, path, family), reset->noticed,
                        reset_often(reset) ? SEVERITY_WARNING : SEVERITY_INFO, provider ? OWNER_PROVIDER : OWNER_YOU,
                        HOLD_NOW, VARIANT_PLAIN);
            opinion->event = (uint64_t)reset->noticed_wall_ms;
        }
}
