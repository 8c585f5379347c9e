#ifndef ERWATCH_SIM_GATEWAY_H
#define ERWATCH_SIM_GATEWAY_H

#include "sim/render.h"
#include "sim/thing.h"

#include <jansson.h>
#include <stdbool.h>

struct scenario;
struct world;

/* Connections of virtual network gateways and of Virtual WAN's gateways, as Resource Manager writes them. */

/** Does it belong to a gateway of Virtual WAN? */
bool connection_is_wan(const struct thing *connection);
/** The circuit it leads to: one of the scenario, else one of its own group, on the heap; NULL: it leads to none. */
char *connection_circuit_id(const struct scenario *scenario, const struct thing *connection);
/** @param listed  as an element of a list, which says nothing of `connectionStatus` */
json_t *render_connection(const struct world *world, const struct thing *connection, bool listed,
                          const struct look *look);
/** The gateway of Virtual WAN called @p name, with its connections; NULL when none belongs to it. */
json_t *render_gateway(const struct world *world, const char *subscription, const char *group, const char *name,
                       const struct look *look);

#endif
