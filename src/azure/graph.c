/*
 * Questions to Azure Resource Graph. The query itself is fixed; what is put into the body from elsewhere is written as
 * JSON. That there is more is said by a token, not by `resultTruncated`: recorded pages have one with "false".
 */
#include "azure/graph.h"

#include "azure/arm.h"
#include "azure/page.h"
#include "azure/text.h"
#include "azure/value.h"
#include "core/beyond.h"

#include <assert.h>
#include <string.h>

#define API_VERSION "2021-03-01"
#define GRAPH_MAX (4 * 1024 * 1024)
#define TOKEN_MAX_LEN 8192
#define PAGE_SIZE "1000"

static const char *const queries[] = {
    [GRAPH_CIRCUITS] = "resources | where type =~ 'microsoft.network/expressroutecircuits' | order by id asc"
                       " | project id, location, circuit = ''",
    [GRAPH_CONNECTIONS] = "resources | where type =~ 'microsoft.network/connections' and properties.connectionType =~ "
                          "'ExpressRoute' | order by id asc | project id, location, circuit = properties.peer.id",
};

static void add_subscriptions(struct line *body, const char *const *subscriptions, size_t count)
{
    line_add(body, "{");
    if (count == 0)
        return;
    line_add(body, "\"subscriptions\":[");
    for (size_t i = 0; i < count; i++) {
        line_add(body, i > 0 ? "," : "");
        line_add_json(body, subscriptions[i]);
    }
    line_add(body, "],");
}

void graph_ask(struct azure_request *out, const char *management, enum graph_kind kind,
               const char *const *subscriptions, size_t count, const char *token)
{
    static const char path[] = "/providers/Microsoft.ResourceGraph/resources?api-version=" API_VERSION;
    size_t room = 256 + strlen(queries[kind]) + (token != NULL ? strlen(token) * LINE_JSON_MOST : 0);
    struct line url, body;

    assert(count <= GRAPH_SUBSCRIPTIONS_MAX);
    for (size_t i = 0; i < count; i++)
        room += strlen(subscriptions[i]) * LINE_JSON_MOST + 3;
    line_init(&url, strlen(management) + sizeof path);
    line_add(&url, management);
    line_add(&url, path);
    line_init(&body, room);
    add_subscriptions(&body, subscriptions, count);
    line_add(&body, "\"query\":");
    line_add_json(&body, queries[kind]);
    line_add(&body, ",\"options\":{\"resultFormat\":\"objectArray\",\"$top\":" PAGE_SIZE);
    if (token != NULL) {
        line_add(&body, ",\"$skipToken\":");
        line_add_json(&body, token);
    }
    line_add(&body, "}}");
    *out = (struct azure_request){ .method = "POST", .url = url.text, .body = body.text,
                                   .content_type = "application/json", .accept = "application/json", .bearer = true,
                                   .limit = GRAPH_MAX };
}

/* ---- the answer ---- */

enum { DATA, TOKEN, COUNT, TRUNCATED, ID, LOCATION, CIRCUIT };

static const struct json_key row_keys[] = {
    JSON_KEY_TEXT("id", ID),
    JSON_KEY_TEXT("location", LOCATION),
    JSON_KEY_TEXT("circuit", CIRCUIT),
    JSON_KEYS_END,
};
static const struct json_shape row_shape = { row_keys };
static const struct json_key answer_keys[] = {
    JSON_KEY_OBJECTS("data", DATA, &row_shape),
    JSON_KEY_TEXT("$skipToken", TOKEN),
    JSON_KEY_NUMBER("count", COUNT),
    JSON_KEY_TEXT("resultTruncated", TRUNCATED),
    JSON_KEYS_END,
};
static const struct json_shape answer_shape = { answer_keys };

struct row {
    char id[BEYOND_ID_MAX], circuit[BEYOND_ID_MAX], location[BEYOND_WORD_MAX];
};

struct graph {
    struct page page; /* its `next` is the token */
    enum graph_kind kind;
    struct row row; /* that is being read */
    int64_t count;  /* of rows, as the answer says; -1: it does not */
    int64_t rows;
    bool truncated;
};

static bool stop(struct graph *graph, const char *because)
{
    graph->page.because = because;
    return false;
}

static void take_id(char out[BEYOND_ID_MAX], const struct json_value *value)
{
    if (value->len < BEYOND_ID_MAX)
        memcpy(out, value->text, value->len);
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct graph *graph = into;

    switch (tag) {
    case TOKEN:
        return value->len <= TOKEN_MAX_LEN ? page_take_next(&graph->page, value)
                                           : stop(graph, "has a token for the next page that is too long");
    case COUNT:
        return value_whole(value, 0, INT32_MAX, &graph->count) || stop(graph, "has a count that is none");
    case TRUNCATED:
        graph->truncated = value_is(value, "true");
        break;
    case ID:
        take_id(graph->row.id, value);
        break;
    case CIRCUIT:
        take_id(graph->row.circuit, value);
        break;
    case LOCATION:
        text_copy(graph->row.location, sizeof graph->row.location, value->text, value->len);
        break;
    }
    return true;
}

/* A connection to something else is passed by; a row that is not what was asked for makes the page unbelievable. */
static bool end_row(struct graph *graph)
{
    struct arm_id parts;
    void *row;
    bool circuits = graph->kind == GRAPH_CIRCUITS;

    graph->rows++;
    if (!arm_id_of(graph->row.id, circuits ? "expressRouteCircuits" : "connections", &parts))
        return stop(graph, "has a row without an id of what was asked for");
    if (!circuits && !arm_id_parse(graph->row.circuit, &parts))
        return true;
    if (!page_add(&graph->page, &row))
        return false;
    memcpy(row, &graph->row, sizeof graph->row);
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct graph *graph = into;

    if (tag == DATA && type == JSON_ARRAY)
        graph->page.value = true;
    else if (tag == DATA && opens)
        memset(&graph->row, 0, sizeof graph->row);
    else if (tag == DATA)
        return end_row(graph);
    return true;
}

static enum azure_result check(const struct graph *graph, const struct azure_reply *reply, const char *token,
                               struct failure *why)
{
    if (graph->count >= 0 && graph->count != graph->rows)
        return answer_refuse(reply, why, "does not hold as many rows as it says");
    if (graph->truncated && token == NULL)
        return answer_refuse(reply, why, "is cut short and does not say how to go on");
    return AZURE_OK;
}

enum azure_result graph_read(const struct azure_reply *reply, enum graph_kind kind, graph_each *each, void *context,
                             char **token, struct failure *why)
{
    struct graph graph = { .kind = kind, .count = -1 };
    struct answer_reader reader = { &answer_shape, take, enter, &graph, &graph.page.because };

    page_init(&graph.page, sizeof(struct row), PAGE_ROWS_MAX);
    enum azure_result result = answer_read_final(reply, &reader, why);
    if (result == AZURE_OK)
        result = check(&graph, reply, graph.page.next, why);
    if (result == AZURE_OK)
        result = page_believe(&graph.page, reply, token, why);
    for (size_t i = 0; result == AZURE_OK && i < graph.page.count; i++) {
        const struct row *row = page_row(&graph.page, i);
        each(context, &(struct graph_row){ row->id, row->circuit, row->location });
    }
    page_fini(&graph.page);
    return result;
}
