/*
 * Judging what was touched: facts to opinions, which engine_feed.c turns into incidents; then the verdict, when to look
 * again, and when time alone will change something.
 */
#include "core/engine_inner.h"

#include <stdio.h>

#define LOOK_SOONEST_MS 1000
#define SLEPT_MS 30000 /* a turn that comes so late was not just waiting for its place in the loop */

/* ---- one circuit ---- */

static void blind_cause(const struct engine *engine, const struct circuit *circuit, struct facts *facts)
{
    const struct credential *credential = &engine->credentials[circuit->settings->credential];

    if (credential->blind_by == RULE_SIGN_IN_FAILED || !engine->groups[circuit->group].blinds) {
        facts->blind_by = credential->blind_by;
        facts->blind_scope = SCOPE_CREDENTIAL;
    } else {
        facts->blind_by = RULE_THROTTLED;
        facts->blind_scope = SCOPE_SUBSCRIPTION;
    }
}

void engine_fill_facts(const struct engine *engine, const struct circuit *circuit, struct moment now, struct facts *out)
{
    *out = (struct facts){ .circuit = circuit->settings,
                           .policy = engine->watch.policy,
                           .witness = &circuit->witness,
                           .memory = circuit->memory,
                           .look = circuit->look,
                           .now = now };
    if (circuit->packed != NULL) {
        struct engine *writable = (struct engine *)engine; /* the scratch sample is nobody's state */
        sample_unpack(circuit->packed, circuit->packed_size, &writable->scratch);
        out->sample = &engine->scratch;
    }
    if (circuit->own == NULL)
        blind_cause(engine, circuit, out);
}

static bool is_confirming(const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.state == INCIDENT_PENDING)
            return true;
    return false;
}

/* A circuit of which nothing bad is known yet is not called usable while its first findings are still confirming. */
static void decide_verdict(struct circuit *circuit, const struct facts *facts, struct effects *out)
{
    struct raised raised[OPINIONS_MAX];
    size_t count = engine_raised_of(&circuit->holder, raised, OPINIONS_MAX);
    enum verdict verdict = verdict_circuit(facts, raised, count);

    if (!circuit->decided && verdict == VERDICT_USABLE && is_confirming(&circuit->holder))
        verdict = VERDICT_UNKNOWN;
    else if (verdict != VERDICT_UNKNOWN)
        circuit->decided = true;
    if (verdict == circuit->verdict && circuit->verdict_wall_ms != 0)
        return;
    if (verdict != circuit->verdict) {
        struct effect *effect = effects_add(out, EFFECT_VERDICT, circuit->holder.target);
        effect->was = circuit->verdict;
        effect->is = (uint8_t)verdict;
    }
    circuit->verdict = (uint8_t)verdict;
    circuit->verdict_wall_ms = facts->now.wall_ms;
}

/* A session that changed is told like a state word. */
static void tell_session(struct circuit *circuit, const struct facts *facts, struct subject subject,
                         struct effects *out)
{
    uint8_t *was = &circuit->session[subject.peering][subject.path][subject.family];
    bool there = facts->sample != NULL && facts->sample->peering[subject.peering].present &&
                 judge_family(facts, subject.peering, subject.family);
    uint8_t is = there ? (uint8_t)judge_session(facts, subject.peering, subject.path, subject.family)
                       : (uint8_t)SESSION_UNKNOWN;

    if (is != *was && there) {
        struct word_change *change = &effects_add(out, EFFECT_WORD, circuit->holder.target)->change;
        snprintf(change->field, sizeof change->field, "%s %s %s session", peering_name(subject.peering),
                 family_name(subject.family), path_name(subject.path));
        snprintf(change->was, sizeof change->was, "%s", session_name(*was));
        snprintf(change->is, sizeof change->is, "%s", session_name(is));
    }
    *was = is;
}

static void tell_sessions(struct circuit *circuit, const struct facts *facts, struct effects *out)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            for (enum family family = 0; family < FAMILIES; family++)
                tell_session(circuit, facts, (struct subject){ (uint8_t)kind, (uint8_t)path, (uint8_t)family, 0 }, out);
}

/* ---- when to look again ---- */

static bool rests_on_sessions(const struct incident *incident)
{
    return incident->subject.path != PATH_NONE || incident->rule == RULE_SESSIONS_DOWN ||
           incident->rule == RULE_NO_ROUTES || (incident->state == INCIDENT_RAISED && incident->drift != SEVERITY_NONE);
}

/* How soon the next sample of an unconfirmed incident is wanted; 0: the ordinary pace will do. */
static int64_t pace_of(const struct incident *incident, const struct policy *policy, struct mono now)
{
    bool drifts = incident->state == INCIDENT_RAISED && incident->drift != SEVERITY_NONE;
    struct hold hold = incident->state == INCIDENT_CLEARING ? policy->recover
                       : drifts                             ? policy->confirm[incident->drift]
                                  : incident_hold(policy, incident->rule, incident->severity, incident->hold);
    uint32_t count = drifts ? incident->drift_count : incident->count;
    struct mono since = drifts ? incident->drift_since : incident->since_mono;

    if ((incident->state == INCIDENT_PENDING && incident->hold == HOLD_LONG) || count >= hold.count ||
        (!drifts && incident->state != INCIDENT_PENDING && incident->state != INCIDENT_CLEARING))
        return 0;
    int64_t left = hold.age_ms - mono_between(since, now);
    int64_t pace = left / (int64_t)(hold.count - count);
    if (pace > policy->retry_ms || left <= 0) /* old enough: the next sample is late, asking faster does not make it */
        pace = policy->retry_ms;
    return pace < LOOK_SOONEST_MS ? LOOK_SOONEST_MS : pace;
}

static void want(struct effects *out, struct target target, uint8_t look, struct mono at)
{
    struct effect *effect = effects_add(out, EFFECT_LOOK, target);
    effect->look = look;
    effect->at = at;
}

/* The newest summary is older than the newest metric: ask at once; else only as fast as confirming needs. */
static bool summary_is_older(const struct circuit *circuit)
{
    struct mono metric = { INT64_MIN }, route = { INT64_MIN };

    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &circuit->witness.at[kind][path];
            if (at->bgp.seen.ms != MONO_NEVER.ms)
                metric = mono_later(metric, at->bgp.seen);
            for (size_t family = 0; family < FAMILIES; family++)
                if (at->route[family].seen.ms != MONO_NEVER.ms)
                    route = mono_later(route, at->route[family].seen);
        }
    return route.ms < metric.ms;
}

static void want_looks(struct circuit *circuit, const struct facts *facts, struct effects *out)
{
    struct mono now = facts->now.mono;
    int64_t circuit_pace = 0, session_pace = 0;

    for (size_t i = 0; i < circuit->holder.count; i++) {
        const struct incident *incident = &circuit->holder.slots[i].incident;
        int64_t pace = pace_of(incident, facts->policy, now);
        int64_t *soonest = rests_on_sessions(incident) ? &session_pace : &circuit_pace;
        if (pace > 0 && (*soonest == 0 || pace < *soonest))
            *soonest = pace;
    }
    if (circuit_pace > 0)
        want(out, circuit->holder.target, LOOK_CIRCUIT, mono_after(now, circuit_pace));
    if (session_pace > 0)
        want(out, circuit->holder.target, LOOK_METRICS, mono_after(now, session_pace));
    if (!judge_wants_routes(facts))
        return;
    if (summary_is_older(circuit))
        want(out, circuit->holder.target, LOOK_ROUTES, now);
    else if (session_pace > 0)
        want(out, circuit->holder.target, LOOK_ROUTES, mono_after(now, session_pace));
}

/* ---- when time alone changes something ---- */

static struct mono later_than(struct mono now, struct mono due)
{
    return due.ms > now.ms ? due : MONO_NEVER;
}

static struct mono due_of_witness(const struct facts *facts, struct mono due)
{
    struct mono now = facts->now.mono;
    int64_t stale = facts->policy->stale_ms + 1;

    for (size_t kind = 0; kind < PEERINGS; kind++) {
        due = mono_earlier(due, later_than(now, mono_after(facts->look.judged_since[kind], stale)));
        due = mono_earlier(due, later_than(now, mono_after(facts->look.judged_since[kind],
                                                           facts->policy->sessions_every_ms + facts->policy->retry_ms + 1)));
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &facts->witness->at[kind][path];
            due = mono_earlier(due, later_than(now, mono_after(at->bgp.seen, stale)));
            due = mono_earlier(due, later_than(now, mono_after(at->arp.seen, stale)));
            for (size_t family = 0; family < FAMILIES; family++) {
                due = mono_earlier(due, later_than(now, mono_after(at->route[family].seen, stale)));
                due = mono_earlier(due, later_than(now, mono_after(at->route[family].seen,
                                                                   stale + policy_routes_every_ms(facts->policy))));
            }
        }
    }
    return due;
}

static struct mono due_of(const struct circuit *circuit, const struct facts *facts)
{
    struct mono now = facts->now.mono;
    int64_t waited = facts->now.wall_ms - facts->memory.first_wall_ms;
    int64_t waiting = (int64_t)facts->policy->waiting_days * 24 * 3600 * 1000;
    struct mono due = later_than(now, mono_after(facts->look.sample_seen, facts->policy->stale_ms + 1));

    due = mono_earlier(due, later_than(now, mono_after(facts->look.awake, facts->policy->stale_ms + 1)));
    if (facts->look.missing > 0)
        due = mono_earlier(due, later_than(now, mono_after(facts->look.missing_seen, facts->policy->stale_ms + 1)));
    if (waited < waiting)
        due = mono_earlier(due, mono_after(now, waiting - waited));
    if (facts->look.throttled) /* 93 grows with time */
        due = mono_earlier(due, mono_after(now, facts->policy->stale_ms));
    for (size_t i = 0; i < circuit->holder.count; i++)
        due = mono_earlier(due, later_than(now, incident_due(&circuit->holder.slots[i].incident, facts->policy)));
    return due_of_witness(facts, due);
}

/* A refused read is the credential's finding (engine_shared.c) when it watches more circuits than this one. */
static void share_refusals(const struct engine *engine, const struct circuit *circuit, struct opinions *opinions)
{
    if (engine->credentials[circuit->settings->credential].circuits < 2)
        return;
    for (size_t i = 0; i < opinions->count; i++) {
        struct opinion *opinion = &opinions->item[i];
        if (opinion->rule == RULE_FORBIDDEN && opinion->standing == STANDING_BAD) {
            opinion->standing = STANDING_SUPPRESSED;
            opinion->by = RULE_FORBIDDEN;
            opinion->by_subject = opinion->subject;
        }
        if (opinion->standing == STANDING_SUPPRESSED && opinion->by == RULE_FORBIDDEN)
            opinion->by_scope = SCOPE_CREDENTIAL;
    }
}

static void judge_one(struct engine *engine, struct circuit *circuit, struct moment now, struct effects *out)
{
    struct facts facts;

    if (circuit->own != NULL) { /* no longer watched: whatever is open is over */
        engine->opinions.count = 0;
        engine_feed_all(engine, &circuit->holder, &engine->opinions, now, out);
        return;
    }
    engine_fill_facts(engine, circuit, now, &facts);
    judge_circuit(&facts, &engine->opinions);
    share_refusals(engine, circuit, &engine->opinions);
    engine_feed_all(engine, &circuit->holder, &engine->opinions, now, out);
    tell_sessions(circuit, &facts, out);
    decide_verdict(circuit, &facts, out);
    want_looks(circuit, &facts, out);
    queue_set(engine->due, circuit->holder.target.index, due_of(circuit, &facts));
}

/* ---- everything that was touched ---- */

static bool shared_touched(const struct engine *engine)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        if (engine->credentials[i].dirty)
            return true;
    return engine->local_dirty || engine->former_dirty;
}

/*
 * A moment that was due long ago and for which nobody called: the machine slept, or the loop stood still. What grew old
 * meanwhile is nobody's blindness; there is time to look until it would be from now on.
 */
static void note_sleep(struct engine *engine, struct mono now)
{
    struct mono due = queue_first(engine->due, NULL);

    if (due.ms == MONO_NEVER.ms || mono_between(due, now) <= SLEPT_MS)
        return;
    for (size_t i = 0; i < engine->watch.circuit_count; i++) {
        struct look *look = &engine->circuits[i].look;
        look->awake = now;
        for (size_t kind = 0; kind < PEERINGS; kind++)
            if (look->judged_since[kind].ms != MONO_NEVER.ms)
                look->judged_since[kind] = now;
        engine_mark(engine, i);
    }
}

/*
 * Shared findings first, because they explain those of single circuits; judging them may touch all circuits of a
 * credential, and nothing that those then say can change the shared findings again.
 */
void engine_settle(struct engine *engine, struct moment now, struct effects *out)
{
    note_sleep(engine, now.mono);
    engine->settled = now.mono;
    for (size_t i = 0; i < engine->dirty_count; i++)
        engine_recount(engine, &engine->circuits[engine->dirty[i]], now);
    if (shared_touched(engine))
        engine_judge_shared(engine, now, out);
    if (engine->former_dirty)
        former_clear(engine, now, out);
    while (engine->dirty_count > 0) {
        struct circuit *circuit = &engine->circuits[engine->dirty[--engine->dirty_count]];
        circuit->dirty = false;
        judge_one(engine, circuit, now, out);
    }
}

static struct mono due_of_holder(const struct engine *engine, const struct holder *holder, struct mono due)
{
    /* a hold that was over at the last look and changed nothing waits for the next sample, not for time */
    for (size_t i = 0; i < holder->count; i++) {
        struct mono own = incident_due(&holder->slots[i].incident, engine->watch.policy);
        due = mono_earlier(due, later_than(engine->settled, own));
    }
    return due;
}

void engine_turn(struct engine *engine, struct moment now, struct effects *out)
{
    size_t id = 0;

    note_sleep(engine, now.mono);
    for (struct mono due = queue_first(engine->due, &id); mono_reached(due, now.mono) && due.ms != MONO_NEVER.ms;
         due = queue_first(engine->due, &id)) {
        queue_set(engine->due, id, MONO_NEVER);
        engine_mark(engine, id);
    }
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        if (due_of_holder(engine, &engine->credentials[i].holder, MONO_NEVER).ms <= now.mono.ms)
            engine->credentials[i].dirty = true;
    for (size_t i = 0; i < engine->group_count; i++)
        if (due_of_holder(engine, &engine->groups[i].holder, MONO_NEVER).ms <= now.mono.ms)
            engine->credentials[engine->groups[i].credential].dirty = true;
    if (due_of_holder(engine, &engine->local, MONO_NEVER).ms <= now.mono.ms)
        engine->local_dirty = true;
    engine_settle(engine, now, out);
}

struct mono engine_due(const struct engine *engine)
{
    struct mono due = queue_first(engine->due, NULL);

    for (size_t i = 0; i < engine->watch.credential_count; i++)
        due = due_of_holder(engine, &engine->credentials[i].holder, due);
    for (size_t i = 0; i < engine->group_count; i++)
        due = due_of_holder(engine, &engine->groups[i].holder, due);
    due = due_of_holder(engine, &engine->local, due);
    if (engine->dirty_count > 0 || shared_touched(engine))
        return (struct mono){ INT64_MIN };
    return due;
}
