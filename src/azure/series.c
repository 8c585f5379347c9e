/*
 * Metrics of any resource, as they go by. A point without a value is a gap and no zero; a metric with an error code of
 * its own has no values at all, and the code may come behind them. Which values the dimensions have is not documented,
 * so whoever asked decides by words inside them.
 */
#include "azure/series.h"

#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <string.h>

/* A point is named after the beginning of its minute, so none lies ahead unless the clocks differ. */
#define AHEAD_MS (2 * 60 * 1000)

#define API_VERSION "2023-10-01"
#define ANSWER_MAX (1024 * 1024)

#define OTHER SIZE_MAX /* a metric or dimension that was not asked for */

static const struct json_key point_keys[] = {
    JSON_KEY_TEXT("timeStamp", SERIES_TIME),
    JSON_KEY_NUMBER("average", SERIES_AVERAGE),
    JSON_KEYS_END,
};
static const struct json_shape point_shape = { point_keys };
static const struct json_key dimension_name_keys[] = { JSON_KEY_TEXT("value", SERIES_DIMENSION_NAME_VALUE),
                                                       JSON_KEYS_END };
static const struct json_shape dimension_name_shape = { dimension_name_keys };
static const struct json_key dimension_keys[] = {
    JSON_KEY_OBJECT("name", SERIES_DIMENSION_NAME, &dimension_name_shape),
    JSON_KEY_TEXT("value", SERIES_DIMENSION_VALUE),
    JSON_KEYS_END,
};
static const struct json_shape dimension_shape = { dimension_keys };
static const struct json_key list_keys[] = {
    JSON_KEY_OBJECTS("metadatavalues", SERIES_DIMENSION, &dimension_shape),
    JSON_KEY_OBJECTS("data", SERIES_POINT, &point_shape),
    JSON_KEYS_END,
};
static const struct json_shape list_shape = { list_keys };
static const struct json_key name_keys[] = { JSON_KEY_TEXT("value", SERIES_NAME_VALUE), JSON_KEYS_END };
static const struct json_shape name_shape = { name_keys };
static const struct json_key metric_keys[] = {
    JSON_KEY_OBJECT("name", SERIES_NAME, &name_shape),
    JSON_KEY_TEXT("errorCode", SERIES_ERROR),
    JSON_KEY_OBJECTS("timeseries", SERIES_LIST, &list_shape),
    JSON_KEYS_END,
};
const struct json_shape series_shape = { metric_keys };

void series_begin(struct series_reader *reader, const struct series_plan *plan, int64_t now_wall_ms,
                  struct series_values *out)
{
    *reader = (struct series_reader){ .plan = plan, .now_wall_ms = now_wall_ms, .out = out };
}

/* Which of the words the text is. */
static size_t one_of(const struct json_value *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] != NULL && value_is(text, words[i]))
            return i;
    return OTHER;
}

static void take_time(struct series_reader *reader, const struct json_value *value)
{
    int64_t at = iso_time_ms(value->text, value->len);

    reader->has_time = at >= 0;
    reader->point.age_ms = reader->now_wall_ms - at;
}

static void take_average(struct series_reader *reader, const struct json_value *value)
{
    const struct series_plan *plan = reader->plan;
    double average;

    reader->has_average = value_real(value, &average) && average >= plan->least && average <= plan->most;
    if (!reader->has_average)
        return;
    /* a hair more, so that a number which has no exact form in binary is not one less */
    double scaled = average * plan->scale + 1e-6;
    int32_t kept = (int32_t)scaled;
    kept -= (double)kept > scaled; /* downwards below zero, too */
    reader->point.value = kept < plan->top ? kept : plan->top;
}

bool series_take(struct series_reader *reader, int tag, const struct json_value *value)
{
    switch (tag) {
    case SERIES_NAME_VALUE:
        reader->metric = one_of(value, reader->plan->metric, SERIES_METRICS_MAX);
        break;
    case SERIES_ERROR:
        reader->failed = value->len > 0 && !value_is(value, "Success");
        break;
    case SERIES_DIMENSION_NAME_VALUE:
        reader->which = one_of(value, reader->plan->dimension, 2);
        break;
    case SERIES_DIMENSION_VALUE:
        text_copy(reader->word, sizeof reader->word, value->text, value->len);
        break;
    case SERIES_TIME:
        take_time(reader, value);
        break;
    case SERIES_AVERAGE:
        take_average(reader, value);
        break;
    }
    return true;
}

size_t series_one_inside(const char *text, const char *const *words, size_t count)
{
    size_t found = count, len = strlen(text);

    for (size_t i = 0; i < count; i++)
        if (text_find(text, len, words[i]) < len) {
            if (found < count)
                return count;
            found = i;
        }
    return found;
}

static void on_dimension(struct series_reader *reader, bool opens)
{
    if (opens) {
        reader->which = OTHER;
        reader->word[0] = '\0';
    } else if (reader->which != OTHER) {
        memcpy(reader->dimension[reader->which], reader->word, sizeof reader->word);
    }
}

static void on_point(struct series_reader *reader, bool opens)
{
    struct series_value *point = &reader->point, *newest = &reader->newest;

    if (opens) {
        reader->has_time = reader->has_average = false;
        return;
    }
    bool usable = reader->has_time && reader->has_average && point->age_ms <= SERIES_WINDOW_MS &&
                  point->age_ms >= -AHEAD_MS;
    point->any = true;
    if (usable && (!newest->any || point->age_ms < newest->age_ms))
        *newest = *point;
}

/* Nothing that fell is hidden behind a series that did not. */
static void keep_worse(const struct series_plan *plan, struct series_value *have, const struct series_value *more)
{
    if (more->any && (!have->any || plan->worse(more->value, have->value) ||
                      (more->value == have->value && more->age_ms < have->age_ms)))
        *have = *more;
}

void series_merge(const struct series_plan *plan, struct series_values *have, const struct series_values *more)
{
    for (size_t metric = 0; metric < SERIES_METRICS_MAX; metric++)
        for (size_t slot = 0; slot < SERIES_SLOTS_MAX; slot++)
            keep_worse(plan, &have->at[metric][slot], &more->at[metric][slot]);
}

static void on_series(struct series_reader *reader, bool opens)
{
    if (opens) {
        reader->dimension[0][0] = reader->dimension[1][0] = '\0';
        reader->newest.any = false;
        return;
    }
    size_t slot = reader->plan->slot(reader->dimension[0], reader->dimension[1]);
    if (slot < SERIES_SLOTS_MAX)
        keep_worse(reader->plan, &reader->here[slot], &reader->newest);
}

static void on_metric(struct series_reader *reader, bool opens)
{
    if (opens) {
        reader->metric = OTHER;
        reader->failed = false;
        memset(reader->here, 0, sizeof reader->here);
    } else if (!reader->failed && reader->metric != OTHER) {
        for (size_t slot = 0; slot < SERIES_SLOTS_MAX; slot++)
            keep_worse(reader->plan, &reader->out->at[reader->metric][slot], &reader->here[slot]);
    }
}

bool series_enter(struct series_reader *reader, int tag, enum json_type type, bool opens)
{
    if (type == JSON_ARRAY)
        reader->value = reader->value || tag == SERIES_METRIC;
    else if (tag == SERIES_METRIC)
        on_metric(reader, opens);
    else if (tag == SERIES_LIST)
        on_series(reader, opens);
    else if (tag == SERIES_DIMENSION)
        on_dimension(reader, opens);
    else if (tag == SERIES_POINT)
        on_point(reader, opens);
    return true;
}

/* ---- of one resource ---- */

void series_add_time(struct line *url, int64_t wall_ms)
{
    char text[ISO_TIME_MAX];

    iso_time(wall_ms, text);
    line_add_encoded(url, text, strlen(text), "");
}

void series_ask(struct azure_request *out, const char *management, const char *id, const char *names,
                const char *filter, int64_t now_wall_ms)
{
    struct line url;

    line_init(&url, 512 + strlen(management) + strlen(id) * 3 + strlen(names) + strlen(filter));
    line_add(&url, management);
    line_add_encoded(&url, id, strlen(id), "/()");
    line_add(&url, "/providers/Microsoft.Insights/metrics?api-version=" API_VERSION "&metricnames=");
    line_add(&url, names);
    line_add(&url, "&interval=PT1M&aggregation=Average&timespan=");
    series_add_time(&url, now_wall_ms - SERIES_WINDOW_MS);
    line_add(&url, "%2F");
    series_add_time(&url, now_wall_ms);
    line_add(&url, "&%24filter=");
    line_add(&url, filter);
    *out = (struct azure_request){ .method = "GET", .url = url.text, .accept = "application/json", .bearer = true,
                                   .limit = ANSWER_MAX };
}

static const struct json_key answer_keys[] = { JSON_KEY_OBJECTS("value", SERIES_METRIC, &series_shape), JSON_KEYS_END };
static const struct json_shape answer_shape = { answer_keys };

static bool take(void *into, int tag, const struct json_value *value)
{
    return series_take(into, tag, value);
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    return series_enter(into, tag, type, opens);
}

enum azure_result series_read(const struct azure_reply *reply, const struct series_plan *plan, int64_t now_wall_ms,
                              struct series_values *out, struct failure *why)
{
    struct series_reader series;
    struct answer_reader reader = { &answer_shape, take, enter, &series, NULL };

    series_begin(&series, plan, now_wall_ms, out);
    enum azure_result result = answer_read_final(reply, &reader, why);
    if (result == AZURE_OK && !series.value)
        result = answer_refuse(reply, why, "holds no metrics");
    return result;
}

struct mono series_seen(const struct series_value *value, struct mono now)
{
    return (struct mono){ now.ms - (value->age_ms > 0 ? value->age_ms : 0) };
}
