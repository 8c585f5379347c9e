/*
 * Queries of Resource Graph: cut at the bars into stages, each stage by its first word. Columns and paths are found in
 * any letter case, as Azure does.
 */
#include "sim/graph_query.h"

#include "io/memory.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static char *trim(char *text)
{
    size_t len;

    while (isspace((unsigned char)*text))
        text++;
    len = strlen(text);
    while (len != 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    return text;
}

/* What stands before @p mark; the rest begins behind it, NULL when there is no mark. */
static char *cut(char **rest, const char *mark)
{
    char *part = *rest, *at = strcasestr(part, mark);

    *rest = at != NULL ? at + strlen(mark) : NULL;
    if (at != NULL)
        *at = '\0';
    return trim(part);
}

/* ---- where ---- */

static char *unquote(char *text)
{
    size_t len = strlen(text);

    if (len < 2 || text[0] != '\'' || text[len - 1] != '\'')
        return NULL;
    text[len - 1] = '\0';
    return text + 1;
}

/* "'a', 'b')" */
static bool read_values(char *text, struct graph_query *out)
{
    size_t at = out->condition_count, len = strlen(text);

    if (len == 0 || text[len - 1] != ')')
        return false;
    text[len - 1] = '\0';
    for (char *rest = text; rest != NULL;) {
        char *value = unquote(cut(&rest, ","));
        if (value == NULL || out->conditions[at].count == QUERY_CONDITIONS_MAX)
            return false;
        out->conditions[at].values[out->conditions[at].count++] = value;
    }
    return true;
}

static bool read_condition(char *text, struct graph_query *out)
{
    static const struct {
        const char *mark;
        bool exact, list;
    } operators[] = { { " in~ (", false, true }, { " in (", true, true }, { "=~", false, false }, { "==", true, false } };
    size_t at = out->condition_count;

    for (size_t i = 0; at < QUERY_CONDITIONS_MAX && i < sizeof operators / sizeof *operators; i++) {
        char *rest = text;
        char *path = cut(&rest, operators[i].mark);
        if (rest == NULL)
            continue;
        out->conditions[at].path = path;
        out->conditions[at].exact = operators[i].exact;
        if (operators[i].list && !read_values(trim(rest), out))
            return false;
        if (!operators[i].list)
            out->conditions[at].values[out->conditions[at].count++] = unquote(trim(rest));
        out->condition_count++;
        return out->conditions[at].values[0] != NULL;
    }
    return false;
}

static bool read_where(char *text, struct graph_query *out)
{
    for (char *rest = text; rest != NULL;)
        if (!read_condition(cut(&rest, " and "), out))
            return false;
    return true;
}

/* ---- project ---- */

static bool read_project(char *text, struct graph_query *out)
{
    for (char *rest = text; rest != NULL;) {
        char *from = cut(&rest, ",");
        char *name = cut(&from, "=");
        if (*name == '\0' || out->column_count == QUERY_COLUMNS_MAX)
            return false;
        out->columns[out->column_count].name = name;
        out->columns[out->column_count++].from = from != NULL ? trim(from) : name;
    }
    return true;
}

/* ---- the whole ---- */

/* NOLINTNEXTLINE(readability-non-const-parameter): the others cut theirs to pieces */
static bool read_order(char *text, struct graph_query *out)
{
    (void)out;
    return *text != '\0';
}

static bool read_stage(char *stage, bool first, struct graph_query *out)
{
    static const struct {
        const char *word;
        bool (*read)(char *text, struct graph_query *out);
    } stages[] = { { "where ", read_where }, { "project ", read_project }, { "order by ", read_order },
                   { "sort by ", read_order } };

    if (first && strcasecmp(stage, "resources") == 0)
        return true;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strncasecmp(stage, stages[i].word, strlen(stages[i].word)) == 0)
            return stages[i].read(stage + strlen(stages[i].word), out);
    return false;
}

bool graph_query_read(const char *text, struct graph_query *out)
{
    bool good = text != NULL, first = true;

    *out = (struct graph_query){ .text = xstrdup(text != NULL ? text : "") };
    for (char *rest = out->text; good && rest != NULL; first = false)
        good = read_stage(cut(&rest, "|"), first, out);
    return good;
}

void graph_query_fini(struct graph_query *query)
{
    free(query->text);
}

/* ---- rows ---- */

static json_t *member(const json_t *object, const char *name, size_t len)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)object, key, value)
        if (strlen(key) == len && strncasecmp(key, name, len) == 0)
            return value;
    return NULL;
}

static json_t *at_path(json_t *row, const char *path)
{
    for (;;) {
        size_t len = strcspn(path, ".");
        row = member(row, path, len);
        if (path[len] == '\0')
            return row;
        path += len + 1;
    }
}

static bool holds(const struct graph_query *query, size_t condition, json_t *row)
{
    const char *have = json_string_value(at_path(row, query->conditions[condition].path));

    for (size_t i = 0; have != NULL && i < query->conditions[condition].count; i++) {
        const char *want = query->conditions[condition].values[i];
        if (query->conditions[condition].exact ? strcmp(have, want) == 0 : strcasecmp(have, want) == 0)
            return true;
    }
    return false;
}

static json_t *column(json_t *row, const char *from)
{
    if (*from == '\'')
        return json_stringn(from + 1, strcspn(from + 1, "'"));
    json_t *value = at_path(row, from);
    return value != NULL ? json_incref(value) : json_null();
}

json_t *graph_query_row(const struct graph_query *query, json_t *row)
{
    for (size_t i = 0; i < query->condition_count; i++)
        if (!holds(query, i, row)) {
            json_decref(row);
            return NULL;
        }
    if (query->column_count == 0)
        return row;
    json_t *out = json_object();
    for (size_t i = 0; i < query->column_count; i++)
        json_object_set_new(out, query->columns[i].name, column(row, query->columns[i].from));
    json_decref(row);
    return out;
}
