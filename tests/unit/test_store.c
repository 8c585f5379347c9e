/* What is put is read back, what is finished goes, what must stay stays; failures of the disk leave all as it was. */
#include "config.h"

#include "store_bed.h"

#include "leaks.h"
#include "store/table.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(store, .fini = leaks_fail);

#define ROWS_MAX 64

/* Everything that was read, with copies of a few texts. */
struct found {
    size_t incidents, memories, deliveries, lines;
    struct incident incident[ROWS_MAX];
    struct stored_delivery delivery[ROWS_MAX];
    char text[ROWS_MAX][64];
};

static void keep_incident(void *context, const struct stored_incident *row)
{
    struct found *found = context;

    cr_assert_lt(found->incidents, ROWS_MAX);
    snprintf(found->text[found->incidents], sizeof found->text[0], "%s", row->summary);
    found->incident[found->incidents++] = row->incident;
}

static void keep_delivery(void *context, const struct stored_delivery *row)
{
    struct found *found = context;

    cr_assert_lt(found->deliveries, ROWS_MAX);
    found->delivery[found->deliveries++] = *row;
}

static void keep_line(void *context, const struct stored_history *row)
{
    struct found *found = context;

    cr_assert_lt(found->lines, ROWS_MAX);
    snprintf(found->text[found->lines++], sizeof found->text[0], "%s", row->text);
}

static void same_incident(void *context, const struct stored_incident *row)
{
    struct stored_incident put = bed_incident(row->incident.key);
    size_t *count = context;

    cr_expect_eq(row->incident.event, put.incident.event);
    for (size_t i = 0; i < tables[TABLE_INCIDENT].count; i++) {
        const struct column *column = &tables[TABLE_INCIDENT].column[i];
        if (column->kind == COLUMN_TEXT)
            cr_expect_str_eq(column_get_text(column, row), column_get_text(column, &put), "%s", column->name);
        else if (column->kind == COLUMN_NUMBER)
            cr_expect_eq(column_get(column, row), column_get(column, &put), "%s", column->name);
    }
    cr_expect(row->incident.since_mono.ms == INT64_MAX && row->incident.basis.ms == INT64_MIN, "the clock began anew");
    ++*count;
}

static void same_memory(void *context, const struct stored_memory *row)
{
    struct stored_memory put = bed_memory("/a");
    size_t *count = context;

    cr_expect_str_eq(row->circuit, put.circuit);
    cr_expect_str_eq(row->words, put.words);
    cr_expect(row->memory.seen && !row->memory.provisioned && row->memory.provider_owns);
    cr_expect_eq(row->memory.first_wall_ms, put.memory.first_wall_ms);
    cr_expect_eq(row->memory.left_wall_ms, put.memory.left_wall_ms);
    cr_expect_eq(row->memory.odd_bandwidth, put.memory.odd_bandwidth);
    cr_expect_eq(row->memory.odd_expected, put.memory.odd_expected);
    ++*count;
}

static void same_delivery(void *context, const struct stored_delivery *row)
{
    struct stored_delivery put = bed_delivery(row->id);
    size_t *count = context;

    cr_expect_str_eq(row->receiver, put.receiver);
    cr_expect_str_eq(row->notice_id, put.notice_id);
    cr_expect(row->body == NULL && row->body_size == put.body_size, "the body is read apart");
    cr_expect_eq(row->key, put.key);
    cr_expect(row->episode == put.episode && row->sequence == put.sequence && row->attempts == put.attempts);
    cr_expect(row->event == put.event && row->severity == put.severity && row->state == put.state);
    cr_expect(row->created_wall_ms == put.created_wall_ms && row->attempted_wall_ms == put.attempted_wall_ms);
    cr_expect(row->fell == put.fell && row->minimal == put.minimal && row->place == put.place);
    ++*count;
}

/* @param text  NULL: it has none */
static void expect_body(struct store *store, int64_t id, int64_t other, const char *text, const char *what)
{
    char why[STORE_WHY_MAX] = "not touched";
    char *body = store_read_body(store, id, other, why);

    cr_expect_eq(body != NULL, text != NULL, "%s", what);
    if (body != NULL && text != NULL)
        cr_expect_str_eq(body, text, "%s", what);
    cr_expect_str_eq(why, "", "%s", what);
    free(body);
}

Test(store, reads_back_what_was_put)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct stored_incident one = bed_incident(0x00000000000000ab), two = bed_incident(UINT64_MAX);
    struct stored_delivery first = bed_delivery(41), second = bed_delivery(42);
    struct stored_memory memory = bed_memory("/a");
    size_t incidents = 0, memories = 0, deliveries = 0;

    cr_expect(batch_empty(batch));
    batch_put_incident(batch, &one);
    batch_put_incident(batch, &two);
    batch_put_incident(batch, &two); /* again: still one row */
    batch_put_memory(batch, &memory);
    batch_put_delivery(batch, &second);
    batch_put_delivery(batch, &first);
    cr_expect_not(batch_empty(batch));
    bed_apply(store, batch);
    store_close(store);

    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_incident(store, same_incident, &incidents));
    cr_expect(store_each_memory(store, same_memory, &memories));
    cr_expect(store_each_waiting(store, same_delivery, &deliveries));
    cr_expect(incidents == 2 && memories == 1 && deliveries == 2);
    expect_body(store, 41, 41, first.body, "the body of a delivery");
    expect_body(store, 43, 43, NULL, "of none");
    store_close(store);
    bed_remove(&bed);
}

Test(store, copies_texts_into_the_batch)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    char text[] = "first";
    char *large = malloc(100000);
    struct found found = { 0 };

    memset(large, 'x', 99999);
    large[99999] = '\0';
    struct stored_history first = bed_line(1, "/a", text), second = bed_line(2, NULL, NULL); /* NULL counts as "" */
    first.kind = large;
    second.kind = NULL;
    batch_put_history(batch, &first);
    memcpy(text, "other", sizeof text);
    memset(large, 'y', 99999);
    batch_put_history(batch, &second);
    free(large);
    bed_apply(store, batch);
    cr_expect(bed_lines(store, NULL, keep_line, &found));
    cr_expect_eq(found.lines, 2);
    cr_expect_str_eq(found.text[0], "");
    cr_expect_str_eq(found.text[1], "first");
    store_close(store);
    bed_remove(&bed);
}

Test(store, delivers_in_order_and_drops_what_is_done)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct found found = { 0 };

    cr_expect_eq(store_last_delivery(store), 0, "none was given yet");
    for (int64_t id = 5; id >= 1; id--) {
        struct stored_delivery delivery = bed_delivery(id);
        batch_put_delivery(batch, &delivery);
    }
    batch_delivery_attempt(batch, 2, 9, BED_NOW + 77);
    batch_delivery_done(batch, 3, DELIVERY_DONE, BED_NOW);
    batch_delivery_done(batch, 5, DELIVERY_OVERTAKEN, BED_NOW);
    bed_apply(store, batch);
    cr_expect(store_each_waiting(store, keep_delivery, &found));
    cr_assert_eq(found.deliveries, 3);
    cr_expect(found.delivery[0].id == 1 && found.delivery[1].id == 2 && found.delivery[2].id == 4);
    cr_expect(found.delivery[1].attempts == 9 && found.delivery[1].attempted_wall_ms == BED_NOW + 77);

    bed_prune(store, BED_NOW + 1);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    cr_expect_eq(store_last_delivery(store), 5, "an id is never given twice, even when its row is gone");
    store_close(store);
    bed_remove(&bed);
}

Test(store, keeps_a_body_for_as_long_as_its_delivery_waits)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct stored_delivery one = bed_delivery(1), copy = bed_delivery(2), two = bed_delivery(3);

    one.body = "{1}";
    copy.body = NULL;
    two.body = "{3}";
    batch_put_delivery(batch, &one);
    batch_put_delivery(batch, &two);
    bed_apply(store, batch);
    expect_body(store, 2, 1, "{1}", "a copy that has not been written yet is read where it comes from");
    batch = batch_new();
    batch_put_delivery(batch, &copy);
    batch_copy_body(batch, 2, 1);
    batch_delivery_done(batch, 1, DELIVERY_DONE, BED_NOW);
    bed_apply(store, batch);
    expect_body(store, 1, 1, NULL, "what was taken has none any more");
    expect_body(store, 2, 1, "{1}", "its copy has it");
    one.body = NULL;
    batch = batch_new();
    batch_begin_picture(batch, BED_NOW);
    batch_put_delivery(batch, &copy); /* as one whose body is only on the disk */
    batch_copy_body(batch, 2, 1);
    batch_put_delivery(batch, &one);
    batch_copy_body(batch, 1, 3);
    batch_end_picture(batch);
    bed_apply(store, batch);
    expect_body(store, 2, 2, "{1}", "a picture leaves it where it is, though there is nothing to copy");
    expect_body(store, 1, 1, "{3}", "one that the picture alone knows gets it from one that it does not name");
    expect_body(store, 3, 3, NULL, "which has none then");
    store_close(store);
    bed_remove(&bed);
}

Test(store, takes_a_picture_for_everything)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct found found = { 0 };

    for (int64_t id = 1; id <= 3; id++) {
        struct stored_delivery delivery = bed_delivery(id);
        struct stored_incident incident = bed_incident((uint64_t)id);
        incident.incident.state = INCIDENT_RAISED;
        batch_put_delivery(batch, &delivery);
        batch_put_incident(batch, &incident);
    }
    bed_apply(store, batch);
    batch = batch_new();
    batch_begin_picture(batch, BED_NOW);
    struct stored_delivery delivery = bed_delivery(2);
    struct stored_incident incident = bed_incident(2);
    incident.incident.state = INCIDENT_RAISED;
    batch_put_delivery(batch, &delivery);
    batch_put_incident(batch, &incident);
    bed_apply(store, batch);
    cr_expect(store_each_waiting(store, keep_delivery, &found));
    cr_expect(found.deliveries == 1 && found.delivery[0].id == 2, "what is not in the picture is done");
    cr_expect(store_each_incident(store, keep_incident, &found));
    cr_assert_eq(found.incidents, 3, "episode numbers are kept");
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(found.incident[i].state,
                     found.incident[i].key == 2 ? INCIDENT_RAISED : INCIDENT_CLEARED, "incident %zu", i);
    store_close(store);
    bed_remove(&bed);
}

static void name_found(void *context, const struct stored_found *row)
{
    char *text = context;
    size_t used = strlen(text);

    (void)snprintf(text + used, 256 - used, "%s=%s %lld/%lld;", row->circuit, row->id, (long long)row->found_wall_ms,
                   (long long)row->missing_wall_ms);
}

Test(store, keeps_what_was_discovered_until_it_is_forgotten)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    char text[256] = "";

    batch_put_found(batch, &(struct stored_found){ "/b", "/B", 1, 0 });
    batch_put_found(batch, &(struct stored_found){ "/a", "/A", 2, 0 });
    batch_put_found(batch, &(struct stored_found){ "/c", "/C", 3, 0 });
    batch_put_found(batch, &(struct stored_found){ "/a", "/A", 2, 7 });
    batch_forget_found(batch, "/c");
    bed_apply(store, batch);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_found(store, name_found, text));
    cr_expect_str_eq(text, "/a=/A 2/7;/b=/B 1/0;");
    batch = batch_new();
    batch_begin_picture(batch, BED_NOW);
    batch_put_found(batch, &(struct stored_found){ "/b", "/B", 1, 0 });
    bed_apply(store, batch);
    *text = '\0';
    cr_expect(store_each_found(store, name_found, text));
    cr_expect_str_eq(text, "/b=/B 1/0;", "what is not in the picture is gone");
    store_close(store);
    bed_remove(&bed);
}

static void name_digest(void *context, const struct stored_digest *row)
{
    char *text = context;
    size_t used = strlen(text);

    (void)snprintf(text + used, 256 - used, "%s %u %lld %lld %lld %llx;", row->receiver, row->number,
                   (long long)row->made_wall_ms, (long long)row->upto, (long long)row->left_out,
                   (unsigned long long)row->place);
}

Test(store, keeps_how_far_digests_have_come)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    char text[256] = "";

    batch_put_digest(batch, &(struct stored_digest){ "weekly", 1, -5, 0, 0, 1 });
    batch_put_digest(batch, &(struct stored_digest){ "daily", 1, 10, 7, 3, 2 });
    batch_put_digest(batch, &(struct stored_digest){ "gone", 1, 10, 7, 3, 3 });
    batch_put_digest(batch, &(struct stored_digest){ "daily", UINT32_MAX, BED_NOW, 9, 0, 0xab });
    batch_forget_digest(batch, "gone");
    bed_apply(store, batch);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_digest(store, name_digest, text));
    char expected[128];
    snprintf(expected, sizeof expected, "daily 4294967295 %lld 9 0 ab;weekly 1 -5 0 0 1;", (long long)BED_NOW);
    cr_expect_str_eq(text, expected);
    batch = batch_new();
    batch_begin_picture(batch, BED_NOW);
    batch_put_digest(batch, &(struct stored_digest){ "weekly", 2, 6, 0, 0, 1 });
    bed_apply(store, batch);
    *text = '\0';
    cr_expect(store_each_digest(store, name_digest, text));
    cr_expect_str_eq(text, "weekly 2 6 0 0 1;", "what is not in the picture is gone");
    store_close(store);
    bed_remove(&bed);
}

static void name_silence(void *context, const struct stored_silence *row)
{
    char *text = context;
    size_t used = strlen(text);

    (void)snprintf(text + used, 256 - used, "%lld %lld-%lld %s(%lld) %s %s;", (long long)row->id,
                   (long long)row->from_wall_ms, (long long)row->to_wall_ms, row->who, (long long)row->uid, row->why,
                   row->match);
}

Test(store, keeps_silences_until_they_are_forgotten_and_their_numbers_for_ever)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    char text[256] = "";

    cr_expect_eq(store_last_silence(store), 0);
    batch_put_silence(batch, &(struct stored_silence){ 1, 10, 20, 1000, "ada", "x", "{}" });
    batch_put_silence(batch, &(struct stored_silence){ 2, 11, 21, 0, "root", "y", "{}" });
    batch_put_silence(batch, &(struct stored_silence){ 3, 12, 22, UINT32_MAX, "bob", "z", "{}" });
    batch_forget_silence(batch, 3);
    bed_apply(store, batch);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_silence(store, name_silence, text));
    cr_expect_str_eq(text, "1 10-20 ada(1000) x {};2 11-21 root(0) y {};");
    cr_expect_eq(store_last_silence(store), 3, "a number is not given again");
    batch = batch_new();
    batch_begin_picture(batch, BED_NOW);
    batch_put_silence(batch, &(struct stored_silence){ 2, 11, 21, 0, "root", "y", "{}" });
    bed_apply(store, batch);
    *text = '\0';
    cr_expect(store_each_silence(store, name_silence, text));
    cr_expect_str_eq(text, "2 11-21 root(0) y {};", "what is not in the picture is gone");
    store_close(store);
    bed_remove(&bed);
}

Test(store, keeps_episode_numbers_for_ever)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = batch_new();
    struct stored_incident fresh = bed_incident(1), raised_before = bed_incident(2), cleared = bed_incident(3);
    struct stored_incident still_open = bed_incident(4);
    struct found found = { 0 };

    fresh.incident.episode = 0;
    fresh.incident.state = raised_before.incident.state = INCIDENT_PENDING;
    cleared.incident.state = INCIDENT_CLEARED;
    cleared.incident.cleared_wall_ms = BED_NOW - 1000;
    batch_put_incident(batch, &fresh);
    batch_put_incident(batch, &raised_before);
    batch_put_incident(batch, &cleared);
    batch_put_incident(batch, &still_open);
    batch_forget_incident(batch, 1);
    batch_forget_incident(batch, 2);
    batch_forget_incident(batch, 99); /* never was */
    bed_apply(store, batch);
    bed_prune(store, BED_NOW);

    cr_expect(store_each_incident(store, keep_incident, &found));
    cr_assert_eq(found.incidents, 3, "only the one that was never raised is gone");
    cr_expect(found.incident[0].key == 2 && found.incident[0].state == INCIDENT_CLEARED);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(found.incident[i].episode, 4, "row %zu", i);
    cr_expect_str_eq(found.text[1], "", "the text of what cleared long ago is gone");
    cr_expect_str_neq(found.text[2], "", "what is open keeps it");
    store_close(store);
    bed_remove(&bed);
}

static void execute(const struct bed *bed, const char *sql)
{
    char path[PATH_MAX];
    sqlite3 *db;

    cr_assert_eq(sqlite3_open(bed_path(bed, "erwatch.db", path), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

Test(store, refuses_a_newer_release)
{
    struct bed bed;
    struct store *store = NULL;
    char why[STORE_WHY_MAX];
    bed_make(&bed);
    store_close(bed_open(&bed, STORE_OK));
    execute(&bed, "PRAGMA user_version = 1000; UPDATE release SET version = 1000");

    cr_expect_eq(store_open(bed.directory, BED_NOW, &store, why), STORE_REFUSED);
    cr_expect_not_null(strstr(why, "newer release"), "%s", why);
    cr_expect_null(store);
    cr_expect_eq(bed_count(&bed, "erwatch.db.damaged"), 0, "it is left where it is");
    execute(&bed, "PRAGMA user_version = 1; UPDATE release SET version = 1");
    store_close(bed_open(&bed, STORE_OK));
    bed_remove(&bed);
}

/* Values that only the disk can have put there. */
Test(store, sets_impossible_rows_aside)
{
    static const char *const rows[] = {
        "UPDATE incident SET state = 0", "UPDATE incident SET state = 9", "UPDATE incident SET severity = 4",
        "UPDATE incident SET rule = 300", "UPDATE incident SET path = -1", "UPDATE incident SET suppressed_scope = 7",
        "UPDATE incident SET key = '00000000000000AB'", "UPDATE incident SET key = 'ab'",
        "UPDATE incident SET episode = 4294967296", "UPDATE memory SET seen = 7", "UPDATE delivery SET event = 7",
        "UPDATE sqlite_sequence SET seq = -5", "PRAGMA user_version = 3", "DELETE FROM release", "DROP TABLE history",
        "ALTER TABLE incident RENAME COLUMN owner TO ower", "PRAGMA user_version = 0",
    };
    struct stored_incident incident = bed_incident(0xab);
    struct stored_delivery delivery = bed_delivery(1);
    struct stored_memory memory = bed_memory("/a");
    struct bed bed;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bed_make(&bed);
        struct store *store = bed_open(&bed, STORE_OK);
        struct batch *batch = batch_new();
        batch_put_incident(batch, &incident);
        batch_put_delivery(batch, &delivery);
        batch_put_memory(batch, &memory);
        bed_apply(store, batch);
        store_close(store);
        execute(&bed, rows[i]);
        store_close(bed_open(&bed, STORE_DAMAGED));
        cr_expect_eq(bed_count(&bed, "erwatch.db.damaged-20261121T100000Z"), 1, "%s", rows[i]);
        store_close(bed_open(&bed, STORE_OK));
        bed_remove(&bed);
    }
}

Test(store, leaves_rules_of_a_newer_release_alone)
{
    struct bed bed;
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);
    struct stored_incident incident = bed_incident(7);
    struct batch *batch = batch_new();
    struct found found = { 0 };

    incident.incident.rule = 89;
    batch_put_incident(batch, &incident);
    bed_apply(store, batch);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_incident(store, keep_incident, &found));
    cr_expect_eq(found.incidents, 0);
    store_close(store);
    execute(&bed, "UPDATE incident SET rule = 41");
    store = bed_open(&bed, STORE_OK);
    cr_expect(store_each_incident(store, keep_incident, &found));
    cr_expect_eq(found.incidents, 1, "its row was still there");
    store_close(store);
    bed_remove(&bed);
}

/* A batch too large for what is left of the disk. */
static struct batch *large_batch(void)
{
    struct batch *batch = batch_new();
    char *text = malloc(65536);

    memset(text, 'x', 65535);
    text[65535] = '\0';
    for (int64_t id = 2; id <= 40; id++) {
        struct stored_delivery delivery = bed_delivery(id);
        delivery.body = text;
        batch_put_delivery(batch, &delivery);
        batch_put_history(batch, &(struct stored_history){ .wall_ms = BED_NOW, .scope = "/a", .text = "one line" });
    }
    free(text);
    return batch;
}

static void expect_counts(struct store *store, size_t deliveries, size_t lines)
{
    struct found found = { 0 };

    cr_expect(store_each_waiting(store, keep_delivery, &found));
    cr_expect(bed_lines(store, NULL, keep_line, &found));
    cr_expect_eq(found.deliveries, deliveries, "%zu", found.deliveries);
    cr_expect_eq(found.lines, lines, "%zu", found.lines);
}

static void expect_failure(struct store *store, const struct batch *batch)
{
    char why[STORE_WHY_MAX] = "";

    for (int again = 0; again < 3; again++) {
        cr_expect_eq(store_apply(store, batch, why), STORE_FAILED);
        cr_expect_not_null(strstr(why, "could not be written"), "%s", why);
        expect_counts(store, 1, 0);
    }
}

static void put_first(struct store *store)
{
    struct batch *batch = batch_new();
    struct stored_delivery first = bed_delivery(1);

    batch_put_delivery(batch, &first);
    bed_apply(store, batch);
}

Test(store, takes_the_same_batch_after_a_failed_write)
{
    struct bed bed;
    struct rlimit old, small;
    bed_make(&bed);
    signal(SIGXFSZ, SIG_IGN);
    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = large_batch();

    put_first(store);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){ .rlim_cur = 1000000, .rlim_max = old.rlim_max };
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    expect_failure(store, batch);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    bed_apply(store, batch);
    expect_counts(store, 40, 39);
    store_close(store);
    store = bed_open(&bed, STORE_OK);
    expect_counts(store, 40, 39);
    store_close(store);
    bed_remove(&bed);
}

/* A file system of our own with so much room; false where we may not make one. */
static bool mount_small(const struct bed *bed)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", bed->directory, "tmpfs", 0, "size=1m,mode=0700") == 0;
}

static void fill_disk(const char *path)
{
    char block[4096] = { 0 };
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    cr_assert_geq(file, 0);
    while (write(file, block, sizeof block) > 0)
        continue;
    close(file);
}

Test(store, survives_a_full_disk)
{
    struct bed bed;
    struct store *none = NULL;
    char path[PATH_MAX], why[STORE_WHY_MAX] = "";

    bed_make(&bed);
    if (!mount_small(&bed)) {
        bed_remove(&bed);
        cr_skip_test("a small file system can be mounted by root only");
    }
    fill_disk(bed_path(&bed, "ballast", path));
    cr_expect_eq(store_open(bed.directory, BED_NOW, &none, why), STORE_FAILED, "full at the first start");
    cr_expect_not_null(strstr(why, "No space left") != NULL ? why : strstr(why, "full"), "%s", why);
    unlink(path);

    struct store *store = bed_open(&bed, STORE_OK);
    struct batch *batch = large_batch(); /* 2.5 MB: more than there is */
    put_first(store);
    expect_failure(store, batch);
    batch_free(batch);
    put_first(store);
    store_close(store);

    fill_disk(path); /* before a later start: what is known can be read, and written once there is room */
    store = bed_open(&bed, STORE_OK);
    expect_counts(store, 1, 0);
    batch = batch_new();
    batch_put_history(batch, &(struct stored_history){ .wall_ms = BED_NOW, .scope = "/a", .text = "one line" });
    cr_expect_eq(store_apply(store, batch, why), STORE_FAILED);
    unlink(path);
    bed_apply(store, batch);
    expect_counts(store, 1, 1);
    store_close(store);

    execute(&bed, "DROP TABLE memory"); /* damaged, and no room for a new one: it stays until there is */
    fill_disk(path);
    cr_expect_eq(store_open(bed.directory, BED_NOW, &none, why), STORE_FAILED);
    cr_expect_not_null(strstr(why, "is damaged"), "%s", why);
    unlink(path);
    store_close(bed_open(&bed, STORE_DAMAGED));
    cr_expect_eq(umount(bed.directory), 0);
    bed_remove(&bed);
}
