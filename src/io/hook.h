#ifndef ERWATCH_IO_HOOK_H
#define ERWATCH_IO_HOOK_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One run of a program: fixed arguments, given environment, text on standard input, own session, time limit, bounded output, ended by wait status. */

#define HOOK_OUTPUT_MAX 65536

struct hook_request {
    const char *const *argv; /* absolute path first */
    const char *const *environment; /* the whole of it */
    const char *input;
    size_t input_len;
    int64_t timeout_ms; /* then SIGTERM to the group, 5 s later SIGKILL */
};

enum hook_end { HOOK_EXITED, HOOK_SIGNALLED, HOOK_TIMED_OUT, HOOK_NOT_STARTED };

struct hook_reply {
    enum hook_end end;
    int status;         /* exit status or signal number */
    const char *output; /* standard output and error together, at most HOOK_OUTPUT_MAX bytes, NUL bytes kept */
    size_t output_len, output_total;
    const char *why;    /* HOOK_NOT_STARTED */
    int64_t took_ms;
};

typedef void hook_done(void *context, const struct hook_reply *reply, struct moment now);

struct hook_run;
/** The callback runs exactly once, never from inside. @return NULL never; failures to start come by the callback */
struct hook_run *hook_start(struct loop *loop, const struct hook_request *request, hook_done *done, void *context);
/** End it now (TERM, then KILL after @p grace_ms); the callback still runs. */
void hook_stop(struct hook_run *run, int64_t grace_ms);

/**
 * May this program be run by us: a regular, executable file, it and every folder above it owned by root or us and not
 * writable by others?
 *
 * @param why  names the path component that is wrong
 */
bool hook_check(const char *path, char why[512]);

#endif
