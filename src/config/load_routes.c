/* The routes from findings to receivers. */
#include "config/load.h"
#include "config/load_digest.h"
#include "config/read.h"
#include "config/value.h"

static bool goes_to(const struct route_settings *route, size_t receiver)
{
    for (size_t i = 0; i < route->to_count; i++)
        if (route->to[i] == receiver)
            return true;
    return false;
}

static void load_to(struct loading *loading, const struct node *list, struct route_settings *route)
{
    size_t *to = arena_array(loading->arena, load_count(list), sizeof *to), receiver = 0;

    route->to = to;
    for (const struct node *node = load_first(list); node != NULL; node = load_next(list, node)) {
        if (!value_is_text(loading, "to", "the name of a receiver", node) ||
            !names_find(&loading->receivers, node->text, node->place, loading->diag, &receiver))
            continue;
        if (goes_to(route, receiver))
            diag_error(loading->diag, node->place, "\"%s\" is named twice", node->text);
        else
            to[route->to_count++] = receiver;
    }
}

static void load_route(struct loading *loading, const struct node *map, struct route_settings *route)
{
    struct route_draft draft = { 0 };

    read_defaults(loading, &route_table, &draft);
    read_map(loading, &route_table, map, &draft);
    route->place = map->place;
    route->go_on = draft.go_on;
    load_match(loading, node_get(map, "match"), &draft.match, &route->match);
    if (draft.to != NULL)
        load_to(loading, draft.to, route);
}

/* `alerts.escalate`: without it nothing is escalated, whatever the default of its time says. */
void load_escalate(struct loading *loading)
{
    struct route_settings to = { 0 };

    if (loading->draft.escalate_to == NULL) {
        loading->draft.policy.escalate_after_ms = 0;
        return;
    }
    load_to(loading, loading->draft.escalate_to, &to);
    for (size_t i = 0; i < to.to_count; i++)
        if (loading->settings->receivers[to.to[i]].kind == RECEIVER_DIGEST)
            diag_error(loading->diag, loading->draft.escalate_to->place,
                       "\"%s\" is a digest; what nobody acknowledges must reach somebody at once",
                       loading->settings->receivers[to.to[i]].name);
    loading->settings->escalate_to = to.to;
    loading->settings->escalate_to_count = to.to_count;
}

static bool takes_everything(const struct route_settings *route)
{
    return !route->go_on && match_is_empty(&route->match);
}

static void warn_of_unreachable(struct loading *loading, const struct route_settings *routes, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (takes_everything(&routes[i])) {
            diag_warning(loading->diag, routes[i + 1].place,
                         "this route is never reached: the one on line %u takes every notice", routes[i].place.line);
            return;
        }
}

/* Nobody said who gets what: everybody gets everything. */
static void make_route_to_all(struct loading *loading)
{
    struct settings *settings = loading->settings;
    struct route_settings *route = arena_get(loading->arena, sizeof *route);
    size_t *to = arena_array(loading->arena, settings->receiver_count, sizeof *to);

    for (size_t i = 0; i < settings->receiver_count; i++)
        to[i] = i;
    route->place = (struct place){ settings->file, 0, 0 };
    route->to = to;
    route->to_count = settings->receiver_count;
    settings->routes = route;
    settings->route_count = 1;
}

void load_routes(struct loading *loading)
{
    const struct node *list = loading->draft.routes;
    size_t count = list != NULL ? list->count : 0, index = 0;
    struct route_settings *routes = arena_array(loading->arena, count, sizeof *routes);

    if (count == 0 && loading->settings->receiver_count > 0) {
        make_route_to_all(loading);
        if (diag_errors(loading->diag) == 0)
            load_digest_routes(loading);
        return;
    }
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_route(loading, map, &routes[index]);
    loading->settings->routes = routes;
    loading->settings->route_count = count;
    if (diag_errors(loading->diag) == 0) {
        warn_of_unreachable(loading, routes, count);
        load_digest_routes(loading);
    }
}
