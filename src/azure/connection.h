#ifndef ERWATCH_AZURE_CONNECTION_H
#define ERWATCH_AZURE_CONNECTION_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/beyond.h"

/*
 * Connections of virtual network gateways, and of the gateways of a Virtual WAN, whose other end is a circuit.
 * Fields: Azure REST reference, "Virtual Network Gateway Connections" and "Express Route Connections", 2024-05-01. A
 * list says less about a connection than an answer about it alone (`connectionStatus`), so each is asked for by itself.
 */

/**
 * Is this the id of a gateway connection, ".../Microsoft.Network/connections/NAME" or ".../Microsoft.Network/
 * expressRouteGateways/GATEWAY/expressRouteConnections/NAME"? Then it may go into a path.
 */
bool connection_is_id(const char *id);

/** One connection; @p id is one for connection_is_id(). */
void connection_ask(struct azure_request *out, const char *management, const char *id, const char *api_version);

/** The connections of a resource group; connections_read() gives the further pages, for arm_ask_page(). */
void connections_ask(struct azure_request *out, const char *management, const char *subscription, const char *group,
                     const char *api_version);

/**
 * One connection.
 *
 * @param id    the one that was asked for, compared without case
 * @param seen  when it was asked for
 * @param out   set on AZURE_OK only; with `missing` for an answer that says that there is no such connection
 */
enum azure_result connection_read(const struct azure_reply *reply, const char *id, struct mono seen,
                                  struct connection_value *out, struct failure *why);

/** Called for each connection of a page whose other end is a circuit: both ids as ARM writes them. */
typedef void connection_each(void *context, const char *id, const char *circuit);

/**
 * A page of a list, believed whole or not at all; what is no connection to a circuit is passed by.
 *
 * @param next  the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result connections_read(const struct azure_reply *reply, connection_each *each, void *context, char **next,
                                   struct failure *why);

#endif
