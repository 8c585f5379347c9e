/* Ports of ExpressRoute Direct: which link is which, in the resource and in the metrics. */
#include "azure/port.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/series.h"
#include "azure/text.h"
#include "azure/value.h"

#include <stdlib.h>
#include <string.h>

bool port_is_id(const char *id)
{
    struct arm_id parts;

    return strlen(id) < BEYOND_ID_MAX && arm_id_of(id, "expressRoutePorts", &parts);
}

void port_ask(struct azure_request *out, const char *management, const char *id, const char *api_version)
{
    arm_ask_at(out, management, id, "", api_version, ARM_SMALL_MAX);
}

void port_value_reset(struct port_value *port)
{
    memset(port, 0, sizeof *port);
    port->seen = MONO_NEVER;
    for (size_t i = 0; i < LINKS; i++) {
        struct link_value *link = &port->link[i];
        link->seen = link->line_seen = link->rx.seen = link->tx.seen = MONO_NEVER;
    }
}

/* Links are called "link1" and "link2" wherever they were seen. LINKS: neither. */
static size_t link_of(const char *name)
{
    static const char *const digits[LINKS] = { "1", "2" };

    return series_one_inside(name, digits, LINKS);
}

/* ---- the resource ---- */

enum { ID, PROPERTIES, OPERATION, LOCATION, LIST, NAME, LINK, ADMIN, ROUTER, INTERFACE, PANEL };

static const struct json_key link_keys[] = {
    JSON_KEY_TEXT("adminState", ADMIN),
    JSON_KEY_TEXT("routerName", ROUTER),
    JSON_KEY_TEXT("interfaceName", INTERFACE),
    JSON_KEY_TEXT("patchPanelId", PANEL),
    JSON_KEYS_END,
};
static const struct json_shape link_shape = { link_keys };
static const struct json_key element_keys[] = {
    JSON_KEY_TEXT("name", NAME),
    JSON_KEY_OBJECT("properties", LINK, &link_shape),
    JSON_KEYS_END,
};
static const struct json_shape element_shape = { element_keys };
static const struct json_key properties_keys[] = {
    JSON_KEY_TEXT("provisioningState", OPERATION),
    JSON_KEY_TEXT("peeringLocation", LOCATION),
    JSON_KEY_OBJECTS("links", LIST, &element_shape),
    JSON_KEYS_END,
};
static const struct json_shape properties_shape = { properties_keys };
static const struct json_key port_keys[] = {
    JSON_KEY_TEXT("id", ID),
    JSON_KEY_OBJECT("properties", PROPERTIES, &properties_shape),
    JSON_KEYS_END,
};
static const struct json_shape port_shape = { port_keys };

struct decoder {
    const char *id;
    struct mono seen;
    bool named, properties;
    struct port_value port;
    /* of the link that is being read */
    char name[BEYOND_WORD_MAX];
    struct link_value link;
    const char *because;
};

static bool take_id(struct decoder *decoder, const struct json_value *value)
{
    decoder->named = value_is(value, decoder->id) && value->len < sizeof decoder->port.id;
    if (decoder->named)
        memcpy(decoder->port.id, value->text, value->len);
    else
        decoder->because = "is about another port than the one asked for";
    return decoder->named;
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct decoder *decoder = into;
    struct link_value *link = &decoder->link;

    switch (tag) {
    case ID:
        return take_id(decoder, value);
    case OPERATION:
        decoder->port.operation = word_find(WORDS_OPERATION, value->text, value->len);
        break;
    case LOCATION:
        text_copy(decoder->port.location, sizeof decoder->port.location, value->text, value->len);
        break;
    case NAME:
        text_copy(decoder->name, sizeof decoder->name, value->text, value->len);
        break;
    case ADMIN:
        link->admin = word_find(WORDS_SWITCH, value->text, value->len);
        break;
    case ROUTER:
        text_copy(link->router, sizeof link->router, value->text, value->len);
        break;
    case INTERFACE:
        text_copy(link->interface, sizeof link->interface, value->text, value->len);
        break;
    case PANEL: /* Azure has a tab in it */
        text_copy(link->panel, sizeof link->panel, value->text, value->len);
        break;
    }
    return true;
}

static bool end_link(struct decoder *decoder)
{
    size_t index = link_of(decoder->name);

    if (index == LINKS || decoder->port.link[index].seen.ms != MONO_NEVER.ms) {
        decoder->because = index == LINKS ? "has a link that is neither the first nor the second" : "has a link twice";
        return false;
    }
    decoder->link.seen = decoder->seen;
    decoder->port.link[index] = decoder->link;
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct decoder *decoder = into;

    if (tag == PROPERTIES && opens)
        decoder->properties = true;
    if (tag != LIST || type == JSON_ARRAY)
        return true;
    if (!opens)
        return end_link(decoder);
    decoder->name[0] = '\0';
    memset(&decoder->link, 0, sizeof decoder->link);
    return true;
}

/* What the metrics said of a link is not the resource's to change. */
static void keep_metrics(struct port_value *port, const struct port_value *had)
{
    for (size_t i = 0; i < LINKS; i++) {
        port->link[i].line_seen = had->link[i].line_seen;
        port->link[i].line_stamp_wall_ms = had->link[i].line_stamp_wall_ms;
        port->link[i].line_percent = had->link[i].line_percent;
        port->link[i].rx = had->link[i].rx;
        port->link[i].tx = had->link[i].tx;
    }
}

enum azure_result port_read(const struct azure_reply *reply, const char *id, struct mono seen, struct port_value *out,
                            struct failure *why)
{
    struct decoder decoder = { .id = id, .seen = seen };
    struct answer_reader reader = { &port_shape, take, enter, &decoder, &decoder.because };

    port_value_reset(&decoder.port);
    enum azure_result result = answer_read_final(reply, &reader, why);
    if (result == AZURE_OK && !(decoder.named && decoder.properties))
        result = answer_refuse(reply, why, "is no port");
    if (result == AZURE_OK) {
        decoder.port.seen = seen;
        keep_metrics(&decoder.port, out);
        *out = decoder.port;
    }
    return result;
}

/* ---- the metrics ---- */

enum { LINE = 0, RX = 0, TX = 1 };

#define CENTI 100
#define MIDDLE_CENTI_DBM (-500) /* Azure's own alert rules begin at 0 and -10 dBm */

static size_t slot_of(const char *link, const char *lane)
{
    (void)lane;
    size_t slot = link_of(link);
    return slot < LINKS ? slot : SERIES_SLOTS_MAX;
}

static bool lower(int32_t a, int32_t b)
{
    return a < b;
}

static bool farther(int32_t a, int32_t b)
{
    int32_t far_a = abs(a - MIDDLE_CENTI_DBM), far_b = abs(b - MIDDLE_CENTI_DBM);

    return far_a != far_b ? far_a > far_b : a < b;
}

static const struct series_plan plans[] = {
    [PORT_LINE] = { .metric = { [LINE] = "LineProtocol" }, .dimension = { "Link", "Lane" }, .most = 1.0, .scale = 100,
                    .top = 100, .slot = slot_of, .worse = lower },
    [PORT_LIGHT] = { .metric = { [RX] = "RxLightLevel", [TX] = "TxLightLevel" }, .dimension = { "Link", "Lane" },
                     .least = -100, .most = 100, .scale = CENTI, .top = 100 * CENTI, .slot = slot_of,
                     .worse = farther },
};

void port_ask_metrics(struct azure_request *out, const char *management, const char *id, enum port_metrics which,
                      int64_t now_wall_ms)
{
    if (which == PORT_LINE)
        series_ask(out, management, id, "LineProtocol", "Link%20eq%20%27%2A%27", now_wall_ms);
    else
        series_ask(out, management, id, "RxLightLevel%2CTxLightLevel",
                   "Link%20eq%20%27%2A%27%20and%20Lane%20eq%20%27%2A%27", now_wall_ms);
}

static void hand_over_line(const struct series_value *found, int64_t now_wall_ms, struct mono now,
                           struct link_value *link)
{
    if (!found->any)
        return;
    link->line_seen = series_seen(found, now);
    link->line_stamp_wall_ms = now_wall_ms - found->age_ms;
    link->line_percent = (int16_t)found->value;
}

static void hand_over_light(const struct series_value *found, int64_t now_wall_ms, struct mono now,
                            struct light_value *light)
{
    if (found->any)
        *light = (struct light_value){ .seen = series_seen(found, now),
                                       .stamp_wall_ms = now_wall_ms - found->age_ms,
                                       .centi_dbm = (int16_t)found->value };
}

enum azure_result port_read_metrics(const struct azure_reply *reply, enum port_metrics which, int64_t now_wall_ms,
                                    struct mono now, struct link_value out[LINKS], struct failure *why)
{
    struct series_values values = { 0 };
    enum azure_result result = series_read(reply, &plans[which], now_wall_ms, &values, why);

    for (size_t i = 0; result == AZURE_OK && i < LINKS; i++) {
        if (which == PORT_LINE) {
            hand_over_line(&values.at[LINE][i], now_wall_ms, now, &out[i]);
        } else {
            hand_over_light(&values.at[RX][i], now_wall_ms, now, &out[i].rx);
            hand_over_light(&values.at[TX][i], now_wall_ms, now, &out[i].tx);
        }
    }
    return result;
}
