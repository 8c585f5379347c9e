/*
 * Opsgenie, Alert API v2: an alert with an alias, which dedup.c says; closed, acknowledged and spoken of by that
 * alias.
 */
#include "paging/dedup.h"
#include "paging/object.h"
#include "paging/request.h"
#include "paging/speech.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_MOST 130 /* of characters; as bytes it always fits */
#define DESCRIPTION_MOST 15000
#define NOTE_MOST 25000

static void put_message(json_t *body, const struct told *told)
{
    char message[MESSAGE_MOST + 1], whole[SPEECH_LINE_MAX];
    struct text text;

    text_init(&text, message, sizeof message);
    text_add_cut(&text, speech_headline(told, whole), MESSAGE_MOST - 3);
    object_put_text(body, "message", message, MESSAGE_MOST);
}

/* The same as a mail's: text, steps, facts, identity. */
static void put_description(json_t *body, const char *key, const struct making *making, size_t most)
{
    char description[NOTE_MOST + 1], lines[SPEECH_LINES_MAX], line[SPEECH_LINE_MAX];
    const struct told *told = making->told;
    struct text text;

    text_init(&text, description, most);
    text_add(&text, *told->text != '\0' ? speech_text(told, lines) : told->summary);
    if (*speech_steps(told, lines) != '\0')
        text_addf(&text, "\n\n%s", lines);
    if (*speech_facts(told, lines) != '\0')
        text_addf(&text, "\n\n%s", lines);
    text_addf(&text, "\n\n%s", speech_identity(told, making->now_wall_ms, line));
    object_put_text(body, key, description, most);
}

/* All values are texts. */
static json_t *details_of(const struct told *told)
{
    static const char *const keys[][2] = {
        { NULL, "incident" },       { NULL, "name" },        { NULL, "owner" },      { NULL, "verdict" },
        { NULL, "since" },          { "circuit", "id" },     { "circuit", "provider" },
        { "circuit", "peering_location" },
        { "subject", "peering" },   { "subject", "path" },   { "subject", "family" }, { "subject", "connection" },
        { "subject", "credential" }, { "subject", "receiver" },
    };
    json_t *details = object_new(), *value;
    const char *label;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        object_put_text(details, keys[i][1], object_text(told->object, keys[i][0], keys[i][1]), 1024);
    json_object_foreach(json_object_get(json_object_get(told->object, "circuit"), "labels"), label, value)
        if (*label != '\0' && json_object_get(details, label) == NULL)
            object_put_text(details, label, json_string_value(value), 255);
    return details;
}

static json_t *alert_of(const struct making *making, const char *alias)
{
    static const char *const priorities[] = { "P5", "P3", "P1" };
    const struct told *told = making->told;
    json_t *body = object_new(), *tags = array_new();

    put_message(body, told);
    object_put_text(body, "alias", alias, 255);
    object_put_text(body, "source", making->wire->host, 100);
    object_put_text(body, "entity", told->circuit, 500);
    object_put_text(body, "priority", priorities[told_rank(told->severity)], 4);
    array_add(tags, text_json("erwatch", 20));
    array_add(tags, text_json(*told->rule != '\0' ? told->rule : "test", 50));
    object_put(body, "tags", tags);
    if (making->minimal)
        return body;
    put_description(body, "description", making, DESCRIPTION_MOST);
    object_put(body, "details", details_of(told));
    return body;
}

/* What is said of an alert that is there. */
static json_t *remark_of(const struct making *making, enum dedup_action action)
{
    json_t *body = object_new();
    char line[SPEECH_LINE_MAX];

    object_put_text(body, "source", making->wire->host, 100);
    if (action == DEDUP_ACKNOWLEDGE)
        object_put_text(body, "user", making->told->acknowledged_by, 100);
    if (action == DEDUP_NOTE && !making->minimal)
        put_description(body, "note", making, NOTE_MOST);
    else
        object_put_text(body, "note", speech_headline(making->told, line), SPEECH_LINE_MAX);
    return body;
}

struct wire_request *opsgenie_request(const struct making *making)
{
    static const char *const words[] = { [DEDUP_OPEN] = "", [DEDUP_NOTE] = "notes", [DEDUP_ACKNOWLEDGE] = "acknowledge",
                                         [DEDUP_CLOSE] = "close" };
    struct wire_request *request = request_new("POST");
    struct dedup_step step;
    char path[DEDUP_KEY_MAX + 64] = "/v2/alerts", key[512];

    dedup_step(making->told, making->kept, &step);
    if (step.action != DEDUP_OPEN) /* our keys are made of digits, letters and dashes */
        snprintf(path, sizeof path, "/v2/alerts/%s/%s?identifierType=alias", step.key, words[step.action]);
    snprintf(key, sizeof key, "GenieKey %.480s", making->wire->key);
    request_url(request, making->wire->url, path);
    request_header(request, "Authorization", key);
    explicit_bzero(key, sizeof key);
    request_json(request, step.action == DEDUP_OPEN ? alert_of(making, step.key) : remark_of(making, step.action));
    request_keep(request, step.kept);
    request->more = step.more;
    return request;
}
