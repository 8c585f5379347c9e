/* The worker thread: order, the limit, hanging jobs, the end. */
#include "io/worker.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(worker, .fini = leaks_fail);

struct job {
    int number;
    bool ran;
    bool last;
    bool push_another;
    sem_t *begun, *wait; /* when set: tells that it runs, and waits to be let go */
};

struct bench {
    struct loop *loop;
    struct worker *worker;
    int order[2000];
    size_t done;
};

static void run(void *context)
{
    struct job *job = context;

    if (job->begun != NULL)
        sem_post(job->begun);
    if (job->wait != NULL)
        sem_wait(job->wait);
    job->ran = true;
}

static struct job *job_new(struct job job)
{
    struct job *copy = malloc(sizeof *copy);

    *copy = job;
    return copy;
}

static void done(void *context, void *finished, struct moment now)
{
    struct bench *bench = context;
    struct job *job = finished;

    (void)now;
    cr_expect(job->ran, "job %d comes back after it ran", job->number);
    bench->order[bench->done++] = job->number;
    if (job->push_another)
        cr_expect(worker_push(bench->worker, job_new((struct job){ .number = job->number + 1 })));
    if (job->last)
        loop_stop(bench->loop);
    free(job);
}

static void setup(struct bench *bench, size_t limit)
{
    *bench = (struct bench){ .loop = loop_new() };
    bench->worker = worker_new(bench->loop, "test", limit, run, done, bench);
}

static void teardown(struct bench *bench)
{
    worker_free(bench->worker);
    loop_free(bench->loop);
}

Test(worker, jobs_run_and_come_back_in_order)
{
    static struct bench bench;

    setup(&bench, 2000);
    for (int i = 0; i < 1000; i++)
        cr_assert(worker_push(bench.worker, job_new((struct job){ .number = i, .last = i == 999 })));
    loop_run(bench.loop);
    cr_assert_eq(bench.done, 1000);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(bench.order[i], i);
    teardown(&bench);
}

Test(worker, more_than_the_limit_is_refused)
{
    static struct bench bench;
    sem_t begun, wait;

    sem_init(&begun, 0, 0);
    sem_init(&wait, 0, 0);
    setup(&bench, 2);
    cr_assert(worker_push(bench.worker, job_new((struct job){ .begun = &begun, .wait = &wait })));
    sem_wait(&begun);
    cr_expect_eq(worker_waiting(bench.worker), 0, "the one that runs does not wait");
    cr_expect(worker_push(bench.worker, job_new((struct job){ .number = 1 })));
    cr_expect(worker_push(bench.worker, job_new((struct job){ .number = 2, .last = true })));
    struct job *refused = job_new((struct job){ .number = 3 });
    cr_expect_not(worker_push(bench.worker, refused));
    free(refused);
    cr_expect_eq(worker_waiting(bench.worker), 2);
    sem_post(&wait);
    loop_run(bench.loop);
    cr_expect_eq(bench.done, 3);
    teardown(&bench);
}

/* The thread answers when it can; a machine that stands still only makes that later. */
static void wait_for_an_answer(struct worker *worker)
{
    while (!worker_ping(worker))
        sched_yield();
}

Test(worker, a_ping_is_answered_between_jobs_and_not_by_a_thread_that_is_stuck)
{
    static struct bench bench;
    sem_t begun, wait;

    sem_init(&begun, 0, 0);
    sem_init(&wait, 0, 0);
    setup(&bench, 2);
    cr_expect(worker_ping(bench.worker), "nothing was asked before");
    wait_for_an_answer(bench.worker);
    cr_assert(worker_push(bench.worker, job_new((struct job){ .begun = &begun, .wait = &wait, .last = true })));
    sem_wait(&begun);
    (void)worker_ping(bench.worker); /* the last one before the job may have been answered, or not */
    for (int i = 0; i < 100; i++)
        cr_expect_not(worker_ping(bench.worker), "it is in a job");
    sem_post(&wait);
    wait_for_an_answer(bench.worker);
    loop_run(bench.loop);
    teardown(&bench);
}

Test(worker, finish_runs_everything_that_was_taken_and_what_callbacks_push)
{
    static struct bench bench;

    setup(&bench, 10);
    cr_assert(worker_push(bench.worker, job_new((struct job){ .number = 1 })));
    cr_assert(worker_push(bench.worker, job_new((struct job){ .number = 2, .push_another = true })));
    cr_expect(worker_finish(bench.worker, 10000));
    cr_expect_eq(bench.done, 3);
    cr_expect_eq(bench.order[2], 3);
    struct job late = { .number = 9 };
    cr_expect_not(worker_push(bench.worker, &late), "nothing is taken afterwards");
    cr_expect_not(worker_ping(bench.worker), "who has ended does not answer");
    cr_expect(worker_finish(bench.worker, 0), "twice is once");
    teardown(&bench);
}

Test(worker, finish_does_not_wait_for_a_thread_that_hangs)
{
    static struct bench bench;
    static sem_t begun, wait;
    static struct job stuck = { .begun = &begun, .wait = &wait }, behind; /* the thread outlives the test */

    sem_init(&begun, 0, 0);
    sem_init(&wait, 0, 0);
    setup(&bench, 10);
    cr_assert(worker_push(bench.worker, &stuck));
    cr_assert(worker_push(bench.worker, &behind));
    sem_wait(&begun);
    cr_expect_not(worker_finish(bench.worker, 5));
    cr_expect_eq(bench.done, 0, "callbacks of jobs that did not end never run");
    teardown(&bench);
    sem_post(&wait); /* the thread may go now; it frees what is left, but not the jobs */
}

static void caught(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

static void raise_process_signal(void *job)
{
    (void)job;
    kill(getpid(), SIGUSR1);
}

static void forget(void *context, void *job, struct moment now)
{
    (void)context;
    (void)job;
    (void)now;
}

Test(worker, signals_go_to_the_loop_not_to_the_thread)
{
    struct loop *loop = loop_new();
    struct worker *worker = worker_new(loop, "test", 1, raise_process_signal, forget, NULL);

    cr_assert(loop_on_signal(loop, SIGUSR1, caught, loop));
    cr_assert(worker_push(worker, loop));
    loop_run(loop);
    cr_expect(worker_finish(worker, 10000));
    worker_free(worker);
    loop_free(loop);
}
