/*
 * What the edge devices say of a circuit: route summaries, the second witness of sessions, and ARP tables where layer
 * 2 is in doubt. Each is a long-running operation for one peering and path, and they go one after the other, because
 * each asks a router and Azure refuses a second one at a time.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPERATION_MAX_MS (5 * 60 * 1000) /* Azure's own took up to 200 s */
#define OPERATION_PAUSE_MS (10 * 1000)   /* what ARM says where it says something */

struct routes_run {
    struct app *app;
    size_t circuit;
    uint64_t generation;
    struct step {
        uint8_t ask; /* ASK_ROUTES or ASK_ARP */
        uint8_t peering, path;
    } step[2 * PEERINGS * PATHS];
    size_t steps, at;
    struct mono posted, gives_up;
    char *location;
    struct timer *timer;
    bool failed;
};

static const struct operation {
    const char *what; /* in a sentence */
    enum feature feature;
    void (*ask)(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                enum path path, const char *api_version);
} operations[ASKS] = {
    [ASK_ROUTES] = { "the route summary", FEATURE_ROUTES, arm_ask_routes },
    [ASK_ARP] = { "the ARP table", FEATURE_ARP, arm_ask_arp },
};

static const struct operation *operation_of(const struct routes_run *run)
{
    return &operations[run->step[run->at].ask];
}

static void routes_step(struct routes_run *run, struct moment now);

static void routes_free(struct routes_run *run)
{
    free(run->location);
    timer_free(run->timer);
    free(run);
}

static void routes_end(struct routes_run *run, struct moment now)
{
    struct app *app = run->app;
    size_t circuit = run->circuit;
    bool well = !run->failed;

    routes_free(run);
    poll_ended(app, ASK_ROUTES, circuit, well, now);
    app_follow(app, now);
}

/* This one is not known now; the next may be. A refusal concerns all of its kind, a pause all of them. */
static void routes_failed(struct routes_run *run, struct failure *failure, struct moment now)
{
    bool forbidden = failure->kind == TROUBLE_FORBIDDEN;
    bool all = failure->kind == TROUBLE_THROTTLED || failure->kind == TROUBLE_TOKEN || failure->kind == TROUBLE_SIGN_IN;
    uint8_t ask = run->step[run->at].ask;

    run->failed = run->failed || !forbidden; /* asking again sooner does not give a right */
    if (!forbidden)
        run->app->watched[run->circuit].looks |= ask == ASK_ROUTES ? LOOK_ROUTES : LOOK_ARP;
    failure->feature = (uint8_t)operation_of(run)->feature;
    poll_tell_failed(run->app, ASK_ROUTES, run->circuit, failure);
    poll_failed(run->app, run->circuit, failure, now);
    do
        run->at++;
    while (run->at < run->steps && (all || (forbidden && run->step[run->at].ask == ask)));
    routes_step(run, now);
}

static bool read_routes(struct routes_run *run, const struct azure_reply *reply, const struct peering_sample *peering,
                        struct failure *failure, struct moment now)
{
    const struct step *step = &run->step[run->at];
    struct route_value route[FAMILIES];

    memset(route, 0, sizeof route);
    if (arm_read_routes(reply, peering, step->path, run->posted, route, failure) != AZURE_OK)
        return false;
    engine_saw_routes(run->app->engine, run->circuit, step->peering, step->path, route, now, &run->app->effects);
    return true;
}

static bool read_arp(struct routes_run *run, const struct azure_reply *reply, struct failure *failure,
                     struct moment now)
{
    const struct step *step = &run->step[run->at];
    enum arp_state state;

    if (arm_read_arp(reply, &state, failure) != AZURE_OK)
        return false;
    engine_saw_arp(run->app->engine, run->circuit, step->peering, step->path, state, run->posted, now,
                   &run->app->effects);
    return true;
}

static void routes_take(struct routes_run *run, const struct azure_reply *reply, struct moment now)
{
    const struct step *step = &run->step[run->at];
    struct failure failure = { .kind = TROUBLE_NONE };
    struct facts facts;

    engine_facts(run->app->engine, run->circuit, now, &facts);
    bool present = facts.sample != NULL && facts.sample->peering[step->peering].present;
    bool read = !present || (step->ask == ASK_ARP ? read_arp(run, reply, &failure, now)
                                                  : read_routes(run, reply, &facts.sample->peering[step->peering],
                                                                &failure, now));
    if (!read) {
        routes_failed(run, &failure, now);
        return;
    }
    run->at++;
    routes_step(run, now);
}

/* While it sleeps it hangs at its circuit, so that it can be ended from there. */
static void routes_sleep(struct routes_run *run, struct mono until)
{
    run->app->watched[run->circuit].routes = run;
    timer_set(run->timer, until);
}

void operations_stop(struct app *app, size_t circuit)
{
    if (app->watched[circuit].routes == NULL)
        return;
    routes_free(app->watched[circuit].routes);
    app->watched[circuit].routes = NULL;
}

/* One that leads elsewhere is not worth waiting for. */
static bool leads_home(const struct routes_run *run, struct failure *failure)
{
    struct azure_request request = { 0 };
    bool home = arm_ask_url(&request, run->app->settings->azure.management, run->location, ARM_SMALL_MAX, failure);

    azure_request_free(&request);
    return home;
}

/* 202: the router is being asked; Location says where the answer will be. */
static void routes_wait(struct routes_run *run, const struct azure_reply *reply, struct moment now)
{
    int64_t pause = reply->retry_after != NULL ? retry_after_ms(reply->retry_after, poll_azure_now(run->app, now)) : -1;
    struct failure failure = { .kind = TROUBLE_UNEXPECTED, .retry_after_ms = -1 };

    if (pause < 0)
        pause = OPERATION_PAUSE_MS;
    if (reply->location != NULL) {
        free(run->location);
        run->location = strdup(reply->location);
    }
    if (run->location == NULL) {
        snprintf(failure.what, sizeof failure.what, "%s was accepted, but no Location says where it will be",
                 operation_of(run)->what);
        routes_failed(run, &failure, now);
    } else if (!leads_home(run, &failure)) {
        routes_failed(run, &failure, now);
    } else if (now.mono.ms + pause > run->gives_up.ms) {
        failure.kind = TROUBLE_NETWORK;
        snprintf(failure.what, sizeof failure.what, "%s was not ready after %d minutes", operation_of(run)->what,
                 OPERATION_MAX_MS / 60000);
        routes_failed(run, &failure, now);
    } else {
        routes_sleep(run, mono_after(now.mono, pause));
    }
}

static void routes_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                        struct moment now)
{
    struct routes_run *run = context;

    (void)asked;
    if ((reply == NULL && failure->kind == TROUBLE_NONE) || run->generation != run->app->generation) {
        routes_free(run);
        return;
    }
    if (reply == NULL) {
        routes_failed(run, failure, now);
        return;
    }
    switch (arm_read_status(reply, failure)) {
    case AZURE_OK:
        routes_take(run, reply, now);
        break;
    case AZURE_PENDING:
        routes_wait(run, reply, now);
        break;
    default:
        routes_failed(run, failure, now);
    }
}

/* May a further request be sent, or must it wait for the budget? */
static bool routes_may(struct routes_run *run, enum budget_kind kind, struct moment now)
{
    struct budget *budget = &target_subscription(run->app, ASK_ROUTES, run->circuit)->budget[kind];

    if (budget_may(budget, URGENCY_OPTIONAL, now.mono))
        return true;
    routes_sleep(run, budget_wait(budget, URGENCY_OPTIONAL, now.mono));
    return false;
}

static void routes_again(void *context, struct moment now)
{
    struct routes_run *run = context;
    struct app *app = run->app;
    struct azure_request request = { 0 };
    struct failure failure;

    app->watched[run->circuit].routes = NULL;
    if (run->location == NULL) {
        routes_step(run, now);
        return;
    }
    if (!routes_may(run, BUDGET_READS, now))
        return;
    if (mono_reached(run->gives_up, now.mono)) {
        failure = (struct failure){ .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };
        snprintf(failure.what, sizeof failure.what, "nobody could ask whether %s is ready", operation_of(run)->what);
        routes_failed(run, &failure, now);
    } else if (!sign_in_ready(app, app->settings->circuits[run->circuit].credential, now)) {
        routes_sleep(run, mono_after(now.mono, OPERATION_PAUSE_MS));
    } else if (!arm_ask_url(&request, app->settings->azure.management, run->location, ARM_SMALL_MAX, &failure)) {
        routes_failed(run, &failure, now);
    } else {
        struct subscription *on = target_subscription(app, ASK_ROUTES, run->circuit);
        ask_about(app, run->step[run->at].ask, on, &request, routes_came, run);
    }
}

/* POST the next one, or end. */
static void routes_step(struct routes_run *run, struct moment now)
{
    struct app *app = run->app;
    const struct circuit_settings *circuit = &app->settings->circuits[run->circuit];
    struct azure_request request = { 0 };

    bool ready = sign_in_ready(app, circuit->credential, now);
    if (run->at >= run->steps || !ready) {
        run->failed = run->failed || !ready; /* the rest is asked for again soon */
        routes_end(run, now);
        return;
    }
    free(run->location);
    run->location = NULL;
    if (!routes_may(run, BUDGET_WRITES, now))
        return;
    run->posted = now.mono;
    run->gives_up = mono_after(now.mono, OPERATION_MAX_MS);
    const struct step *step = &run->step[run->at];
    if (step->ask == ASK_ARP)
        poll_count_question(app, ASK_ARP);
    operation_of(run)->ask(&request, app->settings->azure.management, target_circuit_id(app, run->circuit).text,
                           step->peering, step->path, app->settings->azure.api_version);
    ask_about(app, step->ask, target_subscription(app, ASK_ROUTES, run->circuit), &request, routes_came, run);
}

static void add_step(struct routes_run *run, enum ask ask, enum peering_kind peering, enum path path)
{
    run->step[run->steps++] = (struct step){ (uint8_t)ask, (uint8_t)peering, (uint8_t)path };
}

/* Route summaries of all that is expected, at their beat and when they are wanted; ARP tables only where they help. */
static void plan_steps(struct routes_run *run, const struct facts *facts, struct moment now)
{
    struct app *app = run->app;
    struct watched *watched = &app->watched[run->circuit];
    bool beat = mono_reached(app->asked[target_id(app, ASK_ROUTES, run->circuit)].beat, now.mono);
    bool routes = target_has_beat(app, ASK_ROUTES, run->circuit) && (beat || (watched->looks & LOOK_ROUTES) != 0);

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            if (routes && facts->sample->peering[kind].present && judge_expected(facts, kind))
                add_step(run, ASK_ROUTES, kind, path);
            if ((watched->looks & LOOK_ARP) != 0 && engine_wants_arp(app->engine, run->circuit, kind, path, now))
                add_step(run, ASK_ARP, kind, path);
        }
    watched->looks &= ~(unsigned)(LOOK_ROUTES | LOOK_ARP);
}

void operations_ask(struct app *app, size_t circuit, struct moment now)
{
    struct facts facts;

    if (!witness_worth_asking(app, circuit, now, &facts)) {
        if (facts.sample == NULL)
            poll_not_yet(app, ASK_ROUTES, circuit, now);
        else
            poll_ended(app, ASK_ROUTES, circuit, true, now);
        return;
    }
    struct routes_run *run = calloc(1, sizeof *run);
    if (run == NULL)
        abort();
    run->app = app;
    run->circuit = circuit;
    run->generation = app->generation;
    run->timer = timer_new(app->loop, routes_again, run);
    plan_steps(run, &facts, now);
    routes_step(run, now);
}
