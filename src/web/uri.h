#ifndef ERWATCH_WEB_URI_H
#define ERWATCH_WEB_URI_H

#include "web/route.h"

#include <stdbool.h>
#include <stddef.h>

/** A part of a URI; not NUL-terminated. */
struct uri_part {
    const char *text;
    size_t len;
};

/** Percent-decode; false for a broken escape, an encoded NUL, nothing at all, or more than fits. */
bool uri_decode(struct uri_part part, bool plus_is_blank, char out[API_NAME_MAX]);

/** The value of a key of the query; false when it is absent or cannot be decoded. */
bool uri_query(struct uri_part query, const char *key, char out[API_NAME_MAX]);

/** Is it there, whether it can be decoded or not? */
bool uri_has(struct uri_part query, const char *key);

#endif
