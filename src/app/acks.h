#ifndef ERWATCH_APP_ACKS_H
#define ERWATCH_APP_ACKS_H

#include "app/app.h"

/* Operators take incidents on and let them go. The client is known: these answer its call. */

void acks_make(struct app *app, struct server_call *call, const char *written, const struct server_request *request,
               struct moment now);
void acks_end(struct app *app, struct server_call *call, const char *written, const struct server_request *request,
              struct moment now);

#endif
