/*
 * What the edge devices say: the route summary (a row for each BGP neighbour, also for those that are not the
 * customer's) and the ARP table. Both come as {"value": [row, …]}, an empty list being the usual answer where nothing
 * is provisioned.
 */
#include "azure/arm.h"
#include "azure/text.h"
#include "azure/value.h"

#include <ctype.h>
#include <string.h>

#define WORD_MAX 64

enum { ROW, ROW_NEIGHBOR, ROW_AS, ROW_UPTIME, ROW_STATE, ROW_INTERFACE, ROW_MAC };

/* ---- route summary ---- */

#define WORD_TYPES (JSON_IS(JSON_STRING) | JSON_IS(JSON_NUMBER))

static const struct json_key route_keys[] = {
    JSON_KEY_TEXT("neighbor", ROW_NEIGHBOR),
    JSON_KEY_NUMBER("as", ROW_AS),
    JSON_KEY_TEXT("upDown", ROW_UPTIME),
    { "statePfxRcd", ROW_STATE, NULL, WORD_TYPES, 0 },
    JSON_KEYS_END,
};
static const struct json_shape route_shape = { route_keys };
static const struct json_key routes_keys[] = { JSON_KEY_OBJECTS("value", ROW, &route_shape), JSON_KEYS_END };
static const struct json_shape routes_shape = { routes_keys };

struct row {
    struct net neighbor; /* NET_NONE when it is no address */
    uint32_t as;
    char state[WORD_MAX], uptime[ROUTE_TEXT_MAX];
};

struct routes {
    const struct peering_sample *peering;
    enum path path;
    struct mono seen;
    struct row row;
    struct route_value value[FAMILIES];
    bool table;
    const char *because;
};

/* A number of prefixes, or a word; a number that counts nothing is no word. */
static bool take_state(struct routes *routes, const struct json_value *value)
{
    for (size_t i = 0; i < value->len && value->type == JSON_NUMBER; i++)
        if (value->text[i] < '0' || value->text[i] > '9') {
            routes->because = "has a number of prefixes that is not possible";
            return false;
        }
    text_copy(routes->row.state, sizeof routes->row.state, value->text, value->len);
    return true;
}

static bool take_route(void *into, int tag, const struct json_value *value)
{
    struct routes *routes = into;
    struct row *row = &routes->row;
    int64_t as;

    switch (tag) {
    case ROW_NEIGHBOR:
        (void)net_parse(value->text, value->len, &row->neighbor);
        break;
    case ROW_AS:
        /* declared as 32 bits with a sign, so the upper half of the ASNs arrives as negative numbers */
        if (!value_whole(value, INT32_MIN, UINT32_MAX, &as)) {
            routes->because = "has an AS number that is not possible";
            return false;
        }
        row->as = (uint32_t)as;
        break;
    case ROW_UPTIME:
        text_copy(row->uptime, sizeof row->uptime, value->text, value->len);
        break;
    case ROW_STATE:
        return take_state(routes, value);
    }
    return true;
}

static bool row_is_of(const struct routes *routes, enum family family)
{
    const struct peering_sample *peering = routes->peering;
    const struct net *subnet = &peering->family[family].subnet[routes->path];
    const struct row *row = &routes->row;

    if (subnet->length != NET_NONE.length)
        return net_covers(subnet, &row->neighbor);
    return row->neighbor.length != NET_NONE.length && row->neighbor.family == family && peering->peer_asn != 0 &&
           row->as == peering->peer_asn;
}

/* The number of received prefixes, -1 when it is a word: only digits mean Established. */
static int64_t received(const char *state)
{
    int64_t count = 0;

    for (const char *c = state; *c != '\0'; c++) {
        if (*c < '0' || *c > '9')
            return -1;
        count = count < UINT32_MAX ? count * 10 + (*c - '0') : count;
    }
    return count < UINT32_MAX ? count : UINT32_MAX;
}

/* A live session is not talked down by a second row of the same subnet. */
static void keep_row(const struct routes *routes, struct route_value *value)
{
    const struct row *row = &routes->row;
    int64_t prefixes = received(row->state);

    if (row->state[0] == '\0' || value->state == ROUTE_ESTABLISHED || (value->state == ROUTE_DOWN && prefixes < 0))
        return;
    value->state = prefixes >= 0 ? ROUTE_ESTABLISHED : ROUTE_DOWN;
    value->prefixes = prefixes >= 0 ? (uint32_t)prefixes : 0;
    memset(value->word, 0, sizeof value->word);
    memset(value->uptime, 0, sizeof value->uptime);
    text_copy(value->word, sizeof value->word, row->state, strlen(row->state));
    text_copy(value->uptime, sizeof value->uptime, row->uptime, strlen(row->uptime));
}

static bool enter_route(void *into, int tag, enum json_type type, bool opens)
{
    struct routes *routes = into;

    (void)tag;
    if (type == JSON_ARRAY) {
        routes->table = true;
    } else if (opens) {
        routes->row = (struct row){ .neighbor = NET_NONE };
    } else {
        for (enum family family = 0; family < FAMILIES; family++)
            if (row_is_of(routes, family))
                keep_row(routes, &routes->value[family]);
    }
    return true;
}

/* The last step of an operation: 200 with a table; 202 is handed on. */
static enum azure_result read_table(const struct azure_reply *reply, const struct answer_reader *reader,
                                    const bool *table, struct failure *why)
{
    enum azure_result result = arm_read_status(reply, why);

    if (result == AZURE_OK)
        result = answer_read(reply, reader, why);
    if (result == AZURE_OK && !*table)
        result = answer_refuse(reply, why, "is no table");
    return result;
}

enum azure_result arm_read_routes(const struct azure_reply *reply, const struct peering_sample *peering, enum path path,
                                  struct mono seen, struct route_value out[FAMILIES], struct failure *why)
{
    struct routes routes = { .peering = peering, .path = path };
    struct answer_reader reader = { &routes_shape, take_route, enter_route, &routes, &routes.because };

    for (size_t family = 0; family < FAMILIES; family++)
        routes.value[family].seen = seen;
    enum azure_result result = read_table(reply, &reader, &routes.table, why);
    if (result == AZURE_OK)
        memcpy(out, routes.value, sizeof routes.value);
    return result;
}

/* ---- ARP table ---- */

static const struct json_key arp_keys[] = {
    JSON_KEY_TEXT("interface", ROW_INTERFACE),
    JSON_KEY_TEXT("macAddress", ROW_MAC),
    JSON_KEYS_END,
};
static const struct json_shape arp_shape = { arp_keys };
static const struct json_key arps_keys[] = { JSON_KEY_OBJECTS("value", ROW, &arp_shape), JSON_KEYS_END };
static const struct json_shape arps_shape = { arps_keys };

struct arps {
    char interface[WORD_MAX], mac[WORD_MAX]; /* of the row that is being read */
    bool table, complete, incomplete, microsoft;
};

static bool take_arp(void *into, int tag, const struct json_value *value)
{
    struct arps *arps = into;

    text_copy(tag == ROW_MAC ? arps->mac : arps->interface, WORD_MAX, value->text, value->len);
    return true;
}

/* Twelve hexadecimal digits in any of the usual groupings, not all zero. */
static bool is_mac(const char *text)
{
    size_t hex = 0, zeros = 0;

    for (; *text != '\0'; text++) {
        if (isxdigit((unsigned char)*text))
            hex++, zeros += *text == '0';
        else if (strchr(".:-", *text) == NULL)
            return false;
    }
    return hex == 12 && zeros < 12;
}

static void end_arp(struct arps *arps)
{
    if (text_is(arps->interface, strlen(arps->interface), "Microsoft"))
        arps->microsoft = true;
    else if (!text_is(arps->interface, strlen(arps->interface), "On-Prem"))
        return;
    else if (is_mac(arps->mac))
        arps->complete = true;
    else
        arps->incomplete = true;
}

static bool enter_arp(void *into, int tag, enum json_type type, bool opens)
{
    struct arps *arps = into;

    (void)tag;
    if (type == JSON_ARRAY)
        arps->table = true;
    else if (opens)
        arps->interface[0] = arps->mac[0] = '\0';
    else
        end_arp(arps);
    return true;
}

enum azure_result arm_read_arp(const struct azure_reply *reply, enum arp_state *out, struct failure *why)
{
    struct arps arps = { 0 };
    struct answer_reader reader = { &arps_shape, take_arp, enter_arp, &arps, NULL };
    enum azure_result result = read_table(reply, &reader, &arps.table, why);

    if (result == AZURE_OK)
        *out = arps.complete                        ? ARP_COMPLETE
               : arps.incomplete || arps.microsoft ? ARP_INCOMPLETE
                                                   : ARP_UNKNOWN;
    return result;
}
