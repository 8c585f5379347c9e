/*
 * Azure Resource Graph, as far as it finds circuits, connections and ports, and the list of subscriptions. What
 * graph_query.c does not understand is answered as a query with an error.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/gateway.h"
#include "sim/graph_query.h"
#include "sim/port.h"
#include "sim/render.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define ROWS_MAX 1000
#define WINDOW_MS 5000

/* ---- rows ---- */

/* What all rows are made for. */
struct asking {
    const struct ask *ask;
    const json_t *subscriptions; /* NULL: all of the tenant */
    struct graph_query query;
    json_t *rows;
};

/* From Resource Manager's resource to a row: the type in lower case, and columns that say where it is. */
static void add_row(const struct asking *asking, json_t *resource, const char *type, const char *subscription,
                    const char *group)
{
    static const char *const same[] = { "location", "sku", "properties", "tags" };
    json_t *row = json_pack("{s:O, s:O, s:s, s:s, s:s, s:s}", "id", json_object_get(resource, "id"), "name",
                            json_object_get(resource, "name"), "type", type, "tenantId",
                            asking->ask->world->scenario->tenant, "resourceGroup", group, "subscriptionId",
                            subscription);

    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        json_t *value = json_object_get(resource, same[i]);
        json_object_set(row, same[i], value != NULL ? value : json_null());
    }
    json_decref(resource);
    row = graph_query_row(&asking->query, row);
    if (row != NULL)
        json_array_append_new(asking->rows, row);
}

static bool subscription_asked(const json_t *list, const char *subscription)
{
    size_t index;
    json_t *one;

    json_array_foreach ((json_t *)list, index, one)
        if (json_is_string(one) && strcasecmp(json_string_value(one), subscription) == 0)
            return true;
    return list == NULL; /* the whole tenant */
}

static void add_circuits(const struct asking *asking)
{
    const struct scenario *s = asking->ask->world->scenario;
    const struct look look = { "2024-05-01", s->id_case, s->extra };

    for (size_t i = 0; i < s->circuit_count; i++)
        if (!circuit_deleted(s->circuits[i]) && subscription_asked(asking->subscriptions, s->circuits[i]->subscription))
            add_row(asking, render_circuit(s->circuits[i], &look), "microsoft.network/expressroutecircuits",
                    s->circuits[i]->subscription, s->circuits[i]->group);
}

static void add_things(const struct asking *asking, enum thing_kind kind)
{
    const char *type = kind == THING_PORT ? "microsoft.network/expressrouteports" : "microsoft.network/connections";
    const struct scenario *s = asking->ask->world->scenario;
    const struct look look = { "2024-05-01", s->id_case, NULL };

    for (size_t i = 0; i < s->things[kind].count; i++) {
        const struct thing *thing = s->things[kind].at[i];
        bool wan = kind == THING_CONNECTION && connection_is_wan(thing); /* a part of its gateway, no row */
        if (!wan && !thing_deleted(thing) && subscription_asked(asking->subscriptions, thing->subscription))
            add_row(asking,
                    kind == THING_PORT ? render_port(asking->ask->world, thing, &look)
                                       : render_connection(asking->ask->world, thing, true, &look),
                    type, thing->subscription, thing->group);
    }
}

/* ---- the answer ---- */

static size_t rows_most(const struct ask *ask, const json_t *options)
{
    const json_t *top = json_object_get(options, "$top");
    json_int_t most = json_is_integer(top) && json_integer_value(top) > 0 ? json_integer_value(top) : ROWS_MAX;

    if (ask->world->scenario->page != 0 && most > (json_int_t)ask->world->scenario->page)
        most = (json_int_t)ask->world->scenario->page;
    return most < ROWS_MAX ? (size_t)most : ROWS_MAX;
}

static void answer_rows(const struct ask *ask, const json_t *options, json_t *rows, struct answer *out)
{
    const char *token = json_string_value(json_object_get(options, "$skipToken"));
    size_t skip = token != NULL ? (size_t)strtoul(token, NULL, 10) : 0, most = rows_most(ask, options);
    size_t total = json_array_size(rows);
    json_t *data = json_array();

    for (size_t i = skip; i < total && i - skip < most; i++)
        json_array_append(data, json_array_get(rows, i));
    bool more = skip < total && total - skip > most;
    json_t *json = json_pack("{s:I, s:I, s:O, s:[], s:s}", "totalRecords", (json_int_t)total, "count",
                             (json_int_t)json_array_size(data), "data", data, "facets", "resultTruncated", "false");
    if (more)
        json_object_set_new(json, "$skipToken", json_sprintf("%zu", skip + most));
    json_decref(data);
    answer_json(out, 200, json, false);
}

static void refuse_query(const struct ask *ask, struct answer *out)
{
    char guid[GUID_TEXT];

    guid_random(guid);
    answer_json(out, 400,
                json_pack("{s:{s:s, s:o, s:[{s:s, s:s}, {s:s, s:s, s:i, s:i, s:s, s:s}]}}", "error", "code",
                          "BadRequest", "message",
                          json_sprintf("Please provide below info when asking for support: timestamp = %" PRId64
                                       ", correlationId = %s.",
                                       ask->now.wall_ms, guid),
                          "details", "code", "InvalidQuery", "message",
                          "Query is invalid. Please refer to the documentation for the Azure Resource Graph service "
                          "and fix the error before retrying.",
                          "code", "ParserFailure", "message", "ParserFailure", "line", 1, "characterPositionInLine", 1,
                          "token", "<EOF>", "expectedToken", "|"),
                false);
}

/* Queries of a window of five seconds. @return false: there were too many */
static bool spend_query(const struct ask *ask, struct answer *out)
{
    struct world *world = ask->world;
    int64_t most = world->scenario->quota.queries;

    if (mono_between(world->graph_window, ask->now.mono) >= WINDOW_MS || world->graph_asked == 0) {
        world->graph_window = ask->now.mono;
        world->graph_asked = 0;
    }
    world->graph_asked++;
    int64_t left = world->graph_asked < most ? most - world->graph_asked : 0;
    answer_header(out, "x-ms-ratelimit-remaining-tenant-resource-requests", "%" PRId64, left);
    answer_header(out, "x-ms-user-quota-remaining", "%" PRId64, left);
    answer_header(out, "x-ms-user-quota-resets-after", "00:00:05");
    if (world->graph_asked <= most || !world->scenario->quota.enforce)
        return true;
    answer_error(out, 429, ENVELOPE_ARM, "RateLimiting", "Please provide below info when asking for support.");
    answer_header(out, "Retry-After", "%d", WINDOW_MS / 1000);
    return false;
}

void graph_answer(const struct ask *ask, struct answer *out)
{
    if (!spend_query(ask, out))
        return;
    json_t *body = json_loadb(ask->request->body, ask->request->body_len, 0, NULL);
    struct asking asking = { .ask = ask, .subscriptions = json_object_get(body, "subscriptions"),
                             .rows = json_array() };
    if (graph_query_read(json_string_value(json_object_get(body, "query")), &asking.query)) {
        add_circuits(&asking);
        add_things(&asking, THING_CONNECTION);
        add_things(&asking, THING_PORT);
        answer_rows(ask, json_object_get(body, "options"), asking.rows, out);
    } else {
        refuse_query(ask, out);
    }
    graph_query_fini(&asking.query);
    json_decref(asking.rows);
    json_decref(body);
}

/* ---- subscriptions ---- */

void subscriptions_answer(const struct ask *ask, struct answer *out)
{
    const struct world *world = ask->world;
    json_t *list = json_array();

    for (size_t i = 0; i < world->budget_count; i++) {
        const char *subscription = world->budgets[i].subscription;
        json_array_append_new(
            list, json_pack("{s:o, s:s, s:[], s:s, s:s, s:o, s:s, s:{s:s, s:s, s:s}}", "id",
                            json_sprintf("/subscriptions/%s", subscription), "authorizationSource", "RoleBased",
                            "managedByTenants", "subscriptionId", subscription, "tenantId", world->scenario->tenant,
                            "displayName", json_sprintf("Subscription %zu", i + 1), "state", "Enabled",
                            "subscriptionPolicies", "locationPlacementId", "Public_2014-09-01", "quotaId",
                            "PayAsYouGo_2014-09-01", "spendingLimit", "Off"));
    }
    answer_header(out, "x-ms-ratelimit-remaining-tenant-reads", "11999");
    arm_page(ask, list, out);
}
