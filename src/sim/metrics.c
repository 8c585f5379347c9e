/*
 * The metrics of a circuit: BgpAvailability and ArpAvailability as Azure Monitor writes them. A point holds the state
 * at the end of its interval; the newest points, and those of which nothing is known, have a time and no value.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

#define POINTS_MAX 1440 /* a day of minutes */
#define MINUTE_MS 60000

struct question {
    int64_t from_ms, to_ms, interval_ms; /* wall clock; whole intervals */
    const char *interval;
    bool split[2];     /* by PeeringType, by Peer */
    char value[2][64]; /* only this one; "" for all */
    const char *names; /* "BgpAvailability,ArpAvailability" */
};

static const struct metric {
    const char *name, *label, *about;
    bool bgp;
} metrics[] = {
    { "BgpAvailability", "Bgp Availability", "BGP Availability from MSEE towards all peers.", true },
    { "ArpAvailability", "Arp Availability", "ARP Availability from MSEE towards all peers.", false },
};

/* "2026-11-21T21:40:00Z", with or without a fraction or an offset; -1 when it is none */
static int64_t time_parse(const char *text, const char **end)
{
    struct tm utc = { 0 };
    int hours = 0, minutes = 0, taken = 0;
    char sign;
    const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);

    if (at == NULL)
        return -1;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    int64_t seconds = timegm(&utc);
    if (*at == 'Z') {
        at++;
    /* NOLINTNEXTLINE(cert-err34-c): two digits always fit */
    } else if (sscanf(at, "%c%2d:%2d%n", &sign, &hours, &minutes, &taken) == 3 && (sign == '+' || sign == '-')) {
        seconds += (sign == '+' ? -60 : 60) * (hours * 60 + minutes);
        at += taken;
    }
    *end = at;
    return seconds * 1000;
}

static const char *time_format(int64_t wall_ms, char out[32])
{
    time_t seconds = wall_ms / 1000;
    struct tm utc;

    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    return out;
}

static bool read_timespan(const struct ask *ask, struct question *q)
{
    const char *text = server_query(ask->call, "timespan"), *at;

    q->to_ms = ask->now.wall_ms;
    q->from_ms = q->to_ms - 60 * MINUTE_MS;
    if (text == NULL)
        return true;
    q->from_ms = time_parse(text, &at);
    if (q->from_ms < 0 || *at != '/')
        return false;
    q->to_ms = time_parse(at + 1, &at);
    return q->to_ms > q->from_ms && *at == '\0';
}

static bool read_interval(const struct ask *ask, struct question *q)
{
    static const struct {
        const char *text;
        int64_t minutes;
    } intervals[] = { { "PT1M", 1 }, { "PT5M", 5 }, { "PT15M", 15 }, { "PT30M", 30 }, { "PT1H", 60 } };
    const char *text = server_query(ask->call, "interval");

    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++)
        if (text == NULL || strcasecmp(text, intervals[i].text) == 0) {
            q->interval = intervals[i].text;
            q->interval_ms = intervals[i].minutes * ask->world->scenario->grain_ms;
            q->from_ms -= q->from_ms % q->interval_ms;
            return (q->to_ms - q->from_ms) / q->interval_ms <= POINTS_MAX;
        }
    return false;
}

/* "PeeringType eq '*' and Peer eq 'Primary'" */
static bool read_filter(const struct ask *ask, struct question *q)
{
    const char *text = server_query(ask->call, "$filter");
    char name[32], value[64];
    int taken;

    while (text != NULL && *text != '\0') {
        taken = 0;
        if (sscanf(text, " %31[A-Za-z] eq '%63[^']'%n", name, value, &taken) != 2 || taken == 0)
            return false;
        size_t which = strcasecmp(name, "PeeringType") == 0 ? 0 : 1;
        if (which == 1 && strcasecmp(name, "Peer") != 0)
            return false;
        q->split[which] = true;
        snprintf(q->value[which], sizeof q->value[which], "%s", strcmp(value, "*") == 0 ? "" : value);
        text += taken;
        text += strspn(text, " ");
        if (*text != '\0' && strncasecmp(text, "and ", 4) != 0)
            return false;
        text += *text != '\0' ? 4 : 0;
    }
    return true;
}

/* "Private", "Microsoft": Azure's own spelling of this value is not known to us. */
static const char *peering_value(enum peering_kind kind)
{
    static const char *const names[PEERINGS] = { "Private", "Microsoft", "Public" };

    return names[kind];
}

static bool wanted(const struct question *q, const struct scenario *s, enum peering_kind kind, enum path path)
{
    return (q->value[0][0] == '\0' || strcasecmp(q->value[0], peering_value(kind)) == 0) &&
           (q->value[1][0] == '\0' || strcasecmp(q->value[1], s->peer[path]) == 0);
}

/* Which sessions go into one series: all of a kind or a path where the question does not split them. */
struct cell {
    bool takes[PEERINGS][PATHS];
};

/* The mean over the sessions that have a value; -1 when none has. */
static double point_value(const struct circuit *circuit, const struct cell *cell, bool bgp, int64_t at_ms)
{
    int sum = 0, count = 0;

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            struct mark mark = circuit_metric_at(circuit, kind, path, at_ms);
            int value = bgp ? mark.bgp : mark.arp;
            if (!cell->takes[kind][path] || value < 0)
                continue;
            sum += value;
            count++;
        }
    return count == 0 ? -1 : (double)sum / count;
}

static json_t *series_data(const struct ask *ask, const struct circuit *circuit, const struct cell *cell, bool bgp,
                           const struct question *q, bool *any)
{
    int64_t newest = ask->now.wall_ms - ask->world->scenario->lag_ms;
    json_t *data = json_array();
    char stamp[32];

    for (int64_t at = q->from_ms; at < q->to_ms; at += q->interval_ms) {
        int64_t end = at + q->interval_ms < ask->now.wall_ms ? at + q->interval_ms : ask->now.wall_ms;
        double value = at <= newest ? point_value(circuit, cell, bgp, end) : -1;
        json_t *point = json_pack("{s:s}", "timeStamp", time_format(at, stamp));
        if (value >= 0)
            json_object_set_new(point, "average", json_real(value));
        *any = *any || value >= 0;
        json_array_append_new(data, point);
    }
    return data;
}

static void add_dimension(json_t *list, const char *name, const char *value)
{
    json_array_append_new(list, json_pack("{s:{s:s, s:s}, s:s}", "name", "value", name, "localizedValue", name, "value",
                                          value));
}

static void add_series(const struct ask *ask, const struct circuit *circuit, enum peering_kind first_kind,
                       enum path first_path, bool bgp, const struct question *q, json_t *list)
{
    const struct scenario *s = ask->world->scenario;
    struct cell cell = { 0 };
    json_t *dimensions = json_array();
    bool any = false;

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            cell.takes[kind][path] = wanted(q, s, kind, path) && (!q->split[0] || kind == first_kind) &&
                                     (!q->split[1] || path == first_path);
    json_t *data = series_data(ask, circuit, &cell, bgp, q, &any);
    if (q->split[0])
        add_dimension(dimensions, "peeringtype", peering_value(first_kind));
    if (q->split[1])
        add_dimension(dimensions, "peer", s->peer[first_path]);
    json_t *series = json_pack("{s:o, s:o}", "metadatavalues", dimensions, "data", data);
    if (any)
        json_array_append_new(list, series);
    else
        json_decref(series); /* an idle metric has no series at all */
}

static json_t *metric_json(const struct ask *ask, const struct circuit *circuit, const struct metric *metric,
                           const struct question *q)
{
    json_t *list = json_array();
    char *id = text_format("%s/providers/Microsoft.Insights/metrics/%s", circuit->id, metric->name);

    for (enum peering_kind kind = 0; kind < (q->split[0] ? PEERINGS : 1); kind++)
        for (enum path path = 0; path < (q->split[1] ? PATHS : 1); path++)
            if ((!q->split[0] || q->value[0][0] == '\0' || strcasecmp(q->value[0], peering_value(kind)) == 0) &&
                (!q->split[1] || q->value[1][0] == '\0' ||
                 strcasecmp(q->value[1], ask->world->scenario->peer[path]) == 0))
                add_series(ask, circuit, kind, path, metric->bgp, q, list);
    json_t *json = json_pack("{s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:o, s:s}", "id", id, "type",
                             "Microsoft.Insights/metrics", "name", "value", metric->name, "localizedValue",
                             metric->label, "displayDescription", metric->about, "unit", "Percent", "timeseries", list,
                             "errorCode", "Success");
    free(id);
    return json;
}

static const struct metric *metric_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        if (strlen(metrics[i].name) == len && strncasecmp(metrics[i].name, name, len) == 0)
            return &metrics[i];
    return NULL;
}

static json_t *metrics_list(const struct ask *ask, const struct circuit *circuit, const struct question *q)
{
    json_t *list = json_array();

    for (const char *name = q->names; *name != '\0';) {
        size_t len = strcspn(name, ",");
        const struct metric *metric = metric_find(name, len);
        if (metric == NULL) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, metric_json(ask, circuit, metric, q));
        name += len + (name[len] == ',');
    }
    return list;
}

static void refuse(struct answer *out, const char *what)
{
    answer_error(out, 400, ENVELOPE_BARE, "BadRequest", "%s", what); /* Azure Monitor does not wrap its errors */
}

void metrics_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out)
{
    struct question q = { .names = server_query(ask->call, "metricnames") };
    const char *aggregation = server_query(ask->call, "aggregation");
    char from[32], to[32];

    if (q.names == NULL || *q.names == '\0')
        q.names = metrics[0].name;
    if (!read_timespan(ask, &q) || !read_interval(ask, &q)) {
        refuse(out, "Detected invalid time grain input, or a timespan that is none or longer than one day of it.");
    } else if (!read_filter(ask, &q)) {
        refuse(out, "The filter is invalid; the dimensions of this metric are PeeringType and Peer.");
    } else if (aggregation != NULL && strcasecmp(aggregation, "Average") != 0) {
        refuse(out, "The aggregation is not supported; this metric has Average.");
    } else {
        json_t *list = metrics_list(ask, circuit, &q);
        const char *region = state_text(circuit->state, "location", "uksouth");
        if (list == NULL)
            refuse(out, "Failed to find metric configuration for provider: Microsoft.Network, resource Type: "
                        "expressRouteCircuits. Valid metrics: ArpAvailability,BgpAvailability");
        else
            answer_json(out, 200,
                        json_pack("{s:i, s:o, s:s, s:o, s:s, s:s}", "cost", 59, "timespan",
                                  json_sprintf("%s/%s", time_format(q.from_ms, from), time_format(q.to_ms, to)),
                                  "interval", q.interval, "value", list, "namespace",
                                  "Microsoft.Network/expressRouteCircuits", "resourceregion",
                                  region != NULL ? region : ""),
                        false);
    }
}
