/*
 * The metrics each type of resource has: BGP and ARP of a circuit by peering and path, the line and the light of an
 * ExpressRoute Direct port by link and lane.
 */
#include "sim/metrics.h"

#include "sim/circuit.h"
#include "sim/handlers.h"
#include "sim/port.h"
#include "sim/scenario.h"
#include "sim/world.h"

/* ---- a circuit ---- */

/* "Private", "Microsoft": Azure's own spelling of this value is not known to us. */
static const char *const peering_values[PEERINGS] = { "Private", "Microsoft", "Public" };

static size_t circuit_cells(const struct ask *ask, const void *resource, struct metric_cell out[CELLS_MAX])
{
    size_t count = 0;

    (void)resource;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++)
            out[count++] = (struct metric_cell){ { peering_values[kind], ask->world->scenario->peer[path] },
                                                 kind,
                                                 path };
    return count;
}

static bool circuit_value(const void *resource, size_t metric, const struct metric_cell *cell, int64_t wall_ms,
                          double *out)
{
    struct mark mark = circuit_metric_at(resource, (enum peering_kind)cell->first, (enum path)cell->second, wall_ms);
    int value = metric == 0 ? mark.bgp : mark.arp;

    *out = value;
    return value >= 0;
}

static const struct metric circuit_rows[] = {
    { "BgpAvailability", "Bgp Availability", "BGP Availability from MSEE towards all peers.", "Percent", 2 },
    { "ArpAvailability", "Arp Availability", "ARP Availability from MSEE towards all peers.", "Percent", 2 },
};

const struct metric_kind circuit_metrics = {
    "Microsoft.Network/expressRouteCircuits",
    { "PeeringType", "Peer" },
    circuit_rows,
    sizeof circuit_rows / sizeof *circuit_rows,
    circuit_cells,
    circuit_value,
};

/* ---- a port ---- */

static const char *const lane_values[PORT_LANES_MAX] = { "0", "1", "2", "3", "4", "5", "6", "7" };

static size_t port_cells(const struct ask *ask, const void *resource, struct metric_cell out[CELLS_MAX])
{
    size_t count = 0;

    (void)ask;
    for (size_t link = 0; link < PORT_LINKS; link++)
        for (size_t lane = 0; lane < port_lanes(resource, link); lane++)
            out[count++] = (struct metric_cell){ { port_link_names[link], lane_values[lane] }, link, lane };
    return count;
}

static bool port_value(const void *resource, size_t metric, const struct metric_cell *cell, int64_t wall_ms,
                       double *out)
{
    return port_metric_at(resource, (enum port_metric)metric, cell->first, cell->second, wall_ms, out);
}

static const struct metric port_rows[] = {
    [PORT_ADMIN] = { "AdminState", "AdminState", "Admin state of the port.", "Count", 1 },
    [PORT_LINE] = { "LineProtocol", "LineProtocol", "Line protocol status of the port.", "Count", 1 },
    [PORT_RX] = { "RxLightLevel", "RxLightLevel", "Rx Light level in dBm.", "Count", 2 },
    [PORT_TX] = { "TxLightLevel", "TxLightLevel", "Tx light level in dBm.", "Count", 2 },
};

const struct metric_kind port_metrics = {
    "Microsoft.Network/expressRoutePorts",
    { "Link", "Lane" },
    port_rows,
    sizeof port_rows / sizeof *port_rows,
    port_cells,
    port_value,
};
