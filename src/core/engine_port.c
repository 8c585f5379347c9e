/*
 * Ports of ExpressRoute Direct. Several circuits may be on one, so a port is a subject of its own beside them: found by its
 * id in a sorted list, judged once, told once, in the name of all circuits on it.
 */
#include "core/engine_inner.h"
#include "core/match.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND "port/"
#define REFUSED_FOR_GOOD_MS (INT64_C(24) * 3600 * 1000) /* after the start */
#define PORT_NAME_MAX (sizeof KIND + BEYOND_ID_MAX)

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* The scope's text. */
static void name_of(const char *id, char name[PORT_NAME_MAX])
{
    snprintf(name, PORT_NAME_MAX, KIND "%s", id);
    for (char *at = name + strlen(KIND); *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
}

/* Where in the sorted list the name is, or belongs. */
static size_t place_of(const struct engine *engine, const char *name, bool *found)
{
    size_t low = 0, high = engine->port_count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(engine->port_by_id[middle]->holder.name, name);
        *found = order == 0;
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct port *add(struct engine *engine, size_t place, const char *name, const char *id)
{
    struct port *port = must(calloc(1, sizeof *port));
    size_t count = engine->port_count;

    engine->ports = must(realloc(engine->ports, (count + 1) * sizeof(struct port *)));
    engine->port_by_id = must(realloc(engine->port_by_id, (count + 1) * sizeof(struct port *)));
    holder_init(&port->holder, SCOPE_PORT, count, name);
    port_reset(&port->facts, id);
    port->due = MONO_NEVER;
    memmove(engine->port_by_id + place + 1, engine->port_by_id + place, (count - place) * sizeof(struct port *));
    engine->port_by_id[place] = port;
    engine->ports[engine->port_count++] = port;
    former_take(engine, &port->holder);
    return port;
}

static struct port *port_at(struct engine *engine, const char *id)
{
    char name[PORT_NAME_MAX];
    bool found;

    name_of(id, name);
    size_t place = place_of(engine, name, &found);
    return found ? engine->port_by_id[place] : add(engine, place, name, id);
}

struct holder *port_holder(struct engine *engine, const char *name)
{
    size_t len = strlen(KIND);

    if (strncmp(name, KIND, len) != 0 || strlen(name) >= PORT_NAME_MAX)
        return NULL;
    struct port *port = port_at(engine, name + len);
    engine_mark_port(engine, port);
    return &port->holder;
}

/* That a circuit is on; NULL: none. */
static struct port *port_of(const struct engine *engine, size_t circuit)
{
    return circuit_unusual(&engine->circuits[circuit])->port;
}

void engine_mark_port(struct engine *engine, struct port *port)
{
    engine->shared_dirty = true;
    port->dirty = true;
}

void port_link(struct engine *engine, struct circuit *circuit, const char *id)
{
    struct port *port = *id != '\0' ? port_at(engine, id) : NULL, *was = circuit_unusual(circuit)->port;

    if (port == was)
        return;
    if (was != NULL) {
        was->circuits--;
        engine_mark_port(engine, was);
    }
    circuit_change_unusual(circuit)->port = port;
    if (port == NULL)
        return;
    port->circuits++;
    engine_mark_port(engine, port);
}

void engine_saw_port(struct engine *engine, const struct port_value *value, struct moment now, struct effects *out)
{
    struct port *port = port_at(engine, value->id);

    memcpy(port->facts.value.id, value->id, sizeof value->id);
    port_take(&port->facts, value);
    engine_mark_port(engine, port);
    engine_settle(engine, now, out);
}

static void port_free(struct port *port)
{
    holder_fini(&port->holder);
    free((void *)port->routed.labels);
    free(port);
}

static bool has_open(const struct holder *holder)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.state != INCIDENT_CLEARED)
            return true;
    return false;
}

/* It answered, is not there, or its answer is refused for so long that it is not waited for any more. */
static bool was_asked(const struct engine *engine, const struct circuit *circuit)
{
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;

    return circuit->sample.bytes != NULL || seen->missing > 0 ||
           (seen->forbidden > 0 && mono_between(engine->started.mono, seen->forbidden_seen) >= REFUSED_FOR_GOOD_MS);
}

/* Has every circuit been asked for once? Then a port that none of them names has nobody on it. */
static bool all_asked(const struct engine *engine)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        if (!was_asked(engine, &engine->circuits[i]))
            return false;
    return true;
}

static bool nobody_is_on(const struct engine *engine, const struct port *port)
{
    return port->circuits == 0 && all_asked(engine);
}

static bool stays(const struct engine *engine, const struct port *port)
{
    return port->circuits > 0 || (has_open(&port->holder) && !all_asked(engine));
}

/* What nobody is on any more goes, and its incidents are cleared with those of other things that left the settings. */
void ports_adopt(struct engine *engine)
{
    size_t kept = 0, sorted = 0;

    for (size_t i = 0; i < engine->port_count; i++)
        engine->ports[i]->circuits = 0;
    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        if (port_of(engine, i) != NULL)
            port_of(engine, i)->circuits++;
    for (size_t i = 0; i < engine->port_count; i++)
        if (stays(engine, engine->port_by_id[i]))
            engine->port_by_id[sorted++] = engine->port_by_id[i];
    for (size_t i = 0; i < engine->port_count; i++) {
        struct port *port = engine->ports[i];
        if (!stays(engine, port)) {
            former_keep(engine, &port->holder);
            port_free(port);
            continue;
        }
        port->holder.target.index = kept;
        engine->ports[kept++] = port;
        engine_mark_port(engine, port);
    }
    engine->port_count = kept;
}

void ports_fini(struct engine *engine)
{
    for (size_t i = 0; i < engine->port_count; i++)
        port_free(engine->ports[i]);
    free(engine->ports);
    free(engine->port_by_id);
}

void ports_touch_due(struct engine *engine, struct mono now)
{
    for (size_t i = 0; i < engine->port_count; i++)
        if (mono_reached(engine->ports[i]->due, now))
            engine_mark_port(engine, engine->ports[i]);
}

static void want_look(const struct port *port, const struct policy *policy, struct mono now, struct effects *out)
{
    int64_t soonest = 0;

    for (size_t i = 0; i < port->holder.count; i++) {
        int64_t pace = engine_pace_of(&port->holder.slots[i].incident, policy, now);
        if (pace > 0 && (soonest == 0 || pace < soonest))
            soonest = pace;
    }
    if (soonest > 0)
        engine_want(out, port->holder.target, LOOK_PORT, mono_after(now, soonest));
}

static bool was_dimmed(const struct holder *holder, struct subject link)
{
    for (size_t i = 0; i < holder->count; i++) {
        const struct incident *incident = &holder->slots[i].incident;
        if (incident->rule == RULE_LIGHT_LEVEL && subject_equal(incident->subject, link))
            return incident->state != INCIDENT_CLEARED && incident->variant == VARIANT_DIMMED;
    }
    return false;
}

static bool has_yesterday(const struct port *port, enum link link, struct mono now)
{
    int16_t level;

    return port_light_yesterday(&port->facts, link, LIGHT_RX, now, &level) &&
           port_light_yesterday(&port->facts, link, LIGHT_TX, now, &level);
}

/* How the light was a day ago is lost with a restart: that it was dimmed is not over for that. */
static void keep_dimmed(const struct port *port, const struct policy *policy, struct mono now, struct opinions *opinions)
{
    for (enum link link = 0; policy->light.drop > 0 && link < LINKS; link++) {
        struct subject subject = judge_link_subject(link);
        if (!was_dimmed(&port->holder, subject) || has_yesterday(port, link, now))
            continue;
        for (size_t i = 0; i < opinions->count; i++) {
            struct opinion *opinion = &opinions->item[i];
            if (opinion->rule == RULE_LIGHT_LEVEL && subject_equal(opinion->subject, subject) &&
                opinion->standing == STANDING_GOOD)
                opinion->standing = STANDING_UNKNOWN;
        }
    }
}

/* One that was restored, and that no circuit has named since, stays as it is until all have been asked. */
static void judge(struct engine *engine, struct port *port, struct moment now, struct effects *out)
{
    const struct policy *policy = engine->watch.policy;
    struct opinions *opinions = &engine->opinions;

    judge_port(&port->facts, port->circuits > 0, policy, now.mono, opinions);
    if (nobody_is_on(engine, port))
        opinions->count = 0;
    keep_dimmed(port, policy, now.mono, opinions);
    engine_feed_all(engine, &port->holder, opinions, now, out);
    want_look(port, policy, now.mono, out);
    port->due = engine_due_of_incidents(&port->holder, policy, now.mono,
                                        judge_port_due(&port->facts, policy, now.mono));
    if (port->circuits == 0 && has_open(&port->holder))
        port->due = mono_earlier(port->due, mono_after(now.mono, policy->stale_ms));
}

void ports_judge(struct engine *engine, struct moment now, struct effects *out)
{
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < engine->port_count; i++) {
        struct port *port = engine->ports[i];
        if (port->dirty)
            judge(engine, port, now, out);
        port->dirty = false;
        due = mono_earlier(due, port->due);
    }
    queue_set(engine->due, engine_due_id(engine, (struct target){ SCOPE_PORT, 0 }), due);
}

/* ---- looking at them ---- */

size_t engine_port_count(const struct engine *engine)
{
    return engine->port_count;
}

const struct port_facts *engine_port_facts(const struct engine *engine, size_t port)
{
    assert(port < engine->port_count);
    return &engine->ports[port]->facts;
}

size_t engine_port_circuit(const struct engine *engine, size_t port)
{
    size_t index = 0;

    assert(port < engine->port_count);
    while (index < engine->watch.circuit_count && port_of(engine, index) != engine->ports[port])
        index++;
    return index;
}

const char *engine_port(const struct engine *engine, struct target target)
{
    const struct port *port = target.scope == SCOPE_PORT      ? engine->ports[target.index]
                              : target.scope == SCOPE_CIRCUIT ? port_of(engine, target.index)
                                                              : NULL;

    return port != NULL ? port->facts.value.id : "";
}

/* ---- labels ---- */

static bool all_have(const struct engine *engine, const struct port *port, const struct label *label)
{
    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        if (port_of(engine, i) == port && !match_has_label(engine->circuits[i].settings, label))
            return false;
    return true;
}

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

/* Those that all circuits on it share: a port is where they are, so site and team are the same for all of them. */
static void fill_routed(const struct engine *engine, struct port *port)
{
    size_t first = engine_port_circuit(engine, port->holder.target.index), count = 0;
    const struct circuit_settings *circuit =
        first < engine->watch.circuit_count ? engine->circuits[first].settings : NULL;
    const char *id = port->facts.value.id;

    free((void *)port->routed.labels);
    port->routed = (struct circuit_settings){ .id = { "", id }, .subscription = "", .name = last_segment(id) };
    if (circuit == NULL || circuit->label_count == 0)
        return;
    struct label *labels = must(calloc(circuit->label_count, sizeof *labels));
    for (size_t i = 0; i < circuit->label_count; i++)
        if (all_have(engine, port, &circuit->labels[i]))
            labels[count++] = circuit->labels[i];
    port->routed.labels = labels;
    port->routed.label_count = count;
}

const struct circuit_settings *engine_routed(const struct engine *engine, struct target target)
{
    if (target.scope == SCOPE_CAUSE)
        return cause_routed(engine, target);
    if (target.scope != SCOPE_PORT)
        return engine_circuit(engine, target);
    struct engine *writable = (struct engine *)engine; /* only what is made for the asker */
    fill_routed(engine, writable->ports[target.index]);
    return &engine->ports[target.index]->routed;
}

/* ---- words ---- */

#define ON_PORT_NAMED 8

void engine_port_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                       enum rule_event event, struct moment now, struct story *story)
{
    const struct circuit_settings *on_port[ON_PORT_NAMED];
    const struct port *port = engine->ports[target.index];
    const struct circuit_settings *stand_in = engine_routed(engine, target);
    struct facts facts = { .circuit = stand_in, .policy = engine->watch.policy, .port = &port->facts,
                           .on_port = on_port, .on_port_total = port->circuits,
                           .incident = engine_incident_of(engine, target, opinion), .now = now };

    for (size_t i = 0; i < engine->watch.circuit_count && facts.on_port_count < ON_PORT_NAMED; i++)
        if (port_of(engine, i) == port)
            on_port[facts.on_port_count++] = engine->circuits[i].settings;
    story_tell(story, &facts, opinion, event, NULL, stand_in->name);
}
