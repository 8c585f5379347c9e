/*
 * One thread that runs jobs in order. The loop hands a job in and gets it back when it is done; in between nobody but
 * the thread touches it. What both sides need lies in one block under one lock that is never held while a job runs,
 * so the loop never waits. A thread that hangs in a job cannot be ended: it keeps the block and is left behind.
 */
#include "io/worker.h"

#include "io/memory.h"
#include "io/wake.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

struct item {
    struct item *next;
    void *job;
};

struct queue {
    struct item *first, **end;
    size_t length;
};

struct shared {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job or a ping came, the last job is done, or the end was asked for */
    struct queue waiting, done;
    worker_job *run;
    struct wake *wake;
    bool busy, ending, orphaned;
    bool asked; /* a ping that the thread has not answered yet */
};

struct worker {
    struct loop *loop;
    struct shared *shared;
    size_t limit;
    worker_done *done;
    void *context;
    pthread_t thread;
    bool finished;
};

static void queue_add(struct queue *queue, struct item *item)
{
    if (queue->first == NULL)
        queue->end = &queue->first;
    item->next = NULL;
    *queue->end = item;
    queue->end = &item->next;
    queue->length++;
}

static struct item *queue_take(struct queue *queue)
{
    struct item *item = queue->first;

    if (item != NULL) {
        queue->first = item->next;
        queue->length--;
    }
    return item;
}

static void queue_free(struct queue *queue)
{
    for (struct item *item = queue_take(queue); item != NULL; item = queue_take(queue))
        free(item);
}

static void shared_free(struct shared *shared)
{
    queue_free(&shared->waiting);
    queue_free(&shared->done);
    pthread_cond_destroy(&shared->changed);
    pthread_mutex_destroy(&shared->lock);
    free(shared);
}

static struct shared *shared_new(worker_job *run)
{
    struct shared *shared = xcalloc(1, sizeof *shared);
    pthread_condattr_t attributes;

    shared->run = run;
    pthread_mutex_init(&shared->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&shared->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return shared;
}

/* ---- on the thread ---- */

/* With the lock held on entry and return. */
static void run_one(struct shared *shared, struct item *item)
{
    shared->busy = true;
    pthread_mutex_unlock(&shared->lock);
    shared->run(item->job);
    pthread_mutex_lock(&shared->lock);
    shared->busy = false;
    queue_add(&shared->done, item);
    if (!shared->orphaned)
        wake_up(shared->wake);
    if (shared->waiting.length == 0)
        pthread_cond_broadcast(&shared->changed);
}

static void *work(void *context)
{
    struct shared *shared = context;

    pthread_mutex_lock(&shared->lock);
    while (!shared->ending) {
        shared->asked = false;
        struct item *item = queue_take(&shared->waiting);
        if (item != NULL)
            run_one(shared, item);
        else
            pthread_cond_wait(&shared->changed, &shared->lock);
    }
    bool orphaned = shared->orphaned;
    pthread_mutex_unlock(&shared->lock);
    if (orphaned)
        shared_free(shared);
    return NULL;
}

/* ---- on the loop ---- */

static void hand_back(struct worker *worker, struct moment now)
{
    pthread_mutex_lock(&worker->shared->lock);
    struct queue done = worker->shared->done;
    worker->shared->done = (struct queue){ 0 };
    pthread_mutex_unlock(&worker->shared->lock);

    for (struct item *item = queue_take(&done); item != NULL; item = queue_take(&done)) {
        void *job = item->job;
        free(item);
        worker->done(worker->context, job, now);
    }
}

static void some_done(void *context, struct moment now)
{
    hand_back(context, now);
}

/* Signals are the loop's: the thread is born with all of them blocked. */
static void start(struct worker *worker, const char *name)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&worker->thread, NULL, work, worker->shared);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)memory_or_die(failed == 0 ? worker : NULL);
    (void)pthread_setname_np(worker->thread, name);
}

struct worker *worker_new(struct loop *loop, const char *name, size_t limit, worker_job *run, worker_done *done,
                          void *context)
{
    struct worker *worker = xcalloc(1, sizeof *worker);

    assert(strlen(name) < 16 && limit > 0);
    *worker = (struct worker){ .loop = loop, .limit = limit, .done = done, .context = context };
    worker->shared = shared_new(run);
    worker->shared->wake = wake_new(loop, some_done, worker);
    start(worker, name);
    return worker;
}

bool worker_push(struct worker *worker, void *job)
{
    struct item *item;

    if (worker->finished)
        return false;
    item = xcalloc(1, sizeof *item);
    item->job = job;
    pthread_mutex_lock(&worker->shared->lock);
    bool taken = worker->shared->waiting.length < worker->limit;
    if (taken) {
        queue_add(&worker->shared->waiting, item);
        pthread_cond_broadcast(&worker->shared->changed);
    }
    pthread_mutex_unlock(&worker->shared->lock);
    if (!taken)
        free(item);
    return taken;
}

size_t worker_waiting(const struct worker *worker)
{
    if (worker->finished)
        return 0;
    pthread_mutex_lock(&worker->shared->lock);
    size_t waiting = worker->shared->waiting.length;
    pthread_mutex_unlock(&worker->shared->lock);
    return waiting;
}

bool worker_ping(struct worker *worker)
{
    if (worker->finished)
        return false;
    pthread_mutex_lock(&worker->shared->lock);
    bool answered = !worker->shared->asked;
    worker->shared->asked = true;
    pthread_cond_broadcast(&worker->shared->changed);
    pthread_mutex_unlock(&worker->shared->lock);
    return answered;
}

static struct timespec deadline_in(int64_t ms)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* With the lock held: wait until nothing waits and nothing runs. */
static bool wait_idle(struct shared *shared, const struct timespec *deadline)
{
    int late = 0;

    while (late == 0 && (shared->busy || shared->waiting.length > 0))
        late = pthread_cond_timedwait(&shared->changed, &shared->lock, deadline);
    return !shared->busy && shared->waiting.length == 0;
}

/* Tells the thread to end; @return whether it can be waited for. */
static bool ask_to_end(struct shared *shared, const struct timespec *deadline)
{
    pthread_mutex_lock(&shared->lock);
    bool idle = wait_idle(shared, deadline);
    shared->orphaned = !idle;
    shared->ending = true;
    pthread_cond_broadcast(&shared->changed);
    pthread_mutex_unlock(&shared->lock);
    return idle;
}

/* Waits, handing back what is done, until the callbacks push nothing more. */
static bool drain(struct worker *worker, const struct timespec *deadline)
{
    bool more = true, idle = true;

    while (more) {
        pthread_mutex_lock(&worker->shared->lock);
        idle = wait_idle(worker->shared, deadline);
        pthread_mutex_unlock(&worker->shared->lock);
        hand_back(worker, loop_now(worker->loop));
        more = idle && worker_waiting(worker) > 0;
    }
    return idle;
}

bool worker_wait(struct worker *worker, int64_t ms)
{
    struct timespec deadline = deadline_in(ms);

    return drain(worker, &deadline);
}

bool worker_finish(struct worker *worker, int64_t ms)
{
    struct timespec deadline = deadline_in(ms);
    struct shared *shared = worker->shared;

    if (worker->finished)
        return true;
    struct wake *wake = shared->wake;
    (void)drain(worker, &deadline);
    bool idle = ask_to_end(shared, &deadline);
    worker->finished = true;
    if (idle) {
        pthread_join(worker->thread, NULL);
        hand_back(worker, loop_now(worker->loop));
        shared_free(shared);
    } else {
        pthread_detach(worker->thread); /* the block is the thread's now */
    }
    wake_free(wake);
    worker->shared = NULL;
    return idle;
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    (void)worker_finish(worker, 0);
    free(worker);
}
