/*
 * What is asked of the history, and its lines as JSON. A page is bounded, and says where the next one begins: behind a
 * line, so that nothing is shown twice or left out when more is written meanwhile.
 */
#include "web/history.h"

#include "web/entry.h"
#include "web/instant.h"
#include "web/list.h"
#include "web/put.h"
#include "web/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_MAX 48
#define SECONDS_MOST (INT64_C(100) * 366 * 24 * 3600)

/* ---- the question ---- */

/* A whole number from 1 to @p most; nothing but digits. */
static bool read_number(const char *text, int64_t most, int64_t *number)
{
    size_t len = strspn(text, "0123456789");

    if (len == 0 || len > 18 || text[len] != '\0')
        return false;
    long long value = strtoll(text, NULL, 10);
    if (value < 1 || value > most)
        return false;
    *number = value;
    return true;
}

/* "1764626400123-4711", as an answer gave it */
static bool read_cursor(const char *text, struct api_history *out)
{
    const char *dash = strchr(text, '-');
    char wall[20];

    if (dash == NULL || dash - text >= (ptrdiff_t)sizeof wall)
        return false;
    snprintf(wall, sizeof wall, "%.*s", (int)(dash - text), text);
    return read_number(wall, INT64_MAX, &out->before_wall_ms) && read_number(dash + 1, INT64_MAX, &out->before_id);
}

static bool read_incident(const char *text, struct api_history *out)
{
    if (strlen(text) >= sizeof out->incident)
        return false;
    snprintf(out->incident, sizeof out->incident, "%s", text);
    return true;
}

static bool read_since(const char *text, struct api_history *out)
{
    return instant_read(text, &out->since_wall_ms);
}

static bool read_seconds(const char *text, struct api_history *out)
{
    return read_number(text, SECONDS_MOST, &out->seconds);
}

static bool read_until(const char *text, struct api_history *out)
{
    return instant_read(text, &out->until_wall_ms);
}

static bool read_limit(const char *text, struct api_history *out)
{
    int64_t limit;

    if (!read_number(text, API_HISTORY_MOST, &limit))
        return false;
    out->limit = (uint32_t)limit;
    return true;
}

static const struct {
    const char *key;
    bool (*read)(const char *text, struct api_history *out);
    const char *why;
} parameters[] = {
    { "incident", read_incident, "\"incident\" is an identity, a key, or the beginning of one." },
    { "since", read_since, "\"since\" is a time such as 2026-12-01T22:00:00Z." },
    { "seconds", read_seconds, "\"seconds\" is a whole number: how far back." },
    { "until", read_until, "\"until\" is a time such as 2026-12-01T22:00:00Z." },
    { "limit", read_limit, "\"limit\" may be 1 to 500." },
    { "before", read_cursor, "\"before\" is what \"next\" of the last answer said." },
};

static enum api_error refuse(const char *sentence, char why[128])
{
    snprintf(why, 128, "%s", sentence);
    return API_BAD_REQUEST;
}

enum api_error history_read_query(struct uri_part query, struct api_request *out, char why[128])
{
    struct api_history history = { .since_wall_ms = INT64_MIN,
                                   .until_wall_ms = INT64_MAX,
                                   .before_wall_ms = INT64_MAX,
                                   .before_id = INT64_MAX,
                                   .limit = API_HISTORY_USUAL };
    char text[API_NAME_MAX];

    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (uri_has(query, parameters[i].key) &&
            !(uri_query(query, parameters[i].key, text) && parameters[i].read(text, &history)))
            return refuse(parameters[i].why, why);
    if (history.seconds != 0 && history.since_wall_ms != INT64_MIN)
        return refuse("How far back must be said in one way: \"since\" or \"seconds\".", why);
    out->name[0] = '\0'; /* empty, or too long, it is not the history of all */
    if (uri_has(query, "circuit") && !uri_query(query, "circuit", out->name))
        return refuse("\"circuit\" is the name of a circuit, or its id.", why);
    if (out->name[0] != '\0' && history.incident[0] != '\0')
        return refuse("The history is that of a circuit or that of an incident.", why);
    out->history = history;
    return API_OK;
}

/* ---- the answer ---- */

static bool is_about_incident(const struct history_view *line)
{
    return line->incident->rule != RULE_NONE;
}

static void put_incident(json_t *entry, const struct history_view *line)
{
    const struct incident *incident = line->incident;
    const struct rule_info *rule = is_about_incident(line) ? rule_find(incident->rule) : NULL;
    char key[20], identity[40];

    snprintf(key, sizeof key, "%016" PRIx64, incident->key);
    snprintf(identity, sizeof identity, "%s-%" PRIu32, key, incident->episode);
    put_text(entry, "identity", incident->episode != 0 ? identity : NULL);
    put_text(entry, "key", incident->key != 0 ? key : NULL);
    put_count(entry, "episode", incident->episode != 0 ? (int64_t)incident->episode : -1);
    put_count(entry, "rule", is_about_incident(line) ? incident->rule : -1);
    put_text(entry, "name", rule != NULL ? rule->name : NULL);
    put_text(entry, "severity", is_about_incident(line) ? severity_name(incident->severity) : NULL);
}

static json_t *circuit_of(const struct history_view *line)
{
    if (line->scope[0] != '/')
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "id", line->scope);
    put_known(entry, "name", line->circuit_name);
    return entry;
}

void view_history_line(struct view_list *list, const struct history_view *line)
{
    const struct incident_view about = { .incident = line->incident,
                                         .scope = line->scope,
                                         .circuit_id = line->scope[0] == '/' ? line->scope : NULL };
    json_t *entry = put_object_new();

    put_time(entry, "time", line->wall_ms);
    put_text(entry, "kind", line->kind);
    put_incident(entry, line);
    put_value(entry, "circuit", circuit_of(line));
    put_value(entry, "subject", is_about_incident(line) ? entry_subject(&about) : json_null());
    put_known(entry, "who", line->who);
    put_known(entry, "not_sent", line->quiet);
    put_seconds(entry, "lasted", line->lasted_ms);
    put_text(entry, "text", line->text);
    list_add(list, entry);
}

char *view_history_end(struct view_list *list, const struct history_next *next, struct moment now)
{
    json_t *document = entry_document("history", now);
    char cursor[CURSOR_MAX];

    if (next != NULL)
        snprintf(cursor, sizeof cursor, "%" PRId64 "-%" PRId64, next->wall_ms, next->id);
    put_text(document, "next", next != NULL ? cursor : NULL);
    return list_end(list, document, "history");
}
