#ifndef ERWATCH_AZURE_PORT_H
#define ERWATCH_AZURE_PORT_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/beyond.h"

/*
 * Ports of ExpressRoute Direct: the pair of links as ARM has it, and from Azure Monitor their line protocol and light.
 * Fields: Azure REST reference, "Express Route Ports", 2024-05-01; names, units and dimensions: "Supported metrics for
 * Microsoft.Network/expressRoutePorts". Levels of light are in the metrics alone.
 */

/** Is this the id of a port? Then it may go into a path. */
bool port_is_id(const char *id);

void port_ask(struct azure_request *out, const char *management, const char *id, const char *api_version);

/** A port of which nothing was seen. */
void port_value_reset(struct port_value *port);

/**
 * A port.
 *
 * @param id    the one that was asked for, compared without case
 * @param seen  when it was asked for
 * @param out   on AZURE_OK everything that ARM says; what the metrics say stays. Otherwise unchanged
 */
enum azure_result port_read(const struct azure_reply *reply, const char *id, struct mono seen, struct port_value *out,
                            struct failure *why);

/**
 * Azure Monitor takes metrics together only when they are split in the same way: the line protocol by link, light by
 * link and lane.
 */
enum port_metrics { PORT_LINE, PORT_LIGHT };

void port_ask_metrics(struct azure_request *out, const char *management, const char *id, enum port_metrics which,
                      int64_t now_wall_ms);

/**
 * The newest value of each link; of the lanes of a link that counts whose light is farthest from the middle of what is
 * usual. Where there is none, @p out keeps what it had.
 *
 * @param now_wall_ms  Azure's own time of the answer
 * @param now          when it came, on our clock
 */
enum azure_result port_read_metrics(const struct azure_reply *reply, enum port_metrics which, int64_t now_wall_ms,
                                    struct mono now, struct link_value out[LINKS], struct failure *why);

#endif
