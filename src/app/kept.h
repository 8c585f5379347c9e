#ifndef ERWATCH_APP_KEPT_H
#define ERWATCH_APP_KEPT_H

#include "app/app.h"

/* Answers to operators who have changed something: they leave once the change is on the disk. */

/**
 * Answer when everything that was put into commits until now is kept; or, with a sentence about it, when the database
 * cannot be written, or has not taken it in time.
 *
 * @param json  heap, given up
 */
void kept_answer(struct app *app, struct server_call *call, char *json, struct moment now);

/** A commit has ended, or hangs: answer those that need not wait any longer. */
void kept_look(struct app *app);

/** The daemon stops: answer all of them. */
void kept_stop(struct app *app);

#endif
