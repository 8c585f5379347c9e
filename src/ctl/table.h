#ifndef ERWATCH_CTL_TABLE_H
#define ERWATCH_CTL_TABLE_H

#include "ctl/screen.h"

#include <stdbool.h>
#include <stddef.h>

/* A table that fits the screen: columns as wide as their widest cell, then cut where a column says it may be. */

struct column {
    const char *title;
    unsigned least; /* may be cut to this many columns; 0: never cut */
    unsigned gives; /* who is cut first: 1, then 2 …; 0: never */
    bool right;     /* flush right */
    bool optional;  /* left out whole when the table does not fit with it */
};

#define TABLE_COLUMNS_MAX 12

struct table;

/** @param columns  @p count rows, kept by the caller until table_free() */
struct table *table_new(const struct column *columns, size_t count);
void table_free(struct table *table);

/** The next cell, row by row; copied. */
void table_cell(struct table *table, enum paint paint, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * Print heading and rows.
 *
 * @param indent  blanks before each line
 * @param most    at most so many rows, 0 for all; what is left out is counted on a line of its own
 */
void table_print(const struct table *table, const struct screen *screen, unsigned indent, size_t most);

#endif
