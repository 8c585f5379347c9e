/*
 * Flapping: a finding that comes and goes all the time is told once for all, stays open until it is steady, and is then
 * told as it is. Samples are counted, as Nagios does it, and not what was raised of them: a hold that is never reached must
 * not hide a line that is up and down all day. Beside that, whatever is raised for the third time within half an hour is
 * flapping, for where samples are many and holds are short.
 */
#include "core/incident.h"
#include "core/incident_inner.h"

#define OPENINGS_WITHIN_MS (30 * 60 * 1000) /* the third opening within this … */
/*
 * Nothing has changed for so long: steady, however few the samples were. What is true is to be known a quarter of an hour
 * after the last change; the poll that sees it and tries that fail take of that, so that the wait cannot be all of it.
 */
#define STEADY_MS (10 * 60 * 1000)

static unsigned changes_in(const struct incident *incident)
{
    unsigned changes = 0;

    for (unsigned i = 1; i < incident->flap_count; i++)
        changes += (incident->flap_bits >> i & 1U) != (incident->flap_bits >> (i - 1) & 1U);
    return changes;
}

/* Samples that are not there yet count as unchanged: little is known of them. */
static unsigned share(const struct incident *incident, const struct flap *flap)
{
    return changes_in(incident) * 100 / (flap->window - 1);
}

/* One more sample, if it is one. */
static bool take_sample(struct incident *incident, const struct flap *flap, bool bad, struct mono basis, struct moment now)
{
    if (basis.ms <= incident->flap_basis.ms)
        return false;
    uint32_t was = incident->flap_bits, mask = flap->window == 32 ? UINT32_MAX : (1U << flap->window) - 1;
    uint8_t count = incident->flap_count;

    if (count == 0 || (was & 1U) != bad) {
        incident->flap_since = now.mono;
        incident->flap_wall_ms = now.wall_ms;
    }
    incident->flap_basis = basis;
    incident->flap_bits = (was << 1 | bad) & mask;
    incident->flap_count = (uint8_t)(count < flap->window ? count + 1U : flap->window);
    return was != incident->flap_bits || count != incident->flap_count;
}

/* Of the last two openings, was the first within half an hour? */
static bool opens_often(const struct incident *incident, struct mono now)
{
    return incident->opened_wall_ms[1] != 0 && mono_between(incident->opened[1], now) < OPENINGS_WITHIN_MS;
}

static void settle(struct incident *incident)
{
    incident->flap_bits &= 1U; /* what came before is over, and is not held against it again */
    incident->flap_count = 1;
    incident->opened_wall_ms[0] = incident->opened_wall_ms[1] = 0;
}

static bool is_steady(const struct incident *incident, const struct flap *flap, struct mono now)
{
    bool calm = mono_between(incident->flap_since, now) >= STEADY_MS;

    return calm || (share(incident, flap) < flap->low && !opens_often(incident, now));
}

/* It changed one way or the other; the notice of it is owed like any other, and nothing withholds it on that account. */
static unsigned turn(struct incident *incident, bool flapping, bool bad)
{
    incident->flapping = flapping;
    incident->withheld &= (uint8_t)~WITHHELD_FLAPPING;
    if (!incident_is_open(incident) || incident->told == 0 || (!flapping && !bad))
        return INCIDENT_SAVE; /* raising or clearing it will say so */
    incident->owed = true;
    return INCIDENT_SAVE | INCIDENT_CHANGE | (flapping ? 0U : INCIDENT_STEADY);
}

unsigned incident_flap(struct incident *incident, bool bad, struct mono basis, const struct policy *policy,
                       struct moment now)
{
    const struct flap *flap = &policy->flap;

    if (flap->window < FLAP_WINDOW_LEAST) { /* switched off, perhaps while it was flapping */
        unsigned todo = incident->flapping ? turn(incident, false, bad) : 0;
        incident->flap_count = 0;
        return todo;
    }
    unsigned todo = take_sample(incident, flap, bad, basis, now) ? INCIDENT_SAVE : 0;
    if (incident->flapping && is_steady(incident, flap, now.mono)) {
        if (mono_between(incident->flap_since, now.mono) >= STEADY_MS)
            settle(incident);
        return todo | turn(incident, false, bad);
    }
    if (!incident->flapping && share(incident, flap) >= flap->high &&
        mono_between(incident->flap_since, now.mono) < STEADY_MS)
        todo |= turn(incident, true, bad);
    return todo;
}

void incident_note_opening(struct incident *incident, const struct policy *policy, struct moment now)
{
    incident->flapping = incident->flapping || (policy->flap.window >= FLAP_WINDOW_LEAST && opens_often(incident, now.mono));
    incident->opened[1] = incident->opened[0];
    incident->opened_wall_ms[1] = incident->opened_wall_ms[0];
    incident->opened[0] = now.mono;
    incident->opened_wall_ms[0] = now.wall_ms;
}

bool incident_flap_watches(const struct incident *incident)
{
    return incident->flapping || changes_in(incident) > 0;
}

void incident_flap_forget(struct incident *incident)
{
    incident->flapping = false;
    incident->flap_count = 0;
    incident->flap_bits = 0;
}

struct mono incident_flap_due(const struct incident *incident)
{
    return incident->flapping ? mono_after(incident->flap_since, STEADY_MS) : MONO_NEVER;
}
