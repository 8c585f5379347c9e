/*
 * Ids in two parts, put together and compared. Those of one resource group share the text of the first part, so that
 * neighbours in a sorted list are compared by their names alone.
 */
#include "core/resource_id.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* @return its length; what does not fit is cut */
static size_t put(char *to, size_t size, const char *text)
{
    size_t len = strnlen(text, size - 1);

    memcpy(to, text, len);
    to[len] = '\0';
    return len;
}

/* snprintf() would do: but this is done for every answer that has changed. */
struct id_text resource_id_text(const struct resource_id *id)
{
    struct id_text out;
    size_t len = put(out.text, sizeof out.text, id->path);

    (void)put(out.text + len, sizeof out.text - len, id->name);
    return out;
}

struct id_text resource_id_lower(const struct resource_id *id)
{
    struct id_text out = resource_id_text(id);

    for (char *at = out.text; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return out;
}

int resource_id_compare_text(const char *text, const struct resource_id *id)
{
    size_t len = strlen(id->path);
    int order = strncasecmp(text, id->path, len);

    return order != 0 ? order : strcasecmp(text + len, id->name);
}

int resource_id_compare(const struct resource_id *left, const struct resource_id *right)
{
    if (left->path == right->path)
        return strcasecmp(left->name, right->name);
    return resource_id_compare_text(resource_id_text(left).text, right);
}
