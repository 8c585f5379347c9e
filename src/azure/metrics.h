#ifndef ERWATCH_AZURE_METRICS_H
#define ERWATCH_AZURE_METRICS_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/witness.h"

#include <stdint.h>

/*
 * Azure Monitor's BgpAvailability and ArpAvailability of circuits, split by peering and path: of one circuit from ARM,
 * of many in a region from the metrics service itself.
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

/* ---- many circuits of one subscription and region in one request ---- */

#define METRICS_BATCH_MAX 50 /* resources that the service takes in one request */

/**
 * Where the metrics service of a region is: its name becomes the first label of @p base's host, so that
 * "https://metrics.monitor.azure.com" becomes "https://uksouth.metrics.monitor.azure.com". An address that is no name
 * (a simulator's) stays as it is. Tokens for the service are for @p base.
 *
 * @param base    "https://host[:port]" without a slash at the end
 * @param region  `location` of the circuits as an answer has it, "uksouth" or "UK South"
 * @return        heap; NULL when the region has anything but letters, digits and blanks: it is no part of a host then
 */
char *metrics_batch_origin(const char *base, const char *region);

/**
 * Both metrics of @p count circuits (at most METRICS_BATCH_MAX), all of this subscription and of the origin's region.
 *
 * @param origin  of metrics_batch_origin()
 */
void metrics_ask_batch(struct azure_request *out, const char *origin, const char *subscription, const char *const *ids,
                       size_t count, int64_t now_wall_ms);

/**
 * Called for each circuit that the answer has, by its place in what was asked, with what the answer says and no more.
 */
typedef void metrics_each(void *context, size_t index, const struct witness *seen);

/**
 * The answer to metrics_ask_batch(), believed whole or not at all: nothing is called on failure. Resources that were
 * not asked for are passed by; of one that comes twice the lower values count. A circuit that the answer lacks is one
 * whose values are not known; @p each is not called for it.
 */
enum azure_result metrics_read_batch(const struct azure_reply *reply, const char *const *ids, size_t count,
                                     int64_t now_wall_ms, struct mono now, metrics_each *each, void *context,
                                     struct failure *why);

#endif
