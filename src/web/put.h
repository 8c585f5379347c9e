#ifndef ERWATCH_WEB_PUT_H
#define ERWATCH_WEB_PUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Values into JSON objects and arrays, for the other files of this room. Running out of memory ends the process; text
 * that is not UTF-8 has its broken bytes replaced, so that a value is never left out.
 */

json_t *put_object_new(void);
json_t *put_array_new(void);

/** @p value is taken over. */
void put_value(json_t *object, const char *key, json_t *value);
void put_item(json_t *array, json_t *value);

/** Null when @p text is NULL. */
void put_text(json_t *object, const char *key, const char *text);
/** Null when @p text is NULL or empty: it is not known. */
void put_known(json_t *object, const char *key, const char *text);
void put_number(json_t *object, const char *key, int64_t number);
/** Null when @p number is negative: it is not known. */
void put_count(json_t *object, const char *key, int64_t number);
void put_bool(json_t *object, const char *key, bool value);
void put_null(json_t *object, const char *key);

/** Seconds as a number; null when @p ms is negative: it is not known. */
void put_seconds(json_t *object, const char *key, int64_t ms);
/** RFC 3339, UTC, to the second; null for 0: it has not happened. */
void put_time(json_t *object, const char *key, int64_t wall_ms);
/** put_time() under @p key and how long ago that was, in seconds, under "@p key_age". */
void put_since(json_t *object, const char *key, int64_t wall_ms, int64_t now_wall_ms);

/** A JSON string of any text, repaired when it is not UTF-8. */
json_t *put_string(const char *text);

/** The finished text; @p document is given up. What is outside ASCII is escaped: nothing reaches a terminal raw. */
char *put_end(json_t *document);

#endif
