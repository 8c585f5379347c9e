/*
 * Reading rows back into the structs they came from. A number outside its bounds stops the reading: we never wrote
 * it, so the disk changed it, and a wrong state must not reach the core.
 */
#include "store/database.h"

#include "core/rule.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A way through the rows of one table. */
struct reading {
    const struct table *table;
    sqlite3_stmt *statement;
    int rc; /* SQLITE_OK while it goes well, SQLITE_DONE at its end */
};

static void reading_open(struct reading *reading, struct store *store, enum table_name name, const char *order)
{
    char sql[TABLE_SQL_MAX];

    reading->table = &tables[name];
    table_read_sql(reading->table, order, sql);
    reading->rc = sqlite3_prepare_v2(store->db, sql, -1, &reading->statement, NULL);
}

/* False when a value is none of ours. Texts stay SQLite's until the next step. */
static bool read_row(sqlite3_stmt *statement, const struct table *table, void *row)
{
    memset(row, 0, table->row_size);
    for (size_t i = 0; i < table->count; i++) {
        const struct column *column = &table->column[i];
        if (column->kind == COLUMN_NUMBER || column->kind == COLUMN_GIVEN) {
            if (!column_set(column, row, sqlite3_column_int64(statement, (int)i)))
                return false;
            continue;
        }
        const char *text = (const char *)sqlite3_column_text(statement, (int)i);
        if (text == NULL || !column_set_text(column, row, text))
            return false;
    }
    return true;
}

static bool reading_next(struct reading *reading, void *row)
{
    if (reading->rc != SQLITE_OK)
        return false;
    int rc = sqlite3_step(reading->statement);
    if (rc == SQLITE_ROW && !read_row(reading->statement, reading->table, row))
        rc = SQLITE_CORRUPT;
    reading->rc = rc == SQLITE_ROW ? SQLITE_OK : rc;
    return rc == SQLITE_ROW;
}

static int reading_close(struct reading *reading)
{
    sqlite3_finalize(reading->statement);
    return reading->rc == SQLITE_DONE ? SQLITE_OK : reading->rc;
}

/* The clock that only runs forward began anew with this run: nothing was counted on it yet. */
static void forget_clock(struct incident *incident)
{
    incident->since_mono = incident->drift_since = MONO_NEVER;
    incident->basis = incident->drift_basis = (struct mono){ INT64_MIN };
}

/* A newer release may have written incidents of rules that this one does not have; they are left where they are. */
static bool known_rules(const struct incident *incident)
{
    return rule_find(incident->rule) != NULL &&
           (incident->suppressed_by == RULE_NONE || rule_find(incident->suppressed_by) != NULL);
}

static int read_incidents(struct store *store, void (*each)(void *, const struct stored_incident *), void *context)
{
    struct reading reading;
    struct stored_incident row;

    reading_open(&reading, store, TABLE_INCIDENT, "ORDER BY key");
    while (reading_next(&reading, &row)) {
        snprintf(row.incident.item, sizeof row.incident.item, "%s", row.item);
        snprintf(row.incident.ack.who, sizeof row.incident.ack.who, "%s", row.ack_who);
        snprintf(row.incident.ack.why, sizeof row.incident.ack.why, "%s", row.ack_why);
        if (each != NULL && known_rules(&row.incident)) {
            forget_clock(&row.incident);
            each(context, &row);
        }
    }
    return reading_close(&reading);
}

static int read_memories(struct store *store, void (*each)(void *, const struct stored_memory *), void *context)
{
    struct reading reading;
    struct stored_memory row;

    reading_open(&reading, store, TABLE_MEMORY, "ORDER BY circuit");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

static int read_found(struct store *store, void (*each)(void *, const struct stored_found *), void *context)
{
    struct reading reading;
    struct stored_found row;

    reading_open(&reading, store, TABLE_FOUND, "ORDER BY circuit");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

static int read_silences(struct store *store, void (*each)(void *, const struct stored_silence *), void *context)
{
    struct reading reading;
    struct stored_silence row;

    reading_open(&reading, store, TABLE_SILENCE, "ORDER BY id");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

static int read_waiting(struct store *store, void (*each)(void *, const struct stored_delivery *), void *context)
{
    struct reading reading;
    struct stored_delivery row;

    reading_open(&reading, store, TABLE_DELIVERY, "WHERE state = 0 ORDER BY id");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

char *store_read_body(struct store *store, int64_t id, int64_t other, char why[STORE_WHY_MAX])
{
    const char *sql = "SELECT text FROM body WHERE id IN (?1, ?2) ORDER BY id = ?1 DESC LIMIT 1";
    sqlite3_stmt *statement;
    char *body = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    why[0] = '\0';
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(statement, 1, id);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(statement, 2, other);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (text != NULL && (body = strdup(text)) == NULL)
        abort();
    if (body == NULL && rc != SQLITE_DONE)
        explain(why, "The database %s/%s could not be read: %s.", store->folder.path, DATABASE_NAME,
                sqlite3_errmsg(store->db));
    sqlite3_finalize(statement);
    return body;
}

static int read_told(struct store *store, void (*each)(void *, const struct stored_told *), void *context)
{
    struct reading reading;
    struct stored_told row;

    reading_open(&reading, store, TABLE_TOLD, "ORDER BY key, receiver");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

static int read_digests(struct store *store, void (*each)(void *, const struct stored_digest *), void *context)
{
    struct reading reading;
    struct stored_digest row;

    reading_open(&reading, store, TABLE_DIGEST, "ORDER BY receiver");
    while (reading_next(&reading, &row))
        if (each != NULL)
            each(context, &row);
    return reading_close(&reading);
}

int store_check_rows(struct store *store)
{
    int rc = read_incidents(store, NULL, NULL);

    if (rc == SQLITE_OK)
        rc = read_memories(store, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = read_found(store, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = read_silences(store, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = read_waiting(store, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = read_told(store, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = read_digests(store, NULL, NULL);
    int64_t last = store_last_delivery(store), silence = store_last_silence(store);
    bool sound = last >= 0 && last <= DELIVERY_ID_MOST && silence >= 0 && silence <= DELIVERY_ID_MOST;
    return rc == SQLITE_OK && !sound ? SQLITE_CORRUPT : rc;
}

bool store_each_incident(struct store *store, void (*each)(void *, const struct stored_incident *), void *context)
{
    return read_incidents(store, each, context) == SQLITE_OK;
}

bool store_each_memory(struct store *store, void (*each)(void *, const struct stored_memory *), void *context)
{
    return read_memories(store, each, context) == SQLITE_OK;
}

bool store_each_found(struct store *store, void (*each)(void *, const struct stored_found *), void *context)
{
    return read_found(store, each, context) == SQLITE_OK;
}

bool store_each_silence(struct store *store, void (*each)(void *, const struct stored_silence *), void *context)
{
    return read_silences(store, each, context) == SQLITE_OK;
}

bool store_each_waiting(struct store *store, void (*each)(void *, const struct stored_delivery *), void *context)
{
    return read_waiting(store, each, context) == SQLITE_OK;
}

bool store_each_told(struct store *store, void (*each)(void *, const struct stored_told *), void *context)
{
    return read_told(store, each, context) == SQLITE_OK;
}

bool store_each_digest(struct store *store, void (*each)(void *, const struct stored_digest *), void *context)
{
    return read_digests(store, each, context) == SQLITE_OK;
}

/* The highest number that was ever given in a table. */
static int64_t last_given(struct store *store, const char *table)
{
    const char *sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
    sqlite3_stmt *statement;
    int64_t last = 0;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        last = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return last;
}

int64_t store_last_delivery(struct store *store)
{
    return last_given(store, "delivery");
}

int64_t store_last_silence(struct store *store)
{
    return last_given(store, "silence");
}

/* Each of these walks one index, and stops at its limit. */
#define OLDER " AND wall_ms >= ?1 AND (wall_ms, id) < (?2, ?3) ORDER BY wall_ms DESC, id DESC LIMIT ?4"
static const char *history_order(const struct history_query *query)
{
    if (query->key != 0 && query->episode != 0)
        return "WHERE key = ?5 AND key <> '0000000000000000' AND episode = ?6" OLDER;
    if (query->key != 0)
        return "WHERE key = ?5 AND key <> '0000000000000000'" OLDER;
    return query->scope != NULL ? "WHERE scope = ?5" OLDER : "WHERE 1" OLDER;
}

static void bind_history(sqlite3_stmt *statement, const struct history_query *query, char key[KEY_TEXT_MAX])
{
    /* short of memory, these cannot fail on a fresh statement */
    (void)sqlite3_bind_int64(statement, 1, query->since_wall_ms);
    (void)sqlite3_bind_int64(statement, 2, query->before_wall_ms);
    (void)sqlite3_bind_int64(statement, 3, query->before_id);
    (void)sqlite3_bind_int64(statement, 4, query->limit);
    if (query->key != 0)
        (void)sqlite3_bind_text(statement, 5, key_format(query->key, key), -1, SQLITE_STATIC);
    else if (query->scope != NULL)
        (void)sqlite3_bind_text(statement, 5, query->scope, -1, SQLITE_STATIC);
    if (query->key != 0 && query->episode != 0)
        (void)sqlite3_bind_int64(statement, 6, query->episode);
}

bool store_each_history(struct store *store, const struct history_query *query,
                        void (*each)(void *, const struct stored_history *), void *context)
{
    struct reading reading;
    struct stored_history row;
    char key[KEY_TEXT_MAX];

    assert(query->key != 0 || query->episode == 0);
    assert(query->key == 0 || query->scope == NULL);
    reading_open(&reading, store, TABLE_HISTORY, history_order(query));
    if (reading.rc == SQLITE_OK)
        bind_history(reading.statement, query, key);
    while (reading_next(&reading, &row))
        each(context, &row);
    return reading_close(&reading) == SQLITE_OK;
}
