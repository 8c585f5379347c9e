/* Resource Graph: rows of circuits and connections, pages, and what is no page. */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_graph, .fini = leaks_fail);

#define NETWORK "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
#define CIRCUIT NETWORK "expressRouteCircuits/lon-1"
#define CONNECTION NETWORK "connections/hub"
#define DATA(rows) "{\"data\":[" rows "]}"
#define ROW(id, more) "{\"id\":\"" id "\"" more "}"

static struct failure why;

static const struct {
    enum graph_kind kind;
    const char *body, *expected, *token, *what; /* expected: NULL: not believed */
} rows[] = {
    { GRAPH_CIRCUITS, DATA(ROW(CIRCUIT, ",\"location\":\"uksouth\",\"circuit\":\"\"")), CIRCUIT "@uksouth>;", NULL, "one" },
    { GRAPH_CIRCUITS, DATA(ROW(CIRCUIT, "") "," ROW(CIRCUIT "2", "")), CIRCUIT "@>;" CIRCUIT "2@>;", NULL, "two" },
    { GRAPH_CIRCUITS, DATA(""), "", NULL, "none" },
    { GRAPH_CONNECTIONS, DATA(ROW(CONNECTION, ",\"circuit\":\"" CIRCUIT "\"")), CONNECTION "@>" CIRCUIT ";", NULL,
      "a connection" },
    { GRAPH_CONNECTIONS, DATA(ROW(CONNECTION, ",\"circuit\":null")), "", NULL, "a connection to nothing" },
    { GRAPH_CONNECTIONS, DATA(ROW(CONNECTION, ",\"circuit\":\"" CIRCUIT "/..\"")), "", NULL, "to a strange place" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"$skipToken\":\"abc\",\"resultTruncated\":\"false\"}", "", "abc",
      "the token says that there is more" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"$skipToken\":\"abc\",\"resultTruncated\":\"true\"}", "", "abc", "as does this" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"$skipToken\":\"\",\"resultTruncated\":\"false\"}", "", NULL, "an empty token" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"resultTruncated\":\"true\"}", NULL, NULL, "more, and no way to it" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"count\":0}", "", NULL, "as many as it says" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"count\":1}", NULL, NULL, "fewer than it says" },
    { GRAPH_CIRCUITS, "{\"count\":-1,\"data\":[]}", NULL, NULL, "no count" },
    { GRAPH_CIRCUITS, DATA(ROW(CONNECTION, "")), NULL, NULL, "not what was asked for" },
    { GRAPH_CONNECTIONS, DATA(ROW(CIRCUIT, "")), NULL, NULL, "nor this" },
    { GRAPH_CIRCUITS, DATA(ROW(CIRCUIT "?x", "")), NULL, NULL, "an id with a query" },
    { GRAPH_CIRCUITS, DATA(ROW(CIRCUIT "/../../x", "")), NULL, NULL, "an id that goes elsewhere" },
    { GRAPH_CIRCUITS, DATA("{}"), NULL, NULL, "no id" },
    { GRAPH_CIRCUITS, DATA(ROW(CIRCUIT, "") ",1"), NULL, NULL, "then the page is not believed" },
    { GRAPH_CIRCUITS, "{\"data\":{\"columns\":[],\"rows\":[]}}", NULL, NULL, "a table" },
    { GRAPH_CIRCUITS, "{\"data\":[],\"resultTruncated\":false}", NULL, NULL, "not as documented" },
    { GRAPH_CIRCUITS, "{\"count\":0}", NULL, NULL, "no rows" },
    { GRAPH_CIRCUITS, "", NULL, NULL, "nothing" },
};

static void note(void *context, const struct graph_row *row)
{
    put(context, "%s@%s>%s;", row->id, row->location, row->circuit);
}

Test(azure_graph, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct azure_reply reply = reply_text(200, rows[i].body);
        struct page_text text = { 0 };
        char *token = NULL;

        cr_expect_eq(graph_read(&reply, rows[i].kind, note, &text, &token, &why),
                     rows[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", rows[i].what, why.what);
        cr_expect_str_eq(text.text, rows[i].expected != NULL ? rows[i].expected : "", "%s", rows[i].what);
        if (rows[i].token == NULL)
            cr_expect_null(token, "%s", rows[i].what);
        else
            cr_expect_str_eq(token, rows[i].token, "%s", rows[i].what);
        free(token);
    }
}

Test(azure_graph, recorded_answers_of_other_questions)
{
    static const char *const files[] = { "resource-graph-page.json", "resource-graph-query.json" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len;
        char *body = data_read(files[i], &len), *token = NULL;
        struct azure_reply reply = reply_of(200, body, len);
        struct page_text text = { 0 };
        cr_expect_eq(graph_read(&reply, GRAPH_CIRCUITS, note, &text, &token, &why), AZURE_FAILED, "%s", files[i]);
        cr_expect_not_null(strstr(why.what, "has a row without an id of what was asked for"), "%s", why.what);
        cr_expect_null(token);
        free(body);
    }
}

Test(azure_graph, a_recorded_refusal)
{
    size_t len;
    char *body = data_read("resource-graph-error.json", &len), *token = NULL;
    struct azure_reply reply = reply_of(400, body, len);
    struct page_text text = { 0 };

    cr_expect_eq(graph_read(&reply, GRAPH_CIRCUITS, note, &text, &token, &why), AZURE_FAILED);
    cr_expect_eq(why.kind, TROUBLE_UNEXPECTED);
    cr_expect_str_eq(why.code, "BadRequest");
    free(body);
}

Test(azure_graph, a_token_that_was_there_before)
{
    struct arm_pages pages = { 0 };

    cr_expect(arm_pages_note(&pages, "a", &why));
    cr_expect(arm_pages_note(&pages, "b", &why));
    cr_expect_not(arm_pages_note(&pages, "a", &why));
    cr_expect_str_eq(why.what, "a page of the list leads back to one that was there before");
}

Test(azure_graph, what_is_asked)
{
    static const char *const subscriptions[] = { "s1", "s\"2" };
    struct azure_request request;

    graph_ask(&request, "https://a", GRAPH_CONNECTIONS, subscriptions, 2, "t\"\\\n");
    cr_expect_str_eq(request.url, "https://a/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01");
    cr_expect_str_eq(request.body,
                     "{\"subscriptions\":[\"s1\",\"s\\\"2\"],\"query\":\"resources | where type =~ "
                     "'microsoft.network/connections' and properties.connectionType =~ 'ExpressRoute' | order by id asc "
                     "| project id, location, circuit = properties.peer.id\",\"options\":{\"resultFormat\":"
                     "\"objectArray\",\"$top\":1000,\"$skipToken\":\"t\\\"\\\\\\u000a\"}}");
    cr_expect_str_eq(request.method, "POST");
    cr_expect_str_eq(request.content_type, "application/json");
    cr_expect(request.bearer);
    azure_request_free(&request);
    graph_ask(&request, "https://a", GRAPH_CIRCUITS, subscriptions, 1, NULL);
    cr_expect_null(strstr(request.body, "skipToken"));
    azure_request_free(&request);
}

Test(azure_graph, without_subscriptions_all_are_meant)
{
    struct azure_request request;

    graph_ask(&request, "https://a", GRAPH_CIRCUITS, NULL, 0, NULL);
    cr_expect_str_eq(request.body,
                     "{\"query\":\"resources | where type =~ 'microsoft.network/expressroutecircuits' | order by id asc "
                     "| project id, location, circuit = ''\",\"options\":{\"resultFormat\":\"objectArray\","
                     "\"$top\":1000}}");
    azure_request_free(&request);
}
