/* The history on disk: which lines a question gives and in which order, what a page costs, and what is dropped. */
#include "config.h"

#include "store_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(store_history, .fini = leaks_fail);

#define KEY_ONE 0x0000000000000abcU
#define KEY_TWO 0xfedcba9876543210U

struct found {
    size_t count;
    char texts[256]; /* the first letter of each */
    int64_t wall_ms, id; /* of the last line */
};

static void keep(void *context, const struct stored_history *row)
{
    struct found *found = context;

    cr_assert_lt(found->count, sizeof found->texts - 1);
    found->texts[found->count++] = row->text[0];
    found->wall_ms = row->wall_ms;
    found->id = row->id;
}

static struct history_query everything(void)
{
    return (struct history_query){
        .since_wall_ms = INT64_MIN, .before_wall_ms = INT64_MAX, .before_id = INT64_MAX, .limit = 99
    };
}

static void expect_lines(struct store *store, const struct history_query *query, const char *texts, const char *what)
{
    struct found found = { 0 };

    cr_expect(store_each_history(store, query, keep, &found));
    cr_expect_str_eq(found.texts, texts, "%s: %s", what, found.texts);
}

/* Ten lines; of one key those with odd numbers, and the episode changes in the middle; two share a moment. */
static void put_ten(struct store *store)
{
    struct batch *batch = batch_new();
    char text[16];

    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof text, "%d", i);
        struct stored_history line = bed_line(100 + (i == 6 ? 5 : i), i % 2 == 1 ? "/a" : "/b", text);
        line.key = i % 2 == 1 ? KEY_ONE : 0;
        line.episode = i % 2 == 1 ? 1 + (uint32_t)i / 5 : 0;
        batch_put_history(batch, &line);
    }
    bed_apply(store, batch);
}

Test(store_history, gives_the_newest_first)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    static const struct {
        const char *scope;
        uint64_t key;
        uint32_t episode;
        int64_t since, before;
        uint32_t limit;
        const char *lines, *what;
    } rows[] = {
        { NULL, 0, 0, 0, INT64_MAX, 99, "9876543210", "everything, and of one moment the later line first" },
        { NULL, 0, 0, 0, INT64_MAX, 3, "987", "the limit cuts the oldest" },
        { NULL, 0, 0, 107, INT64_MAX, 99, "987", "lines of that very moment belong to it" },
        { NULL, 0, 0, 0, 103, 99, "210", "those of the last moment do not" },
        { NULL, 0, 0, 103, 107, 2, "65", "from, to and a limit" },
        { "/a", 0, 0, 0, INT64_MAX, 99, "97531", "one scope" },
        { "/a", 0, 0, 104, 109, 99, "75", "one scope, from and to" },
        { "/A", 0, 0, 0, INT64_MAX, 99, "", "scopes are compared as they are" },
        { NULL, KEY_ONE, 0, 0, INT64_MAX, 99, "97531", "one incident" },
        { NULL, KEY_ONE, 2, 0, INT64_MAX, 99, "975", "one episode" },
        { NULL, KEY_ONE, 2, 0, INT64_MAX, 1, "9", "one episode, one line" },
        { NULL, KEY_TWO, 0, 0, INT64_MAX, 99, "", "an incident that nobody knows" },
        { NULL, 0, 0, 0, INT64_MAX, 0, "", "no line was asked for" },
    };

    put_ten(store);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct history_query query = { .scope = rows[i].scope,
                                       .key = rows[i].key,
                                       .episode = rows[i].episode,
                                       .since_wall_ms = rows[i].since,
                                       .before_wall_ms = rows[i].before,
                                       .before_id = rows[i].before == INT64_MAX ? INT64_MAX : INT64_MIN,
                                       .limit = rows[i].limit };
        expect_lines(store, &query, rows[i].lines, rows[i].what);
    }
    store_close(store);
    bed_remove(&bed);
}

Test(store_history, goes_on_behind_any_line)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct history_query query = everything();
    char all[32] = "";

    put_ten(store);
    for (query.limit = 1; query.limit < 5; query.limit++) {
        struct found found = { .count = query.limit };
        query.before_wall_ms = query.before_id = INT64_MAX;
        for (all[0] = '\0'; found.count == query.limit;) {
            found = (struct found){ 0 };
            cr_assert(store_each_history(store, &query, keep, &found));
            strncat(all, found.texts, sizeof all - strlen(all) - 1);
            query.before_wall_ms = found.wall_ms;
            query.before_id = found.id;
        }
        cr_expect_str_eq(all, "9876543210", "%u at a time: each line once, in order: %s", query.limit, all);
    }
    store_close(store);
    bed_remove(&bed);
}

static void same_line(void *context, const struct stored_history *row)
{
    size_t *count = context;

    cr_expect(row->id > 0 && row->wall_ms == BED_NOW && row->episode == 4000000000U && row->key == KEY_TWO);
    cr_expect_str_eq(row->kind, "raised");
    cr_expect_str_eq(row->scope, "/a");
    cr_expect_str_eq(row->circuit, "London \"1\"");
    cr_expect(row->rule == RULE_REDUNDANCY_LOST && row->severity == SEVERITY_CRITICAL);
    cr_expect(row->subject.peering == PEERING_MICROSOFT && row->subject.path == PATH_SECONDARY &&
              row->subject.family == FAMILY_IPV6 && row->subject.feature == FEATURE_ARP);
    cr_expect_str_eq(row->item, "hub");
    cr_expect_str_eq(row->who, "o'brien");
    cr_expect_str_eq(row->quiet, "silenced");
    cr_expect_eq(row->lasted_ms, 77);
    cr_expect_str_eq(row->text, "it's; DROP TABLE history --");
    ++*count;
}

Test(store_history, reads_back_what_was_put)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    size_t count = 0;
    struct stored_history line = { .wall_ms = BED_NOW,
                                   .kind = "raised",
                                   .scope = "/a",
                                   .circuit = "London \"1\"",
                                   .key = KEY_TWO,
                                   .episode = 4000000000U,
                                   .rule = RULE_REDUNDANCY_LOST,
                                   .severity = SEVERITY_CRITICAL,
                                   .subject = { PEERING_MICROSOFT, PATH_SECONDARY, FAMILY_IPV6, FEATURE_ARP, 0 },
                                   .item = "hub",
                                   .who = "o'brien",
                                   .quiet = "silenced",
                                   .lasted_ms = 77,
                                   .text = "it's; DROP TABLE history --" };

    batch_put_history(batch, &line);
    bed_apply(store, batch);
    cr_expect(bed_lines(store, "/a", same_line, &count));
    cr_expect_eq(count, 1);
    store_close(store);
    bed_remove(&bed);
}

static void expect_done(void *context, const struct stored_history *row)
{
    struct stored_incident incident = bed_incident(KEY_TWO);
    size_t *count = context;

    if (strcmp(row->kind, "delivered") != 0)
        return;
    cr_expect(row->key == KEY_TWO && row->episode == 4 && row->wall_ms == BED_NOW + 1 && row->lasted_ms == -1);
    cr_expect_str_eq(row->scope, incident.scope);
    cr_expect_str_eq(row->circuit, "London 1", "as in the last line about it");
    cr_expect(row->rule == incident.incident.rule && row->severity == incident.incident.severity);
    cr_expect(row->subject.path == PATH_SECONDARY && strcmp(row->item, incident.item) == 0);
    cr_expect_str_eq(row->who, "pager");
    cr_expect_str_eq(row->text, "pager took it");
    ++*count;
}

Test(store_history, completes_a_line_about_an_incident)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct stored_incident incident = bed_incident(KEY_TWO);
    struct stored_history raised = bed_line(BED_NOW, incident.scope, "London 1: down");
    struct stored_history done = { .wall_ms = BED_NOW + 1,
                                   .kind = "delivered",
                                   .key = KEY_TWO,
                                   .episode = 4,
                                   .who = "pager",
                                   .text = "pager took it" };
    size_t count = 0;

    raised.key = KEY_TWO;
    raised.episode = 4;
    raised.circuit = "London 1";
    batch_put_incident(batch, &incident);
    batch_put_history(batch, &raised);
    batch_put_history_of(batch, &done);
    done.key = KEY_ONE;
    batch_put_history_of(batch, &done); /* nobody knows that one: no line */
    bed_apply(store, batch);
    cr_expect(bed_lines(store, NULL, expect_done, &count));
    cr_expect_eq(count, 1);
    store_close(store);
    bed_remove(&bed);
}

/* ---- what it costs, and what is dropped ---- */

/* @p count lines, one a second, up to @p last_wall_ms. */
static void put_many(struct store *store, uint32_t count, int64_t last_wall_ms)
{
    struct batch *batch = batch_new();
    static const char text[] = "lon-1: the private peering has lost its secondary session (BGP down since 03:12)";

    for (uint32_t i = 0; i < count; i++) {
        struct stored_history line = bed_line(last_wall_ms - (int64_t)(count - 1 - i) * 1000,
                                              "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/net/"
                                              "providers/microsoft.network/expressroutecircuits/lon-1",
                                              text);
        line.kind = i % 2 == 0 ? "raised" : "delivered";
        line.circuit = "lon-1";
        line.key = KEY_ONE;
        line.episode = 1 + i / 4;
        batch_put_history(batch, &line);
    }
    bed_apply(store, batch);
}

static void count_line(void *context, const struct stored_history *row)
{
    struct found *found = context;

    found->count++;
    found->wall_ms = row->wall_ms;
    found->id = row->id;
}

static size_t count_lines(struct store *store, int64_t *oldest)
{
    struct history_query query = everything();
    struct found found = { 0 };

    query.limit = UINT32_MAX;
    cr_assert(store_each_history(store, &query, count_line, &found));
    *oldest = found.wall_ms;
    return found.count;
}

/* How many calls it takes until nothing more is to be dropped. */
static unsigned prune(struct store *store, struct store_bounds bounds)
{
    char why[STORE_WHY_MAX] = "";
    bool more = true;
    unsigned calls = 0;

    for (; more; calls++)
        cr_assert_eq(store_prune(store, &bounds, &more, why), STORE_OK, "%s", why);
    return calls;
}

Test(store_history, drops_by_age_and_by_number)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    uint32_t count = 2 * STORE_PRUNE_MOST + 500;
    int64_t oldest = 0;

    put_many(store, count, BED_NOW);
    cr_expect_eq(prune(store, (struct store_bounds){ INT64_MIN, INT64_MIN, count }), 1);
    cr_expect_eq(count_lines(store, &oldest), count, "within its bounds nothing goes");

    cr_expect_eq(prune(store, (struct store_bounds){ BED_NOW - 999 * 1000, INT64_MIN, count }), 2,
                 "a piece at a time, %d lines each", STORE_PRUNE_MOST);
    cr_expect_eq(count_lines(store, &oldest), 1000);
    cr_expect_eq(oldest, BED_NOW - 999 * 1000);

    cr_expect_eq(prune(store, (struct store_bounds){ INT64_MIN, INT64_MIN, 300 }), 1);
    cr_expect_eq(count_lines(store, &oldest), 300, "the newest stay, however young the others are");
    cr_expect_eq(oldest, BED_NOW - 299 * 1000);
    store_close(store);
    bed_remove(&bed);
}

Test(store_history, drops_deliveries_by_number_but_none_that_waits)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    sqlite3 *db;
    sqlite3_stmt *statement;
    char path[PATH_MAX];

    for (int64_t id = 1; id <= 20; id++) {
        struct stored_delivery delivery = bed_delivery(id);
        batch_put_delivery(batch, &delivery);
        if (id > 2)
            batch_delivery_done(batch, id, DELIVERY_DONE, BED_NOW);
    }
    bed_apply(store, batch);
    cr_expect_eq(prune(store, (struct store_bounds){ INT64_MIN, INT64_MIN, 10 }), 1);
    store_close(store);
    cr_assert_eq(sqlite3_open(bed_path(&bed, "erwatch.db", path), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT count(*), min(id), sum(state = 0),"
                                        " (SELECT count(*) FROM body WHERE id > 2) FROM delivery",
                                    -1, &statement, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    cr_expect_eq(sqlite3_column_int(statement, 0), 12);
    cr_expect_eq(sqlite3_column_int(statement, 1), 1, "what waits stays, however old");
    cr_expect_eq(sqlite3_column_int(statement, 2), 2);
    cr_expect_eq(sqlite3_column_int(statement, 3), 0, "what was delivered has no text any more");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    bed_remove(&bed);
}

/* An estate that comes and goes all day: for each piece of lines that comes, one piece goes. */
Test(store_history, does_not_grow_beyond_its_bound)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct store_bounds bounds = { INT64_MIN, INT64_MIN, 3000 };
    char why[STORE_WHY_MAX], path[PATH_MAX];
    struct stat status;
    off_t size = 0;
    int64_t oldest;
    bool more;

    for (int round = 0; round < 20; round++) {
        put_many(store, 1000, BED_NOW + round * 1000000LL);
        cr_assert_eq(store_prune(store, &bounds, &more, why), STORE_OK);
        cr_expect_leq(count_lines(store, &oldest), 3000, "round %d", round);
        cr_assert_eq(stat(bed_path(&bed, "erwatch.db", path), &status), 0);
        if (round < 8)
            size = status.st_size;
    }
    cr_expect_leq(status.st_size, size + size / 10, "the room of what went is used again: %ld, then %ld bytes",
                  (long)size, (long)status.st_size);
    cr_expect_leq(size, 4000 * 700, "and a line takes half a KB or so: %ld bytes", (long)size);
    store_close(store);
    bed_remove(&bed);
}

/* A page must cost what it shows, so each question walks an index in its order, and sorts nothing. */
Test(store_history, walks_an_index)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    sqlite3 *db;
    sqlite3_stmt *statement;
    char path[PATH_MAX], sql[512];
    static const struct { const char *where, *index; } rows[] = {
        { "1", "history_time" },
        { "scope = ?5", "history_scope" },
        { "key = ?5 AND key <> '0000000000000000'", "history_key" },
        { "key = ?5 AND key <> '0000000000000000' AND episode = ?6", "history_key" },
    };

    store_close(store);
    cr_assert_eq(sqlite3_open(bed_path(&bed, "erwatch.db", path), &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN SELECT * FROM history WHERE %s AND wall_ms >= ?1"
                 " AND (wall_ms, id) < (?2, ?3) ORDER BY wall_ms DESC, id DESC LIMIT ?4", rows[i].where);
        cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
        cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
        const char *plan = (const char *)sqlite3_column_text(statement, 3);
        cr_expect(strstr(plan, "SEARCH") != NULL && strstr(plan, rows[i].index) != NULL, "%s: %s", rows[i].where, plan);
        cr_expect_eq(sqlite3_step(statement), SQLITE_DONE, "%s: %s", rows[i].where,
                     (const char *)sqlite3_column_text(statement, 3));
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    bed_remove(&bed);
}
