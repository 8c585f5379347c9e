/* A mapping, by the rows of its table: values through their readers, unknown and missing keys to the findings. */
#include "config/read.h"

#include "config/load.h"
#include "config/value.h"

#include <assert.h>
#include <string.h>

#define KEYS_MAX 16 /* of one table */

static const char *hint_for(const struct table *table, const char *name)
{
    if (table->hints != NULL)
        for (const struct hint *hint = table->hints; hint->name != NULL; hint++)
            if (strcmp(hint->name, name) == 0)
                return hint->instead;
    return NULL;
}

static void report_unknown(struct loading *loading, const struct table *table, const struct node *value)
{
    const char *names[KEYS_MAX];
    const char *hint = hint_for(table, value->key);

    assert(table->count <= KEYS_MAX);
    for (size_t i = 0; i < table->count; i++)
        names[i] = table->keys[i].name;
    if (hint != NULL)
        diag_error(loading->diag, value->key_place, "\"%s\" is not a key of %s; %s", value->key, table->title, hint);
    else
        diag_error(loading->diag, value->key_place, "\"%s\" is not a key of %s%s", value->key, table->title,
                   value_meant(loading, value->key, names, table->count));
}

static void read_key(struct loading *loading, const struct key *key, const struct node *map, char *to)
{
    const struct node *value = node_get(map, key->name);

    if (value != NULL && key->type == VALUE_MAP)
        read_map(loading, key->inside, value, to + key->offset);
    else if (value != NULL)
        (void)value_read(loading, key, value, to + key->offset);
    else if (key->required)
        diag_error(loading->diag, map->place, "\"%s\" is missing: %s", key->name, key->help);
}

void read_map(struct loading *loading, const struct table *table, const struct node *map, void *to)
{
    if (map->kind == NODE_BROKEN)
        return;
    if (map->kind != NODE_MAP && !node_is_null(map)) {
        diag_error(loading->diag, map->place, "%s must be a mapping (keys with values), not %s", table->title,
                   node_kind_name(map));
        return;
    }
    for (size_t i = 0; i < table->count; i++)
        read_key(loading, &table->keys[i], map, to);
    for (const struct node *value = map->first; value != NULL && table->others == NULL; value = value->next)
        if (table_find(table, value->key) == NULL)
            report_unknown(loading, table, value);
}

void read_defaults(struct loading *loading, const struct table *table, void *to)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        char *place = (char *)to + key->offset;
        if (key->type == VALUE_MAP) {
            read_defaults(loading, key->inside, place);
        } else if (key->standard != NULL) {
            const struct node node = {
                .kind = NODE_SCALAR, .plain = true, .text = key->standard, .len = strlen(key->standard)
            };
            bool fine = value_read(loading, key, &node, place);
            assert(fine);
            (void)fine;
        }
    }
}
