#ifndef ERWATCH_AZURE_METRICS_H
#define ERWATCH_AZURE_METRICS_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/witness.h"

#include <stdint.h>

/*
 * Azure Monitor's BgpAvailability and ArpAvailability of a circuit, split by peering and path.
 * Names and dimensions: "Supported metrics for Microsoft.Network/expressRouteCircuits".
 */

/** How far back is asked, and how old a point may be: the newest one to three minutes are usually empty. */
#define METRICS_WINDOW_MS (10 * 60 * 1000)

/** Both metrics of one circuit in the ten minutes before @p now_wall_ms. */
void metrics_ask(struct azure_request *out, const char *management, const char *id, int64_t now_wall_ms);

/**
 * The metrics answer: the newest point that has a value, for each peering and path. Where there is none, @p out keeps
 * what it had; where several series speak of one path, the lowest of them counts.
 *
 * @param now_wall_ms  Azure's own time of the answer (its Date header, else our wall clock), to find each point's age
 * @param now          when the answer came, on our clock
 * @param out          changed on AZURE_OK only
 */
enum azure_result metrics_read(const struct azure_reply *reply, int64_t now_wall_ms, struct mono now,
                               struct witness *out, struct failure *why);

/** How many values of either metric were measured at @p since or later. */
unsigned metrics_count(const struct witness *witness, struct mono since);

#endif
