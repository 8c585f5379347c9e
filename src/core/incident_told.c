/*
 * Who hears of an incident, and when again: what withholds a notice, what is owed once nothing does, reminders and
 * escalation. What happens to the incident itself is in incident.c.
 */
#include "core/incident.h"
#include "core/incident_inner.h"

#include <assert.h>
#include <stdio.h>

const char *withheld_text(uint8_t reasons, char text[WITHHELD_TEXT_MAX])
{
    static const char *const names[] = { "silenced", "maintenance", "grouped", "flapping", "waiting" };
    size_t used = 0;

    static_assert(WITHHELD_ALL == (1U << sizeof names / sizeof *names) - 1, "a name for each reason");
    text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (reasons & 1U << i)
            used += (size_t)snprintf(text + used, WITHHELD_TEXT_MAX - used, "%s%s", used > 0 ? ", " : "", names[i]);
    return text;
}

bool incident_is_open(const struct incident *incident)
{
    return incident->state == INCIDENT_RAISED || incident->state == INCIDENT_CLEARING;
}

static void note_told(struct incident *incident, struct moment now)
{
    incident->told_mono = now.mono;
    incident->told_wall_ms = now.wall_ms;
    if (incident->severity != SEVERITY_CRITICAL || incident->paged_wall_ms != 0)
        return;
    incident->paged_mono = now.mono;
    incident->paged_wall_ms = now.wall_ms;
}

/* Flapping delays neither the first notice of an episode nor that it has become worse than ever before. */
static uint8_t blocking(const struct incident *incident)
{
    bool worse = 1U << incident->severity > incident->told;

    return worse ? (uint8_t)(incident->withheld & ~WITHHELD_FLAPPING) : incident->withheld;
}

/*
 * Who hears of what has happened, or of what was kept back until now: the only place where an episode counts as told. A
 * trigger waits for the last reason to withhold it, and for whatever explains it; a clear never does.
 */
unsigned incident_conclude(struct incident *incident, unsigned todo, struct moment now)
{
    const unsigned triggers = INCIDENT_RAISE | INCIDENT_CHANGE;
    unsigned quiet = todo & triggers ? INCIDENT_QUIET : 0;

    if (todo & INCIDENT_CLEAR)
        return todo | (incident->told == 0 ? INCIDENT_QUIET : 0U);
    if (!incident_is_open(incident) && !(todo & INCIDENT_RAISE)) /* an event is raised and closed at once */
        return todo;
    if (blocking(incident) != 0 || incident->suppressed_by != RULE_NONE || (incident->told != 0 && !incident->owed))
        return todo | quiet;
    todo = (todo & ~triggers) | INCIDENT_SAVE | (incident->told == 0 ? INCIDENT_RAISE : INCIDENT_CHANGE);
    incident->told |= (uint8_t)(1U << incident->severity);
    incident->told_as = incident->severity;
    incident->owed = false;
    incident->withheld |= incident->flapping ? WITHHELD_FLAPPING : 0;
    incident->reminders = 0;
    note_told(incident, now);
    return todo;
}

unsigned incident_withhold(struct incident *incident, uint8_t of, uint8_t reasons, struct moment now)
{
    uint8_t withheld = (uint8_t)((incident->withheld & ~of) | (reasons & of));
    unsigned todo = withheld != incident->withheld ? INCIDENT_SAVE : 0;

    incident->withheld = withheld;
    return incident_conclude(incident, todo, now);
}

/* ---- acknowledged ---- */

void incident_end_ack(struct incident *incident, bool sticky)
{
    if (sticky || !incident->ack.sticky)
        incident->ack = (struct ack){ .until = MONO_NEVER };
}

unsigned incident_expire_ack(struct incident *incident, struct moment now)
{
    if (incident->ack.who[0] == '\0' || !mono_reached(incident->ack.until, now.mono))
        return 0;
    incident_end_ack(incident, true);
    return INCIDENT_SAVE;
}

unsigned incident_acknowledge(struct incident *incident, const struct ack *ack, struct moment now)
{
    assert(incident_is_open(incident) && ack->who[0] != '\0');
    incident->ack = *ack;
    incident->ack.at_wall_ms = now.wall_ms;
    incident->ack.until = ack->until_wall_ms == 0 ? MONO_NEVER : mono_after(now.mono, ack->until_wall_ms - now.wall_ms);
    /* like an end it is never withheld: a pager that was told must not go on calling people */
    return INCIDENT_SAVE | INCIDENT_ACKNOWLEDGE | (incident->told != 0 ? 0U : INCIDENT_QUIET);
}

unsigned incident_unacknowledge(struct incident *incident)
{
    if (incident->ack.who[0] == '\0')
        return 0;
    incident_end_ack(incident, true);
    return INCIDENT_SAVE;
}

/* ---- again ---- */

/* Only what is bad now and was told is worth saying again; of an info it is not. */
static bool repeats(const struct incident *incident)
{
    return incident->state == INCIDENT_RAISED && incident->told != 0 && incident->ack.who[0] == '\0' &&
           (incident->withheld & ~WITHHELD_FLAPPING) == 0 && incident->suppressed_by == RULE_NONE && incident->severity >= SEVERITY_WARNING;
}

static struct mono next_reminder(const struct incident *incident, const struct remind *remind)
{
    if (remind->count == 0)
        return MONO_NEVER;
    size_t step = incident->reminders < remind->count ? incident->reminders : remind->count - 1;
    return mono_after(incident->told_mono, remind->after_ms[step]);
}

static struct mono escalation(const struct incident *incident, const struct policy *policy)
{
    if (policy->escalate_after_ms == 0 || incident->escalated || incident->severity != SEVERITY_CRITICAL ||
        incident->paged_wall_ms == 0)
        return MONO_NEVER;
    return mono_after(incident->paged_mono, policy->escalate_after_ms);
}

struct mono incident_remind_due(const struct incident *incident, const struct policy *policy)
{
    if (!repeats(incident))
        return MONO_NEVER;
    return mono_earlier(next_reminder(incident, &policy->remind), escalation(incident, policy));
}

unsigned incident_remind(struct incident *incident, const struct policy *policy, struct moment now)
{
    if (!mono_reached(incident_remind_due(incident, policy), now.mono))
        return 0;
    incident->escalated = incident->escalated || mono_reached(escalation(incident, policy), now.mono);
    incident->reminders++;
    note_told(incident, now);
    return INCIDENT_SAVE | INCIDENT_REMIND;
}
