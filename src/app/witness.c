/* The first witness of sessions: metrics, of a circuit alone or of many at once (bundle.c). */
#include "app/app.h"
#include "app/bundle.h"

#include <stdlib.h>

#define JOINED_MS 100 /* for those who find their place in the same turn */

bool witness_worth_asking(struct app *app, size_t circuit, struct moment now, struct facts *facts)
{
    engine_facts(app->engine, circuit, now, facts);
    return facts->sample != NULL && !judge_stale(facts) && judge_usable(facts->sample) &&
           !judge_in_motion(facts->sample) && facts->sample->peering_count > 0;
}

struct metrics_run {
    struct app *app;
    size_t circuit;
};

static void metrics_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                         struct moment now)
{
    struct metrics_run run = *(struct metrics_run *)context;
    struct app *app = run.app;
    struct witness witness;

    (void)asked;
    free(context);
    if (reply == NULL && failure->kind == TROUBLE_NONE)
        return;
    witness_reset(&witness);
    bool well = reply != NULL &&
                metrics_read(reply, poll_azure_now(app, now), now.mono, &witness, failure) == AZURE_OK;
    if (well) {
        engine_saw_metrics(app->engine, run.circuit, &witness, now, &app->effects);
    } else {
        failure->feature = FEATURE_METRICS;
        poll_tell_failed(app, ASK_METRICS, run.circuit, failure);
        poll_failed(app, run.circuit, failure, now);
    }
    /* asking faster does not give a right */
    poll_ended(app, ASK_METRICS, run.circuit, well || failure->kind == TROUBLE_FORBIDDEN, now);
    app_follow(app, now);
}

void witness_ask_metrics(struct app *app, size_t circuit, struct moment now)
{
    struct azure_request request = { 0 };
    struct facts facts;

    if (!witness_worth_asking(app, circuit, now, &facts)) {
        poll_ended(app, ASK_METRICS, circuit, true, now);
        return;
    }
    if (app->watched[circuit].bundle == NULL) {
        bundle_join(app, circuit, facts.sample);
        if (bundle_serves(app, circuit, now)) { /* with those that find their place in this turn, too */
            poll_ended(app, ASK_METRICS, circuit, true, now);
            poll_set_due(app, ASK_METRICS, circuit, mono_after(now.mono, JOINED_MS));
            return;
        }
    }
    if (bundle_serves(app, circuit, now)) {
        bundle_ask(app, circuit, now);
        return;
    }
    struct metrics_run *run = malloc(sizeof *run);
    if (run == NULL)
        abort();
    *run = (struct metrics_run){ app, circuit };
    metrics_ask(&request, app->settings->azure.metrics, target_circuit_id(app, circuit).text,
                poll_azure_now(app, now));
    ask_about(app, ASK_METRICS, target_subscription(app, ASK_METRICS, circuit), &request, metrics_came, run);
}
