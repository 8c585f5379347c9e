#ifndef ERWATCH_IO_WORKER_H
#define ERWATCH_IO_WORKER_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One thread that runs jobs in order, so that a disk or a journal that stands still never holds up the loop. */

struct worker;

/** Runs on the thread. */
typedef void worker_job(void *job);
/** Runs on the loop afterwards, once for every job that was taken. Frees the job. */
typedef void worker_done(void *context, void *job, struct moment now);

/** @param limit  most jobs that may wait; a further one is refused */
struct worker *worker_new(struct loop *loop, const char *name, size_t limit, worker_job *run, worker_done *done,
                          void *context);
/** @return false when @p limit jobs wait already, or after worker_finish(); the job stays the caller's */
bool worker_push(struct worker *worker, void *job);
/** How many jobs were taken and have not been begun. */
size_t worker_waiting(const struct worker *worker);
/**
 * Has the thread answered the last ping? When it has, it is asked again: it answers between two jobs, at once when it
 * is idle. The first call says yes. After worker_finish() the answer is no. For the watchdog.
 */
bool worker_ping(struct worker *worker);
/** Wait at most @p ms until nothing waits or runs. Done callbacks run. @return  does it rest now? */
bool worker_wait(struct worker *worker, int64_t ms);
/**
 * Wait at most @p ms until nothing waits or runs, then end the thread. Done callbacks run, also those of jobs that
 * they push.
 *
 * @return  false: the thread is stuck. It is left behind with the jobs it has; their callbacks never run.
 */
bool worker_finish(struct worker *worker, int64_t ms);
/** Not from a callback. Finishes first, without waiting, where worker_finish() was not called. */
void worker_free(struct worker *worker);

#endif
