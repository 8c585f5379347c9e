/*
 * What Azure Resource Health says of a circuit. It has nothing to say of many, and knows nothing where it is not
 * registered.
 */
#include "app/app.h"
#include "app/errand.h"

#include <stdlib.h>

struct health_run {
    struct errand errand;
    size_t circuit;
};

static void health_end(struct health_run *run, bool well, struct moment now)
{
    struct app *app = run->errand.app;
    size_t circuit = run->circuit;

    errand_fini(&run->errand);
    free(run);
    poll_ended(app, ASK_HEALTH, circuit, well, now);
    app_follow(app, now);
}

static void health_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                        struct moment now)
{
    struct health_run *run = context;
    struct app *app = run->errand.app;
    struct health_value health;

    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        errand_fini(&run->errand);
        free(run);
        return;
    }
    bool well = reply != NULL &&
                health_read(reply, target_circuit_id(app, run->circuit).text, asked, &health, failure) == AZURE_OK;
    if (well)
        engine_saw_health(app->engine, run->circuit, &health, now, &app->effects);
    else if (errand_unregistered(failure)) /* no data, as good as Unknown */
        well = true;
    else
        well = errand_failed(&run->errand, run->circuit, FEATURE_HEALTH, failure, now);
    health_end(run, well, now);
}

void health_ask_circuit(struct app *app, size_t circuit, struct moment now)
{
    struct azure_request request = { 0 };
    struct facts facts;

    engine_facts(app->engine, circuit, now, &facts);
    if (facts.sample == NULL) {
        poll_not_yet(app, ASK_HEALTH, circuit, now);
        return;
    }
    struct health_run *run = calloc(1, sizeof *run);
    if (run == NULL)
        abort();
    run->circuit = circuit;
    errand_init(&run->errand, app, ASK_HEALTH, circuit, run);
    health_ask(&request, app->settings->azure.management, target_circuit_id(app, circuit).text);
    errand_ask(&run->errand, &request, health_came, now);
}
