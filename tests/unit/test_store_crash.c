/*
 * What a killed daemon and a broken disk leave. The writer is a child that is killed by a timer at any instant; what
 * it had reported as stored must be there afterwards, and of the batch it was at, all or nothing. The broken disks
 * are copies of a good database with bits flipped or parts missing, made from a seed.
 */
#include "config.h"

#include "store_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

TestSuite(store_crash, .fini = leaks_fail, .timeout = 300);

#define KEY 0xabcdef
#define KILLS 60
#define COPIES 200

/* A generator of our own, so that a seed gives the same run everywhere. */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*state >> 33);
}

/* Batch N: four tables, all of which say N. */
static struct batch *numbered_batch(uint32_t number)
{
    struct batch *batch = batch_new();
    struct stored_incident incident = bed_incident(KEY);
    struct stored_memory memory = bed_memory("/a");
    struct stored_delivery delivery = bed_delivery(number);

    incident.incident.episode = number;
    memory.memory.first_wall_ms = number;
    batch_put_incident(batch, &incident);
    batch_put_delivery(batch, &delivery);
    if (number > 1)
        batch_delivery_done(batch, number - 1, DELIVERY_DONE, number);
    batch_put_memory(batch, &memory);
    struct stored_history line = bed_line(number, "/a", "a line");
    batch_put_history(batch, &line);
    return batch;
}

struct figures {
    uint32_t episode, memory, waiting;
    size_t waiting_rows;
    int64_t newest_line;
};

static void figure_incident(void *context, const struct stored_incident *row)
{
    ((struct figures *)context)->episode = row->incident.episode;
}

static void figure_memory(void *context, const struct stored_memory *row)
{
    ((struct figures *)context)->memory = (uint32_t)row->memory.first_wall_ms;
}

static void figure_waiting(void *context, const struct stored_delivery *row)
{
    struct figures *figures = context;

    figures->waiting = (uint32_t)row->id;
    figures->waiting_rows++;
}

static void figure_line(void *context, const struct stored_history *row)
{
    struct figures *figures = context;

    if (row->wall_ms > figures->newest_line)
        figures->newest_line = row->wall_ms;
}

/* The last number that is stored, after seeing that all tables agree on it. */
static uint32_t stored_number(struct store *store)
{
    struct figures figures = { 0 };

    cr_assert(store_each_incident(store, figure_incident, &figures));
    cr_assert(store_each_memory(store, figure_memory, &figures));
    cr_assert(store_each_waiting(store, figure_waiting, &figures));
    cr_assert(bed_lines(store, "/a", figure_line, &figures));
    cr_assert(figures.memory == figures.episode && figures.waiting == figures.episode &&
                  figures.newest_line == figures.episode && figures.waiting_rows == (figures.episode > 0),
              "a batch is whole: incident %u, memory %u, delivery %u, line %d, %zu waiting", figures.episode,
              figures.memory, figures.waiting, (int)figures.newest_line, figures.waiting_rows);
    cr_assert_eq(store_last_delivery(store), figures.episode);
    return figures.episode;
}

/* The end of this process, by SIGKILL, so many microseconds from now. */
static void arm_end(uint32_t us)
{
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
    struct itimerspec when = { .it_value = { .tv_nsec = (long)us * 1000 + 1 } };
    timer_t timer;

    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &when, NULL) != 0)
        _exit(3);
}

/* The child: store batch after batch from @p number on, and report each that is stored. */
static void write_until_killed(const struct bed *bed, uint32_t number, int report, uint32_t us)
{
    struct store *store = NULL;
    char why[STORE_WHY_MAX];

    arm_end(us);
    if (store_open(bed->directory, BED_NOW, &store, why) != STORE_OK)
        _exit(1);
    for (;; number++) {
        struct batch *batch = numbered_batch(number);
        struct store_bounds bounds = { (int64_t)number - 8, (int64_t)number - 8, UINT32_MAX };
        bool more;
        if (store_apply(store, batch, why) != STORE_OK || write(report, &number, sizeof number) != sizeof number)
            _exit(2);
        if (number % 16 == 0 && store_prune(store, &bounds, &more, why) != STORE_OK)
            _exit(2);
        batch_free(batch);
    }
}

/* One run of the child; @return the last number it reported, or @p stored when it reported none. */
static uint32_t run_child(const struct bed *bed, uint32_t stored, uint32_t us)
{
    int ends[2], status;
    uint32_t number, last = stored;

    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        write_until_killed(bed, stored + 1, ends[1], us);
    close(ends[1]);
    while (read(ends[0], &number, sizeof number) == sizeof number)
        last = number;
    close(ends[0]);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the child stopped by itself: %x", (unsigned)status);
    return last;
}

Test(store_crash, keeps_what_was_reported_when_killed)
{
    struct bed bed;
    uint64_t seed = 1;
    uint32_t stored = 0;
    bed_make(&bed);

    /* on a busy machine a child may come to little before it is killed: then there are more of them */
    for (int kill_number = 0; kill_number < KILLS || (stored <= 100 && kill_number < 20 * KILLS); kill_number++) {
        uint32_t reported = run_child(&bed, stored, next_random(&seed) % 30000);
        struct store *store = bed_open(&bed, STORE_OK);
        stored = stored_number(store);
        store_close(store);
        cr_assert(stored == reported || stored == reported + 1, "kill %d: reported %u, stored %u", kill_number,
                  reported, stored);
    }
    cr_expect_gt(stored, 100, "the child came to write: %u batches", stored);
    bed_remove(&bed);
}

Test(store_crash, makes_a_new_database_whole_or_not_at_all)
{
    uint64_t seed = 3;

    for (int kill_number = 0; kill_number < KILLS; kill_number++) {
        struct bed bed;
        bed_make(&bed);
        uint32_t reported = run_child(&bed, 0, next_random(&seed) % 8000);
        struct store *store = bed_open(&bed, STORE_OK);
        uint32_t stored = stored_number(store);
        store_close(store);
        cr_assert(stored == reported || stored == reported + 1, "kill %d: reported %u, stored %u", kill_number,
                  reported, stored);
        bed_remove(&bed);
    }
}

struct image {
    unsigned char *bytes;
    size_t len;
};

static struct image read_image(const struct bed *bed, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    int file = open(bed_path(bed, name, path), O_RDONLY | O_CLOEXEC);

    cr_assert_geq(file, 0);
    cr_assert_eq(fstat(file, &status), 0);
    struct image image = { malloc((size_t)status.st_size + 1), (size_t)status.st_size };
    cr_assert_eq(read(file, image.bytes, image.len), status.st_size);
    close(file);
    return image;
}

static void write_image(const struct bed *bed, const char *name, const unsigned char *bytes, size_t len)
{
    char path[PATH_MAX];
    int file = open(bed_path(bed, name, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, bytes, len), (ssize_t)len);
    close(file);
}

/* A good database with rows in all tables, as a daemon that was killed leaves it: file and log. */
static void make_good(const struct bed *bed, struct image *database, struct image *wal)
{
    struct store *store = bed_open(bed, STORE_OK);

    for (uint32_t number = 1; number <= 100; number++)
        bed_apply(store, numbered_batch(number));
    store_close(store);
    *database = read_image(bed, "erwatch.db");
    store = bed_open(bed, STORE_OK);
    for (uint32_t number = 101; number <= 110; number++)
        bed_apply(store, numbered_batch(number));
    *wal = read_image(bed, "erwatch.db-wal");
    store_close(store);
}

/* One damage: bits flipped, an end missing, nothing left, a part overwritten; by turns in the file and in its log. */
static void damage(struct image *image, size_t copy, uint64_t *seed)
{
    size_t at = next_random(seed) % image->len;

    switch (copy % 4) {
    case 0:
        image->len = copy == 0 ? 0 : at;
        break;
    case 1:
        image->bytes[at % 100] ^= (unsigned char)(1U << next_random(seed) % 8); /* the header */
        break;
    case 2:
        for (int i = 0; i < 20; i++)
            image->bytes[next_random(seed) % image->len] ^= (unsigned char)(1U << next_random(seed) % 8);
        break;
    default:
        memset(image->bytes + at, (int)next_random(seed) % 256, image->len - at < 512 ? image->len - at : 512);
    }
}

/* Whatever opens can be read to its end, written, and opened again. */
static void use(const struct bed *bed, struct store *store, size_t copy)
{
    struct figures figures = { 0 };

    cr_expect(store_each_incident(store, figure_incident, &figures), "copy %zu", copy);
    cr_expect(store_each_memory(store, figure_memory, &figures), "copy %zu", copy);
    cr_expect(store_each_waiting(store, figure_waiting, &figures), "copy %zu", copy);
    cr_expect_geq(store_last_delivery(store), 0, "copy %zu", copy);
    bed_apply(store, numbered_batch(1000));
    store_close(store);
    store_close(bed_open(bed, STORE_OK));
}

Test(store_crash, opens_or_sets_aside_every_damaged_copy)
{
    struct bed good, bed;
    struct image database, wal;
    uint64_t seed = 7; /* copy N is the same in every run */
    size_t aside = 0;
    bed_make(&good);
    make_good(&good, &database, &wal);

    for (size_t copy = 0; copy < COPIES; copy++) {
        struct image bad = copy / 4 % 4 == 3 ? wal : database;
        char why[STORE_WHY_MAX] = "";
        struct store *store = NULL;
        struct image broken = { malloc(bad.len), bad.len };
        memcpy(broken.bytes, bad.bytes, bad.len);
        damage(&broken, copy, &seed);
        bed_make(&bed);
        write_image(&bed, "erwatch.db", bad.bytes == wal.bytes ? database.bytes : broken.bytes,
                    bad.bytes == wal.bytes ? database.len : broken.len);
        write_image(&bed, "erwatch.db-wal", bad.bytes == wal.bytes ? broken.bytes : wal.bytes,
                    bad.bytes == wal.bytes ? broken.len : wal.len);
        enum store_result result = store_open(bed.directory, BED_NOW, &store, why);
        cr_assert(result == STORE_OK || result == STORE_DAMAGED, "copy %zu: result %d: %s", copy, (int)result, why);
        aside += result == STORE_DAMAGED;
        cr_expect_eq(bed_count(&bed, "erwatch.db.damaged-") > 0, result == STORE_DAMAGED, "copy %zu", copy);
        use(&bed, store, copy);
        free(broken.bytes);
        bed_remove(&bed);
    }
    cr_expect_gt(aside, COPIES / 4, "the damage was found: %zu", aside);
    free(database.bytes);
    free(wal.bytes);
    bed_remove(&good);
}

Test(store_crash, says_what_happened_to_a_damaged_database)
{
    static const char text[] = "no database, and long enough for its header to be looked at by SQLite, which says so "
                               "at once, and goes no further than that";
    static const struct { const char *name; const char *bytes; size_t len; const char *what; } rows[] = {
        { "erwatch.db", "", 0, "an empty file is no database of ours" },
        { "erwatch.db", text, sizeof text, "a text" },
        { "erwatch.db-wal", text, 3, "a log without its database" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bed bed;
        struct store *store = NULL;
        char why[STORE_WHY_MAX] = "";
        bed_make(&bed);
        for (int twice = 0; twice < 2; twice++) { /* in the same second, too */
            write_image(&bed, rows[i].name, (const unsigned char *)rows[i].bytes, rows[i].len);
            if (strcmp(rows[i].name, "erwatch.db-wal") == 0) {
                char path[PATH_MAX];
                (void)unlink(bed_path(&bed, "erwatch.db", path));
            }
            cr_assert_eq(store_open(bed.directory, BED_NOW, &store, why), STORE_DAMAGED, "%s", rows[i].what);
            cr_expect_not_null(strstr(why, "erwatch.db.damaged-20261121T100000Z"), "%s: %s", rows[i].what, why);
            store_close(store);
        }
        cr_expect_eq(bed_count(&bed, "erwatch.db.damaged"), 2, "%s: both are kept", rows[i].what);
        bed_remove(&bed);
    }
}
