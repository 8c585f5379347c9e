#ifndef ERWATCH_STORE_SCHEMA_H
#define ERWATCH_STORE_SCHEMA_H

#include "store/store.h"

#include <sqlite3.h>

/** The version this release writes. An older one is brought up to it, a newer one is refused. */
int schema_version(void);

/**
 * Which version does a database have?
 *
 * @return SQLITE_OK; SQLITE_CORRUPT when it has none, or its two copies differ; else SQLite's own answer
 */
int schema_read_version(sqlite3 *db, int *version);

/**
 * Bring a database of version @p from (0: an empty one) to schema_version(), in one transaction.
 *
 * @return SQLITE_OK, or SQLite's answer with the database as it was
 */
int schema_migrate(sqlite3 *db, int from);

#endif
