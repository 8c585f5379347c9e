/*
 * Global Reach connections as Resource Manager writes them. They live in the private peering's keys; the other circuit
 * is named there, or given as an id, and need not exist. Who has made a link has it among its connections; at the other
 * end it is a peered one.
 */
#include "sim/reach.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/put.h"

#include <string.h>

static const json_t *reaches(const struct circuit *circuit)
{
    return json_object_get(circuit_peering(circuit, PEERING_PRIVATE), "reach");
}

/* A name is one of the same group; an id is an id. */
static char *peer_id(const struct circuit *circuit, const char *peer)
{
    if (peer[0] == '/')
        return xstrdup(peer);
    return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteCircuits/%s",
                       circuit->subscription, circuit->group, peer);
}

static void put_peering(json_t *into, const char *name, const char *circuit_id)
{
    char *id = text_format("%s/peerings/AzurePrivatePeering", circuit_id);

    put_reference_to(into, name, id);
    free(id);
}

static json_t *reach_properties(const struct circuit *circuit, const json_t *state)
{
    const char *peer = state_text(state, "peer", NULL);
    json_t *p = json_object(), *ipv6 = json_object();

    put_state(p, "provisioningState", state, "operation", "Succeeded");
    put_peering(p, "expressRouteCircuitPeering", circuit->id);
    if (peer != NULL) {
        char *id = peer_id(circuit, peer);
        put_peering(p, "peerExpressRouteCircuitPeering", id);
        free(id);
    }
    put_state(p, "addressPrefix", state, "prefix", "192.168.255.0/29");
    if (state_text(state, "ipv6_prefix", NULL) != NULL) {
        put_state(ipv6, "addressPrefix", state, "ipv6_prefix", NULL);
        put_state(ipv6, "circuitConnectionStatus", state, "ipv6_status", "Connected");
        json_object_set(p, "ipv6CircuitConnectionConfig", ipv6);
    }
    json_decref(ipv6);
    put_state(p, "circuitConnectionStatus", state, "status", "Connected");
    put_extra(p, json_object_get(state, "extra"));
    return p;
}

static bool is_peered(const json_t *state)
{
    return json_is_true(json_object_get(state, "peered"));
}

json_t *render_reach(const struct circuit *circuit, const char *name, const struct look *look)
{
    const json_t *state = json_object_get(reaches(circuit), name);

    if (!json_is_object(state))
        return NULL;
    json_t *out = json_object();
    const char *kind = is_peered(state) ? "peerConnections" : "connections";
    char *tail = text_format("/peerings/AzurePrivatePeering/%s/%s", kind, name);
    put_text(out, "name", name);
    put_id(out, "id", circuit->id, tail, look);
    put_etag(out, state, circuit->id, circuit->changes);
    json_object_set_new(out, "properties", reach_properties(circuit, state));
    free(tail);
    tail = text_format("Microsoft.Network/expressRouteCircuits/peerings/%s", kind);
    put_text(out, "type", tail);
    free(tail);
    return out;
}

json_t *render_reaches(const struct circuit *circuit, bool peered, const struct look *look)
{
    json_t *list = json_array(), *state;
    const char *name;

    json_object_foreach ((json_t *)reaches(circuit), name, state)
        if (json_is_object(state) && is_peered(state) == peered)
            json_array_append_new(list, render_reach(circuit, name, look));
    return list;
}
