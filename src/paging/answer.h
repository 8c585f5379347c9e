#ifndef ERWATCH_PAGING_ANSWER_H
#define ERWATCH_PAGING_ANSWER_H

#include "paging/wire.h"

#include <assert.h>

/* What the kinds of receivers share while they read an answer. */

/* One of these for each kind; @p out is "delivered" before. */
void judge_http(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                struct wire_outcome *out);
void judge_slack(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                 struct wire_outcome *out);
void judge_mail(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                struct wire_outcome *out);

/**
 * Retry-After: seconds, or a date (RFC 9110, 10.2.3).
 *
 * @param text  NULL: there was none
 * @return      0 to 15 min; a date in the past is 0; -1: none, or neither of both
 */
int64_t retry_after_ms(const char *text, int64_t now_wall_ms);

#endif
