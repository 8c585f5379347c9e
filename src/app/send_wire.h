#ifndef ERWATCH_APP_SEND_WIRE_H
#define ERWATCH_APP_SEND_WIRE_H

#include "app/delivery.h"

/* What the senders of everything but programs share: secrets from files, the request, and what its answer means. */

/** One attempt. */
struct wire_run {
    struct delivery *delivery;
    struct wire wire; /* without its secrets */
    struct wire_request *request;
    struct secret password; /* of a mail server; until it is wiped */
};

/**
 * Read what the receiver needs and make the request.
 *
 * @return  NULL when nothing will leave, which is told later: a secret cannot be read, or there is nothing to say
 */
struct wire_run *wire_run_new(struct delivery *delivery, struct moment now);
void wire_run_free(struct wire_run *run);

/** What an HTTP answer means, or a failure before there was one. @param wire  only its kind is looked at */
void wire_answered(const struct wire *wire, const struct wire_request *request, const struct http_reply *reply,
                   struct moment now, struct wire_outcome *outcome);

/** The attempt cannot be made: that is for a person to mend. */
void wire_not_sent(struct delivery *delivery, const char *why, struct moment now);

#endif
