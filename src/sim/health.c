/*
 * Azure Resource Health and Service Health: how a circuit is, and the events of a subscription, such as maintenance
 * that is announced. Story times become wall clock times here; an event is not there before it is announced.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/metrics_question.h"
#include "sim/put.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/thing.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define TYPE_MAINTENANCE "PlannedMaintenance"

static void put_stamp(json_t *into, const char *name, int64_t wall_ms)
{
    char stamp[STAMP_TEXT];

    put_text(into, name, stamp_format(wall_ms, stamp));
}

/* ---- a circuit ---- */

/* Azure's description spells it both ways, and so do its answers. */
static void put_occurred(json_t *p, const json_t *health, int64_t wall_ms)
{
    const char *spelling = state_text(health, "spelling", "occurred");

    if (strcmp(spelling, "occured") != 0)
        put_stamp(p, "occurredTime", wall_ms);
    if (strcmp(spelling, "occurred") != 0)
        put_stamp(p, "occuredTime", wall_ms);
}

void health_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out)
{
    const json_t *health = json_object_get(circuit->state, "health");
    const char *word = state_text(health, "state", "Available"), *location;
    char *id = text_format("%s/providers/Microsoft.ResourceHealth/availabilityStatuses/current", circuit->id);
    json_t *p = json_object(), *json = json_object();

    location = state_text(circuit->state, "location", "uksouth");
    put_text(p, "availabilityState", word);
    put_state(p, "title", health, "title", word);
    put_state(p, "summary", health, "summary",
              strcmp(word, "Available") == 0 ? "There aren't any known Azure platform problems affecting this circuit"
                                             : "Azure has found a problem with this circuit");
    put_state(p, "reasonType", health, "reason", strcmp(word, "Available") == 0 ? "" : "Unplanned");
    put_state(p, "reasonChronicity", health, "chronicity", "Persistent");
    put_occurred(p, health, circuit->health_wall_ms);
    put_stamp(p, "reportedTime", ask->now.wall_ms);
    put_text(json, "id", id);
    put_text(json, "name", "current");
    put_text(json, "type", "Microsoft.ResourceHealth/AvailabilityStatuses");
    put_text(json, "location", location);
    json_object_set_new(json, "properties", p);
    answer_json(out, 200, json, false);
    free(id);
}

/* ---- events ---- */

static bool concerns(const struct thing *event, const struct circuit *circuit)
{
    const char *pattern = state_text(event->state, "circuits", NULL);

    return pattern != NULL && name_matches(pattern, circuit->name) && !circuit_deleted(circuit);
}

/* A subscription sees its own events, and those that concern a circuit of it. */
static bool seen_by(const struct ask *ask, const struct thing *event)
{
    const struct scenario *s = ask->world->scenario;
    bool seen = strcasecmp(event->subscription, ask->target->subscription) == 0;

    for (size_t i = 0; i < s->circuit_count && !seen; i++)
        seen = strcasecmp(s->circuits[i]->subscription, ask->target->subscription) == 0 &&
               concerns(event, s->circuits[i]);
    return seen;
}

static bool announced(const struct ask *ask, const struct thing *event)
{
    return !thing_deleted(event) &&
           state_number(event->state, "announced", 0, NULL) <= story_now(ask->world, ask->now.mono);
}

static int64_t changed_wall_ms(const struct ask *ask, const struct thing *event)
{
    int64_t last = event->past[event->past_count - 1].wall_ms;

    return last != INT64_MIN ? last : story_wall(ask->world, state_number(event->state, "announced", 0, NULL));
}

static json_t *impact_json(const struct ask *ask, const struct thing *event, const char *status)
{
    const json_t *regions = json_object_get(event->state, "regions");
    json_t *list = json_array(), *region, *uk = json_pack("[s]", "UK South");
    char stamp[STAMP_TEXT];
    size_t index;

    json_array_foreach (regions != NULL ? (json_t *)regions : uk, index, region)
        json_array_append_new(list, json_pack("{s:O, s:s, s:[s], s:[], s:s}", "impactedRegion", region, "status",
                                              status, "impactedSubscriptions", event->subscription, "impactedTenants",
                                              "lastUpdateTime", stamp_format(changed_wall_ms(ask, event), stamp)));
    json_decref(uk);
    return json_pack("[{s:s, s:o}]", "impactedService", state_text(event->state, "service", "ExpressRoute"),
                     "impactedRegions", list);
}

/* Microsoft names the path in prose only. */
static char *summary_of(const struct thing *event, bool maintenance)
{
    const char *given = state_text(event->state, "summary", NULL), *path = state_text(event->state, "path", NULL);

    if (given != NULL)
        return xstrdup(given);
    if (!maintenance)
        return xstrdup("An outage alert is being investigated. More information will be provided as it is known.");
    return text_format("Microsoft will perform planned maintenance on its edge routers. During the window the %s of "
                       "your ExpressRoute circuits will be unavailable.",
                       path == NULL                        ? "connections"
                       : strcmp(path, "primary") == 0 ? "primary connection"
                                                           : "secondary connection");
}

static json_t *event_properties(const struct ask *ask, const struct thing *event)
{
    const json_t *state = event->state;
    const char *type = state_text(state, "type", TYPE_MAINTENANCE), *status = state_text(state, "status", "Active");
    bool maintenance = type != NULL && strcmp(type, TYPE_MAINTENANCE) == 0, endless;
    json_t *p = json_object();
    char *summary = summary_of(event, maintenance);
    int64_t until = state_number(state, "until", 0, &endless);

    put_text(p, "eventType", type);
    put_text(p, "eventSource", "ServiceHealth");
    put_text(p, "status", status);
    put_state(p, "title", state, "title", maintenance ? "Planned maintenance for ExpressRoute circuits"
                                                      : "ACTIVE: ExpressRoute");
    put_text(p, "summary", summary);
    put_text(p, "header", "Your service might have been impacted by an Azure service issue");
    put_state(p, "level", state, "level", "Warning");
    put_text(p, "eventLevel", "Informational");
    put_stamp(p, "impactStartTime", story_wall(ask->world, state_number(state, "from", 0, NULL)));
    if (!endless && until != 0)
        put_stamp(p, "impactMitigationTime", story_wall(ask->world, until));
    json_object_set_new(p, "impact", impact_json(ask, event, status != NULL ? status : "Active"));
    json_object_set_new(p, "isHIR", json_false());
    json_object_set_new(p, "priority", json_integer(2));
    put_stamp(p, "lastUpdateTime", changed_wall_ms(ask, event));
    put_extra(p, json_object_get(state, "extra"));
    free(summary);
    return p;
}

static json_t *event_json(const struct ask *ask, const struct thing *event)
{
    char *id = text_format("/providers/Microsoft.ResourceHealth/events/%s", event->name);
    json_t *json = json_pack("{s:s, s:s, s:s, s:o}", "id", id, "name", event->name, "type",
                             "/providers/Microsoft.ResourceHealth/events", "properties", event_properties(ask, event));

    free(id);
    return json;
}

/* "eventType eq 'PlannedMaintenance'" in some spelling; other conditions are not known and let everything through. */
static bool filter_takes(const struct ask *ask, const struct thing *event)
{
    const char *filter = server_query(ask->call, "$filter");
    const char *at = filter != NULL ? strcasestr(filter, "eventType eq '") : NULL;
    const char *type = state_text(event->state, "type", TYPE_MAINTENANCE);

    if (at == NULL || type == NULL)
        return true;
    at += strlen("eventType eq '");
    return strncasecmp(at, type, strlen(type)) == 0 && at[strlen(type)] == '\'';
}

/* The midnight that "7/24/2026" begins with, or the moment of "2026-07-24T00:00:00Z"; INT64_MIN: neither, or nothing. */
static int64_t since_wall_ms(const char *text)
{
    struct tm day = { 0 };
    const char *end;
    char rest;

    if (text == NULL)
        return INT64_MIN;
    /* NOLINTNEXTLINE(cert-err34-c): few digits each, which always fit */
    if (sscanf(text, "%2d/%2d/%4d%c", &day.tm_mon, &day.tm_mday, &day.tm_year, &rest) == 3) {
        day.tm_mon -= 1;
        day.tm_year -= 1900;
        return (int64_t)timegm(&day) * 1000;
    }
    int64_t at = stamp_parse(text, &end);
    return at >= 0 && *end == '\0' ? at : INT64_MIN;
}

/* `queryStartTime` is compared with the last update of an event. */
static bool is_recent(const struct ask *ask, const struct thing *event)
{
    return changed_wall_ms(ask, event) >= since_wall_ms(server_query(ask->call, "queryStartTime"));
}

void events_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out)
{
    const struct things *all = &ask->world->scenario->things[THING_EVENT];
    json_t *list = json_array();

    for (size_t i = 0; i < all->count; i++)
        if (announced(ask, all->at[i]) && filter_takes(ask, all->at[i]) && is_recent(ask, all->at[i]) &&
            (circuit != NULL ? concerns(all->at[i], circuit) : seen_by(ask, all->at[i])))
            json_array_append_new(list, event_json(ask, all->at[i]));
    arm_page(ask, list, out);
}

/* ---- what an event concerns ---- */

static json_t *impacted_json(const struct ask *ask, const struct thing *event, const struct circuit *circuit)
{
    char name[GUID_TEXT];
    char *id;

    guid_derived(event->name, circuit->id, name);
    id = text_format("/subscriptions/%s/providers/Microsoft.ResourceHealth/events/%s/impactedResources/%s",
                     ask->target->subscription, event->name, name);
    json_t *p = json_object(), *json = json_object();
    put_text(p, "targetResourceType", "Microsoft.Network/expressRouteCircuits");
    put_text(p, "targetResourceId", circuit->id);
    put_state(p, "targetRegion", circuit->state, "location", "uksouth");
    put_text(p, "resourceName", circuit->name);
    put_text(p, "resourceGroup", circuit->group);
    put_text(json, "id", id);
    put_text(json, "name", name);
    put_text(json, "type", "/subscriptions/providers/Microsoft.ResourceHealth/events/impactedResources");
    json_object_set_new(json, "properties", p);
    free(id);
    return json;
}

static const struct thing *event_find(const struct ask *ask)
{
    const struct things *all = &ask->world->scenario->things[THING_EVENT];

    for (size_t i = 0; i < all->count; i++)
        if (strcasecmp(all->at[i]->name, ask->target->name) == 0 && announced(ask, all->at[i]) &&
            seen_by(ask, all->at[i]))
            return all->at[i];
    return NULL;
}

void impacted_answer(const struct ask *ask, struct answer *out)
{
    const struct scenario *s = ask->world->scenario;
    const struct thing *event = event_find(ask);
    json_t *list = json_array();

    for (size_t i = 0; event != NULL && i < s->circuit_count; i++)
        if (concerns(event, s->circuits[i]) &&
            strcasecmp(s->circuits[i]->subscription, ask->target->subscription) == 0)
            json_array_append_new(list, impacted_json(ask, event, s->circuits[i]));
    if (event != NULL) {
        arm_page(ask, list, out);
        return;
    }
    json_decref(list);
    answer_error(out, 404, ENVELOPE_ARM, "EventNotFound", "The event '%s' was not found.", ask->target->name);
}
