/* Small words for the JSON library, so that what builds a body reads like the body. */
#include "paging/object.h"

#include "paging/utf8.h"

#include <stdlib.h>
#include <string.h>

static json_t *must(json_t *value)
{
    if (value == NULL)
        abort(); /* no memory */
    return value;
}

json_t *object_new(void)
{
    return must(json_object());
}

json_t *array_new(void)
{
    return must(json_array());
}

void object_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, must(value)) != 0)
        abort();
}

void array_add(json_t *array, json_t *value)
{
    if (json_array_append_new(array, must(value)) != 0)
        abort();
}

json_t *text_json(const char *text, size_t most)
{
    size_t room = strlen(text) * 3; /* a wrong byte becomes three */

    room = (room < most ? room : most) + 1;
    char *clean = malloc(room);
    if (clean == NULL)
        abort();
    size_t len = utf8_copy(clean, room, text);
    json_t *value = must(json_stringn_nocheck(clean, len));
    free(clean);
    return value;
}

void object_put_text(json_t *object, const char *key, const char *text, size_t most)
{
    if (text != NULL && *text != '\0')
        object_put(object, key, text_json(text, most));
}

char *object_dump(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);

    json_decref(object);
    if (text == NULL)
        abort();
    return text;
}

const char *object_text(const json_t *object, const char *inner, const char *key)
{
    const json_t *from = inner == NULL ? object : json_object_get(object, inner);
    const char *text = json_string_value(json_object_get(from, key));

    return text != NULL ? text : "";
}
