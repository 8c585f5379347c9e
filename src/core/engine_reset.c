/*
 * What sessions did between two looks (rule 43): uptimes that began anew, and dips of the metric between two good points.
 * Nothing is kept of a circuit whose sessions just stay up.
 */
#include "core/engine_inner.h"

#include "core/array.h"
#include "core/uptime.h"

#include <stdlib.h>
#include <string.h>

#define METRIC_GOOD 90
#define SAME_MS (5 * 60 * 1000) /* metric and summary tell of one reset this far apart */

static struct path_past *past_of(struct circuit *circuit, enum peering_kind kind, enum path path)
{
    struct unusual *unusual = circuit_change_unusual(circuit);

    if (unusual->past == NULL)
        unusual->past = array_take(1, sizeof *unusual->past);
    return &unusual->past->at[kind][path];
}

/* ---- what has been told already ---- */

static bool is_same_moment(const struct reset *reset, struct mono at)
{
    for (size_t i = 0; i < reset->count; i++)
        if (llabs(mono_between(reset->at[i], at)) <= SAME_MS)
            return true;
    return false;
}

/* Noticed before, by the other witness or of a family that was not known. */
static bool is_known(const struct path_past *past, uint8_t family, struct mono at)
{
    for (enum family other = 0; other <= FAMILIES; other++)
        if ((family == FAMILIES || other == FAMILIES || other == family) && is_same_moment(&past->reset[other], at))
            return true;
    return false;
}

/* Rules that say why a session is not there, or that it is not. */
static bool takes_sessions(uint8_t rule)
{
    return (rule >= RULE_CIRCUIT_MISSING && rule <= RULE_DEPROVISIONED) ||
           (rule >= RULE_NO_PEERINGS && rule <= RULE_PEERING_DISABLED) ||
           (rule >= RULE_SESSIONS_DOWN && rule <= RULE_NO_ROUTES) || rule == RULE_EDGE_MAINTENANCE;
}

static bool tells_of_session(const struct incident *incident, struct subject session)
{
    struct subject is = incident->subject;

    return takes_sessions(incident->rule) && (is.peering == PEERING_NONE || is.peering == session.peering) &&
           (is.path == PATH_NONE || is.path == session.path) &&
           (is.family == FAMILIES || session.family == FAMILIES || is.family == session.family);
}

/* A loss that was raised, and is open or ended after that moment, has told of it. */
static bool was_told_as_loss(const struct circuit *circuit, struct subject session, int64_t wall_ms)
{
    for (size_t i = 0; i < circuit->holder.count; i++) {
        const struct incident *incident = &circuit->holder.slots[i].incident;
        bool open = incident->state == INCIDENT_RAISED || incident->state == INCIDENT_CLEARING;
        bool ended = incident->state == INCIDENT_CLEARED && incident->episode > 0;
        if (tells_of_session(incident, session) &&
            (open || (ended && incident->cleared_wall_ms + SAME_MS >= wall_ms)))
            return true;
    }
    return false;
}

/* @return where to write what is known of it; NULL: there is nothing new */
static struct reset *add_reset(struct circuit *circuit, struct subject session, struct mono at, struct moment now)
{
    struct path_past *past = past_of(circuit, session.peering, session.path);
    struct reset *reset = &past->reset[session.family];

    if (is_known(past, session.family, at) ||
        was_told_as_loss(circuit, session, now.wall_ms - mono_between(at, now.mono)))
        return NULL;
    memmove(&reset->at[1], &reset->at[0], (RESETS_COUNTED - 1) * sizeof reset->at[0]);
    reset->at[0] = at;
    reset->count = reset->count < RESETS_COUNTED ? (uint8_t)(reset->count + 1) : RESETS_COUNTED;
    reset->noticed = now.mono;
    reset->noticed_wall_ms = now.wall_ms != 0 ? now.wall_ms : 1; /* a clock of 1970 may well say 0 */
    return reset;
}

/* ---- the metric ---- */

void engine_note_metric(struct circuit *circuit, enum peering_kind kind, enum path path, const struct metric_value *was,
                        const struct metric_value *is)
{
    bool fell = is->percent < METRIC_GOOD;
    const struct past *all = circuit_unusual(circuit)->past;
    bool known = all != NULL && all->at[kind][path].dipped;

    if (was->seen.ms == MONO_NEVER.ms || was->seen.ms == is->seen.ms || (!fell && !known))
        return;
    struct path_past *past = past_of(circuit, kind, path);
    if (fell && !past->dipped && was->percent >= METRIC_GOOD) {
        past->dipped = true;
        past->percent = is->percent;
        past->dip = is->seen;
        past->stamp_wall_ms = is->stamp_wall_ms;
    } else if (fell && past->dipped) {
        past->percent = is->percent < past->percent ? is->percent : past->percent;
    } else if (!fell) {
        past->dipped = false;
        past->ended = is->stamp_wall_ms != past->stamp_wall_ms; /* else Azure has corrected its newest minute */
    }
}

/* The uptime of a summary that was asked for after the dip knows better: it tells of the reset itself, or there was none. */
static bool summary_knows(const struct facts *facts, enum peering_kind kind, enum path path, struct mono dip)
{
    struct uptime uptime;

    for (enum family family = 0; family < FAMILIES; family++) {
        const struct route_value *route = &facts->witness->at[kind][path].route[family];
        if (route->seen.ms != MONO_NEVER.ms && route->seen.ms > dip.ms && route->state == ROUTE_ESTABLISHED &&
            uptime_read(route->uptime, &uptime))
            return true;
    }
    return false;
}

/* The metric knows no family: it is that one when only one is in use. */
static uint8_t family_of(const struct facts *facts, enum peering_kind kind)
{
    bool ipv4 = judge_family(facts, kind, FAMILY_IPV4), ipv6 = judge_family(facts, kind, FAMILY_IPV6);

    return ipv4 == ipv6 ? FAMILIES : ipv4 ? FAMILY_IPV4 : FAMILY_IPV6;
}

static void end_dip(struct circuit *circuit, const struct facts *facts, enum peering_kind kind, enum path path)
{
    struct path_past *past = past_of(circuit, kind, path);
    struct subject session = { (uint8_t)kind, (uint8_t)path, family_of(facts, kind), FEATURE_NONE, 0 };

    past->ended = false;
    if (mono_between(past->dip, facts->witness->at[kind][path].bgp.seen) > facts->policy->stale_ms)
        return; /* long enough to have been told, had another rule not explained it, or not seen long enough */
    if (summary_knows(facts, kind, path, past->dip))
        return;
    struct reset *reset = add_reset(circuit, session, past->dip, facts->now);
    if (reset == NULL)
        return;
    reset->by_uptime = false;
    reset->percent = past->percent;
}

void engine_note_dips(struct engine *engine, struct circuit *circuit, struct moment now)
{
    const struct past *past = circuit_unusual(circuit)->past;
    struct facts facts;
    bool filled = false;

    for (enum peering_kind kind = 0; kind < PEERINGS && past != NULL; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            if (!past->at[kind][path].ended)
                continue;
            if (!filled)
                engine_fill_facts(engine, circuit, now, &facts);
            filled = true;
            end_dip(circuit, &facts, kind, path);
        }
}

/* ---- the route summary ---- */

void engine_note_route(struct circuit *circuit, struct subject session, const struct route_value *was,
                       const struct route_value *is, struct moment now)
{
    const struct past *all = circuit_unusual(circuit)->past;
    const struct path_past *past = all != NULL ? &all->at[session.peering][session.path] : NULL;
    struct mono began;

    if (was->seen.ms != MONO_NEVER.ms && was->state == ROUTE_ESTABLISHED && is->state != ROUTE_ESTABLISHED)
        past_of(circuit, session.peering, session.path)->up[session.family] = *was;
    if (is->state != ROUTE_ESTABLISHED || was->seen.ms == MONO_NEVER.ms)
        return;
    const struct route_value *up = was->state == ROUTE_ESTABLISHED ? was
                                   : past != NULL                  ? &past->up[session.family]
                                                                   : NULL;
    if (up == NULL || !uptime_began_anew(up, is, &began))
        return;
    struct reset *reset = add_reset(circuit, session, began, now);
    if (reset == NULL)
        return;
    reset->by_uptime = true;
    memcpy(reset->was, up->uptime, sizeof reset->was);
    memcpy(reset->is, is->uptime, sizeof reset->is);
}
