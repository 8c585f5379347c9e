#ifndef ERWATCH_APP_DELIVERY_H
#define ERWATCH_APP_DELIVERY_H

#include "app/app.h"

/* What the files of delivery share: routing.c says who is told, receivers.c owns the queues, deliver.c works them off. */

/** Mark the receivers that hear of an incident of this severity: `chosen` has one flag for each of app->settings. */
void routing_choose(const struct app *app, const struct incident *incident, uint8_t severity,
                    const struct circuit_settings *circuit, bool *chosen);

void delivery_free(struct delivery *delivery);

/** Put at the end of the receiver's queue, which owns it from now on. */
void receiver_enqueue(struct receiver *receiver, struct delivery *delivery);
/** Take out of the queue; the caller owns it. */
void receiver_unlink(struct receiver *receiver, struct delivery *delivery);
/** One that is no longer in the settings: what waits is dropped, and said so; it is freed with the end of its last run. */
void receiver_leave(struct app *app, struct receiver *receiver, struct moment now);
/** Who gets what waits for a receiver that is no longer there: the last route's first one; NULL without receivers. */
struct receiver *receivers_heir(const struct app *app);
/** Put the delivery, as it is now, into the next commit. */
void delivery_keep(struct app *app, const struct delivery *delivery);
/** Work the queue off. */
void receiver_due(void *context, struct moment now);

#endif
