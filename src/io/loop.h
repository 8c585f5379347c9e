#ifndef ERWATCH_IO_LOOP_H
#define ERWATCH_IO_LOOP_H

#include "core/mono.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The event loop: timers on CLOCK_BOOTTIME (they go on through suspend and clock steps), signals, and the one reading
 * of the clocks per turn.
 */

struct loop;
struct event_base;

/**
 * Ends the process when the system gives no descriptors. From here on a write to a peer that is gone is an error, not
 * SIGPIPE.
 */
struct loop *loop_new(void);
/** Timers and wake-ups are freed by their owners, before. */
void loop_free(struct loop *loop);

/** Run until loop_stop(). The turn in which it was called is finished. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/** Both clocks, as read in the present turn by the first who asked; before loop_run(), at the first question. */
struct moment loop_now(const struct loop *loop);

typedef void loop_fired(void *context, struct moment now);

struct clocks_move;
typedef void loop_jumped(void *context, const struct clocks_move *move, struct moment now);
/**
 * Call @p jumped when the wall clock was set or the machine slept (clocks.h), before the timers of that turn. A step wakes
 * the loop. The readings of two turns are compared, so that a clock that is turned gently is never taken for one that
 * was set.
 */
void loop_on_jump(struct loop *loop, loop_jumped *jumped, void *context);

/**
 * One timer, off at first. The callback runs once for each setting, never before it is due, in the order of the due
 * times; one that is set during a turn fires in a later turn, even when it is due already.
 */
struct timer;
struct timer *timer_new(struct loop *loop, loop_fired *fired, void *context);
void timer_free(struct timer *timer);
void timer_set(struct timer *timer, struct mono due); /* MONO_NEVER: off */

/**
 * Call @p fired from the loop whenever the signal arrives; once the loop is gone it is ignored. Not for SIGCHLD.
 *
 * @return false: the signal cannot be caught
 */
bool loop_on_signal(struct loop *loop, int number, loop_fired *fired, void *context);

/** For the other files of io only. */
struct event_base *loop_base(struct loop *loop);

/** What the loop did, for `erwatchctl loop`. Turns in which nothing of ours ran are not timed. */
struct loop_figures {
    uint64_t turns;
    uint32_t timers; /* that are set */
    int64_t longest_us, late_us; /* longest turn, greatest lateness of a timer */
    int64_t below_us;            /* what 999 of 1000 turns took at most, to a fifth of it */
};
struct loop_figures loop_figures(const struct loop *loop);

#endif
