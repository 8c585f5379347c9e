#ifndef ERWATCH_SIM_REACH_H
#define ERWATCH_SIM_REACH_H

#include "sim/render.h"

#include <jansson.h>
#include <stdbool.h>

struct circuit;

/* Global Reach: connections of a private peering to other circuits' private peerings. */

/** The connection called @p name as Resource Manager writes it; NULL when there is none. */
json_t *render_reach(const struct circuit *circuit, const char *name, const struct look *look);
/** All that were made at this end, or, @p peered, at the other; an array. */
json_t *render_reaches(const struct circuit *circuit, bool peered, const struct look *look);

#endif
