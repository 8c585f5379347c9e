#ifndef ERWATCH_APP_MUTES_H
#define ERWATCH_APP_MUTES_H

#include "app/app.h"
#include "core/mute.h"

/* Silences and maintenance windows of the running daemon. */

struct muter;

/** After everything else was loaded, and before the core's first turn. */
void mutes_start(struct app *app, struct moment now);

/** Other settings: the core is about to be given them … */
void mutes_take_windows(struct app *app, struct moment now);
/** … and has them now. Also after other circuits. */
void mutes_adopt(struct app *app, struct moment now);

void mutes_free(struct app *app);

/** What there is; as long as nothing of it changes. */
const struct mutes *mutes_all(const struct app *app);

/** Why maintenance windows do not hold: a sentence about the clock; NULL: they do, or there are none. */
const char *mutes_clock_trouble(const struct app *app);

#endif
