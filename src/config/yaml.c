/*
 * YAML text to a tree, over libyaml's events; the only file that includes its header. libyaml takes duplicate keys
 * and nodes inside themselves in silence, and its marks count from 0: all of that ends here.
 */
#include "config/yaml.h"

#include "config/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    const char *name;
    struct arena *arena;
    struct diag *diag;
    size_t nodes;
};

static struct place place_of(const struct reader *reader, const yaml_mark_t *mark)
{
    return (struct place){ reader->name, (unsigned)mark->line + 1, (unsigned)mark->column + 1 };
}

/* ---- events ---- */

/* "did not find expected key, while parsing a block mapping that starts on line 3" */
static void report_syntax(const struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    struct place place = place_of(reader, &parser->problem_mark);
    const char *problem = parser->problem != NULL ? parser->problem : "this is not YAML";

    if (parser->error == YAML_MEMORY_ERROR)
        diag_error(reader->diag, place, "out of memory");
    else if (parser->context == NULL)
        diag_error(reader->diag, place, "%s", problem);
    else if (parser->context_mark.line == parser->problem_mark.line)
        diag_error(reader->diag, place, "%s, %s", problem, parser->context);
    else
        diag_error(reader->diag, place, "%s, %s that starts on line %zu", problem, parser->context,
                   parser->context_mark.line + 1);
}

static bool next_event(struct reader *reader, yaml_event_t *event)
{
    if (yaml_parser_parse(&reader->parser, event))
        return true;
    report_syntax(reader);
    return false;
}

static struct node *new_node(struct reader *reader, const yaml_event_t *event, enum node_kind kind)
{
    struct place place = place_of(reader, &event->start_mark);

    if (++reader->nodes > TREE_NODES_MAX) {
        diag_error(reader->diag, place, "there are more than %d values in this file", TREE_NODES_MAX);
        return NULL;
    }
    struct node *node = arena_get(reader->arena, sizeof *node);
    node->place = place;
    node->kind = kind;
    node->text = "";
    return node;
}

static void refuse_marks(const struct reader *reader, const yaml_event_t *event, const void *anchor, const void *tag)
{
    struct place place = place_of(reader, &event->start_mark);

    if (anchor != NULL)
        diag_error(reader->diag, place, "an anchor (&%s) is not understood here", (const char *)anchor);
    if (tag != NULL)
        diag_error(reader->diag, place, "a tag (%s) is not understood here", (const char *)tag);
}

static struct node *read_scalar(struct reader *reader, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    struct node *node = new_node(reader, event, NODE_SCALAR);

    if (node == NULL)
        return NULL;
    refuse_marks(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (memchr(text, '\0', len) != NULL) {
        diag_error(reader->diag, node->place, "this text holds a NUL");
        node->kind = NODE_BROKEN;
        return node;
    }
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = len > 0 ? arena_copy(reader->arena, text, len) : "";
    node->len = len;
    return node;
}

static struct node *read_alias(struct reader *reader, const yaml_event_t *event)
{
    struct node *node = new_node(reader, event, NODE_BROKEN);

    if (node != NULL)
        diag_error(reader->diag, node->place, "an alias (*%s) is not understood here; write the value out",
                   (const char *)event->data.alias.anchor);
    return node;
}

static struct node *read_value(struct reader *reader, const yaml_event_t *event, unsigned depth);

static struct node *read_list(struct reader *reader, const yaml_event_t *start, unsigned depth)
{
    struct node *list = new_node(reader, start, NODE_LIST);
    const struct node **end = list != NULL ? &list->first : NULL;
    yaml_event_t event;

    if (list == NULL)
        return NULL;
    refuse_marks(reader, start, start->data.sequence_start.anchor, start->data.sequence_start.tag);
    while (next_event(reader, &event)) {
        bool done = event.type == YAML_SEQUENCE_END_EVENT;
        struct node *value = done ? NULL : read_value(reader, &event, depth);
        yaml_event_delete(&event);
        if (done)
            return list;
        if (value == NULL)
            return NULL;
        *end = value;
        end = &value->next;
        list->count++;
    }
    return NULL;
}

/* May this key be added? Says what is wrong with it if not. */
static bool key_is_fine(const struct reader *reader, const struct node *map, const struct node *key)
{
    if (key->kind == NODE_BROKEN)
        return false;
    if (key->kind != NODE_SCALAR) {
        diag_error(reader->diag, key->place, "a key is a word, not %s", node_kind_name(key));
        return false;
    }
    const struct node *first = node_get(map, key->text);
    if (first != NULL) {
        diag_error(reader->diag, key->place, "\"%s\" is given twice, first on line %u", key->text,
                   first->key_place.line);
        return false;
    }
    return true;
}

/* One key and its value; false when reading must end. The value of a key that is not fine is read and forgotten. */
static bool read_pair(struct reader *reader, const yaml_event_t *key_event, unsigned depth, struct node *map,
                      const struct node ***end)
{
    yaml_event_t event;
    const struct node *key = read_value(reader, key_event, depth);

    if (key == NULL || !next_event(reader, &event))
        return false;
    struct node *value = read_value(reader, &event, depth);
    yaml_event_delete(&event);
    if (value == NULL)
        return false;
    if (map->count == TREE_KEYS_MAX) {
        diag_error(reader->diag, key->place, "a mapping has at most %d keys", TREE_KEYS_MAX);
        return false;
    }
    if (!key_is_fine(reader, map, key))
        return true;
    value->key = key->text;
    value->key_place = key->place;
    **end = value;
    *end = &value->next;
    map->count++;
    return true;
}

static struct node *read_map(struct reader *reader, const yaml_event_t *start, unsigned depth)
{
    struct node *map = new_node(reader, start, NODE_MAP);
    const struct node **end = map != NULL ? &map->first : NULL;
    yaml_event_t event;

    if (map == NULL)
        return NULL;
    refuse_marks(reader, start, start->data.mapping_start.anchor, start->data.mapping_start.tag);
    while (next_event(reader, &event)) {
        bool done = event.type == YAML_MAPPING_END_EVENT;
        bool fine = done || read_pair(reader, &event, depth, map, &end);
        yaml_event_delete(&event);
        if (done)
            return map;
        if (!fine)
            return NULL;
    }
    return NULL;
}

/* The value that begins with this event; NULL when reading must end. Calls itself at most TREE_DEPTH_MAX times. */
static struct node *read_value(struct reader *reader, const yaml_event_t *event, unsigned depth)
{
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(reader, event);
    if (event->type == YAML_ALIAS_EVENT)
        return read_alias(reader, event);
    assert(event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT);
    if (depth == TREE_DEPTH_MAX) {
        diag_error(reader->diag, place_of(reader, &event->start_mark), "this is nested more than %d deep",
                   TREE_DEPTH_MAX);
        return NULL;
    }
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return read_list(reader, event, depth + 1);
    return read_map(reader, event, depth + 1);
}

/* ---- documents ---- */

static void refuse_second_document(struct reader *reader)
{
    yaml_event_t event;

    if (!next_event(reader, &event))
        return;
    if (event.type == YAML_DOCUMENT_START_EVENT)
        diag_error(reader->diag, place_of(reader, &event.start_mark),
                   "a second document begins here; a settings file has one");
    yaml_event_delete(&event);
}

static const struct node *read_document(struct reader *reader)
{
    yaml_event_t event;

    if (!next_event(reader, &event))
        return NULL;
    const struct node *root = read_value(reader, &event, 0);
    yaml_event_delete(&event);
    if (root != NULL && next_event(reader, &event)) {
        yaml_event_delete(&event); /* the end of the document */
        refuse_second_document(reader);
    }
    return root;
}

static const struct node *nothing(struct reader *reader)
{
    struct node *node = arena_get(reader->arena, sizeof *node);

    node->place = (struct place){ reader->name, 1, 1 };
    node->kind = NODE_SCALAR;
    node->plain = true;
    node->text = "";
    return node;
}

static const struct node *read_stream(struct reader *reader)
{
    yaml_event_t event;

    if (!next_event(reader, &event)) /* the start of the stream */
        return NULL;
    yaml_event_delete(&event);
    if (!next_event(reader, &event)) /* the start of a document, or the end */
        return NULL;
    bool empty = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    return empty ? nothing(reader) : read_document(reader);
}

const struct node *yaml_read_text(const char *name, const char *text, size_t len, struct arena *arena,
                                  struct diag *diag)
{
    struct reader reader = { .name = name, .arena = arena, .diag = diag };

    if (!bytes_are_text(name, text, len, diag))
        return NULL;
    if (!yaml_parser_initialize(&reader.parser)) {
        diag_error(diag, (struct place){ name, 0, 0 }, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
    const struct node *root = read_stream(&reader);
    yaml_parser_delete(&reader.parser);
    return root;
}

const struct node *yaml_read_file(const char *path, struct arena *arena, struct diag *diag)
{
    size_t len = 0;
    char *text = bytes_read(path, TREE_BYTES_MAX, diag, &len);
    const struct node *root = text != NULL ? yaml_read_text(path, text, len, arena, diag) : NULL;

    free(text);
    return root;
}

/* ---- looking at the tree ---- */

const struct node *node_get(const struct node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP)
        return NULL;
    for (const struct node *value = map->first; value != NULL; value = value->next)
        if (strcmp(value->key, key) == 0)
            return value;
    return NULL;
}

bool node_is_null(const struct node *node)
{
    return node->kind == NODE_SCALAR && node->plain &&
           (node->len == 0 || strcmp(node->text, "~") == 0 || strcasecmp(node->text, "null") == 0);
}

const char *node_kind_name(const struct node *node)
{
    static const char *const names[] = { "something else", "a text", "a list", "a mapping" };
    return names[node->kind];
}
