/*
 * Opening and closing. A database that lies there is checked as a whole before anything of it is believed; a damaged
 * one is set aside and a fresh one takes its place, because a watch that starts without its memory is better than
 * none. A fresh one is made under another name and renamed when it is whole, so a file of ours without tables is
 * always damage.
 */
#include "store/database.h"

#include "store/schema.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One thread at a time, no links; a missing file is not made here. */
#define OPEN_FLAGS (SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE)

/* A row larger than this was not written by us. */
#define ROW_MOST (16 * 1024 * 1024)

/* Bodies of notices have two to three kilobytes: in pages of four, a third of the room would be lost. */
#define PAGE_SIZE "8192"

/* The log goes into the database every two megabytes, and is cut back to eight after a burst. */
#define PRAGMAS \
    "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -256;" \
    "PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 8388608; PRAGMA busy_timeout = 0;" \
    "PRAGMA wal_autocheckpoint = 256"

/* Is it the surroundings that fail (disk, rights, memory, another program) and not what is in the file? */
static bool surroundings_fail(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_IOERR:
        return rc != SQLITE_IOERR_SHORT_READ && rc != SQLITE_IOERR_CORRUPTFS;
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY: /* a file that could not be written was found out before; this is a moment's trouble */
        return true;
    default:
        return false;
    }
}

/* The result of an answer of SQLite, and a sentence. */
static enum store_result judge(const struct store *store, int rc, char why[STORE_WHY_MAX])
{
    if (rc == SQLITE_OK)
        return STORE_OK;
    bool its_own = store->db != NULL && sqlite3_errcode(store->db) == rc; /* else it is our finding, not SQLite's */
    const char *said = its_own ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc);
    int error = its_own ? sqlite3_system_errno(store->db) : 0;
    if (!surroundings_fail(rc)) {
        explain(why, "%s", said);
        return STORE_DAMAGED;
    }
    explain(why, "The database %s/%s could not be opened: %s%s%s.", store->folder.path, DATABASE_NAME, said,
            error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
    return STORE_FAILED;
}

static void close_database(struct store *store)
{
    store_finalize(store);
    int rc = sqlite3_close(store->db);
    assert(rc == SQLITE_OK); /* nothing of it is in use any more */
    (void)rc;
    store->db = NULL;
}

/* @param alone  no other program can read along; that needs no file beside the database and its log */
static int open_database(struct store *store, const char *name, bool alone)
{
    char path[PATH_MAX];

    if (!folder_path(&store->folder, name, path))
        return SQLITE_CANTOPEN;
    int rc = sqlite3_open_v2(path, &store->db, OPEN_FLAGS, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, ROW_MOST);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* this one first: it counts when the log is opened */
    if (alone)
        rc = sqlite3_exec(store->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    return rc == SQLITE_OK ? sqlite3_exec(store->db, PRAGMAS, NULL, NULL, NULL) : rc;
}

/* The first row of a statement equals a text? SQLITE_CORRUPT when not. */
static int expect_text(sqlite3 *db, const char *sql, const char *expected)
{
    sqlite3_stmt *statement;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        rc = text != NULL && strcmp(text, expected) == 0 ? SQLITE_OK : SQLITE_CORRUPT;
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
}

/* Check, bring up to date and prepare the open database. */
static int take_in(struct store *store, int version)
{
    int rc = expect_text(store->db, "PRAGMA integrity_check(1)", "ok");

    if (rc == SQLITE_OK)
        rc = expect_text(store->db, "PRAGMA journal_mode = WAL", "wal");
    if (rc == SQLITE_OK)
        rc = schema_migrate(store->db, store->schema, version);
    if (rc == SQLITE_OK)
        rc = store_prepare(store);
    return rc == SQLITE_OK ? store_check_rows(store) : rc;
}

/* Can we write it at all? Asked of the system, so that SQLite's "read-only" can only mean what the file says. */
static bool writable(const struct store *store, char why[STORE_WHY_MAX])
{
    int file = openat(store->folder.fd, DATABASE_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

    if (file < 0) {
        explain(why, "The database %s/%s could not be opened: %s.", store->folder.path, DATABASE_NAME, strerror(errno));
        return false;
    }
    (void)close(file);
    return true;
}

/* A newer release's? Else check it and make it ready. */
static int open_and_take_in(struct store *store, bool alone, int *version)
{
    int rc = open_database(store, DATABASE_NAME, alone);

    if (rc == SQLITE_OK && sqlite3_db_readonly(store->db, "main") == 1)
        rc = SQLITE_CORRUPT;
    if (rc == SQLITE_OK)
        rc = schema_read_version(store->db, version);
    return rc == SQLITE_OK && *version <= store->schema->version ? take_in(store, *version) : rc;
}

static enum store_result open_existing(struct store *store, char why[STORE_WHY_MAX])
{
    int version = 0;

    if (!writable(store, why))
        return STORE_FAILED;
    int rc = open_and_take_in(store, false, &version);
    if (rc == SQLITE_FULL || rc == SQLITE_IOERR_SHMSIZE || rc == SQLITE_IOERR_SHMOPEN) {
        /* a full disk has no room for the index that programs share; alone we need none, and can read what is known */
        close_database(store);
        rc = open_and_take_in(store, true, &version);
    }
    enum store_result result = judge(store, rc, why);
    if (result == STORE_OK && version > store->schema->version) {
        explain(why, "The database %s/%s was written by a newer release (version %d, this one knows %d): install that "
                     "release again, or move the file away.",
                store->folder.path, DATABASE_NAME, version, store->schema->version);
        result = STORE_REFUSED;
    }
    if (result != STORE_OK)
        close_database(store);
    return result;
}

/* An empty file of the right mode; SQLite gives the mode on to the log. */
static bool make_file(const struct store *store, char why[STORE_WHY_MAX])
{
    int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int file = openat(store->folder.fd, DATABASE_NEW_NAME, flags, 0600);

    if (file < 0) {
        explain(why, "A new database in %s could not be made: %s.", store->folder.path, strerror(errno));
        return false;
    }
    (void)close(file);
    return true;
}

/* A whole, empty database under the name for new ones. */
static enum store_result make_new(struct store *store, char why[STORE_WHY_MAX])
{
    folder_drop_new(&store->folder);
    if (!make_file(store, why))
        return STORE_FAILED;
    int rc = open_database(store, DATABASE_NEW_NAME, true);
    /* no journal file: until it is renamed nobody misses it */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(store->db, "PRAGMA page_size = " PAGE_SIZE, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = expect_text(store->db, "PRAGMA journal_mode = MEMORY", "memory");
    if (rc == SQLITE_OK)
        rc = schema_migrate(store->db, store->schema, 0);
    enum store_result result = judge(store, rc, why);
    close_database(store);
    if (result == STORE_OK)
        return STORE_OK;
    folder_drop_new(&store->folder);
    return STORE_FAILED;
}

static enum store_result adopt_and_open(struct store *store, char why[STORE_WHY_MAX])
{
    return folder_adopt_new(&store->folder, why) ? open_existing(store, why) : STORE_FAILED;
}

/*
 * Set aside what is damaged and start anew; what there is stays in its place until a new one is ready for it.
 *
 * @param why  at first what the damage is
 */
static enum store_result replace_damaged(struct store *store, int64_t now_wall_ms, char why[STORE_WHY_MAX])
{
    char damage[160], trouble[STORE_WHY_MAX], aside[ASIDE_MAX];

    snprintf(damage, sizeof damage, "%.*s", (int)sizeof damage - 1, why);
    enum store_result result = make_new(store, trouble);
    if (result == STORE_OK && !folder_set_aside(&store->folder, now_wall_ms, aside, trouble))
        result = STORE_FAILED;
    if (result == STORE_OK)
        result = adopt_and_open(store, trouble);
    if (result != STORE_OK) { /* if the new one is damaged at once, it is the disk */
        explain(why, "The database %s/%s is damaged (%s). %s", store->folder.path, DATABASE_NAME, damage, trouble);
        return STORE_FAILED;
    }
    explain(why, "The database %s/%s was damaged (%s); it is kept as %s. Open incidents and notices that waited are "
                 "forgotten.",
            store->folder.path, DATABASE_NAME, damage, aside);
    return STORE_DAMAGED;
}

static enum store_result open_or_make(struct store *store, int64_t now_wall_ms, char why[STORE_WHY_MAX])
{
    enum store_result result;

    if (folder_has(&store->folder, DATABASE_NAME)) {
        result = open_existing(store, why);
    } else if (folder_has_remains(&store->folder)) {
        explain(why, "only its log is left");
        result = STORE_DAMAGED;
    } else {
        result = make_new(store, why);
        if (result == STORE_OK)
            result = adopt_and_open(store, why);
    }
    return result == STORE_DAMAGED ? replace_damaged(store, now_wall_ms, why) : result;
}

enum store_result store_open_as(const struct schema *schema, const char *directory, int64_t now_wall_ms,
                                struct store **out, char why[STORE_WHY_MAX])
{
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL)
        abort();
    store->schema = schema;
    enum store_result result = folder_open(&store->folder, directory, why);
    if (result != STORE_OK) {
        free(store);
        return result;
    }
    result = open_or_make(store, now_wall_ms, why);
    if (result == STORE_OK || result == STORE_DAMAGED)
        *out = store;
    else
        store_close(store);
    return result;
}

enum store_result store_open(const char *directory, int64_t now_wall_ms, struct store **out, char why[STORE_WHY_MAX])
{
    return store_open_as(&schema_present, directory, now_wall_ms, out, why);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->db != NULL)
        close_database(store);
    folder_close(&store->folder);
    free(store);
}
