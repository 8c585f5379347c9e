/* The loop: order of timers, one reading per turn, calls from threads, signals. */
#include "io/loop.h"
#include "io/wake.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(loop, .fini = leaks_fail);

/* What fired, in order; the loop is stopped when `until` have. */
struct fired {
    struct loop *loop;
    struct timer *timers[8];
    size_t order[64], count, until;
    struct moment seen[64];
};

struct mark {
    struct fired *fired;
    size_t number;
};

static void note(void *context, struct moment now)
{
    struct mark *mark = context;
    struct fired *fired = mark->fired;

    fired->seen[fired->count] = now;
    fired->order[fired->count++] = mark->number;
    if (fired->count == fired->until)
        loop_stop(fired->loop);
}

static struct mono in(struct loop *loop, int64_t ms)
{
    return mono_after(loop_now(loop).mono, ms);
}

Test(loop, fires_by_due_time_and_then_by_the_order_of_setting)
{
    static const int64_t due[] = { 3, 1, 2, 1, 0, -5 };
    static const size_t expected[] = { 4, 5, 1, 3, 2, 0 }; /* what is overdue stands in line where it was set */
    struct fired fired = { .loop = loop_new(), .until = 6 };
    struct mark marks[6];

    for (size_t i = 0; i < 6; i++) {
        marks[i] = (struct mark){ &fired, i };
        fired.timers[i] = timer_new(fired.loop, note, &marks[i]);
        timer_set(fired.timers[i], in(fired.loop, due[i]));
    }
    cr_expect_eq(loop_figures(fired.loop).timers, 6);
    loop_run(fired.loop);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(fired.order[i], expected[i], "number %zu is timer %zu", i, fired.order[i]);
        timer_free(fired.timers[i]);
    }
    loop_free(fired.loop);
}

Test(loop, a_timer_that_is_off_or_set_anew_does_not_fire_as_before)
{
    struct fired fired = { .loop = loop_new(), .until = 2 };
    struct mark marks[3] = { { &fired, 0 }, { &fired, 1 }, { &fired, 2 } };

    for (size_t i = 0; i < 3; i++) {
        fired.timers[i] = timer_new(fired.loop, note, &marks[i]);
        timer_set(fired.timers[i], in(fired.loop, 1));
    }
    timer_set(fired.timers[0], MONO_NEVER);
    timer_set(fired.timers[1], in(fired.loop, 5));
    struct mono due = in(fired.loop, 5);
    loop_run(fired.loop);
    cr_expect_eq(fired.order[0], 2);
    cr_expect_eq(fired.order[1], 1);
    cr_expect(mono_reached(due, fired.seen[1].mono), "never before it is due");
    cr_expect_eq(loop_figures(fired.loop).timers, 0);
    for (size_t i = 0; i < 3; i++)
        timer_free(fired.timers[i]);
    loop_free(fired.loop);
}

static void set_again(void *context, struct moment now)
{
    struct mark *mark = context;

    timer_set(mark->fired->timers[mark->number], mono_after(now.mono, -1000));
}

Test(loop, a_timer_that_is_always_overdue_starves_nobody)
{
    struct fired fired = { .loop = loop_new(), .until = 1 };
    struct mark greedy = { &fired, 0 }, other = { &fired, 1 };

    fired.timers[0] = timer_new(fired.loop, set_again, &greedy);
    fired.timers[1] = timer_new(fired.loop, note, &other);
    timer_set(fired.timers[0], in(fired.loop, 0));
    timer_set(fired.timers[1], in(fired.loop, 2));
    loop_run(fired.loop);
    cr_expect_eq(fired.count, 1);
    timer_free(fired.timers[0]);
    timer_free(fired.timers[1]);
    loop_free(fired.loop);
}

struct echo {
    struct mark mark;
    struct wake *wake;
};

/* Notes the call, and calls again. */
static void note_and_wake(void *context, struct moment now)
{
    struct echo *echo = context;

    note(&echo->mark, now);
    wake_up(echo->wake);
}

/* A timer that is set to what is over whenever it fires, until others have been heard. */
struct greedy {
    struct fired fired; /* timers[0]: the greedy one */
    size_t turns;
};

static void set_to_the_past(void *context, struct moment now)
{
    struct greedy *greedy = context;

    greedy->turns++;
    timer_set(greedy->fired.timers[0], mono_after(now.mono, -1000));
}

static struct timer *greedy_timer(struct greedy *greedy)
{
    greedy->fired.timers[0] = timer_new(greedy->fired.loop, set_to_the_past, greedy);
    timer_set(greedy->fired.timers[0], in(greedy->fired.loop, 0));
    return greedy->fired.timers[0];
}

Test(loop, what_is_always_overdue_keeps_no_descriptor_waiting)
{
    struct greedy greedy = { .fired = { .loop = loop_new(), .until = 3 } };
    struct echo echo = { .mark = { &greedy.fired, 5 } };
    struct timer *timer = greedy_timer(&greedy);

    echo.wake = wake_new(greedy.fired.loop, note_and_wake, &echo);
    wake_up(echo.wake);
    loop_run(greedy.fired.loop);
    cr_expect_eq(greedy.fired.count, 3, "each call came");
    cr_expect_leq(greedy.turns, 4, "and each in the turn after it was made: %zu turns", greedy.turns);
    cr_expect_eq(loop_figures(greedy.fired.loop).turns, 3, "an overdue timer makes no turns of its own beside");
    wake_free(echo.wake);
    timer_free(timer);
    loop_free(greedy.fired.loop);
}

Test(loop, the_timerfd_wakes_it_again_after_turns_that_did_without)
{
    struct greedy greedy = { .fired = { .loop = loop_new(), .until = 1 } };
    struct mark mark = { &greedy.fired, 5 };
    struct timer *timer = greedy_timer(&greedy), *later = timer_new(greedy.fired.loop, note, &mark);

    timer_set(later, in(greedy.fired.loop, 5));
    loop_run(greedy.fired.loop); /* never waits, because of the greedy one */
    timer_set(timer, MONO_NEVER);
    greedy.fired.until = 4;
    for (size_t i = 0; i < 3; i++) { /* and now only the timerfd can wake it, several times */
        greedy.fired.until = greedy.fired.count + 1;
        struct mono due = in(greedy.fired.loop, 3);
        timer_set(later, due);
        loop_run(greedy.fired.loop);
        cr_expect(mono_reached(due, greedy.fired.seen[greedy.fired.count - 1].mono));
    }
    cr_expect_eq(greedy.fired.count, 4);
    timer_free(later);
    timer_free(timer);
    loop_free(greedy.fired.loop);
}

static void free_other(void *context, struct moment now)
{
    struct mark *mark = context;

    timer_free(mark->fired->timers[mark->number]);
    mark->fired->timers[mark->number] = NULL;
    note(context, now);
}

Test(loop, a_callback_may_free_timers_and_its_own_too)
{
    struct fired fired = { .loop = loop_new(), .until = 2 };
    struct mark marks[3] = { { &fired, 1 }, { &fired, 1 }, { &fired, 2 } };

    fired.timers[0] = timer_new(fired.loop, free_other, &marks[0]);
    fired.timers[1] = timer_new(fired.loop, note, &marks[1]);
    fired.timers[2] = timer_new(fired.loop, free_other, &marks[2]);
    for (size_t i = 0; i < 3; i++)
        timer_set(fired.timers[i], in(fired.loop, 0));
    loop_run(fired.loop);
    cr_expect_eq(fired.order[0], 1);
    cr_expect_eq(fired.order[1], 2);
    timer_free(fired.timers[0]);
    loop_free(fired.loop);
}

struct crowd {
    struct loop *loop;
    struct mono last;
    size_t left;
    bool disorder;
};

struct member {
    struct crowd *crowd;
    struct mono due;
};

static void member_fired(void *context, struct moment now)
{
    struct member *member = context;
    struct crowd *crowd = member->crowd;

    crowd->disorder |= member->due.ms < crowd->last.ms || !mono_reached(member->due, now.mono);
    crowd->last = member->due;
    if (--crowd->left == 0)
        loop_stop(crowd->loop);
}

Test(loop, a_crowd_of_timers_set_reset_and_freed_fires_in_order)
{
    enum { CROWD = 2000 };
    static struct member members[CROWD];
    static struct timer *timers[CROWD];
    struct crowd crowd = { .loop = loop_new() };

    srandom(7);
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < CROWD; i++) {
            if (timers[i] == NULL)
                timers[i] = timer_new(crowd.loop, member_fired, &members[i]);
            members[i] = (struct member){ &crowd, in(crowd.loop, 1 + random() % 40) };
            timer_set(timers[i], members[i].due);
            if (random() % 3 == 0) {
                timer_free(timers[i]);
                timers[i] = NULL;
            }
        }
    }
    for (size_t i = 0; i < CROWD; i++)
        crowd.left += timers[i] != NULL;
    cr_assert_eq(loop_figures(crowd.loop).timers, crowd.left);
    loop_run(crowd.loop);
    cr_expect_not(crowd.disorder);
    for (size_t i = 0; i < CROWD; i++)
        timer_free(timers[i]);
    loop_free(crowd.loop);
}

static void busy(void *context, struct moment now)
{
    struct mark *mark = context;
    struct timespec begin, spent;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    do
        clock_gettime(CLOCK_MONOTONIC, &spent);
    while ((spent.tv_sec - begin.tv_sec) * 1000 + (spent.tv_nsec - begin.tv_nsec) / 1000000 < 4);
    cr_expect_eq(loop_now(mark->fired->loop).mono.ms, now.mono.ms, "the time stands still during a turn");
    note(context, now);
}

Test(loop, everything_in_one_turn_happens_at_one_moment)
{
    struct fired fired = { .loop = loop_new(), .until = 2 };
    struct mark marks[2] = { { &fired, 0 }, { &fired, 1 } };

    for (size_t i = 0; i < 2; i++) {
        fired.timers[i] = timer_new(fired.loop, busy, &marks[i]);
        timer_set(fired.timers[i], in(fired.loop, 0));
    }
    loop_run(fired.loop);
    cr_expect_eq(fired.seen[0].mono.ms, fired.seen[1].mono.ms);
    cr_expect_eq(fired.seen[0].wall_ms, fired.seen[1].wall_ms);
    cr_expect_geq(loop_figures(fired.loop).longest_us, 8000, "the figures know of the long turn");
    cr_expect_geq(loop_figures(fired.loop).below_us, 8000, "of a few turns the longest is the 999th of 1000");
    for (size_t i = 0; i < 2; i++)
        timer_free(fired.timers[i]);
    loop_free(fired.loop);
}

static void *call_in(void *context)
{
    wake_up(context);
    return NULL;
}

Test(loop, another_thread_wakes_it)
{
    struct fired fired = { .loop = loop_new(), .until = 1 };
    struct mark mark = { &fired, 7 };
    struct wake *wake = wake_new(fired.loop, note, &mark);
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, call_in, wake), 0);
    loop_run(fired.loop);
    pthread_join(thread, NULL);
    cr_expect_eq(fired.order[0], 7);
    wake_free(wake);
    loop_free(fired.loop);
}

static void raise_it(void *context, struct moment now)
{
    (void)context;
    (void)now;
    raise(SIGHUP);
}

Test(loop, a_signal_becomes_a_call)
{
    struct fired fired = { .loop = loop_new(), .until = 1 };
    struct mark mark = { &fired, 3 };

    cr_expect_not(loop_on_signal(fired.loop, SIGKILL, note, &mark), "nobody catches this one");
    cr_assert(loop_on_signal(fired.loop, SIGHUP, note, &mark));
    struct timer *timer = timer_new(fired.loop, raise_it, NULL);
    timer_set(timer, in(fired.loop, 0));
    loop_run(fired.loop);
    cr_expect_eq(fired.order[0], 3);
    timer_free(timer);
    loop_free(fired.loop);
    raise(SIGHUP); /* nobody cares any more, and nobody dies of it */
}
