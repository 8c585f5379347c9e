/*
 * The decision list again, as an oracle: the circuit, the monitoring itself, and what hangs together. Each function
 * names the rows that it follows by their numbers. Peerings, sessions and verdicts have files of their own.
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
    [19] = { SEVERITY_WARNING, OWNER_YOU, HOLD_NOW },
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
    [43] = { SEVERITY_INFO, DECIDED_ANY_OWNER, HOLD_NOW },
    [44] = { SEVERITY_WARNING, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [45] = { SEVERITY_WARNING, OWNER_PROVIDER, HOLD_CONFIRM },
    [46] = { SEVERITY_INFO, OWNER_MICROSOFT, HOLD_CONFIRM },
    [54] = { SEVERITY_INFO, OWNER_YOU, HOLD_NOW },
    [90] = { SEVERITY_CRITICAL, OWNER_SELF, HOLD_NOW },
    [91] = { SEVERITY_CRITICAL, DECIDED_ANY_OWNER, HOLD_CONFIRM },
    [92] = { SEVERITY_WARNING, DECIDED_ANY_OWNER, HOLD_NOW },
    [95] = { SEVERITY_WARNING, OWNER_SELF, HOLD_CONFIRM },
};

#define FEATURE_ROW (PEERINGS + 1U)
#define FEATURES_IN_ROW ((PATHS + 1U) * (FAMILIES + 1U))

/* A feature has neither path nor family: their places in two rows of the table tell the features apart. */
size_t decision_cell(enum rule rule, struct subject subject)
{
    bool feature = subject.feature != FEATURE_NONE;
    size_t row = feature ? FEATURE_ROW + subject.feature / FEATURES_IN_ROW : subject.peering;
    size_t path = feature ? subject.feature % FEATURES_IN_ROW / (FAMILIES + 1U) : subject.path;
    size_t family = feature ? subject.feature % (FAMILIES + 1U) : subject.family;

    static_assert(FEATURES <= 2 * FEATURES_IN_ROW, "they fit");
    return ((rule * (size_t)DECISION_ROWS + row) * (PATHS + 1U) + path) * (FAMILIES + 1U) + family;
}

struct subject decision_subject(size_t cell)
{
    uint8_t family = (uint8_t)(cell % (FAMILIES + 1U));
    uint8_t path = (uint8_t)(cell / (FAMILIES + 1U) % (PATHS + 1U));
    uint8_t row = (uint8_t)(cell / (FAMILIES + 1U) / (PATHS + 1U) % DECISION_ROWS);
    uint8_t feature = (uint8_t)((row - FEATURE_ROW) * FEATURES_IN_ROW + path * (FAMILIES + 1U) + family);
    if (row >= FEATURE_ROW)
        return (struct subject){ PEERING_NONE, PATH_NONE, FAMILIES, feature, 0 };
    return (struct subject){ row, path, family, FEATURE_NONE, 0 };
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
    *cell = (struct decided_cell){ DECIDED_BAD,      usual[rule].severity, usual[rule].owner,
                                   usual[rule].hold, VARIANT_PLAIN,        RULE_NONE };
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
    return (struct subject){ (uint8_t)peering, (uint8_t)path, (uint8_t)family, FEATURE_NONE, 0 };
}

bool decided_odd(struct word word)
{
    return word.code == WORD_OTHER;
}

bool decided_unknown(struct word word)
{
    return word.code == WORD_OTHER || word.code == WORD_ABSENT;
}

bool decided_under_way(struct word operation)
{
    return operation.code == OPERATION_UPDATING || operation.code == OPERATION_CREATING ||
           operation.code == OPERATION_DELETING;
}

bool decided_failed(struct word operation)
{
    return operation.code == OPERATION_FAILED || operation.code == OPERATION_CANCELED;
}

/* ---- what lies below: all that 2x to 5x could say of a peering ---- */

/** 25, 3x and 4x of one family of a peering. */
void decide_family_parts(struct decision *out, enum peering_kind p, enum family f, enum rule by)
{
    static const uint8_t of_family[] = { 40, 42, 44 };
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
void decide_absent_parts(struct decision *out, enum peering_kind p)
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
void decide_peering_parts(struct decision *out, enum peering_kind p, enum rule by)
{
    for (enum family f = 0; f < FAMILIES; f++)
        decide_family_parts(out, p, f, by);
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
        decide_peering_parts(out, p, by);
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
           (s->circuit.code == CIRCUIT_DISABLED && decided_under_way(s->operation));
}

static void circuit_state(const struct sample *s, struct decision *out) /* 11 */
{
    if (decided_unknown(s->circuit))
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
    if (decided_unknown(s->provider))
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

/* 19; a circuit that was provisioned has been without a provider since it was first seen so, not since ever */
static void billed(const struct facts *facts, struct decision *out)
{
    const struct memory *memory = &facts->memory;
    int64_t since = memory->provisioned ? memory->left_wall_ms : memory->first_wall_ms;
    if (facts->sample->direct || facts->sample->provider.code == PROVIDER_PROVISIONED)
        return;
    if (decided_unknown(facts->sample->provider) || since == 0)
        decide_open(out, 19, SUBJECT_CIRCUIT);
    else if (facts->now.wall_ms - since >= (int64_t)facts->policy->waiting_days * 24 * 3600 * 1000)
        decide_bad(out, 19, SUBJECT_CIRCUIT);
}

/* 54, on a circuit of which everything below is judged too, and nothing is in motion */
static void attributes(const struct facts *facts, struct decision *out)
{
    const struct sample *s = facts->sample;
    uint32_t is = s->bandwidth_mbps, expected = facts->circuit->expect.bandwidth_mbps;
    bool odd = is != 0 && expected != 0 && is != expected;
    bool told = facts->memory.odd_bandwidth == is && facts->memory.odd_expected == expected;
    bool moving = decided_under_way(s->operation) || in_motion(s);
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        moving = moving || (s->peering[p].present && decided_under_way(s->peering[p].operation));
    if (!moving && ((facts->changed != NULL && !facts->change_told) || (odd && !told)))
        decide_bad(out, 54, SUBJECT_CIRCUIT);
}

static void circuit_words(const struct sample *s, struct decision *out) /* 16, 17, 18 */
{
    if (decided_unknown(s->circuit) || (!s->direct && decided_unknown(s->provider)) || decided_odd(s->operation) ||
        s->peerings_absent)
        decide_bad(out, 16, SUBJECT_CIRCUIT);
    if (decided_unknown(s->operation)) {
        decide_open(out, 17, SUBJECT_CIRCUIT);
        decide_open(out, 18, SUBJECT_CIRCUIT);
    }
    if (decided_failed(s->operation))
        decide_bad(out, 17, SUBJECT_CIRCUIT);
    if (decided_under_way(s->operation)) {
        decide_bad(out, 18, SUBJECT_CIRCUIT);
        decide_quiet(out, 17, SUBJECT_CIRCUIT); /* the list does not say */
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

/* 92 and 95 of a read beside the circuit; one that was not tried since the start is no news of what is open. */
static void read_beside(const struct look *look, uint8_t feature, struct decision *out)
{
    struct subject subject = { PEERING_NONE, PATH_NONE, FAMILIES, feature, 0 };
    bool tried = look->feature_seen[feature].ms != 0;

    if (look->feature_off[feature])
        decide_bad(out, 92, subject);
    else if (!tried)
        decide_quiet(out, 92, subject);
    if (look->feature_odd[feature] > 0)
        decide_bad(out, 95, subject);
    else if (!tried)
        decide_quiet(out, 95, subject);
}

static void monitoring(const struct facts *facts, struct decision *out)
{
    static const uint8_t of_circuit[] = { 90, 91, 95 };
    const struct look *look = &facts->look;
    if (look->forbidden > 0 && facts->blind_by == RULE_SIGN_IN_FAILED)
        decide_suppressed(out, 91, SUBJECT_CIRCUIT, 91); /* that of the credential */
    else if (look->forbidden > 0)
        decide_bad(out, 91, SUBJECT_CIRCUIT);
    if (look->unexpected > 0)
        decide_bad(out, 95, SUBJECT_CIRCUIT)->severity = look->unexpected >= 10 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    for (uint8_t feature = 1; feature < FEATURES; feature++) {
        uint8_t mode = feature == FEATURE_METRICS ? SESSIONS_METRICS : feature == FEATURE_ROUTES ? SESSIONS_ROUTES : 0;
        if (mode == 0 || (facts->policy->sessions & mode) != 0) /* else nobody wants it any more */
            read_beside(look, feature, out);
    }
    for (size_t i = 0; i < sizeof of_circuit && !look->has_sample; i++)
        if (out->cell[decision_cell(of_circuit[i], SUBJECT_CIRCUIT)].decided == DECIDED_NOTHING)
            decide_quiet(out, of_circuit[i], SUBJECT_CIRCUIT);
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
        for (uint8_t rule = 11; rule <= 19; rule++)
            gone ? decide_suppressed(out, rule, SUBJECT_CIRCUIT, 10) : decide_open(out, rule, SUBJECT_CIRCUIT);
        gone || is_blind(facts) ? below(out, RULE_NONE) : below_unknown(out);
        return;
    }
    circuit_state(facts->sample, out);
    provider_state(facts, out);
    billed(facts, out);
    circuit_words(facts->sample, out);
    for (size_t i = 0; i < sizeof unusable; i++)
        if (decision_is_bad(out, unusable[i], SUBJECT_CIRCUIT)) {
            below(out, RULE_NONE);
            return;
        }
    attributes(facts, out);
    facts->sample->peerings_absent ? peerings_unknown(out) : decide_peerings(facts, out);
}
