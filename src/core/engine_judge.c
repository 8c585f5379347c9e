/*
 * Judging one circuit: facts to opinions, which engine_feed.c turns into incidents; then the verdict, and when to look
 * again. When time alone will change something is for engine_time.c to say.
 */
#include "core/engine_inner.h"
#include "core/reading.h"

#include <stdio.h>

#define LOOK_SOONEST_MS 1000

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
    const struct unusual *unusual = circuit_unusual(circuit);

    *out = (struct facts){ .circuit = circuit->settings,
                           .policy = engine->watch.policy,
                           .witness = engine_witness(engine, circuit),
                           .memory = circuit->memory,
                           .past = unusual->past,
                           .changed = unusual->changed,
                           .change_told = unusual->change_told,
                           .beyond = circuit->beyond,
                           .port = unusual->port != NULL ? &unusual->port->facts : NULL,
                           .azure_ahead_ms = engine_by_azure(engine, now).wall_ms - now.wall_ms,
                           .now = now };
    engine_look(engine, circuit, &out->look);
    struct engine *writable = (struct engine *)engine; /* the scratch sample is nobody's state */
    out->sample = circuit_sample(engine, circuit, &writable->scratch);
    if (unusual->own == NULL)
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
                tell_session(circuit, facts,
                             (struct subject){ (uint8_t)kind, (uint8_t)path, (uint8_t)family, FEATURE_NONE, 0 }, out);
}

/* ---- when to look again ---- */

static bool rests_on_sessions(const struct incident *incident)
{
    return incident->subject.path != PATH_NONE || incident->rule == RULE_SESSIONS_DOWN ||
           incident->rule == RULE_NO_ROUTES || (incident->state == INCIDENT_RAISED && incident->drift != SEVERITY_NONE);
}

/* How soon the next sample of an unconfirmed incident is wanted; 0: the ordinary pace will do. */
int64_t engine_pace_of(const struct incident *incident, const struct policy *policy, struct mono now)
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

void engine_want(struct effects *out, struct target target, enum look_at look, struct mono at)
{
    struct effect *effect = effects_add(out, EFFECT_LOOK, target);
    effect->look = (uint8_t)look;
    effect->at = at;
}

/* The newest summary is older than the newest metric: ask at once; else only as fast as confirming needs. */
static bool summary_is_older(const struct witness *witness)
{
    struct mono metric = { INT64_MIN }, route = { INT64_MIN };

    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &witness->at[kind][path];
            if (at->bgp.seen.ms != MONO_NEVER.ms)
                metric = mono_later(metric, at->bgp.seen);
            for (size_t family = 0; family < FAMILIES; family++)
                if (at->route[family].seen.ms != MONO_NEVER.ms)
                    route = mono_later(route, at->route[family].seen);
        }
    return route.ms < metric.ms;
}

/*
 * At once when a metric fell, even when a summary is fresh: the point that fell may be older than it and yet tell of a later
 * moment. Then as fast as confirming needs, and for as long as it lasts at the pace of the metrics.
 */
static void want_routes(struct circuit *circuit, const struct facts *facts, int64_t session_pace, struct effects *out)
{
    bool wanted = judge_wants_routes(facts), fell = wanted && !circuit->routes_wanted;
    int64_t pace = session_pace > 0 ? session_pace : facts->policy->sessions_every_ms;

    circuit->routes_wanted = wanted;
    if (fell || (wanted && summary_is_older(facts->witness)))
        engine_want(out, circuit->holder.target, LOOK_ROUTES, facts->now.mono);
    else if (wanted)
        engine_want(out, circuit->holder.target, LOOK_ROUTES, mono_after(facts->now.mono, pace));
}

static bool any_arp_wanted(const struct facts *facts)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            if (judge_wants_arp(facts, kind, path))
                return true;
    return false;
}

/* Does the metric of layer 2 say of any path that it is not up? */
static bool any_arp_fallen(const struct facts *facts)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            enum reading metric = read_percent(facts, &facts->witness->at[kind][path].arp);
            if (metric == READING_DOWN || metric == READING_BETWEEN)
                return true;
        }
    return false;
}

/*
 * Layer 2 changes slowly and asking for it is dear: at once, when the metric has risen again and only the table still says
 * that it is broken, while 45 is being confirmed, and then now and again.
 */
static void want_arp(struct circuit *circuit, const struct facts *facts, int64_t session_pace, struct effects *out)
{
    bool fallen = any_arp_fallen(facts), rose = circuit->arp_fallen && !fallen;
    bool wanted = any_arp_wanted(facts), begins = wanted && (!circuit->arp_wanted || rose);
    int64_t pace = session_pace > 0 ? session_pace : policy_routes_every_ms(facts->policy);

    circuit->arp_fallen = fallen;
    circuit->arp_wanted = wanted;
    if (wanted)
        engine_want(out, circuit->holder.target, LOOK_ARP, begins ? facts->now.mono : mono_after(facts->now.mono, pace));
}

/* How soon each kind of sample is wanted; 0: the ordinary pace will do. */
struct paces {
    int64_t circuit, session, arp, limit, connections;
};

static void sooner(int64_t *soonest, int64_t pace)
{
    if (pace > 0 && (*soonest == 0 || pace < *soonest))
        *soonest = pace;
}

static struct paces paces_of(const struct holder *holder, const struct facts *facts)
{
    struct paces paces = { 0 };

    for (size_t i = 0; i < holder->count; i++) {
        const struct incident *incident = &holder->slots[i].incident;
        int64_t pace = engine_pace_of(incident, facts->policy, facts->now.mono);
        if (incident->rule == RULE_ROUTE_LIMIT_NEAR) /* only a summary counts routes */
            sooner(&paces.limit, pace);
        else if (incident->rule == RULE_CONNECTION_DOWN)
            sooner(&paces.connections, pace);
        else
            sooner(rests_on_sessions(incident) ? &paces.session : &paces.circuit, pace);
        if (incident->rule == RULE_ARP_INCOMPLETE)
            sooner(&paces.arp, pace);
    }
    return paces;
}

/* @return is any look wanted? */
static bool want_looks(struct circuit *circuit, const struct facts *facts, struct effects *out)
{
    struct mono now = facts->now.mono;
    struct target target = circuit->holder.target;
    struct paces paces = paces_of(&circuit->holder, facts);
    size_t before = out->count;

    if (paces.circuit > 0)
        engine_want(out, target, LOOK_CIRCUIT, mono_after(now, paces.circuit));
    if (paces.connections > 0)
        engine_want(out, target, LOOK_CONNECTIONS, mono_after(now, paces.connections));
    if (paces.session > 0)
        engine_want(out, target, LOOK_METRICS, mono_after(now, paces.session));
    want_routes(circuit, facts, paces.session, out);
    if (paces.limit > 0)
        engine_want(out, target, LOOK_ROUTES, mono_after(now, paces.limit));
    want_arp(circuit, facts, paces.arp, out);
    return out->count > before;
}

/* ---- judging ---- */

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

/* Gateway connections and Global Reach links: both go through the circuit. */
static bool is_beyond(const struct opinion *opinion)
{
    return opinion->rule == RULE_CONNECTION_DOWN || opinion->rule == RULE_GLOBAL_REACH_DOWN;
}

static bool is_judged(const struct opinion *opinion)
{
    return opinion->standing == STANDING_GOOD || opinion->standing == STANDING_BAD;
}

/* Does anything explain the connections and links? While nothing is known of them, it is as it was. */
static void note_explained(struct circuit *circuit, const struct opinions *opinions, struct mono now)
{
    bool explained = false, known = false;

    for (size_t i = 0; i < opinions->count; i++) {
        const struct opinion *opinion = &opinions->item[i];
        explained = explained || (is_beyond(opinion) && opinion->standing == STANDING_SUPPRESSED);
        known = known || (is_beyond(opinion) && is_judged(opinion));
    }
    if (circuit->explained && !explained && known)
        circuit_change_unusual(circuit)->let_go = now;
    circuit->explained = explained || (circuit->explained && !known);
}

/*
 * What was seen during an outage says nothing of the time after it: a gateway needs its moment to come back. Only what is
 * seen from then on is counted; @return must something be seen anew?
 */
static bool leave_out_old(struct circuit *circuit, const struct facts *facts, struct opinions *opinions,
                          struct effects *out)
{
    bool connections = false, links = false;

    note_explained(circuit, opinions, facts->now.mono);
    struct mono let_go = circuit_unusual(circuit)->let_go;
    for (size_t i = 0; i < opinions->count; i++) {
        struct opinion *opinion = &opinions->item[i];
        if (!is_beyond(opinion) || opinion->standing != STANDING_BAD || opinion->basis.ms > let_go.ms)
            continue;
        opinion->standing = STANDING_UNKNOWN;
        connections = connections || opinion->rule == RULE_CONNECTION_DOWN;
        links = links || opinion->rule == RULE_GLOBAL_REACH_DOWN;
    }
    if (connections)
        engine_want(out, circuit->holder.target, LOOK_CONNECTIONS,
                    mono_after(facts->now.mono, facts->policy->retry_ms));
    return connections || links;
}

void engine_judge_circuit(struct engine *engine, struct circuit *circuit, struct moment now, struct effects *out)
{
    struct facts facts;

    if (circuit_unusual(circuit)->own != NULL) { /* no longer watched: whatever is open is over */
        engine->opinions.count = 0;
        engine_feed_all(engine, &circuit->holder, &engine->opinions, now, out);
        return;
    }
    engine_fill_facts(engine, circuit, now, &facts);
    judge_circuit(&facts, &engine->opinions);
    share_refusals(engine, circuit, &engine->opinions);
    bool waits = leave_out_old(circuit, &facts, &engine->opinions, out);
    engine_feed_all(engine, &circuit->holder, &engine->opinions, now, out);
    engine_changes_told(engine, circuit, &facts, out);
    tell_sessions(circuit, &facts, out);
    decide_verdict(circuit, &facts, out);
    bool wants = want_looks(circuit, &facts, out);
    circuit->quiet = circuit->sample.bytes != NULL && !circuit->holder.unsettled && !wants && !waits;
    engine_plan_circuit(engine, circuit, now);
    circuit_settle_unusual(circuit);
}
