/* The oracle's peerings (20 to 25, and 16 and 18 of a peering) and their prefixes (30 to 35). */
#include "decision_inner.h"

/* ---- prefixes ---- */

/** The order of "the worst decides alone". */
static const uint8_t worst_first[] = { 34, 33, 32, 30, 31 };

static enum rule rule_of_word(uint8_t code)
{
    static const uint8_t rules[PREFIXES_WORDS] = {
        [PREFIXES_NOT_CONFIGURED] = 30,
        [PREFIXES_CONFIGURING] = 31,
        [PREFIXES_VALIDATION_NEEDED] = 32,
        [PREFIXES_MANUAL_VALIDATION_NEEDED] = 33,
        [PREFIXES_VALIDATION_FAILED] = 34,
        [PREFIXES_ASN_VALIDATION_FAILED] = 34,
        [PREFIXES_CERTIFICATE_MISSING] = 34,
        [PREFIXES_INVALID_SIGNATURE_ENCODING] = 34,
        [PREFIXES_SIGNATURE_VERIFICATION_FAILED] = 34,
    };
    return rules[code];
}

static size_t expected_prefixes(const struct expect *expect, enum family f)
{
    size_t n = 0;
    for (size_t i = 0; expect->prefixes_set && i < expect->prefix_count; i++)
        n += expect->prefixes[i].family == f;
    return n;
}

static bool set_differs(const struct facts *facts, const struct family_sample *family, enum family f) /* 35 */
{
    const struct expect *expect = &facts->circuit->expect;
    const struct prefix_sample *listed = facts->sample->prefix + family->prefix_first;
    bool differs = false;
    for (size_t i = 0; i < expect->prefix_count; i++) {
        bool found = expect->prefixes[i].family != f;
        for (size_t j = 0; j < family->prefix_count; j++)
            found = found || net_equal(&expect->prefixes[i], &listed[j].net);
        differs = differs || !found;
    }
    for (size_t j = 0; j < family->prefix_count; j++) {
        bool found = false;
        for (size_t i = 0; i < expect->prefix_count; i++)
            found = found || net_equal(&expect->prefixes[i], &listed[j].net);
        differs = differs || !found;
    }
    return expect->prefixes_set && differs;
}

struct prefix_words {
    bool rule[RULE_NUMBERS]; /* a word of that rule is there */
    bool unknown;            /* a word is missing or odd (16) */
    bool own;                /* the answer has states per prefix */
};

static void gather_words(const struct facts *facts, const struct family_sample *family, enum family f,
                         struct prefix_words *out)
{
    const struct prefix_sample *listed = facts->sample->prefix + family->prefix_first;
    bool matters = family->prefix_count > 0 || expected_prefixes(&facts->circuit->expect, f) > 0;
    *out = (struct prefix_words){ 0 };
    for (size_t j = 0; j < family->prefix_count; j++)
        out->own = out->own || listed[j].state.code != WORD_ABSENT;
    for (size_t j = 0; j < (out->own ? family->prefix_count : 1U); j++) {
        struct word word = out->own ? listed[j].state : family->prefixes_state;
        if (word.code == WORD_ABSENT)
            word = family->prefixes_state;
        out->unknown = out->unknown || decided_unknown(word);
        out->rule[decided_unknown(word) ? 0 : rule_of_word(word.code)] = true;
    }
    if (!matters)
        out->rule[30] = false;
}

/** No witness says anything of the family or has answered yet, and the peering could be judged only a moment ago. */
static bool still_waiting(const struct facts *facts, enum family f)
{
    const struct policy *policy = facts->policy;
    struct mono since = facts->look.judged_since[PEERING_MICROSOFT];
    enum feature asked = policy->sessions & SESSIONS_METRICS ? FEATURE_METRICS : FEATURE_ROUTES;
    bool known = facts->look.feature_seen[asked].ms > since.ms;
    for (enum path path = 0; path < PATHS; path++)
        known = known || decision_session(facts, PEERING_MICROSOFT, path, f).session != SESSION_UNKNOWN;
    return policy->sessions != SESSIONS_NONE && !known && since.ms != MONO_NEVER.ms &&
           mono_between(since, facts->now.mono) <= policy->sessions_every_ms + policy->retry_ms;
}

/** 30 to 34 of a family, and 16 of its prefix words. */
static void prefixes(const struct facts *facts, enum family f, struct decision *out)
{
    const struct family_sample *family = &facts->sample->peering[PEERING_MICROSOFT].family[f];
    struct subject subject = decision_about(PEERING_MICROSOFT, PATH_NONE, f);
    struct prefix_words words;
    gather_words(facts, family, f, &words);
    if (words.unknown) {
        if (family->in_use) /* a peering without any family has none that should have prefixes */
            decide_bad(out, 16, subject);
        for (size_t i = 0; i < sizeof worst_first; i++)
            decide_open(out, worst_first[i], subject);
    }
    for (size_t i = 0; i < sizeof worst_first; i++) {
        uint8_t rule = worst_first[i];
        if (!words.rule[rule])
            continue;
        bool up = false;
        for (enum path path = 0; path < PATHS; path++)
            up = up || decision_session(facts, PEERING_MICROSOFT, path, f).session == SESSION_UP;
        struct decided_cell *cell = decide_bad(out, rule, subject);
        if ((rule == 30 || rule == 32) && up)
            cell->severity = SEVERITY_WARNING;
        if (rule == 32 && !words.own)
            cell->variant = VARIANT_NO_DETAIL;
        if ((rule == 30 || rule == 32) && still_waiting(facts, f))
            decide_open(out, rule, subject);
        return;
    }
}

/* ---- peerings ---- */

bool decision_expected(const struct facts *facts, enum peering_kind p)
{
    const struct expect *expect = &facts->circuit->expect;
    return expect->peerings_set ? expect->peering[p] : facts->sample->peering[p].present;
}

static bool no_family(const struct peering_sample *peering)
{
    return !peering->family[FAMILY_IPV4].in_use && !peering->family[FAMILY_IPV6].in_use;
}

static bool family_missing(const struct facts *facts, enum peering_kind p, enum family f) /* 21 of a family */
{
    const struct expect *expect = &facts->circuit->expect;
    return expect->families_set && expect->family[f] && !facts->sample->peering[p].family[f].in_use;
}

/** A peering without any family is looked at as IPv4, unless it is 21 that IPv4 is missing. */
bool decision_family_judged(const struct facts *facts, enum peering_kind p, enum family f)
{
    const struct peering_sample *peering = &facts->sample->peering[p];
    bool counts = peering->family[f].in_use || (no_family(peering) && f == FAMILY_IPV4 && !family_missing(facts, p, f));
    return peering->present && counts && peering->family[f].state.code != SWITCH_DISABLED;
}

static void blame(const struct facts *facts, struct decided_cell *cell) /* the owner of 20 and 21 */
{
    if (!facts->memory.provider_owns)
        return;
    cell->owner = OWNER_PROVIDER;
    if (cell->variant == VARIANT_PLAIN)
        cell->variant = VARIANT_PROVIDER_OWNS;
}

static void peering_object(const struct peering_sample *peering, enum peering_kind p, struct decision *out)
{
    struct subject whole = decision_about(p, PATH_NONE, FAMILIES);
    if (decided_odd(peering->operation)) /* 16 */
        decide_bad(out, 16, whole);
    if (decided_unknown(peering->operation)) {
        decide_open(out, 18, whole);
        decide_open(out, 23, whole);
    }
    if (decided_under_way(peering->operation)) { /* 18 */
        decide_bad(out, 18, whole)->variant = VARIANT_STUCK_PEERING;
        decide_quiet(out, 23, whole);
    }
    if (decided_failed(peering->operation)) /* 23 */
        decide_bad(out, 23, whole);
}

/** 22. */
static void peering_switch(const struct facts *facts, enum peering_kind p, struct decision *out)
{
    const struct peering_sample *peering = &facts->sample->peering[p];
    unsigned in_use = 0, disabled = 0;
    for (enum family f = 0; f < FAMILIES; f++) {
        in_use += peering->family[f].in_use;
        disabled += peering->family[f].in_use && peering->family[f].state.code == SWITCH_DISABLED;
    }
    struct word outer = peering->family[FAMILY_IPV4].state;
    struct subject whole = decision_about(p, PATH_NONE, FAMILIES);
    if (in_use == 0 && outer.code == SWITCH_DISABLED)
        decide_bad(out, 22, whole)->variant = VARIANT_LAST_FAMILY;
    if (in_use == 0 && decided_unknown(outer)) {
        decide_bad(out, 16, decision_about(p, PATH_NONE, FAMILY_IPV4));
        decide_open(out, 22, whole);
    }
    for (enum family f = 0; f < FAMILIES; f++) {
        if (!peering->family[f].in_use)
            continue;
        if (decided_unknown(peering->family[f].state)) {
            decide_bad(out, 16, decision_about(p, PATH_NONE, f));
            decide_open(out, 22, decision_about(p, PATH_NONE, f));
        } else if (peering->family[f].state.code == SWITCH_DISABLED) {
            struct decided_cell *cell = decide_bad(out, 22, decision_about(p, PATH_NONE, f));
            cell->severity = disabled == in_use ? SEVERITY_CRITICAL : SEVERITY_WARNING;
            cell->variant = disabled == in_use ? VARIANT_LAST_FAMILY : VARIANT_PLAIN;
        }
    }
    if (disabled == in_use && outer.code == SWITCH_DISABLED && disabled == 0)
        decide_suppressed(out, 16, decision_about(p, PATH_NONE, FAMILY_IPV4), 22);
    if (in_use == 0 && outer.code == SWITCH_DISABLED)
        decide_family_parts(out, p, FAMILY_IPV4, 22);
    bool off = peering->family[FAMILY_IPV4].in_use || in_use == 0;
    for (enum path path = 0; path < PATHS && off && outer.code == SWITCH_DISABLED; path++) /* ARP serves IPv4 */
        decide_suppressed(out, 45, decision_about(p, path, FAMILIES), 22);
    if (p == PEERING_MICROSOFT && disabled == in_use && (disabled > 0 || outer.code == SWITCH_DISABLED))
        decide_suppressed(out, 25, whole, 22);
}

static void microsoft_peering(const struct facts *facts, struct decision *out)
{
    const struct family_sample *family = facts->sample->peering[PEERING_MICROSOFT].family;
    struct subject whole = decision_about(PEERING_MICROSOFT, PATH_NONE, FAMILIES);
    size_t suppressed = decision_cell(25, whole);
    if (!family[FAMILY_IPV4].route_filter && !family[FAMILY_IPV6].route_filter &&
        out->cell[suppressed].decided == DECIDED_NOTHING)
        decide_bad(out, 25, whole);
    for (enum family f = 0; f < FAMILIES; f++) {
        struct subject subject = decision_about(PEERING_MICROSOFT, PATH_NONE, f);
        if (decision_family_judged(facts, PEERING_MICROSOFT, f))
            prefixes(facts, f, out);
        if (out->cell[decision_cell(35, subject)].decided == DECIDED_SUPPRESSED) {
            if (!facts->circuit->expect.prefixes_set)
                decide_quiet(out, 35, subject);
            continue;
        }
        if (facts->circuit->expect.prefixes_set && family[f].in_use && !family[f].config)
            decide_open(out, 35, subject);
        else if (set_differs(facts, &family[f], f))
            decide_bad(out, 35, subject);
    }
}

static void peering_present(const struct facts *facts, enum peering_kind p, struct decision *out)
{
    const struct peering_sample *peering = &facts->sample->peering[p];
    peering_object(peering, p, out);
    for (enum family f = 0; f < FAMILIES; f++) {
        if (family_missing(facts, p, f)) {
            struct decided_cell *cell = decide_bad(out, 21, decision_about(p, PATH_NONE, f));
            cell->variant = VARIANT_FAMILY;
            blame(facts, cell);
        }
        if (peering->family[f].in_use && peering->family[f].state.code == SWITCH_DISABLED) {
            decide_family_parts(out, p, f, 22);
            decide_suppressed(out, 16, decision_about(p, PATH_NONE, f), 22);
        }
        if (!peering->family[f].in_use) /* there is nothing of it to judge */
            for (uint8_t rule = 30; rule <= 42; rule++)
                decide_quiet(out, rule, decision_about(p, PATH_NONE, f));
    }
    peering_switch(facts, p, out);
    if (p == PEERING_MICROSOFT)
        microsoft_peering(facts, out);
    decide_sessions(facts, p, out);
}

void decide_peerings(const struct facts *facts, struct decision *out)
{
    const struct sample *s = facts->sample;
    bool set = facts->circuit->expect.peerings_set, any = false;
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        any = any || facts->circuit->expect.peering[p];
    bool none = s->peering_count == 0 && (!set || any); /* 20 */
    if (none)
        blame(facts, decide_bad(out, 20, SUBJECT_CIRCUIT));
    for (enum peering_kind p = 0; p < PEERINGS; p++) {
        struct subject whole = decision_about(p, PATH_NONE, FAMILIES);
        if (!decision_expected(facts, p)) {
            if (s->peering[p].present) /* 24 */
                decide_bad(out, 24, whole);
            if (none && !set) {
                decide_absent_parts(out, p);
                decide_peering_parts(out, p, 20);
                decide_suppressed(out, 21, whole, 20);
            }
        } else if (s->peering[p].present) {
            peering_present(facts, p, out);
        } else if (none) {
            decide_absent_parts(out, p);
            decide_suppressed(out, 21, whole, 20);
            decide_peering_parts(out, p, 20);
        } else { /* 21 */
            decide_absent_parts(out, p);
            blame(facts, decide_bad(out, 21, whole));
            decide_peering_parts(out, p, 21);
        }
    }
}
