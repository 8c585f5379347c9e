/* PagerDuty, Events API v2: trigger, acknowledge, resolve, each under the key that dedup.c says. */
#include "paging/dedup.h"
#include "paging/object.h"
#include "paging/request.h"

#include <stdlib.h>
#include <string.h>

#define EVENT_MOST ((size_t)512 * 1024) /* of a whole event */
#define SUMMARY_MOST 1024

static json_t *facts_of(const struct told *told)
{
    const json_t *facts = json_object_get(told->object, "facts");
    json_t *object = object_new();

    for (size_t i = 0; i < json_array_size(facts); i++) {
        const json_t *fact = json_array_get(facts, i);
        object_put_text(object, object_text(fact, NULL, "name"), object_text(fact, NULL, "value"), 1024);
    }
    return object;
}

/* What the page of an alert shows below its summary. */
static json_t *details_of(const struct making *making)
{
    static const char *const keys[] = { "event", "incident", "owner", "verdict", "since", "text", "next_steps",
                                        "subject", "circuit", "acknowledged_by", "runbook", "daemon" };
    json_t *details = object_new();

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(making->told->object, keys[i]);
        if (value != NULL && !json_is_null(value))
            object_put(details, keys[i], json_incref(value));
    }
    object_put(details, "facts", facts_of(making->told));
    return details;
}

/* Which part of the source: the peering, or whose sign-in it is. */
static void put_component(json_t *payload, const struct told *told)
{
    const char *component = object_text(told->object, "subject", "peering");

    if (*component == '\0')
        component = object_text(told->object, "subject", "credential");
    object_put_text(payload, "component", component, 255);
}

static json_t *payload_of(const struct making *making)
{
    static const char *const severities[] = { "info", "warning", "critical" };
    const struct told *told = making->told;
    json_t *payload = object_new();

    object_put_text(payload, "summary", told->summary, SUMMARY_MOST);
    object_put_text(payload, "source", *told->circuit != '\0' ? told->circuit : making->wire->host, 255);
    object_put_text(payload, "severity", severities[told_rank(told->severity)], 16);
    object_put_text(payload, "timestamp", object_text(told->object, NULL, "time"), 64);
    put_component(payload, told);
    object_put_text(payload, "group", object_text(told->object, "circuit", "peering_location"), 255);
    object_put_text(payload, "class", told->rule, 255);
    return payload;
}

static void put_links(json_t *event, const struct making *making)
{
    const char *page = request_link(making->wire);
    json_t *links = array_new(), *link = object_new();

    if (page == NULL) {
        json_decref(links);
        json_decref(link);
        return;
    }
    object_put_text(event, "client_url", page, 2048);
    object_put_text(link, "href", page, 2048);
    object_put_text(link, "text", "erwatch", 32);
    array_add(links, link);
    object_put(event, "links", links);
}

/* With the details unless they are not wanted, or too much. */
static char *trigger_text(const struct making *making, json_t *event)
{
    json_t *payload = payload_of(making);

    object_put(event, "payload", payload);
    object_put_text(event, "client", "erwatch", 32);
    put_links(event, making);
    if (making->minimal)
        return object_dump(event);
    object_put(payload, "custom_details", details_of(making));
    char *text = object_dump(json_incref(event));
    if (strlen(text) > EVENT_MOST) {
        free(text);
        (void)json_object_del(payload, "custom_details");
        text = object_dump(json_incref(event));
    }
    json_decref(event);
    return text;
}

struct wire_request *pagerduty_request(const struct making *making)
{
    static const char *const actions[] = { [DEDUP_OPEN] = "trigger", [DEDUP_NOTE] = "trigger",
                                           [DEDUP_ACKNOWLEDGE] = "acknowledge", [DEDUP_CLOSE] = "resolve" };
    struct wire_request *request = request_new("POST");
    json_t *event = object_new();
    struct dedup_step step;

    dedup_step(making->told, making->kept, &step);
    object_put_text(event, "routing_key", making->wire->key, 255);
    object_put_text(event, "event_action", actions[step.action], 16);
    object_put_text(event, "dedup_key", step.key, 255);
    request_url(request, making->wire->url, "/v2/enqueue");
    request_header(request, "Content-Type", "application/json");
    request_body(request, step.action <= DEDUP_NOTE ? trigger_text(making, event) : object_dump(event));
    request_keep(request, step.kept);
    request->more = step.more;
    return request;
}
