/*
 * Series: from cells and their values to the JSON of Azure Monitor. A point holds the state at the end of its interval;
 * the newest points, and those of which nothing is known, have a time and no value.
 */
#include "sim/metrics.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/handlers.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What all functions here are about. */
struct making {
    const struct ask *ask;
    const struct metered *of;
    const struct question *q;
    size_t metric;
    struct metric_cell cells[CELLS_MAX];
    size_t count;
};

static bool wanted(const struct question *q, const struct metric_cell *cell)
{
    for (size_t i = 0; i < DIMENSIONS_MAX; i++)
        if (q->value[i][0] != '\0' && strcasecmp(q->value[i], cell->value[i]) != 0)
            return false;
    return true;
}

/* Do two cells go into one series? Yes, unless the question splits by a dimension in which they differ. */
static bool together(const struct question *q, const struct metric_cell *a, const struct metric_cell *b)
{
    for (size_t i = 0; i < DIMENSIONS_MAX; i++)
        if (q->split[i] && strcmp(a->value[i], b->value[i]) != 0)
            return false;
    return true;
}

/* The mean over the cells that have a value. */
static bool point_value(const struct making *m, const struct metric_cell *like, int64_t wall_ms, double *out)
{
    double sum = 0, value;
    size_t count = 0;

    for (size_t i = 0; i < m->count; i++)
        if (wanted(m->q, &m->cells[i]) && together(m->q, like, &m->cells[i]) &&
            m->of->kind->value(m->of->resource, m->metric, &m->cells[i], wall_ms, &value)) {
            sum += value;
            count++;
        }
    *out = count != 0 ? sum / (double)count : 0;
    return count != 0;
}

static json_t *series_data(const struct making *m, const struct metric_cell *like, bool *any)
{
    int64_t now = m->ask->now.wall_ms, newest = now - m->ask->world->scenario->lag_ms;
    json_t *data = json_array();
    char stamp[STAMP_TEXT];
    double value;

    for (int64_t at = m->q->from_ms; at < m->q->to_ms; at += m->q->interval_ms) {
        int64_t end = at + m->q->interval_ms < now ? at + m->q->interval_ms : now;
        json_t *point = json_pack("{s:s}", "timeStamp", stamp_format(at, stamp));
        if (at <= newest && point_value(m, like, end, &value)) {
            json_object_set_new(point, "average", json_real(value));
            *any = true;
        }
        json_array_append_new(data, point);
    }
    return data;
}

/* Names of dimensions come back in lower case. */
static void add_dimension(json_t *list, const char *name, const char *value)
{
    char lower[32] = "";

    for (size_t i = 0; name[i] != '\0' && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower(name[i]);
    json_array_append_new(list, json_pack("{s:{s:s, s:s}, s:s}", "name", "value", lower, "localizedValue", lower,
                                          "value", value));
}

/* A series of which no point has a value is not there at all. */
static void add_series(const struct making *m, const struct metric_cell *like, json_t *list)
{
    json_t *dimensions = json_array();
    bool any = false;
    json_t *data = series_data(m, like, &any);

    for (size_t i = 0; i < DIMENSIONS_MAX; i++)
        if (m->q->split[i])
            add_dimension(dimensions, m->of->kind->dimensions[i], like->value[i]);
    json_t *series = json_pack("{s:o, s:o}", "metadatavalues", dimensions, "data", data);
    if (any)
        json_array_append_new(list, series);
    else
        json_decref(series);
}

static bool is_first(const struct making *m, size_t cell)
{
    for (size_t i = 0; i < cell; i++)
        if (wanted(m->q, &m->cells[i]) && together(m->q, &m->cells[i], &m->cells[cell]))
            return false;
    return wanted(m->q, &m->cells[cell]);
}

static json_t *series_list(struct making *m)
{
    const struct metric *metric = &m->of->kind->metrics[m->metric];
    json_t *list = json_array();

    for (size_t i = metric->dimensions; i < DIMENSIONS_MAX; i++)
        if (m->q->split[i])
            return list; /* split by a dimension that it does not have: no series */
    m->count = m->of->resource != NULL ? m->of->kind->cells(m->ask, m->of->resource, m->cells) : 0;
    for (size_t i = 0; i < m->count; i++)
        if (is_first(m, i))
            add_series(m, &m->cells[i], list);
    return list;
}

static json_t *metric_json(struct making *m)
{
    const struct metric *metric = &m->of->kind->metrics[m->metric];
    const char *error = m->of->error;
    char *id = text_format("%s/providers/Microsoft.Insights/metrics/%s", m->of->id, metric->name);
    json_t *json = json_pack("{s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:o, s:s}", "id", id, "type",
                             "Microsoft.Insights/metrics", "name", "value", metric->name, "localizedValue",
                             metric->label, "displayDescription", metric->about, "unit", metric->unit, "timeseries",
                             error == NULL ? series_list(m) : json_array(), "errorCode",
                             error == NULL ? "Success" : error);

    if (error != NULL)
        json_object_set_new(json, "errorMessage", json_string("The metrics of this resource cannot be had now."));
    free(id);
    return json;
}

static size_t metric_find(const struct metric_kind *kind, const char *name, size_t len)
{
    size_t i = 0;

    while (i < kind->count &&
           (strlen(kind->metrics[i].name) != len || strncasecmp(kind->metrics[i].name, name, len) != 0))
        i++;
    return i;
}

json_t *metrics_list(const struct ask *ask, const struct metered *of, const struct question *q)
{
    json_t *list = json_array();

    for (const char *name = q->names; *name != '\0';) {
        size_t len = strcspn(name, ",");
        struct making making = { .ask = ask, .of = of, .q = q, .metric = metric_find(of->kind, name, len) };
        if (making.metric == of->kind->count) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, metric_json(&making));
        name += len + (name[len] == ',');
    }
    return list;
}

char *metrics_names(const struct metric_kind *kind)
{
    char *names = xstrdup("");

    for (size_t i = 0; i < kind->count; i++) {
        char *more = text_format("%s%s%s", names, i != 0 ? "," : "", kind->metrics[i].name);
        free(names);
        names = more;
    }
    return names;
}
