#ifndef ERWATCH_STORE_TABLE_H
#define ERWATCH_STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which field of which struct is which column. Writing, reading and checking all walk the same rows; the schema
 * (schema.c) is the only other place that knows the names.
 */

enum table_name {
    TABLE_INCIDENT,
    TABLE_MEMORY,
    TABLE_FOUND,
    TABLE_SILENCE,
    TABLE_DELIVERY,
    TABLE_TOLD,
    TABLE_DIGEST,
    TABLE_HISTORY,
    TABLES
};

enum column_kind {
    COLUMN_NUMBER, /* bool, uint8_t, uint32_t or int64_t, by size */
    COLUMN_KEY,    /* uint64_t, on disk as 16 hex digits so that people can read and type it */
    COLUMN_TEXT,   /* const char * */
    COLUMN_KEPT,   /* the same; an empty one leaves what the row with this key has */
    COLUMN_GIVEN,  /* a number that the database gives: 0 while the row is not there yet */
};

struct column {
    const char *name;
    uint8_t kind, size;
    uint16_t offset;
    int64_t least, most; /* of a number; checked when it is read: the disk may have changed it */
};

struct table {
    const char *name;
    const struct column *column;
    size_t count;
    size_t row_size; /* of the struct */
};

extern const struct table tables[TABLES];

/** No delivery and no silence has a higher id than this; far beyond what can be given, and room above it to count on. */
#define DELIVERY_ID_MOST (INT64_C(1) << 60)

/** Nobody's calendar goes there, and a planned moment can be counted from it. */
#define DIGEST_WALL_MOST_MS (INT64_C(1) << 53)

#define KEY_TEXT_MAX 17
const char *key_format(uint64_t key, char text[KEY_TEXT_MAX]);
bool key_parse(const char *text, uint64_t *key);

/** The number in a row's field. */
int64_t column_get(const struct column *column, const void *row);
/** The text in a row's field; "" for NULL. */
const char *column_get_text(const struct column *column, const void *row);
/** Set a number; false, and nothing set, when it is outside the column's bounds. */
bool column_set(const struct column *column, void *row, int64_t value);
/** Set a text or a key; false when it is no key. The text is not copied. */
bool column_set_text(const struct column *column, void *row, const char *value);

#define TABLE_SQL_MAX 2048
/** SQL to put a whole row: ?1, ?2 … are the columns in order. */
void table_put_sql(const struct table *table, char sql[TABLE_SQL_MAX]);
/** SQL to read rows, the columns in order. @p order: which rows and how, "WHERE … ORDER BY …" */
void table_read_sql(const struct table *table, const char *order, char sql[TABLE_SQL_MAX]);

#endif
