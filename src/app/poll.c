/*
 * What is asked, and when. Four kinds of targets in one queue: lists of subscriptions, single circuits, metrics, route
 * summaries. Each has a steady beat of its own; failures make it back off, the core's wish to look again pulls it forward.
 */
#include "app/app.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define LOOK_APART_MS 1000        /* two looks at one thing */
#define ROUTES_APART_MS 5000      /* a route summary asks a router */
#define LOOKING_MOST 8            /* own polls beside a list; when more are wanted the list itself is cheaper */
#define LIST_AGAIN_MS (3600 * 1000)
#define PAUSE_UNSAID_MS (30 * 1000) /* 429 without a Retry-After */

const char *ask_name(enum ask ask)
{
    static const char *const names[ASKS] = { "list", "circuit", "metrics", "routes", "token" };
    return names[ask];
}

size_t target_id(const struct app *app, enum ask ask, size_t index)
{
    size_t circuits = app->settings->circuit_count;

    assert(ask <= ASK_ROUTES);
    return ask == ASK_LIST ? index : app->subscription_count + circuits * (size_t)(ask - ASK_CIRCUIT) + index;
}

static size_t target_count(const struct app *app)
{
    return app->subscription_count + 3 * app->settings->circuit_count;
}

static enum ask target_kind(const struct app *app, size_t id, size_t *index)
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

static struct subscription *subscription_of(const struct app *app, enum ask ask, size_t index)
{
    return &app->subscriptions[ask == ASK_LIST ? index : app->watched[index].subscription];
}

static int64_t every_of(const struct app *app, enum ask ask, size_t index)
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

static struct mono next_beat(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    const char *name = ask == ASK_LIST ? app->subscriptions[index].id : app->settings->circuits[index].id_lower;

    return schedule_beat(name, every_of(app, ask, index), now);
}

/* Is this target asked by itself, or does another one bring the answer? */
static bool has_beat(const struct app *app, enum ask ask, size_t index)
{
    const struct subscription *subscription = subscription_of(app, ask, index);

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

int64_t poll_azure_now(const struct app *app, struct moment now)
{
    return app->azure_heard ? now.mono.ms + app->azure_ahead_ms : now.wall_ms;
}

/* ---- the queue ---- */

static void set_due(struct app *app, enum ask ask, size_t index, struct mono due)
{
    struct subscription *subscription = subscription_of(app, ask, index);
    size_t id = target_id(app, ask, index);
    bool was = queue_get(app->due, id).ms != MONO_NEVER.ms, is = due.ms != MONO_NEVER.ms;

    if (ask == ASK_CIRCUIT && was != is)
        subscription->looking = is ? subscription->looking + 1 : subscription->looking - 1;
    queue_set(app->due, id, mono_later(due, subscription->paused));
}

void poll_arm(struct app *app)
{
    timer_set(app->poll_timer, queue_first(app->due, NULL));
}

static void plan(struct app *app, enum ask ask, size_t index, struct mono due, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    if (has_beat(app, ask, index)) {
        if (mono_reached(asked->beat, now.mono))
            asked->beat = next_beat(app, ask, index, now);
        due = mono_earlier(due, asked->beat);
    }
    due = mono_earlier(due, asked->wanted);
    asked->wanted = MONO_NEVER;
    set_due(app, ask, index, due);
}

void poll_ended(struct app *app, enum ask ask, size_t index, bool well, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];
    struct mono due = MONO_NEVER;

    asked->busy = false;
    if (well) {
        asked->failures = 0;
    } else {
        if (asked->failures < UINT8_MAX)
            asked->failures++;
        due = mono_after(now.mono, schedule_back_off(asked->failures, app->settings->policy.retry_ms,
                                                     every_of(app, ask, index), app_random(app)));
    }
    if (ask == ASK_LIST && !app->subscriptions[index].listed) /* refused: rights may have been given since */
        due = mono_after(now.mono, LIST_AGAIN_MS);
    plan(app, ask, index, due, now);
    poll_arm(app);
}

static void pull(struct app *app, enum ask ask, size_t index, struct mono at)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    if (asked->attempted.ms != 0)
        at = mono_later(at, mono_after(asked->attempted, ask == ASK_ROUTES ? ROUTES_APART_MS : LOOK_APART_MS));
    if (asked->busy || asked->waits)
        asked->wanted = mono_earlier(asked->wanted, at);
    else if (at.ms < queue_get(app->due, target_id(app, ask, index)).ms)
        set_due(app, ask, index, at);
}

static void pull_circuit(struct app *app, size_t circuit, struct mono at)
{
    const struct subscription *subscription = subscription_of(app, ASK_CIRCUIT, circuit);
    bool own = !subscription->listed || app->watched[circuit].absent || subscription->looking < LOOKING_MOST ||
               queue_get(app->due, target_id(app, ASK_CIRCUIT, circuit)).ms != MONO_NEVER.ms;

    if (own)
        pull(app, ASK_CIRCUIT, circuit, at);
    else
        pull(app, ASK_LIST, app->watched[circuit].subscription, at);
}

void poll_look(struct app *app, size_t circuit, unsigned look, struct mono at)
{
    if (look & LOOK_CIRCUIT)
        pull_circuit(app, circuit, at);
    if (look & LOOK_METRICS && has_beat(app, ASK_METRICS, circuit))
        pull(app, ASK_METRICS, circuit, at);
    if (look & LOOK_ROUTES && has_beat(app, ASK_ROUTES, circuit))
        pull(app, ASK_ROUTES, circuit, at);
}

void poll_ask_now(struct app *app, size_t circuit, struct moment now)
{
    pull(app, ASK_CIRCUIT, circuit, now.mono);
}

struct mono poll_next(const struct app *app, size_t circuit)
{
    struct mono next = queue_get(app->due, target_id(app, ASK_CIRCUIT, circuit));

    if (subscription_of(app, ASK_CIRCUIT, circuit)->listed)
        next = mono_earlier(next, queue_get(app->due, target_id(app, ASK_LIST, app->watched[circuit].subscription)));
    return next;
}

/* ---- asking ---- */

/* Without a token nothing is asked: the target waits for it, or comes back when a new one may be had. */
static bool token_there(struct app *app, size_t id, enum ask ask, size_t index, struct moment now)
{
    size_t credential = subscription_of(app, ask, index)->credential;

    if (sign_in_ready(app, credential, now))
        return true;
    app->asked[id].waits = app->sign_ins[credential].busy;
    app->asked[id].parked = !app->asked[id].waits;
    if (app->asked[id].parked)
        set_due(app, ask, index, mono_later(sign_in_next(app, credential), mono_after(now.mono, LOOK_APART_MS)));
    return false;
}

static void ask_target(struct app *app, size_t id, struct moment now)
{
    size_t index;
    enum ask ask = target_kind(app, id, &index);
    struct asked *asked = &app->asked[id];

    set_due(app, ask, index, MONO_NEVER);
    asked->parked = false;
    if (asked->busy || !token_there(app, id, ask, index, now))
        return;
    asked->busy = true;
    asked->attempted = now.mono;
    if (ask == ASK_LIST)
        lists_ask(app, index, now);
    else if (ask == ASK_CIRCUIT)
        circuits_ask_one(app, index, now);
    else if (ask == ASK_METRICS)
        witness_ask_metrics(app, index, now);
    else
        witness_ask_routes(app, index, now);
}

static void poll_due(void *context, struct moment now)
{
    struct app *app = context;
    size_t id = 0;

    for (struct mono due = queue_first(app->due, &id); due.ms != MONO_NEVER.ms && mono_reached(due, now.mono);
         due = queue_first(app->due, &id))
        ask_target(app, id, now);
    app_follow(app, now);
    poll_arm(app);
}

/* The circuits whose own state is asked by this target: their facts grow old when it fails. */
static void fail_circuits(struct app *app, enum ask ask, size_t index, const struct failure *failure, struct moment now)
{
    const struct subscription *subscription = subscription_of(app, ask, index);
    struct failure copy = *failure;

    copy.feature = FEATURE_NONE;
    if (ask == ASK_CIRCUIT)
        engine_failed(app->engine, index, &copy, now, &app->effects);
    else if (ask == ASK_LIST)
        engine_failed_all(app->engine, subscription->circuits, subscription->count, &copy, now, &app->effects);
}

void poll_token(struct app *app, size_t credential, const struct failure *failure, struct moment now)
{
    for (size_t id = 0; id < target_count(app); id++) {
        size_t index;
        enum ask ask = target_kind(app, id, &index);
        bool concerned = app->asked[id].waits || (app->asked[id].parked && failure == NULL);
        if (!concerned || subscription_of(app, ask, index)->credential != credential)
            continue;
        app->asked[id].waits = app->asked[id].parked = false;
        if (failure == NULL) {
            set_due(app, ask, index, now.mono);
            continue;
        }
        if (failure->kind != TROUBLE_SIGN_IN && failure->kind != TROUBLE_TOKEN)
            fail_circuits(app, ask, index, failure, now);
        poll_ended(app, ask, index, false, now);
    }
    poll_arm(app);
}

/* 429 pauses this subscription as seen with this credential, nothing else. */
static void pause_subscription(struct app *app, size_t index, const struct failure *failure, struct moment now)
{
    struct subscription *subscription = &app->subscriptions[index];
    int64_t pause = failure->retry_after_ms >= 0 ? failure->retry_after_ms : PAUSE_UNSAID_MS;

    subscription->paused = mono_later(subscription->paused, mono_after(now.mono, pause));
    set_due(app, ASK_LIST, index, queue_get(app->due, target_id(app, ASK_LIST, index)));
    for (size_t i = 0; i < subscription->count; i++)
        for (enum ask ask = ASK_CIRCUIT; ask <= ASK_ROUTES; ask++) /* later than before, if it was due at all */
            set_due(app, ask, subscription->circuits[i],
                    queue_get(app->due, target_id(app, ask, subscription->circuits[i])));
}

void poll_tell_failed(struct app *app, enum ask ask, size_t index, const struct failure *failure)
{
    const struct asked *asked = &app->asked[target_id(app, ask, index)];

    /* said when it began; what comes of it, and every refusal, is a finding */
    if (asked->failures > 0 || failure->kind == TROUBLE_FORBIDDEN)
        return;
    journal_say(app->journal, LOG_NOTICE, "%s %s: %s%s%s; trying again", ask_name(ask),
                ask == ASK_LIST ? app->subscriptions[index].id : app->settings->circuits[index].name, failure->what,
                failure->correlation[0] != '\0' ? ", correlation id " : "", failure->correlation);
}

void poll_failed(struct app *app, size_t circuit, struct failure *failure, struct moment now)
{
    if (failure->kind == TROUBLE_TOKEN) {
        failure->feature = FEATURE_NONE;
        engine_credential_failed(app->engine, app->settings->circuits[circuit].credential, failure, now, &app->effects);
        return;
    }
    if (failure->kind == TROUBLE_THROTTLED)
        pause_subscription(app, app->watched[circuit].subscription, failure, now);
    engine_failed(app->engine, circuit, failure, now, &app->effects);
}

void poll_failed_list(struct app *app, size_t subscription, const struct failure *failure, struct moment now)
{
    const struct subscription *at = &app->subscriptions[subscription];

    if (failure->kind == TROUBLE_THROTTLED)
        pause_subscription(app, subscription, failure, now);
    engine_failed_all(app->engine, at->circuits, at->count, failure, now, &app->effects);
}

/* ---- from settings ---- */

static void note_circuit(struct app *app, size_t index)
{
    const struct circuit_settings *circuit = &app->settings->circuits[index];
    struct subscription *found = NULL;

    /* circuits are sorted by id: those of one subscription follow each other */
    for (size_t i = app->subscription_count; i-- > 0 && found == NULL;) {
        if (strcmp(app->subscriptions[i].id, circuit->subscription) != 0)
            break;
        if (app->subscriptions[i].credential == circuit->credential)
            found = &app->subscriptions[i];
    }
    if (found == NULL) {
        found = &app->subscriptions[app->subscription_count++];
        *found = (struct subscription){ .id = circuit->subscription,
                                        .credential = circuit->credential,
                                        .every_ms = circuit->every_ms };
    }
    found->circuits = realloc(found->circuits, (found->count + 1) * sizeof *found->circuits);
    if (found->circuits == NULL)
        abort();
    found->circuits[found->count++] = index;
    if (circuit->every_ms < found->every_ms)
        found->every_ms = circuit->every_ms;
    app->watched[index].subscription = (size_t)(found - app->subscriptions);
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        abort();
    return memory;
}

void poll_start(struct app *app, struct moment now)
{
    size_t circuits = app->settings->circuit_count;

    app->subscriptions = take(circuits, sizeof *app->subscriptions);
    app->subscription_count = 0;
    app->watched = take(circuits, sizeof *app->watched);
    for (size_t i = 0; i < circuits; i++)
        note_circuit(app, i);
    for (size_t i = 0; i < app->subscription_count; i++)
        app->subscriptions[i].listed = app->subscriptions[i].count > 1;
    app->asked = take(target_count(app), sizeof *app->asked);
    app->due = queue_new(target_count(app));
    if (app->poll_timer == NULL)
        app->poll_timer = timer_new(app->loop, poll_due, app);
    for (size_t id = 0; id < target_count(app); id++) {
        size_t index;
        enum ask ask = target_kind(app, id, &index);
        app->asked[id].wanted = MONO_NEVER;
        app->asked[id].beat = next_beat(app, ask, index, now);
        /* states are asked for at once; sessions as soon as a circuit turns out to be usable */
        if (has_beat(app, ask, index))
            set_due(app, ask, index, ask == ASK_LIST || ask == ASK_CIRCUIT ? now.mono : app->asked[id].beat);
    }
    poll_arm(app);
}

void poll_stop(struct app *app)
{
    lists_stop(app);
    for (size_t i = 0; app->watched != NULL && i < app->settings->circuit_count; i++)
        witness_stop(app, i);
    for (size_t i = 0; i < app->subscription_count; i++) {
        free(app->subscriptions[i].circuits);
        list_memory_forget(&app->subscriptions[i].memory);
    }
    free(app->subscriptions);
    free(app->watched);
    free(app->asked);
    queue_free(app->due);
    app->subscriptions = NULL;
    app->watched = NULL;
    app->asked = NULL;
    app->due = NULL;
    app->subscription_count = 0;
}
