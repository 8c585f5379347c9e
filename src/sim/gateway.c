/*
 * Gateway connections. What a connection is connected to stands in `peer` for a virtual network gateway, and in
 * `expressRouteCircuitPeering` for Virtual WAN; whether it is connected, only in the answer about it alone.
 */
#include "sim/gateway.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/put.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <string.h>
#include <strings.h>

bool connection_is_wan(const struct thing *connection)
{
    return state_text(connection->state, "wan", NULL) != NULL;
}

char *connection_circuit_id(const struct scenario *scenario, const struct thing *connection)
{
    const char *name = state_text(connection->state, "circuit", NULL);
    const char *type = state_text(connection->state, "type", "ExpressRoute");

    if (name == NULL || (!connection_is_wan(connection) && (type == NULL || strcasecmp(type, "ExpressRoute") != 0)))
        return NULL;
    if (name[0] == '/')
        return xstrdup(name);
    for (size_t i = 0; i < scenario->circuit_count; i++)
        if (strcasecmp(scenario->circuits[i]->name, name) == 0)
            return xstrdup(scenario->circuits[i]->id);
    return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteCircuits/%s",
                       connection->subscription, connection->group, name);
}

static void put_peer(const struct world *world, const struct thing *connection, json_t *into)
{
    char *id = connection_circuit_id(world->scenario, connection);

    if (id != NULL && connection_is_wan(connection)) {
        char *peering = text_format("%s/peerings/AzurePrivatePeering", id);
        put_reference_to(into, "expressRouteCircuitPeering", peering);
        free(peering);
    } else {
        put_reference_to(into, "peer", id);
    }
    free(id);
}

static void put_network_gateway(const struct world *world, const struct thing *c, bool listed, json_t *p)
{
    const json_t *state = c->state;

    put_reference(p, "virtualNetworkGateway1", c->subscription, c->group, "virtualNetworkGateways",
                  state_text(state, "gateway", "gateway"));
    put_state(p, "connectionType", state, "type", "ExpressRoute");
    put_number(p, "routingWeight", state, "weight", 0);
    if (!listed)
        put_state(p, "connectionStatus", state, "status", "Connected");
    put_number(p, "ingressBytesTransferred", state, "bytes_in", 0);
    put_number(p, "egressBytesTransferred", state, "bytes_out", 0);
    put_peer(world, c, p);
}

static void put_wan(const struct world *world, const struct thing *c, json_t *p)
{
    const json_t *routing = json_object_get(c->state, "routing");

    if (json_is_object(routing))
        json_object_set(p, "routingConfiguration", (json_t *)routing);
    put_peer(world, c, p);
    put_number(p, "routingWeight", c->state, "weight", 0);
    json_object_set_new(p, "enableInternetSecurity", json_false());
}

json_t *render_connection(const struct world *world, const struct thing *c, bool listed, const struct look *look)
{
    json_t *out = json_object(), *p = json_object();
    char made[GUID_TEXT];
    bool wan = connection_is_wan(c);

    put_text(out, "name", c->name);
    put_id(out, "id", c->id, "", look);
    put_etag(out, c->state, c->id, c->changes);
    put_text(out, "type",
             wan ? "Microsoft.Network/expressRouteGateways/expressRouteConnections" : "Microsoft.Network/connections");
    if (!wan)
        put_state(out, "location", c->state, "location", "uksouth");
    put_state(p, "provisioningState", c->state, "operation", "Succeeded");
    put_state(p, "resourceGuid", c->state, "resource_guid", guid_derived("resource", c->id, made));
    if (wan)
        put_wan(world, c, p);
    else
        put_network_gateway(world, c, listed, p);
    put_extra(p, json_object_get(c->state, "extra"));
    json_object_set_new(out, "properties", p);
    return out;
}

json_t *render_gateway(const struct world *world, const char *subscription, const char *group, const char *name,
                       const struct look *look)
{
    const struct things *all = &world->scenario->things[THING_CONNECTION];
    const struct thing *one = NULL;
    json_t *list = json_array();

    for (size_t i = 0; i < all->count; i++) {
        const struct thing *c = all->at[i];
        const char *wan = state_text(c->state, "wan", NULL);
        if (wan == NULL || thing_deleted(c) || strcasecmp(wan, name) != 0 || strcasecmp(c->group, group) != 0 ||
            strcasecmp(c->subscription, subscription) != 0)
            continue;
        one = c;
        json_array_append_new(list, render_connection(world, c, true, look));
    }
    if (one == NULL) {
        json_decref(list);
        return NULL;
    }
    const char *wan = state_text(one->state, "wan", name);
    json_t *out = json_object(), *p = json_object();
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteGateways/%s",
                           one->subscription, one->group, wan);
    put_text(out, "name", wan);
    put_id(out, "id", id, "", look);
    put_etag(out, one->state, id, one->changes);
    put_text(out, "type", "Microsoft.Network/expressRouteGateways");
    put_state(out, "location", one->state, "location", "uksouth");
    put_text(p, "provisioningState", "Succeeded");
    json_object_set_new(p, "expressRouteConnections", list);
    put_reference(p, "virtualHub", one->subscription, one->group, "virtualHubs", "hub");
    json_object_set_new(out, "properties", p);
    free(id);
    return out;
}
