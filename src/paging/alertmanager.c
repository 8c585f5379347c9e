/*
 * Alertmanager, API v2: a firing alert ends by itself unless it is sent again in time, so its end is always a little
 * ahead. Severity and owner are labels, which routes there need; when one of them changes, the alert with the old ones
 * is ended in the same request. Also the body of its webhooks (version 4), for receivers that know it.
 */
#include "paging/labels.h"
#include "paging/object.h"
#include "paging/request.h"

#include <stdio.h>
#include <string.h>

#define ALIVE_MS (INT64_C(15) * 60 * 1000)

static void put_when(json_t *alert, const char *key, int64_t wall_ms)
{
    char text[TIME_TEXT_MAX];

    object_put_text(alert, key, time_text(wall_ms, text), sizeof text);
}

static int64_t start_of(const struct making *making)
{
    const struct told *told = making->told;

    return told->since_wall_ms > 0 ? told->since_wall_ms : told->time_wall_ms > 0 ? told->time_wall_ms
                                                                                  : making->now_wall_ms;
}

/* When it was over; not later than now, or it would go on firing until then. */
static int64_t over_at(const struct making *making)
{
    int64_t time = making->told->time_wall_ms, now = making->now_wall_ms;

    return time > 0 && time < now ? time : now;
}

/* The end must not lie before the start (400). */
static json_t *alert_new(const struct making *making, json_t *labels, int64_t end)
{
    json_t *alert = object_new();
    int64_t start = start_of(making);

    object_put(alert, "labels", labels);
    object_put(alert, "annotations", annotations_object(making->told, making->minimal));
    put_when(alert, "startsAt", start);
    put_when(alert, "endsAt", end > start ? end : start);
    object_put_text(alert, "generatorURL", request_link(making->wire), 2048);
    return alert;
}

/* Until when it is true unless it is said again. */
static int64_t alive_until(const struct making *making)
{
    return making->now_wall_ms + (making->wire->alive_ms > 0 ? making->wire->alive_ms : ALIVE_MS);
}

/* What is remembered: "warning you". */
static bool read_kept(const char *kept, char severity[32], char owner[32])
{
    return sscanf(kept, "%31s %31s", severity, owner) == 2;
}

struct wire_request *alertmanager_request(const struct making *making)
{
    struct wire_request *request = request_new("POST");
    const struct told *told = making->told;
    json_t *alerts = array_new();
    char severity[32], owner[32], kept[WIRE_KEPT_MAX];
    bool over = told->event == TOLD_CLEARED;

    array_add(alerts, alert_new(making, labels_object(told, NULL, NULL),
                                over ? over_at(making) : alive_until(making)));
    if (read_kept(making->kept, severity, owner) &&
        (strcmp(severity, told->severity) != 0 || strcmp(owner, told->owner) != 0))
        array_add(alerts, alert_new(making, labels_object(told, severity, owner), over_at(making)));
    snprintf(kept, sizeof kept, "%.31s %.31s", told->severity, told->owner);
    if (told->event != TOLD_TEST)
        request_keep(request, kept);
    request_url(request, making->wire->url, "/api/v2/alerts");
    request_json(request, alerts);
    return request;
}

/* ---- its webhook ---- */

#define STILL_FIRING "0001-01-01T00:00:00Z" /* measured on Alertmanager 0.25 */

/* The key of the incident is what its fingerprint is there: 16 hexadecimal digits, the same as long as it is open. */
static json_t *webhook_alert(const struct making *making, const char *status)
{
    const struct told *told = making->told;
    const char *link = request_link(making->wire);
    json_t *alert = object_new();

    object_put_text(alert, "status", status, 16);
    object_put(alert, "labels", labels_object(told, NULL, NULL));
    object_put(alert, "annotations", annotations_object(told, making->minimal));
    put_when(alert, "startsAt", start_of(making));
    if (told->event == TOLD_CLEARED)
        put_when(alert, "endsAt", over_at(making) > start_of(making) ? over_at(making) : start_of(making));
    else
        object_put_text(alert, "endsAt", STILL_FIRING, 32);
    object_put(alert, "generatorURL", text_json(link != NULL ? link : "", 2048));
    object_put_text(alert, "fingerprint", object_text(told->object, NULL, "key"), 32);
    return alert;
}

struct wire_request *prometheus_request(const struct making *making)
{
    struct wire_request *request = request_new("POST");
    const struct told *told = making->told;
    const char *status = told->event == TOLD_CLEARED ? "resolved" : "firing", *link = request_link(making->wire);
    json_t *body = object_new(), *group = object_new(), *alerts = array_new();
    char key[160];

    snprintf(key, sizeof key, "{}:{incident=\"%.64s\"}", told->incident);
    object_put_text(group, "incident", told->incident, 255);
    array_add(alerts, webhook_alert(making, status));
    object_put_text(body, "version", "4", 4);
    object_put_text(body, "groupKey", key, sizeof key);
    object_put(body, "truncatedAlerts", json_integer(0));
    object_put_text(body, "status", status, 16);
    object_put_text(body, "receiver", making->wire->name, 255);
    object_put(body, "groupLabels", group);
    object_put(body, "commonLabels", labels_object(told, NULL, NULL));
    object_put(body, "commonAnnotations", annotations_object(told, making->minimal));
    object_put(body, "externalURL", text_json(link != NULL ? link : "", 2048));
    object_put(body, "alerts", alerts);
    request_json(request, body);
    return request;
}
