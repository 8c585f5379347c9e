/*
 * Dropping what is kept long enough, or is too much: by age, and by how many newer rows there are, so that neither a
 * long life nor an estate that comes and goes all day fills the disk. Ids grow with every row, so the newest N rows are
 * found by their ids alone, without counting. Each call is one short transaction.
 */
#include "store/database.h"

#include <assert.h>

/* Which of the bounds a statement takes as ?1; ?2 is the most rows of one call. */
enum bound { BOUND_HISTORY, BOUND_DELIVERIES, BOUND_MOST };

static const struct {
    enum bound bound;
    const char *sql;
} drops[] = {
    { BOUND_HISTORY, "DELETE FROM history WHERE id IN (SELECT id FROM history"
                     " WHERE wall_ms < ?1 ORDER BY wall_ms LIMIT ?2)" },
    { BOUND_MOST, "DELETE FROM history WHERE id IN (SELECT id FROM history"
                  " WHERE id <= (SELECT max(id) FROM history) - ?1 ORDER BY id LIMIT ?2)" },
    { BOUND_HISTORY, "UPDATE incident SET summary = '', notice = '' WHERE key IN (SELECT key FROM incident"
                     " WHERE state = 1 AND cleared_wall_ms < ?1 AND (summary <> '' OR notice <> '') LIMIT ?2)" },
    { BOUND_DELIVERIES, "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery"
                        " WHERE state <> 0 AND done_wall_ms < ?1 ORDER BY done_wall_ms LIMIT ?2)" },
    { BOUND_MOST, "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery"
                  " WHERE state <> 0 AND id <= (SELECT max(id) FROM delivery) - ?1 ORDER BY id LIMIT ?2)" },
};
static_assert(INCIDENT_CLEARED == 1 && DELIVERY_WAITING == 0, "as in the statements above");

static int64_t value_of(const struct store_bounds *bounds, enum bound bound)
{
    switch (bound) {
    case BOUND_HISTORY:
        return bounds->history_from_wall_ms;
    case BOUND_DELIVERIES:
        return bounds->deliveries_from_wall_ms;
    default:
        return bounds->most;
    }
}

/* @param more  set when so many rows went that there may be others */
static int drop(struct store *store, const char *sql, int64_t bound, bool *more)
{
    sqlite3_stmt *statement;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_bind_int64(statement, 1, bound);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(statement, 2, STORE_PRUNE_MOST);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    if (rc == SQLITE_DONE && sqlite3_changes(store->db) >= STORE_PRUNE_MOST)
        *more = true;
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

enum store_result store_prune(struct store *store, const struct store_bounds *bounds, bool *more,
                              char why[STORE_WHY_MAX])
{
    bool some = false;
    int rc = sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    for (size_t i = 0; i < sizeof drops / sizeof *drops && rc == SQLITE_OK; i++)
        rc = drop(store, drops[i].sql, value_of(bounds, drops[i].bound), &some);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        *more = some;
        return STORE_OK;
    }
    explain(why, "What is kept long enough could not be dropped from %s/%s: %s.", store->folder.path, DATABASE_NAME,
            sqlite3_errmsg(store->db));
    if (!sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return STORE_FAILED;
}
