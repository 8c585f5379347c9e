#ifndef ERWATCH_IO_WORKER_H
#define ERWATCH_IO_WORKER_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* One thread that runs jobs in order, so that a disk or a journal that stands still never holds up the loop. */

struct worker;

/** Runs on the thread. */
typedef void worker_job(void *job);
/** Runs on the loop afterwards, once for every job that was taken. Frees the job. */
typedef void worker_done(void *context, void *job, struct moment now);

/** @param limit  most jobs that may wait; a further one is refused */
struct worker *worker_new(struct loop *loop, const char *name, size_t limit, worker_job *run, worker_done *done,
                          void *context);
bool worker_push(struct worker *worker, void *job);
size_t worker_waiting(const struct worker *worker);
/** Has the thread finished a job, or been idle, within the last @p ms? For the watchdog. */
bool worker_alive(const struct worker *worker, int64_t ms);
/** Wait at most @p ms until nothing waits; then end the thread (a stuck one is left behind). Done callbacks run. */
bool worker_finish(struct worker *worker, int64_t ms);
void worker_free(struct worker *worker);

#endif
