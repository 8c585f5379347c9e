#ifndef ERWATCH_APP_RECEIVER_TEST_H
#define ERWATCH_APP_RECEIVER_TEST_H

#include "app/app.h"

/*
 * Tests of receivers: a notice with the event "test" that takes the way of every other one, ahead of them, once. It
 * raises nothing, pauses nothing, and is tried by nobody else.
 */

struct receiver;
struct receiver_test;
struct wire_outcome;

/** Send one to the receiver of that name, and answer @p call when it is over, or too late. */
void receiver_test_start(struct app *app, struct server_call *call, const char *name,
                         const struct server_request *request, struct moment now);

/** Its attempt has ended: whoever waits is answered. @return was it taken? */
bool receiver_test_ended(struct receiver_test *test, const struct wire_outcome *outcome, int64_t took_ms,
                         struct moment now);

/** Out of the queue with it, and it is freed with its delivery. */
void receiver_test_drop(struct receiver_test *test, struct moment now);

/** Its delivery is being freed. */
void receiver_test_free(struct receiver_test *test);

/** Whoever waits for a test of this receiver, if anybody does, is told why there is no answer. */
void receiver_test_refuse(struct receiver *receiver, const char *why);

/** The daemon stops: nobody waits any more. */
void receiver_tests_stop(struct app *app);

#endif
