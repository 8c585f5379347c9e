/*
 * A notice as JSON. Built key by key with the library, never by format strings, so that no name can break out of its
 * value; every foreign text passes text_value(), which bounds it and makes it valid UTF-8.
 */
#include "paging/notice.h"

#include "core/outbox.h"
#include "core/rule.h"
#include "paging/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* NOLINTNEXTLINE(misc-redundant-expression): some of them are equal today */
static_assert(NOTICE_TEXT_MAX >= NOTICE_SUMMARY_MAX && NOTICE_TEXT_MAX >= NOTICE_STEP_MAX &&
                  NOTICE_TEXT_MAX >= NOTICE_NAME_MAX,
              "text_value() has room for the longest");

static json_t *must(json_t *value)
{
    if (value == NULL)
        abort(); /* no memory */
    return value;
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, must(value)) != 0)
        abort();
}

static void add(json_t *array, json_t *value)
{
    if (json_array_append_new(array, must(value)) != 0)
        abort();
}

static json_t *text_value(const char *text, size_t most)
{
    char clean[NOTICE_TEXT_MAX + 1];

    assert(most <= NOTICE_TEXT_MAX);
    size_t len = utf8_copy(clean, most + 1, text);
    return json_stringn_nocheck(clean, len);
}

/* NULL and "" are what is not known. */
static void put_text(json_t *object, const char *key, const char *text, size_t most)
{
    put(object, key, text == NULL || *text == '\0' ? json_null() : text_value(text, most));
}

/* One line, as the contract says, whatever somebody called a thing; the names themselves are beside it as they are. */
static void put_summary(json_t *object, const char *text)
{
    char line[NOTICE_SUMMARY_MAX + 1];

    utf8_copy_plain(line, sizeof line, text);
    put_text(object, "summary", line, NOTICE_SUMMARY_MAX);
}

static void put_name(json_t *object, const char *key, const char *text)
{
    put_text(object, key, text, NOTICE_NAME_MAX);
}

static void put_number(json_t *object, const char *key, int64_t number)
{
    put(object, key, number == 0 ? json_null() : json_integer(number));
}

/* RFC 3339; null for 0 and for what is no date of four-digit years. */
static void put_time(json_t *object, const char *key, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[80], day[64];

    if (wall_ms <= 0 || gmtime_r(&seconds, &utc) == NULL || utc.tm_year > 9999 - 1900) {
        put(object, key, json_null());
        return;
    }
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, sizeof text, "%s.%03dZ", day, (int)(wall_ms % 1000));
    put(object, key, json_string(text));
}

const char *notice_event_name(enum rule_event event)
{
    switch ((unsigned)event) {
    case OUTBOX_TEST:
        return "test";
    case OUTBOX_DIGEST:
        return "digest";
    default:
        return rule_event_name(event);
    }
}

const char *incident_identity(const struct incident *incident, char text[INCIDENT_IDENTITY_MAX])
{
    snprintf(text, INCIDENT_IDENTITY_MAX, "%016" PRIx64 "-%" PRIu32, incident->key, incident->episode);
    return text;
}

const char *notice_id(const struct incident *incident, char text[NOTICE_ID_MAX])
{
    char episode[INCIDENT_IDENTITY_MAX];

    snprintf(text, NOTICE_ID_MAX, "%s-%" PRIu32, incident_identity(incident, episode), incident->sequence);
    return text;
}

static const char *rule_name(uint8_t number)
{
    const struct rule_info *info = rule_find(number);

    return info == NULL ? NULL : info->name;
}

static void put_identity(json_t *object, const struct notice *notice)
{
    const struct incident *incident = notice->incident;
    char id[NOTICE_ID_MAX], episode[INCIDENT_IDENTITY_MAX], key[17];

    snprintf(key, sizeof key, "%016" PRIx64, incident->key);
    put(object, "schema", json_string(NOTICE_SCHEMA));
    put(object, "id", json_string(notice_id(incident, id)));
    put(object, "event", json_string(notice_event_name(notice->event)));
    put(object, "incident", json_string(incident_identity(incident, episode)));
    put(object, "key", json_string(key));
    put(object, "sequence", json_integer(incident->sequence));
    put_time(object, "time", notice->time_wall_ms);
    put_time(object, "since", incident->since_wall_ms);
}

static void put_judgement(json_t *object, const struct notice *notice)
{
    const struct incident *incident = notice->incident;

    put_number(object, "rule", incident->rule);
    put_name(object, "name", rule_name(incident->rule));
    put_name(object, "severity", severity_name(incident->severity));
    put_name(object, "owner", owner_name(incident->owner));
    put_name(object, "verdict", notice->circuit == NULL ? NULL : verdict_name(notice->verdict));
}

static void put_story(json_t *object, const struct story *story)
{
    json_t *steps = must(json_array());

    put_summary(object, story->summary);
    put_text(object, "text", story->text, NOTICE_TEXT_MAX);
    for (size_t i = 0; i < story->step_count; i++)
        add(steps, text_value(story->step[i], NOTICE_STEP_MAX));
    put(object, "next_steps", steps);
}

/* Which of several connections, links, maintenances: at most one of these is not null. */
static void put_items(json_t *object, const struct incident *incident)
{
    enum item_kind own = item_kind(incident->rule);

    for (enum item_kind kind = ITEM_NONE + 1; kind < ITEM_KINDS; kind++)
        put_name(object, item_kind_name(kind), kind == own ? incident->item : NULL);
}

static json_t *subject_object(const struct notice *notice)
{
    static const char *const families[FAMILIES + 1] = { "ipv4", "ipv6", NULL }; /* as in the settings */
    const struct subject *subject = &notice->incident->subject;
    json_t *object = must(json_object());

    put_name(object, "peering", peering_name(subject->peering));
    put_name(object, "path", path_name(subject->path));
    put_name(object, "family", families[subject->family]);
    put(object, "prefix", json_null());
    put_items(object, notice->incident);
    put_text(object, "port", notice->port, NOTICE_STEP_MAX);
    put_name(object, "credential", notice->credential);
    put_name(object, "subscription", notice->subscription);
    put_name(object, "receiver", notice->receiver);
    return object;
}

static json_t *labels_object(const struct circuit_settings *circuit)
{
    json_t *object = must(json_object());
    char name[NOTICE_NAME_MAX + 1];

    for (size_t i = 0; i < circuit->label_count && i < NOTICE_LABELS_MAX; i++) {
        utf8_copy(name, sizeof name, circuit->labels[i].name);
        put(object, name, text_value(circuit->labels[i].value, NOTICE_NAME_MAX));
    }
    return object;
}

/* What the last answer said of the circuit as a thing; all null before there was one. */
static void put_sample(json_t *object, const struct sample *sample)
{
    put_name(object, "location", sample == NULL ? NULL : sample_text(sample, sample->location));
    put_name(object, "provider", sample == NULL ? NULL : sample_text(sample, sample->provider_name));
    put_name(object, "peering_location", sample == NULL ? NULL : sample_text(sample, sample->peering_location));
    put_number(object, "bandwidth", sample == NULL ? 0 : sample->bandwidth_mbps);
    put_name(object, "service_key_tail", sample == NULL ? NULL : sample->service_key_tail);
}

static json_t *circuit_object(const struct circuit_settings *circuit, const struct sample *sample)
{
    if (circuit == NULL)
        return json_null();
    json_t *object = must(json_object());
    put_text(object, "id", resource_id_text(&circuit->id).text, NOTICE_STEP_MAX);
    put_name(object, "name", circuit->name);
    put(object, "labels", labels_object(circuit));
    put_sample(object, sample);
    return object;
}

static json_t *facts_array(const struct story *story)
{
    json_t *array = must(json_array());

    for (size_t i = 0; i < story->fact_count; i++) {
        const struct fact *fact = &story->fact[i];
        json_t *object = must(json_object());
        put_name(object, "name", fact->name);
        put_text(object, "value", fact->value, NOTICE_STEP_MAX);
        put_time(object, "seen_at", fact->seen_wall_ms);
        put_name(object, "source", fact->source);
        add(array, object);
    }
    return array;
}

static json_t *daemon_object(const struct notice *notice)
{
    json_t *object = must(json_object());

    put_name(object, "host", notice->host);
    put_name(object, "version", notice->version);
    return object;
}

json_t *notice_object(const struct notice *notice)
{
    json_t *object = must(json_object());

    assert(notice->incident != NULL && notice->story != NULL && (unsigned)notice->event < OUTBOX_EVENTS);
    put_identity(object, notice);
    put_judgement(object, notice);
    put_story(object, notice->story);
    put(object, "subject", subject_object(notice));
    put(object, "circuit", circuit_object(notice->circuit, notice->sample));
    put(object, "facts", facts_array(notice->story));
    put_name(object, "suppressed_by", rule_name(notice->incident->suppressed_by));
    put_name(object, "acknowledged_by", notice->incident->ack.who);
    put_name(object, "runbook", notice->incident->rule == RULE_NONE ? NULL : NOTICE_RUNBOOK);
    put(object, "daemon", daemon_object(notice));
    return object;
}

char *notice_json(const struct notice *notice)
{
    json_t *object = notice_object(notice);
    char *text = json_dumps(object, JSON_COMPACT);

    json_decref(object);
    if (text == NULL)
        abort(); /* no memory: the texts are valid */
    return text;
}

json_t *notice_parse(const char *json)
{
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    const char *schema = json_string_value(json_object_get(object, "schema"));

    if (schema != NULL && strcmp(schema, NOTICE_SCHEMA) == 0)
        return object;
    json_decref(object);
    return NULL;
}

bool notice_is_sound(const char *json)
{
    json_t *object = notice_parse(json);

    json_decref(object);
    return object != NULL;
}
