/*
 * Time: when it alone will change something, what is judged when something was touched, and in which order. One heap
 * holds the moments of circuits and of everything that they share.
 */
#include "core/engine_inner.h"

#include <assert.h>

#define SLEPT_MS 30000 /* a turn that comes so late was not just waiting for its place in the loop */

/* ---- when time alone changes something ---- */

static struct mono later_than(struct mono now, struct mono due)
{
    return due.ms > now.ms ? due : MONO_NEVER;
}

static struct mono due_of_witness(const struct glance *look, const struct witness *witness, const struct policy *policy,
                                  struct mono now, struct mono due)
{
    int64_t stale = policy->stale_ms + 1;

    for (size_t kind = 0; kind < PEERINGS; kind++) {
        due = mono_earlier(due, later_than(now, mono_after(look->judged_since[kind], stale)));
        due = mono_earlier(due, later_than(now, mono_after(look->judged_since[kind],
                                                           policy->sessions_every_ms + policy->retry_ms + 1)));
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &witness->at[kind][path];
            due = mono_earlier(due, later_than(now, mono_after(at->bgp.seen, stale)));
            due = mono_earlier(due, later_than(now, mono_after(at->arp.seen, stale)));
            due = mono_earlier(due, later_than(now, mono_after(at->arp_seen, stale)));
            due = mono_earlier(due, later_than(now, mono_after(at->arp_seen, stale + policy_routes_every_ms(policy))));
            for (size_t family = 0; family < FAMILIES; family++) {
                due = mono_earlier(due, later_than(now, mono_after(at->route[family].seen, stale)));
                due = mono_earlier(due, later_than(now, mono_after(at->route[family].seen,
                                                                   stale + policy_routes_every_ms(policy))));
            }
        }
    }
    return due;
}

struct mono engine_due_of_incidents(const struct holder *holder, const struct policy *policy, struct mono now,
                                    struct mono due)
{
    /* a hold that is over now and changed nothing waits for the next sample, not for time */
    for (size_t i = 0; i < holder->count; i++)
        due = mono_earlier(due, later_than(now, incident_due(&holder->slots[i].incident, policy)));
    return due;
}

/* When waiting_days are over, and 19 has its next week after that. */
static struct mono due_of_waiting(const struct circuit *circuit, const struct policy *policy, struct moment now)
{
    int64_t days = (int64_t)policy->waiting_days * 24 * 3600 * 1000;
    int64_t waited = now.wall_ms - circuit->memory.first_wall_ms, since = memory_unprovisioned_since(&circuit->memory);
    struct mono due = waited < days ? mono_after(now.mono, days - waited) : MONO_NEVER;

    if (since == 0)
        return due;
    int64_t over = now.wall_ms - since - days;
    int64_t left = over < 0 ? -over : BILLED_AGAIN_MS - over % BILLED_AGAIN_MS;
    return mono_earlier(due, mono_after(now.mono, left));
}

static struct mono due_of_beyond(const struct beyond *beyond, const struct policy *policy, struct mono now)
{
    return beyond == NULL ? MONO_NEVER
                          : mono_earlier(judge_beyond_due(beyond, now), judge_connections_due(beyond, policy, now));
}

/*
 * What is counted in days is so by Azure's clock, and by the host's until that is known: should it be set, the next
 * answer finds out (engine_saw_again).
 */
static void plan_by_clock(struct circuit *circuit, const struct policy *policy, struct moment now)
{
    struct mono due = due_of_waiting(circuit, policy, now);

    circuit->judged_wall_ms = now.wall_ms;
    circuit->due_wall_ms = due.ms != MONO_NEVER.ms ? now.wall_ms + mono_between(now.mono, due) : INT64_MAX;
}

/* But for its sessions, and the moment when its own facts grow stale, which every answer moves. */
static struct mono due_of(const struct circuit *circuit, const struct policy *policy, struct moment now)
{
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;
    struct mono due = later_than(now.mono, mono_after(circuit->look.awake, policy->stale_ms + 1));

    if (seen->missing > 0)
        due = mono_earlier(due, later_than(now.mono, mono_after(seen->missing_seen, policy->stale_ms + 1)));
    due = mono_earlier(due, due_of_waiting(circuit, policy, now));
    if (seen->throttled) /* 93 grows with time */
        due = mono_earlier(due, mono_after(now.mono, policy->stale_ms));
    due = mono_earlier(due, due_of_beyond(circuit->beyond, policy, now.mono));
    return engine_due_of_incidents(&circuit->holder, policy, now.mono, due);
}

static struct mono stale_from(const struct engine *engine, const struct circuit *circuit)
{
    return mono_after(circuit->look.sample_seen, engine->watch.policy->stale_ms + 1);
}

void engine_plan_circuit(struct engine *engine, struct circuit *circuit, struct moment now)
{
    const struct policy *policy = engine->watch.policy;
    const struct glance *look = &circuit->look;
    const struct witness *witness = engine_witness(engine, circuit);

    now = engine_by_azure(engine, now);
    circuit->due = due_of_witness(look, witness, policy, now.mono, due_of(circuit, policy, now));
    circuit->answer_due = due_of_witness(look, witness, policy, look->sample_seen, MONO_NEVER);
    plan_by_clock(circuit, policy, now);
    queue_set(engine->due, circuit->holder.target.index,
              mono_earlier(circuit->due, later_than(now.mono, stale_from(engine, circuit))));
}

void engine_plan_shared(struct engine *engine, const struct holder *holder, struct mono due, struct moment now)
{
    queue_set(engine->due, engine_due_id(engine, holder->target),
              engine_due_of_incidents(holder, engine->watch.policy, now.mono, due));
}

size_t engine_due_id(const struct engine *engine, struct target target)
{
    size_t circuits = engine->watch.circuit_count;

    switch (target.scope) {
    case SCOPE_CIRCUIT:
        assert(target.index < circuits);
        return target.index;
    case SCOPE_SUBSCRIPTION:
        return circuits + target.index;
    case SCOPE_CREDENTIAL:
        return circuits + engine->group_count + target.index;
    case SCOPE_PORT:
        return circuits + engine->group_count + engine->watch.credential_count + 1; /* all of them */
    default:
        return circuits + engine->group_count + engine->watch.credential_count;
    }
}

/* ---- everything that was touched ---- */

void engine_wake(struct engine *engine, struct mono now)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++) {
        struct glance *look = &engine->circuits[i].look;
        look->awake = now;
        for (size_t kind = 0; kind < PEERINGS; kind++)
            if (look->judged_since[kind].ms != MONO_NEVER.ms)
                look->judged_since[kind] = now;
        engine_mark(engine, i);
    }
    engine_alone_slept(engine, now);
}

void engine_note_sleep(struct engine *engine, struct mono now)
{
    struct mono due = queue_first(engine->due, NULL);

    if (due.ms != MONO_NEVER.ms && mono_between(due, now) > SLEPT_MS)
        engine_wake(engine, now);
}

/* An answer that was equal to the last one has moved what its circuit waits for: see engine_saw_again(). */
static bool still_waits(struct engine *engine, size_t index, struct mono now)
{
    const struct circuit *circuit = &engine->circuits[index];
    struct mono due = mono_earlier(circuit->due, stale_from(engine, circuit));

    if (!circuit->quiet || mono_reached(due, now))
        return false;
    queue_set(engine->due, index, due);
    return true;
}

static void touch(struct engine *engine, size_t id, struct mono now)
{
    size_t circuits = engine->watch.circuit_count, groups = engine->group_count;
    size_t credentials = engine->watch.credential_count;

    if (id < circuits)
        engine_mark(engine, id);
    else if (id < circuits + groups)
        engine_mark_group(engine, &engine->groups[id - circuits]);
    else if (id < circuits + groups + credentials)
        engine_mark_credential(engine, &engine->credentials[id - circuits - groups]);
    else if (id == circuits + groups + credentials)
        engine_mark_local(engine);
    else
        ports_touch_due(engine, now);
}

void engine_touch(struct engine *engine, struct target target, struct mono now)
{
    bool leaves = target.scope == SCOPE_CIRCUIT && target.index >= engine->watch.circuit_count;

    if (target.scope == SCOPE_PORT)
        engine_mark_port(engine, engine->ports[target.index]);
    else if (!leaves && target.scope != SCOPE_FORMER)
        touch(engine, engine_due_id(engine, target), now);
}

/* Whatever is due, though nobody may have called for it yet. */
static void take_due(struct engine *engine, struct mono now)
{
    size_t id = 0;

    for (struct mono due = queue_first(engine->due, &id); mono_reached(due, now) && due.ms != MONO_NEVER.ms;
         due = queue_first(engine->due, &id)) {
        if (id < engine->watch.circuit_count && still_waits(engine, id, now))
            continue;
        queue_set(engine->due, id, MONO_NEVER);
        touch(engine, id, now);
    }
}

/*
 * Shared findings first, because they explain those of single circuits; judging them may touch all circuits of a
 * credential, and nothing that those then say can change the shared findings again.
 */
void engine_settle(struct engine *engine, struct moment now, struct effects *out)
{
    engine_note_sleep(engine, now.mono);
    engine_mute_due(engine, now, out);
    take_due(engine, now.mono);
    for (size_t i = 0; i < engine->dirty_count; i++)
        engine_recount(engine, &engine->circuits[engine->dirty[i]], now);
    if (engine->shared_dirty)
        engine_judge_shared(engine, now, out);
    if (engine->former_dirty)
        former_clear(engine, now, out);
    while (engine->dirty_count > 0) {
        struct circuit *circuit = &engine->circuits[engine->dirty[--engine->dirty_count]];
        circuit->dirty = false;
        engine_judge_circuit(engine, circuit, now, out);
    }
    group_turn(engine, now, out);
}

void engine_turn(struct engine *engine, struct moment now, struct effects *out)
{
    engine_settle(engine, now, out);
}

struct mono engine_due(const struct engine *engine)
{
    bool touched = engine->dirty_count > 0 || engine->shared_dirty || engine->former_dirty;

    if (touched)
        return (struct mono){ INT64_MIN };
    return mono_earlier(mono_earlier(engine->mute_due, engine->group_due), queue_first(engine->due, NULL));
}
