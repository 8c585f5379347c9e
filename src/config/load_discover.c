/*
 * Discovery: which subscriptions, with which patterns, and what the circuits that are found there have in common. A
 * pattern that could never fit is a finding: a circuit that is not watched because of a slip is the worst that may
 * happen.
 */
#include "config/circuit_id.h"
#include "config/load.h"
#include "config/read.h"
#include "config/value.h"

#include <ctype.h>
#include <string.h>

#define PATTERN_MAX 256

static bool pattern_is_fine(struct loading *loading, const char *key, const struct node *node)
{
    if (!value_is_text(loading, key, "a pattern such as lon-*", node))
        return false;
    if (node->len < 1 || node->len > PATTERN_MAX) {
        diag_error(loading->diag, node->place, "a pattern has %zu bytes; it may have 1 to %d", node->len, PATTERN_MAX);
        return false;
    }
    if (node->text[0] != '/' && strchr(node->text, '/') != NULL) {
        diag_error(loading->diag, node->place,
                   "the pattern \"%s\" fits no name; one for whole ids begins with a slash: /subscriptions/*/lon-1",
                   node->text);
        return false;
    }
    return true;
}

/* In lower case, as names are compared. */
static const char *const *load_patterns(struct loading *loading, const char *key, const struct node *list,
                                        size_t *count)
{
    bool lone = list != NULL && list->kind == NODE_SCALAR;
    const char **patterns = arena_array(loading->arena, lone ? 1 : list != NULL ? list->count : 0, sizeof *patterns);

    *count = 0;
    for (const struct node *node = lone || list == NULL ? list : list->first; node != NULL;
         node = lone ? NULL : node->next) {
        if (!pattern_is_fine(loading, key, node))
            continue;
        char *copy = arena_copy(loading->arena, node->text, node->len);
        for (char *at = copy; *at != '\0'; at++)
            *at = (char)tolower((unsigned char)*at);
        patterns[(*count)++] = copy;
    }
    return patterns;
}

static const char *load_subscription(struct loading *loading, const struct node *map, const char *text)
{
    if (text == NULL)
        return NULL;
    if (!guid_is_fine(text, strlen(text))) {
        diag_error(loading->diag, node_get(map, "subscription")->place,
                   "\"%.80s\" is no subscription's id (8-4-4-4-12 hexadecimal digits)", text);
        return NULL;
    }
    char *copy = arena_copy(loading->arena, text, strlen(text));
    for (char *at = copy; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

/* Behind an entry that takes every circuit of a subscription another one would never get any. */
static void check_reached(struct loading *loading, const struct discover_settings *entry)
{
    for (size_t i = 0; i < loading->discover_count; i++) {
        const struct discover_settings *before = &loading->discovers[i];
        if (before->include_count > 0 || before->exclude_count > 0 ||
            strcmp(before->subscription, entry->subscription) != 0)
            continue;
        diag_error(loading->diag, entry->place,
                   "this entry gets no circuit: the one on line %u takes all of the subscription", before->place.line);
        return;
    }
}

static void load_discover(struct loading *loading, const struct node *map)
{
    struct discover_draft draft = { .circuit = loading->draft.defaults };
    struct discover_settings *entry = &loading->discovers[loading->discover_count];

    draft.circuit.labels = NULL;
    read_defaults(loading, &discover_table, &draft);
    draft.circuit.expect = loading->draft.defaults.expect; /* as of circuits: the defaults', not the table's */
    read_map(loading, &discover_table, map, &draft);
    if (map->kind != NODE_MAP)
        return;
    entry->place = map->place;
    entry->subscription = load_subscription(loading, map, draft.subscription);
    entry->include = load_patterns(loading, "include", draft.include, &entry->include_count);
    entry->exclude = load_patterns(loading, "exclude", draft.exclude, &entry->exclude_count);
    entry->every_ms = draft.every_ms;
    entry->keep_ms = draft.keep_ms;
    entry->most = draft.most;
    entry->by = draft.by;
    load_common(loading, map, &draft.circuit, "entry", &entry->circuit);
    entry->credential = entry->circuit.credential;
    if (entry->circuit.every_ms > loading->longest_ms) { /* the defaults' */
        loading->longest_ms = entry->circuit.every_ms;
        loading->longest = (struct place){ NULL, 0, 0 };
    }
    if (entry->subscription == NULL)
        return;
    entry->circuit.subscription = entry->subscription;
    check_reached(loading, entry);
    loading->discover_count++;
}

void load_discovers(struct loading *loading)
{
    const struct node *list = loading->draft.discovers;
    size_t count = list != NULL ? list->count : 0;

    loading->discovers = arena_array(loading->arena, count, sizeof *loading->discovers);
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next)
        load_discover(loading, map);
    loading->settings->discovers = loading->discovers;
    loading->settings->discover_count = loading->discover_count;
}
