/*
 * Resource Manager: who may ask, which version, whose budget; then circuits, lists, peerings and counters out of the
 * world. Errors have the codes and texts of recorded answers.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/render.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

void arm_not_found(const struct ask *ask, struct answer *out)
{
    const struct target *t = ask->target;

    if (t->circuit != NULL && !world_has_group(ask->world, t->subscription, t->group))
        answer_error(out, 404, ENVELOPE_ARM, "ResourceGroupNotFound", "Resource group '%s' could not be found.",
                     t->group);
    else if (t->circuit != NULL)
        arm_no_resource(ask, "expressRouteCircuits", t->circuit, out);
    else
        answer_error(out, 404, ENVELOPE_ARM, "InvalidResourceType",
                     "The resource type could not be found in the namespace 'Microsoft.Network' for api version '%s'.",
                     server_query(ask->call, "api-version") != NULL ? server_query(ask->call, "api-version") : "");
    answer_header(out, "x-ms-failure-cause", "gateway");
}

void arm_no_resource(const struct ask *ask, const char *type, const char *name, struct answer *out)
{
    answer_error(out, 404, ENVELOPE_ARM, "ResourceNotFound",
                 "The Resource 'Microsoft.Network/%s/%s' under resource group '%s' was not found. For more details "
                 "please go to https://aka.ms/ARMResourceNotFoundFix",
                 type, name, ask->target->group);
    answer_header(out, "x-ms-failure-cause", "gateway");
}

void arm_child_not_found(const struct ask *ask, struct answer *out)
{
    char *text = text_format("Resource %s not found.", ask->request->path);

    answer_error(out, 404, ENVELOPE_ARM, "NotFound", "%s", text);
    free(text);
}

struct look arm_look(const struct ask *ask)
{
    const struct scenario *s = ask->world->scenario;

    return (struct look){ arm_version(ask), s->id_case, s->extra };
}

void arm_ok(const struct ask *ask, json_t *json, struct answer *out)
{
    answer_json(out, 200, json, ask->world->scenario->indent);
}

/* ---- lists ---- */

struct page {
    struct circuit **circuits;
    size_t count;
    size_t next; /* where the next page begins; 0: this is the last one */
};

static void page_collect(const struct ask *ask, size_t skip, struct page *out)
{
    const struct scenario *s = ask->world->scenario;
    const struct target *t = ask->target;
    size_t seen = 0;

    out->circuits = xcalloc(s->circuit_count, sizeof(struct circuit *));
    for (size_t i = 0; i < s->circuit_count && out->next == 0; i++) {
        struct circuit *c = s->circuits[i];
        if (circuit_deleted(c) || strcasecmp(c->subscription, t->subscription) != 0 ||
            (t->group != NULL && strcasecmp(c->group, t->group) != 0) || seen++ < skip)
            continue;
        if (s->page != 0 && out->count == s->page)
            out->next = skip + out->count;
        else
            out->circuits[out->count++] = c;
    }
}

static char *next_link(const struct ask *ask, const struct page *page)
{
    return text_format("%s%s?api-version=%s&$skiptoken=%zu", ask->base, ask->request->path, arm_version(ask),
                       page->next);
}

static json_t *list_json(const struct page *page, const struct look *look, const char *next)
{
    json_t *list = json_array();

    for (size_t i = 0; i < page->count; i++)
        json_array_append_new(list, render_circuit(page->circuits[i], look));
    json_t *json = json_pack("{s:o}", "value", list);
    if (next != NULL)
        json_object_set_new(json, "nextLink", json_string(next));
    return json;
}

/* In one line the elements are texts that are kept: a list of 10,000 circuits costs a copy. */
static char *list_text(const struct page *page, const struct look *look, const char *next, size_t *len)
{
    char *text = NULL;
    FILE *to = memory_or_die(open_memstream(&text, len));

    fputs("{\"value\":[", to);
    for (size_t i = 0; i < page->count; i++)
        fprintf(to, "%s%s", i != 0 ? "," : "", render_circuit_text(page->circuits[i], look));
    fputc(']', to);
    if (next != NULL)
        fprintf(to, ",\"nextLink\":\"%s\"", next);
    fputc('}', to);
    fclose(to);
    return memory_or_die(text);
}

static void answer_list(const struct ask *ask, struct answer *out)
{
    const char *skip = server_query(ask->call, "$skiptoken");
    const struct look look = arm_look(ask);
    struct page page = { 0 };
    size_t len;

    if (ask->target->group != NULL && !world_has_group(ask->world, ask->target->subscription, ask->target->group)) {
        answer_error(out, 404, ENVELOPE_ARM, "ResourceGroupNotFound", "Resource group '%s' could not be found.",
                     ask->target->group);
        return;
    }
    page_collect(ask, skip != NULL ? (size_t)strtoul(skip, NULL, 10) : 0, &page);
    char *next = page.next != 0 ? next_link(ask, &page) : NULL;
    if (ask->world->scenario->indent) {
        arm_ok(ask, list_json(&page, &look, next), out);
    } else {
        char *text = list_text(&page, &look, next, &len);
        answer_body(out, 200, "application/json; charset=utf-8", text, len);
    }
    free(next);
    free(page.circuits);
}

/* ---- one circuit and its parts ---- */

static enum peering_kind peering_asked(const struct ask *ask, const struct circuit *circuit)
{
    for (enum peering_kind kind = 0; ask->target->peering != NULL && kind < PEERINGS; kind++)
        if (strcasecmp(ask->target->peering, peering_arm_name(kind)) == 0 && circuit_peering(circuit, kind) != NULL)
            return kind;
    return PEERING_NONE;
}

static void answer_table(const struct ask *ask, const struct circuit *circuit, enum peering_kind kind,
                         struct answer *out)
{
    for (enum path path = 0; path < PATHS; path++)
        if (strcasecmp(ask->target->device, path_name(path)) == 0) {
            operation_start(ask, circuit, kind, path, out);
            return;
        }
    arm_child_not_found(ask, out);
}

static void answer_peering(const struct ask *ask, struct circuit *circuit, struct answer *out)
{
    const struct look look = arm_look(ask);
    enum peering_kind kind = peering_asked(ask, circuit);

    if (kind == PEERING_NONE)
        arm_child_not_found(ask, out);
    else if (ask->target->endpoint == ENDPOINT_PEERING)
        arm_ok(ask, render_peering(circuit, kind, &look), out);
    else if (ask->target->endpoint == ENDPOINT_PEERING_STATS)
        arm_ok(ask, render_stats(circuit), out);
    else if (ask->target->endpoint == ENDPOINT_REACHES || ask->target->endpoint == ENDPOINT_REACH)
        reach_answer(ask, circuit, kind, out);
    else
        answer_table(ask, circuit, kind, out);
}

static void answer_circuit(const struct ask *ask, struct answer *out)
{
    const struct target *t = ask->target;
    const struct look look = arm_look(ask);
    struct circuit *circuit = world_circuit(ask->world, t->subscription, t->group, t->circuit);

    if (circuit == NULL) {
        arm_not_found(ask, out);
        return;
    }
    switch (t->endpoint) {
    case ENDPOINT_CIRCUIT: arm_ok(ask, render_circuit(circuit, &look), out); break;
    case ENDPOINT_PEERINGS: arm_ok(ask, render_peerings(circuit, &look), out); break;
    case ENDPOINT_STATS: arm_ok(ask, render_stats(circuit), out); break;
    case ENDPOINT_METRICS: metrics_answer(ask, circuit, out); break;
    case ENDPOINT_HEALTH: health_answer(ask, circuit, out); break;
    case ENDPOINT_CIRCUIT_EVENTS: events_answer(ask, circuit, out); break;
    default: answer_peering(ask, circuit, out);
    }
}

/* ---- the whole ---- */

static void put_remaining(const struct ask *ask, bool write, int64_t left, struct answer *out)
{
    const char *style = ask->world->scenario->quota.header, *kind = write ? "writes" : "reads";
    char name[64];

    if (strcmp(style, "none") == 0)
        return;
    if (strcmp(style, "resource") == 0)
        snprintf(name, sizeof name, "x-ms-ratelimit-remaining-subscription-resource-requests");
    else
        snprintf(name, sizeof name, "x-ms-ratelimit-remaining-subscription-%s%s",
                 strcmp(style, "global") == 0 ? "global-" : "", kind);
    answer_header(out, name, "%" PRId64, left);
}

static void refuse_throttled(const struct ask *ask, bool write, struct answer *out)
{
    const char *style = ask->world->scenario->quota.retry_after, *subscription = ask->target->subscription;
    int64_t seconds = (world_refill_ms(ask->world, subscription, write) + 999) / 1000;
    char date[HTTP_DATE_TEXT];

    answer_error(out, 429, ENVELOPE_ARM, "SubscriptionRequestsThrottled",
                 "Number of requests for subscription '%s' and operation '%s' exceeded the backend storage limit. "
                 "Please try again after '%" PRId64 "' seconds.",
                 subscription, ask->request->method, seconds);
    answer_header(out, "x-ms-failure-cause", "gateway");
    if (strcmp(style, "seconds") == 0)
        answer_header(out, "Retry-After", "%" PRId64, seconds);
    else if (strcmp(style, "date") == 0)
        answer_header(out, "Retry-After", "%s", http_date(ask->now.wall_ms + seconds * 1000, date));
}

/* Reads and writes have buckets of their own; every POST is a write. */
static bool spend(const struct ask *ask, struct answer *out)
{
    bool write = strcmp(ask->request->method, "GET") != 0;
    int64_t left;
    bool enough = world_spend(ask->world, ask->target->subscription, write, ask->now.mono, &left);

    put_remaining(ask, write, left, out);
    if (enough || !ask->world->scenario->quota.enforce)
        return true;
    refuse_throttled(ask, write, out);
    return false;
}

/* What belongs to the tenant has no subscription, and no budget of one. */
static bool of_tenant(const struct ask *ask)
{
    return ask->target->endpoint == ENDPOINT_GRAPH || ask->target->endpoint == ENDPOINT_SUBSCRIPTIONS;
}

static bool check_subscription(const struct ask *ask, struct answer *out)
{
    const char *subscription = ask->target->subscription;

    if (of_tenant(ask))
        return true;
    if (subscription != NULL && world_has_subscription(ask->world, subscription))
        return true;
    answer_error(out, 404, ENVELOPE_ARM, "SubscriptionNotFound", "The subscription '%s' could not be found.",
                 subscription != NULL ? subscription : "");
    answer_header(out, "x-ms-failure-cause", "gateway");
    return false;
}

static void answer_endpoint(const struct ask *ask, struct answer *out)
{
    switch (ask->target->endpoint) {
    case ENDPOINT_LIST:
    case ENDPOINT_LIST_GROUP: answer_list(ask, out); break;
    case ENDPOINT_OPERATION: operation_poll(ask, out); break;
    case ENDPOINT_EVENTS: events_answer(ask, NULL, out); break;
    case ENDPOINT_IMPACTED: impacted_answer(ask, out); break;
    case ENDPOINT_GRAPH: graph_answer(ask, out); break;
    case ENDPOINT_SUBSCRIPTIONS: subscriptions_answer(ask, out); break;
    default:
        if (ask->target->circuit != NULL)
            answer_circuit(ask, out);
        else
            beyond_answer(ask, out);
    }
}

void arm_answer(const struct ask *ask, struct answer *out)
{
    const struct target *t = ask->target;

    answer_arm_headers(out, ask->world->scenario->region, ask->now.wall_ms);
    if (!login_check(ask, out) || !arm_check_version(ask, out) || !check_subscription(ask, out) ||
        (!of_tenant(ask) && !spend(ask, out)))
        return;
    if (t->endpoint == ENDPOINT_UNKNOWN)
        arm_not_found(ask, out);
    else if (t->wrong_method)
        answer_error(out, 405, ENVELOPE_ARM, "HttpMethodNotAllowed",
                     "The HTTP method '%s' is not supported at '%s': this endpoint only shows.", ask->request->method,
                     ask->request->path);
    else
        answer_endpoint(ask, out);
}
