/*
 * Putting a batch on the disk. All statements are prepared once; a batch is BEGIN, its changes, COMMIT, and whatever
 * goes wrong in between is taken back. Each change can be made twice with the same result (but for a line of the
 * history, twice at worst), so a commit that was reported as failed and yet reached the disk does no harm when it is
 * repeated.
 */
#include "store/database.h"

#include <assert.h>
#include <string.h>

static const char *const change_sql[CHANGES] = {
    [CHANGE_FORGET_NEW] = "DELETE FROM incident WHERE key = ?1 AND episode = 0",
    [CHANGE_FORGET_KNOWN] = "UPDATE incident SET state = 1, count = 0 WHERE key = ?1",
    [CHANGE_FORGET_FOUND] = "DELETE FROM found WHERE circuit = ?1",
    [CHANGE_FORGET_SILENCE] = "DELETE FROM silence WHERE id = ?1",
    [CHANGE_ATTEMPT] = "UPDATE delivery SET attempts = ?2, attempted_wall_ms = ?3 WHERE id = ?1",
    [CHANGE_DONE] = "UPDATE delivery SET state = ?2, done_wall_ms = ?3 WHERE id = ?1",
    [CHANGE_FELL] = "UPDATE delivery SET fell = 1 WHERE id = ?1",
    [CHANGE_PUT_BODY] = "INSERT OR REPLACE INTO body VALUES (?1, ?2)",
    [CHANGE_COPY_BODY] = "INSERT OR REPLACE INTO body SELECT ?1, text FROM body WHERE id = ?2",
    [CHANGE_FORGET_BODY] = "DELETE FROM body WHERE id = ?1",
    [CHANGE_MINIMAL] = "UPDATE delivery SET minimal = 1 WHERE id = ?1",
    [CHANGE_FORGET_TOLD] = "DELETE FROM told WHERE key = ?1 AND receiver = ?2",
    [CHANGE_FORGET_DIGEST] = "DELETE FROM digest WHERE receiver = ?1",
    [CHANGE_REST_INCIDENTS] = "UPDATE incident SET state = 1, count = 0 WHERE state <> 1",
    [CHANGE_REST_DELIVERIES] = "UPDATE delivery SET state = 1, done_wall_ms = ?1 WHERE state = 0",
    [CHANGE_REST_BODIES] = "DELETE FROM body WHERE id NOT IN (SELECT id FROM delivery WHERE state = 0)",
    [CHANGE_REST_FOUND] = "DELETE FROM found",
    [CHANGE_ALIVE] = "INSERT OR REPLACE INTO alive VALUES (1, ?1)",
    [CHANGE_REST_TOLD] = "DELETE FROM told",
    [CHANGE_REST_SILENCES] = "DELETE FROM silence",
    [CHANGE_REST_DIGESTS] = "DELETE FROM digest",
    /* what else is known of the incident, which has a row in any case; its circuit's name stands in its last line */
    [CHANGE_HISTORY_OF] = ("INSERT INTO history (wall_ms, kind, scope, circuit, key, episode, rule, severity, peering,"
                           "  path, family, feature, item_name, who, quiet, lasted_ms, text)"
                           " SELECT ?2, ?3, scope, COALESCE((SELECT h.circuit FROM history AS h WHERE h.key = ?1"
                           "  AND h.key <> '0000000000000000' ORDER BY h.wall_ms DESC, h.id DESC LIMIT 1), ''),"
                           "  key, ?4, rule, severity, peering, path, family, feature, item_name, ?5, '', -1, ?6"
                           " FROM incident WHERE key = ?1"),
};
static_assert(INCIDENT_CLEARED == 1 && DELIVERY_WAITING == 0 && DELIVERY_DONE == 1, "as in the statements above");

static int prepare(struct store *store, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

int store_prepare(struct store *store)
{
    char sql[TABLE_SQL_MAX];
    int rc = prepare(store, "BEGIN IMMEDIATE", &store->begin);

    if (rc == SQLITE_OK)
        rc = prepare(store, "COMMIT", &store->commit);
    if (rc == SQLITE_OK)
        rc = prepare(store, "ROLLBACK", &store->rollback);
    for (size_t kind = 0; kind < CHANGES && rc == SQLITE_OK; kind++) {
        if (kind < TABLES)
            table_put_sql(&tables[kind], sql);
        rc = prepare(store, kind < TABLES ? sql : change_sql[kind], &store->change[kind]);
    }
    return rc;
}

void store_finalize(struct store *store)
{
    sqlite3_finalize(store->begin);
    sqlite3_finalize(store->commit);
    sqlite3_finalize(store->rollback);
    for (size_t kind = 0; kind < CHANGES; kind++)
        sqlite3_finalize(store->change[kind]);
    store->begin = store->commit = store->rollback = NULL;
    memset(store->change, 0, sizeof store->change);
}

static int run(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);

    sqlite3_reset(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int run_change(struct store *store, const struct change *change)
{
    sqlite3_stmt *statement = store->change[change->kind];
    int rc = SQLITE_OK;

    assert(sqlite3_bind_parameter_count(statement) == (int)change->count);
    for (int i = 0; i < (int)change->count && rc == SQLITE_OK; i++) {
        const struct value *value = &change->value[i];
        if (value->text != NULL)
            rc = sqlite3_bind_text(statement, i + 1, value->text, -1, SQLITE_STATIC);
        else
            rc = sqlite3_bind_int64(statement, i + 1, value->number);
    }
    if (rc == SQLITE_OK)
        rc = run(statement);
    sqlite3_clear_bindings(statement); /* the texts are the batch's, which may be gone before the next use */
    return rc;
}

/* Say what went wrong; before the roll-back, which has an answer of its own. */
static void explain_failure(const struct store *store, int rc, char why[STORE_WHY_MAX])
{
    int error = sqlite3_system_errno(store->db);
    bool disk = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_FULL || (rc & 0xff) == SQLITE_CANTOPEN;
    bool damaged = (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;

    explain(why, "The database %s/%s could not be written: %s%s%s%s.", store->folder.path, DATABASE_NAME,
            sqlite3_errmsg(store->db), disk && error != 0 ? ": " : "", disk && error != 0 ? strerror(error) : "",
            damaged ? "; the next start sets it aside" : "");
}

enum store_result store_apply(struct store *store, const struct batch *batch, char why[STORE_WHY_MAX])
{
    if (batch_empty(batch))
        return STORE_OK;
    int rc = run(store->begin);
    for (const struct change *change = batch_first(batch); change != NULL && rc == SQLITE_OK; change = change->next)
        rc = run_change(store, change);
    if (rc == SQLITE_OK)
        rc = run(store->commit);
    if (rc == SQLITE_OK)
        return STORE_OK;
    explain_failure(store, rc, why);
    if (!sqlite3_get_autocommit(store->db))
        (void)run(store->rollback);
    return STORE_FAILED;
}
