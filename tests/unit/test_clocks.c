/*
 * Clocks that do more than go on. The program has a clock_gettime() of its own, which is the kernel's and what a test adds
 * to it; the machine's clocks are left alone. That the kernel wakes the loop for a step (TFD_TIMER_CANCEL_ON_SET) cannot be
 * had here, because a test may not set the clock of the machine it runs on: what stands for such a descriptor becomes
 * ready, and is cancelled when it is read, as timerfd_create(2) has it.
 */
#include "io/clocks.h"
#include "io/loop.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

TestSuite(clocks, .fini = leaks_fail);

#define MS INT64_C(1000000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static int64_t wall_ahead_ms, slept_ms;

int clock_gettime(clockid_t clock, struct timespec *now) /* in place of libc's */
{
    long failed = syscall(SYS_clock_gettime, clock, now);
    int64_t more_ms = (clock == CLOCK_REALTIME ? wall_ahead_ms + slept_ms : 0) + (clock == CLOCK_BOOTTIME ? slept_ms : 0);

    now->tv_sec += more_ms / 1000;
    return (int)failed;
}

static int step_fd = -1, step_flags;

int timerfd_create(clockid_t clock, int flags)
{
    if (clock != CLOCK_REALTIME)
        return (int)syscall(SYS_timerfd_create, clock, flags);
    step_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return step_fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *to, struct itimerspec *was)
{
    if (fd != step_fd)
        return (int)syscall(SYS_timerfd_settime, fd, flags, to, was);
    step_flags = flags;
    return 0;
}

ssize_t read(int fd, void *to, size_t room)
{
    ssize_t got = syscall(SYS_read, fd, to, room);

    if (fd != step_fd || got < 0)
        return got;
    errno = ECANCELED;
    return -1;
}

static void step(int64_t ms)
{
    wall_ahead_ms += ms;
    cr_assert_eq(eventfd_write(step_fd, 1), 0);
}

static const struct row {
    int64_t boot_ms, monotonic_ms, wall_ms; /* by so much each went on */
    int64_t stepped_ms, slept_ms;
    const char *what;
} rows[] = {
    { 1000, 1000, 1000, 0, 0, "a second went by" },
    { 1000, 1000, 1001, 0, 0, "a millisecond between two readings" },
    { DAY_MS, DAY_MS, DAY_MS + 43, 0, 0, "a clock that is turned gently" },
    { 1000, 1000, 1000 + HOUR_MS, HOUR_MS, 0, "an hour forward" },
    { 1000, 1000, 1000 - HOUR_MS, -HOUR_MS, 0, "an hour back" },
    { 1000, 1000, 1000 - 20000 * DAY_MS, -20000 * DAY_MS, 0, "to 1970" },
    { 8 * HOUR_MS, 1000, 8 * HOUR_MS, 0, 8 * HOUR_MS - 1000, "a sleep" },
    { 8 * HOUR_MS, 1000, 8 * HOUR_MS + 5000, 5000, 8 * HOUR_MS - 1000, "a sleep, after which the wall clock is set" },
    { 1000, 1001, 1000, 0, 0, "the monotonic clock was read later" },
    { 0, 0, 0, 0, 0, "the same moment" },
};

Test(clocks, are_compared)
{
    const struct clocks from = { 77 * DAY_MS * MS, 70 * DAY_MS * MS, 20788 * DAY_MS * MS };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct clocks to = { from.boot_ns + row->boot_ms * MS, from.monotonic_ns + row->monotonic_ms * MS,
                             from.wall_ns + row->wall_ms * MS };
        struct clocks_move move = clocks_compare(&from, &to);
        cr_expect_eq(move.stepped_ms, row->stepped_ms, "%s: stepped by %lld", row->what, (long long)move.stepped_ms);
        cr_expect_eq(move.slept_ms, row->slept_ms, "%s: slept %lld", row->what, (long long)move.slept_ms);
        cr_expect_eq(move.from_wall_ms, 20788 * DAY_MS + row->boot_ms, "%s: what it would show", row->what);
    }
}

struct seen {
    struct loop *loop;
    unsigned jumps, fired, fired_before;
    struct clocks_move move;
    struct moment now;
};

static void jumped(void *context, const struct clocks_move *move, struct moment now)
{
    struct seen *seen = context;

    seen->jumps++;
    seen->move = *move;
    seen->now = now;
    seen->fired_before = seen->fired;
}

static void fired(void *context, struct moment now)
{
    struct seen *seen = context;

    (void)now;
    seen->fired++;
    loop_stop(seen->loop);
}

static void run_a_turn(struct seen *seen, struct timer *timer)
{
    timer_set(timer, mono_after(loop_now(seen->loop).mono, 1));
    loop_run(seen->loop);
}

Test(clocks, the_loop_tells_of_a_step_once_and_before_its_timers)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen);

    loop_on_jump(seen.loop, jumped, &seen);
    run_a_turn(&seen, timer);
    cr_expect_eq(seen.jumps, 0, "nothing happened");
    wall_ahead_ms = -20000 * DAY_MS;
    run_a_turn(&seen, timer);
    cr_expect_eq(seen.jumps, 1);
    cr_expect_eq(seen.fired_before, 1, "the timer of this turn had not fired yet");
    cr_expect_eq(seen.move.slept_ms, 0);
    cr_expect_leq(llabs(seen.move.stepped_ms - wall_ahead_ms), 50, "stepped by %lld", (long long)seen.move.stepped_ms);
    cr_expect_leq(llabs(seen.now.wall_ms + 20000 * DAY_MS - seen.move.from_wall_ms), 50, "what it would show");
    run_a_turn(&seen, timer);
    cr_expect_eq(seen.jumps, 1, "once");
    timer_free(timer);
    loop_free(seen.loop);
}

Test(clocks, timers_go_on_through_steps_and_are_due_after_a_sleep)
{
    struct seen seen = { .loop = loop_new() };
    struct timer *timer = timer_new(seen.loop, fired, &seen), *late = timer_new(seen.loop, fired, &seen);

    loop_on_jump(seen.loop, jumped, &seen);
    timer_set(late, mono_after(loop_now(seen.loop).mono, HOUR_MS));
    for (int i = 0; i < 6; i++) {
        wall_ahead_ms = (i % 2 == 0 ? 1 : -1) * DAY_MS * i;
        run_a_turn(&seen, timer);
    }
    cr_expect_eq(seen.fired, 6, "no step holds a timer up, or makes one due");
    cr_expect_eq(seen.jumps, 5, "the first was by nothing");
    slept_ms = 8 * HOUR_MS;
    loop_run(seen.loop); /* that of an hour later is due */
    cr_expect_eq(seen.fired, 7);
    cr_expect_eq(seen.jumps, 6);
    cr_expect_leq(llabs(seen.move.slept_ms - slept_ms), 50);
    cr_expect_eq(seen.move.stepped_ms, 0, "the wall clock went on while it slept");
    timer_free(timer);
    timer_free(late);
    loop_free(seen.loop);
}

#define STEPS 3

/* One step is made when the last one has been told; nothing else would ever wake the loop. */
static void step_again(void *context, const struct clocks_move *move, struct moment now)
{
    jumped(context, move, now);
    struct seen *seen = context;
    if (seen->jumps < STEPS)
        step(DAY_MS);
    else
        loop_stop(seen->loop);
}

Test(clocks, a_step_wakes_a_loop_without_timers_each_time, .timeout = 180)
{
    struct seen seen = { .loop = loop_new() };

    cr_expect_eq(step_flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, "the kernel is asked for it");
    loop_on_jump(seen.loop, step_again, &seen);
    (void)loop_now(seen.loop);
    step(-DAY_MS);
    loop_run(seen.loop);
    cr_expect_eq(seen.jumps, STEPS);
    cr_expect_leq(llabs(seen.move.stepped_ms - DAY_MS), 50, "stepped by %lld", (long long)seen.move.stepped_ms);
    loop_free(seen.loop);
}
