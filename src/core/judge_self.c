/*
 * The decision list, last part: what the monitoring says of itself about one circuit (rules 90-92 and 95 of it). What
 * many circuits share (sign-in, throttling, a common blindness) is judged over all of them in engine_shared.c.
 */
#include "core/judging.h"

#define UNEXPECTED_CRITICAL 10 /* polls without a usable answer, reliability of the monitoring itself */

/* Somebody has to have answered: with the circuit, or that it is not there. */
static struct mono last_answer(const struct look *look)
{
    return look->missing > 0 ? mono_later(look->sample_seen, look->missing_seen) : look->sample_seen;
}

bool judge_blind(const struct facts *facts)
{
    return mono_between(last_answer(&facts->look), facts->now.mono) > facts->policy->stale_ms;
}

bool judge_refused(const struct facts *facts)
{
    const struct look *look = &facts->look;
    return look->forbidden > 0 && mono_between(look->forbidden_seen, facts->now.mono) <= facts->policy->stale_ms;
}

static void say_blind(const struct facts *facts, struct opinions *out)
{
    const struct look *look = &facts->look;
    bool blind = judge_blind(facts);
    bool asleep = mono_between(look->awake, facts->now.mono) <= facts->policy->stale_ms;

    if (blind && asleep) /* nobody looked while the facts grew old */
        say_unknown(out, RULE_BLIND, SUBJECT_CIRCUIT);
    else if (blind && facts->blind_by != RULE_NONE)
        say_suppressed(out, RULE_BLIND, SUBJECT_CIRCUIT, facts->blind_by, SUBJECT_CIRCUIT)->by_scope = facts->blind_scope;
    else if (blind && judge_refused(facts))
        say_suppressed(out, RULE_BLIND, SUBJECT_CIRCUIT, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT);
    else if (blind)
        say_bad(out, RULE_BLIND, SUBJECT_CIRCUIT, facts->now.mono, SEVERITY_CRITICAL, OWNER_SELF, HOLD_NOW, VARIANT_PLAIN);
    else if (look->has_sample || look->missing > 0)
        say_good(out, RULE_BLIND, SUBJECT_CIRCUIT, last_answer(look));
    else
        say_unknown(out, RULE_BLIND, SUBJECT_CIRCUIT);
}

/* 91 of a circuit: the credential signs in, but has no right here. */
static void judge_forbidden(const struct facts *facts, struct opinions *out)
{
    const struct look *look = &facts->look;

    if (look->forbidden > 0 && facts->blind_by == RULE_SIGN_IN_FAILED)
        say_suppressed(out, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT)->by_scope =
            facts->blind_scope;
    else if (look->forbidden > 0)
        say_bad(out, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT, look->forbidden_seen, SEVERITY_CRITICAL, OWNER_YOU,
                HOLD_CONFIRM, VARIANT_PLAIN);
    else if (look->has_sample || look->missing > 0) /* who may not read is not told that it is not there */
        say_good(out, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT, last_answer(look));
    else
        say_unknown(out, RULE_SIGN_IN_FAILED, SUBJECT_CIRCUIT);
}

/* Do the settings ask for this read? One that they do not ask for any more is no trouble any more. */
static bool feature_wanted(const struct facts *facts, enum feature feature)
{
    if (feature == FEATURE_METRICS)
        return (facts->policy->sessions & SESSIONS_METRICS) != 0;
    if (feature == FEATURE_HEALTH || feature == FEATURE_MAINTENANCE)
        return facts->policy->health;
    return feature != FEATURE_ROUTES || (facts->policy->sessions & SESSIONS_ROUTES) != 0;
}

/* 95 of a read beside the circuit: a list, a witness */
static void judge_odd_feature(const struct facts *facts, struct subject subject, struct opinions *out)
{
    struct mono seen = facts->look.feature_seen[subject.feature];

    if (facts->look.feature_odd[subject.feature] > 0)
        say_bad(out, RULE_UNEXPECTED_ANSWER, subject, seen, SEVERITY_WARNING, OWNER_SELF, HOLD_CONFIRM, VARIANT_PLAIN);
    else if (seen.ms != 0)
        say_good(out, RULE_UNEXPECTED_ANSWER, subject, seen);
    else
        say_unknown(out, RULE_UNEXPECTED_ANSWER, subject); /* not asked since the start */
}

/* 92 and 95, once per feature */
static void judge_features(const struct facts *facts, struct opinions *out)
{
    for (enum feature feature = FEATURE_NONE + 1; feature < FEATURES; feature++) {
        struct subject subject = { PEERING_NONE, PATH_NONE, FAMILIES, (uint8_t)feature, 0 };
        if (!feature_wanted(facts, feature)) {
            say_good(out, RULE_FORBIDDEN, subject, facts->look.sample_seen);
            say_good(out, RULE_UNEXPECTED_ANSWER, subject, facts->look.sample_seen);
            continue;
        }
        judge_odd_feature(facts, subject, out);
        if (facts->look.feature_off[feature])
            say_bad(out, RULE_FORBIDDEN, subject, facts->look.feature_seen[feature], SEVERITY_WARNING, OWNER_YOU, HOLD_NOW,
                    VARIANT_PLAIN);
        else if (facts->look.feature_seen[feature].ms != 0)
            say_good(out, RULE_FORBIDDEN, subject, facts->look.feature_seen[feature]);
        else
            say_unknown(out, RULE_FORBIDDEN, subject); /* not asked since the start */
    }
}

static void judge_unexpected(const struct facts *facts, struct opinions *out)
{
    const struct look *look = &facts->look;

    if (look->unexpected > 0)
        say_bad(out, RULE_UNEXPECTED_ANSWER, SUBJECT_CIRCUIT, look->unexpected_seen,
                look->unexpected >= UNEXPECTED_CRITICAL ? SEVERITY_CRITICAL : SEVERITY_WARNING, OWNER_SELF, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (look->has_sample || look->missing > 0)
        say_good(out, RULE_UNEXPECTED_ANSWER, SUBJECT_CIRCUIT, last_answer(look));
    else
        say_unknown(out, RULE_UNEXPECTED_ANSWER, SUBJECT_CIRCUIT);
}

void judge_self(const struct facts *facts, struct opinions *out)
{
    say_blind(facts, out);
    judge_forbidden(facts, out);
    judge_features(facts, out);
    judge_unexpected(facts, out);
}
