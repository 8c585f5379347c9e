/*
 * A YAML tree becomes JSON under a table of fields: keys are looked up, paths are taken apart, values are read by
 * fields.c. What the values mean is the tables' and other files' business.
 */
#include "sim/schema.h"

#include "config/nearest.h"
#include "config/yaml.h"
#include "io/memory.h"
#include "sim/fields.h"

#include <assert.h>
#include <string.h>

static const struct field *field_find(const struct field *fields, const char *name, size_t len)
{
    for (; fields->name != NULL; fields++)
        if (strlen(fields->name) == len && memcmp(fields->name, name, len) == 0)
            return fields;
    return NULL;
}

static void report_unknown(const struct field *fields, const struct node *value, const char *key, struct diag *diag)
{
    const char *names[64];
    size_t count = 0;

    for (; fields[count].name != NULL; count++) {
        assert(count < sizeof names / sizeof *names);
        names[count] = fields[count].name;
    }
    const char *near = nearest_word(key, names, count);
    if (near != NULL)
        diag_error(diag, value->key_place, "\"%s\" is no key of this place; did you mean \"%s\"?", key, near);
    else
        diag_error(diag, value->key_place, "\"%s\" is no key of this place", key);
}

static json_t *read_value(const struct node *value, const struct field *field, struct diag *diag)
{
    if (field->may_be_absent && node_is_null(value))
        return json_null();
    return field_readers[field->type](value, field, diag);
}

static void read_path(const struct node *value, const char *key, const struct field *fields, struct diag *diag,
                      json_t *out);

/* "conn12.status": up to the dot a name, behind it a path of its own. */
static void read_named_path(const struct node *value, const char *key, const struct field *field, struct diag *diag,
                            json_t *out)
{
    const char *dot = strchr(key, '.');
    json_t *inner = memory_or_die(json_object()), *name = memory_or_die(json_stringn(key, (size_t)(dot - key)));

    read_path(value, dot + 1, field->more, diag, inner);
    if (name != NULL)
        json_object_set_new(out, json_string_value(name), inner);
    json_decref(name);
}

/* "peerings.private.state": the head is a field of this mapping, the rest is a path in its value. */
static void read_path(const struct node *value, const char *key, const struct field *fields, struct diag *diag,
                      json_t *out)
{
    const char *dot = strchr(key, '.');
    const struct field *field = field_find(fields, key, strlen(key));
    json_t *json;

    if (field != NULL) {
        json = read_value(value, field, diag);
    } else if (dot != NULL && (field = field_find(fields, key, (size_t)(dot - key))) != NULL &&
               (field->type == FIELD_MAP || field->type == FIELD_NAMED || field->type == FIELD_STATES ||
                field->type == FIELD_LABELS)) {
        json = memory_or_die(json_object());
        if (field->type == FIELD_MAP) {
            read_path(value, dot + 1, field->more, diag, json);
        } else if (field->type == FIELD_NAMED && strchr(dot + 1, '.') != NULL) {
            read_named_path(value, dot + 1, field, diag, json);
        } else {
            struct node one = *value, map = { .kind = NODE_MAP, .first = &one, .count = 1, .place = value->place };
            one.key = dot + 1; /* prefixes and labels have dots of their own: all the rest is the key */
            one.next = NULL;
            json_decref(json);
            json = read_value(&map, field, diag);
        }
    } else {
        report_unknown(fields, value, key, diag);
        return;
    }
    if (json == NULL)
        return;
    json_t *whole = memory_or_die(json_object());
    json_object_set_new(whole, field->name, json);
    json_merge(out, whole);
    json_decref(whole);
}

json_t *schema_read(const struct node *map, const struct field *fields, struct diag *diag)
{
    json_t *out = memory_or_die(json_object());

    for (const struct node *value = map->first; value != NULL; value = value->next)
        read_path(value, value->key, fields, diag, out);
    return out;
}

void json_merge(json_t *into, json_t *patch)
{
    const char *key;
    json_t *value;

    json_object_foreach (patch, key, value) {
        json_t *old = json_object_get(into, key);
        if (json_is_object(old) && json_is_object(value))
            json_merge(old, value);
        else
            json_object_set_new(into, key, json_deep_copy(value));
    }
}
