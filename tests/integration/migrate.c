/*
 * The state directory through two releases, for migration.py, which kills this program at every call on a file.
 *
 *   migrate make DIR    a database of the present release, with incidents and notices that wait
 *   migrate next DIR    opened by a made-up next release, which changes, adds and rewrites tables
 *   migrate check DIR   … and everything must be there
 *   migrate back DIR    opened by the present release again: refused, and its words on standard output
 */
#include "store/database.h"
#include "store/schema.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 50
#define NOW INT64_C(1795255200000)

/* The same words for each row, so that a version that is half there shows. */
#define NOTE "a column that the next release has and this one has not, long enough for the row to move to other pages"

static const char *const more[] = {
    "ALTER TABLE incident ADD COLUMN note TEXT NOT NULL DEFAULT ''; UPDATE incident SET note = '" NOTE "'",
    "CREATE TABLE copy (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "INSERT INTO copy SELECT id, text FROM body; CREATE INDEX copy_text ON copy (text)",
};
#define MORE (sizeof more / sizeof *more)

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/* This release's steps, and those of the next one behind them. */
static struct schema next_release(void)
{
    size_t own = (size_t)schema_present.version;
    const char **steps = calloc(own + MORE, sizeof *steps);

    if (steps == NULL)
        abort();
    memcpy(steps, schema_present.steps, own * sizeof *steps);
    memcpy(steps + own, more, sizeof more);
    return (struct schema){ steps, (int)(own + MORE) };
}

static void make(const char *directory)
{
    struct store *store;
    char why[STORE_WHY_MAX];
    struct batch *batch = batch_new();

    if (store_open(directory, NOW, &store, why) != STORE_OK)
        fail("make", why);
    for (unsigned i = 1; i <= ROWS; i++) {
        struct stored_incident incident = {
            .incident = { .key = i, .episode = i, .state = INCIDENT_RAISED, .rule = RULE_SESSIONS_DOWN },
            .scope = "/a", .summary = "summary", .notice = "{}" };
        struct stored_delivery delivery = { .id = i, .receiver = "pager", .notice_id = "n", .key = i, .episode = i,
                                            .sequence = 1, .body = NOTE, .body_size = sizeof NOTE };
        batch_put_incident(batch, &incident);
        batch_put_delivery(batch, &delivery);
    }
    if (store_apply(store, batch, why) != STORE_OK)
        fail("make", why);
    batch_free(batch);
    store_close(store);
}

static void count_incident(void *context, const struct stored_incident *row)
{
    *(unsigned *)context += row->incident.state == INCIDENT_RAISED && row->incident.key == row->incident.episode;
}

static void count_delivery(void *context, const struct stored_delivery *row)
{
    *(unsigned *)context += row->key == row->episode;
}

static void expect_rows(const struct store *store, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW ||
        sqlite3_column_int(statement, 0) != ROWS)
        fail("check", sql);
    sqlite3_finalize(statement);
}

static void check(struct store *store)
{
    unsigned incidents = 0, deliveries = 0;

    if (!store_each_incident(store, count_incident, &incidents) || incidents != ROWS)
        fail("check", "incidents");
    if (!store_each_waiting(store, count_delivery, &deliveries) || deliveries != ROWS)
        fail("check", "deliveries");
    expect_rows(store, "SELECT count(*) FROM incident WHERE note = '" NOTE "'");
    expect_rows(store, "SELECT count(*) FROM copy WHERE text = '" NOTE "'");
}

static void next(const char *directory, bool look)
{
    struct schema schema = next_release();
    struct store *store;
    char why[STORE_WHY_MAX];

    if (store_open_as(&schema, directory, NOW, &store, why) != STORE_OK)
        fail("next", why);
    if (look)
        check(store);
    store_close(store);
    free((void *)schema.steps);
}

static void back(const char *directory)
{
    struct store *store;
    char why[STORE_WHY_MAX];

    if (store_open(directory, NOW, &store, why) != STORE_REFUSED)
        fail("back", "it was not refused");
    puts(why);
}

int main(int argc, char **argv)
{
    const char *what = argc == 3 ? argv[1] : "";

    if (strcmp(what, "make") == 0)
        make(argv[2]);
    else if (strcmp(what, "next") == 0 || strcmp(what, "check") == 0)
        next(argv[2], strcmp(what, "check") == 0);
    else if (strcmp(what, "back") == 0)
        back(argv[2]);
    else
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
