#ifndef ERWATCH_WEB_ACKNOWLEDGE_H
#define ERWATCH_WEB_ACKNOWLEDGE_H

#include "core/incident.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACK_REFUSAL_MAX 160

/**
 * Read the body of POST /v1/acknowledgements/IDENTITY, as erwatchctl(1), "API", has it. An empty one is fine.
 *
 * @param out  why, until_wall_ms and sticky are filled in
 * @param why  filled on failure: one sentence
 */
bool ack_read(const char *json, size_t len, int64_t now_wall_ms, struct ack *out, char why[ACK_REFUSAL_MAX]);

#endif
