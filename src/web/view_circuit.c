/*
 * One circuit as JSON: what ARM said, what the witnesses say of each session, how far the order has come. Everything is
 * read from the facts it is judged from, so that the display cannot differ from the judgement.
 */
#include "web/entry.h"
#include "web/put.h"
#include "web/view.h"
#include "web/workflow.h"

#include <stdio.h>

int64_t entry_age(struct mono seen, struct mono now)
{
    if (seen.ms == MONO_NEVER.ms)
        return -1;
    return seen.ms < now.ms ? mono_between(seen, now) : 0;
}

json_t *entry_labels(const struct circuit_settings *settings)
{
    json_t *labels = put_object_new();

    for (size_t i = 0; i < settings->label_count; i++)
        put_text(labels, settings->labels[i].name, settings->labels[i].value);
    return labels;
}

json_t *entry_failure(const struct circuit_view *circuit)
{
    const struct failure *failure = circuit->failure;

    if (failure == NULL)
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "kind", trouble_name(failure->kind));
    put_text(entry, "text", failure->what);
    put_known(entry, "code", failure->code);
    put_count(entry, "http_status", failure->http_status > 0 ? failure->http_status : -1);
    put_known(entry, "action", failure->action);
    put_known(entry, "scope", failure->scope);
    put_known(entry, "correlation", failure->correlation);
    put_known(entry, "request", failure->request);
    put_known(entry, "client_request", failure->client);
    put_seconds(entry, "age", entry_age(circuit->failed, circuit->facts->now.mono));
    return entry;
}

static json_t *words(const struct sample *sample)
{
    json_t *entry = put_object_new();

    put_text(entry, "circuit", sample_word(sample, sample->circuit, WORDS_CIRCUIT));
    put_text(entry, "provider", sample->direct ? NULL : sample_word(sample, sample->provider, WORDS_PROVIDER));
    put_text(entry, "operation", sample_word(sample, sample->operation, WORDS_OPERATION));
    return entry;
}

static void put_sku(json_t *entry, const struct sample *sample)
{
    char sku[160];
    const char *tier = sample_text(sample, sample->sku_tier), *family = sample_text(sample, sample->sku_family);

    snprintf(sku, sizeof sku, "%.70s%s%.70s", tier, *tier != '\0' && *family != '\0' ? " " : "", family);
    put_known(entry, "sku", sku);
}

/* The part that only an answer of ARM can tell; all null before the first one. */
static void put_sample(json_t *entry, const struct sample *sample)
{
    static const char *const keys[] = { "states",           "direct",    "location", "provider",
                                        "peering_location", "bandwidth", "sku",      "service_key_tail" };

    for (size_t i = 0; sample == NULL && i < sizeof keys / sizeof *keys; i++)
        put_null(entry, keys[i]);
    if (sample == NULL)
        return;
    put_value(entry, "states", words(sample));
    put_bool(entry, "direct", sample->direct);
    put_known(entry, "location", sample_text(sample, sample->location));
    put_known(entry, "provider", sample_text(sample, sample->provider_name));
    put_known(entry, "peering_location", sample_text(sample, sample->peering_location));
    put_count(entry, "bandwidth", sample->bandwidth_mbps > 0 ? (int64_t)sample->bandwidth_mbps : -1);
    put_sku(entry, sample);
    put_known(entry, "service_key_tail", sample->service_key_tail);
}

static json_t *session(const struct facts *facts, enum peering_kind peering, enum path path, enum family family)
{
    const struct path_witness *witness = &facts->witness->at[peering][path];
    const struct route_value *route = &witness->route[family];
    int64_t metric_age = entry_age(witness->bgp.seen, facts->now.mono);
    int64_t route_age = entry_age(route->seen, facts->now.mono);
    bool row = route_age >= 0 && route->state != ROUTE_NO_ROW;
    json_t *entry = put_object_new();

    put_text(entry, "path", path_name(path));
    put_text(entry, "state", session_name(judge_session(facts, peering, path, family)));
    put_count(entry, "metric", metric_age < 0 ? -1 : witness->bgp.percent);
    put_seconds(entry, "metric_age", metric_age);
    put_text(entry, "route", row ? route->word : NULL);
    put_count(entry, "prefixes_received", row && route->state == ROUTE_ESTABLISHED ? (int64_t)route->prefixes : -1);
    put_known(entry, "uptime", row ? route->uptime : NULL);
    put_seconds(entry, "route_age", route_age);
    return entry;
}

static json_t *prefixes(const struct sample *sample, const struct family_sample *family)
{
    json_t *list = put_array_new();

    for (size_t i = family->prefix_first; i < (size_t)family->prefix_first + family->prefix_count; i++) {
        const struct prefix_sample *prefix = &sample->prefix[i];
        bool own = prefix->state.code != WORD_ABSENT;
        char text[NET_TEXT_MAX];
        json_t *entry = put_object_new();
        put_text(entry, "prefix", sample_prefix(sample, prefix, text));
        put_text(entry, "state", own ? sample_word(sample, prefix->state, WORDS_PREFIXES) : NULL);
        put_item(list, entry);
    }
    return list;
}

static json_t *family_entry(const struct facts *facts, enum peering_kind peering, enum family number)
{
    const struct sample *sample = facts->sample;
    const struct family_sample *family = sample == NULL ? NULL : &sample->peering[peering].family[number];
    bool microsoft = peering == PEERING_MICROSOFT && family != NULL && family->config;
    json_t *entry = put_object_new(), *sessions = put_array_new();

    put_text(entry, "family", family_name(number));
    put_bool(entry, "in_use", family != NULL && family->in_use);
    put_text(entry, "state", family == NULL ? NULL : sample_word(sample, family->state, WORDS_SWITCH));
    put_text(entry, "prefixes_state", microsoft ? sample_word(sample, family->prefixes_state, WORDS_PREFIXES) : NULL);
    put_value(entry, "prefixes", microsoft ? prefixes(sample, family) : put_array_new());
    for (enum path path = 0; path < PATHS; path++)
        put_item(sessions, session(facts, peering, path, number));
    put_value(entry, "sessions", sessions);
    return entry;
}

static json_t *peering_entry(const struct circuit_view *circuit, enum peering_kind peering)
{
    const struct facts *facts = circuit->facts;
    json_t *entry = put_object_new(), *families = put_array_new();

    put_text(entry, "name", peering_name(peering));
    put_bool(entry, "expected", judge_expected(facts, peering));
    put_value(entry, "present",
              facts->sample == NULL ? json_null() : json_boolean(facts->sample->peering[peering].present));
    put_text(entry, "verdict", verdict_name(circuit->peering_verdict[peering]));
    for (enum family family = 0; family < FAMILIES; family++)
        if (judge_family(facts, peering, family))
            put_item(families, family_entry(facts, peering, family));
    put_value(entry, "families", families);
    return entry;
}

static bool is_shown(const struct facts *facts, enum peering_kind peering)
{
    return judge_expected(facts, peering) || (facts->sample != NULL && facts->sample->peering[peering].present);
}

static json_t *peerings(const struct circuit_view *circuit)
{
    json_t *list = put_array_new();

    for (enum peering_kind peering = 0; peering < PEERINGS; peering++)
        if (is_shown(circuit->facts, peering))
            put_item(list, peering_entry(circuit, peering));
    return list;
}

static json_t *workflow_entry(const struct facts *facts)
{
    struct workflow workflow;
    json_t *entry = put_object_new(), *steps = put_array_new();

    workflow_find(&workflow, facts);
    put_number(entry, "reached", workflow.reached);
    for (enum workflow_step step = 0; step < WORKFLOW_STEPS; step++) {
        json_t *item = put_object_new();
        put_number(item, "step", step + 1);
        put_text(item, "name", workflow_step_name(step));
        put_text(item, "state", workflow_state_name(workflow.state[step]));
        put_item(steps, item);
    }
    put_value(entry, "steps", steps);
    put_text(entry, "next", workflow.reached < WORKFLOW_STEPS ? workflow_step_name(workflow.reached) : NULL);
    put_known(entry, "needs", workflow.needs);
    return entry;
}

json_t *entry_circuit(const struct circuit_view *circuit)
{
    const struct facts *facts = circuit->facts;
    int64_t age = facts->look.has_sample ? entry_age(facts->look.sample_seen, facts->now.mono) : -1;
    int64_t next = circuit->next_poll.ms == MONO_NEVER.ms ? -1 : entry_age(facts->now.mono, circuit->next_poll);
    json_t *entry = put_object_new(), *incidents = put_array_new();

    put_text(entry, "id", resource_id_text(&facts->circuit->id).text);
    put_text(entry, "name", facts->circuit->name);
    put_value(entry, "labels", entry_labels(facts->circuit));
    put_text(entry, "credential", circuit->credential);
    put_text(entry, "verdict", verdict_name(circuit->verdict));
    put_since(entry, "since", circuit->since_wall_ms, facts->now.wall_ms);
    put_bool(entry, "confirming", circuit->confirming);
    put_sample(entry, facts->sample);
    put_time(entry, "seen_at", age < 0 ? 0 : facts->now.wall_ms - age);
    put_seconds(entry, "age", age);
    put_value(entry, "failure", entry_failure(circuit));
    put_seconds(entry, "next_poll_in", next);
    put_value(entry, "workflow", workflow_entry(facts));
    entry_beyond(entry, facts);
    put_value(entry, "peerings", peerings(circuit));
    for (size_t i = 0; i < circuit->incident_count; i++)
        put_item(incidents, entry_incident(&circuit->incidents[i], facts->now));
    put_value(entry, "incidents", incidents);
    return entry;
}

char *view_circuit(const struct circuit_view *circuit)
{
    json_t *document = entry_document("circuit", circuit->facts->now);

    put_value(document, "circuit", entry_circuit(circuit));
    return put_end(document);
}

char *view_poll(const struct circuit_view *circuit, int64_t took_ms)
{
    json_t *document = entry_document("poll", circuit->facts->now);

    put_bool(document, "answered", circuit->failure == NULL);
    put_seconds(document, "took", took_ms);
    put_value(document, "circuit", entry_circuit(circuit));
    return put_end(document);
}
