#ifndef ERWATCH_APP_ERRAND_H
#define ERWATCH_APP_ERRAND_H

#include "app/target.h"
#include "azure/request.h"
#include "core/mono.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

/*
 * A question that takes several requests, one after the other, none of them urgent: each waits until the budget of
 * reads has something to spare. Put one of these into what is kept of the question.
 */

struct timer;

struct errand {
    LIST_ENTRY(errand) link; /* in app->errands, while it waits */
    struct app *app;
    enum ask ask;
    size_t index; /* of the target */
    struct timer *timer;
    struct azure_request request; /* that waits */
    void (*done)(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                 struct moment now);
    void *context;
};

/** @param context  of the answers: what the errand is a part of */
void errand_init(struct errand *errand, struct app *app, enum ask ask, size_t index, void *context);
void errand_fini(struct errand *errand);

/** The next request, which is taken over; @p done as for ask_about(), never from inside. */
void errand_ask(struct errand *errand, struct azure_request *request,
                void (*done)(void *context, const struct azure_reply *reply, struct failure *failure,
                             struct mono asked, struct moment now),
                struct moment now);

/** End those that wait, as calls that are dropped: no reply, and a failure of kind TROUBLE_NONE. */
void errands_stop(struct app *app);

/**
 * The last answer was none. The core and the journal are told, of @p circuit and @p feature.
 *
 * @return does a refusal of rights or a missing thing explain it? Then asking sooner is of no use.
 */
bool errand_failed(struct errand *errand, size_t circuit, enum feature feature, struct failure *failure,
                   struct moment now);

/** 404 and 409 of a resource provider that is not registered in the subscription: it has nothing to say. */
bool errand_unregistered(const struct failure *failure);

/** The circuit of the settings with this id, as Azure writes it; SIZE_MAX: none of this subscription. */
size_t errand_circuit(const struct errand *errand, const char *id);

#endif
