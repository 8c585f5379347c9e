/*
 * The event loop: libevent watches descriptors and signals, the clocks and timers are ours. libevent's timers use
 * CLOCK_MONOTONIC, which stands still while the machine sleeps; ours are one heap behind one timerfd on
 * CLOCK_BOOTTIME, set at most once per turn. The clocks are read once per turn, by the first who asks, so that
 * everything decided in a turn is decided at the same moment.
 */
#include "io/loop.h"

#include "io/clocks.h"
#include "io/memory.h"
#include "io/or_die.h"
#include "io/timers.h"
#include "io/turns.h"

#include <assert.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NS_PER_MS 1000000

/* What was read in this turn. Behind a pointer, because looking at the time changes nothing for the one who looks. */
struct reading {
    bool fresh, any;
    struct clocks clocks;
    struct moment moment;
    struct clocks_move move; /* of the clocks since somebody was told of the last */
};

struct signal_watch {
    struct signal_watch *next;
    struct event *event;
    struct loop *loop;
    loop_fired *fired;
    void *context;
};

struct loop {
    struct event_base *base;
    struct reading *reading;
    bool stopping;
    int timer_fd;
    struct event *timer_event;
    struct mono armed; /* what the timerfd is set to */
    struct timers timers;
    uint64_t order, order_before; /* of the last timer_set(); of the last one before this turn */
    struct signal_watch *signals;
    int step_fd; /* ready when the wall clock is set */
    struct event *step_event;
    loop_jumped *jumped;
    void *jump_context;
    struct loop_figures figures;
    struct turns turns;
};

/* ---- clocks ---- */

/* What both readings of a turn say is told once. */
static void note_move(struct reading *reading, const struct clocks *is)
{
    struct clocks_move move = clocks_compare(&reading->clocks, is);

    if (move.stepped_ms != 0)
        reading->move.from_wall_ms = move.from_wall_ms;
    reading->move.stepped_ms += move.stepped_ms;
    reading->move.slept_ms += move.slept_ms;
}

static const struct reading *reading_of(const struct loop *loop)
{
    struct reading *reading = loop->reading;

    if (!reading->fresh) {
        struct clocks is = clocks_read();
        if (reading->any)
            note_move(reading, &is);
        reading->clocks = is;
        reading->moment.mono.ms = is.boot_ns / NS_PER_MS;
        reading->moment.wall_ms = is.wall_ns / NS_PER_MS;
        reading->fresh = reading->any = true;
    }
    return reading;
}

struct moment loop_now(const struct loop *loop)
{
    return reading_of(loop)->moment;
}

/* ---- timers ---- */

struct timer *timer_new(struct loop *loop, loop_fired *fired, void *context)
{
    struct timer *timer = xcalloc(1, sizeof *timer);

    *timer = (struct timer){ .loop = loop, .fired = fired, .context = context, .place = TIMERS_NONE };
    return timer;
}

void timer_free(struct timer *timer)
{
    if (timer == NULL)
        return;
    timers_remove(&timer->loop->timers, timer);
    free(timer);
}

void timer_set(struct timer *timer, struct mono due)
{
    struct loop *loop = timer->loop;

    timers_remove(&loop->timers, timer);
    if (due.ms == MONO_NEVER.ms)
        return;
    /* one that is overdue already stands in line behind those that fire now, and so cannot starve them */
    timer->due = mono_later(due, reading_of(loop)->moment.mono);
    timer->order = ++loop->order;
    timers_add(&loop->timers, timer);
}

/* Before the loop sleeps: have the timerfd wake it for the first timer. */
static void arm(struct loop *loop)
{
    struct mono first = loop->timers.count > 0 ? timers_first(&loop->timers)->due : MONO_NEVER;
    struct itimerspec setting = { 0 };

    if (first.ms == loop->armed.ms)
        return;
    if (first.ms != MONO_NEVER.ms) {
        setting.it_value.tv_sec = first.ms / 1000;
        setting.it_value.tv_nsec = first.ms % 1000 * NS_PER_MS;
    }
    int failed = timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &setting, NULL);
    assert(failed == 0);
    (void)failed;
    loop->armed = first;
}

static void note_lateness(struct loop *loop, const struct timer *timer, const struct reading *reading)
{
    int64_t late_us = (reading->clocks.boot_ns - timer->due.ms * NS_PER_MS) / 1000;

    if (late_us > loop->figures.late_us)
        loop->figures.late_us = late_us;
}

static void tell_jump(struct loop *loop)
{
    const struct reading *reading = reading_of(loop);
    struct clocks_move move = reading->move;

    if (move.stepped_ms == 0 && move.slept_ms == 0)
        return;
    loop->reading->move = (struct clocks_move){ 0 };
    if (loop->jumped != NULL)
        loop->jumped(loop->jump_context, &move, reading->moment);
}

/* Fires what is due, and was set before this turn began. */
static void fire_timers(struct loop *loop)
{
    const struct reading *reading = reading_of(loop);

    tell_jump(loop);
    while (loop->timers.count > 0) {
        struct timer *timer = timers_first(&loop->timers);
        if (!mono_reached(timer->due, reading->moment.mono) || timer->order > loop->order_before)
            break;
        timers_remove(&loop->timers, timer);
        note_lateness(loop, timer, reading);
        timer->fired(timer->context, reading->moment);
    }
}

/* The timerfd is watched for its edges: setting it anew is enough, it need not be read. */
static void time_reached(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;

    (void)fd;
    (void)what;
    loop->armed = MONO_NEVER;
    fire_timers(loop);
}

/* ---- signals ---- */

/* The wall clock was set: what it is now, and was, is seen by reading it. The timer behind it is never due. */
static void wall_clock_set(evutil_socket_t fd, short what, void *context)
{
    uint64_t count;

    (void)what;
    (void)!read(fd, &count, sizeof count);
    tell_jump(context);
}

void loop_on_jump(struct loop *loop, loop_jumped *jumped, void *context)
{
    loop->jumped = jumped;
    loop->jump_context = context;
}

static void watch_wall_clock(struct loop *loop)
{
    static const struct itimerspec never = { .it_value.tv_sec = INT64_C(1) << 33 }; /* the year 2242 */

    loop->step_fd = fd_or_die(timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK), "timer descriptor");
    (void)timerfd_settime(loop->step_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
    loop->step_event =
        or_die(event_new(loop->base, loop->step_fd, EV_READ | EV_PERSIST | EV_ET, wall_clock_set, loop), "event");
    event_add(loop->step_event, NULL);
}

static void signal_caught(evutil_socket_t number, short what, void *context)
{
    struct signal_watch *watch = context;

    (void)number;
    (void)what;
    watch->fired(watch->context, loop_now(watch->loop));
}

/*
 * libevent puts back what was there before, so that the signal is ignored from the end of the loop to that of the
 * process: whoever asks a second time for what has been done does not turn a good end into a bad one.
 */
static int watch_signal(struct event *event, int number)
{
    sigset_t one, before;

    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(SIG_BLOCK, &one, &before); /* one that comes between these two waits */
    signal(number, SIG_IGN);
    int result = event_add(event, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

bool loop_on_signal(struct loop *loop, int number, loop_fired *fired, void *context)
{
    struct signal_watch *watch = xcalloc(1, sizeof *watch);

    *watch = (struct signal_watch){ .next = loop->signals, .loop = loop, .fired = fired, .context = context };
    watch->event = or_die(evsignal_new(loop->base, number, signal_caught, watch), "event");
    if (watch_signal(watch->event, number) != 0) {
        event_free(watch->event);
        free(watch);
        return false;
    }
    loop->signals = watch;
    return true;
}

/* ---- the loop ---- */

static struct event_base *base_new(void)
{
    struct event_config *config = or_die(event_config_new(), "event configuration");

    /* one thread uses it; and $EVENT_NOEPOLL and the like are nobody's business */
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV);
    event_config_require_features(config, EV_FEATURE_ET); /* the timerfd is never read */
    struct event_base *base = or_die(event_base_new_with_config(config), "event base");
    event_config_free(config);
    return base;
}

static void say_nothing(int severity, const char *message)
{
    (void)severity;
    (void)message;
}

struct loop *loop_new(void)
{
    struct loop *loop = xcalloc(1, sizeof *loop);

    signal(SIGPIPE, SIG_IGN);
    event_set_log_callback(say_nothing); /* its warnings go to standard error; we see the results */
    loop->reading = xcalloc(1, sizeof *loop->reading);
    loop->base = base_new();
    loop->armed = MONO_NEVER;
    loop->timer_fd = fd_or_die(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), "timer descriptor");
    loop->timer_event =
        or_die(event_new(loop->base, loop->timer_fd, EV_READ | EV_PERSIST | EV_ET, time_reached, loop), "event");
    event_add(loop->timer_event, NULL);
    watch_wall_clock(loop);
    return loop;
}

static void signals_free(struct signal_watch *watch)
{
    while (watch != NULL) {
        struct signal_watch *next = watch->next;
        event_free(watch->event);
        free(watch);
        watch = next;
    }
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    assert(loop->timers.count == 0);
    signals_free(loop->signals);
    event_free(loop->timer_event);
    close(loop->timer_fd);
    event_free(loop->step_event);
    close(loop->step_fd);
    event_base_free(loop->base);
    timers_fini(&loop->timers);
    free(loop->reading);
    free(loop);
}

/* Has a timer been set to what is over already? Then nobody need wait, nor the timerfd be set for it. */
static bool is_overdue(const struct loop *loop)
{
    return loop->timers.count > 0 &&
           mono_reached(timers_first(&loop->timers)->due, reading_of(loop)->moment.mono);
}

static void turn(struct loop *loop)
{
    loop->reading->fresh = false;
    loop->order_before = loop->order;
    bool overdue = is_overdue(loop);
    if (!overdue) {
        arm(loop);
        loop->reading->fresh = false;
    }
    /* without EVLOOP_ONCE it would go on for as long as any descriptor is ready */
    if (event_base_loop(loop->base, overdue ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE) == -1)
        (void)or_die(NULL, "events");
    if (overdue)
        fire_timers(loop);
    loop->figures.turns++;
    if (!loop->reading->fresh)
        return; /* nobody of ours had anything to do */
    turns_note(&loop->turns, (clocks_boot_ns() - loop->reading->clocks.boot_ns) / 1000);
}

void loop_run(struct loop *loop)
{
    while (!loop->stopping)
        turn(loop);
    loop->stopping = false;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}

struct loop_figures loop_figures(const struct loop *loop)
{
    struct loop_figures figures = loop->figures;

    figures.timers = (uint32_t)loop->timers.count;
    figures.longest_us = loop->turns.longest_us;
    figures.below_us = turns_below_us(&loop->turns);
    return figures;
}
