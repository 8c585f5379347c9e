#ifndef ERWATCH_APP_SURVEY_H
#define ERWATCH_APP_SURVEY_H

#include "core/mono.h"

#include <stddef.h>

struct api_request;
struct app;
struct server_call;

/** Read what is asked for (API_DISCOVER) and answer @p call when all of it has come, or will not. */
void survey_start(struct app *app, struct server_call *call, const struct api_request *request, struct moment now);

/** A token has come, or will not: those who waited for it go on. */
void survey_token(struct app *app, size_t credential, struct moment now);

/** The settings are about to change, or the daemon stops: whoever waits is told. */
void survey_drop(struct app *app);

#endif
