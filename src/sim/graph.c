/*
 * Azure Resource Graph, as far as it finds circuits, connections and ports, and the list of subscriptions. Of its query
 * language it understands the table, conditions on `type`, plain columns of `project`, and an order; anything else is
 * answered as a query with an error.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/gateway.h"
#include "sim/port.h"
#include "sim/render.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ROWS_MAX 1000
#define WINDOW_MS 5000

/* ---- the query ---- */

struct query {
    char *text;    /* in lower case */
    bool types;    /* only those that are named in a condition */
    char *project; /* "id, name"; NULL: all columns */
};

static char *trim(char *text)
{
    size_t len;

    while (isspace((unsigned char)*text))
        text++;
    len = strlen(text);
    while (len != 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    return text;
}

static bool stage_read(const char *stage, bool first, struct query *q)
{
    if (first && (strcmp(stage, "resources") == 0))
        return true;
    if (strncmp(stage, "where type =~ '", 15) == 0 || strncmp(stage, "where type == '", 15) == 0 ||
        strncmp(stage, "where type in~ (", 16) == 0 || strncmp(stage, "where type in (", 15) == 0) {
        q->types = true;
        return true;
    }
    if (strncmp(stage, "project ", 8) == 0) {
        free(q->project);
        q->project = xstrdup(stage + 8);
        return strspn(q->project, "abcdefghijklmnopqrstuvwxyz, ") == strlen(q->project);
    }
    return strncmp(stage, "order by ", 9) == 0 || strncmp(stage, "sort by ", 8) == 0;
}

/* Stages between bars. The conditions on types stay in `text`, where type_wanted() looks. */
static bool query_read(const char *text, struct query *q)
{
    bool first = true, good = text != NULL;

    *q = (struct query){ .text = xstrdup(text != NULL ? text : "") };
    for (char *c = q->text; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    for (const char *at = q->text; good && at != NULL; first = false) {
        const char *bar = strchr(at, '|');
        char *stage = text_format("%.*s", bar != NULL ? (int)(bar - at) : (int)strlen(at), at);
        good = stage_read(trim(stage), first, q);
        free(stage);
        at = bar != NULL ? bar + 1 : NULL;
    }
    return good;
}

static bool type_wanted(const struct query *q, const char *type)
{
    char quoted[64];

    snprintf(quoted, sizeof quoted, "'%s'", type);
    return !q->types || strstr(q->text, quoted) != NULL;
}

static bool column_wanted(const struct query *q, const char *column)
{
    char lower[32] = "";
    const char *at = q->project;
    size_t len = strlen(column);

    for (size_t i = 0; column[i] != '\0' && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower(column[i]);
    while (at != NULL && *at != '\0') {
        at += strspn(at, ", ");
        size_t word = strcspn(at, ", ");
        if (word == len && strncmp(at, lower, len) == 0)
            return true;
        at += word;
    }
    return q->project == NULL;
}

/* ---- rows ---- */

/* From Resource Manager's resource to a row: the type in lower case, and columns that say where it is. */
static void add_row(const struct query *q, json_t *resource, const char *type, const char *subscription,
                    const char *group, json_t *rows)
{
    static const char *const same[] = { "id", "name", "location", "sku", "properties", "tags" };
    json_t *row = json_object();

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (column_wanted(q, same[i]))
            json_object_set(row, same[i], json_object_get(resource, same[i]) != NULL ? json_object_get(resource, same[i])
                                                                                     : json_null());
    if (column_wanted(q, "type"))
        json_object_set_new(row, "type", json_string(type));
    if (column_wanted(q, "resourceGroup"))
        json_object_set_new(row, "resourceGroup", json_string(group));
    if (column_wanted(q, "subscriptionId"))
        json_object_set_new(row, "subscriptionId", json_string(subscription));
    json_array_append_new(rows, row);
    json_decref(resource);
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

static void add_circuits(const struct ask *ask, const struct query *q, const json_t *subscriptions, json_t *rows)
{
    static const char type[] = "microsoft.network/expressroutecircuits";
    const struct scenario *s = ask->world->scenario;
    const struct look look = { "2024-05-01", s->id_case, s->extra };

    for (size_t i = 0; i < s->circuit_count && type_wanted(q, type); i++)
        if (!circuit_deleted(s->circuits[i]) && subscription_asked(subscriptions, s->circuits[i]->subscription))
            add_row(q, render_circuit(s->circuits[i], &look), type, s->circuits[i]->subscription,
                    s->circuits[i]->group, rows);
}

static void add_things(const struct ask *ask, const struct query *q, const json_t *subscriptions, enum thing_kind kind,
                       json_t *rows)
{
    const char *type = kind == THING_PORT ? "microsoft.network/expressrouteports" : "microsoft.network/connections";
    const struct scenario *s = ask->world->scenario;
    const struct look look = { "2024-05-01", s->id_case, NULL };

    for (size_t i = 0; i < s->things[kind].count && type_wanted(q, type); i++) {
        const struct thing *thing = s->things[kind].at[i];
        bool wan = kind == THING_CONNECTION && connection_is_wan(thing);
        if (!wan && !thing_deleted(thing) && subscription_asked(subscriptions, thing->subscription))
            add_row(q, kind == THING_PORT ? render_port(ask->world, thing, &look)
                                          : render_connection(ask->world, thing, true, &look),
                    type, thing->subscription, thing->group, rows);
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
    struct query q;

    if (!spend_query(ask, out))
        return;
    json_t *body = json_loadb(ask->request->body, ask->request->body_len, 0, NULL), *rows = json_array();
    const json_t *subscriptions = json_object_get(body, "subscriptions"), *options = json_object_get(body, "options");
    if (query_read(json_string_value(json_object_get(body, "query")), &q)) {
        add_circuits(ask, &q, subscriptions, rows);
        add_things(ask, &q, subscriptions, THING_CONNECTION, rows);
        add_things(ask, &q, subscriptions, THING_PORT, rows);
        answer_rows(ask, options, rows, out);
    } else {
        refuse_query(ask, out);
    }
    free(q.text);
    free(q.project);
    json_decref(rows);
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
