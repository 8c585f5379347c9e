/*
 * When clocks do not just go on (rule 97). Nothing is decided by the wall clock, so a step of it raises and clears
 * nothing; but what was stamped by it before would lie about ages, so the stamps of this run move along. After a sleep
 * nothing old is believed: what was being confirmed is counted anew.
 *
 * What is counted in days (12, 13 and 19) goes by Azure's clock once that is known, whatever this host's shows.
 */
#include "core/engine_inner.h"

#define AGREES_MS (30 * 1000) /* the time of an answer has seconds, and was under way */

/* ---- days ---- */

struct moment engine_by_azure(const struct engine *engine, struct moment now)
{
    return engine->azure_known ? (struct moment){ now.mono, now.mono.ms + engine->azure_ahead_ms } : now;
}

void engine_azure_time(struct engine *engine, int64_t ahead_ms)
{
    int64_t off = ahead_ms - engine->azure_ahead_ms;

    if (engine->azure_known && off <= AGREES_MS && off >= -AGREES_MS)
        return; /* so that it does not go to and fro by a second */
    engine->azure_known = true;
    engine->azure_ahead_ms = ahead_ms;
}

/* ---- every holder ---- */

struct visit {
    struct engine *engine;
    const struct clock_jump *jump;
    int64_t first_wall_ms; /* since when stamps are of this run */
    struct moment now;
    struct effects *out;
};

static void each_holder(struct engine *engine, void (*call)(const struct visit *, struct holder *),
                        const struct visit *visit)
{
    call(visit, &engine->local);
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        call(visit, &engine->credentials[i].holder);
    for (size_t i = 0; i < engine->group_count; i++)
        call(visit, &engine->groups[i].holder);
    for (size_t i = 0; i < engine->port_count; i++)
        call(visit, &engine->ports[i]->holder);
    for (size_t i = 0; i < engine->cause_count; i++)
        call(visit, &engine->causes[i]->holder);
    for (size_t i = 0; i < engine->circuit_count; i++)
        call(visit, &engine->circuits[i].holder);
}

static void save(const struct visit *visit, const struct holder *holder, const struct incident *incident)
{
    effects_add(visit->out, EFFECT_SAVE, holder->target)->incident = *incident;
}

/* ---- a step ---- */

/* Stamps of earlier runs are left alone: that clock may have been right, or wrong by something else. */
static bool move_stamp(const struct visit *visit, int64_t *stamp)
{
    if (*stamp == 0 || *stamp < visit->first_wall_ms || *stamp > visit->jump->from_wall_ms)
        return false;
    *stamp = *stamp + visit->jump->by_ms > 0 ? *stamp + visit->jump->by_ms : 1; /* 0 is none */
    return true;
}

static int64_t moved_by(int64_t stamp, int64_t by_ms)
{
    return stamp == 0 ? 0 : stamp + by_ms > 0 ? stamp + by_ms : 1;
}

/*
 * It lasts for as long as was said, by the clock that only runs forward; its stamps follow, so that the next run agrees.
 * But when the clock that has just been set was behind the moment at which it was made, in an earlier run, that clock
 * said nothing, and the new one says when it ends.
 */
static bool move_ack(const struct visit *visit, const struct holder *holder, struct ack *ack)
{
    if (ack->who[0] == '\0')
        return false;
    if (ack->at_wall_ms > visit->jump->from_wall_ms) {
        ack->until = engine_ack_end(ack, visit->now);
        engine_touch(visit->engine, holder->target, visit->now.mono);
        return false;
    }
    ack->at_wall_ms = moved_by(ack->at_wall_ms, visit->jump->by_ms);
    ack->until_wall_ms = moved_by(ack->until_wall_ms, visit->jump->by_ms);
    return true;
}

static void move_incidents(const struct visit *visit, struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++) {
        struct incident *incident = &holder->slots[i].incident;
        int64_t *const stamps[] = { &incident->since_wall_ms, &incident->count_wall_ms, &incident->raised_wall_ms,
                                    &incident->cleared_wall_ms, &incident->told_wall_ms,
                                    &incident->paged_wall_ms, &incident->flap_wall_ms,
                                    &incident->opened_wall_ms[0], &incident->opened_wall_ms[1] };
        bool moved = false;
        for (size_t k = 0; k < sizeof stamps / sizeof *stamps; k++)
            moved = move_stamp(visit, stamps[k]) || moved;
        if (move_ack(visit, holder, &incident->ack) || moved)
            save(visit, holder, incident);
    }
}

/* Days are counted by this host's clock only as long as Azure's is not known. */
static void move_circuits(struct engine *engine, const struct visit *visit)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++) {
        struct circuit *circuit = &engine->circuits[i];
        (void)move_stamp(visit, &circuit->verdict_wall_ms);
        if (engine->azure_known)
            continue;
        bool first = move_stamp(visit, &circuit->memory.first_wall_ms);
        bool left = move_stamp(visit, &circuit->memory.left_wall_ms);
        if ((first || left) && circuit->memory.seen)
            effects_add(visit->out, EFFECT_REMEMBER, circuit->holder.target);
    }
}

static void step(struct engine *engine, const struct visit *visit)
{
    each_holder(engine, move_incidents, visit);
    move_circuits(engine, visit);
    engine->run_wall_ms += visit->jump->by_ms;
}

/* ---- a sleep ---- */

static void count_anew(const struct visit *visit, struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++) {
        struct incident *incident = &holder->slots[i].incident;
        if (incident->state != INCIDENT_PENDING || incident->count == 0)
            continue;
        incident->count = 0;
        incident->since_mono = visit->now.mono;
        incident->count_wall_ms = visit->now.wall_ms;
        save(visit, holder, incident);
    }
}

void engine_clock_jumped(struct engine *engine, const struct clock_jump *jump, struct moment now, struct effects *out)
{
    struct visit visit = { engine, &engine->jump, engine->run_wall_ms, now, out };

    engine->jump = *jump;
    engine->jump_event = ((uint64_t)now.wall_ms ^ (uint64_t)now.mono.ms << 20) >> 2 | 1; /* the store's numbers are signed */
    if (jump->kind == CLOCK_STEPPED)
        step(engine, &visit);
    if (jump->kind == CLOCK_SLEPT) {
        each_holder(engine, count_anew, &visit);
        engine_wake(engine, now.mono);
    }
    engine_mark_local(engine);
    engine_settle(engine, now, out);
}
