#ifndef ERWATCH_SIM_PORT_H
#define ERWATCH_SIM_PORT_H

#include "sim/render.h"
#include "sim/thing.h"

#include <jansson.h>
#include <stdbool.h>

struct world;

/* Port pairs of ExpressRoute Direct: how Resource Manager writes them, and what their metrics were. */

#define PORT_LINKS 2
#define PORT_LANES_MAX 8

/** "link1", "link2": resource names, and values of the dimension Link. */
extern const char *const port_link_names[PORT_LINKS];

enum port_metric { PORT_ADMIN, PORT_LINE, PORT_RX, PORT_TX };

json_t *render_port(const struct world *world, const struct thing *port, const struct look *look);
/** NULL when the port has no such link. */
json_t *render_link(const struct thing *port, size_t link, const struct look *look);
/** The array of both. */
json_t *render_links(const struct thing *port, const struct look *look);

/** How many lanes of light a link has: one, or as many as its keys name; none when there is no such link. */
size_t port_lanes(const struct thing *port, size_t link);
/** @return false: there was no value */
bool port_metric_at(const struct thing *port, enum port_metric metric, size_t link, size_t lane, int64_t wall_ms,
                    double *out);

#endif
