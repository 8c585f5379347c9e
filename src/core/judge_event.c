/*
 * The decision list, events: what happened and does not last (rule 54). Each is told once (opinion->event); where it
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
    opinion->event = (uint64_t)facts->now.wall_ms; /* told now, and with that no longer a change */
}
