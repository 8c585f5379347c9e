/*
 * The decision list, second part: peerings (rules 20-25, and 16, 18 of a peering) and how their parts hang together:
 * a peering that is not there, or a family that is disabled, explains what would be said below it.
 */
#include "core/judging.h"

bool judge_expected(const struct facts *facts, enum peering_kind peering)
{
    const struct expect *expect = &facts->circuit->expect;

    if (expect->peerings_set)
        return expect->peering[peering];
    return facts->sample != NULL && facts->sample->peering[peering].present;
}

bool family_judged(const struct peering_sample *peering, enum family family)
{
    bool none = !peering->family[FAMILY_IPV4].in_use && !peering->family[FAMILY_IPV6].in_use;
    return peering->family[family].in_use || (none && family == FAMILY_IPV4);
}

bool judge_family(const struct facts *facts, enum peering_kind peering, enum family family)
{
    const struct expect *expect = &facts->circuit->expect;

    if (facts->sample != NULL && facts->sample->peering[peering].present &&
        family_judged(&facts->sample->peering[peering], family))
        return true;
    return expect->families_set && expect->family[family];
}

bool family_disabled(const struct peering_sample *peering, enum family family)
{
    return peering->family[family].state.code == SWITCH_DISABLED;
}

static bool all_families_disabled(const struct peering_sample *peering)
{
    for (enum family family = 0; family < FAMILIES; family++)
        if (family_judged(peering, family) && !family_disabled(peering, family))
            return false;
    return true;
}

static enum owner layer3_owner(const struct facts *facts)
{
    return facts->memory.provider_owns ? OWNER_PROVIDER : OWNER_YOU;
}

/* 20: an empty list on a circuit that should have peerings */
static bool judge_none(const struct facts *facts, struct opinions *out)
{
    const struct expect *expect = &facts->circuit->expect;
    bool wants_none = expect->peerings_set;

    for (size_t kind = 0; kind < PEERINGS; kind++)
        if (expect->peerings_set && expect->peering[kind])
            wants_none = false;
    if (facts->sample->peerings_absent) {
        say_unknown(out, RULE_NO_PEERINGS, SUBJECT_CIRCUIT);
        return false;
    }
    if (facts->sample->peering_count > 0 || wants_none) {
        say_good(out, RULE_NO_PEERINGS, SUBJECT_CIRCUIT, facts->look.sample_seen);
        return false;
    }
    say_bad(out, RULE_NO_PEERINGS, SUBJECT_CIRCUIT, facts->look.sample_seen, SEVERITY_CRITICAL, layer3_owner(facts),
            HOLD_CONFIRM, facts->memory.provider_owns ? VARIANT_PROVIDER_OWNS : VARIANT_PLAIN);
    return true;
}

/* 21 of an expected family of a peering that is there */
static void judge_family_missing(const struct facts *facts, enum peering_kind kind, struct opinions *out)
{
    const struct expect *expect = &facts->circuit->expect;
    const struct peering_sample *peering = &facts->sample->peering[kind];

    for (enum family family = 0; family < FAMILIES && expect->families_set; family++) {
        if (!expect->family[family] || peering->family[family].in_use)
            say_good(out, RULE_PEERING_MISSING, subject_family(kind, family), facts->look.sample_seen);
        else
            say_bad(out, RULE_PEERING_MISSING, subject_family(kind, family), facts->look.sample_seen, SEVERITY_CRITICAL,
                    layer3_owner(facts), HOLD_CONFIRM, VARIANT_FAMILY);
    }
}

/* 22 */
static void judge_disabled(const struct facts *facts, enum peering_kind kind, struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[kind];
    bool last = all_families_disabled(peering);
    bool none = !peering->family[FAMILY_IPV4].in_use && !peering->family[FAMILY_IPV6].in_use;

    for (enum family family = 0; family < FAMILIES; family++) {
        if (!family_judged(peering, family))
            continue;
        struct subject subject = none ? subject_peering(kind) : subject_family(kind, family);
        struct word state = peering->family[family].state;
        if (state.code == SWITCH_DISABLED)
            say_bad(out, RULE_PEERING_DISABLED, subject, facts->look.sample_seen,
                    last ? SEVERITY_CRITICAL : SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM,
                    last ? VARIANT_LAST_FAMILY : VARIANT_PLAIN);
        else if (state.code == SWITCH_ENABLED)
            say_good(out, RULE_PEERING_DISABLED, subject, facts->look.sample_seen);
        else
            say_unknown(out, RULE_PEERING_DISABLED, subject);
    }
}

/* 23, and 16 and 18 of a peering's operation */
static void judge_peering_operation(const struct facts *facts, enum peering_kind kind, struct opinions *out)
{
    struct word operation = facts->sample->peering[kind].operation;
    struct subject subject = subject_peering(kind);
    struct mono seen = facts->look.sample_seen;

    if (operation.code == OPERATION_FAILED || operation.code == OPERATION_CANCELED)
        say_bad(out, RULE_PEERING_OPERATION_FAILED, subject, seen, SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (operation.code == OPERATION_SUCCEEDED)
        say_good(out, RULE_PEERING_OPERATION_FAILED, subject, seen);
    else
        say_unknown(out, RULE_PEERING_OPERATION_FAILED, subject);

    if (operation_moving(operation))
        say_bad(out, RULE_OPERATION_STUCK, subject, seen, SEVERITY_WARNING, OWNER_YOU, HOLD_LONG,
                VARIANT_STUCK_PEERING);
    else if (operation.code > WORD_OTHER)
        say_good(out, RULE_OPERATION_STUCK, subject, seen);
    else
        say_unknown(out, RULE_OPERATION_STUCK, subject);

    if (operation.code == WORD_OTHER)
        say_bad(out, RULE_UNKNOWN_STATE, subject, seen, SEVERITY_WARNING, OWNER_MICROSOFT, HOLD_CONFIRM, VARIANT_PLAIN);
    else
        say_good(out, RULE_UNKNOWN_STATE, subject, seen);
}

/* Does some prefix of the family, or the family as a whole, have a state we do not know or that is not there? */
static bool prefix_words_odd(const struct sample *sample, const struct family_sample *family)
{
    bool level_counts = true;

    for (size_t i = 0; i < family->prefix_count; i++) {
        struct word state = sample->prefix[family->prefix_first + i].state;
        if (state.code == WORD_OTHER)
            return true;
        level_counts = level_counts && state.code == WORD_ABSENT;
    }
    return level_counts && family->prefixes_state.code <= WORD_OTHER;
}

/* 16 of one family; a disabled one is explained by 22 */
static void judge_family_words(const struct facts *facts, enum peering_kind kind, enum family family,
                               struct opinions *out)
{
    const struct family_sample *part = &facts->sample->peering[kind].family[family];
    struct subject subject = subject_family(kind, family);
    bool odd = part->state.code <= WORD_OTHER ||
               (kind == PEERING_MICROSOFT && part->in_use && prefix_words_odd(facts->sample, part));

    if (family_disabled(&facts->sample->peering[kind], family))
        say_suppressed(out, RULE_UNKNOWN_STATE, subject, RULE_PEERING_DISABLED, subject);
    else if (odd)
        say_bad(out, RULE_UNKNOWN_STATE, subject, facts->look.sample_seen, SEVERITY_WARNING, OWNER_MICROSOFT,
                HOLD_CONFIRM, VARIANT_PLAIN);
    else
        say_good(out, RULE_UNKNOWN_STATE, subject, facts->look.sample_seen);
}

/* 25: a filter at either place counts; none at both means that no routes are announced */
static void judge_route_filter(const struct facts *facts, struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[PEERING_MICROSOFT];
    struct subject subject = subject_peering(PEERING_MICROSOFT);

    if (all_families_disabled(peering))
        say_suppressed(out, RULE_ROUTE_FILTER_MISSING, subject, RULE_PEERING_DISABLED,
                       subject_family(PEERING_MICROSOFT, peering->family[FAMILY_IPV4].in_use ? FAMILY_IPV4 : FAMILY_IPV6));
    else if (peering->family[FAMILY_IPV4].route_filter || peering->family[FAMILY_IPV6].route_filter)
        say_good(out, RULE_ROUTE_FILTER_MISSING, subject, facts->look.sample_seen);
    else
        say_bad(out, RULE_ROUTE_FILTER_MISSING, subject, facts->look.sample_seen, SEVERITY_WARNING, OWNER_YOU,
                HOLD_CONFIRM, VARIANT_PLAIN);
}

/* Everything of 16-25 that concerns a peering that is there. */
static void judge_present(const struct facts *facts, enum peering_kind kind, struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[kind];

    say_good(out, RULE_PEERING_MISSING, subject_peering(kind), facts->look.sample_seen);
    judge_family_missing(facts, kind, out);
    judge_disabled(facts, kind, out);
    judge_peering_operation(facts, kind, out);
    for (enum family family = 0; family < FAMILIES; family++)
        if (family_judged(peering, family))
            judge_family_words(facts, kind, family, out);
    if (kind == PEERING_MICROSOFT)
        judge_route_filter(facts, out);
}

/* What one family of a peering says: prefixes and sessions; 22 explains all of it. */
static void judge_family_below(const struct facts *facts, enum peering_kind kind, enum family family,
                               struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[kind];
    struct prefix_trouble prefixes = { RULE_NONE, SUBJECT_CIRCUIT };
    bool none = !peering->family[FAMILY_IPV4].in_use && !peering->family[FAMILY_IPV6].in_use;
    size_t first = out->count;

    if (kind == PEERING_MICROSOFT)
        prefixes = judge_prefixes(facts, family, out);
    judge_sessions(facts, kind, family, prefixes, out);
    if (!family_disabled(peering, family))
        return;
    for (size_t i = first; i < out->count; i++) {
        out->item[i].standing = STANDING_SUPPRESSED;
        out->item[i].by = RULE_PEERING_DISABLED;
        out->item[i].by_subject = none ? subject_peering(kind) : subject_family(kind, family);
    }
}

/* A peering that should be there and is not: open incidents of its parts stay open, explained by 20 or 21. */
static void suppress_parts(enum peering_kind kind, enum rule by, struct opinions *out)
{
    static const uint8_t of_family[] = { RULE_PREFIXES_NOT_CONFIGURED, RULE_PREFIXES_CONFIGURING,
                                         RULE_PREFIX_VALIDATION_NEEDED, RULE_PREFIX_MANUAL_VALIDATION,
                                         RULE_PREFIX_VALIDATION_FAILED, RULE_PREFIX_SET_DIFFERS,
                                         RULE_SESSIONS_DOWN, RULE_NO_ROUTES,
                                         RULE_PEERING_DISABLED, RULE_UNKNOWN_STATE };
    struct subject why = by == RULE_NO_PEERINGS ? SUBJECT_CIRCUIT : subject_peering(kind);

    for (enum family family = 0; family < FAMILIES; family++) {
        for (size_t i = 0; i < sizeof of_family; i++)
            say_suppressed(out, of_family[i], subject_family(kind, family), by, why);
        for (enum path path = 0; path < PATHS; path++) {
            say_suppressed(out, RULE_REDUNDANCY_LOST, subject_session(kind, path, family), by, why);
            say_suppressed(out, RULE_EDGE_MAINTENANCE, subject_session(kind, path, family), by, why);
        }
    }
    for (enum path path = 0; path < PATHS; path++)
        say_suppressed(out, RULE_ARP_INCOMPLETE, subject_session(kind, path, FAMILIES), by, why);
    say_suppressed(out, RULE_PEERING_DISABLED, subject_peering(kind), by, why);
    say_suppressed(out, RULE_PEERING_OPERATION_FAILED, subject_peering(kind), by, why);
    say_suppressed(out, RULE_BLIND, subject_peering(kind), by, why);
    if (kind == PEERING_MICROSOFT)
        say_suppressed(out, RULE_ROUTE_FILTER_MISSING, subject_peering(kind), by, why);
}

/* An answer without the list of peerings: nothing about them is known (16 tells of it). */
static void all_unknown(enum peering_kind kind, struct opinions *out)
{
    size_t first = out->count;

    suppress_parts(kind, RULE_NO_PEERINGS, out);
    for (size_t i = first; i < out->count; i++)
        out->item[i].standing = STANDING_UNKNOWN;
    say_unknown(out, RULE_PEERING_MISSING, subject_peering(kind));
}

static void judge_peering(const struct facts *facts, enum peering_kind kind, bool none, struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[kind];

    if (facts->sample->peerings_absent) {
        all_unknown(kind, out);
    } else if (!peering->present) {
        enum rule by = none ? RULE_NO_PEERINGS : RULE_PEERING_MISSING;
        if (none)
            say_suppressed(out, RULE_PEERING_MISSING, subject_peering(kind), by, SUBJECT_CIRCUIT);
        else
            say_bad(out, RULE_PEERING_MISSING, subject_peering(kind), facts->look.sample_seen, SEVERITY_CRITICAL,
                    layer3_owner(facts), HOLD_CONFIRM,
                    facts->memory.provider_owns ? VARIANT_PROVIDER_OWNS : VARIANT_PLAIN);
        suppress_parts(kind, by, out);
    } else {
        judge_present(facts, kind, out);
        for (enum family family = 0; family < FAMILIES; family++)
            if (family_judged(peering, family))
                judge_family_below(facts, kind, family, out);
        judge_arp(facts, kind, out);
        judge_peering_blind(facts, kind, out);
    }
}

void judge_peerings(const struct facts *facts, struct opinions *out)
{
    bool none = judge_none(facts, out);

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        bool expected = judge_expected(facts, kind);
        bool present = facts->sample->peering[kind].present;
        /* without a list of expected peerings 20 speaks for all of them: private and Microsoft peerings that may be open */
        bool gone = none && !facts->circuit->expect.peerings_set;
        bool unclear = facts->sample->peerings_absent && !facts->circuit->expect.peerings_set;
        if (facts->circuit->expect.peerings_set && !expected && present)
            say_bad(out, RULE_PEERING_UNEXPECTED, subject_peering(kind), facts->look.sample_seen, SEVERITY_INFO, OWNER_YOU,
                    HOLD_NOW, VARIANT_PLAIN);
        else if (!facts->sample->peerings_absent)
            say_good(out, RULE_PEERING_UNEXPECTED, subject_peering(kind), facts->look.sample_seen);
        if (expected || gone || unclear)
            judge_peering(facts, kind, none, out);
    }
}
