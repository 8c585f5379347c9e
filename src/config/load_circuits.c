/*
 * Circuits: the entry of one, with what it takes from the defaults, and all of them together: sorted by identity, so
 * that the same one given twice stands side by side. Nothing here compares each with each.
 */
#include "config/circuit_id.h"
#include "config/load.h"
#include "config/read.h"
#include "config/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- identity ---- */

static char *lower(struct loading *loading, const char *text, size_t len)
{
    char *copy = arena_copy(loading->arena, text, len);

    for (size_t i = 0; i < len; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return copy;
}

/* Neighbours in the files are mostly of one subscription: they share its text. */
static const char *load_subscription(struct loading *loading, const struct circuit_id *id)
{
    const char *last =
        loading->circuit_count > 0 ? loading->circuits[loading->circuit_count - 1].circuit.subscription : NULL;

    if (last != NULL && strncasecmp(last, id->subscription, id->subscription_len) == 0)
        return last;
    return lower(loading, id->subscription, id->subscription_len);
}

static void load_identity(struct loading *loading, const struct node *node, const struct circuit_draft *draft,
                          struct circuit_settings *circuit)
{
    char why[CIRCUIT_ID_WHY_MAX];
    struct circuit_id id = { 0 };

    if (!circuit_id_parse(draft->id, &id, why)) {
        diag_error(loading->diag, node->place, "the id %s", why);
        return;
    }
    circuit->id = circuit_id_keep(loading->arena, loading->shared, draft->id, &id);
    circuit->subscription = load_subscription(loading, &id);
    circuit->name = draft->name == NULL || strcmp(draft->name, circuit->id.name) == 0
                        ? circuit->id.name
                        : arena_copy(loading->arena, draft->name, strlen(draft->name));
}

/* ---- expectations ---- */

static void load_prefixes(struct loading *loading, const struct node *list, struct expect *expect)
{
    bool lone = list->kind == NODE_SCALAR && !node_is_null(list);
    struct net *prefixes = arena_array(loading->arena, lone ? 1 : list->count, sizeof *prefixes);

    expect->prefixes_set = true;
    expect->prefixes = prefixes;
    for (const struct node *node = lone ? list : list->first; node != NULL; node = lone ? NULL : node->next) {
        if (!value_is_text(loading, "prefixes", "a prefix such as 203.0.113.0/24", node))
            continue;
        if (net_parse(node->text, node->len, &prefixes[expect->prefix_count]))
            expect->prefix_count++;
        else
            diag_error(loading->diag, node->place, "\"%s\" is not a prefix such as 203.0.113.0/24 or 2001:db8::/32",
                       node->text);
    }
}

static void load_expect(struct loading *loading, const struct expect_draft *draft, struct expect *expect)
{
    expect->provider = draft->provider;
    expect->min_routes = draft->min_routes;
    expect->bandwidth_mbps = draft->bandwidth_mbps;
    expect->peerings_set = draft->peerings.set;
    expect->families_set = draft->families.set;
    for (unsigned i = 0; i < PEERINGS; i++)
        expect->peering[i] = draft->peerings.bits >> i & 1U;
    for (unsigned i = 0; i < FAMILIES; i++)
        expect->family[i] = draft->families.bits >> i & 1U;
    if (draft->connections != NULL && draft->connections == loading->draft.defaults.expect.connections) {
        expect->connections = loading->default_expect.connections;
        expect->connection_count = loading->default_expect.connection_count;
    } else if (draft->connections != NULL) {
        load_connections(loading, draft->connections, expect);
    }
    if (draft->prefixes == NULL)
        return;
    if (draft->prefixes == loading->draft.defaults.expect.prefixes) {
        expect->prefixes_set = true;
        expect->prefixes = loading->default_expect.prefixes;
        expect->prefix_count = loading->default_expect.prefix_count;
    } else {
        load_prefixes(loading, draft->prefixes, expect);
    }
}

/* ---- one circuit ---- */

/* The place of a key's value; no file when it is not given. */
static struct place place_of(const char *key, const struct node *map)
{
    const struct node *value = node_get(map, key);

    return value != NULL ? value->place : (struct place){ NULL, 0, 0 };
}

static void load_credential_of(struct loading *loading, const struct node *map, const struct circuit_draft *draft,
                               const char *what, struct circuit_settings *circuit)
{
    struct place place = place_of("credential", map);

    if (loading->credentials.count == 0)
        return; /* that has its own finding */
    if (draft->credential == NULL && loading->draft.azure.credential_count > 1)
        diag_error(loading->diag, map->place,
                   "\"credential\" is missing: there are several, so the %s or \"defaults\" must name one", what);
    else if (draft->credential != NULL && place.file != NULL)
        (void)names_find(&loading->credentials, draft->credential, place, loading->diag, &circuit->credential);
    else
        circuit->credential = loading->default_credential;
}

static void remember_longest(struct loading *loading, const struct node *map, int64_t every_ms)
{
    if (every_ms <= loading->longest_ms)
        return;
    loading->longest_ms = every_ms;
    loading->longest = place_of("every", map);
}

void load_common(struct loading *loading, const struct node *map, const struct circuit_draft *draft, const char *what,
                 struct circuit_settings *circuit)
{
    load_credential_of(loading, map, draft, what, circuit);
    circuit->labels = load_labels(loading, node_get(map, "labels"), &circuit->label_count);
    circuit->every_ms = draft->every_ms > 0 ? draft->every_ms : loading->draft.poll.every_ms;
    load_expect(loading, &draft->expect, &circuit->expect);
}

static struct circuit_entry *new_entry(struct loading *loading)
{
    if (loading->circuit_count == loading->circuit_room) {
        size_t room = loading->circuit_room > 0 ? loading->circuit_room * 2 : 64;
        struct circuit_entry *larger = reallocarray(loading->circuits, room, sizeof *larger);
        if (larger == NULL)
            abort();
        loading->circuits = larger;
        loading->circuit_room = room;
    }
    struct circuit_entry *entry = &loading->circuits[loading->circuit_count];
    *entry = (struct circuit_entry){ .number = loading->circuit_count };
    return entry;
}

static void load_circuit(struct loading *loading, const struct node *map)
{
    struct circuit_draft draft = loading->draft.defaults;
    struct circuit_entry *entry = new_entry(loading);
    struct circuit_settings *circuit = &entry->circuit;

    read_map(loading, &circuit_table, map, &draft);
    if (map->kind != NODE_MAP)
        return;
    if (draft.id != NULL)
        load_identity(loading, node_get(map, "id"), &draft, circuit);
    load_common(loading, map, &draft, "circuit", circuit);
    remember_longest(loading, map, circuit->every_ms);
    entry->place = map->place;
    if (circuit->id.name != NULL)
        loading->circuit_count++;
}

void load_circuits(struct loading *loading, const struct node *list)
{
    for (const struct node *map = list != NULL ? list->first : NULL; map != NULL; map = map->next)
        load_circuit(loading, map);
}

void load_default_expect(struct loading *loading)
{
    const struct expect_draft *draft = &loading->draft.defaults.expect;

    if (draft->prefixes != NULL)
        load_prefixes(loading, draft->prefixes, &loading->default_expect);
    if (draft->connections != NULL)
        load_connections(loading, draft->connections, &loading->default_expect);
}

/* ---- all of them ---- */

static int compare(const void *left, const void *right)
{
    const struct circuit_entry *a = left, *b = right;
    int ids = resource_id_compare(&a->circuit.id, &b->circuit.id);

    if (ids != 0)
        return ids;
    return a->number < b->number ? -1 : 1;
}

static void report_twice(struct loading *loading, const struct circuit_entry *first, const struct circuit_entry *again)
{
    if (strcmp(first->place.file, again->place.file) == 0)
        diag_error(loading->diag, again->place, "this circuit is given twice, first on line %u", first->place.line);
    else
        diag_error(loading->diag, again->place, "this circuit is given twice, first in %s on line %u",
                   first->place.file, first->place.line);
}

void load_circuits_end(struct loading *loading)
{
    size_t count = loading->circuit_count, first = 0;
    struct circuit_settings *circuits = arena_array(loading->arena, count, sizeof *circuits);

    if (count > 0)
        qsort(loading->circuits, count, sizeof *loading->circuits, compare);
    for (size_t i = 0; i < count; i++) {
        circuits[i] = loading->circuits[i].circuit;
        if (resource_id_compare(&circuits[i].id, &circuits[first].id) != 0)
            first = i;
        else if (i > 0)
            report_twice(loading, &loading->circuits[first], &loading->circuits[i]);
    }
    loading->settings->circuits = circuits;
    loading->settings->circuit_count = count;
}
