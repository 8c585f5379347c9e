/* The daemon's documents: lenient getters, and the copy that is safe to show. */
#include "ctl/doc.h"

#include "io/harmless.h"
#include "io/memory.h"

#include <stdint.h>

const char *doc_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text == NULL ? "" : text;
}

const char *doc_text_or(const json_t *object, const char *key, const char *otherwise)
{
    const char *text = doc_text(object, key);

    return *text == '\0' ? otherwise : text;
}

double doc_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : -1;
}

long long doc_count(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) ? json_integer_value(value) : -1;
}

bool doc_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

bool doc_known(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return value != NULL && !json_is_null(value);
}

/* A UTF-8 character becomes one `?`: its first byte is replaced, the ones that follow go. */
static void to_ascii(char *text)
{
    char *end = text;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        if (*at < 0x80)
            *end++ = (char)*at;
        else if (*at >= 0xc0)
            *end++ = '?';
    *end = '\0';
}

static char *harmless(const char *text, size_t len, bool ascii)
{
    size_t room = HARMLESS_ROOM(len);
    char *out = xcalloc(1, room);

    harmless_text(text, len, HARMLESS_ONE_LINE, out, room);
    if (ascii)
        to_ascii(out);
    return out;
}

static json_t *copy_text(const json_t *value, bool ascii)
{
    char *text = harmless(json_string_value(value), json_string_length(value), ascii);
    json_t *copy = json_string(text);

    free(text);
    return memory_or_die(copy);
}

static json_t *copy_object(const json_t *value, bool ascii)
{
    json_t *copy = memory_or_die(json_object()), *item;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)value, key, item) {
        char *name = harmless(key, strlen(key), ascii);
        if (json_object_set_new(copy, name, doc_harmless(item, ascii)) != 0)
            memory_or_die(NULL);
        free(name);
    }
    return copy;
}

static json_t *copy_array(const json_t *value, bool ascii)
{
    json_t *copy = memory_or_die(json_array()), *item;
    size_t i;

    json_array_foreach(value, i, item)
        if (json_array_append_new(copy, doc_harmless(item, ascii)) != 0)
            memory_or_die(NULL);
    return copy;
}

json_t *doc_harmless(const json_t *document, bool ascii)
{
    if (json_is_string(document))
        return copy_text(document, ascii);
    if (json_is_object(document))
        return copy_object(document, ascii);
    if (json_is_array(document))
        return copy_array(document, ascii);
    return memory_or_die(json_deep_copy(document));
}
