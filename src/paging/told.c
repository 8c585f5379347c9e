/*
 * What the bodies for receivers are made from: the notice as it was stored. Its event is read by name, so that an event
 * of a later release is still told, as a change.
 */
#include "paging/told.h"

#include "paging/notice.h"
#include "paging/object.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static enum told_event event_of(const char *name)
{
    static const char *const names[TOLD_EVENTS] = { "raised",  "changed", "reminder", "acknowledged",
                                                    "cleared", "test",    "digest" };

    for (unsigned i = 0; i < TOLD_EVENTS; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return TOLD_CHANGED;
}

bool told_init(struct told *told, const char *notice_json)
{
    json_t *object = notice_parse(notice_json);

    if (object == NULL)
        return false;
    *told = (struct told){
        .object = object,
        .event = event_of(object_text(object, NULL, "event")),
        .id = object_text(object, NULL, "id"),
        .incident = object_text(object, NULL, "incident"),
        .severity = object_text(object, NULL, "severity"),
        .owner = object_text(object, NULL, "owner"),
        .rule = object_text(object, NULL, "name"),
        .summary = object_text(object, NULL, "summary"),
        .text = object_text(object, NULL, "text"),
        .circuit = object_text(object, "circuit", "name"),
        .acknowledged_by = object_text(object, NULL, "acknowledged_by"),
        .time_wall_ms = told_time(object_text(object, NULL, "time")),
        .since_wall_ms = told_time(object_text(object, NULL, "since")),
    };
    return true;
}

void told_fini(struct told *told)
{
    json_decref(told->object);
}

unsigned told_rank(const char *severity)
{
    return strcmp(severity, "critical") == 0 ? 2 : strcmp(severity, "info") == 0 ? 0 : 1;
}

int64_t told_time(const char *text)
{
    struct tm utc = { 0 };
    int ms = 0, end = 0;

    /* NOLINTNEXTLINE(cert-err34-c): few digits each, which always fit */
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
               &utc.tm_min, &utc.tm_sec, &ms, &end) != 7 || end == 0)
        return 0;
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    return (int64_t)timegm(&utc) * 1000 + ms;
}

const char *time_text(int64_t wall_ms, char text[TIME_TEXT_MAX])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc = { 0 };
    char day[24];

    (void)gmtime_r(&seconds, &utc);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, TIME_TEXT_MAX, "%s.%03dZ", day, (int)(wall_ms % 1000));
    return text;
}
