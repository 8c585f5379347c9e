/* The routes from findings to receivers. */
#include "config/load.h"
#include "config/read.h"
#include "config/value.h"
#include "core/rule.h"

#include <string.h>

/* The elements of a list; a lone word is a list of one. */
static const struct node *first_of(const struct node *list)
{
    return list->kind == NODE_LIST ? list->first : list;
}

static const struct node *next_of(const struct node *list, const struct node *element)
{
    return list->kind == NODE_LIST ? element->next : NULL;
}

static size_t count_of(const struct node *list)
{
    return list->kind == NODE_LIST ? list->count : 1;
}

static void load_match_rules(struct loading *loading, const struct node *list, struct match *match)
{
    uint8_t *rules = arena_array(loading->arena, count_of(list), 1);

    match->rules = rules;
    for (const struct node *node = first_of(list); node != NULL; node = next_of(list, node)) {
        if (!value_is_text(loading, "rule", "the name or number of a rule", node))
            continue;
        uint8_t rule = load_rule(loading, node->text, node->place);
        if (rule != RULE_NONE)
            rules[match->rule_count++] = rule;
    }
}

static bool circuit_has_label(const struct circuit_settings *circuit, const char *name)
{
    for (size_t i = 0; i < circuit->label_count; i++)
        if (strcmp(circuit->labels[i].name, name) == 0)
            return true;
    return false;
}

/* A misspelt "severity" is a label that nobody has: the route would silently match nothing. */
static void warn_of_unused_label(struct loading *loading, const struct node *value)
{
    static const char *const words[] = { "severity", "owner", "rule" };
    const struct settings *settings = loading->settings;

    for (size_t i = 0; i < settings->circuit_count; i++)
        if (circuit_has_label(&settings->circuits[i], value->key))
            return;
    for (size_t i = 0; i < settings->discover_count; i++)
        if (circuit_has_label(&settings->discovers[i].circuit, value->key))
            return;
    diag_warning(loading->diag, value->key_place, "no circuit has a label \"%s\"%s", value->key,
                 value_meant(loading, value->key, words, sizeof words / sizeof *words));
}

/* One `name: value` or `name: [values]` of a condition; label NULL: only count them. */
static size_t load_match_label(struct loading *loading, const struct node *value, struct label *label)
{
    const char *name = arena_copy(loading->arena, value->key, strlen(value->key));
    size_t count = 0;

    if (!label_name_is_fine(value->key)) {
        diag_error(loading->diag, value->key_place,
                   "\"%s\" is neither severity, owner nor rule, and no name of a label either", value->key);
        return 0;
    }
    if (value->kind == NODE_LIST && value->count == 0)
        diag_error(loading->diag, value->place, "\"%s\" is an empty list; it would match nothing", value->key);
    warn_of_unused_label(loading, value);
    for (const struct node *node = first_of(value); node != NULL; node = next_of(value, node))
        if (value_is_text(loading, value->key, "a text or a list of texts", node))
            label[count++] = (struct label){ name, arena_copy(loading->arena, node->text, node->len) };
    return count;
}

static bool is_label(const struct node *value)
{
    return strcmp(value->key, "severity") != 0 && strcmp(value->key, "owner") != 0 && strcmp(value->key, "rule") != 0;
}

static void load_match(struct loading *loading, const struct node *map, const struct match_draft *draft,
                       struct match *match)
{
    size_t most = 0;

    match->severities = draft->severities.bits;
    match->owners = draft->owners.bits;
    if (draft->rules != NULL)
        load_match_rules(loading, draft->rules, match);
    if (map == NULL || map->kind != NODE_MAP)
        return;
    for (const struct node *value = map->first; value != NULL; value = value->next)
        most += is_label(value) && value->kind != NODE_BROKEN ? count_of(value) : 0;
    struct label *labels = arena_array(loading->arena, most, sizeof *labels);
    for (const struct node *value = map->first; value != NULL; value = value->next)
        if (is_label(value) && value->kind != NODE_BROKEN)
            match->label_count += load_match_label(loading, value, labels + match->label_count);
    match->labels = labels;
}

static bool goes_to(const struct route_settings *route, size_t receiver)
{
    for (size_t i = 0; i < route->to_count; i++)
        if (route->to[i] == receiver)
            return true;
    return false;
}

static void load_to(struct loading *loading, const struct node *list, struct route_settings *route)
{
    size_t *to = arena_array(loading->arena, count_of(list), sizeof *to), receiver = 0;

    route->to = to;
    for (const struct node *node = first_of(list); node != NULL; node = next_of(list, node)) {
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
        return;
    }
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_route(loading, map, &routes[index]);
    loading->settings->routes = routes;
    loading->settings->route_count = count;
    if (diag_errors(loading->diag) == 0)
        warn_of_unreachable(loading, routes, count);
}
