/*
 * Loaded before the C library (LD_PRELOAD), for clock.py: the process has clocks of its own, which are the machine's and
 * what the test adds to them while it runs. The kernel knows nothing of that: it wakes nobody when this wall clock is set,
 * and its timers are set to what it calls the moment.
 *
 *   CLOCK_AT=FILE  two numbers of 64 bits in the host's order: milliseconds that the wall clock is ahead, and for which
 *                  the machine slept
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
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

/* The moments that the process knows are later than the kernel's by what it slept. */
int timerfd_settime(int fd, int flags, const struct itimerspec *to, struct itimerspec *was)
{
    struct itimerspec moved = *to;

    if ((flags & TFD_TIMER_ABSTIME) != 0 && (to->it_value.tv_sec != 0 || to->it_value.tv_nsec != 0))
        add(&moved.it_value, -shift->slept_ms);
    if (moved.it_value.tv_sec < 0)
        moved.it_value = (struct timespec){ .tv_nsec = 1 };
    return (int)syscall(SYS_timerfd_settime, fd, flags, &moved, was);
}
