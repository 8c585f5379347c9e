#ifndef ERWATCH_AZURE_JSON_H
#define ERWATCH_AZURE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Events of a JSON text, strict and bounded: one document, an object, UTF-8, nesting at most JSON_DEPTH_MAX, a leading
 * byte-order mark skipped, no key twice in one object as far as the caller knows the keys. The only header over the
 * library.
 */

#define JSON_DEPTH_MAX 64
#define JSON_KEYS_MAX 64

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_OBJECT, JSON_ARRAY };

/** A value as it goes by. */
struct json_value {
    enum json_type type;
    bool truth;
    const char *text; /* string: its bytes, valid UTF-8 without NUL; number: as written */
    size_t len;
};

/*
 * A shape says which keys matter, where each leads and which types it may have. Unknown keys and everything below them
 * pass by unlooked at, but must be well-formed. Keys are compared without case (Azure's own services differ in it).
 */
struct json_shape;

#define JSON_IS(type) (1U << (type))

struct json_key {
    const char *name;               /* NULL in the last row */
    int tag;                        /* handed to the callbacks */
    const struct json_shape *shape; /* of the object, or of each object in the array; NULL: nothing in it matters */
    unsigned types;                 /* JSON_IS(…) or-ed: what the value may be; 0: anything. null is always allowed */
    unsigned elements;              /* the same for the elements of an array, where null is like any other type */
};

struct json_shape {
    const struct json_key *keys; /* at most JSON_KEYS_MAX */
};

#define JSON_KEY_TEXT(name, tag) { name, tag, NULL, JSON_IS(JSON_STRING), 0 }
#define JSON_KEY_NUMBER(name, tag) { name, tag, NULL, JSON_IS(JSON_NUMBER), 0 }
#define JSON_KEY_OBJECT(name, tag, shape) { name, tag, shape, JSON_IS(JSON_OBJECT), 0 }
#define JSON_KEY_TEXTS(name, tag) { name, tag, NULL, JSON_IS(JSON_ARRAY), JSON_IS(JSON_STRING) }
#define JSON_KEY_OBJECTS(name, tag, shape) { name, tag, shape, JSON_IS(JSON_ARRAY), JSON_IS(JSON_OBJECT) }
#define JSON_KEYS_END { NULL, 0, NULL, 0, 0 }

/** Called for each scalar of a known key or array, but not for null: that is as good as absent. false stops. */
typedef bool json_take(void *into, int tag, const struct json_value *value);
/**
 * Called when an object or array of a known key opens and closes, and for each of those inside such an array (with the
 * array's tag; @p type tells them apart). false stops.
 */
typedef bool json_enter(void *into, int tag, enum json_type type, bool opens);

enum json_result {
    JSON_OK,
    JSON_BROKEN,     /* no JSON, more than one document, or a wanted text with NUL or invalid UTF-8 */
    JSON_TOO_DEEP,
    JSON_TWICE,      /* a known key comes twice in one object */
    JSON_WRONG_TYPE, /* a known key has none of its types, or the document is no object */
    JSON_STOPPED,    /* a callback said so */
};

/** Where and at which key the reading ended. */
struct json_fault {
    size_t at;       /* byte offset, roughly */
    const char *key; /* its name in the shape; NULL when it is not about one key */
};

/**
 * Read one document.
 *
 * @param text   @p len bytes, need not end in NUL
 * @param take   may be NULL, as may @p enter
 * @param fault  filled on failure
 */
enum json_result json_read(const char *text, size_t len, const struct json_shape *shape, json_take *take,
                           json_enter *enter, void *into, struct json_fault *fault);

/*
 * The same for a text that comes in pieces: json_begin(), json_feed() for each of them, json_end(). Nothing is kept of
 * a piece but what a value that it cuts needs.
 */
struct json_reader;

/** @return never NULL */
struct json_reader *json_begin(const struct json_shape *shape, json_take *take, json_enter *enter, void *into);

/** @return false: the reading has ended, further pieces are not looked at */
bool json_feed(struct json_reader *reader, const char *text, size_t len);

/** Does what comes next stand directly inside the array of the key with this tag of the outermost object? */
bool json_inside(const struct json_reader *reader, int tag);

/** No more pieces. Frees the reader; @p fault as above, its `at` counted from the first piece on. */
enum json_result json_end(struct json_reader *reader, struct json_fault *fault);

/** Forget a text half read. */
void json_drop(struct json_reader *reader);

/** The result in words that fit into "the answer …": "is no well-formed JSON", … */
const char *json_result_words(enum json_result result);

#endif
