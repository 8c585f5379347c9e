/* Gateway connections: one of each recorded kind, every word of their state, lists of them, and what is none. */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_connection, .fini = leaks_fail);

#define NETWORK "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
#define ID NETWORK "connections/hub"
#define CIRCUIT NETWORK "expressRouteCircuits/lon-1"
#define WAN NETWORK "expressRouteGateways/gw/expressRouteConnections/hub"
#define SEEN ((struct mono){ 5000 })

static struct connection_value value;
static struct failure why;

static enum azure_result read_one(int status, const char *body, const char *id)
{
    struct azure_reply reply = reply_text(status, body);

    value = (struct connection_value){ .status = 99 };
    return connection_read(&reply, id, SEEN, &value, &why);
}

static enum azure_result read_file(const char *name, const char *id)
{
    size_t len;
    char *body = data_read(name, &len);
    struct azure_reply reply = reply_of(200, body, len);
    enum azure_result result = connection_read(&reply, id, SEEN, &value, &why);

    free(body);
    return result;
}

Test(azure_connection, recorded_of_a_virtual_network_gateway)
{
    static const char id[] = "/subscriptions/18b0dc06-a2b8-4c0f-95af-550319fa5eac/resourceGroups/onesdktestconnection/"
                             "providers/Microsoft.Network/connections/onesdk1914";

    cr_assert_eq(read_file("vnet-gateway-connection-expressroute.json", id), AZURE_OK, "%s", why.what);
    cr_expect_str_eq(value.id, "/subscriptions/18b0dc06-a2b8-4c0f-95af-550319fa5eac/resourceGroups/onesdkTestConnection/"
                               "providers/Microsoft.Network/connections/onesdk1914", "as ARM writes it");
    cr_expect_str_eq(value.peer, "/subscriptions/18b0dc06-a2b8-4c0f-95af-550319fa5eac/resourceGroups/"
                                 "onesdkTestConnection/providers/Microsoft.Network/expressRouteCircuits/testConnection");
    cr_expect_eq(value.status, LINKED_UNKNOWN, "the key is absent");
    cr_expect_str_eq(value.word, "");
    cr_expect_eq(value.operation, OPERATION_SUCCEEDED);
    cr_expect_eq(value.seen.ms, SEEN.ms);
    cr_expect_not(value.missing);
}

Test(azure_connection, recorded_of_a_virtual_wan)
{
    static const char id[] = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dedharrtv3final/"
                             "providers/Microsoft.Network/expressRouteGateways/16297a6ff5314c0f8d0eb580aa7861b3-eastus-"
                             "er-gw/expressRouteConnections/yuerconnection";

    cr_assert_eq(read_file("gateway-expressroute-connection.json", id), AZURE_OK, "%s", why.what);
    cr_expect_str_eq(value.id, id);
    cr_expect_str_eq(value.peer, "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dedharrtv3final/"
                                 "providers/Microsoft.Network/expressRouteCircuits/clicktfinal", "without its peering");
    cr_expect_eq(value.status, LINKED_UNKNOWN);
    cr_expect_eq(value.operation, OPERATION_SUCCEEDED);
}

#define BODY(properties) "{\"id\":\"" ID "\",\"properties\":{" properties "}}"

static const struct {
    const char *properties;
    uint8_t status;
    const char *word, *peer, *what;
} rows[] = {
    { "\"connectionStatus\":\"Connected\"", LINKED_CONNECTED, "Connected", "", "connected" },
    { "\"connectionStatus\":\"connecting\"", LINKED_CONNECTING, "connecting", "", "other letters" },
    { "\"connectionStatus\":\"NotConnected\"", LINKED_DISCONNECTED, "NotConnected", "", "not connected" },
    { "\"connectionStatus\":\"Disconnected\"", LINKED_DISCONNECTED, "Disconnected", "", "the word of Global Reach" },
    { "\"connectionStatus\":\"Unknown\"", LINKED_UNKNOWN, "Unknown", "", "said to be unknown" },
    { "\"connectionStatus\":\"\"", LINKED_UNKNOWN, "", "", "empty" },
    { "\"connectionStatus\":null", LINKED_UNKNOWN, "", "", "null" },
    { "\"connectionStatus\":\"Melting\\u001b[1m\"", LINKED_OTHER, "Melting?[1m", "", "an unknown word, made harmless" },
    { "\"peer\":{\"id\":\"" CIRCUIT "\"}", LINKED_UNKNOWN, "", CIRCUIT, "the circuit" },
    { "\"peer\":{\"id\":\"" CIRCUIT "/../x\"}", LINKED_UNKNOWN, "", "", "an id that goes elsewhere" },
    { "\"peer\":{\"id\":\"" CIRCUIT "?x=y\"}", LINKED_UNKNOWN, "", "", "an id with a query" },
    { "\"peer\":{\"id\":\"" CIRCUIT "%2f\"}", LINKED_UNKNOWN, "", "", "an id with an escape" },
    { "\"peer\":{\"id\":\"" NETWORK "virtualNetworkGateways/x\"}", LINKED_UNKNOWN, "", "", "another gateway" },
    { "\"expressRouteCircuitPeering\":{\"id\":\"" CIRCUIT "/peerings/AzurePrivatePeering\"}", LINKED_UNKNOWN, "",
      CIRCUIT, "the circuit's peering" },
    { "", LINKED_UNKNOWN, "", "", "nothing" },
};

Test(azure_connection, words_and_peers)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[1024];
        snprintf(body, sizeof body, BODY("%s"), rows[i].properties);
        cr_assert_eq(read_one(200, body, ID), AZURE_OK, "%s: %s", rows[i].what, why.what);
        cr_expect_eq(value.status, rows[i].status, "%s: %d", rows[i].what, value.status);
        cr_expect_str_eq(value.word, rows[i].word, "%s", rows[i].what);
        cr_expect_str_eq(value.peer, rows[i].peer, "%s", rows[i].what);
        cr_expect_eq(value.operation, WORD_ABSENT);
    }
}

#define GONE(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"m\"}}"

static const struct {
    int status;
    const char *body, *id;
    enum azure_result result;
    bool missing;
    enum trouble kind;
    const char *what;
} answers[] = {
    { 404, GONE("ResourceNotFound"), ID, AZURE_OK, true, TROUBLE_NONE, "there is no such connection" },
    { 404, GONE("ResourceGroupNotFound"), ID, AZURE_OK, true, TROUBLE_NONE, "nor its group" },
    { 404, GONE("NotFound"), WAN, AZURE_OK, true, TROUBLE_NONE, "the child of a gateway" },
    { 404, GONE("NotFound"), ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "this is no child" },
    { 404, "", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "404 of something that is not ARM" },
    { 404, GONE("InvalidResourceType"), WAN, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "an old version" },
    { 403, GONE("AuthorizationFailed"), ID, AZURE_FAILED, false, TROUBLE_FORBIDDEN, "refused" },
    { 429, GONE("RetryableError"), ID, AZURE_FAILED, false, TROUBLE_LOCKED, "locked" },
    { 202, "null", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "not the final answer" },
    { 200, "{\"id\":\"" ID "2\",\"properties\":{}}", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "another one" },
    { 200, "{\"properties\":{}}", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "without an id" },
    { 200, "{\"id\":\"" ID "\"}", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "without properties" },
    { 200, "{\"id\":\"" ID "\",\"properties\":null}", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "null properties" },
    { 200, BODY("\"connectionStatus\":1"), ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "a number for a word" },
    { 200, BODY("\"peer\":\"x\""), ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "a text for an object" },
    { 200, "", ID, AZURE_FAILED, false, TROUBLE_UNEXPECTED, "nothing" },
};

Test(azure_connection, answers)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        cr_expect_eq(read_one(answers[i].status, answers[i].body, answers[i].id), answers[i].result, "%s: %s",
                     answers[i].what, why.what);
        if (answers[i].result == AZURE_OK) {
            cr_expect_eq(value.missing, answers[i].missing, "%s", answers[i].what);
            cr_expect_str_eq(value.id, answers[i].id, "%s", answers[i].what);
        } else {
            cr_expect_eq(why.kind, answers[i].kind, "%s: kind %d", answers[i].what, why.kind);
            cr_expect_eq(value.status, 99, "%s: untouched", answers[i].what);
        }
    }
}

/* ---- lists ---- */

#define ONE(id, type, peer) \
    "{\"id\":\"" id "\",\"properties\":{\"connectionType\":\"" type "\",\"peer\":{\"id\":\"" peer "\"}}}"
#define LIST(elements) "{\"value\":[" elements "]}"

static const struct {
    const char *body, *expected, *next, *what; /* expected: NULL: not believed */
} lists[] = {
    { LIST(ONE(ID, "ExpressRoute", CIRCUIT)), ID ">" CIRCUIT ";", NULL, "one" },
    { LIST(ONE(ID, "expressroute", CIRCUIT) "," ONE(ID "2", "ExpressRoute", CIRCUIT "2")),
      ID ">" CIRCUIT ";" ID "2>" CIRCUIT "2;", NULL, "two" },
    { LIST(ONE(ID, "IPsec", CIRCUIT)), "", NULL, "of another type" },
    { LIST(ONE(ID, "ExpressRoute", NETWORK "virtualNetworkGateways/x")), "", NULL, "to no circuit" },
    { LIST(ONE("x", "IPsec", "")), "", NULL, "what is passed by may have any id" },
    { LIST(ONE(ID "/..", "ExpressRoute", CIRCUIT)), NULL, NULL, "an id that goes elsewhere" },
    { LIST(ONE(ID "?a", "ExpressRoute", CIRCUIT)), NULL, NULL, "an id with a query" },
    { LIST(ONE(CIRCUIT, "ExpressRoute", CIRCUIT)), NULL, NULL, "an id of something else" },
    { LIST("{\"properties\":{\"connectionType\":\"ExpressRoute\",\"peer\":{\"id\":\"" CIRCUIT "\"}}}"), NULL, NULL,
      "without an id" },
    { LIST(ONE(ID, "ExpressRoute", CIRCUIT) ",1"), NULL, NULL, "then the page is not believed" },
    { LIST(""), "", NULL, "none" },
    { "{\"value\":[],\"nextLink\":\"https://a/b\"}", "", "https://a/b", "none, and a further page" },
    { "{\"value\":[],\"nextLink\":\"\"}", "", NULL, "an empty link" },
    { "{\"value\":[],\"nextLink\":null}", "", NULL, "a link that is null" },
    { "{\"nextLink\":\"https://a/b\"}", NULL, NULL, "no list" },
    { "{\"value\":null}", NULL, NULL, "null" },
};

static void note(void *context, const char *id, const char *circuit)
{
    put(context, "%s>%s;", id, circuit);
}

Test(azure_connection, lists)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct azure_reply reply = reply_text(200, lists[i].body);
        struct page_text text = { 0 };
        char *next = NULL;

        cr_expect_eq(connections_read(&reply, note, &text, &next, &why),
                     lists[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", lists[i].what, why.what);
        cr_expect_str_eq(text.text, lists[i].expected != NULL ? lists[i].expected : "", "%s", lists[i].what);
        if (lists[i].next == NULL)
            cr_expect_null(next, "%s", lists[i].what);
        else
            cr_expect_str_eq(next, lists[i].next, "%s", lists[i].what);
        free(next);
    }
}

/* ---- ids and requests ---- */

static const struct {
    const char *id;
    bool sound;
    const char *what;
} ids[] = {
    { ID, true, "of a virtual network gateway" },
    { WAN, true, "of a Virtual WAN" },
    { "/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/microsoft.network/CONNECTIONS/hub", true, "words without case" },
    { "/subscriptions/s/resourceGroups/g(1)/providers/Microsoft.Network/connections/h", true, "a group with brackets" },
    { CIRCUIT, false, "a circuit" },
    { NETWORK "expressRouteGateways/gw", false, "a gateway" },
    { NETWORK "expressRouteGateways/gw/expressRouteConnections", false, "a list" },
    { ID "/", false, "a slash behind it" },
    { ID "/x/y", false, "something of it" },
    { NETWORK "connections/..", false, "dots" },
    { NETWORK "connections/a b", false, "a blank" },
    { NETWORK "connections/a%2e", false, "an escape" },
    { NETWORK "connections/a?b", false, "a query" },
    { NETWORK "connections/a#b", false, "a fragment" },
    { NETWORK "connections/a\\b", false, "a backslash" },
    { NETWORK "connections/", false, "no name" },
    { "subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/h", false, "no slash before it" },
    { "", false, "nothing" },
};

Test(azure_connection, ids)
{
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        cr_expect_eq(connection_is_id(ids[i].id), ids[i].sound, "%s", ids[i].what);
}

Test(azure_connection, what_is_asked)
{
    struct azure_request request;

    connection_ask(&request, "https://a", ID, "2024-05-01");
    cr_expect_str_eq(request.url, "https://a" ID "?api-version=2024-05-01");
    cr_expect_str_eq(request.method, "GET");
    cr_expect(request.bearer);
    azure_request_free(&request);
    connections_ask(&request, "https://a", "s", "g/../x?y", "2024-05-01");
    cr_expect_str_eq(request.url, "https://a/subscriptions/s/resourceGroups/g%2F..%2Fx%3Fy/providers/Microsoft.Network/"
                                  "connections?api-version=2024-05-01", "a name is one segment");
    azure_request_free(&request);
}
