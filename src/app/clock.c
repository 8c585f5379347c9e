/*
 * Clocks that do more than go on (rule 97). Timers are on the clock that only runs forward, so that nothing stops or hurries
 * for a step; the core is told, and tells. After a sleep everything is asked for at once.
 */
#include "app/delivery.h"

#include "io/clocks.h"

#include <stdlib.h>

static void tell(struct app *app, const struct clock_jump *jump, struct moment now)
{
    engine_clock_jumped(app->engine, jump, now, &app->effects);
    app_run_effects(app, now); /* its story is of the last jump: before the next */
}

static void jumped(void *context, const struct clocks_move *move, struct moment now)
{
    struct app *app = context;
    int64_t woke_wall_ms = now.wall_ms - move->stepped_ms; /* by the clock that it slept with */

    if (app->stopping)
        return;
    if (move->slept_ms > app->settings->poll.every_ms) {
        tell(app, &(struct clock_jump){ CLOCK_SLEPT, move->slept_ms, woke_wall_ms - move->slept_ms, woke_wall_ms }, now);
        poll_all_now(app, now);
    }
    if (llabs(move->stepped_ms) >= CLOCK_STEP_MS)
        tell(app, &(struct clock_jump){ CLOCK_STEPPED, move->stepped_ms, move->from_wall_ms, now.wall_ms }, now);
    app_follow(app, now);
    deliver_pump(app, now);
}

void clock_start(struct app *app, struct moment now)
{
    int64_t newest_wall_ms = app->store.newest_wall_ms > CLOCK_LEAST_MS ? app->store.newest_wall_ms : CLOCK_LEAST_MS;
    int64_t behind_ms = newest_wall_ms - now.wall_ms;

    loop_on_jump(app->loop, jumped, app);
    if (behind_ms >= CLOCK_STEP_MS)
        tell(app, &(struct clock_jump){ CLOCK_BEHIND, behind_ms, newest_wall_ms, now.wall_ms }, now);
}
