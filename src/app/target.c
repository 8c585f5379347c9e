/*
 * What there is to ask: targets, numbered for the queue by kind and index, whose question they belong to, and how often
 * each is due by itself.
 */
#include "app/app.h"

#include <assert.h>

const char *ask_name(enum ask ask)
{
    static const char *const names[ASKS] = { "list", "circuit", "metrics", "routes", "discover", "token" };
    return names[ask];
}

size_t target_id(const struct app *app, enum ask ask, size_t index)
{
    size_t circuits = app->settings->circuit_count;

    assert(ask <= ASK_ROUTES);
    return ask == ASK_LIST ? index : app->subscription_count + circuits * (size_t)(ask - ASK_CIRCUIT) + index;
}

size_t target_count(const struct app *app)
{
    return app->subscription_count + 3 * app->settings->circuit_count;
}

enum ask target_kind(const struct app *app, size_t id, size_t *index)
{
    size_t circuits = app->settings->circuit_count;

    if (id < app->subscription_count) {
        *index = id;
        return ASK_LIST;
    }
    id -= app->subscription_count;
    *index = id % circuits;
    return ASK_CIRCUIT + (enum ask)(id / circuits);
}

struct subscription *target_subscription(const struct app *app, enum ask ask, size_t index)
{
    return &app->subscriptions[ask == ASK_LIST ? index : app->watched[index].subscription];
}

int64_t target_every_ms(const struct app *app, enum ask ask, size_t index)
{
    switch (ask) {
    case ASK_LIST:
        return app->subscriptions[index].every_ms;
    case ASK_METRICS:
        return app->settings->policy.sessions_every_ms;
    case ASK_ROUTES:
        return app->settings->policy.sessions_every_ms > ROUTES_EVERY_MS ? app->settings->policy.sessions_every_ms
                                                                       : ROUTES_EVERY_MS;
    default:
        return app->settings->circuits[index].every_ms;
    }
}

struct mono target_beat(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    const char *name = ask == ASK_LIST ? app->subscriptions[index].id : app->settings->circuits[index].id_lower;

    return schedule_beat(name, target_every_ms(app, ask, index), now);
}

bool target_has_beat(const struct app *app, enum ask ask, size_t index)
{
    const struct subscription *subscription = target_subscription(app, ask, index);

    switch (ask) {
    case ASK_LIST:
        return subscription->listed;
    case ASK_CIRCUIT:
        return !subscription->listed;
    case ASK_METRICS:
        return (app->settings->policy.sessions & SESSIONS_METRICS) != 0;
    default:
        return (app->settings->policy.sessions & SESSIONS_ROUTES) != 0;
    }
}
