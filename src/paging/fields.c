/*
 * Names and values of a notice for machines that read no JSON: the journal and a hook's environment. One table says
 * which value of the JSON is which field, for both of them.
 */
#include "paging/fields.h"

#include "paging/notice.h"
#include "paging/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct source {
    const char *field;
    const char *object; /* NULL: the notice itself */
    const char *key;
    bool hook_only;     /* the journal's entry is that text, and has an id of its own */
} sources[] = {
    { "ERWATCH_EVENT", NULL, "event", false },
    { "ERWATCH_RULE", NULL, "rule", false },
    { "ERWATCH_RULE_NAME", NULL, "name", false },
    { "ERWATCH_INCIDENT", NULL, "incident", false },
    { "ERWATCH_CIRCUIT", "circuit", "name", false },
    { "ERWATCH_CIRCUIT_ID", "circuit", "id", false },
    { "ERWATCH_PEERING", "subject", "peering", false },
    { "ERWATCH_PATH", "subject", "path", false },
    { "ERWATCH_FAMILY", "subject", "family", false },
    { "ERWATCH_PREFIX", "subject", "prefix", false },
    { "ERWATCH_CONNECTION", "subject", "connection", false },
    { "ERWATCH_GLOBAL_REACH", "subject", "global_reach", false },
    { "ERWATCH_LINK", "subject", "link", false },
    { "ERWATCH_MAINTENANCE", "subject", "maintenance", false },
    { "ERWATCH_PORT", "subject", "port", false },
    { "ERWATCH_RECEIVER", "subject", "receiver", false },
    { "ERWATCH_VERDICT", NULL, "verdict", false },
    { "ERWATCH_SEVERITY", NULL, "severity", false },
    { "ERWATCH_OWNER", NULL, "owner", false },
    { "ERWATCH_NOTICE_ID", NULL, "id", true },
    { "ERWATCH_SUMMARY", NULL, "summary", true },
};
#define SOURCES (sizeof sources / sizeof *sources)

#define LABEL_BEGINNING "ERWATCH_LABEL_"
#define FIELD_NAME_MAX 64 /* journald refuses a longer one */

/* What notice_fields_new() returns the beginning of. */
struct fields {
    struct notice_fields public;
    struct notice_field field[SOURCES + NOTICE_LABELS_MAX];
    size_t used;
    /* the fixed fields, few of them long, and the labels with their names */
    char storage[SOURCES * (FIELD_VALUE_MAX + 1) + NOTICE_LABELS_MAX * (FIELD_NAME_MAX + 1 + NOTICE_NAME_MAX + 1)];
};

static char *rest(struct fields *fields)
{
    return fields->storage + fields->used;
}

static void add_field(struct fields *fields, const char *name, const char *value, size_t most)
{
    assert(fields->public.count < sizeof fields->field / sizeof *fields->field);
    assert(fields->used + most < sizeof fields->storage);
    char *copy = rest(fields);
    fields->used += utf8_copy_plain(copy, most + 1, value) + 1;
    fields->field[fields->public.count++] = (struct notice_field){ name, copy };
}

static void add_source(struct fields *fields, const struct source *source, const json_t *object)
{
    const json_t *from = source->object == NULL ? object : json_object_get(object, source->object);
    const json_t *value = json_object_get(from, source->key);
    char number[24];

    if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        add_field(fields, source->field, number, sizeof number);
    } else if (json_is_string(value)) {
        add_field(fields, source->field, json_string_value(value), FIELD_VALUE_MAX);
    }
}

static_assert(LABEL_FIELD_MAX == FIELD_NAME_MAX + 1, "room for the longest name");

const char *label_field(const char *label, char name[LABEL_FIELD_MAX])
{
    size_t used = strlen(LABEL_BEGINNING);

    memcpy(name, LABEL_BEGINNING, used);
    for (; *label != '\0' && used < FIELD_NAME_MAX; label++) {
        char c = *label >= 'a' && *label <= 'z' ? (char)(*label - 'a' + 'A') : *label;
        name[used++] = (char)((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
    }
    name[used] = '\0';
    return name;
}

static bool has_field(const struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->public.count; i++)
        if (strcmp(fields->field[i].name, name) == 0)
            return true;
    return false;
}

static void add_label(struct fields *fields, const char *label, const char *value)
{
    char name[FIELD_NAME_MAX + 1];

    label_field(label, name);
    if (*label == '\0' || has_field(fields, name))
        return;
    char *copy = rest(fields);
    assert(fields->used + strlen(name) < sizeof fields->storage);
    strcpy(copy, name);
    fields->used += strlen(name) + 1;
    add_field(fields, copy, value, NOTICE_NAME_MAX);
}

static void add_labels(struct fields *fields, json_t *labels)
{
    size_t count = 0;
    const char *label;
    json_t *value;

    json_object_foreach(labels, label, value)
        if (json_is_string(value) && count++ < NOTICE_LABELS_MAX)
            add_label(fields, label, json_string_value(value));
}

struct notice_fields *fields_from(const json_t *object, bool hook)
{
    struct fields *fields = malloc(sizeof *fields);

    if (fields == NULL)
        abort();
    fields->public = (struct notice_fields){ 0, fields->field };
    fields->used = 0;
    for (size_t i = 0; i < SOURCES; i++)
        if (hook || !sources[i].hook_only)
            add_source(fields, &sources[i], object);
    add_labels(fields, json_object_get(json_object_get(object, "circuit"), "labels"));
    return &fields->public;
}

struct notice_fields *notice_fields_new(const struct notice *notice)
{
    json_t *object = notice_object(notice);
    struct notice_fields *fields = fields_from(object, false);

    json_decref(object);
    return fields;
}

void notice_fields_free(struct notice_fields *fields)
{
    free(fields); /* the beginning of struct fields */
}
