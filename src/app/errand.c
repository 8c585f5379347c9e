/* Several requests for one question: the budget, the token, and what follows from a failure, for those that ask so. */
#include "app/errand.h"

#include "app/app.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void send_it(void *context, struct moment now);

void errand_init(struct errand *errand, struct app *app, enum ask ask, size_t index, void *context)
{
    *errand = (struct errand){ .app = app, .ask = ask, .index = index, .context = context };
}

void errand_fini(struct errand *errand)
{
    azure_request_free(&errand->request);
    timer_free(errand->timer);
}

static void wait_until(struct errand *errand, struct mono at)
{
    if (errand->timer == NULL)
        errand->timer = timer_new(errand->app->loop, send_it, errand);
    LIST_INSERT_HEAD(&errand->app->errands, errand, link);
    timer_set(errand->timer, at);
}

/* Away, or on the list of those that wait. Without a token it waits, too: the target's next turn is far off. */
static void send_or_wait(struct errand *errand, struct moment now)
{
    struct app *app = errand->app;
    struct subscription *on = target_subscription(app, errand->ask, errand->index);
    struct budget *reads = &on->budget[BUDGET_READS];

    if (!budget_may(reads, URGENCY_OPTIONAL, now.mono))
        wait_until(errand, budget_wait(reads, URGENCY_OPTIONAL, now.mono));
    else if (!sign_in_ready(app, on->credential, now))
        wait_until(errand, mono_after(now.mono, app->settings->policy.retry_ms));
    else
        ask_about(app, errand->ask, on, &errand->request, errand->done, errand->context);
}

static void send_it(void *context, struct moment now)
{
    struct errand *errand = context;

    LIST_REMOVE(errand, link);
    send_or_wait(errand, now);
}

void errand_ask(struct errand *errand, struct azure_request *request, ask_done *done, struct moment now)
{
    assert(errand->request.url == NULL);
    errand->request = *request;
    *request = (struct azure_request){ 0 };
    errand->done = done;
    send_or_wait(errand, now);
}

void errands_stop(struct app *app)
{
    struct moment now = loop_now(app->loop);

    while (!LIST_EMPTY(&app->errands)) {
        struct errand *errand = LIST_FIRST(&app->errands);
        struct failure none = { .kind = TROUBLE_NONE };
        LIST_REMOVE(errand, link);
        errand->done(errand->context, NULL, &none, now.mono, now);
    }
}

bool errand_failed(struct errand *errand, size_t circuit, enum feature feature, struct failure *failure,
                   struct moment now)
{
    bool settled = failure->kind == TROUBLE_FORBIDDEN || failure->kind == TROUBLE_MISSING;

    failure->feature = (uint8_t)feature;
    poll_tell_failed(errand->app, errand->ask, errand->index, failure);
    poll_failed(errand->app, circuit, failure, now);
    return settled;
}

bool errand_unregistered(const struct failure *failure)
{
    return failure->http_status == 404 || failure->http_status == 409;
}

static int by_id(const void *key, const void *element)
{
    return resource_id_compare_text(key, &((const struct circuit_settings *)element)->id);
}

size_t errand_circuit(const struct errand *errand, const char *id)
{
    const struct app *app = errand->app;
    const struct circuit_settings *found = bsearch(id, app->settings->circuits, app->settings->circuit_count,
                                                   sizeof *app->settings->circuits, by_id);
    size_t index = found != NULL ? (size_t)(found - app->settings->circuits) : SIZE_MAX;
    const struct subscription *on = target_subscription(app, errand->ask, errand->index);

    return found != NULL && &app->subscriptions[app->homes[index].subscription] == on ? index : SIZE_MAX;
}
