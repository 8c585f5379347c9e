#ifndef ERWATCH_APP_HEARTBEAT_H
#define ERWATCH_APP_HEARTBEAT_H

#include "app/app.h"

/*
 * The dead-man's heartbeat: a word to somebody outside as long as the whole chain works. He raises the alarm when it stays
 * away, for whatever reason; nothing is ever sent to say that something is wrong.
 */

/** From app->settings: begin, go on with another address, or end. */
void heartbeat_adopt(struct app *app, struct moment now);
void heartbeat_free(struct app *app);

/** For the control socket. @p out is filled unless there is none. */
struct heartbeat_view;
bool heartbeat_view(const struct app *app, struct heartbeat_view *out);

#endif
