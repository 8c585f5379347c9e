/*
 * What must hold after every turn of every story, whatever it is about: what was told fits what was told before, what
 * was saved is what the core knows, a suppressed incident has one that explains it, one cause is one page.
 */
#include "daemon.h"

#include <string.h>

static bool open_state(uint8_t state)
{
    return state == INCIDENT_RAISED || state == INCIDENT_CLEARING;
}

/* ---- a notice and the one before it ---- */

/* What only the journal hears of is withheld, or the end of what nobody heard of. */
static void check_quiet(struct daemon *daemon, const struct effect *effect, const struct incident *was, const char *scope)
{
    const struct incident *is = &effect->incident;
    bool kept_back = is->withheld != 0 || is->suppressed_by != RULE_NONE || !is->owed;
    char who[WHO_TEXT_MAX];

    if (is->sequence != (effect->event == EVENT_RAISED ? 0 : was->sequence))
        report_fail(daemon->report, "%s: a notice that nobody gets has a number", who_write(is, scope, who));
    else if (effect->event == EVENT_CLEARED ? is->told != 0 : !kept_back)
        report_fail(daemon->report, "%s: not told, and nothing withholds it", who_write(is, scope, who));
}

void check_told(struct daemon *daemon, const struct effect *effect, const char *scope)
{
    const struct incident *is = &effect->incident;
    const struct kept_incident *kept = kept_find(&daemon->kept, is->key);
    static const struct incident none = { .state = INCIDENT_CLEARED };
    const struct incident *was = kept != NULL ? &kept->incident : &none;
    bool raised = effect->event == EVENT_RAISED;
    bool closed = effect->event == EVENT_CLEARED || effect->opinion.event != 0; /* an event is closed at once */
    const char *wrong = NULL;
    char who[WHO_TEXT_MAX];

    if (effect->quiet) {
        check_quiet(daemon, effect, was, scope);
        return;
    }
    bool late = was->told == 0 && open_state(was->state) && is->episode == was->episode; /* it was withheld until now */
    if (raised && late)
        wrong = is->sequence != 1 ? "told late, and not as the first notice" : NULL;
    else if (raised && (open_state(was->state) || is->episode != was->episode + 1 || is->sequence != 1))
        wrong = "raised again, or as an episode that does not follow the last one";
    else if (!raised && (!open_state(was->state) || is->episode != was->episode || is->sequence != was->sequence + 1))
        wrong = "told of although it was not open, or out of sequence";
    if (wrong == NULL && (closed != (is->state == INCIDENT_CLEARED) || (!closed && !open_state(is->state))))
        wrong = "told in a state that does not fit";
    else if (is->suppressed_by != RULE_NONE && effect->event != EVENT_ACKNOWLEDGED)
        wrong = "told although it is suppressed";
    else if (effect->event == EVENT_REMINDER && is->ack.who[0] != '\0')
        wrong = "reminded of, although somebody has taken it on";
    else if (effect->event != EVENT_CLEARED && effect->event != EVENT_ACKNOWLEDGED &&
             (is->withheld & ~WITHHELD_FLAPPING) != 0)
        wrong = "told although it is withheld";
    else if (effect->event == EVENT_REMINDER && (is->state != INCIDENT_RAISED || is->severity < SEVERITY_WARNING))
        wrong = "reminded of, although it is not bad now, or an info";
    else if (effect->event != EVENT_RAISED && was->told == 0)
        wrong = "told how it went on, and not that it began";
    else if (kept != NULL && strcmp(kept->scope, scope) != 0)
        wrong = "told of another scope than before";
    if (wrong != NULL)
        report_fail(daemon->report, "%s: %s (episode %u after %u, sequence %u after %u)", who_write(is, scope, who),
                    wrong, is->episode, was->episode, is->sequence, was->sequence);
}

/* ---- all of it ---- */

struct check {
    struct daemon *daemon;
    size_t open; /* incidents of the core that are not cleared */
};

static void check_kept(struct daemon *daemon, const struct incident *incident, const char *scope)
{
    const struct kept_incident *kept = kept_find(&daemon->kept, incident->key);
    char who[WHO_TEXT_MAX];

    if (kept == NULL)
        report_fail(daemon->report, "%s is %s, and was never saved", who_write(incident, scope, who),
                    incident_state_name(incident->state));
    else if (!kept_same(&kept->incident, incident))
        report_fail(daemon->report, "%s is %s, count %u, and was saved as %s, count %u, or with other texts",
                    who_write(incident, scope, who), incident_state_name(incident->state), incident->count,
                    incident_state_name(kept->incident.state), kept->incident.count);
}

static void check_explained(struct daemon *daemon, struct target target, const struct incident *incident,
                            const char *scope)
{
    const struct incident *by = engine_suppressor(daemon->engine, target, incident);
    char who[WHO_TEXT_MAX];

    if (incident->suppressed_by != RULE_NONE && (by == NULL || !open_state(by->state)))
        report_fail(daemon->report, "%s is suppressed by %u, which is not raised", who_write(incident, scope, who),
                    incident->suppressed_by);
}

struct speaker {
    uint64_t key;
    bool open;
};

static void find_speaker(void *context, struct target target, const struct incident *incident,
                         const struct opinion *opinion)
{
    struct speaker *speaker = context;

    (void)target, (void)opinion;
    speaker->open = speaker->open || (incident->key == speaker->key && open_state(incident->state));
}

/* What is open was told, or something is there that keeps it back; what is spoken for has somebody who speaks. */
static void check_heard(struct daemon *daemon, const struct incident *incident, const char *scope)
{
    struct speaker speaker = { .key = incident->cause };
    char who[WHO_TEXT_MAX];

    if (!open_state(incident->state))
        return;
    if (incident->told == 0 && incident->suppressed_by == RULE_NONE && (incident->withheld & ~WITHHELD_FLAPPING) == 0)
        report_fail(daemon->report, "%s is open, and nobody has heard of it", who_write(incident, scope, who));
    if ((incident->withheld & WITHHELD_GROUPED) == 0)
        return;
    engine_each_incident(daemon->engine, false, find_speaker, &speaker);
    if (!speaker.open)
        report_fail(daemon->report, "%s is grouped, and nothing speaks for it", who_write(incident, scope, who));
}

static void check_incident(void *context, struct target target, const struct incident *incident,
                           const struct opinion *opinion)
{
    struct check *check = context;
    const char *scope = engine_scope_name(check->daemon->engine, target);

    (void)opinion;
    check->open++;
    check_kept(check->daemon, incident, scope);
    check_explained(check->daemon, target, incident, scope);
    check_heard(check->daemon, incident, scope);
}

static void check_forgotten(struct daemon *daemon, size_t open)
{
    size_t kept = 0;

    for (size_t i = 0; i < daemon->kept.count; i++)
        kept += daemon->kept.incident[i].incident.state != INCIDENT_CLEARED;
    if (kept != open)
        report_fail(daemon->report, "%zu incidents are saved as open, the core has %zu", kept, open);
}

/* ---- one cause, one page ---- */

struct pages {
    struct opinions opinions; /* of this moment */
    unsigned circuit, peering[PEERINGS][FAMILIES];
};

/* What is open from before and not known now explains nothing, and is no second page for what is bad now. */
static bool bad_now(const struct pages *pages, const struct incident *incident)
{
    const struct opinion *opinion = opinions_find(&pages->opinions, incident->rule, incident->subject);
    return opinion != NULL && opinion->standing == STANDING_BAD;
}

static void count_page(void *context, struct target target, const struct incident *incident,
                       const struct opinion *opinion)
{
    struct pages *pages = context;
    struct subject subject = incident->subject;

    (void)target, (void)opinion;
    if (incident->state != INCIDENT_RAISED || incident->severity != SEVERITY_CRITICAL ||
        incident->suppressed_by != RULE_NONE || !bad_now(pages, incident))
        return;
    if (subject.peering == PEERING_NONE && incident->rule < RULE_NO_PEERINGS)
        pages->circuit++; /* 11 with a provider rule; what the monitoring says of itself is another matter */
    for (size_t family = 0; family < FAMILIES && subject.peering != PEERING_NONE; family++)
        pages->peering[subject.peering][family] += subject.family == family || subject.family == FAMILIES;
}

static bool severities_are_set(const struct policy *policy)
{
    for (size_t rule = 0; rule < RULE_NUMBERS; rule++)
        if (policy->rule[rule].severity != SEVERITY_NONE)
            return true;
    return false;
}

static void check_pages(struct daemon *daemon, size_t index)
{
    const char *name = daemon->plan.circuit[daemon->watching->place[index]].name;
    struct pages pages = { .circuit = 0 };
    struct facts facts;

    engine_facts(daemon->engine, index, daemon_now(daemon), &facts);
    judge_circuit(&facts, &pages.opinions);
    engine_incidents_of(daemon->engine, (struct target){ SCOPE_CIRCUIT, index }, count_page, &pages);
    if (pages.circuit > 2)
        report_fail(daemon->report, "%s: %u criticals of the circuit itself at once", name, pages.circuit);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum family family = 0; family < FAMILIES; family++)
            if (pages.peering[kind][family] > 1)
                report_fail(daemon->report, "%s: %u criticals of %s %s at once", name, pages.peering[kind][family],
                            peering_name(kind), family_name(family));
}

static void check_verdict(struct daemon *daemon, size_t index)
{
    size_t place = daemon->watching->place[index];
    struct engine_view view;

    engine_view(daemon->engine, index, daemon_now(daemon), &view);
    if (view.verdict != daemon->verdict[place])
        report_fail(daemon->report, "the verdict of %s is %s, but %s was told", daemon->plan.circuit[place].name,
                    verdict_name(view.verdict), verdict_name(daemon->verdict[place]));
}

void check_state(struct daemon *daemon)
{
    struct check check = { .daemon = daemon };
    bool paged_once = !severities_are_set(&daemon->plan.policy);

    engine_each_incident(daemon->engine, false, check_incident, &check);
    check_forgotten(daemon, check.open);
    for (size_t index = 0; index < daemon->watching->watch.circuit_count; index++) {
        check_verdict(daemon, index);
        if (paged_once)
            check_pages(daemon, index);
    }
}
