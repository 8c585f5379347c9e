/*
 * Ports of ExpressRoute Direct: the resource, its line protocol, its light. Several circuits may be on a port, and
 * whichever of them is due first asks for all of them; the others find that it was asked for.
 */
#include "app/ports.h"

#include "app/app.h"
#include "app/errand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct known_port {
    char *id;
    size_t asker; /* the circuit that asked last */
    struct mono asked;
};

struct ports_known {
    struct known_port *item; /* by id, without case */
    size_t count;
};

struct port_run {
    struct errand errand;
    size_t circuit;
    enum port_metrics which;
    bool failed, refused, seen; /* refused: something of it, so that the feature does not work */
    struct port_value value;
};

/* ---- which ports there are ---- */

static size_t place_of(const struct ports_known *known, const char *id, bool *found)
{
    size_t low = 0, high = known->count;

    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcasecmp(known->item[middle].id, id);
        *found = order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return *found ? high : low;
}

static struct known_port *port_of(struct app *app, const char *id)
{
    struct ports_known *known = app->ports;
    bool found;

    if (known == NULL && (known = app->ports = calloc(1, sizeof *known)) == NULL)
        abort();
    size_t place = place_of(known, id, &found);
    if (found)
        return &known->item[place];
    known->item = realloc(known->item, (known->count + 1) * sizeof *known->item);
    if (known->item == NULL)
        abort();
    memmove(known->item + place + 1, known->item + place, (known->count - place) * sizeof *known->item);
    known->count++;
    known->item[place] = (struct known_port){ .id = strdup(id), .asker = SIZE_MAX };
    if (known->item[place].id == NULL)
        abort();
    return &known->item[place];
}

void ports_free(struct app *app)
{
    for (size_t i = 0; app->ports != NULL && i < app->ports->count; i++)
        free(app->ports->item[i].id);
    if (app->ports != NULL)
        free(app->ports->item);
    free(app->ports);
    app->ports = NULL;
}

/* ---- asking ---- */

static void port_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);
static void port_metrics_came(void *context, const struct azure_reply *reply, struct failure *failure,
                              struct mono asked, struct moment now);

static void port_free(struct port_run *run)
{
    errand_fini(&run->errand);
    free(run);
}

static void port_end(struct port_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    size_t circuit = run->circuit;
    bool well = !run->failed;

    if (run->seen)
        engine_saw_port(app->engine, &run->value, now, &app->effects);
    if (run->seen && !run->refused)
        engine_feature_works(app->engine, circuit, FEATURE_PORTS, now, &app->effects);
    port_free(run);
    poll_ended(app, ASK_PORTS, circuit, well, now);
    app_follow(app, now);
}

static void ask_metrics(struct port_run *run, enum port_metrics which, struct moment now)
{
    struct app *app = run->errand.app;
    struct azure_request request = { 0 };

    run->which = which;
    port_ask_metrics(&request, app->settings->azure.metrics, run->value.id, which, poll_azure_now(app, now));
    errand_ask(&run->errand, &request, port_metrics_came, now);
}

static void port_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct port_run *run = context;
    char id[BEYOND_ID_MAX];

    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        port_free(run);
        return;
    }
    memcpy(id, run->value.id, sizeof id);
    run->seen = reply != NULL && port_read(reply, id, asked, &run->value, failure) == AZURE_OK;
    if (run->seen) {
        ask_metrics(run, PORT_LINE, now);
        return;
    }
    run->failed = !errand_failed(&run->errand, run->circuit, FEATURE_PORTS, failure, now);
    port_end(run, now);
}

/* What ARM says of the port is worth telling without its metrics. */
static void port_metrics_came(void *context, const struct azure_reply *reply, struct failure *failure,
                              struct mono asked, struct moment now)
{
    struct port_run *run = context;
    struct app *app = run->errand.app;

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        port_free(run);
        return;
    }
    bool well = reply != NULL && port_read_metrics(reply, run->which, poll_azure_now(app, now), now.mono,
                                                   run->value.link, failure) == AZURE_OK;
    if (!well) {
        run->refused = true;
        run->failed = !errand_failed(&run->errand, run->circuit, FEATURE_PORTS, failure, now);
        port_end(run, now);
    } else if (run->which == PORT_LINE) {
        ask_metrics(run, PORT_LIGHT, now);
    } else {
        port_end(run, now);
    }
}

/* Has another circuit on it asked just now? Who is wanted to look asks again sooner than who only keeps its beat. */
static bool is_known(const struct app *app, const struct known_port *port, size_t circuit, struct moment now)
{
    bool beat = mono_reached(app->asked[target_id(app, ASK_PORTS, circuit)].beat, now.mono);
    int64_t apart_ms = beat ? PORTS_EVERY_MS / 2 : target_apart_ms(ASK_PORTS) / 2;

    return port->asker != SIZE_MAX && port->asker != circuit && mono_between(port->asked, now.mono) < apart_ms;
}

void ports_ask(struct app *app, size_t circuit, struct moment now)
{
    struct azure_request request = { 0 };
    struct facts facts;

    engine_facts(app->engine, circuit, now, &facts);
    if (facts.sample == NULL) {
        poll_not_yet(app, ASK_PORTS, circuit, now);
        return;
    }
    const char *id = sample_text(facts.sample, facts.sample->port);
    struct known_port *port = port_is_id(id) && strlen(id) < BEYOND_ID_MAX ? port_of(app, id) : NULL;
    if (port == NULL || is_known(app, port, circuit, now)) {
        poll_ended(app, ASK_PORTS, circuit, true, now);
        return;
    }
    port->asker = circuit;
    port->asked = now.mono;
    struct port_run *run = calloc(1, sizeof *run);
    if (run == NULL)
        abort();
    run->circuit = circuit;
    errand_init(&run->errand, app, ASK_PORTS, circuit, run);
    port_value_reset(&run->value);
    snprintf(run->value.id, sizeof run->value.id, "%s", id);
    port_ask(&request, app->settings->azure.management, id, app->settings->azure.api_version);
    errand_ask(&run->errand, &request, port_came, now);
}
