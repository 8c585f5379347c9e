#ifndef ERWATCH_STORE_DATABASE_H
#define ERWATCH_STORE_DATABASE_H

#include "store/batch.h"
#include "store/folder.h"

#include <sqlite3.h>

/* The store from inside: the open database and the statements that are kept prepared. */

struct schema;

struct store {
    const struct schema *schema;
    struct folder folder;
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *rollback;
    sqlite3_stmt *change[CHANGES];
};

/** store_open() of another release; for tests of the way from one to the next. */
enum store_result store_open_as(const struct schema *schema, const char *directory, int64_t now_wall_ms,
                                struct store **out, char why[STORE_WHY_MAX]);

/** Prepare what store_apply() needs; SQLite's answer. */
int store_prepare(struct store *store);
void store_finalize(struct store *store);

/**
 * Read every row that decides anything, to see that its numbers are within their bounds.
 *
 * @return SQLITE_OK, SQLITE_CORRUPT for a value that we never wrote, else SQLite's answer
 */
int store_check_rows(struct store *store);

#endif
