#ifndef ERWATCH_SIM_GRAPH_QUERY_H
#define ERWATCH_SIM_GRAPH_QUERY_H

#include <jansson.h>
#include <stdbool.h>

/*
 * The small part of Resource Graph's query language that finding resources needs: the table `resources`, `where` with
 * comparisons of texts joined by `and`, `project` of columns and paths, `order by` (rows have an order anyway).
 */

#define QUERY_CONDITIONS_MAX 8
#define QUERY_COLUMNS_MAX 16

struct graph_query {
    char *text; /* cut to pieces; the rest points into it */
    struct {
        const char *path; /* "properties.connectionType" */
        bool exact;       /* `==`: letter case matters */
        char *values[QUERY_CONDITIONS_MAX];
        size_t count;
    } conditions[QUERY_CONDITIONS_MAX];
    size_t condition_count;
    struct {
        const char *name, *from; /* a path, or a text in quotes */
    } columns[QUERY_COLUMNS_MAX];
    size_t column_count; /* 0: all */
};

/** @return false when it is more than this understands, or no query at all; graph_query_fini() is needed all the same */
bool graph_query_read(const char *text, struct graph_query *out);
void graph_query_fini(struct graph_query *query);

/** The row as the query wants it; takes @p row over. NULL when the conditions do not hold. */
json_t *graph_query_row(const struct graph_query *query, json_t *row);

#endif
