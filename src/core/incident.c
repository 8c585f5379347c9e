/*
 * The life of one incident. Two tables say what a standing does in each state: the next state, and whether the sample
 * counts; incident_feed() is the only function that assigns `state`. erwatchd(8), "ALERTS", shows the same tables.
 *
 * Counting: a sample counts once (its basis is newer than the last one counted), both a number of samples and an age must
 * be reached, and after a gap longer than poll.stale a pending count begins anew.
 */
#include "core/incident.h"

#include "core/incident_inner.h"

#include <assert.h>
#include <string.h>

enum what {
    WHAT_BAD,
    WHAT_GOOD,
    WHAT_UNKNOWN,
    WHAT_SUPPRESSED,
    WHAT_GONE, /* the rule no longer applies to the subject */
    WHAT_HELD, /* the hold of the present state is over */
    WHATS,
};

enum step_todo { COUNT = 1, START = 2, NOTE = 4, TELL_RAISED = 8, TELL_CLEARED = 16, DROP = 32 };

struct step {
    uint8_t next; /* enum incident_state */
    uint8_t todo; /* enum step_todo */
};

static const struct step steps[INCIDENT_STATES][WHATS] = {
    [INCIDENT_CLEARED] = { [WHAT_BAD] = { INCIDENT_PENDING, START },
                           [WHAT_GOOD] = { INCIDENT_CLEARED, 0 },
                           [WHAT_UNKNOWN] = { INCIDENT_CLEARED, 0 },
                           [WHAT_SUPPRESSED] = { INCIDENT_CLEARED, 0 },
                           [WHAT_GONE] = { INCIDENT_CLEARED, 0 },
                           [WHAT_HELD] = { INCIDENT_CLEARED, 0 } },
    [INCIDENT_PENDING] = { [WHAT_BAD] = { INCIDENT_PENDING, COUNT },
                           [WHAT_GOOD] = { INCIDENT_CLEARED, DROP },
                           [WHAT_UNKNOWN] = { INCIDENT_PENDING, 0 },
                           [WHAT_SUPPRESSED] = { INCIDENT_CLEARED, DROP },
                           [WHAT_GONE] = { INCIDENT_CLEARED, DROP },
                           [WHAT_HELD] = { INCIDENT_RAISED, TELL_RAISED } },
    [INCIDENT_RAISED] = { [WHAT_BAD] = { INCIDENT_RAISED, 0 },
                          [WHAT_GOOD] = { INCIDENT_CLEARING, START },
                          [WHAT_UNKNOWN] = { INCIDENT_RAISED, 0 },
                          [WHAT_SUPPRESSED] = { INCIDENT_RAISED, NOTE },
                          [WHAT_GONE] = { INCIDENT_CLEARED, TELL_CLEARED },
                          [WHAT_HELD] = { INCIDENT_RAISED, 0 } },
    [INCIDENT_CLEARING] = { [WHAT_BAD] = { INCIDENT_RAISED, 0 },
                            [WHAT_GOOD] = { INCIDENT_CLEARING, COUNT },
                            [WHAT_UNKNOWN] = { INCIDENT_CLEARING, 0 },
                            [WHAT_SUPPRESSED] = { INCIDENT_RAISED, NOTE },
                            [WHAT_GONE] = { INCIDENT_CLEARED, TELL_CLEARED },
                            [WHAT_HELD] = { INCIDENT_CLEARED, TELL_CLEARED } },
};

const char *incident_state_name(enum incident_state state)
{
    static const char *const names[] = { "unset", "cleared", "pending", "raised", "clearing" };
    static_assert(sizeof names / sizeof *names == INCIDENT_STATES, "a name for each state");
    return names[state];
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    while (len-- > 0)
        hash = (hash ^ *at++) * 0x100000001b3U; /* FNV-1a, 64 bits */
    return hash;
}

uint64_t incident_key(enum rule rule, struct subject subject, const char *scope)
{
    const uint8_t parts[] = { (uint8_t)rule, subject.peering, subject.path, subject.family, subject.feature };
    uint64_t hash = hash_bytes(0xcbf29ce484222325U, parts, sizeof parts);

    hash = hash_bytes(hash, scope, strlen(scope));
    for (uint64_t item = subject.item; item != 0; item >>= 8) { /* byte by byte: the same on every host */
        uint8_t byte = (uint8_t)item;
        hash = hash_bytes(hash, &byte, 1);
    }
    return hash;
}

void incident_init(struct incident *incident, uint64_t key, const struct opinion *opinion)
{
    *incident = (struct incident){ .key = key,
                                   .state = INCIDENT_CLEARED,
                                   .rule = opinion->rule,
                                   .subject = opinion->subject,
                                   .since_mono = MONO_NEVER,
                                   .told_mono = MONO_NEVER,
                                   .paged_mono = MONO_NEVER,
                                   .flap_basis = { INT64_MIN },
                                   .ack.until = MONO_NEVER,
                                   .basis = { INT64_MIN },
                                   .drift_basis = { INT64_MIN } };
}

struct hold incident_hold(const struct policy *policy, enum rule rule, enum severity severity, enum hold_kind kind)
{
    assert(severity < SEVERITIES && rule < RULE_NUMBERS);
    if (policy->rule[rule].confirm_set)
        return policy->rule[rule].confirm;
    if (kind == HOLD_NOW)
        return (struct hold){ 1, 0 };
    if (kind == HOLD_LONG)
        return policy->confirm_long;
    struct hold hold = policy->confirm[severity];
    if (rule == RULE_CIRCUIT_MISSING && hold.count < 3)
        hold.count = 3; /* three polls agree before a circuit counts as gone */
    return hold;
}

/* The hold that the present count must reach. */
static struct hold present_hold(const struct incident *incident, const struct policy *policy)
{
    if (incident->state == INCIDENT_CLEARING)
        return incident_recover_hold(policy, incident->rule);
    return incident_hold(policy, incident->rule, incident->severity, incident->hold);
}

static bool counting(const struct incident *incident)
{
    return incident->state == INCIDENT_PENDING || incident->state == INCIDENT_CLEARING;
}

static bool hold_over(const struct incident *incident, const struct policy *policy, struct mono now)
{
    struct hold hold = present_hold(incident, policy);

    if (incident->flapping && counting(incident)) /* it is raised whatever the hold, and not cleared until it is steady */
        return incident->state == INCIDENT_PENDING;
    return counting(incident) && incident->count >= hold.count &&
           mono_between(incident->since_mono, now) >= hold.age_ms;
}

static void start_count(struct incident *incident, struct mono basis, struct moment now)
{
    incident->count = 1;
    incident->since_mono = now.mono;
    incident->count_wall_ms = now.wall_ms;
    incident->basis = basis;
    if (incident->state == INCIDENT_PENDING)
        incident->since_wall_ms = now.wall_ms;
}

/* One more sample of the same kind, if it is one. A long gap proves nothing about the time between. */
static bool count_sample(struct incident *incident, struct mono basis, const struct policy *policy, struct moment now)
{
    if (basis.ms <= incident->basis.ms)
        return false;
    bool anew = incident->count == 0 || (incident->basis.ms != INT64_MIN &&
                                         mono_between(incident->basis, basis) > policy->stale_ms);
    if (incident->state == INCIDENT_PENDING && anew) {
        start_count(incident, basis, now);
        return true;
    }
    incident->count++;
    incident->basis = basis;
    return true;
}

static enum what what_of(const struct opinion *opinion)
{
    static const uint8_t whats[] = { [STANDING_GOOD] = WHAT_GOOD,
                                     [STANDING_BAD] = WHAT_BAD,
                                     [STANDING_UNKNOWN] = WHAT_UNKNOWN,
                                     [STANDING_SUPPRESSED] = WHAT_SUPPRESSED };
    return opinion == NULL ? WHAT_GONE : whats[opinion->standing];
}

static bool says_the_same(const struct incident *incident, const struct opinion *opinion)
{
    return incident->severity == opinion->severity && incident->owner == opinion->owner &&
           incident->variant == opinion->variant && incident->hold == opinion->hold;
}

static unsigned note_suppression(struct incident *incident, const struct opinion *opinion)
{
    uint8_t by = opinion != NULL && opinion->standing == STANDING_SUPPRESSED ? opinion->by : RULE_NONE;

    if (by == incident->suppressed_by &&
        (by == RULE_NONE || (subject_equal(incident->suppressed_subject, opinion->by_subject) &&
                             incident->suppressed_scope == opinion->by_scope)))
        return 0;
    incident->suppressed_by = by;
    if (by != RULE_NONE) {
        incident->suppressed_subject = opinion->by_subject;
        incident->suppressed_scope = opinion->by_scope;
    }
    return INCIDENT_SAVE;
}

/* What begins with an episode. */
static void begin_episode(struct incident *incident, struct moment now)
{
    incident->episode++;
    incident->sequence = 0;
    incident->told = 0;
    incident->told_as = SEVERITY_NONE;
    incident_end_ack(incident, false);
    incident->owed = incident->escalated = false;
    incident->reminders = 0;
    incident->paged_wall_ms = 0;
    incident->raised_wall_ms = now.wall_ms;
    incident->cleared_wall_ms = 0;
    incident->drift = SEVERITY_NONE;
}

/* What a step asks for beside the new state. */
static unsigned do_step(struct incident *incident, unsigned todo, const struct opinion *opinion,
                        const struct policy *policy, struct moment now)
{
    unsigned out = 0;

    if (todo & START) {
        start_count(incident, opinion->basis, now);
        if (incident->state == INCIDENT_PENDING) /* what was seen of an earlier episode says nothing about this one */
            incident->withheld &= WITHHELD_BY_OTHERS | WITHHELD_GROUPED | WITHHELD_WAITING;
        out |= INCIDENT_SAVE;
    }
    if (todo & COUNT)
        out |= count_sample(incident, opinion->basis, policy, now) ? INCIDENT_SAVE : 0;
    if (todo & NOTE)
        out |= note_suppression(incident, opinion);
    if (todo & TELL_RAISED) {
        begin_episode(incident, now);
        incident_note_opening(incident, policy, now);
        incident->stage = opinion->stage;
        out |= INCIDENT_SAVE | INCIDENT_RAISE;
    }
    if (todo & TELL_CLEARED) {
        incident->cleared_wall_ms = now.wall_ms;
        incident->suppressed_by = RULE_NONE;
        out |= INCIDENT_SAVE | INCIDENT_CLEAR;
    }
    if (todo & DROP)
        out |= INCIDENT_FORGET;
    return out;
}

static unsigned take_step(struct incident *incident, enum what what, const struct opinion *opinion,
                          const struct policy *policy, struct moment now)
{
    const struct step *step = &steps[incident->state][what];
    bool moved = step->next != incident->state;

    assert(step->next != INCIDENT_UNSET);
    incident->state = step->next;
    return do_step(incident, step->todo, opinion, policy, now) | (moved ? INCIDENT_SAVE : 0U);
}

/*
 * An event is told once, without a hold: nothing could be counted of what does not last. What explains it, or is not
 * known, only puts it off; it stays closed, and there is nothing to clear.
 */
static unsigned feed_event(struct incident *incident, const struct opinion *opinion, struct moment now)
{
    if (opinion->standing != STANDING_BAD || opinion->event == incident->event)
        return 0;
    incident->state = INCIDENT_CLEARED;
    incident->event = opinion->event;
    incident->severity = opinion->severity;
    incident_take_text(incident, opinion);
    begin_episode(incident, now);
    incident->since_wall_ms = incident->count_wall_ms = incident->cleared_wall_ms = now.wall_ms;
    incident->since_mono = now.mono;
    incident->basis = opinion->basis;
    return INCIDENT_SAVE | INCIDENT_RAISE;
}

/* One that was never raised is forgotten, but not before the samples that came and went are too old to count. */
static unsigned keep_samples(const struct incident *incident, unsigned todo)
{
    if (incident->state != INCIDENT_CLEARED || incident->episode != 0 || todo == 0)
        return todo;
    return incident_flap_watches(incident) ? (todo & ~(unsigned)INCIDENT_FORGET) | INCIDENT_SAVE : todo | INCIDENT_FORGET;
}

unsigned incident_feed(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                       struct moment now)
{
    enum what what = what_of(opinion);
    unsigned todo = incident_expire_ack(incident, now);

    assert(incident->state != INCIDENT_UNSET);
    if (opinion != NULL && opinion->event != 0)
        return incident_conclude(incident, todo | feed_event(incident, opinion, now), now);
    if (what == WHAT_BAD && (incident->state == INCIDENT_CLEARED || incident->state == INCIDENT_PENDING)) {
        todo |= says_the_same(incident, opinion) ? 0 : INCIDENT_SAVE;
        incident->severity = opinion->severity;
        incident_take_text(incident, opinion);
    }
    if (what != WHAT_SUPPRESSED)
        todo |= note_suppression(incident, opinion);
    if (what == WHAT_BAD || what == WHAT_GOOD)
        todo |= incident_flap(incident, what == WHAT_BAD, opinion->basis, policy, now);
    if (what == WHAT_GONE)
        incident_flap_forget(incident);
    todo |= take_step(incident, what, opinion, policy, now);
    if (what == WHAT_BAD && incident->state == INCIDENT_RAISED)
        todo |= opinion->staged || (opinion->rises_at_once && opinion->severity > incident->severity)
                    ? incident_stage(incident, opinion, policy, now)
                    : incident_severity(incident, opinion, policy, now);
    if ((what == WHAT_BAD || what == WHAT_GOOD) && hold_over(incident, policy, now.mono))
        todo |= take_step(incident, WHAT_HELD, opinion, policy, now);
    todo = keep_samples(incident, incident_conclude(incident, todo, now));
    return todo | (what == WHAT_BAD ? incident_remind(incident, policy, now) : 0U);
}

static struct mono hold_due(const struct incident *incident, const struct policy *policy)
{
    if (incident->state == INCIDENT_RAISED && incident->drift != SEVERITY_NONE) {
        struct hold hold = incident->drift > incident->severity
                               ? incident_hold(policy, incident->rule, incident->drift, HOLD_CONFIRM)
                               : incident_recover_hold(policy, incident->rule);
        return incident->drift_count >= hold.count ? mono_after(incident->drift_since, hold.age_ms) : MONO_NEVER;
    }
    if (!counting(incident))
        return MONO_NEVER;
    struct hold hold = present_hold(incident, policy);
    return incident->count >= hold.count ? mono_after(incident->since_mono, hold.age_ms) : MONO_NEVER;
}

struct mono incident_due(const struct incident *incident, const struct policy *policy)
{
    struct mono due = mono_earlier(hold_due(incident, policy), incident_flap_due(incident));

    if (incident->ack.who[0] != '\0')
        due = mono_earlier(due, incident->ack.until);
    return mono_earlier(due, incident_remind_due(incident, policy));
}
