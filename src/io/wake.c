/*
 * Calls into the loop from other threads: a counter of the kernel's (eventfd) that the loop watches.
 */
#include "io/wake.h"

#include "io/memory.h"
#include "io/or_die.h"

#include <event2/event.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct wake {
    int fd;
    struct event *event;
    struct loop *loop;
    loop_fired *fired;
    void *context;
};

static void wake_read(evutil_socket_t fd, short what, void *context)
{
    struct wake *wake = context;
    uint64_t count;

    (void)what;
    (void)!read(fd, &count, sizeof count);
    wake->fired(wake->context, loop_now(wake->loop));
}

struct wake *wake_new(struct loop *loop, loop_fired *fired, void *context)
{
    struct wake *wake = xcalloc(1, sizeof *wake);

    *wake = (struct wake){ .loop = loop, .fired = fired, .context = context };
    wake->fd = fd_or_die(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "descriptor for a thread's calls");
    wake->event = or_die(event_new(loop_base(loop), wake->fd, EV_READ | EV_PERSIST, wake_read, wake), "event");
    event_add(wake->event, NULL);
    return wake;
}

void wake_free(struct wake *wake)
{
    if (wake == NULL)
        return;
    event_free(wake->event);
    close(wake->fd);
    free(wake);
}

void wake_up(struct wake *wake)
{
    /* the only failure is a counter at its limit, and then the loop is woken anyway */
    (void)!write(wake->fd, &(uint64_t){ 1 }, sizeof(uint64_t));
}
