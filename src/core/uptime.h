#ifndef ERWATCH_CORE_UPTIME_H
#define ERWATCH_CORE_UPTIME_H

#include "core/witness.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How long a session has been up, as the router of either vendor writes it (`upDown` of a route summary). Cisco: "0:07:16",
 * "1d13h", "3w2d"; Juniper: "7:16" (minutes and seconds), "1:20:25"; others: "2h39m", "9m17s".
 */

struct uptime {
    int64_t least_ms, most_ms; /* the last unit may have been rounded either way */
};

/** @return false for "never" and everything else that is none of these forms */
bool uptime_read(const char *text, struct uptime *out);

/**
 * Did the session begin anew between two summaries in which it was established? Only what roundings and the minutes that a
 * summary may take cannot explain; false where either uptime cannot be read.
 *
 * @param began  when it must have, on true
 */
bool uptime_began_anew(const struct route_value *was, const struct route_value *is, struct mono *began);

#endif
