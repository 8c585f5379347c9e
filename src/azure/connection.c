/*
 * Connections of gateways to circuits. The two kinds differ in how they name the circuit: a virtual network gateway's
 * has it as `peer`, that of a Virtual WAN names the circuit's peering.
 */
#include "azure/connection.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/page.h"
#include "azure/text.h"
#include "azure/value.h"

#include <string.h>

#define CLASSIC "connections"
#define WAN "expressRouteGateways/expressRouteConnections"

bool connection_is_id(const char *id)
{
    struct arm_id parts;

    return strlen(id) < BEYOND_ID_MAX && (arm_id_of(id, CLASSIC, &parts) || arm_id_of(id, WAN, &parts));
}

void connection_ask(struct azure_request *out, const char *management, const char *id, const char *api_version)
{
    arm_ask_at(out, management, id, "", api_version, ARM_SMALL_MAX);
}

void connections_ask(struct azure_request *out, const char *management, const char *subscription, const char *group,
                     const char *api_version)
{
    arm_ask_group(out, management, subscription, group, "/providers/Microsoft.Network/connections", api_version,
                  ARM_SMALL_MAX);
}

/* ---- what an object says ---- */

enum { ID, PROPERTIES, TYPE, STATUS, OPERATION, PEER, PEER_ID, PEERING, PEERING_ID, LIST, NEXT };

static const struct json_key peer_keys[] = { JSON_KEY_TEXT("id", PEER_ID), JSON_KEYS_END };
static const struct json_shape peer_shape = { peer_keys };
static const struct json_key peering_keys[] = { JSON_KEY_TEXT("id", PEERING_ID), JSON_KEYS_END };
static const struct json_shape peering_shape = { peering_keys };
static const struct json_key properties_keys[] = {
    JSON_KEY_TEXT("connectionType", TYPE),
    JSON_KEY_TEXT("connectionStatus", STATUS),
    JSON_KEY_TEXT("provisioningState", OPERATION),
    JSON_KEY_OBJECT("peer", PEER, &peer_shape),
    JSON_KEY_OBJECT("expressRouteCircuitPeering", PEERING, &peering_shape),
    JSON_KEYS_END,
};
static const struct json_shape properties_shape = { properties_keys };
static const struct json_key connection_keys[] = {
    JSON_KEY_TEXT("id", ID),
    JSON_KEY_OBJECT("properties", PROPERTIES, &properties_shape),
    JSON_KEYS_END,
};
static const struct json_shape connection_shape = { connection_keys };

struct decoder {
    bool properties, express_route;
    struct connection_value value;
};

/* An id as a whole, or not at all. */
static void take_id(char out[BEYOND_ID_MAX], const char *text, size_t len)
{
    if (len < BEYOND_ID_MAX) {
        memcpy(out, text, len);
        out[len] = '\0';
    }
}

/* The circuit of ".../expressRouteCircuits/NAME/peerings/KIND". */
static void take_peering(char out[BEYOND_ID_MAX], const struct json_value *value)
{
    take_id(out, value->text, text_find(value->text, value->len, "/peerings/"));
}

static uint8_t status_of(const struct json_value *value)
{
    static const struct {
        const char *word;
        uint8_t status;
    } words[] = {
        { "", LINKED_UNKNOWN },
        { "Unknown", LINKED_UNKNOWN },
        { "Connected", LINKED_CONNECTED },
        { "Connecting", LINKED_CONNECTING },
        { "NotConnected", LINKED_DISCONNECTED },
        { "Disconnected", LINKED_DISCONNECTED },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (value_is(value, words[i].word))
            return words[i].status;
    return LINKED_OTHER;
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct decoder *connection = into;
    struct connection_value *out = &connection->value;

    switch (tag) {
    case ID:
        take_id(out->id, value->text, value->len);
        break;
    case TYPE:
        connection->express_route = value_is(value, "ExpressRoute");
        break;
    case STATUS:
        out->status = status_of(value);
        text_copy(out->word, sizeof out->word, value->text, value->len);
        break;
    case OPERATION:
        out->operation = word_find(WORDS_OPERATION, value->text, value->len);
        break;
    case PEER_ID:
        take_id(out->peer, value->text, value->len);
        break;
    case PEERING_ID:
        take_peering(out->peer, value);
        break;
    }
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct decoder *connection = into;

    (void)type;
    connection->properties = connection->properties || (tag == PROPERTIES && opens);
    return true;
}

static bool is_circuit(const char *id)
{
    struct arm_id parts;

    return arm_id_parse(id, &parts);
}

/* ---- one of them ---- */

/* The child of a gateway is missing with another word than a resource of its own. */
static bool says_missing(const struct failure *why, const char *id)
{
    struct arm_id parts;

    return why->kind == TROUBLE_MISSING ||
           (why->http_status == 404 && text_is(why->code, strlen(why->code), "NotFound") && arm_id_of(id, WAN, &parts));
}

enum azure_result connection_read(const struct azure_reply *reply, const char *id, struct mono seen,
                                  struct connection_value *out, struct failure *why)
{
    struct decoder connection = { 0 };
    struct connection_value *value = &connection.value;
    struct answer_reader reader = { &connection_shape, take, enter, &connection, NULL };
    enum azure_result result = answer_read_final(reply, &reader, why);

    if (result != AZURE_OK && says_missing(why, id)) {
        memset(value, 0, sizeof *value);
        take_id(value->id, id, strlen(id));
        value->missing = true;
        result = AZURE_OK;
    } else if (result == AZURE_OK && !connection.properties) {
        result = answer_refuse(reply, why, "is no gateway connection");
    } else if (result == AZURE_OK && !text_is(value->id, strlen(value->id), id)) {
        result = answer_refuse(reply, why, "is about another connection than the one asked for");
    }
    if (result != AZURE_OK)
        return result;
    if (!is_circuit(value->peer))
        memset(value->peer, 0, sizeof value->peer);
    value->seen = seen;
    *out = *value;
    return AZURE_OK;
}

/* ---- a page of them ---- */

static const struct json_key list_keys[] = { PAGE_KEYS(LIST, &connection_shape, NEXT) };
static const struct json_shape list_shape = { list_keys };

struct row {
    char id[BEYOND_ID_MAX], circuit[BEYOND_ID_MAX];
};

struct connections {
    struct page page;
    struct decoder connection; /* that is being read */
};

static bool take_listed(void *into, int tag, const struct json_value *value)
{
    struct connections *list = into;

    return tag == NEXT ? page_take_next(&list->page, value) : take(&list->connection, tag, value);
}

static bool end_listed(struct connections *list)
{
    const struct decoder *connection = &list->connection;
    void *row;

    if (!connection->express_route || !is_circuit(connection->value.peer))
        return true;
    if (!connection_is_id(connection->value.id)) {
        list->page.because = "has a connection without an id";
        return false;
    }
    if (!page_add(&list->page, &row))
        return false;
    memcpy(((struct row *)row)->id, connection->value.id, BEYOND_ID_MAX);
    memcpy(((struct row *)row)->circuit, connection->value.peer, BEYOND_ID_MAX);
    return true;
}

static bool enter_listed(void *into, int tag, enum json_type type, bool opens)
{
    struct connections *list = into;

    if (tag != LIST)
        return enter(&list->connection, tag, type, opens);
    if (type == JSON_ARRAY)
        list->page.value = true;
    else if (opens)
        list->connection = (struct decoder){ 0 };
    else
        return end_listed(list);
    return true;
}

enum azure_result connections_read(const struct azure_reply *reply, connection_each *each, void *context, char **next,
                                   struct failure *why)
{
    struct connections list;
    struct answer_reader reader = { &list_shape, take_listed, enter_listed, &list, &list.page.because };

    page_init(&list.page, sizeof(struct row), PAGE_ROWS_MAX);
    enum azure_result result = page_read(&list.page, reply, &reader, next, why);
    for (size_t i = 0; result == AZURE_OK && i < list.page.count; i++) {
        const struct row *row = page_row(&list.page, i);
        each(context, row->id, row->circuit);
    }
    page_fini(&list.page);
    return result;
}
