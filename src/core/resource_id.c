/*
 * Ids in two parts, put together and compared. Those of one resource group share the text of the first part, so that
 * neighbours in a sorted list are compared by their names alone.
 */
#include "core/resource_id.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct id_text resource_id_text(const struct resource_id *id)
{
    struct id_text out;

    (void)snprintf(out.text, sizeof out.text, "%s%s", id->path, id->name);
    return out;
}

struct id_text resource_id_lower(const struct resource_id *id)
{
    struct id_text out = resource_id_text(id);

    for (char *at = out.text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
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
