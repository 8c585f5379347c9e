#ifndef ERWATCH_APP_ADOPT_H
#define ERWATCH_APP_ADOPT_H

#include "app/app.h"

/* What follows from settings and carries no state, and the change to others. */

struct watch adopt_watch(struct app *app);
struct http *adopt_make_http(struct app *app, const struct settings *settings, char why[256]);
/** One for each credential of app->settings, without tokens. */
void adopt_make_sign_ins(struct app *app);
void adopt_free_sign_ins(struct sign_in *sign_ins, size_t count, const char **names);

/** Takes @p settings over, unless no client can be made from them: then @p why says so. */
bool app_adopt(struct app *app, struct settings *settings, struct moment now, char why[256]);
/** The same settings with other circuits: tokens, receivers and connections stay. Takes @p settings over. */
void app_adopt_circuits(struct app *app, struct settings *settings, struct moment now);

#endif
