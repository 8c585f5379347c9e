/*
 * CloudEvents 1.0 in structured mode: the whole envelope is the body, the notice its data. What has happened is in the
 * type, what it happened to in source and subject. Attributes of our own (incident, severity) are extensions.
 */
#include "paging/request.h"

#include "core/text.h"
#include "paging/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ATTRIBUTE_MAX 2048
#define TYPE_BEGINNING "net.erwatch.expressroute."

/* RFC 3986: what may stand in a path; everything else is written as %XX. */
static void add_part(struct text *text, const char *part)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/";

    for (; *part != '\0'; part++)
        if (strchr(fine, *part) != NULL)
            text_add_bytes(text, part, 1);
        else
            text_addf(text, "%%%02X", (unsigned)(unsigned char)*part);
}

/* The circuit's resource id; beside a circuit, this daemon. */
static void put_source(json_t *event, const struct making *making)
{
    const char *id = object_text(making->told->object, "circuit", "id");
    char source[ATTRIBUTE_MAX * 3];
    struct text text;

    text_init(&text, source, sizeof source);
    if (*id == '\0')
        text_add(&text, "urn:erwatch:");
    add_part(&text, *id != '\0' ? id : *making->wire->host != '\0' ? making->wire->host : "unknown");
    object_put_text(event, "source", source, sizeof source);
}

/* Which object it is about, from the inside out. */
static const char *object_of(const struct told *told)
{
    static const struct {
        const char *inner, *key, *name;
    } objects[] = {
        { "subject", "connection", "connection" }, { "subject", "global_reach", "globalreach" },
        { "subject", "prefix", "prefix" },         { "subject", "path", "session" },
        { "subject", "peering", "peering" },       { "subject", "maintenance", "maintenance" },
        { "subject", "port", "port" },             { "circuit", "id", "circuit" },
    };
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        if (*object_text(told->object, objects[i].inner, objects[i].key) != '\0')
            return objects[i].name;
    return "monitor";
}

static void put_type(json_t *event, const struct told *told)
{
    const char *verdict = told->event == TOLD_DIGEST ? "digest" : object_text(told->object, NULL, "verdict");
    char type[128];

    snprintf(type, sizeof type, TYPE_BEGINNING "%s.%s.v1", object_of(told), *verdict != '\0' ? verdict : "unknown");
    object_put_text(event, "type", type, sizeof type);
}

/* "peering/microsoft/link/primary/prefix/203.0.113.0%2F24" */
static void put_subject(json_t *event, const struct told *told)
{
    static const char *const parts[][2] = {
        { "peering", "peering" },       { "path", "link" },         { "family", "family" },
        { "prefix", "prefix" },         { "connection", "connection" }, { "global_reach", "globalreach" },
        { "maintenance", "maintenance" }, { "port", "port" },       { "link", "portlink" },
        { "credential", "credential" }, { "subscription", "subscription" }, { "receiver", "receiver" },
    };
    char subject[ATTRIBUTE_MAX];
    struct text text;

    text_init(&text, subject, sizeof subject);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *value = object_text(told->object, "subject", parts[i][0]);
        if (*value == '\0')
            continue;
        text_addf(&text, "%s%s/", text.used > 0 ? "/" : "", parts[i][1]);
        add_part(&text, value);
    }
    object_put_text(event, "subject", subject, sizeof subject);
}

struct wire_request *cloudevents_request(const struct making *making)
{
    const struct told *told = making->told;
    struct wire_request *request = request_new("POST");
    json_t *event = object_new();
    char sequence[24];

    snprintf(sequence, sizeof sequence, "%" PRId64,
             (int64_t)json_integer_value(json_object_get(told->object, "sequence")));
    object_put_text(event, "specversion", "1.0", 8);
    object_put_text(event, "id", told->id, 255);
    put_source(event, making);
    put_type(event, told);
    put_subject(event, told);
    object_put_text(event, "time", object_text(told->object, NULL, "time"), 64);
    object_put_text(event, "datacontenttype", "application/json", 64);
    object_put_text(event, "incident", told->incident, 255);
    object_put_text(event, "event", object_text(told->object, NULL, "event"), 64);
    object_put_text(event, "severity", told->severity, 64);
    object_put_text(event, "sequence", sequence, sizeof sequence);
    object_put(event, "data", making->minimal ? least_notice(told) : json_incref(told->object));
    request_header(request, "Content-Type", "application/cloudevents+json; charset=utf-8");
    request_body(request, object_dump(event));
    return request;
}
