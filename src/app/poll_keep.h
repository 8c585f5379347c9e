#ifndef ERWATCH_APP_POLL_KEEP_H
#define ERWATCH_APP_POLL_KEEP_H

#include "core/mono.h"

/* What polling goes on with when the circuits or all settings become others: between, poll_stop() and poll_start(). */

struct app;
struct poll_kept;

enum poll_goes_on {
    POLL_CIRCUITS, /* only the circuits are others: whoever has backed off stays so */
    POLL_SETTINGS, /* whatever did not work may work now: it is tried at once, within the budgets */
};

/** Before poll_stop(). The present settings must live until poll_go_on(). */
struct poll_kept *poll_keep(struct app *app);
/** After poll_start(). Takes @p kept over. */
void poll_go_on(struct app *app, struct poll_kept *kept, enum poll_goes_on how, struct moment now);

#endif
