/*
 * Azure Monitor's availability metrics of circuits: which series belongs to which peering and path, of one circuit or
 * of up to fifty. series.c reads what is common to all metrics.
 */
#include "azure/metrics.h"

#include "azure/series.h"
#include "azure/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_VERSION "2024-02-01"
#define BATCH_MAX (4 * 1024 * 1024)
#define REGION_MAX 63 /* a label of a host name */

/* A percentage may be off by rounding; what lies beyond is no percentage. */
#define PERCENT_MOST 100.5

/* NOLINTNEXTLINE(misc-redundant-expression): the one is written as the other, and is to stay it */
static_assert(METRICS_WINDOW_MS == SERIES_WINDOW_MS, "what is asked for is what counts");
static_assert(PEERINGS * PATHS <= SERIES_SLOTS_MAX, "a slot for each peering and path");

enum { BGP, ARP };

static size_t slot_of(const char *peering, const char *path)
{
    static const char *const peerings[] = { "private", "microsoft", "public" };
    static const char *const paths[] = { "primary", "secondary" };
    size_t p = series_one_inside(peering, peerings, PEERINGS), side = series_one_inside(path, paths, PATHS);

    return p < PEERINGS && side < PATHS ? p * PATHS + side : SERIES_SLOTS_MAX;
}

static bool lower(int32_t a, int32_t b)
{
    return a < b;
}

static const struct series_plan plan = { .metric = { [BGP] = "BgpAvailability", [ARP] = "ArpAvailability" },
                                         .dimension = { "PeeringType", "Peer" },
                                         .most = PERCENT_MOST,
                                         .scale = 1,
                                         .top = 100,
                                         .slot = slot_of,
                                         .worse = lower };

#define BOTH "BgpAvailability%2CArpAvailability"
#define SPLIT "PeeringType%20eq%20%27%2A%27%20and%20Peer%20eq%20%27%2A%27"

/* ---- what is asked ---- */

void metrics_ask(struct azure_request *out, const char *management, const char *id, int64_t now_wall_ms)
{
    series_ask(out, management, id, BOTH, SPLIT, now_wall_ms);
}

/* "UK South" and "uksouth" are the same region. 0: it is none. */
static size_t region_label(const char *region, char out[REGION_MAX + 1])
{
    size_t len = 0;

    for (; *region != '\0'; region++) {
        unsigned char c = (unsigned char)*region;
        if (c == ' ')
            continue;
        if (c > 0x7F || !isalnum(c) || len == REGION_MAX)
            return 0;
        out[len++] = (char)tolower(c);
    }
    out[len] = '\0';
    return len;
}

/* Is the host a name with a dot in it, to which a label can be added? */
static bool is_domain(const char *host)
{
    size_t len = strcspn(host, ":/");

    return memchr(host, '.', len) != NULL && strspn(host, "0123456789.") < len;
}

char *metrics_batch_origin(const char *base, const char *region)
{
    char label[REGION_MAX + 1];
    const char *host = strstr(base, "://");
    struct line url;

    assert(host != NULL);
    host += 3;
    if (region_label(region, label) == 0)
        return NULL;
    line_init(&url, strlen(base) + sizeof label + 1);
    if (is_domain(host)) {
        line_add_part(&url, base, (size_t)(host - base));
        line_add(&url, label);
        line_add(&url, ".");
        base = host;
    }
    line_add(&url, base);
    return url.text;
}

static char *batch_body(const char *const *ids, size_t count)
{
    struct line body;
    size_t room = 64;

    for (size_t i = 0; i < count; i++)
        room += strlen(ids[i]) * LINE_JSON_MOST + 3;
    line_init(&body, room);
    line_add(&body, "{\"resourceids\":[");
    for (size_t i = 0; i < count; i++) {
        line_add(&body, i > 0 ? "," : "");
        line_add_json(&body, ids[i]);
    }
    line_add(&body, "]}");
    return body.text;
}

void metrics_ask_batch(struct azure_request *out, const char *origin, const char *subscription, const char *const *ids,
                       size_t count, int64_t now_wall_ms)
{
    struct line url;

    assert(count > 0 && count <= METRICS_BATCH_MAX);
    line_init(&url, 1024 + strlen(origin) + strlen(subscription) * 3);
    line_add(&url, origin);
    line_add(&url, "/subscriptions/");
    line_add_encoded(&url, subscription, strlen(subscription), "");
    line_add(&url, "/metrics:getBatch?api-version=" BATCH_VERSION
                   "&metricnamespace=Microsoft.Network%2FexpressRouteCircuits&metricnames=" BOTH
                   "&interval=PT1M&aggregation=average&starttime=");
    series_add_time(&url, now_wall_ms - METRICS_WINDOW_MS);
    line_add(&url, "&endtime=");
    series_add_time(&url, now_wall_ms);
    line_add(&url, "&filter=" SPLIT);
    *out = (struct azure_request){ .method = "POST", .url = url.text, .body = batch_body(ids, count),
                                   .content_type = "application/json", .accept = "application/json", .bearer = true,
                                   .limit = BATCH_MAX };
}

/* ---- the answer about one ---- */

static void hand_over(const struct series_value *found, int64_t now_wall_ms, struct mono now, struct metric_value *out)
{
    if (found->any)
        *out = (struct metric_value){ .seen = series_seen(found, now),
                                      .stamp_wall_ms = now_wall_ms - found->age_ms,
                                      .percent = (int16_t)found->value };
}

static void hand_over_all(const struct series_values *values, int64_t now_wall_ms, struct mono now, struct witness *out)
{
    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            hand_over(&values->at[BGP][p * PATHS + path], now_wall_ms, now, &out->at[p][path].bgp);
            hand_over(&values->at[ARP][p * PATHS + path], now_wall_ms, now, &out->at[p][path].arp);
        }
}

enum azure_result metrics_read(const struct azure_reply *reply, int64_t now_wall_ms, struct mono now,
                               struct witness *out, struct failure *why)
{
    struct series_values values = { 0 };
    enum azure_result result = series_read(reply, &plan, now_wall_ms, &values, why);

    if (result == AZURE_OK)
        hand_over_all(&values, now_wall_ms, now, out);
    return result;
}

static bool fresh(const struct metric_value *value, struct mono since)
{
    return value->seen.ms != MONO_NEVER.ms && mono_reached(since, value->seen);
}

unsigned metrics_count(const struct witness *witness, struct mono since)
{
    unsigned count = 0;

    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &witness->at[p][path];
            count += (unsigned)fresh(&at->bgp, since) + (unsigned)fresh(&at->arp, since);
        }
    return count;
}

/* ---- the answer about many ---- */

enum { RESOURCE = SERIES_TAGS, RESOURCE_ID };

static const struct json_key resource_keys[] = {
    JSON_KEY_TEXT("resourceid", RESOURCE_ID),
    JSON_KEY_OBJECTS("value", SERIES_METRIC, &series_shape),
    JSON_KEYS_END,
};
static const struct json_shape resource_shape = { resource_keys };
static const struct json_key batch_keys[] = { JSON_KEY_OBJECTS("values", RESOURCE, &resource_shape), JSON_KEYS_END };
static const struct json_shape batch_shape = { batch_keys };

struct batch {
    const char *const *ids;
    size_t count;
    int64_t now_wall_ms;
    bool values; /* the array was there */
    bool answered[METRICS_BATCH_MAX];
    struct series_values of[METRICS_BATCH_MAX];
    /* the resource that is being read; its id may come behind its metrics */
    bool named;
    size_t index; /* `count`: it was not asked for */
    struct series_reader series;
    struct series_values here;
    const char *because;
};

static bool take_batch(void *into, int tag, const struct json_value *value)
{
    struct batch *batch = into;

    if (tag != RESOURCE_ID)
        return series_take(&batch->series, tag, value);
    batch->named = true;
    while (batch->index < batch->count && !text_is(value->text, value->len, batch->ids[batch->index]))
        batch->index++;
    return true;
}

static bool end_resource(struct batch *batch)
{
    if (!batch->named) {
        batch->because = "has metrics of no resource";
        return false;
    }
    if (batch->index < batch->count && batch->series.value) {
        series_merge(&plan, &batch->of[batch->index], &batch->here);
        batch->answered[batch->index] = true;
    }
    return true;
}

static bool enter_batch(void *into, int tag, enum json_type type, bool opens)
{
    struct batch *batch = into;

    if (tag != RESOURCE)
        return series_enter(&batch->series, tag, type, opens);
    if (type == JSON_ARRAY) {
        batch->values = true;
        return true;
    }
    if (!opens)
        return end_resource(batch);
    batch->named = false;
    batch->index = 0;
    batch->here = (struct series_values){ 0 };
    series_begin(&batch->series, &plan, batch->now_wall_ms, &batch->here);
    return true;
}

static void tell(const struct batch *batch, struct mono now, metrics_each *each, void *context)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct witness seen;
        if (!batch->answered[i])
            continue;
        witness_reset(&seen);
        hand_over_all(&batch->of[i], batch->now_wall_ms, now, &seen);
        each(context, i, &seen);
    }
}

enum azure_result metrics_read_batch(const struct azure_reply *reply, const char *const *ids, size_t count,
                                     int64_t now_wall_ms, struct mono now, metrics_each *each, void *context,
                                     struct failure *why)
{
    struct batch batch = { .ids = ids, .count = count, .now_wall_ms = now_wall_ms };
    struct answer_reader reader = { &batch_shape, take_batch, enter_batch, &batch, &batch.because };

    assert(count <= METRICS_BATCH_MAX);
    enum azure_result result = answer_read_final(reply, &reader, why);
    if (result == AZURE_OK && !batch.values)
        result = answer_refuse(reply, why, "holds no metrics");
    if (result == AZURE_OK)
        tell(&batch, now, each, context);
    return result;
}
