/*
 * Reading and writing silences. Every key that is not known is refused: one that was misspelt would silence more than was
 * meant.
 */
#include "web/silence.h"

#include "core/rule.h"
#include "web/entry.h"
#include "web/instant.h"
#include "web/put.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct refusal {
    char *why; /* SILENCE_REFUSAL_MAX */
};

static bool refuse(struct refusal refusal, const char *sentence)
{
    snprintf(refusal.why, SILENCE_REFUSAL_MAX, "%s", sentence);
    return false;
}

/* A lone text is a list of one. @return the index-th text; NULL behind the last one, or when it is none */
static const char *item_at(const json_t *value, size_t index, bool *wrong)
{
    const json_t *item = json_is_array(value) ? json_array_get(value, index) : index == 0 ? value : NULL;

    *wrong = *wrong || (item != NULL && !json_is_string(item));
    return json_string_value(item);
}

static bool read_severities(const json_t *value, struct silence *out, struct refusal refusal)
{
    bool wrong = false;
    const char *word;

    for (size_t i = 0; (word = item_at(value, i, &wrong)) != NULL; i++) {
        bool found = false;
        for (enum severity severity = SEVERITY_INFO; severity < SEVERITIES; severity++)
            if (strcmp(severity_name(severity), word) == 0) {
                out->mute.match.severities |= (uint8_t)(1U << severity);
                found = true;
            }
        wrong = wrong || !found;
    }
    return (!wrong && out->mute.match.severities != 0) || refuse(refusal, "A severity is info, warning or critical.");
}

static bool read_owners(const json_t *value, struct silence *out, struct refusal refusal)
{
    bool wrong = false;
    const char *word;

    for (size_t i = 0; (word = item_at(value, i, &wrong)) != NULL; i++) {
        bool found = false;
        for (enum owner owner = 0; owner < OWNERS; owner++)
            if (strcmp(owner_name(owner), word) == 0) {
                out->mute.match.owners |= (uint8_t)(1U << owner);
                found = true;
            }
        wrong = wrong || !found;
    }
    return (!wrong && out->mute.match.owners != 0) || refuse(refusal, "An owner is you, provider, microsoft or self.");
}

static bool read_rules(const json_t *value, struct silence *out, struct refusal refusal)
{
    bool wrong = false;
    const char *word;

    for (size_t i = 0; (word = item_at(value, i, &wrong)) != NULL; i++) {
        enum rule rule = rule_by_name(word);
        wrong = wrong || rule == RULE_NONE || !silence_add_rule(out, rule);
    }
    return (!wrong && out->mute.match.rule_count > 0) ||
           refuse(refusal, "There is no such rule; erwatch-rules(7) lists them by number and name.");
}

static bool read_circuit(const json_t *value, struct silence *out, struct refusal refusal)
{
    const char *circuit = json_string_value(value);

    return (circuit != NULL && *circuit != '\0' && silence_set_circuit(out, circuit)) ||
           refuse(refusal, "The circuit is named by one text: its name or its id.");
}

static bool read_incident(const json_t *value, struct silence *out, struct refusal refusal)
{
    const char *incident = json_string_value(value);

    if (incident == NULL || *incident == '\0' || strlen(incident) >= sizeof out->incident)
        return refuse(refusal, "The incident is named by one text: its identity.");
    snprintf(out->incident, sizeof out->incident, "%s", incident);
    return true;
}

static bool read_labels(const json_t *value, struct silence *out, struct refusal refusal)
{
    const char *name, *text;
    const json_t *values;
    bool wrong = !json_is_object(value);

    json_object_foreach((json_t *)(uintptr_t)value, name, values) {
        size_t i = 0;
        for (; !wrong && (text = item_at(values, i, &wrong)) != NULL; i++)
            wrong = *name == '\0' || !silence_add_label(out, name, text);
        wrong = wrong || i == 0;
    }
    return !wrong || refuse(refusal, "Labels are names with a text or a list of texts, at most 32 and 4 KB in all.");
}

static bool read_match(const json_t *match, struct silence *out, struct refusal refusal)
{
    static const struct {
        const char *key;
        bool (*read)(const json_t *, struct silence *, struct refusal);
    } parts[] = { { "severity", read_severities }, { "owner", read_owners },       { "rule", read_rules },
                  { "circuit", read_circuit },     { "incident", read_incident }, { "labels", read_labels } };
    const char *key;
    const json_t *value;

    if (!json_is_object(match))
        return refuse(refusal, "What is to be silent must be said: \"match\", an object.");
    json_object_foreach((json_t *)(uintptr_t)match, key, value) {
        size_t i = 0;
        while (i < sizeof parts / sizeof *parts && strcmp(parts[i].key, key) != 0)
            i++;
        if (i == sizeof parts / sizeof *parts)
            return refuse(refusal, "\"match\" takes severity, owner, rule, circuit, incident and labels.");
        if (!parts[i].read(value, out, refusal))
            return false;
    }
    return true;
}

static bool read_end(const json_t *body, int64_t now_wall_ms, struct silence *out, struct refusal refusal)
{
    const json_t *seconds = json_object_get(body, "seconds"), *until = json_object_get(body, "until");
    int64_t to = 0;

    if ((seconds == NULL) == (until == NULL))
        return refuse(refusal, "How long must be said in one way: \"seconds\" or \"until\".");
    if (until != NULL && !instant_read(json_string_value(until), &to))
        return refuse(refusal, "\"until\" is a time such as 2026-12-01T22:00:00Z.");
    if (seconds != NULL) {
        json_int_t count = json_is_integer(seconds) ? json_integer_value(seconds) : 0;
        to = now_wall_ms + (count > 0 && count <= SILENCE_MOST_MS / 1000 ? count * 1000 : 0);
    }
    if (to <= now_wall_ms || to - now_wall_ms > SILENCE_MOST_MS)
        return refuse(refusal, "A silence ends after now, and at most 30 days from now.");
    out->mute.from_wall_ms = now_wall_ms;
    out->mute.to_wall_ms = to;
    return true;
}

static bool keys_are_known(const json_t *body)
{
    static const char *const known[] = { "match", "all", "seconds", "until", "why" };
    const char *key;
    const json_t *value;

    json_object_foreach((json_t *)(uintptr_t)body, key, value) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || strcmp(known[i], key) == 0;
        if (!found)
            return false;
    }
    return true;
}

static bool is_empty(const struct silence *silence)
{
    return match_is_empty(&silence->mute.match) && silence->incident[0] == '\0';
}

static bool read_body(const json_t *body, int64_t now_wall_ms, struct silence *out, struct refusal refusal)
{
    const char *why = json_string_value(json_object_get(body, "why"));
    bool all = json_is_true(json_object_get(body, "all"));

    if (!json_is_object(body) || !keys_are_known(body))
        return refuse(refusal, "The body is an object with match, all, seconds, until and why.");
    if (!read_match(json_object_get(body, "match"), out, refusal) || !read_end(body, now_wall_ms, out, refusal))
        return false;
    if (is_empty(out) != all)
        return refuse(refusal, all ? "\"all\" goes with an empty \"match\"."
                                   : "An empty \"match\" silences everything; say \"all\": true if that is meant.");
    return (why != NULL && silence_set_why(out, why)) ||
           refuse(refusal, "A reason must be given, of at most 511 bytes: \"why\".");
}

/* NOLINTNEXTLINE(readability-non-const-parameter): refuse() writes into it */
bool silence_read(const char *json, size_t len, int64_t now_wall_ms, struct silence *out, char why[SILENCE_REFUSAL_MAX])
{
    struct refusal refusal = { why };
    json_t *body = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);

    if (body == NULL)
        return refuse(refusal, "The body is no JSON.");
    bool fine = read_body(body, now_wall_ms, out, refusal);
    json_decref(body);
    return fine;
}

bool silence_read_match(const char *json, struct silence *out)
{
    char why[SILENCE_REFUSAL_MAX];
    json_t *match = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    bool fine = match != NULL && read_match(match, out, (struct refusal){ why });

    json_decref(match);
    if (fine && out->incident[0] != '\0')
        /* NOLINTNEXTLINE(cert-err34-c): at most 16 hexadecimal digits always fit */
        fine = sscanf(out->incident, "%16" SCNx64, &out->mute.match.incident) == 1;
    return fine;
}

/* ---- writing ---- */

static json_t *labels(const struct match *match)
{
    json_t *entry = put_object_new();

    for (size_t i = 0; i < match->label_count; i++) {
        json_t *values = json_object_get(entry, match->labels[i].name);
        if (values == NULL) {
            values = put_array_new();
            put_value(entry, match->labels[i].name, values);
        }
        put_item(values, put_string(match->labels[i].value));
    }
    return entry;
}

/* Left out when nothing is in it: then any will do. */
static void put_list(json_t *entry, const char *key, json_t *list)
{
    if (json_array_size(list) > 0)
        put_value(entry, key, list);
    else
        json_decref(list);
}

json_t *entry_match(const struct match *match)
{
    json_t *entry = put_object_new(), *severities = put_array_new(), *owners = put_array_new(), *rules = put_array_new();
    char key[20];

    for (enum severity severity = SEVERITY_INFO; severity < SEVERITIES; severity++)
        if (match->severities & 1U << severity)
            put_item(severities, put_string(severity_name(severity)));
    for (enum owner owner = 0; owner < OWNERS; owner++)
        if (match->owners & 1U << owner)
            put_item(owners, put_string(owner_name(owner)));
    for (size_t i = 0; i < match->rule_count; i++)
        put_item(rules, put_string(rule_find(match->rules[i])->name));
    put_list(entry, "severity", severities);
    put_list(entry, "owner", owners);
    put_list(entry, "rule", rules);
    if (match->circuit != NULL)
        put_text(entry, "circuit", match->circuit);
    snprintf(key, sizeof key, "%016" PRIx64, match->incident);
    if (match->incident != 0)
        put_text(entry, "incident", key);
    if (match->label_count > 0)
        put_value(entry, "labels", labels(match));
    return entry;
}

char *silence_match_text(const struct match *match)
{
    return put_end(entry_match(match));
}
