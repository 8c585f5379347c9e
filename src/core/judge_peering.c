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

static bool has_no_family(const struct peering_sample *peering)
{
    return !peering->family[FAMILY_IPV4].in_use && !peering->family[FAMILY_IPV6].in_use;
}

/* In use; a peering without any family is looked at as IPv4, because nothing may be silent. */
static bool family_there(const struct peering_sample *peering, enum family family)
{
    return peering->family[family].in_use || (family == FAMILY_IPV4 && has_no_family(peering));
}

static bool family_missing(const struct facts *facts, enum peering_kind kind, enum family family)
{
    const struct expect *expect = &facts->circuit->expect;

    return expect->families_set && expect->family[family] && !facts->sample->peering[kind].family[family].in_use;
}

bool family_judged(const struct facts *facts, enum peering_kind kind, enum family family)
{
    const struct peering_sample *peering = &facts->sample->peering[kind];

    return peering->present && family_there(peering, family) &&
           (family_disabled(peering, family) || !family_missing(facts, kind, family));
}

bool judge_family(const struct facts *facts, enum peering_kind peering, enum family family)
{
    const struct expect *expect = &facts->circuit->expect;

    if (facts->sample != NULL && facts->sample->peering[peering].present &&
        family_there(&facts->sample->peering[peering], family))
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
        if (family_there(peering, family) && !family_disabled(peering, family))
            return false;
    return true;
}

/* Whose 22 it is when a family is disabled: that of the peering, where it has none. */
struct subject subject_disabled(const struct facts *facts, enum peering_kind kind, enum family family)
{
    return has_no_family(&facts->sample->peering[kind]) ? subject_peering(kind) : subject_family(kind, family);
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
    for (enum family family = 0; family < FAMILIES && facts->circuit->expect.families_set; family++) {
        if (!family_missing(facts, kind, family))
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

    for (enum family family = 0; family < FAMILIES; family++) {
        if (!family_there(peering, family))
            continue;
        struct subject subject = subject_disabled(facts, kind, family);
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

/* 16 of one family; a disabled one is explained by 22 */
static void judge_family_words(const struct facts *facts, enum peering_kind kind, enum family family,
                               struct opinions *out)
{
    const struct family_sample *part = &facts->sample->peering[kind].family[family];
    struct subject subject = subject_family(kind, family);
    bool odd = part->state.code <= WORD_OTHER ||
               (kind == PEERING_MICROSOFT && part->in_use && prefix_words_odd(facts, family));

    if (family_disabled(&facts->sample->peering[kind], family))
        say_suppressed(out, RULE_UNKNOWN_STATE, subject, RULE_PEERING_DISABLED, subject_disabled(facts, kind, family));
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
                       subject_disabled(facts, PEERING_MICROSOFT,
                                        peering->family[FAMILY_IPV4].in_use ? FAMILY_IPV4 : FAMILY_IPV6));
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
        if (family_there(peering, family))
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
    size_t first = out->count;

    if (kind == PEERING_MICROSOFT && family_judged(facts, kind, family))
        prefixes = judge_prefixes(facts, family, out);
    if (kind == PEERING_MICROSOFT)
        judge_prefix_set(facts, family, out);
    if (family_judged(facts, kind, family))
        judge_sessions(facts, kind, family, prefixes, out);
    if (family_judged(facts, kind, family))
        judge_limit(facts, kind, family, out);
    if (!family_there(peering, family) || !family_disabled(peering, family))
        return;
    for (size_t i = first; i < out->count; i++) {
        out->item[i].standing = STANDING_SUPPRESSED;
        out->item[i].by = RULE_PEERING_DISABLED;
        out->item[i].by_subject = subject_disabled(facts, kind, family);
    }
}

/* The same said of something else. */
static void say_as(struct opinions *out, const struct opinion *as, enum rule rule, struct subject subject)
{
    struct opinion *opinion = say_unknown(out, rule, subject);

    opinion->standing = as->standing;
    opinion->by = as->by;
    opinion->by_scope = as->by_scope;
    opinion->by_subject = as->by_subject;
}

static void say_family_parts(struct opinions *out, const struct opinion *as, enum peering_kind kind, enum family family)
{
    static const uint8_t of_family[] = { RULE_UNKNOWN_STATE, RULE_PEERING_MISSING, RULE_PEERING_DISABLED,
                                         RULE_SESSIONS_DOWN, RULE_NO_ROUTES, RULE_ROUTE_LIMIT_NEAR };
    static const uint8_t of_path[] = { RULE_REDUNDANCY_LOST, RULE_EDGE_MAINTENANCE, RULE_UNEXPECTED_ANSWER };

    for (size_t i = 0; i < sizeof of_family; i++)
        say_as(out, as, of_family[i], subject_family(kind, family));
    if (kind == PEERING_MICROSOFT)
        for (enum rule rule = RULE_PREFIXES_NOT_CONFIGURED; rule <= RULE_PREFIX_SET_DIFFERS; rule++)
            say_as(out, as, rule, subject_family(kind, family));
    for (enum path path = 0; path < PATHS; path++)
        for (size_t i = 0; i < sizeof of_path; i++)
            say_as(out, as, of_path[i], subject_session(kind, path, family));
}

/* Everything that can be open below a peering, so that it stays open while nothing of it is judged. */
static void say_parts(struct opinions *out, const struct opinion *as, enum peering_kind kind)
{
    static const uint8_t of_peering[] = { RULE_UNKNOWN_STATE, RULE_OPERATION_STUCK, RULE_PEERING_DISABLED,
                                          RULE_PEERING_OPERATION_FAILED, RULE_BLIND };

    for (enum family family = 0; family < FAMILIES; family++)
        say_family_parts(out, as, kind, family);
    for (enum path path = 0; path < PATHS; path++)
        say_as(out, as, RULE_ARP_INCOMPLETE, subject_session(kind, path, FAMILIES));
    for (size_t i = 0; i < sizeof of_peering; i++)
        say_as(out, as, of_peering[i], subject_peering(kind));
    if (kind == PEERING_MICROSOFT)
        say_as(out, as, RULE_ROUTE_FILTER_MISSING, subject_peering(kind));
}

void judge_no_peerings(const struct opinion *as, struct opinions *out)
{
    say_as(out, as, RULE_NO_PEERINGS, SUBJECT_CIRCUIT);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        say_as(out, as, RULE_PEERING_MISSING, subject_peering(kind));
        say_as(out, as, RULE_PEERING_UNEXPECTED, subject_peering(kind));
        say_parts(out, as, kind);
    }
}

/* An answer without the list of peerings: nothing of them is known. 16 tells of it, and explains why none is seen. */
static void judge_no_list(struct opinions *out)
{
    const struct opinion unknown = { .standing = STANDING_UNKNOWN };

    judge_no_peerings(&unknown, out);
    for (size_t i = 0; i < out->count; i++)
        if (out->item[i].rule == RULE_BLIND) {
            out->item[i].standing = STANDING_SUPPRESSED;
            out->item[i].by = RULE_UNKNOWN_STATE;
            out->item[i].by_subject = SUBJECT_CIRCUIT;
        }
}

static void judge_absent(const struct facts *facts, enum peering_kind kind, bool none, struct opinions *out)
{
    struct opinion why = { .standing = STANDING_SUPPRESSED,
                           .by = none ? RULE_NO_PEERINGS : RULE_PEERING_MISSING,
                           .by_subject = none ? SUBJECT_CIRCUIT : subject_peering(kind) };

    if (none)
        say_as(out, &why, RULE_PEERING_MISSING, subject_peering(kind));
    else
        say_bad(out, RULE_PEERING_MISSING, subject_peering(kind), facts->look.sample_seen, SEVERITY_CRITICAL,
                layer3_owner(facts), HOLD_CONFIRM, facts->memory.provider_owns ? VARIANT_PROVIDER_OWNS : VARIANT_PLAIN);
    say_parts(out, &why, kind);
}

static void judge_there(const struct facts *facts, enum peering_kind kind, struct opinions *out)
{
    judge_present(facts, kind, out);
    for (enum family family = 0; family < FAMILIES; family++)
        judge_family_below(facts, kind, family, out);
    judge_arp(facts, kind, out);
    judge_resets(facts, kind, out);
    judge_peering_blind(facts, kind, out);
}

void judge_peerings(const struct facts *facts, struct opinions *out)
{
    if (facts->sample->peerings_absent) {
        judge_no_list(out);
        return;
    }
    bool none = judge_none(facts, out);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        bool expected = judge_expected(facts, kind);
        bool present = facts->sample->peering[kind].present;
        if (present && !expected)
            say_bad(out, RULE_PEERING_UNEXPECTED, subject_peering(kind), facts->look.sample_seen, SEVERITY_INFO, OWNER_YOU,
                    HOLD_NOW, VARIANT_PLAIN);
        else
            say_good(out, RULE_PEERING_UNEXPECTED, subject_peering(kind), facts->look.sample_seen);
        /* without a list of expected peerings 20 speaks for all that may have been there */
        if (present && expected)
            judge_there(facts, kind, out);
        else if (expected || (none && !facts->circuit->expect.peerings_set))
            judge_absent(facts, kind, none, out);
    }
}
