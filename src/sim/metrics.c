/*
 * The two calls of Azure Monitor: Resource Manager's, about one resource, and the metrics host's own, about up to fifty
 * of one region and type. The second wants a token of its own and costs nothing of Resource Manager's budget.
 */
#include "sim/metrics.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/handlers.h"
#include "sim/port.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <ctype.h>
#include <strings.h>

#define BATCH_MAX 50 /* resources in one call */

static struct metered of_circuit(const struct circuit *circuit)
{
    return (struct metered){ &circuit_metrics, circuit, circuit->id, state_text(circuit->state, "location", "uksouth"),
                             state_text(circuit->state, "metrics_error", NULL) };
}

static struct metered of_port(const struct thing *port)
{
    return (struct metered){ &port_metrics, port, port->id, state_text(port->state, "location", "uksouth"),
                             state_text(port->state, "metrics_error", NULL) };
}

/* ---- one resource ---- */

static void refuse(struct answer *out, const char *what)
{
    answer_error(out, 400, ENVELOPE_BARE, "BadRequest", "%s", what); /* Azure Monitor does not wrap its errors */
}

static void refuse_names(const struct metric_kind *kind, enum envelope envelope, struct answer *out)
{
    char *names = metrics_names(kind);

    answer_error(out, 400, envelope, "BadRequest",
                 "Failed to find metric configuration for provider: Microsoft.Network, resource Type: %s. Valid "
                 "metrics: %s",
                 strchr(kind->namespace, '/') + 1, names);
    free(names);
}

static void answer_one(const struct ask *ask, struct metered of, struct answer *out)
{
    struct question q = { .kind = of.kind, .names = server_query(ask->call, "metricnames") };
    char from[STAMP_TEXT], to[STAMP_TEXT];

    if (q.names == NULL || *q.names == '\0')
        q.names = of.kind->metrics[0].name;
    const char *wrong = question_read(ask, server_query(ask->call, "timespan"), server_query(ask->call, "$filter"), &q);
    if (wrong != NULL) {
        refuse(out, wrong);
        return;
    }
    json_t *list = metrics_list(ask, &of, &q);
    if (list == NULL)
        refuse_names(of.kind, ENVELOPE_BARE, out);
    else
        answer_json(out, 200,
                    json_pack("{s:i, s:o, s:s, s:o, s:s, s:s}", "cost", 59, "timespan",
                              json_sprintf("%s/%s", stamp_format(q.from_ms, from), stamp_format(q.to_ms, to)),
                              "interval", q.interval, "value", list, "namespace", of.kind->namespace,
                              "resourceregion", of.location != NULL ? of.location : ""),
                    false);
}

void metrics_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out)
{
    answer_one(ask, of_circuit(circuit), out);
}

void metrics_answer_port(const struct ask *ask, const struct thing *port, struct answer *out)
{
    answer_one(ask, of_port(port), out);
}

/* ---- many ---- */

/* The resources of a call, as far as they are there. */
struct batch {
    struct metered of[BATCH_MAX];
    size_t count;
};

static bool refuse_batch(struct answer *out, const char *what)
{
    answer_error(out, 400, ENVELOPE_ARM, "BadRequest", "%s", what);
    return false;
}

/* What the id leads to; one that leads nowhere is answered all the same, with an error of its own. */
static struct metered batch_find(const struct ask *ask, const char *id, const struct metric_kind *kind)
{
    struct target target;

    target_parse("GET", id, &target);
    if (target.endpoint == ENDPOINT_CIRCUIT) {
        struct circuit *circuit = world_circuit(ask->world, target.subscription, target.group, target.circuit);
        if (circuit != NULL)
            return of_circuit(circuit);
    } else if (target.endpoint == ENDPOINT_PORT) {
        struct thing *port = world_thing(ask->world, THING_PORT, id);
        if (port != NULL)
            return of_port(port);
    }
    return (struct metered){ kind, NULL, id, NULL, "ResourceNotFound" };
}

static bool batch_add(const struct ask *ask, const json_t *text, const struct metric_kind *kind, struct batch *batch,
                      struct answer *out)
{
    const char *id = json_string_value(text);
    struct target target;

    if (id == NULL)
        return refuse_batch(out, "A resource id is no text.");
    target_parse("GET", id, &target);
    if (target.subscription == NULL || strcasecmp(target.subscription, ask->target->subscription) != 0)
        return refuse_batch(out, "All resources must be of the subscription in the path.");
    struct metered of = batch_find(ask, id, kind);
    if (of.kind != kind)
        return refuse_batch(out, "All resources must be of the type that metricnamespace says.");
    of.id = id;
    for (size_t i = 0; i < batch->count; i++)
        if (of.location != NULL && batch->of[i].location != NULL &&
            strcasecmp(of.location, batch->of[i].location) != 0)
            return refuse_batch(out, "All resources must be in the same region.");
    batch->of[batch->count++] = of;
    return true;
}

static bool batch_read(const struct ask *ask, const json_t *ids, const struct metric_kind *kind, struct batch *batch,
                       struct answer *out)
{
    size_t index;
    json_t *id;

    if (json_array_size(ids) == 0)
        return refuse_batch(out, "The body must have a list \"resourceids\".");
    if (json_array_size(ids) > BATCH_MAX)
        return refuse_batch(out, "At most 50 resources can be asked for in one call.");
    json_array_foreach ((json_t *)ids, index, id)
        if (!batch_add(ask, id, kind, batch, out))
            return false;
    return true;
}

static json_t *batch_json(const struct ask *ask, const struct metered *of, const struct question *q)
{
    char from[STAMP_TEXT], to[STAMP_TEXT], namespace[64] = "";
    json_t *list = metrics_list(ask, of, q);

    if (list == NULL)
        return NULL;
    for (size_t i = 0; of->kind->namespace[i] != '\0' && i + 1 < sizeof namespace; i++)
        namespace[i] = (char)tolower(of->kind->namespace[i]);
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s}", "starttime", stamp_format(q->from_ms, from), "endtime",
                     stamp_format(q->to_ms, to), "interval", q->interval, "value", list, "namespace", namespace,
                     "resourceregion", of->location != NULL ? of->location : "", "resourceid", of->id);
}

static void batch_write(const struct ask *ask, const struct batch *batch, const struct question *q, struct answer *out)
{
    json_t *values = json_array();

    for (size_t i = 0; i < batch->count; i++) {
        json_t *one = batch_json(ask, &batch->of[i], q);
        if (one == NULL) {
            json_decref(values);
            refuse_names(q->kind, ENVELOPE_ARM, out);
            return;
        }
        json_array_append_new(values, one);
    }
    answer_json(out, 200, json_pack("{s:o}", "values", values), false);
}

static const struct metric_kind *kind_of(const char *namespace)
{
    static const struct metric_kind *const kinds[] = { &circuit_metrics, &port_metrics };

    for (size_t i = 0; namespace != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcasecmp(namespace, kinds[i]->namespace) == 0)
            return kinds[i];
    return NULL;
}

static const char *batch_question(const struct ask *ask, struct question *q)
{
    const char *from = server_query(ask->call, "starttime"), *to = server_query(ask->call, "endtime");

    q->kind = kind_of(server_query(ask->call, "metricnamespace"));
    q->names = server_query(ask->call, "metricnames");
    if (q->kind == NULL)
        return "metricnamespace is missing, or no type of resource with metrics.";
    if (q->names == NULL || *q->names == '\0')
        return "metricnames is missing.";
    char *times = from != NULL && to != NULL ? text_format("%s/%s", from, to) : NULL;
    const char *wrong = question_read(ask, times, server_query(ask->call, "filter"), q);
    free(times);
    return wrong;
}

static void answer_batch(const struct ask *ask, struct answer *out)
{
    struct question q = { .kind = NULL };
    struct batch batch = { .count = 0 };
    const char *wrong = batch_question(ask, &q);

    if (wrong != NULL) {
        (void)refuse_batch(out, wrong);
        return;
    }
    json_t *body = json_loadb(ask->request->body, ask->request->body_len, 0, NULL);
    if (batch_read(ask, json_object_get(body, "resourceids"), q.kind, &batch, out))
        batch_write(ask, &batch, &q, out);
    json_decref(body);
}

void metrics_answer_batch(const struct ask *ask, struct answer *out)
{
    char date[HTTP_DATE_TEXT], guid[GUID_TEXT];

    answer_header(out, "Date", "%s", http_date(ask->now.wall_ms, date));
    answer_header(out, "x-ms-request-id", "%s", guid_random(guid));
    answer_header(out, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (!login_check(ask, out) || !arm_check_version(ask, out))
        return;
    if (ask->target->wrong_method)
        answer_error(out, 405, ENVELOPE_ARM, "HttpMethodNotAllowed", "The method is not supported here.");
    else if (!world_has_subscription(ask->world, ask->target->subscription))
        answer_error(out, 403, ENVELOPE_ARM, "AuthorizationFailed",
                     "The client does not have authorization to read metrics of subscription '%s'.",
                     ask->target->subscription);
    else
        answer_batch(ask, out);
}
