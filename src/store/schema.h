#ifndef ERWATCH_STORE_SCHEMA_H
#define ERWATCH_STORE_SCHEMA_H

#include "store/store.h"

#include <sqlite3.h>

/** The way from an empty database to what a release writes: step N makes one of version N one of version N + 1. */
struct schema {
    const char *const *steps; /* SQL, without transactions */
    int version;              /* how many: what the release writes. An older one is brought up to it, a newer refused */
};

/** This release's. */
extern const struct schema schema_present;

/**
 * Which version does a database have?
 *
 * @return SQLITE_OK; SQLITE_CORRUPT when it has none, or its two copies differ; else SQLite's own answer
 */
int schema_read_version(sqlite3 *db, int *version);

/**
 * Bring a database of version @p from (0: an empty one) to the schema's, in one transaction.
 *
 * @return SQLITE_OK, or SQLite's answer with the database as it was
 */
int schema_migrate(sqlite3 *db, const struct schema *schema, int from);

#endif
