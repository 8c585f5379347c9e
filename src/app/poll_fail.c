/*
 * What follows when a question gave nothing: whoever waited for a token goes on, the journal says so once, the core is
 * told. That a 429 pauses is seen where the answer comes (ask.c).
 */
#include "app/app.h"
#include "app/bundle.h"

#include <syslog.h>

/* The circuits whose own state is asked by this target: their facts grow old when it fails. */
static void fail_circuits(struct app *app, enum ask ask, size_t index, const struct failure *failure, struct moment now)
{
    const struct subscription *subscription = target_subscription(app, ask, index);
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
        if (!concerned || target_subscription(app, ask, index)->credential != credential)
            continue;
        app->asked[id].waits = app->asked[id].parked = false;
        if (failure == NULL) {
            poll_set_due(app, ask, index, now.mono);
            continue;
        }
        if (failure->kind != TROUBLE_SIGN_IN && failure->kind != TROUBLE_TOKEN)
            fail_circuits(app, ask, index, failure, now);
        poll_ended(app, ask, index, false, now);
    }
    poll_arm(app);
}

void poll_token_metrics(struct app *app, size_t credential, const struct failure *failure, struct moment now)
{
    for (size_t circuit = 0; circuit < app->settings->circuit_count; circuit++) {
        struct asked *asked = &app->asked[target_id(app, ASK_METRICS, circuit)];
        if (!asked->waits || target_subscription(app, ASK_METRICS, circuit)->credential != credential)
            continue;
        asked->waits = false;
        if (failure != NULL && bundle_serves(app, circuit, now))
            bundle_without_token(app, circuit, failure, now);
        poll_set_due(app, ASK_METRICS, circuit, now.mono);
    }
    poll_arm(app);
}

void poll_tell_failed(struct app *app, enum ask ask, size_t index, const struct failure *failure)
{
    const struct asked *asked = &app->asked[target_id(app, ask, index)];

    /* said when it began; what comes of it, and every refusal, is a finding */
    if (asked->failures > 0 || failure->kind == TROUBLE_FORBIDDEN)
        return;
    journal_say(app->journal, LOG_NOTICE, "%s %s: %s%s%s; trying again", ask_name(ask),
                target_name(app, ask, index), failure->what,
                failure->correlation[0] != '\0' ? ", correlation id " : "", failure->correlation);
}

void poll_failed(struct app *app, size_t circuit, struct failure *failure, struct moment now)
{
    if (failure->kind == TROUBLE_TOKEN) {
        failure->feature = FEATURE_NONE;
        engine_credential_failed(app->engine, app->settings->circuits[circuit].credential, failure, now, &app->effects);
        return;
    }
    engine_failed(app->engine, circuit, failure, now, &app->effects);
}

void poll_failed_list(struct app *app, size_t subscription, const struct failure *failure, struct moment now)
{
    const struct subscription *at = &app->subscriptions[subscription];

    engine_failed_all(app->engine, at->circuits, at->count, failure, now, &app->effects);
}
