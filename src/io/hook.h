#ifndef ERWATCH_IO_HOOK_H
#define ERWATCH_IO_HOOK_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One run of a program: fixed arguments, given environment, text on standard input, own session, time limit, bounded
 * output, ended by wait status.
 */

#define HOOK_OUTPUT_MAX 65536

struct hooks;

/**
 * All hooks of this process. It becomes a child subreaper: whatever a hook leaves behind, in a session of its own too,
 * becomes our child, is ended as soon as no hook runs that could still need it, and is reaped. So the process must
 * have no children but hooks.
 */
struct hooks *hooks_new(struct loop *loop);
/** No hook may be running. */
void hooks_free(struct hooks *hooks);
size_t hooks_running(const struct hooks *hooks);
/** hook_stop() for all that run. */
void hooks_stop(struct hooks *hooks, int64_t grace_ms);

struct hook_request {
    const char *const *argv; /* absolute path first, NULL ends */
    const char *const *environment; /* the whole of it, "NAME=value", NULL ends */
    const char *input;       /* copied; a hook that does not read it is fine */
    size_t input_len;
    int64_t timeout_ms; /* then SIGTERM to the group */
    int64_t grace_ms;   /* from that to SIGKILL; 0: 5 s */
};

enum hook_end {
    HOOK_EXITED,
    HOOK_SIGNALLED,
    HOOK_TIMED_OUT,   /* ended because of the time limit, whatever its status then was; or SIGKILL did not end it */
    HOOK_NOT_STARTED, /* no process, no memory, no descriptors, no such program */
};

struct hook_reply {
    enum hook_end end;
    int status;         /* HOOK_EXITED: exit status; HOOK_SIGNALLED: signal number; else 0 */
    const char *output; /* standard output and error together, the first HOOK_OUTPUT_MAX bytes, NUL bytes kept */
    size_t output_len, output_total;
    const char *why;    /* HOOK_NOT_STARTED: one sentence; else NULL */
    int64_t took_ms;
};

/** The reply is gone, and so is the run, when it returns. */
typedef void hook_done(void *context, const struct hook_reply *reply, struct moment now);

struct hook_run;
/**
 * The run is over when the program itself ends; what it started and left in its session is ended with it.
 *
 * The callback runs exactly once, never from inside. @return NULL never; failures to start come by the callback
 */
struct hook_run *hook_start(struct hooks *hooks, const struct hook_request *request, hook_done *done, void *context);
/** End it now (TERM, then KILL after @p grace_ms); the callback still runs, and says how it really ended. */
void hook_stop(struct hook_run *run, int64_t grace_ms);

/**
 * May this program be run by us: a regular, executable file, it and every folder above it owned by root or us and not
 * writable by others nor by their group? In a sticky folder such as /tmp nobody can rename what is not theirs, so it
 * may be writable. Links are followed, and what they lead to is judged the same way.
 *
 * @param why  names the path component that is wrong
 */
bool hook_check(const char *path, char why[512]);

#endif
