/*
 * The loop, its timers and its clocks. Time stands still while anything runs, and goes on to what is next: that is what
 * makes months of a few seconds. The rules of io/loop.h hold: a timer that is set during a turn fires in a later one.
 */
#include "simulation.h"

#include "io/clocks.h"
#include "io/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/queue.h>

struct timer {
    TAILQ_ENTRY(timer) link;
    struct loop *loop;
    loop_fired *fired;
    void *context;
    struct mono due; /* MONO_NEVER: off */
    uint64_t order;
};

#define SIGNALS_MAX 8

struct loop {
    TAILQ_HEAD(timers, timer) timers;
    uint64_t order;
    bool stopping;
    loop_jumped *jumped;
    void *jump_context;
    int64_t boot_ms, slept_ms, wall_ahead_ms; /* as they were when jumps were told last */
    struct {
        int number;
        loop_fired *fired;
        void *context;
        bool raised;
    } signals[SIGNALS_MAX];
    size_t signal_count;
    struct loop_figures figures;
};

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL)
        abort();
    TAILQ_INIT(&loop->timers);
    loop->boot_ms = here.boot_ms;
    loop->slept_ms = here.slept_ms;
    loop->wall_ahead_ms = here.wall_ahead_ms;
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == here.loop)
        here.loop = NULL;
    assert(TAILQ_EMPTY(&loop->timers));
    free(loop);
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

struct moment loop_now(const struct loop *loop)
{
    (void)loop;
    return (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms };
}

void loop_on_jump(struct loop *loop, loop_jumped *jumped, void *context)
{
    loop->jumped = jumped;
    loop->jump_context = context;
}

bool loop_on_signal(struct loop *loop, int number, loop_fired *fired, void *context)
{
    assert(loop->signal_count < SIGNALS_MAX);
    loop->signals[loop->signal_count].number = number;
    loop->signals[loop->signal_count].fired = fired;
    loop->signals[loop->signal_count++].context = context;
    return true;
}

struct loop_figures loop_figures(const struct loop *loop)
{
    return loop->figures;
}

struct timer *timer_new(struct loop *loop, loop_fired *fired, void *context)
{
    struct timer *timer = calloc(1, sizeof *timer);

    if (timer == NULL)
        abort();
    *timer = (struct timer){ .loop = loop, .fired = fired, .context = context, .due = MONO_NEVER };
    TAILQ_INSERT_TAIL(&loop->timers, timer, link);
    return timer;
}

void timer_free(struct timer *timer)
{
    if (timer == NULL)
        return;
    TAILQ_REMOVE(&timer->loop->timers, timer, link);
    free(timer);
}

void timer_set(struct timer *timer, struct mono due)
{
    timer->due = due.ms == MONO_NEVER.ms ? due : mono_later(due, (struct mono){ here.boot_ms });
    timer->order = ++timer->loop->order;
}

/* ---- time ---- */

static struct timer *first_timer(const struct loop *loop, uint64_t before)
{
    struct timer *timer, *found = NULL;

    TAILQ_FOREACH (timer, &loop->timers, link)
        if (timer->due.ms != MONO_NEVER.ms && timer->order <= before &&
            (found == NULL || timer->due.ms < found->due.ms ||
             (timer->due.ms == found->due.ms && timer->order < found->order)))
            found = timer;
    return found;
}

/* Let the world go on until then, without the daemon. */
void clocks_advance(int64_t at_ms)
{
    for (int64_t due; (due = agenda_due(&here.agenda, here.asleep)) <= at_ms && !here.failed;) {
        if (due > here.boot_ms)
            here.boot_ms = due;
        agenda_run(&here.agenda, here.asleep);
    }
    if (at_ms > here.boot_ms)
        here.boot_ms = at_ms;
}

void clocks_signal(int number)
{
    for (size_t i = 0; here.loop != NULL && i < here.loop->signal_count; i++)
        if (here.loop->signals[i].number == number)
            here.loop->signals[i].raised = true;
}

void clocks_step(int64_t by_ms)
{
    note("the wall clock is set by %lld s", (long long)by_ms / 1000);
    here.wall_ahead_ms += by_ms;
    here.stepped_ms = here.boot_ms;
    people_look();
}

void clocks_sleep(int64_t ms)
{
    note("the machine sleeps for %lld min", (long long)ms / MINUTE_MS);
    here.asleep = true;
    clocks_advance(here.boot_ms + ms);
    here.asleep = false;
    here.slept_ms += ms;
    note("the machine wakes up");
}

static void tell_jump(struct loop *loop)
{
    struct clocks_move move = { .stepped_ms = here.wall_ahead_ms - loop->wall_ahead_ms,
                                .slept_ms = here.slept_ms - loop->slept_ms,
                                .from_wall_ms = here.boot_ms + loop->wall_ahead_ms };

    loop->wall_ahead_ms = here.wall_ahead_ms;
    loop->slept_ms = here.slept_ms;
    if ((move.stepped_ms != 0 || move.slept_ms != 0) && loop->jumped != NULL)
        loop->jumped(loop->jump_context, &move, loop_now(loop));
}

static void fire_signals(struct loop *loop)
{
    for (size_t i = 0; i < loop->signal_count && !here.dead; i++)
        if (loop->signals[i].raised) {
            loop->signals[i].raised = false;
            loop->signals[i].fired(loop->signals[i].context, loop_now(loop));
        }
}

static void fire_timers(struct loop *loop, uint64_t before)
{
    struct timer *timer;

    while (!here.dead && (timer = first_timer(loop, before)) != NULL && timer->due.ms <= here.boot_ms) {
        timer->due = MONO_NEVER;
        timer->fired(timer->context, loop_now(loop));
    }
}

/* The next moment at which anything happens; then the daemon's timers and the world's doings, in either order. */
static void turn(struct loop *loop)
{
    const struct timer *timer = first_timer(loop, UINT64_MAX);
    int64_t due = agenda_due(&here.agenda, false);
    uint64_t before = loop->order;

    if (timer != NULL && timer->due.ms < due)
        due = timer->due.ms;
    if (due > here.boot_ms)
        here.boot_ms = due;
    loop->figures.turns++;
    tell_jump(loop);
    fire_signals(loop);
    if (dice_chance(&here.dice, 500))
        fire_timers(loop, before);
    while (!here.dead && agenda_due(&here.agenda, false) <= here.boot_ms)
        agenda_run(&here.agenda, false);
    tell_jump(loop);
    if (!here.dead)
        fire_timers(loop, before);
}

static void give_up(struct loop *loop)
{
    for (size_t i = 0; i < loop->signal_count; i++)
        if (loop->signals[i].number == SIGTERM)
            loop->signals[i].fired(loop->signals[i].context, loop_now(loop));
}

void loop_run(struct loop *loop)
{
    here.loop = loop;
    while (!loop->stopping && !here.dead && !here.failed)
        turn(loop);
    here.dead = here.dead || here.failed;
    if (here.dead) /* what it does from here on has no effect; it gives back what it has */
        give_up(loop);
    loop->stopping = false;
}
