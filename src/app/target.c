/*
 * What there is to ask: targets, numbered for the queue by kind and index, whose question they belong to, and how often
 * each is due by itself.
 */
#include "app/app.h"
#include "app/bundle.h"

#include <assert.h>

enum per { PER_SUBSCRIPTION, PER_CIRCUIT };

static const struct kind {
    const char *name;
    uint8_t per;     /* enum per: what the index counts */
    uint8_t budget;  /* enum budget_kind, of its first request: a POST counts as a write */
    uint8_t urgency; /* enum urgency */
} kinds[ASKS] = {
    [ASK_LIST] = { "list", PER_SUBSCRIPTION, BUDGET_READS, URGENCY_STATES },
    [ASK_CIRCUIT] = { "circuit", PER_CIRCUIT, BUDGET_READS, URGENCY_STATES },
    [ASK_METRICS] = { "metrics", PER_CIRCUIT, BUDGET_READS, URGENCY_OPTIONAL },
    [ASK_ROUTES] = { "routes", PER_CIRCUIT, BUDGET_WRITES, URGENCY_OPTIONAL },
    [ASK_BATCH] = { .name = "metrics batch" },
    [ASK_DISCOVER] = { .name = "discover" },
    [ASK_TOKEN] = { .name = "token" },
};

const char *ask_name(enum ask ask)
{
    return kinds[ask].name;
}

const char *budget_name(enum budget_kind kind)
{
    static const char *const names[BUDGETS] = { "reads", "writes", "metrics" };
    return names[kind];
}

static size_t count_of(const struct app *app, enum ask ask)
{
    return kinds[ask].per == PER_SUBSCRIPTION ? app->subscription_count : app->settings->circuit_count;
}

size_t target_id(const struct app *app, enum ask ask, size_t index)
{
    assert(ask < ASK_TARGETS);
    for (enum ask before = 0; before < ask; before++)
        index += count_of(app, before);
    return index;
}

size_t target_count(const struct app *app)
{
    size_t count = 0;

    for (enum ask ask = 0; ask < ASK_TARGETS; ask++)
        count += count_of(app, ask);
    return count;
}

enum ask target_kind(const struct app *app, size_t id, size_t *index)
{
    enum ask ask = 0;

    while (id >= count_of(app, ask))
        id -= count_of(app, ask++);
    assert(ask < ASK_TARGETS);
    *index = id;
    return ask;
}

struct subscription *target_subscription(const struct app *app, enum ask ask, size_t index)
{
    return &app->subscriptions[kinds[ask].per == PER_SUBSCRIPTION ? index : app->watched[index].subscription];
}

int64_t target_every_ms(const struct app *app, enum ask ask, size_t index)
{
    switch (ask) {
    case ASK_LIST:
        return app->subscriptions[index].every_ms;
    case ASK_METRICS:
        return app->settings->policy.sessions_every_ms;
    case ASK_ROUTES:
        return policy_routes_every_ms(&app->settings->policy);
    default:
        return app->settings->circuits[index].every_ms;
    }
}

struct mono target_beat(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    const char *name = kinds[ask].per == PER_SUBSCRIPTION ? app->subscriptions[index].id
                                                          : app->settings->circuits[index].id_lower;

    if (ask == ASK_METRICS && bundle_serves(app, index, now))
        name = bundle_name(app->watched[index].bundle);
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

enum budget_kind target_budget(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    return ask == ASK_METRICS && bundle_serves(app, index, now) ? BUDGET_METRICS : kinds[ask].budget;
}

enum urgency target_urgency(enum ask ask)
{
    return kinds[ask].urgency;
}
