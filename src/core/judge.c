/*
 * The decision list, first part: the circuit itself (rules 10-19), and the order in which everything is judged.
 *
 * Each function says something about every rule and subject it knows, good or bad, so that an open incident can clear.
 * What another rule explains is said to be suppressed; facts that are too old turn every opinion into "unknown".
 */
#include "core/judge.h"

#include "core/judging.h"

#include <assert.h>

#define MISSING_AGREE 3 /* polls */

struct subject subject_peering(enum peering_kind peering)
{
    return (struct subject){ (uint8_t)peering, PATH_NONE, FAMILIES, FEATURE_NONE, 0 };
}

struct subject subject_family(enum peering_kind peering, enum family family)
{
    return (struct subject){ (uint8_t)peering, PATH_NONE, (uint8_t)family, FEATURE_NONE, 0 };
}

struct subject subject_session(enum peering_kind peering, enum path path, enum family family)
{
    return (struct subject){ (uint8_t)peering, (uint8_t)path, (uint8_t)family, FEATURE_NONE, 0 };
}

static struct opinion *say(struct opinions *out, enum rule rule, struct subject subject, enum standing standing)
{
    assert(out->count < OPINIONS_MAX);
    struct opinion *opinion = &out->item[out->count++];
    *opinion = (struct opinion){ .rule = (uint8_t)rule, .subject = subject, .standing = (uint8_t)standing };
    return opinion;
}

struct opinion *say_good(struct opinions *out, enum rule rule, struct subject subject, struct mono basis)
{
    struct opinion *opinion = say(out, rule, subject, STANDING_GOOD);
    opinion->basis = opinion->severity_basis = basis;
    return opinion;
}

struct opinion *say_bad(struct opinions *out, enum rule rule, struct subject subject, struct mono basis,
                        enum severity severity, enum owner owner, enum hold_kind hold, enum variant variant)
{
    struct opinion *opinion = say(out, rule, subject, STANDING_BAD);
    opinion->basis = opinion->severity_basis = basis;
    opinion->severity = (uint8_t)severity;
    opinion->owner = (uint8_t)owner;
    opinion->hold = (uint8_t)hold;
    opinion->variant = (uint8_t)variant;
    return opinion;
}

struct opinion *say_unknown(struct opinions *out, enum rule rule, struct subject subject)
{
    return say(out, rule, subject, STANDING_UNKNOWN);
}

struct opinion *say_suppressed(struct opinions *out, enum rule rule, struct subject subject, enum rule by,
                               struct subject by_subject)
{
    struct opinion *opinion = say(out, rule, subject, STANDING_SUPPRESSED);
    opinion->by = (uint8_t)by;
    opinion->by_subject = by_subject;
    return opinion;
}

bool rule_is_off(const struct facts *facts, enum rule rule)
{
    return facts->policy->rule[rule].disabled;
}

bool operation_moving(struct word operation)
{
    return operation.code == OPERATION_UPDATING || operation.code == OPERATION_CREATING ||
           operation.code == OPERATION_DELETING;
}

static bool word_unknown(struct word word)
{
    return word.code == WORD_ABSENT || word.code == WORD_OTHER;
}

bool judge_stale(const struct facts *facts)
{
    return !facts->look.has_sample ||
           mono_between(facts->look.sample_seen, facts->now.mono) > facts->policy->stale_ms;
}

bool judge_in_motion(const struct sample *sample)
{
    return sample->circuit.code == CIRCUIT_ENABLING || sample->circuit.code == CIRCUIT_DISABLING ||
           (sample->circuit.code == CIRCUIT_DISABLED && operation_moving(sample->operation));
}

bool judge_usable(const struct sample *sample)
{
    bool enabled = sample->circuit.code == CIRCUIT_ENABLED || word_unknown(sample->circuit);
    bool provisioned = sample->provider.code == PROVIDER_PROVISIONED || word_unknown(sample->provider);
    return enabled && (sample->direct || provisioned);
}

/* Answers that are too old decide nothing. */
static bool missing_is_fresh(const struct facts *facts)
{
    return facts->look.missing > 0 &&
           mono_between(facts->look.missing_seen, facts->now.mono) <= facts->policy->stale_ms;
}

/* Three polls agree before a circuit counts as gone; one that was never seen is a wrong id. */
static bool missing_for_sure(const struct facts *facts)
{
    return missing_is_fresh(facts) && (facts->look.missing >= MISSING_AGREE || !facts->memory.seen);
}

/* 10: was it there before? */
static void judge_missing(const struct facts *facts, struct opinions *out)
{
    const struct look *look = &facts->look;
    bool seen = facts->memory.seen;

    if (missing_is_fresh(facts))
        say_bad(out, RULE_CIRCUIT_MISSING, SUBJECT_CIRCUIT, look->missing_seen, SEVERITY_CRITICAL, OWNER_YOU,
                seen ? HOLD_CONFIRM : HOLD_NOW, seen ? VARIANT_PLAIN : VARIANT_NEVER_SEEN);
    else if (look->missing > 0 || judge_stale(facts))
        say_unknown(out, RULE_CIRCUIT_MISSING, SUBJECT_CIRCUIT);
    else
        say_good(out, RULE_CIRCUIT_MISSING, SUBJECT_CIRCUIT, look->sample_seen);
}

/* 11 */
static void judge_enabled(const struct facts *facts, struct opinions *out)
{
    struct mono seen = facts->look.sample_seen;

    if (judge_in_motion(facts->sample))
        say_bad(out, RULE_CIRCUIT_DISABLED, SUBJECT_CIRCUIT, seen, SEVERITY_WARNING, OWNER_MICROSOFT, HOLD_LONG,
                VARIANT_MOVING);
    else if (facts->sample->circuit.code == CIRCUIT_DISABLED)
        say_bad(out, RULE_CIRCUIT_DISABLED, SUBJECT_CIRCUIT, seen, SEVERITY_CRITICAL, OWNER_MICROSOFT, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (facts->sample->circuit.code == CIRCUIT_ENABLED)
        say_good(out, RULE_CIRCUIT_DISABLED, SUBJECT_CIRCUIT, seen);
    else
        say_unknown(out, RULE_CIRCUIT_DISABLED, SUBJECT_CIRCUIT);
}

/* Which of 12-15 a provider state means; RULE_NONE when it is provisioned. */
static enum rule provider_rule(const struct facts *facts)
{
    switch (facts->sample->provider.code) {
    case PROVIDER_NOT_PROVISIONED:
        return facts->memory.provisioned ? RULE_DEPROVISIONED : RULE_PROVIDER_NOT_PROVISIONED;
    case PROVIDER_PROVISIONING:
        return RULE_PROVIDER_PROVISIONING;
    case PROVIDER_DEPROVISIONING:
        return RULE_PROVIDER_DEPROVISIONING;
    case PROVIDER_DEPROVISIONED:
        return RULE_DEPROVISIONED;
    default:
        return RULE_NONE;
    }
}

int64_t memory_unprovisioned_since(const struct memory *memory)
{
    return memory->provisioned ? memory->left_wall_ms : memory->first_wall_ms;
}

int64_t facts_today_ms(const struct facts *facts)
{
    return facts->now.wall_ms + facts->azure_ahead_ms;
}

static int64_t waiting_ms(const struct facts *facts)
{
    return (int64_t)facts->policy->waiting_days * 24 * 3600 * 1000;
}

static bool waiting_is_over(const struct facts *facts)
{
    return facts_today_ms(facts) - facts->memory.first_wall_ms >= waiting_ms(facts);
}

static void provider_is_bad(const struct facts *facts, enum rule rule, struct opinions *out)
{
    uint8_t expected = facts->circuit->expect.provider;
    bool waiting = rule == RULE_PROVIDER_NOT_PROVISIONED || rule == RULE_PROVIDER_PROVISIONING;
    enum severity severity = SEVERITY_CRITICAL;
    enum variant variant = VARIANT_PLAIN;

    if (expected == EXPECT_NONE) {
        severity = SEVERITY_INFO;
        variant = VARIANT_EXPECTED;
    } else if (expected == EXPECT_ORDERED && waiting) {
        severity = waiting_is_over(facts) ? SEVERITY_WARNING : SEVERITY_INFO;
        variant = waiting_is_over(facts) ? VARIANT_OVERDUE : VARIANT_EXPECTED;
    }
    say_bad(out, rule, SUBJECT_CIRCUIT, facts->look.sample_seen, severity, OWNER_PROVIDER,
            rule == RULE_PROVIDER_DEPROVISIONING ? HOLD_NOW : HOLD_CONFIRM, variant);
}

/* 12-15; the provider state does not apply on ExpressRoute Direct. */
static void judge_provider(const struct facts *facts, struct opinions *out)
{
    enum rule bad = facts->sample->direct ? RULE_NONE : provider_rule(facts);
    bool unknown = !facts->sample->direct && word_unknown(facts->sample->provider);

    for (enum rule rule = RULE_PROVIDER_NOT_PROVISIONED; rule <= RULE_DEPROVISIONED; rule++) {
        if (unknown)
            say_unknown(out, rule, SUBJECT_CIRCUIT);
        else if (rule == bad)
            provider_is_bad(facts, rule, out);
        else
            say_good(out, rule, SUBJECT_CIRCUIT, facts->look.sample_seen);
    }
}

/*
 * 19: Azure bills from the day of creation until the circuit is deleted, whatever the provider does; also one that is
 * being retired. Each week in which it goes on is a stage of its own.
 */
static void judge_billing(const struct facts *facts, struct opinions *out)
{
    const struct sample *sample = facts->sample;
    int64_t since = memory_unprovisioned_since(&facts->memory);
    int64_t over = facts_today_ms(facts) - since - waiting_ms(facts);

    if (sample->direct || sample->provider.code == PROVIDER_PROVISIONED) {
        say_good(out, RULE_BILLED_WHILE_UNUSABLE, SUBJECT_CIRCUIT, facts->look.sample_seen);
    } else if (word_unknown(sample->provider) || since == 0) {
        say_unknown(out, RULE_BILLED_WHILE_UNUSABLE, SUBJECT_CIRCUIT);
    } else if (over < 0) {
        say_good(out, RULE_BILLED_WHILE_UNUSABLE, SUBJECT_CIRCUIT, facts->look.sample_seen);
    } else {
        struct opinion *opinion = say_bad(out, RULE_BILLED_WHILE_UNUSABLE, SUBJECT_CIRCUIT, facts->look.sample_seen,
                                          SEVERITY_WARNING, OWNER_YOU, HOLD_NOW, VARIANT_PLAIN);
        opinion->staged = true;
        opinion->stage = (uint32_t)(over / BILLED_AGAIN_MS);
    }
}

/* 16 of the circuit. A lacking provisioningState is no state key (it tells of operations only); an odd word in it is. */
static void judge_words(const struct facts *facts, struct opinions *out)
{
    const struct sample *sample = facts->sample;
    bool odd = word_unknown(sample->circuit) || (!sample->direct && word_unknown(sample->provider)) ||
               sample->operation.code == WORD_OTHER || sample->peerings_absent;

    if (odd)
        say_bad(out, RULE_UNKNOWN_STATE, SUBJECT_CIRCUIT, facts->look.sample_seen, SEVERITY_WARNING, OWNER_MICROSOFT,
                HOLD_CONFIRM, VARIANT_PLAIN);
    else
        say_good(out, RULE_UNKNOWN_STATE, SUBJECT_CIRCUIT, facts->look.sample_seen);
}

/* 17 and 18 */
static void judge_operation(const struct facts *facts, struct opinions *out)
{
    struct word operation = facts->sample->operation;
    struct mono seen = facts->look.sample_seen;

    if (operation.code == OPERATION_FAILED || operation.code == OPERATION_CANCELED)
        say_bad(out, RULE_OPERATION_FAILED, SUBJECT_CIRCUIT, seen, SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (operation.code == OPERATION_SUCCEEDED)
        say_good(out, RULE_OPERATION_FAILED, SUBJECT_CIRCUIT, seen);
    else
        say_unknown(out, RULE_OPERATION_FAILED, SUBJECT_CIRCUIT);

    if (operation_moving(operation))
        say_bad(out, RULE_OPERATION_STUCK, SUBJECT_CIRCUIT, seen, SEVERITY_WARNING, OWNER_YOU, HOLD_LONG, VARIANT_PLAIN);
    else if (!word_unknown(operation))
        say_good(out, RULE_OPERATION_STUCK, SUBJECT_CIRCUIT, seen);
    else
        say_unknown(out, RULE_OPERATION_STUCK, SUBJECT_CIRCUIT);
}

/* The rule of the circuit that makes judging what lies below pointless, or RULE_NONE. */
static enum rule circuit_cause(const struct facts *facts)
{
    if (judge_in_motion(facts->sample))
        return RULE_CIRCUIT_DISABLED;
    if (judge_usable(facts->sample))
        return RULE_NONE;
    enum rule provider = facts->sample->direct ? RULE_NONE : provider_rule(facts);
    return provider != RULE_NONE ? provider : RULE_CIRCUIT_DISABLED;
}

static struct opinion suppressed_by(enum rule by, enum scope scope)
{
    return (struct opinion){ .standing = STANDING_SUPPRESSED,
                             .by = (uint8_t)by,
                             .by_scope = (uint8_t)scope,
                             .by_subject = SUBJECT_CIRCUIT };
}

/* Why facts are too old: that of many circuits, a refusal, or this circuit's own blindness, once it is one. */
static struct opinion because_blind(const struct facts *facts)
{
    if (!judge_blind(facts))
        return (struct opinion){ .standing = STANDING_UNKNOWN };
    if (facts->blind_by != RULE_NONE)
        return suppressed_by(facts->blind_by, facts->blind_scope);
    return suppressed_by(judge_refused(facts) ? RULE_SIGN_IN_FAILED : RULE_BLIND, SCOPE_CIRCUIT);
}

/* 11-19: a missing circuit explains them; facts that are too old decide nothing, and what is open stays open. */
static void judge_own(const struct facts *facts, struct opinions *out)
{
    bool missing = missing_for_sure(facts);

    if (!missing && !judge_stale(facts)) {
        judge_enabled(facts, out);
        judge_provider(facts, out);
        judge_billing(facts, out);
        judge_words(facts, out);
        judge_operation(facts, out);
        return;
    }
    for (enum rule rule = RULE_CIRCUIT_DISABLED; rule <= RULE_BILLED_WHILE_UNUSABLE; rule++) {
        if (missing)
            say_suppressed(out, rule, SUBJECT_CIRCUIT, RULE_CIRCUIT_MISSING, SUBJECT_CIRCUIT);
        else
            say_unknown(out, rule, SUBJECT_CIRCUIT);
    }
}

static void judge_below(const struct facts *facts, struct opinions *out)
{
    struct opinion as = suppressed_by(RULE_CIRCUIT_MISSING, SCOPE_CIRCUIT);

    if (!missing_for_sure(facts)) {
        if (judge_stale(facts))
            as = because_blind(facts);
        else if (circuit_cause(facts) != RULE_NONE)
            as = suppressed_by(circuit_cause(facts), SCOPE_CIRCUIT);
        else {
            judge_attributes(facts, out);
            judge_peerings(facts, out);
            judge_beyond(facts, NULL, out);
            return;
        }
    }
    judge_no_peerings(&as, out);
    judge_beyond(facts, &as, out);
}

/* A finding that is expected stays what it is, whatever the settings say of its rule. */
static bool is_awaited(const struct opinion *opinion)
{
    return opinion->variant == VARIANT_EXPECTED || opinion->variant == VARIANT_MAINTAINED;
}

/* What the settings say about single rules. */
void judge_apply_policy(const struct policy *policy, struct opinions *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < out->count; i++) {
        struct opinion *opinion = &out->item[i];
        const struct rule_policy *row = &policy->rule[opinion->rule];
        if (row->disabled)
            continue;
        if (row->severity != SEVERITY_NONE && opinion->standing == STANDING_BAD && !is_awaited(opinion))
            opinion->severity = row->severity;
        out->item[kept++] = *opinion;
    }
    out->count = kept;
}

void judge_circuit(const struct facts *facts, struct opinions *out)
{
    out->count = 0;
    judge_missing(facts, out);
    judge_own(facts, out);
    judge_below(facts, out);
    judge_self(facts, out);
    judge_apply_policy(facts->policy, out);
}
