/*
 * The tables, as a list of steps: step N makes a database of version N one of version N + 1, and an empty one has
 * version 0. A new database takes all steps, an old one those it lacks, in one transaction. Steps that were released
 * are never edited; a change is a step at the end.
 *
 * The version is there twice, in the file's header (user_version) and in a table: one flipped bit must not look like
 * a database of a newer release, which is refused, where a damaged one is set aside.
 */
#include "store/schema.h"

#include <assert.h>
#include <stdio.h>

static const char *const steps[] = {
    "CREATE TABLE release (version INTEGER NOT NULL) STRICT;"
    "INSERT INTO release VALUES (0);"
    /* A row for ever once it was raised: `key`-`episode` is the identity that pagers have seen. */
    "CREATE TABLE incident ("
    "  key TEXT NOT NULL PRIMARY KEY,"
    "  scope TEXT NOT NULL,"
    "  rule INTEGER NOT NULL,"
    "  peering INTEGER NOT NULL, path INTEGER NOT NULL, family INTEGER NOT NULL, feature INTEGER NOT NULL,"
    "  item TEXT NOT NULL, item_name TEXT NOT NULL,"
    "  episode INTEGER NOT NULL,"
    "  sequence INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  severity INTEGER NOT NULL, owner INTEGER NOT NULL, variant INTEGER NOT NULL, hold INTEGER NOT NULL,"
    "  suppressed_by INTEGER NOT NULL,"
    "  suppressed_peering INTEGER NOT NULL, suppressed_path INTEGER NOT NULL,"
    "  suppressed_family INTEGER NOT NULL, suppressed_feature INTEGER NOT NULL,"
    "  suppressed_item TEXT NOT NULL,"
    "  suppressed_scope INTEGER NOT NULL,"
    "  told INTEGER NOT NULL, told_as INTEGER NOT NULL, told_wall_ms INTEGER NOT NULL,"
    "  withheld INTEGER NOT NULL, owed INTEGER NOT NULL,"
    "  reminders INTEGER NOT NULL, paged_wall_ms INTEGER NOT NULL, escalated INTEGER NOT NULL,"
    "  ack_who TEXT NOT NULL, ack_why TEXT NOT NULL, ack_wall_ms INTEGER NOT NULL,"
    "  ack_until_wall_ms INTEGER NOT NULL, ack_sticky INTEGER NOT NULL,"
    "  flapping INTEGER NOT NULL, flap_count INTEGER NOT NULL, flap_bits INTEGER NOT NULL,"
    "  flap_wall_ms INTEGER NOT NULL, opened_wall_ms INTEGER NOT NULL, opened_before_wall_ms INTEGER NOT NULL,"
    "  count INTEGER NOT NULL,"
    "  since_wall_ms INTEGER NOT NULL, count_wall_ms INTEGER NOT NULL,"
    "  raised_wall_ms INTEGER NOT NULL, cleared_wall_ms INTEGER NOT NULL,"
    "  stage INTEGER NOT NULL, event TEXT NOT NULL, cause TEXT NOT NULL,"
    "  summary TEXT NOT NULL,"
    "  notice TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE memory ("
    "  circuit TEXT NOT NULL PRIMARY KEY,"
    "  seen INTEGER NOT NULL,"
    "  provisioned INTEGER NOT NULL,"
    "  provider_owns INTEGER NOT NULL,"
    "  first_wall_ms INTEGER NOT NULL,"
    "  odd_bandwidth INTEGER NOT NULL, odd_expected INTEGER NOT NULL,"
    "  left_wall_ms INTEGER NOT NULL,"
    "  words TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE found ("
    "  circuit TEXT NOT NULL PRIMARY KEY,"
    "  id TEXT NOT NULL,"
    "  found_wall_ms INTEGER NOT NULL,"
    "  missing_wall_ms INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    /* AUTOINCREMENT, here and below: the highest id ever given outlives the row that had it. */
    "CREATE TABLE silence ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  from_wall_ms INTEGER NOT NULL, to_wall_ms INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  who TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  match TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE delivery ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  receiver TEXT NOT NULL,"
    "  notice_id TEXT NOT NULL,"
    "  key TEXT NOT NULL, episode INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  event INTEGER NOT NULL,"
    "  severity INTEGER NOT NULL,"
    "  created_wall_ms INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  attempted_wall_ms INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  fell INTEGER NOT NULL, minimal INTEGER NOT NULL,"
    "  place TEXT NOT NULL,"
    "  done_wall_ms INTEGER NOT NULL DEFAULT 0,"
    "  body_size INTEGER NOT NULL"
    ") STRICT;"
    /* Of those that wait. Apart, so that what is done takes little room, and gives its pages back. */
    "CREATE TABLE body (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "CREATE INDEX delivery_waiting ON delivery (id) WHERE state = 0;"
    "CREATE INDEX delivery_done ON delivery (done_wall_ms) WHERE state <> 0;"
    /* One row: when it was written last though nothing had happened. */
    "CREATE TABLE alive (id INTEGER PRIMARY KEY CHECK (id = 1), wall_ms INTEGER NOT NULL) STRICT;"
    /* Whoever was told of an episode hears its end, whatever the routes say by then. */
    "CREATE TABLE told ("
    "  key TEXT NOT NULL,"
    "  receiver TEXT NOT NULL,"
    "  episode INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  kept TEXT NOT NULL, kept_episode INTEGER NOT NULL,"
    "  unsure_wall_ms INTEGER NOT NULL,"
    "  place TEXT NOT NULL,"
    "  PRIMARY KEY (key, receiver)"
    ") STRICT, WITHOUT ROWID;"
    /* How far a receiver's digests have come; what they will hold waits as deliveries. */
    "CREATE TABLE digest ("
    "  receiver TEXT NOT NULL PRIMARY KEY,"
    "  number INTEGER NOT NULL,"
    "  made_wall_ms INTEGER NOT NULL,"
    "  upto INTEGER NOT NULL,"
    "  left_out INTEGER NOT NULL,"
    "  place TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE history ("
    "  id INTEGER PRIMARY KEY,"
    "  wall_ms INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  scope TEXT NOT NULL,"
    "  circuit TEXT NOT NULL," /* its name, as it was then */
    "  key TEXT NOT NULL, episode INTEGER NOT NULL," /* of the incident that it is about; else zeros */
    "  rule INTEGER NOT NULL, severity INTEGER NOT NULL,"
    "  peering INTEGER NOT NULL, path INTEGER NOT NULL, family INTEGER NOT NULL, feature INTEGER NOT NULL,"
    "  item_name TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  quiet TEXT NOT NULL,"
    "  lasted_ms INTEGER NOT NULL,"
    "  text TEXT NOT NULL"
    ") STRICT;"
    /* Each way to ask for it is one index, so that a page costs what it shows, whatever lies before and behind it. */
    "CREATE INDEX history_time ON history (wall_ms);"
    "CREATE INDEX history_scope ON history (scope, wall_ms);"
    "CREATE INDEX history_key ON history (key, wall_ms, id, episode) WHERE key <> '0000000000000000';",
};

const struct schema schema_present = { steps, (int)(sizeof steps / sizeof *steps) };

static int read_number(sqlite3 *db, const char *sql, int *number)
{
    sqlite3_stmt *statement;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *number = sqlite3_column_int(statement, 0);
    else if (rc == SQLITE_OK)
        *number = -1;
    int last = sqlite3_finalize(statement);
    return rc != SQLITE_OK ? rc : last;
}

int schema_read_version(sqlite3 *db, int *version)
{
    int in_header = 0, in_table = 0;
    int rc = read_number(db, "PRAGMA user_version", &in_header);

    if (rc == SQLITE_OK)
        rc = read_number(db, "SELECT version FROM release", &in_table);
    if (rc == SQLITE_ERROR || (rc == SQLITE_OK && (in_header != in_table || in_header < 1)))
        return SQLITE_CORRUPT; /* no such table: not made by us, or not whole */
    if (rc == SQLITE_OK)
        *version = in_header;
    return rc;
}

int schema_migrate(sqlite3 *db, const struct schema *schema, int from)
{
    char sql[96];
    int rc = SQLITE_OK;

    assert(from >= 0 && from <= schema->version);
    if (from == schema->version)
        return SQLITE_OK;
    rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (int step = from; step < schema->version && rc == SQLITE_OK; step++)
        rc = sqlite3_exec(db, schema->steps[step], NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        snprintf(sql, sizeof sql, "PRAGMA user_version = %d; UPDATE release SET version = %d; COMMIT", schema->version,
                 schema->version);
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    }
    if (!sqlite3_get_autocommit(db))
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}
