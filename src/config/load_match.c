/* Conditions on incidents: of routes and of maintenance windows. What is no key of its own is a label. */
#include "config/load.h"
#include "config/value.h"
#include "core/rule.h"

#include <string.h>

const struct node *load_first(const struct node *list)
{
    return list->kind == NODE_LIST ? list->first : list;
}

const struct node *load_next(const struct node *list, const struct node *element)
{
    return list->kind == NODE_LIST ? element->next : NULL;
}

size_t load_count(const struct node *list)
{
    return list->kind == NODE_LIST ? list->count : 1;
}

static void load_match_rules(struct loading *loading, const struct node *list, struct match *match)
{
    uint8_t *rules = arena_array(loading->arena, load_count(list), 1);

    match->rules = rules;
    for (const struct node *node = load_first(list); node != NULL; node = load_next(list, node)) {
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

/* A misspelt "severity" is a label that nobody has: the condition would silently match nothing. */
static void warn_of_unused_label(struct loading *loading, const struct node *value)
{
    static const char *const words[] = { "severity", "owner", "rule", "circuit" };
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
                   "\"%s\" is neither severity, owner, rule nor circuit, and no name of a label either", value->key);
        return 0;
    }
    if (value->kind == NODE_LIST && value->count == 0)
        diag_error(loading->diag, value->place, "\"%s\" is an empty list; it would match nothing", value->key);
    warn_of_unused_label(loading, value);
    for (const struct node *node = load_first(value); node != NULL; node = load_next(value, node))
        if (value_is_text(loading, value->key, "a text or a list of texts", node))
            label[count++] = (struct label){ name, arena_copy(loading->arena, node->text, node->len) };
    return count;
}

static bool is_label(const struct node *value)
{
    return table_find(&match_table, value->key) == NULL && value->kind != NODE_BROKEN;
}

/* Of circuits that are discovered nobody knows the names yet. */
static void warn_of_unknown_circuit(struct loading *loading, const struct node *map, const char *circuit)
{
    const struct settings *settings = loading->settings;

    for (size_t i = 0; i < settings->circuit_count; i++)
        if (strcmp(settings->circuits[i].name, circuit) == 0 ||
            resource_id_compare_text(circuit, &settings->circuits[i].id) == 0)
            return;
    if (settings->discover_count == 0)
        diag_warning(loading->diag, node_get(map, "circuit")->place, "no circuit has the name or the id \"%s\"",
                     circuit);
}

void load_match(struct loading *loading, const struct node *map, const struct match_draft *draft, struct match *match)
{
    size_t most = 0;

    match->severities = draft->severities.bits;
    match->owners = draft->owners.bits;
    match->circuit = draft->circuit;
    if (draft->circuit != NULL)
        warn_of_unknown_circuit(loading, map, draft->circuit);
    if (draft->rules != NULL)
        load_match_rules(loading, draft->rules, match);
    if (map == NULL || map->kind != NODE_MAP)
        return;
    for (const struct node *value = map->first; value != NULL; value = value->next)
        most += is_label(value) ? load_count(value) : 0;
    struct label *labels = arena_array(loading->arena, most, sizeof *labels);
    for (const struct node *value = map->first; value != NULL; value = value->next)
        if (is_label(value))
            match->label_count += load_match_label(loading, value, labels + match->label_count);
    match->labels = labels;
}
