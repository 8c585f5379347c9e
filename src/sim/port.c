/*
 * ExpressRoute Direct: two links to two routers of Microsoft, with optics whose light is measured in dBm on each lane.
 * Light levels are not in the resource, only in the metrics.
 */
#include "sim/port.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/put.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *const port_link_names[PORT_LINKS] = { "link1", "link2" };

static const char *const link_keys[PORT_LINKS] = { "one", "two" };

/* A port has both links unless one is taken away with null. @return false: it has not this one */
static bool link_there(const json_t *port, size_t link)
{
    return !json_is_null(json_object_get(json_object_get(port, "links"), link_keys[link]));
}

static const json_t *link_state(const json_t *port, size_t link)
{
    return json_object_get(json_object_get(port, "links"), link_keys[link]);
}

/* ---- the resource ---- */

static json_t *link_properties(const struct thing *port, size_t link)
{
    const json_t *state = link_state(port->state, link);
    char router[16], panel[32], rack[32];
    json_t *p = json_object(), *macsec = json_object();

    snprintf(router, sizeof router, "exr%02zu.lon", port->index * 2 + link + 1);
    snprintf(panel, sizeof panel, "CP:02%02zu\tPort 1", port->index * 2 + link + 1);
    snprintf(rack, sizeof rack, "LON 02410-02%02zu", port->index * 2 + link + 1);
    put_state(p, "provisioningState", state, "operation", "Succeeded");
    put_state(p, "routerName", state, "router", router);
    put_state(p, "interfaceName", state, "interface", "xe-1/1/11:3");
    put_state(p, "patchPanelId", state, "panel", panel);
    put_state(p, "rackId", state, "rack", rack);
    put_state(p, "connectorType", state, "connector", "LC");
    put_state(p, "adminState", state, "admin", "Enabled");
    put_state(macsec, "cipher", state, "cipher", "GcmAes128");
    json_object_set_new(p, "macSecConfig", macsec);
    return p;
}

json_t *render_link(const struct thing *port, size_t link, const struct look *look)
{
    char tail[32];

    if (!link_there(port->state, link))
        return NULL;
    json_t *out = json_object();
    snprintf(tail, sizeof tail, "/links/%s", port_link_names[link]);
    put_text(out, "name", port_link_names[link]);
    put_id(out, "id", port->id, tail, look);
    put_etag(out, port->state, port->id, port->changes);
    json_object_set_new(out, "properties", link_properties(port, link));
    put_text(out, "type", "Microsoft.Network/expressRoutePorts/links");
    return out;
}

json_t *render_links(const struct thing *port, const struct look *look)
{
    json_t *list = json_array();

    for (size_t link = 0; link < PORT_LINKS; link++)
        if (link_there(port->state, link))
            json_array_append_new(list, render_link(port, link, look));
    return list;
}

/* The circuits on it, and the bandwidth they take. */
static double put_circuits(const struct world *world, const struct thing *port, json_t *list)
{
    const struct scenario *s = world->scenario;
    double taken = 0;

    for (size_t i = 0; i < s->circuit_count; i++) {
        const struct circuit *c = s->circuits[i];
        const char *on = state_text(c->state, "direct", NULL);
        if (on == NULL || circuit_deleted(c) || strcasecmp(on, port->name) != 0 ||
            strcasecmp(c->group, port->group) != 0 || strcasecmp(c->subscription, port->subscription) != 0)
            continue;
        json_array_append_new(list, json_pack("{s:s}", "id", c->id));
        taken += (double)state_number(c->state, "bandwidth", 1000, NULL) / 1000;
    }
    return taken;
}

static json_t *port_properties(const struct world *world, const struct thing *port, const struct look *look)
{
    json_t *p = json_object(), *circuits = json_array();
    char made[GUID_TEXT];
    double taken = put_circuits(world, port, circuits);

    put_state(p, "provisioningState", port->state, "operation", "Succeeded");
    put_state(p, "resourceGuid", port->state, "resource_guid", guid_derived("resource", port->id, made));
    json_object_set_new(p, "links", render_links(port, look));
    put_state(p, "peeringLocation", port->state, "peering_location", "Equinix-London-LD5");
    put_number(p, "bandwidthInGbps", port->state, "bandwidth", 10);
    put_state(p, "encapsulation", port->state, "encapsulation", "QinQ");
    json_object_set_new(p, "provisionedBandwidthInGbps", json_real(taken));
    put_state(p, "mtu", port->state, "mtu", "1500");
    put_state(p, "etherType", port->state, "ether_type", "0x8100");
    put_state(p, "allocationDate", port->state, "allocated", "Tuesday, July 13, 2021");
    if (json_array_size(circuits) != 0)
        json_object_set(p, "circuits", circuits);
    json_decref(circuits);
    put_extra(p, json_object_get(port->state, "extra"));
    return p;
}

json_t *render_port(const struct world *world, const struct thing *port, const struct look *look)
{
    json_t *out = json_object();

    put_text(out, "name", port->name);
    put_id(out, "id", port->id, "", look);
    put_etag(out, port->state, port->id, port->changes);
    put_text(out, "type", "Microsoft.Network/expressRoutePorts");
    put_state(out, "location", port->state, "location", "uksouth");
    json_object_set_new(out, "properties", port_properties(world, port, look));
    return out;
}

/* ---- its metrics ---- */

#define LIGHT_DBM (-2.5) /* of optics that are well */

size_t port_lanes(const struct thing *port, size_t link)
{
    const json_t *state = link_state(port->state, link);
    size_t rx = json_array_size(json_object_get(state, "rx")), tx = json_array_size(json_object_get(state, "tx"));
    size_t lanes = rx > tx ? rx : tx;

    if (!link_there(port->state, link))
        return 0;
    return lanes == 0 ? 1 : lanes < PORT_LANES_MAX ? lanes : PORT_LANES_MAX;
}

static bool light(const json_t *value, size_t lane, double *out)
{
    if (json_is_array(value))
        value = json_array_get(value, lane);
    *out = json_is_number(value) ? json_number_value(value) : LIGHT_DBM;
    return value == NULL || json_is_number(value);
}

static bool word_is(const json_t *state, const char *key, const char *standard, const char *word)
{
    const char *text = state_text(state, key, standard);

    return text != NULL && strcasecmp(text, word) == 0;
}

bool port_metric_at(const struct thing *port, enum port_metric metric, size_t link, size_t lane, int64_t wall_ms,
                    double *out)
{
    const json_t *state = thing_at(port, wall_ms);
    const json_t *keys = link_state(state, link);

    if (!link_there(state, link))
        return false;
    switch (metric) {
    case PORT_ADMIN: *out = word_is(keys, "admin", "Enabled", "Enabled") ? 1 : 0; return true;
    case PORT_LINE: *out = word_is(keys, "line", "up", "up") ? 1 : 0; return !word_is(keys, "line", "up", "gap");
    case PORT_RX: return light(json_object_get(keys, "rx"), lane, out);
    case PORT_TX: return light(json_object_get(keys, "tx"), lane, out);
    }
    return false;
}
