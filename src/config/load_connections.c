/*
 * `expect.connections`: the gateway connections that a circuit should have, by their resource ids. Only the form of an id
 * is looked at here; whether it exists is asked later.
 */
#include "config/circuit_id.h"
#include "config/load.h"
#include "config/value.h"

#include <string.h>
#include <strings.h>

#define ID_TEXT_MAX 319 /* BEYOND_ID_MAX without its NUL */

static const char form[] =
    "/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/connections/NAME, or .../expressRouteGateways/"
    "GATEWAY/expressRouteConnections/NAME";

/* "<guid>" and "*" stand for a segment of one's own. */
static const char *const forms[] = {
    "/subscriptions/<guid>/resourceGroups/*/providers/Microsoft.Network/connections/*",
    "/subscriptions/<guid>/resourceGroups/*/providers/Microsoft.Network/expressRouteGateways/*/expressRouteConnections/*",
};

static bool segment_fits(const char *pattern, size_t pattern_len, const char *text, size_t len)
{
    if (pattern_len == 1 && *pattern == '*')
        return len > 0;
    if (*pattern == '<')
        return guid_is_fine(text, len);
    return pattern_len == len && strncasecmp(pattern, text, len) == 0;
}

/* Segment by segment. */
static bool fits(const char *pattern, const char *id)
{
    while (*pattern == '/' && *id == '/') {
        size_t pattern_len = strcspn(++pattern, "/"), len = strcspn(++id, "/");
        if (!segment_fits(pattern, pattern_len, id, len))
            return false;
        pattern += pattern_len;
        id += len;
    }
    return *pattern == '\0' && *id == '\0';
}

static bool is_connection(const char *id)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (fits(forms[i], id))
            return true;
    return false;
}

static bool is_again(const struct expect *expect, const char *const *ids, const char *id)
{
    for (size_t i = 0; i < expect->connection_count; i++)
        if (strcasecmp(ids[i], id) == 0)
            return true;
    return false;
}

void load_connections(struct loading *loading, const struct node *list, struct expect *expect)
{
    bool lone = list->kind == NODE_SCALAR && !node_is_null(list);
    const char **ids = arena_array(loading->arena, lone ? 1 : list->count, sizeof *ids);

    expect->connections = ids;
    for (const struct node *node = lone ? list : list->first; node != NULL; node = lone ? NULL : node->next) {
        if (!value_is_text(loading, "connections", "the resource id of a gateway connection", node))
            continue;
        if (node->len > ID_TEXT_MAX || !is_connection(node->text))
            diag_error(loading->diag, node->place, "\"%.200s\" is not the resource id of a gateway connection: %s",
                       node->text, form);
        else if (is_again(expect, ids, node->text))
            diag_error(loading->diag, node->place, "this connection is given twice");
        else
            ids[expect->connection_count++] = arena_copy(loading->arena, node->text, node->len);
    }
}
