#ifndef ERWATCH_WEB_HISTORY_H
#define ERWATCH_WEB_HISTORY_H

#include "web/route.h"
#include "web/uri.h"

/**
 * Which lines of the history does a query ask for?
 *
 * @param out  name and history are filled, on API_OK only
 * @param why  otherwise one sentence
 */
enum api_error history_read_query(struct uri_part query, struct api_request *out, char why[128]);

#endif
