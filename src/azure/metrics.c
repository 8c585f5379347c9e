/*
 * Azure Monitor's availability metrics. A point without a value is a gap and no zero; a metric with an error code of
 * its own has no values at all. Which values the dimensions have is not documented, so words inside them decide.
 */
#include "azure/metrics.h"

#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <stdlib.h>
#include <string.h>

#define API_VERSION "2023-10-01"
#define METRICS_MAX (1024 * 1024)

/* A point is named after the beginning of its minute, so none lies ahead unless the clocks differ. */
#define AHEAD_MS (2 * 60 * 1000)

/* A percentage may be off by rounding; what lies beyond is no percentage. */
#define PERCENT_MOST 100.5

void metrics_ask(struct azure_request *out, const char *management, const char *id, int64_t now_wall_ms)
{
    struct line url;
    char from[ISO_TIME_MAX], to[ISO_TIME_MAX];

    iso_time(now_wall_ms - METRICS_WINDOW_MS, from);
    iso_time(now_wall_ms, to);
    line_init(&url, 1024 + strlen(management) + strlen(id) * 3);
    line_add(&url, management);
    line_add_encoded(&url, id, strlen(id), "/()");
    line_add(&url, "/providers/Microsoft.Insights/metrics?api-version=" API_VERSION
                   "&metricnames=BgpAvailability%2CArpAvailability&interval=PT1M&aggregation=Average&timespan=");
    line_add_encoded(&url, from, strlen(from), "");
    line_add(&url, "%2F");
    line_add_encoded(&url, to, strlen(to), "");
    static const char split[] = "PeeringType eq '*' and Peer eq '*'";
    line_add(&url, "&%24filter=");
    line_add_encoded(&url, split, strlen(split), "");
    *out = (struct azure_request){ .method = "GET", .url = url.text, .accept = "application/json", .bearer = true,
                                   .limit = METRICS_MAX };
}

/* ---- the answer ---- */

enum { METRIC, METRIC_NAME, METRIC_NAME_VALUE, METRIC_ERROR, SERIES, DIMENSION, DIMENSION_NAME, DIMENSION_NAME_VALUE,
       DIMENSION_VALUE, POINT, POINT_TIME, POINT_AVERAGE };

static const struct json_key point_keys[] = {
    JSON_KEY_TEXT("timeStamp", POINT_TIME),
    JSON_KEY_NUMBER("average", POINT_AVERAGE),
    JSON_KEYS_END,
};
static const struct json_shape point_shape = { point_keys };
static const struct json_key dimension_name_keys[] = { JSON_KEY_TEXT("value", DIMENSION_NAME_VALUE), JSON_KEYS_END };
static const struct json_shape dimension_name_shape = { dimension_name_keys };
static const struct json_key dimension_keys[] = {
    JSON_KEY_OBJECT("name", DIMENSION_NAME, &dimension_name_shape),
    JSON_KEY_TEXT("value", DIMENSION_VALUE),
    JSON_KEYS_END,
};
static const struct json_shape dimension_shape = { dimension_keys };
static const struct json_key series_keys[] = {
    JSON_KEY_OBJECTS("metadatavalues", DIMENSION, &dimension_shape),
    JSON_KEY_OBJECTS("data", POINT, &point_shape),
    JSON_KEYS_END,
};
static const struct json_shape series_shape = { series_keys };
static const struct json_key metric_name_keys[] = { JSON_KEY_TEXT("value", METRIC_NAME_VALUE), JSON_KEYS_END };
static const struct json_shape metric_name_shape = { metric_name_keys };
static const struct json_key metric_keys[] = {
    JSON_KEY_OBJECT("name", METRIC_NAME, &metric_name_shape),
    JSON_KEY_TEXT("errorCode", METRIC_ERROR),
    JSON_KEY_OBJECTS("timeseries", SERIES, &series_shape),
    JSON_KEYS_END,
};
static const struct json_shape metric_shape = { metric_keys };
static const struct json_key answer_keys[] = { JSON_KEY_OBJECTS("value", METRIC, &metric_shape), JSON_KEYS_END };
static const struct json_shape answer_shape = { answer_keys };

enum metric_name { NAME_OTHER, NAME_BGP, NAME_ARP, NAMES };
enum dimension_name { DIMENSION_OTHER, DIMENSION_PEERING, DIMENSION_PATH };

struct found {
    bool any;
    int64_t age_ms;
    int16_t percent;
};

struct metrics {
    int64_t now_wall_ms;
    bool value; /* the array was there */
    /* what was found so far, and what the metric that is being read adds to it once its error code is known */
    struct found all[NAMES][PEERINGS][PATHS], here[PEERINGS][PATHS];
    enum metric_name name;
    bool failed;
    /* the series */
    enum peering_kind peering;
    enum path path;
    struct found newest;
    /* the dimension and the point */
    enum dimension_name dimension;
    char dimension_value[128];
    struct found point;
    bool has_time, has_average;
};

static void take_time(struct metrics *metrics, const struct json_value *value)
{
    int64_t at = iso_time_ms(value->text, value->len);

    metrics->has_time = at >= 0;
    metrics->point.age_ms = metrics->now_wall_ms - at;
}

static void take_average(struct metrics *metrics, const struct json_value *value)
{
    double average;

    metrics->has_average = value_real(value, &average) && average >= 0 && average <= PERCENT_MOST;
    if (metrics->has_average)
        metrics->point.percent = (int16_t)(average > 100 ? 100 : average);
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct metrics *metrics = into;

    switch (tag) {
    case METRIC_NAME_VALUE:
        metrics->name = value_is(value, "BgpAvailability")   ? NAME_BGP
                        : value_is(value, "ArpAvailability") ? NAME_ARP
                                                             : NAME_OTHER;
        break;
    case METRIC_ERROR:
        metrics->failed = value->len > 0 && !value_is(value, "Success");
        break;
    case DIMENSION_NAME_VALUE:
        metrics->dimension = value_is(value, "PeeringType") ? DIMENSION_PEERING
                             : value_is(value, "Peer")      ? DIMENSION_PATH
                                                            : DIMENSION_OTHER;
        break;
    case DIMENSION_VALUE:
        text_copy(metrics->dimension_value, sizeof metrics->dimension_value, value->text, value->len);
        break;
    case POINT_TIME:
        take_time(metrics, value);
        break;
    case POINT_AVERAGE:
        take_average(metrics, value);
        break;
    }
    return true;
}

/* Which one of the words is inside; @p count when none is, or more than one. */
static int one_inside(const char *text, const char *const *words, int count)
{
    int found = count;

    for (int i = 0; i < count; i++)
        if (text_find(text, strlen(text), words[i]) < strlen(text))
            found = found == count ? i : count + 1;
    return found < count ? found : count;
}

static bool on_dimension(struct metrics *metrics, bool opens)
{
    static const char *const peerings[] = { "private", "microsoft", "public" };
    static const char *const paths[] = { "primary", "secondary" };

    if (opens) {
        metrics->dimension = DIMENSION_OTHER;
        metrics->dimension_value[0] = '\0';
    } else if (metrics->dimension == DIMENSION_PEERING) {
        metrics->peering = (enum peering_kind)one_inside(metrics->dimension_value, peerings, PEERINGS);
    } else if (metrics->dimension == DIMENSION_PATH) {
        metrics->path = (enum path)one_inside(metrics->dimension_value, paths, PATHS);
    }
    return true;
}

static bool on_point(struct metrics *metrics, bool opens)
{
    if (opens) {
        metrics->has_time = metrics->has_average = false;
        return true;
    }
    struct found *point = &metrics->point, *newest = &metrics->newest;
    bool usable = metrics->has_time && metrics->has_average && point->age_ms <= METRICS_WINDOW_MS &&
                  point->age_ms >= -AHEAD_MS;
    point->any = true;
    if (usable && (!newest->any || point->age_ms < newest->age_ms))
        *newest = *point;
    return true;
}

/* Nothing that fell is hidden behind a series that did not. */
static void keep_lower(struct found *have, const struct found *more)
{
    if (more->any && (!have->any || more->percent < have->percent ||
                      (more->percent == have->percent && more->age_ms < have->age_ms)))
        *have = *more;
}

static bool on_series(struct metrics *metrics, bool opens)
{
    if (opens) {
        metrics->peering = PEERING_NONE;
        metrics->path = PATH_NONE;
        metrics->newest.any = false;
    } else if (metrics->peering != PEERING_NONE && metrics->path != PATH_NONE) {
        keep_lower(&metrics->here[metrics->peering][metrics->path], &metrics->newest);
    }
    return true;
}

static bool on_metric(struct metrics *metrics, bool opens)
{
    if (opens) {
        metrics->name = NAME_OTHER;
        metrics->failed = false;
        memset(metrics->here, 0, sizeof metrics->here);
    } else if (!metrics->failed) {
        for (size_t p = 0; p < PEERINGS; p++)
            for (size_t path = 0; path < PATHS; path++)
                keep_lower(&metrics->all[metrics->name][p][path], &metrics->here[p][path]);
    }
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct metrics *metrics = into;

    if (type == JSON_ARRAY) {
        metrics->value = metrics->value || tag == METRIC;
        return true;
    }
    switch (tag) {
    case METRIC:
        return on_metric(metrics, opens);
    case SERIES:
        return on_series(metrics, opens);
    case DIMENSION:
        return on_dimension(metrics, opens);
    case POINT:
        return on_point(metrics, opens);
    }
    return true;
}

static void hand_over(const struct found *found, int64_t now_wall_ms, struct mono now, struct metric_value *out)
{
    if (found->any)
        *out = (struct metric_value){ .seen = { now.ms - (found->age_ms > 0 ? found->age_ms : 0) },
                                      .stamp_wall_ms = now_wall_ms - found->age_ms,
                                      .percent = found->percent };
}

enum azure_result metrics_read(const struct azure_reply *reply, int64_t now_wall_ms, struct mono now,
                               struct witness *out, struct failure *why)
{
    struct metrics metrics = { .now_wall_ms = now_wall_ms };
    struct answer_reader reader = { &answer_shape, take, enter, &metrics, NULL };
    enum azure_result result = answer_read_final(reply, &reader, why);

    if (result == AZURE_OK && !metrics.value)
        result = answer_refuse(reply, why, "holds no metrics");
    for (size_t p = 0; result == AZURE_OK && p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            hand_over(&metrics.all[NAME_BGP][p][path], now_wall_ms, now, &out->at[p][path].bgp);
            hand_over(&metrics.all[NAME_ARP][p][path], now_wall_ms, now, &out->at[p][path].arp);
        }
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
