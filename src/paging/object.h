#ifndef ERWATCH_PAGING_OBJECT_H
#define ERWATCH_PAGING_OBJECT_H

#include <jansson.h>
#include <stddef.h>

/* Building JSON without looking for failures: the texts are valid UTF-8, so only memory can be missing. */

json_t *object_new(void);
json_t *array_new(void);

/** Both take the value's reference. */
void object_put(json_t *object, const char *key, json_t *value);
void array_add(json_t *array, json_t *value);

/** As much of the text as fits into @p most bytes, in whole characters. "" and NULL are left out. */
void object_put_text(json_t *object, const char *key, const char *text, size_t most);

/** A text as a value; what is no UTF-8 is replaced. */
json_t *text_json(const char *text, size_t most);

/** Compact, heap; takes the reference. */
char *object_dump(json_t *object);

/** The text at a key of @p object or of an object in it (@p inner, else NULL); "" when there is none. */
const char *object_text(const json_t *object, const char *inner, const char *key);

#endif
