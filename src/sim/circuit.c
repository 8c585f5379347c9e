/*
 * A circuit's state and what follows from it. The scenario's keys are kept as they were given; sessions are worked out
 * anew after each change and remember since when they are as they are, metrics remember their last changes, so that the
 * past looks the same whenever it is asked for. How Azure writes all that is render.c's business.
 */
#include "sim/circuit.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/schema.h"

#include <stdio.h>
#include <strings.h>

#define UP_PREFIXES 4                         /* what `up` receives */
#define BEFORE_MS (-(int64_t)37 * 3600 * 1000) /* sessions that are up at the begin came up 37 hours before */

struct circuit *circuit_new(const char *subscription, const char *name, size_t index, json_t *state)
{
    struct circuit *circuit = xcalloc(1, sizeof *circuit);
    const char *group = state_text(state, "group", "net");

    circuit->subscription = xstrdup(subscription);
    circuit->group = xstrdup(group != NULL ? group : "net");
    circuit->name = xstrdup(name);
    circuit->id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteCircuits/%s",
                              subscription, circuit->group, name);
    circuit->index = index;
    circuit->state = json_incref(state);
    return circuit;
}

void circuit_free(struct circuit *circuit)
{
    if (circuit == NULL)
        return;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++)
            free(circuit->marks[kind][path].at);
    free(circuit->subscription);
    free(circuit->group);
    free(circuit->name);
    free(circuit->id);
    free(circuit->text);
    json_decref(circuit->state);
    free(circuit);
}

const char *state_text(const json_t *state, const char *key, const char *standard)
{
    const json_t *value = json_object_get(state, key);

    return value == NULL ? standard : json_string_value(value);
}

int64_t state_number(const json_t *state, const char *key, int64_t standard, bool *absent)
{
    const json_t *value = json_object_get(state, key);

    if (absent != NULL)
        *absent = json_is_null(value);
    return json_is_integer(value) ? json_integer_value(value) : standard;
}

bool circuit_deleted(const struct circuit *circuit)
{
    return json_is_true(json_object_get(circuit->state, "deleted"));
}

bool circuit_provisioned(const struct circuit *circuit)
{
    const char *word = state_text(circuit->state, "provider_state", "Provisioned");

    return state_text(circuit->state, "direct", NULL) != NULL || (word != NULL && strcasecmp(word, "Provisioned") == 0);
}

const json_t *circuit_peering(const struct circuit *circuit, enum peering_kind kind)
{
    const json_t *peering = json_object_get(json_object_get(circuit->state, "peerings"), peering_name(kind));

    return json_is_object(peering) ? peering : NULL;
}

const json_t *peering_family(const json_t *peering, enum family family)
{
    const json_t *value = json_object_get(peering, family == FAMILY_IPV4 ? "ipv4" : "ipv6");

    return json_is_object(value) ? value : NULL;
}

/* A peering has an IPv4 side, with all its defaults, unless that is taken away with null. */
static void complete_peerings(struct circuit *circuit)
{
    const char *name;
    json_t *peering;

    json_object_foreach (json_object_get(circuit->state, "peerings"), name, peering)
        if (json_is_object(peering) && json_object_get(peering, "ipv4") == NULL)
            json_object_set_new(peering, "ipv4", json_object());
}

const char *peering_subnet(const struct circuit *circuit, enum peering_kind kind, enum family family, enum path path,
                           char out[NET_TEXT_MAX])
{
    const json_t *peering = circuit_peering(circuit, kind);
    const json_t *side = peering_family(peering, family);
    const json_t *given = json_object_get(json_object_get(side, "subnets"), path_name(path));

    out[0] = '\0';
    if (json_is_string(given))
        snprintf(out, NET_TEXT_MAX, "%s", json_string_value(given));
    else if (given == NULL && side != NULL && family == FAMILY_IPV4)
        snprintf(out, NET_TEXT_MAX, "172.%u.%u.%u/30", 16 + (unsigned)(circuit->index >> 8) % 16,
                 (unsigned)circuit->index & 255, (unsigned)kind * 8 + (unsigned)path * 4);
    else if (given == NULL && side != NULL)
        snprintf(out, NET_TEXT_MAX, "fd00:%x::%x/126", (unsigned)circuit->index & 0xFFFF,
                 (unsigned)kind * 8 + (unsigned)path * 4);
    return out;
}

/* ---- sessions ---- */

/* What the scenario wants of a session, were the circuit in order. */
static void session_wanted(const json_t *value, struct session *out)
{
    const char *word = json_string_value(value);

    out->listed = word == NULL || strcmp(word, "none") != 0;
    out->up = word == NULL || strcmp(word, "up") == 0 || strcmp(word, "reset") == 0;
    out->prefixes = json_is_integer(value) ? (unsigned)json_integer_value(value) : UP_PREFIXES;
    snprintf(out->word, sizeof out->word, "%s",
             word == NULL || !out->listed || out->up || strcmp(word, "down") == 0 ? "Idle" : word);
}

static bool family_works(const struct circuit *circuit, const json_t *peering, enum family family)
{
    const json_t *side = peering_family(peering, family);
    const char *line = state_text(circuit->state, "circuit_state", "Enabled");
    const char *word = state_text(side, "state", "Enabled");

    return circuit_provisioned(circuit) && !circuit_deleted(circuit) && side != NULL && line != NULL &&
           strcasecmp(line, "Enabled") == 0 && word != NULL && strcasecmp(word, "Enabled") == 0;
}

static void refresh_session(struct circuit *circuit, enum peering_kind kind, enum family family, enum path path,
                            int64_t story_ms)
{
    struct session *session = &circuit->sessions[kind][family][path];
    const json_t *peering = circuit_peering(circuit, kind);
    const json_t *sessions = json_object_get(peering_family(peering, family), "sessions");
    const json_t *value = json_object_get(sessions, path_name(path));
    struct session wanted = *session;
    bool first = circuit->changes == 0;

    session_wanted(value, &wanted);
    if (!family_works(circuit, peering, family))
        wanted.listed = wanted.up = false;
    bool reset = json_is_string(value) && strcmp(json_string_value(value), "reset") == 0;
    if (first)
        wanted.since_ms = BEFORE_MS;
    else if (wanted.up != session->up || (reset && wanted.up))
        wanted.since_ms = story_ms;
    wanted.ever = session->ever || wanted.up;
    *session = wanted;
}

/* A reset happens once; afterwards the session is simply up. */
static void settle_resets(struct circuit *circuit)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum family family = 0; family < FAMILIES; family++)
            for (enum path path = 0; path < PATHS; path++) {
                const json_t *peering = circuit_peering(circuit, kind);
                json_t *sessions = json_object_get(peering_family(peering, family), "sessions");
                const char *word = json_string_value(json_object_get(sessions, path_name(path)));
                if (word != NULL && strcmp(word, "reset") == 0)
                    json_object_set_new(sessions, path_name(path), json_string("up"));
            }
}

/* ---- metrics ---- */

static int8_t metric_override(const json_t *peering, const char *key, enum path path, int8_t follows)
{
    const json_t *value = json_object_get(json_object_get(peering, key), path_name(path));
    const char *word = json_string_value(value);

    if (json_is_integer(value))
        return (int8_t)json_integer_value(value);
    return word != NULL && strcmp(word, "gap") == 0 ? -1 : follows;
}

static struct mark metric_now(const struct circuit *circuit, enum peering_kind kind, enum path path)
{
    const json_t *peering = circuit_peering(circuit, kind);
    const char *arp = state_text(json_object_get(peering, "arp"), path_name(path), "complete");
    int up = 0, sessions = 0;

    for (enum family family = 0; family < FAMILIES; family++) {
        sessions += circuit->sessions[kind][family][path].listed;
        up += circuit->sessions[kind][family][path].up;
    }
    int bgp = sessions == 0 ? -1 : 100 * up / sessions;
    bool on_prem = strcmp(arp, "complete") == 0 || strcmp(arp, "on-prem-only") == 0;
    int reached = sessions == 0 ? -1 : on_prem ? 100 : 0;
    return (struct mark){ .bgp = metric_override(peering, "bgp_metric", path, (int8_t)bgp),
                          .arp = metric_override(peering, "arp_metric", path, (int8_t)reached) };
}

static void marks_add(struct marks *marks, struct mark mark)
{
    if (marks->count == MARKS_MAX) {
        marks->count = MARKS_MAX / 2;
        memmove(marks->at, marks->at + MARKS_MAX / 2, marks->count * sizeof *marks->at);
    }
    marks->at = xrealloc(marks->at, (marks->count + 1) * sizeof *marks->at);
    marks->at[marks->count++] = mark;
}

static void refresh_metric(struct circuit *circuit, enum peering_kind kind, enum path path, int64_t wall_ms)
{
    struct marks *marks = &circuit->marks[kind][path];
    struct mark now = metric_now(circuit, kind, path);

    if (marks->count == 0) {
        if (circuit_peering(circuit, kind) == NULL)
            return;
        /* what holds at the begin held all the time before */
        now.wall_ms = circuit->changes == 0 ? INT64_MIN : wall_ms;
        marks_add(marks, now);
        return;
    }
    const struct mark *last = &marks->at[marks->count - 1];
    now.wall_ms = wall_ms;
    if (last->bgp != now.bgp || last->arp != now.arp)
        marks_add(marks, now);
}

struct mark circuit_metric_at(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t wall_ms)
{
    const struct marks *marks = &circuit->marks[kind][path];

    for (size_t i = marks->count; i > 0; i--)
        if (marks->at[i - 1].wall_ms <= wall_ms)
            return marks->at[i - 1];
    return (struct mark){ wall_ms, -1, -1 };
}

void circuit_refresh(struct circuit *circuit, int64_t story_ms, int64_t wall_ms)
{
    if (circuit->changes == 0)
        circuit->health_wall_ms = wall_ms;
    complete_peerings(circuit);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            for (enum family family = 0; family < FAMILIES; family++)
                refresh_session(circuit, kind, family, path, story_ms);
            refresh_metric(circuit, kind, path, wall_ms);
        }
    settle_resets(circuit);
    circuit->changes++;
}

void circuit_set(struct circuit *circuit, json_t *patch, int64_t story_ms, int64_t wall_ms)
{
    json_merge(circuit->state, patch);
    if (json_object_get(patch, "health") != NULL)
        circuit->health_wall_ms = wall_ms;
    circuit_refresh(circuit, story_ms, wall_ms);
}
