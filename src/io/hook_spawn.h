#ifndef ERWATCH_IO_HOOK_SPAWN_H
#define ERWATCH_IO_HOOK_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

/* A process for a hook, and our ends of its pipes. For the files of the hook only. */

struct hook_child {
    pid_t pid;     /* also its session's and process group's number */
    int pidfd;     /* readable once it has ended */
    int input_fd;  /* its standard input */
    int output_fd; /* its standard output and error */
};

/**
 * Start it: own session, all signals at their defaults and none blocked, no descriptor but 0, 1 and 2.
 *
 * @param out  filled on success: three descriptors of the caller's, the pipes' not blocking
 * @param why  filled on failure: one sentence
 */
bool hook_spawn(const char *const *argv, const char *const *environment, struct hook_child *out, char why[512]);

#endif
