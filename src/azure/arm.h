#ifndef ERWATCH_AZURE_ARM_H
#define ERWATCH_AZURE_ARM_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/sample.h"
#include "core/witness.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Azure Resource Manager: circuits, lists of them, and what the edge devices say of their sessions.
 * Fields and their values: Azure REST reference, "Express Route Circuits", 2024-05-01, and recorded answers.
 */

#define ARM_CIRCUIT_MAX (1024 * 1024)
#define ARM_LIST_MAX (32 * 1024 * 1024)
#define ARM_SMALL_MAX (1024 * 1024)
#define ARM_PAGES_MAX 100

/* ---- what is asked; @p management is "https://host[:port]" without a slash at the end ---- */

void arm_ask_circuit(struct azure_request *out, const char *management, const char *id, const char *api_version);
void arm_ask_list(struct azure_request *out, const char *management, const char *subscription, const char *api_version);

/**
 * nextLink or Location, unchanged.
 *
 * @return false with @p why, and nothing in @p out, when its origin is not exactly @p management's
 */
bool arm_ask_url(struct azure_request *out, const char *management, const char *url, size_t limit, struct failure *why);

/** The route summary (a POST that is answered 202 first) of one peering of the circuit @p id on one path. */
void arm_ask_routes(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                    enum path path, const char *api_version);
/** The ARP table, likewise. */
void arm_ask_arp(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                 enum path path, const char *api_version);

/* ---- what is answered ---- */

/**
 * One circuit.
 *
 * @param id   the one that was asked for, compared without case
 * @param out  used while reading; empty unless AZURE_OK
 * @return     AZURE_OK, or AZURE_FAILED with @p why
 */
enum azure_result arm_read_circuit(const struct azure_reply *reply, const char *id, struct sample *out,
                                   struct failure *why);

/** Called for each circuit of a list page, with the scratch sample. */
typedef void arm_each(void *context, const struct sample *sample);

/**
 * One page of a list. The whole page is checked before the first call of @p each: a broken page gives nothing.
 *
 * @param next  the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result arm_read_list(const struct azure_reply *reply, struct sample *scratch, arm_each *each, void *context,
                                char **next, struct failure *why);

/**
 * A route summary of one peering and path; fills the two families of @p out with @p seen.
 *
 * A row belongs to a family when its neighbour lies in the peering's subnet of that path; where the peering has no such
 * subnet, when it is of that family and its AS is the peer's.
 *
 * @return AZURE_PENDING while the edge device has not answered: ask Location again
 */
enum azure_result arm_read_routes(const struct azure_reply *reply, const struct peering_sample *peering, enum path path,
                                  struct mono seen, struct route_value out[FAMILIES], struct failure *why);

/** An ARP table of one peering and path. AZURE_PENDING as above. */
enum azure_result arm_read_arp(const struct azure_reply *reply, enum arp_state *out, struct failure *why);

#endif
