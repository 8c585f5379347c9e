#ifndef ERWATCH_APP_ALERTS_H
#define ERWATCH_APP_ALERTS_H

#include "app/delivery.h"
#include "app/send_wire.h"

/* What the peers of an Alertmanager are told of again, because they forget. */

/** A peer has answered, or will not. @param request  its own, to be freed */
typedef void alerts_answered(void *context, struct wire_request *request, const struct http_reply *reply,
                             struct moment now);

/**
 * Tell one peer. @p done runs once, later.
 *
 * @param body     a notice of ours
 * @param kept     as of wire_request_new()
 */
void alerts_post(const struct receiver *receiver, struct http *http, const char *url, const char *body,
                 const char *kept, bool minimal, alerts_answered *done, void *context, struct moment now);

/** What one receiver tells again, another one does from now on, where it does not yet. */
void alerts_take(struct receiver *to, const struct receiver *from, struct moment now);

#endif
