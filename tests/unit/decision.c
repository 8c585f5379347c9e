/*
 * The decision list again, as an oracle: circuit, peerings and prefixes. Each block quotes the row that it follows by its
 * number. Sessions and verdicts are in decision_session.c and decision_verdict.c.
 */
#include "decision.h"

#include "decision_inner.h"

#include <assert.h>
#include <string.h>

/* Severity, owner and time as the tables print them, where nothing makes them differ. */
static const struct {
    uint8_t severity, owner, hold;
} usual[RULE_NUMBERS] = {
    [10] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_CONFIRM },
    [11] = { SEVERITY_CRITICAL, OWNER_MICROSOFT, HOLD_CONFIRM },
    [12] = { SEVERITY_CRITICAL, OWNER_PROVIDER, HOLD_CONFIRM },
    [13] = { SEVERITY_CRITICAL, OWNER_PROVIDER, HOLD_CONFIRM },
    [14] = { SEVERITY_CRITICAL, OWNER_PROVIDER, HOLD_NOW },
    [15] = { SEVERITY_CRITICAL, OWNER_PROVIDER, HOLD_CONFIRM },
    [16] = { SEVERITY_WARNING, OWNER_MICROSOFT, HOLD_CONFIRM },
    [17] = { SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM },
    [18] = { SEVERITY_WARNING, OWNER_YOU, HOLD_LONG },
    [20] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_CONFIRM },
    [21] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_CONFIRM },
    [22] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_CONFIRM },
    [23] = { SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM },
    [24] = { SEVERITY_INFO, OWNER_YOU, HOLD_NOW },
    [25] = { SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM },
    [30] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_CONFIRM },
    [31] = { SEVERITY_WARNING, OWNER_MICROSOFT, HOLD_LONG },
    [32] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_NOW },
    [33] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_NOW },
    [34] = { SEVERITY_CRITICAL, OWNER_YOU, HOLD_NOW },
    [35] = { SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM },
    [40] = { SEVERITY_CRITICAL, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [41] = { SEVERITY_WARNING, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [42] = { SEVERITY_CRITICAL, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [45] = { SEVERITY_WARNING, OWNER_PROVIDER, HOLD_CONFIRM },
    [46] = { SEVERITY_INFO, OWNER_MICROSOFT, HOLD_CONFIRM },
    [90] = { SEVERITY_CRITICAL, OWNER_SELF, HOLD_NOW },
    [91] = { SEVERITY_CRITICAL, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [92] = { SEVERITY_WARNING, DECIDED_ANY_OWNER, HOLD_NOW },
    [95] = { SEVERITY_WARNING, OWNER_SELF, HOLD_CONFIRM },
};

/* A feature has neither path nor family: their places in the table tell the features apart. */
size_t decision_cell(enum rule rule, struct subject subject)
{
    size_t path = subject.feature != FEATURE_NONE ? subject.feature / 3U : subject.path;
    size_t family = subject.feature != FEATURE_NONE ? subject.feature % 3U : subject.family;
    return ((rule * (PEERINGS + 1U) + subject.peering) * (PATHS + 1U) + path) * (FAMILIES + 1U) + family;
}

struct subject decision_subject(size_t cell)
{
    uint8_t family = (uint8_t)(cell % (FAMILIES + 1U));
    uint8_t path = (uint8_t)(cell / (FAMILIES + 1U) % (PATHS + 1U));
    uint8_t peering = (uint8_t)(cell / (FAMILIES + 1U) / (PATHS + 1U) % (PEERINGS + 1U));
    if (peering == PEERING_NONE && (path != PATH_NONE || family != FAMILIES))
        return (struct subject){ peering, PATH_NONE, FAMILIES, (uint8_t)(path * 3 + family) };
    return (struct subject){ peering, path, family, FEATURE_NONE };
}

static struct decided_cell *cell_of(struct decision *out, enum rule rule, struct subject subject)
{
    size_t at = decision_cell(rule, subject);
    if (out->cell[at].decided == DECIDED_NOTHING)
        out->used[out->count++] = (uint16_t)at;
    return &out->cell[at];
}

struct decided_cell *decide_bad(struct decision *out, enum rule rule, struct subject subject)
{
    struct decided_cell *cell = cell_of(out, rule, subject);
    *cell = (struct decided_cell){ DECIDED_BAD, usual[rule].severity, usual[rule].owner, usual[rule].hold,
                                   VARIANT_PLAIN, RULE_NONE };
    return cell;
}

void decide_suppressed(struct decision *out, enum rule rule, struct subject subject, enum rule by)
{
    *cell_of(out, rule, subject) = (struct decided_cell){ .decided = DECIDED_SUPPRESSED, .by = (uint8_t)by };
}

void decide_open(struct decision *out, enum rule rule, struct subject subject)
{
    *cell_of(out, rule, subject) = (struct decided_cell){ .decided = DECIDED_OPEN };
}

void decide_quiet(struct decision *out, enum rule rule, struct subject subject)
{
    *cell_of(out, rule, subject) = (struct decided_cell){ .decided = DECIDED_QUIET };
}

bool decision_is_bad(const struct decision *decision, enum rule rule, struct subject subject)
{
    return decision->cell[decision_cell(rule, subject)].decided == DECIDED_BAD;
}

struct subject decision_about(enum peering_kind peering, enum path path, enum family family)
{
    return (struct subject){ (uint8_t)peering, (uint8_t)path, (uint8_t)family, FEATURE_NONE };
}

static bool is_odd(struct word word)
{
    return word.code == WORD_OTHER;
}

static bool is_missing_or_odd(struct word word)
{
    return word.code == WORD_OTHER || word.code == WORD_ABSENT;
}

static bool under_way(struct word operation)
{
    return operation.code == OPERATION_UPDATING || operation.code == OPERATION_CREATING ||
           operation.code == OPERATION_DELETING;
}

static bool went_wrong(struct word operation)
{
    return operation.code == OPERATION_FAILED || operation.code == OPERATION_CANCELED;
}

/* ---- what lies below: all that 2x to 5x could say of a peering ---- */

/** 25, 3x and 4x of one family of a peering. */
static void each_of_family(struct decision *out, enum peering_kind p, enum family f, enum rule by)
{
    static const uint8_t of_family[] = { 40, 42 };
    static const uint8_t of_prefixes[] = { 30, 31, 32, 33, 34, 35 };
    static const uint8_t of_path[] = { 41, 46 };
    for (size_t i = 0; i < sizeof of_family; i++)
        decide_suppressed(out, of_family[i], decision_about(p, PATH_NONE, f), by);
    for (size_t i = 0; i < sizeof of_prefixes && p == PEERING_MICROSOFT; i++)
        decide_suppressed(out, of_prefixes[i], decision_about(p, PATH_NONE, f), by);
    for (enum path path = 0; path < PATHS; path++) {
        for (size_t i = 0; i < sizeof of_path; i++)
            decide_suppressed(out, of_path[i], decision_about(p, path, f), by);
        decide_quiet(out, 95, decision_about(p, path, f));
    }
}

/** 16 to 23 and 90 of what is not there: the list does not say what becomes of them. */
static void each_of_nothing(struct decision *out, enum peering_kind p)
{
    static const uint8_t of_peering[] = { 16, 18, 22, 23, 90 };
    static const uint8_t of_family[] = { 16, 21, 22 };
    for (size_t i = 0; i < sizeof of_peering; i++)
        decide_quiet(out, of_peering[i], decision_about(p, PATH_NONE, FAMILIES));
    for (enum family f = 0; f < FAMILIES; f++)
        for (size_t i = 0; i < sizeof of_family; i++)
            decide_quiet(out, of_family[i], decision_about(p, PATH_NONE, f));
}

/** 25, 3x and 4x of a whole peering. */
static void each_of_peering(struct decision *out, enum peering_kind p, enum rule by)
{
    for (enum family f = 0; f < FAMILIES; f++)
        each_of_family(out, p, f, by);
    for (enum path path = 0; path < PATHS; path++)
        decide_suppressed(out, 45, decision_about(p, path, FAMILIES), by);
    if (p == PEERING_MICROSOFT)
        decide_suppressed(out, 25, decision_about(p, PATH_NONE, FAMILIES), by);
}

/** All of 2x to 4x of the circuit, when nothing below is judged; 16, 18 and 90 of a peering stay as they are. */
static void below(struct decision *out, enum rule by)
{
    decide_suppressed(out, 20, SUBJECT_CIRCUIT, by);
    for (enum peering_kind p = 0; p < PEERINGS; p++) {
        struct subject whole = decision_about(p, PATH_NONE, FAMILIES);
        each_of_peering(out, p, by);
        for (uint8_t rule = 21; rule <= 24; rule++)
            decide_suppressed(out, rule, whole, by);
        decide_open(out, 16, whole);
        decide_open(out, 18, whole);
        decide_open(out, 90, whole);
        for (enum family f = 0; f < FAMILIES; f++) {
            decide_open(out, 16, decision_about(p, PATH_NONE, f));
            decide_suppressed(out, 21, decision_about(p, PATH_NONE, f), by);
            decide_suppressed(out, 22, decision_about(p, PATH_NONE, f), by);
            for (enum path path = 0; path < PATHS; path++)
                decide_open(out, 95, decision_about(p, path, f));
        }
    }
}

/* ---- the circuit ---- */

static bool in_motion(const struct sample *s)
{
    return s->circuit.code == CIRCUIT_ENABLING || s->circuit.code == CIRCUIT_DISABLING ||
           (s->circuit.code == CIRCUIT_DISABLED && under_way(s->operation));
}

static void circuit_state(const struct sample *s, struct decision *out) /* 11 */
{
    if (is_missing_or_odd(s->circuit))
        decide_open(out, 11, SUBJECT_CIRCUIT);
    else if (in_motion(s)) {
        struct decided_cell *cell = decide_bad(out, 11, SUBJECT_CIRCUIT);
        cell->severity = SEVERITY_WARNING;
        cell->hold = HOLD_LONG;
        cell->variant = VARIANT_MOVING;
    } else if (s->circuit.code == CIRCUIT_DISABLED)
        decide_bad(out, 11, SUBJECT_CIRCUIT);
}

static void patience(const struct facts *facts, struct decided_cell *cell) /* the severities of 12 and 13 */
{
    const struct expect *expect = &facts->circuit->expect;
    int64_t age = facts->now.wall_ms - facts->memory.first_wall_ms;
    bool young = age < (int64_t)facts->policy->waiting_days * 24 * 3600 * 1000;
    if (expect->provider == EXPECT_PROVISIONED)
        return;
    bool overdue = expect->provider == EXPECT_ORDERED && !young;
    cell->severity = overdue ? SEVERITY_WARNING : SEVERITY_INFO;
    cell->variant = overdue ? VARIANT_OVERDUE : VARIANT_EXPECTED;
}

static void retired(const struct facts *facts, struct decided_cell *cell) /* the severities of 14 and 15 */
{
    if (facts->circuit->expect.provider != EXPECT_NONE)
        return;
    cell->severity = SEVERITY_INFO;
    cell->variant = VARIANT_EXPECTED;
}

static void provider_state(const struct facts *facts, struct decision *out) /* 12 to 15 */
{
    const struct sample *s = facts->sample;
    if (s->direct)
        return;
    if (is_missing_or_odd(s->provider))
        for (uint8_t rule = 12; rule <= 15; rule++)
            decide_open(out, rule, SUBJECT_CIRCUIT);
    bool was = facts->memory.provisioned;
    if (s->provider.code == PROVIDER_NOT_PROVISIONED && !was)
        patience(facts, decide_bad(out, 12, SUBJECT_CIRCUIT));
    if (s->provider.code == PROVIDER_PROVISIONING)
        patience(facts, decide_bad(out, 13, SUBJECT_CIRCUIT));
    if (s->provider.code == PROVIDER_DEPROVISIONING)
        retired(facts, decide_bad(out, 14, SUBJECT_CIRCUIT));
    if (s->provider.code == PROVIDER_DEPROVISIONED || (s->provider.code == PROVIDER_NOT_PROVISIONED && was))
        retired(facts, decide_bad(out, 15, SUBJECT_CIRCUIT));
}

static void circuit_words(const struct sample *s, struct decision *out) /* 16, 17, 18 */
{
    if (is_missing_or_odd(s->circuit) || (!s->direct && is_missing_or_odd(s->provider)) || is_odd(s->operation) ||
        s->peerings_absent)
        decide_bad(out, 16, SUBJECT_CIRCUIT);
    if (is_missing_or_odd(s->operation)) {
        decide_open(out, 17, SUBJECT_CIRCUIT);
        decide_open(out, 18, SUBJECT_CIRCUIT);
    }
    if (went_wrong(s->operation))
        decide_bad(out, 17, SUBJECT_CIRCUIT);
    if (under_way(s->operation)) {
        decide_bad(out, 18, SUBJECT_CIRCUIT);
        decide_quiet(out, 17, SUBJECT_CIRCUIT); /* the list does not say */
    }
}

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
        out->unknown = out->unknown || is_missing_or_odd(word);
        out->rule[is_missing_or_odd(word) ? 0 : rule_of_word(word.code)] = true;
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
    bool counts = peering->family[f].in_use ||
                  (no_family(peering) && f == FAMILY_IPV4 && !family_missing(facts, p, f));
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
    if (is_odd(peering->operation)) /* 16 */
        decide_bad(out, 16, whole);
    if (is_missing_or_odd(peering->operation)) {
        decide_open(out, 18, whole);
        decide_open(out, 23, whole);
    }
    if (under_way(peering->operation)) { /* 18 */
        decide_bad(out, 18, whole)->variant = VARIANT_STUCK_PEERING;
        decide_quiet(out, 23, whole);
    }
    if (went_wrong(peering->operation)) /* 23 */
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
    if (in_use == 0 && is_missing_or_odd(outer)) {
        decide_bad(out, 16, decision_about(p, PATH_NONE, FAMILY_IPV4));
        decide_open(out, 22, whole);
    }
    for (enum family f = 0; f < FAMILIES; f++) {
        if (!peering->family[f].in_use)
            continue;
        if (is_missing_or_odd(peering->family[f].state)) {
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
        each_of_family(out, p, FAMILY_IPV4, 22);
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
            each_of_family(out, p, f, 22);
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

static void peerings(const struct facts *facts, struct decision *out)
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
                each_of_nothing(out, p);
                each_of_peering(out, p, 20);
                decide_suppressed(out, 21, whole, 20);
            }
        } else if (s->peering[p].present) {
            peering_present(facts, p, out);
        } else if (none) {
            each_of_nothing(out, p);
            decide_suppressed(out, 21, whole, 20);
            each_of_peering(out, p, 20);
        } else { /* 21 */
            each_of_nothing(out, p);
            blame(facts, decide_bad(out, 21, whole));
            each_of_peering(out, p, 21);
        }
    }
}

/** Nothing is known of anything below, and nothing explains it that is raised: what is open stays open. */
static void below_unknown(struct decision *out)
{
    below(out, RULE_NONE);
    for (size_t i = 0; i < out->count; i++) {
        size_t rule = out->used[i] / DECISION_SUBJECTS;
        if (out->cell[out->used[i]].decided == DECIDED_SUPPRESSED && rule >= 20 && rule < 50)
            out->cell[out->used[i]].decided = DECIDED_OPEN;
    }
}

/** The list of peerings itself is missing: all that it would tell is unknown, 16 says so and explains the 90s. */
static void peerings_unknown(struct decision *out)
{
    below_unknown(out);
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        decide_suppressed(out, 90, decision_about(p, PATH_NONE, FAMILIES), 16);
}

/* ---- the monitoring itself ---- */

static bool older_than_stale(const struct facts *facts, struct mono seen)
{
    return mono_between(seen, facts->now.mono) > facts->policy->stale_ms;
}

static bool is_stale(const struct facts *facts)
{
    return older_than_stale(facts, facts->look.sample_seen);
}

/** Somebody answered for this circuit, if only that it is not there. */
static bool is_blind(const struct facts *facts)
{
    return is_stale(facts) && (facts->look.missing == 0 || older_than_stale(facts, facts->look.missing_seen));
}

static void monitoring(const struct facts *facts, struct decision *out)
{
    const struct look *look = &facts->look;
    if (look->forbidden > 0 && facts->blind_by == RULE_SIGN_IN_FAILED)
        decide_suppressed(out, 91, SUBJECT_CIRCUIT, 91); /* that of the credential */
    else if (look->forbidden > 0)
        decide_bad(out, 91, SUBJECT_CIRCUIT);
    if (look->unexpected > 0)
        decide_bad(out, 95, SUBJECT_CIRCUIT)->severity = look->unexpected >= 10 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    for (uint8_t feature = 1; feature < FEATURES; feature++) {
        struct subject subject = { PEERING_NONE, PATH_NONE, FAMILIES, feature };
        uint8_t mode = feature == FEATURE_METRICS ? SESSIONS_METRICS : feature == FEATURE_ROUTES ? SESSIONS_ROUTES : 0;
        if (mode != 0 && (facts->policy->sessions & mode) == 0)
            continue; /* nobody wants it any more */
        if (look->feature_off[feature])
            decide_bad(out, 92, subject);
        if (look->feature_odd[feature] > 0)
            decide_bad(out, 95, subject);
    }
    for (uint8_t rule = 90; rule <= 95 && !look->has_sample; rule++)
        if (out->cell[decision_cell(rule, SUBJECT_CIRCUIT)].decided == DECIDED_NOTHING && rule != 92 && rule != 93 && rule != 94)
            decide_quiet(out, rule, SUBJECT_CIRCUIT);
    if (!is_blind(facts))
        return;
    if (mono_between(look->awake, facts->now.mono) <= facts->policy->stale_ms)
        decide_open(out, 90, SUBJECT_CIRCUIT); /* nobody looked while the facts grew old */
    else if (facts->blind_by != RULE_NONE || look->forbidden > 0)
        decide_suppressed(out, 90, SUBJECT_CIRCUIT, facts->blind_by != RULE_NONE ? facts->blind_by : 91);
    else
        decide_bad(out, 90, SUBJECT_CIRCUIT);
}

/** 10; three polls must agree before it explains anything. A 404 that is too old is unknown like everything else. */
static bool missing(const struct facts *facts, struct decision *out)
{
    if (facts->look.missing == 0 || older_than_stale(facts, facts->look.missing_seen)) {
        if (is_stale(facts) || !facts->look.has_sample || facts->look.missing > 0)
            decide_open(out, 10, SUBJECT_CIRCUIT);
        return false;
    }
    struct decided_cell *cell = decide_bad(out, 10, SUBJECT_CIRCUIT);
    if (!facts->memory.seen) {
        cell->hold = HOLD_NOW;
        cell->variant = VARIANT_NEVER_SEEN;
    }
    return !facts->memory.seen || facts->look.missing >= 3;
}

static void forget(struct decision *out)
{
    for (size_t i = 0; i < out->count; i++)
        out->cell[out->used[i]] = (struct decided_cell){ 0 };
    out->count = 0;
}

void decision_make(const struct facts *facts, struct decision *out)
{
    static const uint8_t unusable[] = { 11, 12, 13, 14, 15 };
    forget(out);
    bool gone = missing(facts, out);
    monitoring(facts, out);
    if (gone || is_stale(facts) || facts->sample == NULL) {
        for (uint8_t rule = 11; rule <= 18; rule++)
            gone ? decide_suppressed(out, rule, SUBJECT_CIRCUIT, 10) : decide_open(out, rule, SUBJECT_CIRCUIT);
        gone || is_blind(facts) ? below(out, RULE_NONE) : below_unknown(out);
        return;
    }
    circuit_state(facts->sample, out);
    provider_state(facts, out);
    circuit_words(facts->sample, out);
    for (size_t i = 0; i < sizeof unusable; i++)
        if (decision_is_bad(out, unusable[i], SUBJECT_CIRCUIT)) {
            below(out, RULE_NONE);
            return;
        }
    facts->sample->peerings_absent ? peerings_unknown(out) : peerings(facts, out);
}
