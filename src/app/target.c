/*
 * What there is to ask: targets, numbered for the queue by kind and index, whose question they belong to, and how often
 * each is due by itself.
 */
#include "app/app.h"
#include "app/bundle.h"

#include <assert.h>

#define SECOND 1000

static const struct kind {
    const char *name;
    uint8_t per;     /* enum per: what the index counts */
    uint8_t budget;  /* enum budget_kind, of its first request: a POST counts as a write */
    uint8_t urgency; /* enum urgency */
    int64_t apart_ms; /* between two looks */
} kinds[ASKS] = {
    [ASK_LIST] = { "list", PER_SUBSCRIPTION, BUDGET_READS, URGENCY_STATES, SECOND },
    [ASK_CIRCUIT] = { "circuit", PER_CIRCUIT, BUDGET_READS, URGENCY_STATES, SECOND },
    [ASK_METRICS] = { "metrics", PER_CIRCUIT, BUDGET_READS, URGENCY_OPTIONAL, SECOND },
    [ASK_ROUTES] = { "routes", PER_CIRCUIT, BUDGET_WRITES, URGENCY_OPTIONAL, 5 * SECOND }, /* it asks a router */
    [ASK_HEALTH] = { "health", PER_CIRCUIT, BUDGET_READS, URGENCY_OPTIONAL, 60 * SECOND },
    [ASK_CONNECTIONS] = { "connections", PER_GROUP, BUDGET_READS, URGENCY_OPTIONAL, 20 * SECOND },
    [ASK_PORTS] = { "ports", PER_CIRCUIT, BUDGET_READS, URGENCY_OPTIONAL, 20 * SECOND },
    [ASK_MAINTENANCE] = { "maintenance", PER_SUBSCRIPTION, BUDGET_READS, URGENCY_OPTIONAL, 60 * SECOND },
    [ASK_BATCH] = { .name = "metrics batch" },
    [ASK_ARP] = { .name = "ARP tables" },
    [ASK_SEARCH] = { .name = "connection search" },
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
    const size_t counts[] = { [PER_SUBSCRIPTION] = app->subscription_count,
                              [PER_GROUP] = app->group_count,
                              [PER_CIRCUIT] = app->settings->circuit_count };
    return counts[kinds[ask].per];
}

enum per target_per(enum ask ask)
{
    return kinds[ask].per;
}

int64_t target_apart_ms(enum ask ask)
{
    return kinds[ask].apart_ms;
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
    if (kinds[ask].per == PER_GROUP)
        index = app->groups[index].subscription;
    else if (kinds[ask].per == PER_CIRCUIT)
        index = app->homes[index].subscription;
    return &app->subscriptions[index];
}

const char *target_name(const struct app *app, enum ask ask, size_t index)
{
    if (kinds[ask].per == PER_CIRCUIT)
        return app->settings->circuits[index].name;
    return kinds[ask].per == PER_GROUP ? app->groups[index].name : app->subscriptions[index].id;
}

struct id_text target_circuit_id(const struct app *app, size_t circuit)
{
    return resource_id_text(&app->settings->circuits[circuit].id);
}

int64_t target_every_ms(const struct app *app, enum ask ask, size_t index)
{
    static const int64_t fixed[ASK_TARGETS] = { [ASK_HEALTH] = HEALTH_EVERY_MS,
                                                [ASK_CONNECTIONS] = CONNECTIONS_EVERY_MS,
                                                [ASK_PORTS] = PORTS_EVERY_MS,
                                                [ASK_MAINTENANCE] = MAINTENANCE_EVERY_MS };

    switch (ask) {
    case ASK_LIST:
        return app->subscriptions[index].every_ms;
    case ASK_CIRCUIT:
        return app->settings->circuits[index].every_ms;
    case ASK_METRICS:
        return app->settings->policy.sessions_every_ms;
    case ASK_ROUTES:
        return policy_routes_every_ms(&app->settings->policy);
    default:
        return fixed[ask];
    }
}

/* The place in the interval follows from a name. The group of another subscription may have the same one: no matter. */
struct mono target_beat(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    int64_t every_ms = target_every_ms(app, ask, index);

    if (ask == ASK_METRICS && bundle_serves(app, index, now))
        return schedule_beat(bundle_name(app->watched[index].bundle), every_ms, now);
    if (kinds[ask].per == PER_CIRCUIT)
        return schedule_beat(resource_id_lower(&app->settings->circuits[index].id).text, every_ms, now);
    return schedule_beat(target_name(app, ask, index), every_ms, now);
}

bool target_has_beat(const struct app *app, enum ask ask, size_t index)
{
    const struct policy *policy = &app->settings->policy;

    switch (ask) {
    case ASK_LIST:
        return app->subscriptions[index].listed;
    case ASK_CIRCUIT:
        return !target_subscription(app, ask, index)->listed;
    case ASK_METRICS:
        return (policy->sessions & SESSIONS_METRICS) != 0;
    case ASK_ROUTES:
        return (policy->sessions & SESSIONS_ROUTES) != 0;
    case ASK_HEALTH:
    case ASK_MAINTENANCE:
        return policy->health;
    case ASK_PORTS: /* hardly any circuit is on one */
        return engine_port(app->engine, (struct target){ SCOPE_CIRCUIT, index })[0] != '\0';
    default:
        return true;
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
