#ifndef ERWATCH_IO_HOOK_PIPES_H
#define ERWATCH_IO_HOOK_PIPES_H

#include "io/hook.h"

struct event;
struct event_base;

/* What goes into a hook and what comes out of it. For the files of the hook only. */

struct hook_pipes {
    struct event *input_event, *output_event; /* NULL: that pipe is closed */
    int input_fd, output_fd;
    char *input;
    size_t input_len, input_sent;
    char *output; /* HOOK_OUTPUT_MAX and a NUL */
    size_t output_len, output_total;
};

/** Takes the descriptors over, copies the input, and moves both while the loop runs. */
void hook_pipes_open(struct hook_pipes *pipes, struct event_base *base, int input_fd, int output_fd, const char *input,
                     size_t input_len);
/** The program has ended: what it wrote until now is read, what others may still write is not waited for. */
void hook_pipes_drain(struct hook_pipes *pipes);
/** Fine on zeroed ones. */
void hook_pipes_close(struct hook_pipes *pipes);

#endif
