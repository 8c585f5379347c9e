/*
 * Taking settings over: at the start, after a reload, and when a discovery has found other circuits. Tokens, receivers
 * and what the core knows go on where the new settings name them, too.
 */
#include "app/adopt.h"

#include "app/delivery.h"
#include "app/heartbeat.h"
#include "app/mutes.h"
#include "app/poll_keep.h"
#include "app/search.h"
#include "core/array.h"

#include <stdlib.h>

#define CONNECTIONS 64
#define CONNECTIONS_PER_HOST 32
/* 15 questions in 5 seconds: Azure Resource Graph, "Guidance for throttled requests" */
#define GRAPH_CAPACITY 15
#define GRAPH_PER_SECOND 3

struct watch adopt_watch(struct app *app)
{
    return (struct watch){ .policy = &app->settings->policy,
                           .circuits = app->settings->circuits,
                           .circuit_count = app->settings->circuit_count,
                           .credentials = app->credential_names,
                           .credential_count = app->settings->azure.credential_count,
                           .discovers = app->credential_discovers };
}

void adopt_make_sign_ins(struct app *app)
{
    size_t count = app->settings->azure.credential_count;

    free(app->credential_discovers); /* the core has looked at the old ones */
    app->credential_discovers = array_take(count, sizeof *app->credential_discovers);
    app->credential_names = array_take(count, sizeof *app->credential_names);
    app->sign_ins = array_take(count, sizeof *app->sign_ins);
    for (size_t i = 0; i < app->settings->discover_count; i++)
        app->credential_discovers[app->settings->discovers[i].credential] = true;
    for (size_t i = 0; i < count; i++) {
        app->sign_ins[i].settings = &app->settings->azure.credentials[i];
        budget_init(&app->sign_ins[i].graph, GRAPH_CAPACITY, GRAPH_PER_SECOND, loop_now(app->loop).mono);
        app->credential_names[i] = app->settings->azure.credentials[i].name;
    }
}

void adopt_free_sign_ins(struct sign_in *sign_ins, size_t count, const char **names)
{
    for (size_t i = 0; i < count * AUDIENCES; i++)
        token_free(&sign_ins[i / AUDIENCES].grant[i % AUDIENCES].token);
    free(sign_ins);
    free(names);
}

struct http *adopt_make_http(struct app *app, const struct settings *settings, char why[256])
{
    struct http_settings http = { .user_agent = APP_USER_AGENT,
                                  .ca_file = settings->azure.ca_file,
                                  .proxy = settings->azure.proxy,
                                  .connections = CONNECTIONS,
                                  .per_host = CONNECTIONS_PER_HOST };
    return http_new(app->loop, &http, why);
}

bool app_adopt(struct app *app, struct settings *settings, struct moment now, char why[256])
{
    struct settings *was = app->settings;
    struct sign_in *sign_ins = app->sign_ins;
    const char **names = app->credential_names;
    struct http *old_http = app->http, *http = adopt_make_http(app, settings, why);

    if (http == NULL)
        return false;
    app->generation++;
    app->credential_generation++;
    control_drop_waiters(app);
    ask_drop_held(app, now);
    discover_stop(app);
    struct poll_kept *kept = poll_keep(app);
    poll_stop(app);
    app->http = http;
    app->settings = settings;
    adopt_make_sign_ins(app);
    sign_in_keep(app, &was->azure, sign_ins);
    struct watch watch = adopt_watch(app);
    mutes_take_windows(app, now);
    engine_adopt(app->engine, &watch, now, &app->effects);
    mutes_adopt(app, now);
    deliver_adopt(app, now);
    failing_look(app, now);
    poll_start(app, now);
    poll_go_on(app, kept, POLL_SETTINGS, now);
    discover_start(app, now);
    search_start(app, now);
    credentials_look(app, now);
    heartbeat_adopt(app, now);
    persist_prune_soon(app, now);
    app_run_effects(app, now);
    http_free(old_http); /* answers to the old questions end here, unheard */
    adopt_free_sign_ins(sign_ins, was->azure.credential_count, names);
    settings_free(was);
    timer_set(app->cycle_timer, mono_after(now.mono, settings->poll.every_ms));
    return true;
}

void app_adopt_circuits(struct app *app, struct settings *settings, struct moment now)
{
    struct settings *was = app->settings;

    app->generation++;
    control_drop_waiters(app);
    struct poll_kept *kept = poll_keep(app);
    poll_stop(app);
    app->settings = settings;
    struct watch watch = adopt_watch(app);
    engine_adopt(app->engine, &watch, now, &app->effects);
    mutes_adopt(app, now);
    poll_start(app, now);
    poll_go_on(app, kept, POLL_CIRCUITS, now);
    search_circuits(app, now);
    app_run_effects(app, now);
    settings_free(was);
}
