#ifndef ERWATCH_AZURE_JSON_H
#define ERWATCH_AZURE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Events of a JSON text, strict and bounded: one document, UTF-8, nesting at most JSON_DEPTH_MAX, a leading byte-order
 * mark skipped, no key twice in one object as far as the caller knows the keys. The only file that includes the library.
 */

#define JSON_DEPTH_MAX 64

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_OBJECT, JSON_ARRAY };

/** A value as it goes by. */
struct json_value {
    enum json_type type;
    bool truth;
    const char *text; /* string: its bytes; number: as written */
    size_t len;
};

/*
 * A shape says which keys matter and where each leads. Unknown keys and everything below them pass by unlooked at, but
 * must be well-formed. Keys are compared without case (Azure's own services differ in it).
 */
struct json_shape;

/** Called for a scalar (and for null); false stops the reading with JSON_STOPPED. */
typedef bool json_take(void *into, int tag, const struct json_value *value);
/** Called when an object or array of this key opens and closes; false stops. */
typedef bool json_enter(void *into, int tag, bool opens);

struct json_key {
    const char *name;               /* NULL in the last row */
    int tag;                        /* handed to the callbacks */
    const struct json_shape *shape; /* of the object, or of each element when the value is an array; NULL: scalar */
};

struct json_shape {
    const struct json_key *keys; /* at most 64 */
};

enum json_result { JSON_OK, JSON_BROKEN, JSON_TOO_DEEP, JSON_TWICE, JSON_STOPPED };

/**
 * Read one document.
 *
 * @param why_at  on failure: the byte offset
 */
enum json_result json_read(const char *text, size_t len, const struct json_shape *shape, json_take *take,
                           json_enter *enter, void *into, size_t *why_at);

#endif
