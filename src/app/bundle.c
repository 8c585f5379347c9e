/*
 * Metrics of many circuits in one request. A circuit gets its place when its region is known, and keeps it; all of a
 * bundle share a beat. A refusal is said once, and what was asked for is asked again at once in the other way.
 */
#include "app/bundle.h"

#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define TOGETHER_MS 1000 /* who is due so soon goes with the others */
#define REFUSED_MS (3600 * 1000)
#define UNREACHED_MS (5 * 60 * 1000) /* doubles up to the other one */
#define REGIONS_MAX 200 /* of one subscription; Azure has a third of them */

struct bundle {
    SLIST_ENTRY(bundle) link;
    struct region *region;
    size_t circuits[METRICS_BATCH_MAX];
    size_t count;
    char name[160];
};

struct region {
    SLIST_ENTRY(region) link;
    SLIST_HEAD(bundles, bundle) bundles; /* the first is the newest, which may have room */
    size_t bundle_count;
    char location[64];
    char *origin;        /* NULL: the region is no part of a host name */
    struct mono singly;  /* one by one until then */
    uint32_t failures;   /* in a row */
};

struct bundle_run {
    struct app *app;
    struct bundle *bundle;
    size_t count;
    size_t circuits[METRICS_BATCH_MAX];
    struct id_text text[METRICS_BATCH_MAX];
    const char *ids[METRICS_BATCH_MAX];
    bool told[METRICS_BATCH_MAX]; /* the answer has it */
    struct moment now;
};

/* ---- who is with whom ---- */

static struct region *region_of(struct app *app, struct subscription *on, const char *location)
{
    struct region *region;
    size_t count = 0;

    SLIST_FOREACH(region, &on->regions, link) { /* a handful */
        if (strcasecmp(region->location, location) == 0)
            return region;
        count++;
    }
    if (count >= REGIONS_MAX || strlen(location) >= sizeof region->location)
        return NULL;
    region = calloc(1, sizeof *region);
    if (region == NULL)
        abort();
    snprintf(region->location, sizeof region->location, "%s", location);
    region->origin = metrics_batch_origin(app->settings->azure.metrics_batch, location);
    SLIST_INSERT_HEAD(&on->regions, region, link);
    return region;
}

static struct bundle *bundle_with_room(struct region *region, const struct subscription *on)
{
    struct bundle *bundle = SLIST_FIRST(&region->bundles);

    if (bundle != NULL && bundle->count < METRICS_BATCH_MAX)
        return bundle;
    bundle = calloc(1, sizeof *bundle);
    if (bundle == NULL)
        abort();
    bundle->region = region;
    snprintf(bundle->name, sizeof bundle->name, "%s/%s/%zu", on->id, region->location, region->bundle_count++);
    SLIST_INSERT_HEAD(&region->bundles, bundle, link);
    return bundle;
}

void bundle_join(struct app *app, size_t circuit, const struct sample *sample)
{
    struct subscription *on = target_subscription(app, ASK_METRICS, circuit);

    if (app->settings->azure.metrics_batch == NULL || app->watched[circuit].bundle != NULL)
        return;
    struct region *region = region_of(app, on, sample_text(sample, sample->location));
    if (region == NULL || region->origin == NULL)
        return;
    struct bundle *bundle = bundle_with_room(region, on);
    bundle->circuits[bundle->count++] = circuit;
    app->watched[circuit].bundle = bundle;
}

/* A circuit that was made anew in another region. */
static void leave(struct app *app, size_t circuit)
{
    struct bundle *bundle = app->watched[circuit].bundle;

    for (size_t i = 0; i < bundle->count; i++)
        if (bundle->circuits[i] == circuit) {
            bundle->circuits[i] = bundle->circuits[--bundle->count];
            break;
        }
    app->watched[circuit].bundle = NULL;
}

bool bundle_serves(const struct app *app, size_t circuit, struct moment now)
{
    const struct bundle *bundle = app->watched[circuit].bundle;

    return bundle != NULL && mono_reached(bundle->region->singly, now.mono) &&
           mono_reached(app->watched[circuit].apart, now.mono);
}

const char *bundle_name(const struct bundle *bundle)
{
    return bundle->name;
}

static void region_free(struct region *region)
{
    while (!SLIST_EMPTY(&region->bundles)) {
        struct bundle *bundle = SLIST_FIRST(&region->bundles);
        SLIST_REMOVE_HEAD(&region->bundles, link);
        free(bundle);
    }
    free(region->origin);
    free(region);
}

void bundles_free(struct subscription *subscription)
{
    while (!SLIST_EMPTY(&subscription->regions)) {
        struct region *region = SLIST_FIRST(&subscription->regions);
        SLIST_REMOVE_HEAD(&subscription->regions, link);
        region_free(region);
    }
}

/* ---- when it does not work ---- */

static bool is_refusal(const struct failure *failure)
{
    return failure->kind == TROUBLE_FORBIDDEN || failure->kind == TROUBLE_TOKEN || failure->kind == TROUBLE_SIGN_IN ||
           failure->kind == TROUBLE_MISSING || (failure->http_status >= 400 && failure->http_status < 500);
}

/* One by one from now on, and another try later. */
static void go_singly(struct app *app, const struct subscription *on, struct region *region,
                      const struct failure *failure, struct moment now)
{
    int64_t pause = REFUSED_MS;

    region->failures++;
    if (!is_refusal(failure))
        pause = schedule_back_off(region->failures, UNREACHED_MS, REFUSED_MS, app_random(app));
    region->singly = mono_after(now.mono, pause);
    if (region->failures == 1)
        journal_say(app->journal, LOG_NOTICE,
                    "metrics of many circuits at once, subscription %s, %s: %s; each circuit is asked for by itself, "
                    "and this again from time to time", on->id, region->location, failure->what);
}

void bundle_without_token(struct app *app, size_t circuit, const struct failure *failure, struct moment now)
{
    go_singly(app, target_subscription(app, ASK_METRICS, circuit), app->watched[circuit].bundle->region, failure, now);
}

/* Throttled or locked is no reason to ask more: everybody waits. What else went wrong is tried in the other way. */
static void run_failed(struct bundle_run *run, struct failure *failure, struct moment now)
{
    struct app *app = run->app;
    bool wait = failure->kind == TROUBLE_THROTTLED || failure->kind == TROUBLE_LOCKED || failure->kind == TROUBLE_LOCAL;

    failure->feature = FEATURE_METRICS;
    if (!wait)
        go_singly(app, target_subscription(app, ASK_METRICS, run->circuits[0]), run->bundle->region, failure, now);
    for (size_t i = 0; i < run->count; i++) {
        if (wait)
            poll_failed(app, run->circuits[i], failure, now);
        poll_ended(app, ASK_METRICS, run->circuits[i], !wait, now);
        if (!wait)
            poll_set_due(app, ASK_METRICS, run->circuits[i], now.mono);
    }
}

/* ---- asking ---- */

static void saw(void *context, size_t index, const struct witness *seen)
{
    struct bundle_run *run = context;

    run->told[index] = true;
    engine_saw_metrics(run->app->engine, run->circuits[index], seen, run->now, &run->app->effects);
}

/* A circuit that the answer lacks: nothing was said about it, and by itself it gets an answer or a reason. */
static void ask_apart(struct bundle_run *run, size_t circuit, struct moment now)
{
    run->app->watched[circuit].apart = mono_after(now.mono, REFUSED_MS);
    poll_set_due(run->app, ASK_METRICS, circuit, now.mono);
}

static void run_worked(struct bundle_run *run, struct moment now)
{
    struct region *region = run->bundle->region;

    if (region->failures > 0)
        journal_say(run->app->journal, LOG_NOTICE, "metrics of many circuits at once, %s: it works", region->location);
    region->failures = 0;
    for (size_t i = 0; i < run->count; i++) {
        poll_ended(run->app, ASK_METRICS, run->circuits[i], true, now);
        if (!run->told[i])
            ask_apart(run, run->circuits[i], now);
    }
}

static void bundle_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                       struct moment now)
{
    struct bundle_run *run = context;
    struct app *app = run->app;

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        free(run);
        return;
    }
    run->now = now;
    if (reply != NULL && metrics_read_batch(reply, run->ids, run->count, poll_azure_now(app, now), now.mono, saw, run,
                                            failure) == AZURE_OK)
        run_worked(run, now);
    else
        run_failed(run, failure, now);
    free(run);
    app_follow(app, now);
}

static void take(struct bundle_run *run, size_t circuit)
{
    run->text[run->count] = target_circuit_id(run->app, circuit);
    run->ids[run->count] = run->text[run->count].text;
    run->circuits[run->count++] = circuit;
}

/* Is that one to be asked for now, too? One whose region is another by now finds its place the next time. */
static bool goes_along(struct app *app, const struct bundle *bundle, size_t circuit, struct moment now)
{
    struct mono due = queue_get(app->due, target_id(app, ASK_METRICS, circuit));
    struct facts facts;

    if (!mono_reached(due, mono_after(now.mono, TOGETHER_MS)) || poll_is_busy(app, ASK_METRICS, circuit))
        return false;
    return witness_worth_asking(app, circuit, now, &facts) &&
           strcasecmp(sample_text(facts.sample, facts.sample->location), bundle->region->location) == 0;
}

void bundle_ask(struct app *app, size_t circuit, struct moment now)
{
    struct bundle *bundle = app->watched[circuit].bundle;
    struct subscription *on = target_subscription(app, ASK_METRICS, circuit);
    struct azure_request request = { 0 };
    struct facts facts;

    engine_facts(app->engine, circuit, now, &facts);
    if (strcasecmp(sample_text(facts.sample, facts.sample->location), bundle->region->location) != 0) {
        leave(app, circuit);
        poll_ended(app, ASK_METRICS, circuit, true, now);
        poll_set_due(app, ASK_METRICS, circuit, now.mono);
        return;
    }
    struct bundle_run *run = calloc(1, sizeof *run);
    if (run == NULL)
        abort();
    run->app = app;
    run->bundle = bundle;
    take(run, circuit);
    for (size_t i = 0; i < bundle->count; i++)
        if (bundle->circuits[i] != circuit && goes_along(app, bundle, bundle->circuits[i], now)) {
            poll_begin(app, ASK_METRICS, bundle->circuits[i], now);
            take(run, bundle->circuits[i]);
        }
    metrics_ask_batch(&request, bundle->region->origin, on->id, run->ids, run->count, poll_azure_now(app, now));
    poll_count_question(app, ASK_BATCH);
    ask_metrics_host(app, on, &request, bundle_came, run);
}
