/*
 * `silence`: what was said on the command line becomes the body of a request. A time without Z is the local one of whoever
 * asks; the daemon is told in UTC.
 */
#include "ctl/silence.h"

#include "config/duration.h"
#include "ctl/doc.h"
#include "ctl/when.h"
#include "io/memory.h"

#include <jansson.h>

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, memory_or_die(value)) != 0)
        memory_or_die(NULL);
}

/* An argument that is no UTF-8 cannot be said in JSON. */
static json_t *text_of(const char *text)
{
    json_t *value = json_string(text);

    return value != NULL ? value : memory_or_die(json_string("?"));
}

static void set_list(json_t *match, const char *key, const struct words *words)
{
    json_t *list = memory_or_die(json_array());

    for (size_t i = 0; i < words->count; i++)
        if (json_array_append_new(list, text_of(words->word[i])) != 0)
            memory_or_die(NULL);
    if (words->count > 0)
        set(match, key, list);
    else
        json_decref(list);
}

/* "site=LON"; several values of one name are a list. @return false: there is no "=" */
static bool add_label(json_t *labels, const char *word)
{
    const char *equals = strchr(word, '=');

    if (equals == NULL || equals == word)
        return false;
    char *name = xstrdup(word);
    name[equals - word] = '\0';
    if (json_object_get(labels, name) == NULL)
        set(labels, name, json_array());
    if (json_array_append_new(json_object_get(labels, name), text_of(equals + 1)) != 0)
        memory_or_die(NULL);
    free(name);
    return true;
}

static const char *set_labels(json_t *match, const struct words *words)
{
    json_t *labels = memory_or_die(json_object());

    for (size_t i = 0; i < words->count; i++)
        if (!add_label(labels, words->word[i])) {
            json_decref(labels);
            return "--label takes NAME=VALUE";
        }
    if (words->count > 0)
        set(match, "labels", labels);
    else
        json_decref(labels);
    return NULL;
}

static const char *set_end(json_t *body, const struct silence_words *said)
{
    char utc[WHEN_READ_MAX];
    int64_t ms = 0;

    if ((said->span == NULL) == (said->until == NULL))
        return "silence add needs --for DURATION or --until TIME";
    if (said->span != NULL && (!duration_parse(said->span, &ms) || ms < 1000))
        return "--for takes a duration such as 30m, 2h or 3d";
    if (said->until != NULL && !when_read(said->until, utc))
        return "--until takes a time such as 2026-12-01T22:00, local time, or 2026-12-01T22:00Z";
    if (said->span != NULL)
        set(body, "seconds", json_integer(ms / 1000));
    else
        set(body, "until", text_of(utc));
    return NULL;
}

const char *silence_body(const struct silence_words *said, bool all, char **out)
{
    json_t *body = memory_or_die(json_object()), *match = json_object();

    set(body, "match", match);
    if (said->circuit != NULL)
        set(match, "circuit", text_of(said->circuit));
    if (said->incident != NULL)
        set(match, "incident", text_of(said->incident));
    set_list(match, "rule", &said->rules);
    set_list(match, "severity", &said->severities);
    set_list(match, "owner", &said->owners);
    const char *wrong = set_labels(match, &said->labels);
    if (all)
        set(body, "all", json_true());
    if (wrong == NULL)
        wrong = set_end(body, said);
    if (wrong == NULL && said->why == NULL)
        wrong = "silence add needs --why TEXT: whoever finds the silence must learn what it is for";
    else if (wrong == NULL && json_object_size(match) == 0 && !all)
        wrong = "silence add needs to know what: --circuit, --rule, --severity, --owner, --label, --incident, or --all";
    if (wrong == NULL) {
        set(body, "why", text_of(said->why));
        *out = memory_or_die(json_dumps(body, JSON_COMPACT));
    }
    json_decref(body);
    return wrong;
}

const char *ack_body(const struct silence_words *said, bool sticky, char **out)
{
    json_t *body = memory_or_die(json_object());
    int64_t ms = 0;
    bool fine = said->span == NULL || (duration_parse(said->span, &ms) && ms >= 1000);

    if (said->span != NULL)
        set(body, "seconds", json_integer(ms / 1000));
    if (said->why != NULL)
        set(body, "why", text_of(said->why));
    set(body, "sticky", sticky ? json_true() : json_false());
    *out = fine ? memory_or_die(json_dumps(body, JSON_COMPACT)) : NULL;
    json_decref(body);
    return fine ? NULL : "--for takes a duration such as 30m, 2h or 3d";
}
