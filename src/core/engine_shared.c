/*
 * Findings that many circuits share: a sign-in that fails (91), a credential that sees hardly any of its circuits (90),
 * a read that is refused (92), a subscription that is throttled (93), a credential that ends (94), trouble of our own
 * machine (95), of its receivers (96), clocks (97) and settings (98). Each holds what its circuits contribute as counts, so
 * that one more failing circuit among thousands costs nothing.
 */
#include "core/engine_inner.h"

#include <string.h>

#define THROTTLED_CRITICAL 3 /* times poll.stale */

static struct opinion *say(struct opinions *out, enum rule rule, enum standing standing, struct mono basis)
{
    struct opinion *opinion = &out->item[out->count++];

    *opinion = (struct opinion){ .rule = (uint8_t)rule,
                                 .subject = SUBJECT_CIRCUIT,
                                 .standing = (uint8_t)standing,
                                 .owner = OWNER_SELF,
                                 .severity = SEVERITY_CRITICAL,
                                 .hold = HOLD_NOW,
                                 .basis = basis,
                                 .severity_basis = basis };
    return opinion;
}

/* Good as of that moment; unknown when there was none since the start: that is no news of what an earlier run raised. */
static struct opinion *say_good_since(struct opinions *out, enum rule rule, struct mono seen)
{
    return say(out, rule, seen.ms != 0 ? STANDING_GOOD : STANDING_UNKNOWN, seen);
}

/* A single circuit speaks for itself: its own finding has its name and labels. */
static bool most(size_t part, const struct credential *credential)
{
    return credential->circuits > 1 && part * 2 > credential->circuits;
}

/*
 * 91: refused at login or by ARM, or most circuits of the credential answer 403, or its lists do and there is no circuit.
 * Lists may be asked for rarely: what has lasted for so long that it would be blindness needs no second one.
 */
static bool judge_sign_in(const struct credential *credential, bool blind, struct opinions *out)
{
    bool refused = credential->failure.kind == TROUBLE_SIGN_IN || credential->failure.kind == TROUBLE_TOKEN;
    bool forbidden = most(credential->forbidden, credential) || (credential->alone && credential->list_refused);

    if (refused || forbidden) {
        struct opinion *opinion = say(out, RULE_SIGN_IN_FAILED, STANDING_BAD, credential->seen);
        opinion->owner = OWNER_YOU;
        opinion->hold = credential->failure.kind == TROUBLE_SIGN_IN || blind ? HOLD_NOW : HOLD_CONFIRM;
    } else if (credential->works) {
        say(out, RULE_SIGN_IN_FAILED, STANDING_GOOD, credential->worked);
    } else {
        say(out, RULE_SIGN_IN_FAILED, STANDING_UNKNOWN, credential->seen);
    }
    return refused || forbidden;
}

/*
 * 90: at least one circuit is blind and most are failing; the others will follow and would say the same. Or there is no
 * circuit at all, and @p alone says that no list comes.
 */
static bool judge_common_blind(const struct credential *credential, bool alone, bool explained, struct moment now,
                               struct opinions *out)
{
    bool blind = alone || (credential->blind > 0 && most(credential->failing, credential));

    if (blind && explained)
        say(out, RULE_BLIND, STANDING_SUPPRESSED, now.mono)->by = RULE_SIGN_IN_FAILED;
    else if (blind)
        say(out, RULE_BLIND, STANDING_BAD, now.mono)->variant = alone ? VARIANT_NOTHING_FOUND : VARIANT_PLAIN;
    else if (credential->alone)
        say_good_since(out, RULE_BLIND, credential->unlisted.ms == MONO_NEVER.ms ? credential->listed
                                                                                : (struct mono){ 0 });
    else if (!most(credential->failing, credential))
        say_good_since(out, RULE_BLIND, credential->answered);
    else
        say(out, RULE_BLIND, STANDING_UNKNOWN, now.mono);
    for (size_t i = 0; i < out->count; i++)
        if (out->item[i].standing == STANDING_SUPPRESSED) {
            out->item[i].by_scope = SCOPE_CREDENTIAL;
            out->item[i].by_subject = SUBJECT_CIRCUIT;
        }
    return blind && !explained;
}

/* 92: a read that the credential may not make, once for all of its circuits. A single circuit speaks for itself. */
static void judge_refused(const struct credential *credential, struct opinions *out)
{
    for (enum feature feature = FEATURE_NONE + 1; feature < FEATURES && credential->circuits > 1; feature++) {
        bool off = credential->off[feature] > 0;
        struct mono seen = credential->refused_seen[feature];
        struct opinion *opinion = off ? say(out, RULE_FORBIDDEN, STANDING_BAD, seen)
                                      : say_good_since(out, RULE_FORBIDDEN, seen);
        opinion->subject.feature = (uint8_t)feature;
        opinion->severity = SEVERITY_WARNING;
        opinion->owner = OWNER_YOU;
    }
}

/* ---- 94 ---- */

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* The first that holds counts. */
static const struct {
    int64_t left_ms;
    uint8_t severity, variant;
} stages[] = {
    { 1 * DAY_MS, SEVERITY_CRITICAL, VARIANT_DAY },
    { 7 * DAY_MS, SEVERITY_WARNING, VARIANT_WEEK },
    { 30 * DAY_MS, SEVERITY_WARNING, VARIANT_PLAIN },
};
#define STAGES (sizeof stages / sizeof *stages)

static bool has_end(const struct expiry *expiry)
{
    return expiry->of == EXPIRY_SECRET || expiry->of == EXPIRY_CERTIFICATE;
}

/* When the next stage begins; MONO_NEVER when none does. */
static struct mono expiry_due(const struct credential *credential, struct mono now)
{
    const struct expiry *expiry = &credential->expiry;
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < STAGES && has_end(expiry); i++) {
        struct mono begins = mono_after(expiry->at, -stages[i].left_ms);
        if (begins.ms > now.ms)
            due = mono_earlier(due, begins);
    }
    return due;
}

/* 94: what the settings or the certificate say, and how much is left. Without an end there is nothing to judge. */
static void judge_expiry(const struct credential *credential, struct moment now, struct opinions *out)
{
    const struct expiry *expiry = &credential->expiry;
    size_t stage = 0;

    if (expiry->of == EXPIRY_UNTOLD)
        say(out, RULE_CREDENTIAL_EXPIRING, STANDING_UNKNOWN, credential->expiry_seen);
    if (!has_end(expiry))
        return;
    while (stage < STAGES && mono_between(now.mono, expiry->at) > stages[stage].left_ms)
        stage++;
    if (stage == STAGES) {
        say(out, RULE_CREDENTIAL_EXPIRING, STANDING_GOOD, credential->expiry_seen);
        return;
    }
    struct opinion *opinion = say(out, RULE_CREDENTIAL_EXPIRING, STANDING_BAD, credential->expiry_seen);
    opinion->owner = OWNER_YOU;
    opinion->severity = stages[stage].severity;
    opinion->variant = stages[stage].variant;
    opinion->staged = true;
}

/* Since when the oldest facts of the throttled circuits of a group are known; now, when none is throttled. */
static struct mono oldest_throttled(const struct engine *engine, const struct group *group, struct moment now)
{
    struct mono oldest = now.mono;

    for (size_t i = group->first_circuit; i <= group->last_circuit; i++) {
        const struct circuit *circuit = &engine->circuits[i];
        if (circuit->group == group->holder.target.index && circuit_unusual(circuit)->share.throttled)
            oldest = mono_earlier(oldest, mono_later(circuit->look.sample_seen, circuit->look.awake));
    }
    return oldest;
}

/* 93: throttled for so long that facts are stale. @p due: when it becomes that, or worse, by time alone */
static bool judge_throttled(const struct engine *engine, const struct group *group, struct moment now,
                            struct opinions *out, struct mono *due)
{
    int64_t stale = engine->watch.policy->stale_ms;
    struct mono since = group->throttled > 0 ? oldest_throttled(engine, group, now) : now.mono;
    int64_t oldest = mono_between(since, now.mono);

    *due = group->throttled == 0                  ? MONO_NEVER
           : oldest <= stale                      ? mono_after(since, stale + 1)
           : oldest <= THROTTLED_CRITICAL * stale ? mono_after(since, THROTTLED_CRITICAL * stale + 1)
                                                  : MONO_NEVER;

    if (oldest > stale) {
        struct opinion *opinion = say(out, RULE_THROTTLED, STANDING_BAD, now.mono);
        opinion->severity = oldest > THROTTLED_CRITICAL * stale ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    } else if (group->throttled == 0) {
        say_good_since(out, RULE_THROTTLED, group->seen);
    } else {
        say(out, RULE_THROTTLED, STANDING_UNKNOWN, now.mono);
    }
    return oldest > stale;
}

static void mark_all(struct engine *engine, size_t credential)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        if (engine->circuits[i].settings->credential == credential)
            engine_mark(engine, i);
}

/* What the settings say about single rules, as for the findings of a circuit. */
static void apply_rule_policy(const struct policy *policy, struct opinions *opinions)
{
    size_t kept = 0;

    for (size_t i = 0; i < opinions->count; i++) {
        struct opinion *opinion = &opinions->item[i];
        const struct rule_policy *row = &policy->rule[opinion->rule];
        if (row->disabled)
            continue;
        if (row->severity != SEVERITY_NONE && opinion->standing == STANDING_BAD)
            opinion->severity = row->severity;
        opinions->item[kept++] = *opinion;
    }
    opinions->count = kept;
}

/* Which findings of a credential or subscription explain something now. */
static unsigned explains(const struct holder *holder)
{
    static const uint8_t rules[] = { RULE_BLIND, RULE_SIGN_IN_FAILED, RULE_THROTTLED };
    unsigned open = 0;

    for (unsigned i = 0; i < sizeof rules; i++)
        open |= engine_is_open(holder, rules[i]) ? 1U << i : 0;
    return open;
}

static void judge_group(struct engine *engine, struct group *group, struct moment now, struct effects *out)
{
    struct opinions *opinions = &engine->opinions;
    struct mono due;

    opinions->count = 0;
    bool blinds = judge_throttled(engine, group, now, opinions, &due);
    unsigned explained = explains(&group->holder);
    apply_rule_policy(engine->watch.policy, opinions);
    engine_feed_all(engine, &group->holder, opinions, now, out);
    blinds = blinds || engine_is_open(&group->holder, RULE_THROTTLED);
    if (blinds != group->blinds || explained != explains(&group->holder))
        for (size_t i = group->first_circuit; i <= group->last_circuit; i++)
            if (engine->circuits[i].group == group->holder.target.index)
                engine_mark(engine, i);
    group->blinds = blinds;
    engine_plan_shared(engine, &group->holder, due, now);
}

/*
 * What explained that circuits are blind goes on to do so until it is cleared, because they are asked one after the
 * other and those at the end would page for nothing. A sign-in that works while no circuit answers explains it no
 * longer.
 */
static bool just_signed_in(const struct engine *engine, const struct credential *credential, struct moment now)
{
    return credential->works && engine_is_open(&credential->holder, RULE_SIGN_IN_FAILED) &&
           mono_between(credential->worked, now.mono) <= engine->watch.policy->stale_ms;
}

/* Once over it; @p by: what explains blind circuits then. False: 91 has been cleared by it, now 90 may speak. */
static bool judge_once(struct engine *engine, struct credential *credential, struct moment now, struct effects *out,
                       uint8_t *by)
{
    struct opinions *opinions = &engine->opinions;

    bool alone = engine_alone_blind(credential, engine->watch.policy, now.mono);
    opinions->count = 0;
    bool refused = judge_sign_in(credential, alone, opinions);
    /* a single 401 that nothing followed is no 91 and explains nothing */
    bool tells = refused && (credential->failure.kind == TROUBLE_SIGN_IN ||
                             mono_between(credential->seen, now.mono) <= engine->watch.policy->stale_ms ||
                             engine_is_open(&credential->holder, RULE_SIGN_IN_FAILED));
    bool signs_in = tells || just_signed_in(engine, credential, now);
    bool blind = judge_common_blind(credential, alone, signs_in, now, opinions);
    judge_refused(credential, opinions);
    judge_expiry(credential, now, opinions);
    apply_rule_policy(engine->watch.policy, opinions);
    engine_feed_all(engine, &credential->holder, opinions, now, out);
    blind = blind || (!signs_in && engine_is_open(&credential->holder, RULE_BLIND));
    *by = signs_in ? RULE_SIGN_IN_FAILED : blind ? RULE_BLIND : RULE_NONE;
    return refused || !signs_in || just_signed_in(engine, credential, now);
}

static void judge_credential(struct engine *engine, struct credential *credential, struct moment now,
                             struct effects *out)
{
    unsigned explained = explains(&credential->holder);
    uint8_t by;

    while (!judge_once(engine, credential, now, out, &by))
        ;
    if (by != credential->blind_by || explained != explains(&credential->holder))
        mark_all(engine, credential->holder.target.index);
    credential->blind_by = by;
    struct mono due = mono_earlier(expiry_due(credential, now.mono),
                                   engine_alone_due(credential, engine->watch.policy, now.mono));
    engine_plan_shared(engine, &credential->holder, due, now);
}

/* 97: a clock did something else than going on; told once, the engine knows which time it was. */
static void judge_clock(const struct engine *engine, struct opinions *out)
{
    if (engine->jump_event == 0)
        return;
    struct opinion *opinion = say(out, RULE_CLOCK_JUMPED, STANDING_BAD, engine->started.mono);
    opinion->severity = SEVERITY_INFO;
    opinion->event = engine->jump_event;
}

/* 99: what is no longer among them is over at once. */
static void judge_endings(const struct engine *engine, struct moment now, struct opinions *out)
{
    for (size_t i = 0; i < engine->ending_count && out->count < OPINIONS_MAX; i++) {
        struct opinion *opinion = say(out, RULE_SILENCE_ENDING, STANDING_BAD, now.mono);
        opinion->subject.item = engine->endings[i].silence;
        opinion->severity = SEVERITY_INFO;
        opinion->owner = OWNER_SELF;
        opinion->hold = HOLD_NOW;
    }
}

static void judge_local(struct engine *engine, struct moment now, struct effects *out)
{
    struct opinions *opinions = &engine->opinions;

    engine->local_dirty = false;
    opinions->count = 0;
    if (engine->local_failure.kind != TROUBLE_NONE)
        say(opinions, RULE_UNEXPECTED_ANSWER, STANDING_BAD, engine->local_seen)->owner = OWNER_YOU;
    else
        say_good_since(opinions, RULE_UNEXPECTED_ANSWER, engine->local_seen);
    judge_clock(engine, opinions);
    engine_judge_receivers(engine, now, opinions);
    engine_judge_settings(engine, now, opinions);
    judge_endings(engine, now, opinions);
    apply_rule_policy(engine->watch.policy, opinions);
    engine_feed_all(engine, &engine->local, opinions, now, out);
    engine_plan_shared(engine, &engine->local, MONO_NEVER, now);
}

void engine_judge_shared(struct engine *engine, struct moment now, struct effects *out)
{
    engine->shared_dirty = false;
    while (engine->dirty_group_count > 0) {
        struct group *group = &engine->groups[engine->dirty_groups[--engine->dirty_group_count]];
        group->dirty = false;
        judge_group(engine, group, now, out);
    }
    for (size_t i = 0; i < engine->watch.credential_count; i++) {
        struct credential *credential = &engine->credentials[i];
        if (!credential->dirty)
            continue;
        credential->dirty = false;
        judge_credential(engine, credential, now, out);
    }
    if (engine->local_dirty)
        judge_local(engine, now, out);
    ports_judge(engine, now, out);
}
