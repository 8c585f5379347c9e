/*
 * Opinions to incidents, incidents to effects: each opinion is fed to the incident of its rule and subject, and what
 * follows from it is added to the effects.
 */
#include "core/engine_inner.h"

#include <stdlib.h>
#include <string.h>

struct effect *effects_add(struct effects *effects, enum effect_kind kind, struct target target)
{
    if (effects->count == effects->room) {
        effects->room = effects->room > 0 ? effects->room * 2 : 16;
        effects->item = realloc(effects->item, effects->room * sizeof *effects->item);
        if (effects->item == NULL)
            abort();
    }
    struct effect *effect = &effects->item[effects->count++];
    memset(effect, 0, sizeof *effect);
    effect->kind = (uint8_t)kind;
    effect->target = target;
    return effect;
}

struct holder *engine_holder(struct engine *engine, struct target target)
{
    switch (target.scope) {
    case SCOPE_CIRCUIT:
        return &engine->circuits[target.index].holder;
    case SCOPE_CREDENTIAL:
        return &engine->credentials[target.index].holder;
    case SCOPE_SUBSCRIPTION:
        return &engine->groups[target.index].holder;
    case SCOPE_FORMER:
        return &engine->former[target.index];
    case SCOPE_PORT:
        return &engine->ports[target.index]->holder;
    case SCOPE_CAUSE:
        return &engine->causes[target.index]->holder;
    default:
        return &engine->local;
    }
}

/* ---- opinions to incidents ---- */

struct slot *holder_find(const struct holder *holder, uint8_t rule, struct subject subject)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.rule == rule && subject_equal(holder->slots[i].incident.subject, subject))
            return &holder->slots[i];
    return NULL;
}

struct slot *holder_add(struct holder *holder)
{
    if (holder->count == holder->room) {
        holder->room = holder->room > 0 ? holder->room * 2 : 4;
        holder->slots = realloc(holder->slots, holder->room * sizeof *holder->slots);
        if (holder->slots == NULL)
            abort();
    }
    return &holder->slots[holder->count++];
}

static struct slot *add_slot(struct engine *engine, struct holder *holder, const struct opinion *opinion)
{
    struct slot *slot = holder_add(holder);

    *slot = (struct slot){ .opinion = *opinion, .waits = MONO_NEVER };
    uint64_t key = incident_key(opinion->rule, opinion->subject, engine_holder_name(engine, holder));
    incident_init(&slot->incident, key, opinion);
    slot->incident.episode = past_episode(engine, key);
    engine_item_name(engine, holder, opinion, slot->incident.item);
    return slot;
}

bool engine_is_open(const struct holder *holder, enum rule rule)
{
    const struct slot *slot = holder_find(holder, (uint8_t)rule, SUBJECT_CIRCUIT);
    return slot != NULL && incident_is_open(&slot->incident);
}

/* The holder of the incident that explains this opinion. */
static struct holder *explaining(struct engine *engine, const struct holder *holder, const struct opinion *opinion)
{
    const struct circuit *circuit =
        holder->target.scope == SCOPE_CIRCUIT ? &engine->circuits[holder->target.index] : NULL;

    if (opinion->by_scope == holder->target.scope || circuit == NULL)
        return engine_holder(engine, (struct target){ opinion->by_scope, holder->target.index });
    return opinion->by_scope == SCOPE_CREDENTIAL ? &engine->credentials[circuit->settings->credential].holder
                                                 : &engine->groups[circuit->group].holder;
}

struct slot *engine_explaining(struct engine *engine, const struct holder *holder, const struct opinion *opinion)
{
    return holder_find(explaining(engine, holder, opinion), opinion->by, opinion->by_subject);
}

/* Something is only explained by what has been raised: until then it is not known, and what is open stays as it is. */
static bool is_explained(struct engine *engine, const struct holder *holder, const struct opinion *opinion)
{
    struct slot *parent = engine_explaining(engine, holder, opinion);
    return parent != NULL && incident_is_open(&parent->incident);
}

static void tell(struct effects *out, const struct holder *holder, const struct slot *slot, enum rule_event event,
                 unsigned todo)
{
    struct effect *effect = effects_add(out, EFFECT_TELL, holder->target);

    effect->event = (uint8_t)event;
    effect->quiet = todo & INCIDENT_QUIET;
    effect->steady = todo & INCIDENT_STEADY;
    effect->incident = slot->incident;
    effect->opinion = slot->opinion;
}

void engine_carry_out(struct holder *holder, struct slot *slot, unsigned todo, struct effects *out)
{
    static const struct {
        unsigned todo;
        enum rule_event event;
    } events[] = { { INCIDENT_RAISE, EVENT_RAISED }, { INCIDENT_CHANGE, EVENT_CHANGED }, { INCIDENT_CLEAR, EVENT_CLEARED },
                 { INCIDENT_REMIND, EVENT_REMINDER },
                 { INCIDENT_ACKNOWLEDGE, EVENT_ACKNOWLEDGED } };

    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (todo & events[i].todo) {
            bool quiet = todo & INCIDENT_QUIET;
            if (quiet && events[i].event == EVENT_RAISED && slot->incident.withheld == WITHHELD_WAITING)
                continue; /* in a few seconds it is told, by itself or by another one */
            slot->incident.sequence += !quiet; /* receivers count what they get */
            tell(out, holder, slot, events[i].event, todo);
        }
    if (todo & INCIDENT_FORGET && slot->incident.episode == 0)
        effects_add(out, EFFECT_FORGET, holder->target)->incident = slot->incident;
    else if (todo & (INCIDENT_SAVE | INCIDENT_FORGET))
        effects_add(out, EFFECT_SAVE, holder->target)->incident = slot->incident;
}

/* What is not known now goes on to be explained by what explains it, as long as that is open. */
static bool stays_explained(struct engine *engine, const struct holder *holder, const struct incident *incident,
                            struct opinion *opinion)
{
    opinion->standing = STANDING_SUPPRESSED;
    opinion->by = incident->suppressed_by;
    opinion->by_scope = incident->suppressed_scope;
    opinion->by_subject = incident->suppressed_subject;
    return incident->suppressed_by != RULE_NONE && is_explained(engine, holder, opinion);
}

static void feed(struct engine *engine, struct holder *holder, struct slot *slot, const struct opinion *opinion,
                 struct moment now, struct effects *out)
{
    struct opinion other;

    if (opinion != NULL && (opinion->standing == STANDING_UNKNOWN ||
                            (opinion->standing == STANDING_SUPPRESSED && !is_explained(engine, holder, opinion)))) {
        other = *opinion;
        if (!stays_explained(engine, holder, &slot->incident, &other))
            other.standing = STANDING_UNKNOWN;
        opinion = &other;
    }
    bool bad = opinion != NULL && opinion->standing == STANDING_BAD;
    if (bad)
        slot->opinion = *opinion;
    bool fresh = bad && opinion->event == 0 && !incident_is_open(&slot->incident);
    unsigned todo = bad || slot->incident.state != INCIDENT_CLEARED
                        ? engine_note_mute(engine, holder, &slot->incident, bad ? opinion : NULL, now)
                        : 0;
    if (fresh)
        group_before(engine, holder, slot);
    todo |= incident_feed(&slot->incident, opinion, engine->watch.policy, now);
    group_after(engine, slot, fresh, now);
    engine_carry_out(holder, slot, todo, out);
    if (bad)
        engine_settle_mute(engine, holder, slot, now, out);
}

/* Nothing is left of it: it was only pending, never raised before, and has not come and gone lately. */
static bool gone(const struct slot *slot)
{
    return slot->incident.state == INCIDENT_CLEARED && slot->incident.episode == 0 &&
           !incident_flap_watches(&slot->incident);
}

static void drop_gone(struct holder *holder)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < holder->count; i++)
        if (!gone(&holder->slots[i]))
            holder->slots[kept++] = holder->slots[i];
    holder->count = kept;
}

/*
 * Nothing has been seen of the circuit since the start, or not which connections it has: what an earlier run saw of it is
 * not over for that.
 */
static bool is_unseen(const struct engine *engine, const struct holder *holder, const struct incident *incident)
{
    const struct circuit *circuit =
        holder->target.scope == SCOPE_CIRCUIT ? &engine->circuits[holder->target.index] : NULL;

    if (circuit == NULL || circuit_unusual(circuit)->own != NULL || engine->watch.policy->rule[incident->rule].disabled)
        return false;
    return circuit->sample.bytes == NULL || (incident->rule == RULE_CONNECTION_DOWN && !circuit->connections_listed);
}

static bool is_known(const struct opinion *opinion)
{
    return opinion->standing == STANDING_GOOD || opinion->standing == STANDING_BAD;
}

static void feed_opinions(struct engine *engine, struct holder *holder, const struct opinions *opinions, bool known,
                          struct moment now, struct effects *out)
{
    for (size_t i = 0; i < opinions->count; i++) {
        const struct opinion *opinion = &opinions->item[i];
        if (is_known(opinion) != known)
            continue;
        struct slot *slot = holder_find(holder, opinion->rule, opinion->subject);
        if (slot == NULL && opinion->standing == STANDING_BAD)
            slot = add_slot(engine, holder, opinion);
        if (slot != NULL)
            feed(engine, holder, slot, opinion, now, out);
    }
}

/* What nobody has an opinion on. */
static void feed_rest(struct engine *engine, struct holder *holder, const struct opinions *opinions, struct moment now,
                      struct effects *out)
{
    for (size_t i = 0; i < holder->count; i++) {
        const struct incident *incident = &holder->slots[i].incident;
        struct opinion unknown = { .rule = incident->rule, .subject = incident->subject, .standing = STANDING_UNKNOWN };
        bool matters = incident->state != INCIDENT_CLEARED || incident_flap_watches(incident);
        if (matters && opinions_find(opinions, incident->rule, incident->subject) == NULL)
            feed(engine, holder, &holder->slots[i], is_unseen(engine, holder, incident) ? &unknown : NULL, now, out);
    }
}

/* Does every sample matter to it? */
static bool is_unsettled(const struct incident *incident)
{
    return incident->state == INCIDENT_PENDING || incident->state == INCIDENT_CLEARING ||
           (incident->state == INCIDENT_RAISED && incident->drift != SEVERITY_NONE) || incident_flap_watches(incident);
}

/* What many share can be raised and not known to last: the first of them that answers may end it. */
static bool is_in_doubt(const struct holder *holder, const struct incident *incident, const struct opinions *opinions)
{
    if (holder->target.scope == SCOPE_CIRCUIT || incident->state != INCIDENT_RAISED)
        return false;
    const struct opinion *opinion = opinions_find(opinions, incident->rule, incident->subject);
    return opinion == NULL || opinion->standing != STANDING_BAD;
}

static void note_unsettled(struct holder *holder, const struct opinions *opinions)
{
    holder->unsettled = false;
    for (size_t i = 0; i < holder->count; i++) {
        const struct incident *incident = &holder->slots[i].incident;
        holder->unsettled = holder->unsettled || is_unsettled(incident) || is_in_doubt(holder, incident, opinions);
    }
}

/* First what is known and what is over, then what that explains: a parent opens before its children are let go. */
void engine_feed_all(struct engine *engine, struct holder *holder, const struct opinions *opinions, struct moment now,
                     struct effects *out)
{
    feed_opinions(engine, holder, opinions, true, now, out);
    feed_rest(engine, holder, opinions, now, out);
    feed_opinions(engine, holder, opinions, false, now, out);
    drop_gone(holder);
    note_unsettled(holder, opinions);
}

size_t engine_raised_of(const struct holder *holder, struct raised *raised, size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < holder->count && count < most; i++) {
        const struct incident *incident = &holder->slots[i].incident;
        if (incident_is_open(incident) && incident->suppressed_by == RULE_NONE)
            raised[count++] = (struct raised){ incident->rule, incident->severity, incident->variant, incident->subject };
    }
    return count;
}
