/*
 * What goes into a hook and what comes out of it. Neither is waited for: a hook may leave its input unread, write
 * without end, or hand its output to a process that outlives it. One read per event keeps a talkative hook from
 * holding up the loop.
 */
#include "io/hook_pipes.h"

#include "io/memory.h"

#include <errno.h>
#include <event2/event.h>
#include <unistd.h>

#define READ_MAX 65536
/* The largest pipe an unprivileged program may ask for (pipe(7)): more than this the ended program cannot have left. */
#define LEFT_MAX (1024 * 1024)

static void shut(struct event **event, int *fd)
{
    if (*event == NULL)
        return;
    event_free(*event);
    *event = NULL;
    close(*fd);
    *fd = -1;
}

static bool try_again(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static void input_wanted(evutil_socket_t fd, short what, void *context)
{
    struct hook_pipes *pipes = context;
    ssize_t sent = write(fd, pipes->input + pipes->input_sent, pipes->input_len - pipes->input_sent);

    (void)what;
    if (sent >= 0)
        pipes->input_sent += (size_t)sent;
    else if (try_again())
        return;
    if (sent < 0 || pipes->input_sent == pipes->input_len) /* it has closed its end, or has everything */
        shut(&pipes->input_event, &pipes->input_fd);
}

/* One read: into what is kept while there is room, else only counted. */
static ssize_t read_some(struct hook_pipes *pipes)
{
    char ignored[READ_MAX];
    size_t room = HOOK_OUTPUT_MAX - pipes->output_len;
    ssize_t got = read(pipes->output_fd, room != 0 ? pipes->output + pipes->output_len : ignored,
                       room != 0 ? room : sizeof ignored);

    if (got <= 0)
        return got;
    if (room != 0)
        pipes->output_len += (size_t)got;
    pipes->output_total += (size_t)got;
    return got;
}

static void output_came(evutil_socket_t fd, short what, void *context)
{
    struct hook_pipes *pipes = context;
    ssize_t got = read_some(pipes);

    (void)fd;
    (void)what;
    if (got == 0 || (got < 0 && !try_again()))
        shut(&pipes->output_event, &pipes->output_fd);
}

static struct event *watch(struct event_base *base, int fd, short what, event_callback_fn ready, void *context)
{
    struct event *event = memory_or_die(event_new(base, fd, what | EV_PERSIST, ready, context));

    event_add(event, NULL);
    return event;
}

void hook_pipes_open(struct hook_pipes *pipes, struct event_base *base, int input_fd, int output_fd, const char *input,
                     size_t input_len)
{
    *pipes = (struct hook_pipes){ .input_fd = input_fd, .output_fd = output_fd, .input_len = input_len };
    pipes->input = xmemdup(input, input_len);
    pipes->output = xcalloc(1, HOOK_OUTPUT_MAX + 1);
    pipes->input_event = watch(base, input_fd, EV_WRITE, input_wanted, pipes);
    pipes->output_event = watch(base, output_fd, EV_READ, output_came, pipes);
}

void hook_pipes_drain(struct hook_pipes *pipes)
{
    size_t before = pipes->output_total;

    while (pipes->output_event != NULL && pipes->output_total - before < LEFT_MAX && read_some(pipes) > 0)
        continue;
}

void hook_pipes_close(struct hook_pipes *pipes)
{
    shut(&pipes->input_event, &pipes->input_fd);
    shut(&pipes->output_event, &pipes->output_fd);
    free(pipes->input);
    free(pipes->output);
    *pipes = (struct hook_pipes){ 0 };
}
