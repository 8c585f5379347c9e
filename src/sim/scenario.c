/*
 * A scenario file becomes settings, circuits and a story. The tables in keys.c say what a key may hold; here stands
 * what one key means for another: names that are given twice, events for circuits that do not exist, copies.
 */
#include "sim/scenario.h"

#include "config/diag.h"
#include "config/yaml.h"
#include "io/memory.h"
#include "sim/answer.h"
#include "sim/assertion.h"
#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/keys.h"

#include <assert.h>
#include <fnmatch.h>
#include <strings.h>

bool name_matches(const char *pattern, const char *name)
{
    return pattern == NULL || fnmatch(pattern, name, FNM_CASEFOLD) == 0;
}

/* ---- settings ---- */

static bool flag(const json_t *state, const char *key, bool standard)
{
    const json_t *value = json_object_get(state, key);

    return value == NULL ? standard : json_is_true(value);
}

static void read_quota(const json_t *json, struct quota_settings *out)
{
    out->reads = state_number(json, "reads", 3750, NULL);
    out->writes = state_number(json, "writes", 3000, NULL);
    out->reads_refill = state_number(json, "reads_refill", 375, NULL);
    out->writes_refill = state_number(json, "writes_refill", 150, NULL);
    out->enforce = flag(json, "enforce", false);
    out->header = state_text(json, "header", "subscription");
    out->retry_after = state_text(json, "retry_after", "seconds");
    out->queries = state_number(json, "queries", 15, NULL);
}

static void read_settings(struct scenario *s)
{
    const json_t *root = s->root, *answers = json_object_get(root, "answers");
    const json_t *operations = json_object_get(root, "operations"), *metrics = json_object_get(root, "metrics");
    bool absent;

    s->tenant = state_text(root, "tenant", STANDARD_TENANT);
    s->client = state_text(root, "client", STANDARD_CLIENT);
    s->secret = state_text(root, "secret", STANDARD_SECRET);
    s->subscription = state_text(root, "subscription", STANDARD_SUBSCRIPTION);
    s->token = state_text(root, "token", NULL);
    s->certificate = state_text(root, "certificate", NULL);
    s->federated = json_object_get(root, "federated");
    s->object = state_text(root, "object", NULL);
    s->resource = state_text(root, "resource", NULL);
    s->arc = state_text(root, "arc", NULL);
    s->clock_ahead_ms = state_number(root, "clock_ahead", 0, NULL);
    s->secret_expired = flag(root, "secret_expired", false);
    s->token_life_ms = state_number(root, "token_life", 3599000, NULL);
    s->indent = flag(answers, "indent", false);
    s->gzip = flag(answers, "gzip", false);
    s->check_version = flag(answers, "check_version", true);
    s->page = (size_t)state_number(answers, "page", 0, NULL);
    s->id_case = state_text(answers, "id_case", "usual");
    s->region = state_text(answers, "region", "UKSOUTH");
    s->extra = json_object_get(answers, "extra");
    read_quota(json_object_get(root, "quota"), &s->quota);
    s->polls = state_number(operations, "polls", 1, NULL);
    s->retry_after_ms = state_number(operations, "retry_after", 10000, &absent);
    if (absent)
        s->retry_after_ms = -1;
    s->signed_urls = flag(operations, "signed", false);
    s->lag_ms = state_number(metrics, "lag", 120000, NULL);
    s->grain_ms = state_number(metrics, "grain", 60000, NULL);
    s->peer[PATH_PRIMARY] = state_text(metrics, "primary", "Primary");
    s->peer[PATH_SECONDARY] = state_text(metrics, "secondary", "Secondary");
    s->metrics_audience = state_text(metrics, "audience", NULL);
    s->settings = state_text(root, "settings", NULL);
}

/* ---- circuits ---- */

static void add_circuit(struct scenario *s, const char *name, json_t *state)
{
    s->circuits = xrealloc(s->circuits, (s->circuit_count + 1) * sizeof(struct circuit *));
    s->circuits[s->circuit_count] = circuit_new(state_text(state, "subscription", s->subscription), name,
                                                s->circuit_count, state);
    s->circuit_count++;
}

static void add_copies(struct scenario *s, const char *name, const json_t *state, int64_t copies)
{
    for (int64_t i = 1; i <= copies && s->circuit_count < COPIES_MAX; i++) {
        char *one = text_format("%s-%lld", name, (long long)i);
        json_t *own = json_deep_copy(state);
        add_circuit(s, one, own);
        json_decref(own);
        free(one);
    }
}

/* Resource names (Azure's naming rules): letters, digits, '_', '-' and '.', at most 80. */
static bool name_is_fine(const char *name)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

    return name[0] != '\0' && strlen(name) <= 80 && strspn(name, fine) == strlen(name);
}

static void check_name(const char *key, const json_t *state, const struct node *map, struct diag *diag)
{
    const char *text = state_text(state, key, NULL);

    if (text != NULL && !name_is_fine(text))
        diag_error(diag, node_get(map, key)->place,
                   "\"%s\" may hold letters, digits, '_', '-' and '.', and be 80 long", key);
}

static bool check_circuit(const json_t *state, const struct node *node, struct diag *diag)
{
    assert(node != NULL); /* the list in the file has at least the elements of the one that was read */
    if (node->kind != NODE_MAP)
        return false;
    if (json_object_get(state, "name") == NULL) {
        if (node_get(node, "name") == NULL)
            diag_error(diag, node->place, "a circuit needs a \"name\"");
        return false;
    }
    check_name("name", state, node, diag);
    check_name("group", state, node, diag);
    check_name("subscription", state, node, diag);
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct circuit *const *x = a, *const *y = b;

    return strcasecmp((*x)->id, (*y)->id);
}

static void read_circuits(struct scenario *s, const struct node *list, struct diag *diag)
{
    const struct node *node = list != NULL ? list->first : NULL;
    json_t *state;
    size_t index;

    json_array_foreach (json_object_get(s->root, "circuits"), index, state) {
        if (check_circuit(state, node, diag)) {
            const char *name = state_text(state, "name", "");
            int64_t copies = state_number(state, "copies", 0, NULL);
            if (copies == 0)
                add_circuit(s, name, state);
            else
                add_copies(s, name, state, copies);
        }
        node = node->next;
    }
    if (s->circuit_count != 0)
        qsort(s->circuits, s->circuit_count, sizeof(struct circuit *), by_id);
    for (size_t i = 1; i < s->circuit_count; i++)
        if (by_id(&s->circuits[i - 1], &s->circuits[i]) == 0)
            diag_error(diag, list->place, "the circuit \"%s\" is there twice in group \"%s\"", s->circuits[i]->name,
                       s->circuits[i]->group);
}

/* ---- what else there is ---- */

static bool check_thing(const json_t *state, const struct node *node, enum thing_kind kind, struct diag *diag)
{
    assert(node != NULL);
    if (node->kind != NODE_MAP)
        return false;
    if (json_object_get(state, "name") == NULL) {
        if (node_get(node, "name") == NULL)
            diag_error(diag, node->place, "each of \"%s\" needs a \"name\"", thing_lists[kind]);
        return false;
    }
    check_name("name", state, node, diag);
    check_name("group", state, node, diag);
    check_name("subscription", state, node, diag);
    check_name("wan", state, node, diag);
    return true;
}

static void check_twice(const struct things *things, const struct thing *thing, struct place place, struct diag *diag)
{
    for (size_t i = 0; i < things->count; i++)
        if (strcasecmp(things->at[i]->id, thing->id) == 0)
            diag_error(diag, place, "the %s \"%s\" is there twice", thing_names[thing->kind], thing->name);
}

static void read_things(struct scenario *s, enum thing_kind kind, const struct node *list, struct diag *diag)
{
    struct things *things = &s->things[kind];
    const struct node *node = list != NULL ? list->first : NULL;
    json_t *state;
    size_t index;

    json_array_foreach (json_object_get(s->root, thing_lists[kind]), index, state) {
        if (check_thing(state, node, kind, diag)) {
            struct thing *thing = thing_new(kind, s->subscription, state, index);
            check_twice(things, thing, node->place, diag);
            things->at = xrealloc(things->at, (things->count + 1) * sizeof *things->at);
            things->at[things->count++] = thing;
        }
        node = node->next;
    }
}

/* ---- the story ---- */

static void check_set(const json_t *event, const struct node *node, struct diag *diag)
{
    static const char *const fixed[] = { "name", "copies", "group", "subscription", "wan" };
    static const char *const whose[] = { "circuit", "connection", "port", "event" };
    const json_t *set = json_object_get(event, "set");

    if (set == NULL)
        return;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (json_object_get(set, fixed[i]) != NULL)
            diag_error(diag, node_get(node_get(node, "set"), fixed[i])->key_place,
                       "\"%s\" cannot be changed", fixed[i]);
    size_t found = 0;
    for (size_t i = 0; i < sizeof whose / sizeof *whose; i++)
        found += json_object_get(event, whose[i]) != NULL;
    if (found == 0)
        diag_error(diag, node->place, "\"set\" needs a \"circuit\"");
    else if (found > 1)
        diag_error(diag, node->place, "\"set\" is for one kind: circuit, connection, port or event");
}

static void check_thing_names(const struct scenario *s, const struct node *node, struct diag *diag)
{
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++) {
        const struct node *name = node_get(node, thing_names[kind]);
        bool found = name == NULL || name->kind != NODE_SCALAR;
        for (size_t i = 0; !found && i < s->things[kind].count; i++)
            found = name_matches(name->text, s->things[kind].at[i]->name);
        if (!found)
            diag_error(diag, name->place, "no %s of this scenario is called \"%s\"", thing_names[kind], name->text);
    }
}

static void check_names(const struct scenario *s, const struct node *node, struct diag *diag)
{
    const struct node *const names[] = { node_get(node, "circuit"),
                                         node_get(node_get(node_get(node, "fault"), "match"), "circuit") };

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        bool found = names[n] == NULL || names[n]->kind != NODE_SCALAR;
        for (size_t i = 0; !found && i < s->circuit_count; i++)
            found = name_matches(names[n]->text, s->circuits[i]->name);
        for (enum thing_kind kind = 0; n == 1 && kind < THING_KINDS; kind++)
            for (size_t i = 0; !found && i < s->things[kind].count; i++)
                found = name_matches(names[n]->text, s->things[kind].at[i]->name);
        if (!found)
            diag_error(diag, names[n]->place, "no circuit of this scenario is called \"%s\"", names[n]->text);
    }
}

/* What `set` may hold depends on what it is for. */
static const struct field *fields_for(const struct node *node)
{
    return node_get(node, "connection") != NULL ? connection_event_fields
           : node_get(node, "port") != NULL     ? port_event_fields
           : node_get(node, "event") != NULL    ? health_event_fields
                                                : event_fields;
}

json_t *event_read(const struct scenario *s, const struct node *node, struct diag *diag)
{
    static const char *const deeds[] = { "set", "fault", "clear", "say" };
    size_t before = diag_errors(diag), found = 0;

    if (node->kind != NODE_MAP) {
        if (node->kind != NODE_BROKEN)
            diag_error(diag, node->place, "an event is a mapping with \"set\", \"fault\", \"clear\" or \"say\"");
        return NULL;
    }
    json_t *event = schema_read(node, fields_for(node), diag);
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        found += node_get(node, deeds[i]) != NULL;
    if (found == 0 && diag_errors(diag) == before)
        diag_error(diag, node->place, "this event does nothing; give it \"set\", \"fault\", \"clear\" or \"say\"");
    check_set(event, node, diag);
    check_names(s, node, diag);
    check_thing_names(s, node, diag);
    if (json_object_get(event, "fault") != NULL)
        fault_check(json_object_get(event, "fault"), node_get(node, "fault"), diag);
    if (diag_errors(diag) == before)
        return event;
    json_decref(event);
    return NULL;
}

/* Behind all events of the same time: stories keep their order. Most are in order anyway: one comparison. */
static void add_event(struct scenario *s, int64_t at_ms, json_t *event)
{
    size_t at = s->event_count++;

    s->events = xrealloc(s->events, s->event_count * sizeof *s->events);
    for (; at > 0 && s->events[at - 1].at_ms > at_ms; at--)
        s->events[at] = s->events[at - 1];
    s->events[at] = (struct event){ at_ms, event };
}

static void read_story(struct scenario *s, const struct node *list, struct diag *diag)
{
    for (const struct node *node = list != NULL ? list->first : NULL; node != NULL; node = node->next) {
        json_t *event = event_read(s, node, diag);
        if (event != NULL)
            add_event(s, state_number(event, "at", 0, NULL), event);
    }
}

/* ---- the whole ---- */

struct scenario *scenario_empty(void)
{
    struct scenario *s = xcalloc(1, sizeof *s);

    s->root = memory_or_die(json_object());
    read_settings(s);
    return s;
}

static void check_sign_in(const struct scenario *s, const struct node *root, struct diag *diag)
{
    if (s->certificate != NULL && !assertion_is_certificate(s->certificate))
        diag_error(diag, node_get(root, "certificate")->place, "\"certificate\" is no certificate in PEM");
    if (s->arc != NULL && s->arc[0] != '/')
        diag_error(diag, node_get(root, "arc")->place, "\"arc\" must be the absolute path of a folder");
}

static struct scenario *read_root(const struct node *root, struct diag *diag)
{
    struct scenario *s = scenario_empty();
    const struct node *circuits = node_get(root, "circuits"), *story = node_get(root, "story");

    json_decref(s->root);
    s->root = schema_read(root, scenario_fields, diag);
    check_name("tenant", s->root, root, diag);
    check_name("client", s->root, root, diag);
    check_name("subscription", s->root, root, diag);
    read_settings(s);
    check_sign_in(s, root, diag);
    read_circuits(s, circuits, diag);
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++)
        read_things(s, kind, node_get(root, thing_lists[kind]), diag);
    read_story(s, story, diag); /* each event is checked against the circuits */
    return s;
}

struct scenario *scenario_load(const char *file, struct diag *diag)
{
    struct arena *arena = arena_new();
    const struct node *root = yaml_read_file(file, arena, diag);
    struct scenario *s = NULL;

    if (root != NULL && root->kind == NODE_MAP)
        s = read_root(root, diag);
    else if (root != NULL && root->kind != NODE_BROKEN)
        diag_error(diag, root->place, "a scenario is a mapping with \"circuits\" and \"story\"");
    arena_free(arena);
    if (s != NULL && diag_errors(diag) != 0) {
        scenario_free(s);
        return NULL;
    }
    return s;
}

void scenario_free(struct scenario *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->circuit_count; i++)
        circuit_free(s->circuits[i]);
    for (size_t i = 0; i < s->event_count; i++)
        json_decref(s->events[i].json);
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++) {
        for (size_t i = 0; i < s->things[kind].count; i++)
            thing_free(s->things[kind].at[i]);
        free(s->things[kind].at);
    }
    free(s->circuits);
    free(s->events);
    json_decref(s->root);
    free(s);
}
