/*
 * A storm is a handful of pages: a first notice waits for alerts.group.wait, and when so many of one rule with one cause
 * were raised by then, one incident (56) speaks for all of them and for those that follow.
 *
 * What waits and what is spoken for is looked up when it matters, and at most once a second: counters that are kept up to
 * date in every corner would be wrong in one of them.
 */
#include "core/engine_inner.h"

#include "core/array.h"
#include "core/crowd.h"

#include <assert.h>
#include <stdlib.h>

#define LOOK_MS 1000
#define SPEAKS_MS (INT64_C(3600) * 1000) /* so long it speaks for however few are left */
#define BY_GROUP (WITHHELD_GROUPED | WITHHELD_WAITING)

/* Does anybody want groups? */
static bool groups(const struct policy *policy)
{
    return policy->group_least > 0 && !policy->rule[RULE_COMMON_CAUSE].disabled;
}

static bool may_group(const struct engine *engine, const struct holder *holder)
{
    const struct policy *policy = engine->watch.policy;

    return groups(policy) && holder->target.scope == SCOPE_CIRCUIT &&
           holder->target.index < engine->watch.circuit_count && engine->watch.circuit_count >= policy->group_least;
}

/* The keys of its causes, narrowest first; 0: it has none of that kind. */
static void find_causes(struct engine *engine, const struct circuit *circuit, uint8_t rule, struct sample *room,
                        uint64_t key[CAUSE_KINDS])
{
    const struct sample *sample = circuit_sample(engine, circuit, room);
    char name[CAUSE_NAME_MAX];

    for (enum cause_kind kind = 0; kind < CAUSE_KINDS; kind++)
        key[kind] = cause_name(engine, circuit, sample, (enum rule)rule, kind, name)
                        ? cause_key(name, (enum rule)rule)
                        : 0;
}

/* The open cause that already speaks for others like this one; 0: none. */
static uint64_t open_cause(struct engine *engine, const struct circuit *circuit, uint8_t rule)
{
    uint64_t key[CAUSE_KINDS];
    struct sample *room = engine->cause_count > 0 ? array_take(1, sizeof *room) : NULL;

    if (room == NULL)
        return 0;
    find_causes(engine, circuit, rule, room, key);
    free(room);
    for (enum cause_kind kind = 0; kind < CAUSE_KINDS; kind++)
        if (key[kind] != 0 && cause_find_speaking(engine, key[kind]) != NULL)
            return key[kind];
    return 0;
}

void group_look(struct engine *engine, struct mono at)
{
    engine->group_due = mono_earlier(engine->group_due, at);
}

void group_before(struct engine *engine, const struct holder *holder, struct slot *slot)
{
    struct incident *incident = &slot->incident;

    incident->withheld &= (uint8_t)~BY_GROUP;
    incident->cause = 0;
    if (!may_group(engine, holder))
        return;
    incident->cause = open_cause(engine, &engine->circuits[holder->target.index], incident->rule);
    incident->withheld |= incident->cause != 0 ? WITHHELD_GROUPED : WITHHELD_WAITING;
}

void group_after(struct engine *engine, struct slot *slot, bool fresh, struct moment now)
{
    struct incident *incident = &slot->incident;

    if ((incident->withheld & BY_GROUP) == 0)
        return;
    if (incident->state == INCIDENT_PENDING) {
        incident->withheld &= (uint8_t)~BY_GROUP; /* it may never be raised */
        incident->cause = 0;
        return;
    }
    bool waits = fresh && (incident->withheld & WITHHELD_WAITING) != 0;
    if (waits)
        slot->waits = mono_after(now.mono, engine->watch.policy->group_wait_ms);
    group_look(engine, waits ? slot->waits : mono_after(now.mono, LOOK_MS));
}

/* ---- forming groups ---- */

static struct slot *slot_of(struct engine *engine, const struct waiting *waiting)
{
    return &engine->circuits[waiting->circuit].holder.slots[waiting->slot];
}

/* People who want to hear nothing now would hear of a group: those wait until that is over, and a while more. */
static bool counts(const struct incident *incident)
{
    return (incident->withheld & WITHHELD_WAITING) && incident_is_open(incident) &&
           (incident->withheld & WITHHELD_BY_OTHERS) == 0 && incident->suppressed_by == RULE_NONE;
}

static void add_waiting(struct engine *engine, struct crowd *crowd, size_t circuit, uint32_t slot, struct sample *room)
{
    struct waiting *waiting = crowd_add(crowd);

    *waiting = (struct waiting){ .circuit = circuit, .slot = slot,
                                 .rule = engine->circuits[circuit].holder.slots[slot].incident.rule };
    find_causes(engine, &engine->circuits[circuit], waiting->rule, room, waiting->key);
}

/* Everything that waits; what began to count only now begins to wait now. */
static void gather(struct engine *engine, struct crowd *crowd, struct moment now)
{
    struct sample *room = array_take(1, sizeof *room);

    for (size_t i = 0; i < engine->watch.circuit_count; i++) {
        struct holder *holder = &engine->circuits[i].holder;
        for (uint32_t k = 0; k < holder->count; k++) {
            struct slot *slot = &holder->slots[k];
            if (!counts(&slot->incident)) {
                slot->waits = MONO_NEVER;
                continue;
            }
            if (slot->waits.ms == MONO_NEVER.ms)
                slot->waits = mono_after(now.mono, engine->watch.policy->group_wait_ms);
            add_waiting(engine, crowd, i, k, room);
        }
    }
    free(room);
}

static struct cause *cause_for(struct engine *engine, const struct waiting *waiting, enum cause_kind kind)
{
    const struct circuit *circuit = &engine->circuits[waiting->circuit];
    struct sample *room = array_take(1, sizeof *room);
    struct cause *cause = cause_of(engine, waiting->key[kind], circuit, circuit_sample(engine, circuit, room),
                                   (enum rule)waiting->rule, kind);

    free(room);
    return cause;
}

static void join(struct engine *engine, const struct waiting *waiting, struct moment now, struct effects *out)
{
    struct slot *slot = slot_of(engine, waiting);

    slot->incident.cause = waiting->cause->key;
    unsigned todo = incident_withhold(&slot->incident, BY_GROUP, WITHHELD_GROUPED, now);
    engine_carry_out(&engine->circuits[waiting->circuit].holder, slot, todo | INCIDENT_RAISE | INCIDENT_QUIET, out);
}

/* Those that share it, counted; its story names them. */
static struct cause *count_shared(struct engine *engine, const struct crowd *crowd, const struct shared *shared)
{
    struct cause *cause = NULL;

    for (size_t i = 0; i < crowd->count; i++) {
        if (!crowd_shares(&crowd->item[i], shared))
            continue;
        if (cause == NULL) {
            cause = cause_for(engine, &crowd->item[i], (enum cause_kind)shared->kind);
            cause_count_begin(cause);
        }
        cause_count_child(cause, &slot_of(engine, &crowd->item[i])->incident);
        slot_of(engine, &crowd->item[i])->incident.cause = cause->key;
    }
    assert(cause != NULL); /* the shared one counted them */
    return cause;
}

/* People do not want to hear of this cause: who was not told by it must not vanish behind it. */
static void leave_alone(struct engine *engine, struct crowd *crowd, const struct shared *shared)
{
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd_shares(&crowd->item[i], shared)) {
            slot_of(engine, &crowd->item[i])->incident.cause = 0;
            crowd->item[i].key[shared->kind] = 0;
        }
}

/* It speaks for all of them from now on: raised first, so that none of them is let go before. */
static void form(struct engine *engine, struct crowd *crowd, const struct shared *shared, struct moment now,
                 struct effects *out)
{
    if (cause_find_open(engine, shared->key) != NULL) { /* and they have not joined it: it is muted */
        leave_alone(engine, crowd, shared);
        return;
    }
    struct cause *cause = count_shared(engine, crowd, shared);
    if (cause_is_muted(engine, cause, now)) {
        leave_alone(engine, crowd, shared);
        cause_count_begin(cause);
        return;
    }
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd_shares(&crowd->item[i], shared))
            crowd->item[i].cause = cause;
    cause->formed = now.mono;
    cause_judge(engine, cause, now, out);
    group_look(engine, mono_after(now.mono, LOOK_MS));
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd->item[i].cause == cause)
            join(engine, &crowd->item[i], now, out);
}

/* Those that could not be counted when their group was formed, because people did not want to hear of them. */
static void join_open(struct engine *engine, struct crowd *crowd, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct waiting *waiting = &crowd->item[i];
        for (enum cause_kind kind = 0; kind < CAUSE_KINDS && waiting->cause == NULL; kind++)
            waiting->cause = waiting->key[kind] != 0 ? cause_find_speaking(engine, waiting->key[kind]) : NULL;
        if (waiting->cause != NULL)
            join(engine, waiting, now, out);
    }
}

static bool any_is_due(struct engine *engine, const struct crowd *crowd, struct mono now)
{
    for (size_t i = 0; i < crowd->count; i++)
        if (mono_reached(slot_of(engine, &crowd->item[i])->waits, now))
            return true;
    return false;
}

static void form_groups(struct engine *engine, struct crowd *crowd, struct moment now, struct effects *out)
{
    crowd_sort(crowd);
    for (struct shared shared = crowd_choose(crowd); shared.count >= engine->watch.policy->group_least;
         shared = crowd_choose(crowd))
        form(engine, crowd, &shared, now, out);
}

/* What has waited long enough and was not joined by others speaks for itself. */
static void let_speak(struct engine *engine, const struct crowd *crowd, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct slot *slot = slot_of(engine, &crowd->item[i]);
        if (crowd->item[i].cause != NULL)
            continue;
        if (mono_reached(slot->waits, now.mono))
            engine_carry_out(&engine->circuits[crowd->item[i].circuit].holder, slot,
                             incident_withhold(&slot->incident, BY_GROUP, 0, now), out);
        else
            group_look(engine, slot->waits);
    }
}

static void take_waiting(struct engine *engine, struct moment now, struct effects *out)
{
    struct crowd crowd = { 0 };

    gather(engine, &crowd, now);
    join_open(engine, &crowd, now, out);
    if (any_is_due(engine, &crowd, now.mono) && groups(engine->watch.policy))
        form_groups(engine, &crowd, now, out);
    let_speak(engine, &crowd, now, out);
    crowd_fini(&crowd);
}

/* ---- groups that there are ---- */

typedef void each_child(struct engine *engine, struct cause *cause, struct holder *holder, struct slot *slot,
                        struct moment now, struct effects *out);

static void for_children(struct engine *engine, each_child *each, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < engine->circuit_count; i++) {
        struct holder *holder = &engine->circuits[i].holder;
        for (uint32_t k = 0; k < holder->count; k++) {
            struct slot *slot = &holder->slots[k];
            if ((slot->incident.withheld & WITHHELD_GROUPED) == 0 || !incident_is_open(&slot->incident))
                continue;
            each(engine, cause_find_open(engine, slot->incident.cause), holder, slot, now, out);
        }
    }
}

static void count_child(struct engine *engine, struct cause *cause, struct holder *holder, struct slot *slot,
                        struct moment now, struct effects *out)
{
    (void)engine, (void)holder, (void)now, (void)out;
    if (cause != NULL)
        cause_count_child(cause, &slot->incident);
}

/* Its cause is over, or speaks for too few by now. */
static void release_child(struct engine *engine, struct cause *cause, struct holder *holder, struct slot *slot,
                          struct moment now, struct effects *out)
{
    (void)engine;
    if (cause != NULL && !cause->lets_go)
        return;
    slot->incident.cause = 0;
    engine_carry_out(holder, slot, incident_withhold(&slot->incident, BY_GROUP, 0, now), out);
}

/* After an hour those that fewer than `least` others share it with speak for themselves; at once without groups. */
static void judge_age(struct engine *engine, struct cause *cause, struct moment now)
{
    const struct policy *policy = engine->watch.policy;
    struct mono until = mono_after(cause->formed, SPEAKS_MS);
    bool few = cause->children > 0 && cause->children - 1 < policy->group_least && mono_reached(until, now.mono);

    cause->lets_go = cause->children > 0 && (few || !groups(policy));
    if (cause->children > 0 && !mono_reached(until, now.mono))
        group_look(engine, until);
}

static void look_at_causes(struct engine *engine, struct moment now, struct effects *out)
{
    for (size_t i = 0; i < engine->cause_count; i++)
        cause_count_begin(engine->causes[i]);
    for_children(engine, count_child, now, out);
    for (size_t i = 0; i < engine->cause_count; i++)
        judge_age(engine, engine->causes[i], now);
    for_children(engine, release_child, now, out);
    for (size_t i = 0; i < engine->cause_count; i++) {
        struct cause *cause = engine->causes[i];
        if (cause->lets_go)
            cause_count_begin(cause);
        cause_judge(engine, cause, now, out);
        group_look(engine, engine_due_of_incidents(&cause->holder, engine->watch.policy, now.mono, MONO_NEVER));
    }
}

void group_turn(struct engine *engine, struct moment now, struct effects *out)
{
    if (!mono_reached(engine->group_due, now.mono))
        return;
    engine->group_due = MONO_NEVER;
    look_at_causes(engine, now, out);
    take_waiting(engine, now, out);
}
