/*
 * The disk, and the thread that writes to it: io/worker.h without a thread. Jobs take their time; a commit may fail, or
 * be cut off by a crash before it or right behind it. What is committed is in the real database, in a folder in memory.
 */
#include "simulation.h"

#include "io/worker.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 32
#define SLOW_MS 900   /* longer than that the daemon may take the disk for one that hangs */
#define WHOLE_AGAIN 3 /* commits after which everything is on a disk that had failed: a probe, a picture, one more */

struct worker {
    worker_job *run;
    worker_done *done;
    void *context;
    void *job[JOBS_MAX];
    size_t count, limit;
    uint64_t ends; /* of the first of them, in the agenda */
    bool finished;
};

static struct {
    bool full, slow;
    bool waits;       /* for a job that takes long */
    uint64_t trouble; /* commits by the time of the last trouble, and those that it takes */
} disk;

enum store_result __real_store_apply(struct store *store, const struct batch *batch, char why[STORE_WHY_MAX]);
enum store_result __wrap_store_apply(struct store *store, const struct batch *batch, char why[STORE_WHY_MAX]);

/* The linker puts it in front of the store's own. */
enum store_result __wrap_store_apply(struct store *store, const struct batch *batch, char why[STORE_WHY_MAX])
{
    if (crash_here("before a commit", 10) || disk.full) {
        disk.trouble = here.commits + WHOLE_AGAIN;
        snprintf(why, STORE_WHY_MAX, "The disk is full.");
        note("a commit fails");
        return STORE_FAILED;
    }
    enum store_result result = __real_store_apply(store, batch, why);
    if (result != STORE_OK)
        broken("the database refused a commit: %s", why);
    here.commits++;
    (void)crash_here("behind a commit", 10);
    return result;
}

/* What is in memory needs no flushing, and a power cut is not what this is about. */
int fsync(int fd);
int fdatasync(int fd);

int fsync(int fd)
{
    (void)fd;
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

/* ---- the thread ---- */

struct worker *worker_new(struct loop *loop, const char *name, size_t limit, worker_job *run, worker_done *done,
                          void *context)
{
    struct worker *worker = calloc(1, sizeof *worker);

    (void)loop, (void)name;
    if (worker == NULL || limit > JOBS_MAX)
        abort();
    disk.waits = false;
    *worker = (struct worker){ .run = run, .done = done, .context = context, .limit = limit };
    return worker;
}

static void ends(void *context);

static void begin(struct worker *worker)
{
    int64_t takes_ms = dice_span(&here.dice, 1, disk.slow ? 20000 : 50);

    disk.waits = takes_ms >= SLOW_MS;
    if (disk.waits)
        disk.trouble = here.commits + WHOLE_AGAIN;
    worker->ends = agenda_add(&here.agenda, here.boot_ms + takes_ms, true, ends, worker);
}

static void end_first(struct worker *worker)
{
    void *job = worker->job[0];

    worker->count--;
    for (size_t i = 0; i < worker->count; i++)
        worker->job[i] = worker->job[i + 1];
    worker->run(job);
    worker->done(worker->context, job, (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms });
}

static void ends(void *context)
{
    struct worker *worker = context;

    worker->ends = 0;
    disk.waits = false;
    void *job = worker->job[0];
    worker->run(job);
    if (here.dead) /* its end is never heard; what it did has been done */
        return;
    worker->count--;
    for (size_t i = 0; i < worker->count; i++)
        worker->job[i] = worker->job[i + 1];
    if (worker->count > 0)
        begin(worker);
    worker->done(worker->context, job, (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms });
}

bool worker_push(struct worker *worker, void *job)
{
    if (worker->finished || worker->count == worker->limit)
        return false;
    worker->job[worker->count++] = job;
    if (worker->count == 1)
        begin(worker);
    return true;
}

size_t worker_waiting(const struct worker *worker)
{
    return worker->count > 0 ? worker->count - 1 : 0;
}

bool worker_ping(struct worker *worker)
{
    (void)worker;
    return true;
}

bool worker_wait(struct worker *worker, int64_t ms)
{
    (void)ms;
    agenda_remove(&here.agenda, worker->ends);
    while (worker->count > 0) {
        end_first(worker);
        agenda_remove(&here.agenda, worker->ends);
    }
    disk.waits = false;
    return true;
}

bool worker_finish(struct worker *worker, int64_t ms)
{
    (void)worker_wait(worker, ms);
    worker->finished = true;
    return true;
}

void worker_free(struct worker *worker)
{
    if (!worker->finished)
        (void)worker_finish(worker, 0);
    free(worker);
}

/* ---- good and bad days ---- */

static void disk_turns(void *context)
{
    (void)context;
    if (here.calm)
        return;
    disk.full = !disk.full && dice_chance(&here.dice, 700);
    disk.slow = dice_chance(&here.dice, 200);
    note("the disk is %s%s", disk.full ? "full" : "fine", disk.slow ? ", and slow" : "");
    int64_t lasts_ms =
        disk.full || disk.slow ? dice_span(&here.dice, 5000, 2 * HOUR_MS) : dice_span(&here.dice, HOUR_MS, 2 * DAY_MS);
    agenda_add(&here.agenda, here.boot_ms + lasts_ms, false, disk_turns, NULL);
}

bool disk_keeps(void)
{
    return !disk.full && !disk.waits && here.commits >= disk.trouble;
}

void disk_storm(void)
{
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, 10 * MINUTE_MS, DAY_MS), false, disk_turns, NULL);
}

void disk_calm(void)
{
    agenda_clear(&here.agenda, disk_turns);
    disk.full = disk.slow = false;
}

void disk_reset(void)
{
    memset(&disk, 0, sizeof disk);
}
