#ifndef ERWATCH_APP_DELIVERY_H
#define ERWATCH_APP_DELIVERY_H

#include "app/app.h"

/* Who is told, and what waits for whom: routing.c says who, receivers.c owns the queues, deliver.c works them off. */

struct delivery {
    struct delivery *next;
    int64_t id;
    uint64_t key;
    uint32_t episode, sequence, attempts;
    uint8_t event, severity;
    char *body, *notice_id;
    int64_t created_wall_ms;
    struct mono first, due;
    uint64_t serial; /* of the commit that holds it: nothing is sent before it is on the disk */
    bool busy;
    struct receiver *receiver;
    char **environment;
};

struct receiver {
    struct app *app;
    const struct receiver_settings *settings; /* NULL: no longer in the settings, ends with its last run */
    char *name;
    struct delivery *first, **last;
    size_t waiting, running;
    char trouble[256]; /* of the last attempt; "" when it went well */
    struct timer *timer;
};

/* deliver.c */
/** Put a notice into the queue of every receiver that the routes name. */
void deliver_add(struct app *app, struct effect *effect, const char *json, struct moment now);
void deliver_restore(struct app *app, const struct stored_delivery *stored, struct moment now);
void deliver_pump(struct app *app, struct moment now);
/** The receivers of app->settings; queues go with the receiver's name. */
void deliver_adopt(struct app *app, struct moment now);
/** Start nothing more and end what runs. */
void deliver_stop(struct app *app);
void deliver_free(struct app *app);
void deliver_each(struct app *app, void (*each)(void *, const struct delivery *), void *context);

/* What these files share. */

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
