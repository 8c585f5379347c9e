/*
 * Planned maintenance as Azure Service Health announces it. Whom an event concerns is said in three ways: it was asked
 * for of one circuit, its impacted resources name the circuit, or, less certain, its service and region are the
 * circuit's.
 */
#include "azure/health.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/page.h"
#include "azure/plain.h"
#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define API_VERSION "2024-02-01"
#define EVENTS_MAX (4 * 1024 * 1024) /* an event carries its article */
#define EVENTS_PAGE_MAX 1000         /* planned maintenances of a page */

/* ---- what is asked ---- */

/* The version with what follows it in the query. Dates are written as the description of the service has them. */
static void ask_events(struct azure_request *out, const char *management, const char *scope, int64_t since_wall_ms)
{
    static const char filter[] = "&%24filter=Properties%2FEventType%20eq%20%27PlannedMaintenance%27&queryStartTime=";
    char iso[ISO_TIME_MAX];
    struct line url;

    iso_time(since_wall_ms, iso);
    arm_ask_at(out, management, scope, "/providers/Microsoft.ResourceHealth/events", API_VERSION, EVENTS_MAX);
    line_init(&url, strlen(out->url) + sizeof filter + sizeof "MM%2FDD%2FYYYY");
    line_add(&url, out->url);
    line_add(&url, filter);
    line_add_part(&url, iso + 5, 2);
    line_add(&url, "%2F");
    line_add_part(&url, iso + 8, 2);
    line_add(&url, "%2F");
    line_add_part(&url, iso, 4);
    free(out->url);
    out->url = url.text;
}

/* "/subscriptions/ID" on the heap */
static char *scope_of(const char *subscription)
{
    struct line scope;

    line_init(&scope, sizeof "/subscriptions/" + strlen(subscription));
    line_add(&scope, "/subscriptions/");
    line_add(&scope, subscription);
    return scope.text;
}

void events_ask(struct azure_request *out, const char *management, const char *subscription, int64_t since_wall_ms)
{
    char *scope = scope_of(subscription);

    ask_events(out, management, scope, since_wall_ms);
    free(scope);
}

void events_ask_circuit(struct azure_request *out, const char *management, const char *id, int64_t since_wall_ms)
{
    ask_events(out, management, id, since_wall_ms);
}

/* ---- events ---- */

enum { LIST, NEXT, NAME, PROPERTIES, TYPE, STATUS, TITLE, SUMMARY, STARTS, ENDS, IMPACT, SERVICE, REGIONS, REGION };

static const struct json_key region_keys[] = { JSON_KEY_TEXT("impactedRegion", REGION), JSON_KEYS_END };
static const struct json_shape region_shape = { region_keys };
static const struct json_key impact_keys[] = {
    JSON_KEY_TEXT("impactedService", SERVICE),
    JSON_KEY_OBJECTS("impactedRegions", REGIONS, &region_shape),
    JSON_KEYS_END,
};
static const struct json_shape impact_shape = { impact_keys };
static const struct json_key properties_keys[] = {
    JSON_KEY_TEXT("eventType", TYPE),
    JSON_KEY_TEXT("status", STATUS),
    JSON_KEY_TEXT("title", TITLE),
    JSON_KEY_TEXT("summary", SUMMARY),
    JSON_KEY_TEXT("impactStartTime", STARTS),
    JSON_KEY_TEXT("impactMitigationTime", ENDS),
    JSON_KEY_OBJECTS("impact", IMPACT, &impact_shape),
    JSON_KEYS_END,
};
static const struct json_shape properties_shape = { properties_keys };
static const struct json_key event_keys[] = {
    JSON_KEY_TEXT("name", NAME),
    JSON_KEY_OBJECT("properties", PROPERTIES, &properties_shape),
    JSON_KEYS_END,
};
static const struct json_shape event_shape = { event_keys };
static const struct json_key list_keys[] = { PAGE_KEYS(LIST, &event_shape, NEXT) };
static const struct json_shape list_shape = { list_keys };

/* Regions of one impact, whose service may come behind them. */
struct impact {
    bool express_route, everywhere;
    size_t count;
    char region[EVENT_REGIONS_MAX][EVENT_REGION_MAX];
};

struct events {
    struct page page;
    bool certain;
    /* of the event that is being read */
    struct event event;
    struct impact impact;
    bool planned, express_route, words[PATHS];
};

/* "UK South" and "uksouth" are the same. false: it does not fit. */
static bool squeeze(char out[EVENT_REGION_MAX], const char *text, size_t len)
{
    size_t used = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ')
            continue;
        if (used == EVENT_REGION_MAX - 1)
            return false;
        out[used++] = (char)tolower((unsigned char)text[i]);
    }
    out[used] = '\0';
    return true;
}

static void take_region(struct impact *impact, const struct json_value *value)
{
    char region[EVENT_REGION_MAX];

    if (impact->count == EVENT_REGIONS_MAX || !squeeze(region, value->text, value->len) ||
        strcmp(region, "global") == 0)
        impact->everywhere = true;
    else
        memcpy(impact->region[impact->count++], region, sizeof region);
}

/* An id that is asked about again: what may be part of a path. */
static void take_name(struct events *events, const struct json_value *value)
{
    char *out = events->event.value.tracking_id;
    bool sound = value->len > 0 && value->len < sizeof events->event.value.tracking_id;

    for (size_t i = 0; sound && i < value->len; i++)
        sound = isalnum((unsigned char)value->text[i]) || (i > 0 && strchr("-_.", value->text[i]) != NULL);
    if (sound)
        text_copy(out, sizeof events->event.value.tracking_id, value->text, value->len);
}

/* The two devices of a circuit are worked on at different times; a text that names both does not say which. */
static void take_words(struct events *events, const struct json_value *value)
{
    for (enum path path = 0; path < PATHS; path++)
        events->words[path] = events->words[path] || text_find(value->text, value->len, path_name(path)) < value->len;
}

static int64_t time_of(const struct json_value *value)
{
    int64_t at = iso_time_ms(value->text, value->len);

    return at > 0 ? at : 0;
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct events *events = into;
    struct maintenance_value *event = &events->event.value;

    switch (tag) {
    case NEXT:
        return page_take_next(&events->page, value);
    case NAME:
        take_name(events, value);
        break;
    case TYPE:
        events->planned = value_is(value, "PlannedMaintenance");
        break;
    case STATUS:
        event->resolved = value_is(value, "Resolved");
        break;
    case TITLE:
        plain_text(event->title, sizeof event->title, value->text, value->len);
        take_words(events, value);
        break;
    case SUMMARY:
        take_words(events, value);
        break;
    case STARTS:
        event->starts_wall_ms = time_of(value);
        break;
    case ENDS:
        event->ends_wall_ms = time_of(value);
        break;
    case SERVICE:
        events->impact.express_route = text_find(value->text, value->len, "ExpressRoute") < value->len;
        break;
    case REGION:
        take_region(&events->impact, value);
        break;
    }
    return true;
}

/* What an impact on our service says about places is the event's. */
static void end_impact(struct events *events)
{
    const struct impact *impact = &events->impact;
    struct event *event = &events->event;

    if (!impact->express_route)
        return;
    events->express_route = true;
    event->everywhere = event->everywhere || impact->everywhere || impact->count == 0;
    for (size_t i = 0; i < impact->count; i++)
        if (event->region_count == EVENT_REGIONS_MAX)
            event->everywhere = true;
        else
            memcpy(event->region[event->region_count++], impact->region[i], EVENT_REGION_MAX);
}

static bool end_event(struct events *events)
{
    struct event *event = &events->event;
    void *row;

    if (!events->planned || !(events->certain || events->express_route))
        return true;
    if (event->value.tracking_id[0] == '\0') {
        events->page.because = "has an event without a tracking id";
        return false;
    }
    event->value.certain = events->certain;
    event->value.starts = event->value.ends = MONO_NEVER;
    event->value.path = PATH_NONE;
    if (events->words[PATH_PRIMARY] != events->words[PATH_SECONDARY])
        event->value.path = events->words[PATH_PRIMARY] ? PATH_PRIMARY : PATH_SECONDARY;
    if (!page_add(&events->page, &row))
        return false;
    memcpy(row, event, sizeof *event);
    return true;
}

static bool enter_event(struct events *events, bool opens)
{
    if (!opens)
        return end_event(events);
    memset(&events->event, 0, sizeof events->event);
    events->planned = events->express_route = false;
    memset(events->words, 0, sizeof events->words);
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct events *events = into;

    if (tag == LIST && type == JSON_ARRAY)
        events->page.value = true;
    else if (tag == LIST)
        return enter_event(events, opens);
    else if (tag == IMPACT && type == JSON_OBJECT && opens)
        memset(&events->impact, 0, sizeof events->impact);
    else if (tag == IMPACT && type == JSON_OBJECT)
        end_impact(events);
    return true;
}

enum azure_result events_read(const struct azure_reply *reply, bool certain, event_each *each, void *context,
                              char **next, struct failure *why)
{
    struct events *events = calloc(1, sizeof *events);
    if (events == NULL)
        abort();
    struct answer_reader reader = { &list_shape, take, enter, events, &events->page.because };

    page_init(&events->page, sizeof(struct event), EVENTS_PAGE_MAX);
    events->certain = certain;
    enum azure_result result = page_read(&events->page, reply, &reader, next, why);
    for (size_t i = 0; result == AZURE_OK && i < events->page.count; i++)
        each(context, page_row(&events->page, i));
    page_fini(&events->page);
    free(events);
    return result;
}

bool event_concerns(const struct event *event, const char *region)
{
    char place[EVENT_REGION_MAX];

    if (event->everywhere)
        return true;
    if (!squeeze(place, region, strlen(region)))
        return false;
    for (size_t i = 0; i < event->region_count; i++)
        if (strcmp(event->region[i], place) == 0)
            return true;
    return false;
}
