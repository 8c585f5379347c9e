/*
 * The second witness of sessions: the route summaries of a circuit, one long-running operation for each peering and path,
 * one after the other, because each asks a router.
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
    struct { uint8_t peering, path; } step[PEERINGS * PATHS];
    size_t steps, at;
    struct mono posted, gives_up;
    char *location;
    struct timer *timer;
    bool failed;
};

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

/* This one is not known now; the next may be. A refusal or a pause concerns them all. */
static void routes_failed(struct routes_run *run, struct failure *failure, struct moment now)
{
    bool all = failure->kind == TROUBLE_FORBIDDEN || failure->kind == TROUBLE_THROTTLED ||
               failure->kind == TROUBLE_TOKEN || failure->kind == TROUBLE_SIGN_IN;

    run->failed = run->failed || failure->kind != TROUBLE_FORBIDDEN; /* asking again sooner does not give a right */
    failure->feature = FEATURE_ROUTES;
    poll_tell_failed(run->app, ASK_ROUTES, run->circuit, failure);
    poll_failed(run->app, run->circuit, failure, now);
    run->at = all ? run->steps : run->at + 1;
    routes_step(run, now);
}

static void routes_take(struct routes_run *run, const struct azure_reply *reply, struct moment now)
{
    struct app *app = run->app;
    uint8_t peering = run->step[run->at].peering, path = run->step[run->at].path;
    struct route_value route[FAMILIES];
    struct failure failure = { .kind = TROUBLE_NONE };
    struct facts facts;

    engine_facts(app->engine, run->circuit, now, &facts);
    memset(route, 0, sizeof route);
    if (facts.sample == NULL || !facts.sample->peering[peering].present) {
        run->at++;
    } else if (arm_read_routes(reply, &facts.sample->peering[peering], path, run->posted, route, &failure) != AZURE_OK) {
        routes_failed(run, &failure, now);
        return;
    } else {
        engine_saw_routes(app->engine, run->circuit, peering, path, route, now, &app->effects);
        run->at++;
    }
    routes_step(run, now);
}

/* While it sleeps it hangs at its circuit, so that it can be ended from there. */
static void routes_sleep(struct routes_run *run, struct mono until)
{
    run->app->watched[run->circuit].routes = run;
    timer_set(run->timer, until);
}

void witness_stop(struct app *app, size_t circuit)
{
    if (app->watched[circuit].routes != NULL)
        routes_free(app->watched[circuit].routes);
    app->watched[circuit].routes = NULL;
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
        snprintf(failure.what, sizeof failure.what, "the route summary was accepted, but no Location says where it will be");
        routes_failed(run, &failure, now);
    } else if (now.mono.ms + pause > run->gives_up.ms) {
        failure.kind = TROUBLE_NETWORK;
        snprintf(failure.what, sizeof failure.what, "the route summary was not ready after %d minutes",
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
    if (!sign_in_ready(app, app->settings->circuits[run->circuit].credential, now)) {
        routes_sleep(run, mono_after(now.mono, OPERATION_PAUSE_MS));
    } else if (!arm_ask_url(&request, app->settings->azure.management, run->location, ARM_SMALL_MAX, &failure)) {
        routes_failed(run, &failure, now);
    } else {
        ask_about(app, ASK_ROUTES, target_subscription(app, ASK_ROUTES, run->circuit), &request, routes_came, run);
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
    arm_ask_routes(&request, app->settings->azure.management, circuit->id, run->step[run->at].peering,
                   run->step[run->at].path, app->settings->azure.api_version);
    ask_about(app, ASK_ROUTES, target_subscription(app, ASK_ROUTES, run->circuit), &request, routes_came, run);
}

void witness_ask_routes(struct app *app, size_t circuit, struct moment now)
{
    struct facts facts;

    if (!witness_worth_asking(app, circuit, now, &facts)) {
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
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            if (facts.sample->peering[kind].present && judge_expected(&facts, kind)) {
                run->step[run->steps].peering = (uint8_t)kind;
                run->step[run->steps++].path = (uint8_t)path;
            }
    routes_step(run, now);
}
