/*
 * Loaded before the C library (LD_PRELOAD), for clock.py: the process has clocks of its own, which are the machine's and
 * what the test adds to them while it runs. The kernel knows nothing of that: its timers are set to what it calls the
 * moment. What it does for a timer of the wall clock that is to be cancelled when that clock is set, timerfd_create(2), is
 * done here: the descriptor becomes ready when the file is written, and a read of it fails with ECANCELED.
 *
 *   CLOCK_AT=FILE  two numbers of 64 bits in the host's order: milliseconds that the wall clock is ahead, and for which
 *                  the machine slept
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct shift {
    int64_t wall_ms, slept_ms;
};

static struct shift none;
static volatile const struct shift *shift = &none;
static char *path; /* the environment is cleared by the daemon, so that it is read before */
static int step_fd = -1;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("CLOCK_AT");
    int fd = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    void *shared = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (shared != MAP_FAILED)
        shift = shared;
    path = strdup(file);
}

static void add(struct timespec *to, int64_t ms)
{
    int64_t ns = to->tv_nsec + ms % 1000 * 1000000;

    to->tv_sec += ms / 1000 + (ns >= 1000000000) - (ns < 0);
    to->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_REALTIME)
        add(now, shift->wall_ms + shift->slept_ms);
    if (clock == CLOCK_BOOTTIME)
        add(now, shift->slept_ms);
    return failed;
}

int timerfd_create(clockid_t clock, int flags)
{
    if (clock != CLOCK_REALTIME || path == NULL)
        return (int)syscall(SYS_timerfd_create, clock, flags);
    step_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (step_fd >= 0 && inotify_add_watch(step_fd, path, IN_MODIFY) < 0)
        abort();
    return step_fd;
}

ssize_t read(int fd, void *to, size_t room)
{
    char events[4096];
    bool set = false;

    if (fd != step_fd)
        return syscall(SYS_read, fd, to, room);
    while (syscall(SYS_read, fd, events, sizeof events) > 0)
        set = true;
    errno = set ? ECANCELED : EAGAIN;
    return -1;
}

/* The moments that the process knows are later than the kernel's by what it slept. */
int timerfd_settime(int fd, int flags, const struct itimerspec *to, struct itimerspec *was)
{
    struct itimerspec moved = *to;

    if (fd == step_fd)
        return (flags & TFD_TIMER_CANCEL_ON_SET) != 0 ? 0 : (errno = EINVAL, -1);
    if ((flags & TFD_TIMER_ABSTIME) != 0 && (to->it_value.tv_sec != 0 || to->it_value.tv_nsec != 0))
        add(&moved.it_value, -shift->slept_ms);
    if (moved.it_value.tv_sec < 0)
        moved.it_value = (struct timespec){ .tv_nsec = 1 };
    return (int)syscall(SYS_timerfd_settime, fd, flags, &moved, was);
}
