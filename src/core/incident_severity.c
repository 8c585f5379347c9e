/* A raised incident that seems to be worse, or less bad, than it was: when that is believed, and told. */
#include "core/incident.h"
#include "core/incident_inner.h"

struct hold incident_recover_hold(const struct policy *policy, enum rule rule)
{
    return policy->rule[rule].recover_set ? policy->rule[rule].recover : policy->recover;
}

void incident_take_text(struct incident *incident, const struct opinion *opinion)
{
    incident->owner = opinion->owner;
    incident->variant = opinion->variant;
    incident->hold = opinion->hold;
}

/*
 * A raised incident whose severity seems to be another one now: a rise must be confirmed as a new critical would be, a
 * fall as a recovery would be, so that one odd sample neither pages nor takes a page back.
 */
unsigned incident_severity(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                           struct moment now)
{
    if (opinion->severity_basis.ms == INT64_MIN) /* SEVERITY_NOT_KNOWN neither counts nor restarts a count */
        return 0;
    if (opinion->severity == incident->severity) {
        unsigned todo = incident->drift != SEVERITY_NONE ? INCIDENT_SAVE : 0;
        incident->drift = SEVERITY_NONE;
        return todo;
    }
    if (incident->drift != opinion->severity) {
        incident->drift = opinion->severity;
        incident->drift_count = 0;
        incident->drift_since = now.mono;
        incident->drift_basis = (struct mono){ INT64_MIN };
    }
    if (opinion->severity_basis.ms > incident->drift_basis.ms) {
        incident->drift_count++;
        incident->drift_basis = opinion->severity_basis;
    }
    bool rises = opinion->severity > incident->severity;
    struct hold hold = rises ? incident_hold(policy, incident->rule, opinion->severity, HOLD_CONFIRM)
                             : incident_recover_hold(policy, incident->rule);
    if (incident->drift_count < hold.count || mono_between(incident->drift_since, now.mono) < hold.age_ms)
        return 0;
    if (rises)
        incident_end_ack(incident, false);
    incident->severity = opinion->severity;
    incident->owed = incident->severity != incident->told_as;
    incident->drift = SEVERITY_NONE;
    incident_take_text(incident, opinion);
    return INCIDENT_SAVE | INCIDENT_CHANGE;
}

/*
 * A date comes nearer, which no odd sample can make up: each further stage is told, and at once. A date that went away
 * again is like any other fall; when only the stage is another one, there is nothing to tell.
 */
unsigned incident_stage(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                        struct moment now)
{
    bool same = opinion->severity == incident->severity, later = opinion->stage > incident->stage;

    if (opinion->severity < incident->severity || (same && opinion->variant == incident->variant && !later))
        return incident_severity(incident, opinion, policy, now);
    bool further = !same || opinion->variant > incident->variant || later;
    if (later)
        incident->stage = opinion->stage;
    if (!same)
        incident_end_ack(incident, false);
    incident->severity = opinion->severity;
    incident->owed = incident->owed || further;
    incident->drift = SEVERITY_NONE;
    incident_take_text(incident, opinion);
    return further ? INCIDENT_SAVE | INCIDENT_CHANGE : INCIDENT_SAVE;
}
