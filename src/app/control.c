/*
 * The control socket: what is asked over it, answered with what control_views.c shows. Whoever may open the socket
 * (group erwatch) may read, ask for a poll, test receivers, make silences and acknowledge; only root and the daemon's own user may have the
 * settings read again.
 */
#include "app/acks.h"
#include "app/control_views.h"
#include "app/history.h"
#include "app/mutes.h"
#include "app/receiver_test.h"
#include "app/survey.h"

#include "web/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define CLIENTS 16
#define BODY_MAX 65536
#define CLIENT_TIMEOUT_MS (30 * 1000)
#define POLL_WAIT_MS (30 * 1000)

struct poll_waiter {
    struct poll_waiter *next;
    struct app *app;
    struct server_call *call;
    struct timer *timer;
    size_t circuit;
    struct mono asked;
};

static void answer(struct server_call *call, int status, char *json)
{
    static const char *const headers[] = { "Content-Type: application/json", "Cache-Control: no-store", NULL };

    server_answer(call, status, headers, json, strlen(json));
    free(json);
}

void control_answer(struct server_call *call, char *json)
{
    answer(call, 200, json);
}

void control_refuse(struct server_call *call, enum api_error error, const char *message)
{
    answer(call, api_status(error), api_error_body(error, message, NULL, 0));
}

/* RFC 9110, 15.5.6: the answer must say which method would do. */
static void refuse_method(struct server_call *call, const char *uri, const char *message)
{
    char *json = api_error_body(API_METHOD, message, NULL, 0), allow[64], methods[API_ALLOW_MAX];
    const char *const headers[] = { "Content-Type: application/json", "Cache-Control: no-store", allow, NULL };

    snprintf(allow, sizeof allow, "Allow: %s", api_allow(uri, methods));
    server_answer(call, api_status(API_METHOD), headers, json, strlen(json));
    free(json);
}

static void give_incident(struct app *app, struct server_call *call, const char *written, struct moment now)
{
    char *json = NULL;
    enum api_error error = control_incident(app, written, now, &json);

    if (error == API_OK)
        answer(call, 200, json);
    else
        control_refuse(call, error, error == API_NO_INCIDENT ? "there is no such incident"
                                                     : "several incidents begin like that; give more of the identity");
}

/* By id or by name; names need not be unique. */
static enum api_error find_circuit(const struct app *app, const char *name, size_t *index)
{
    size_t found = 0;

    for (size_t i = 0; i < app->settings->circuit_count; i++) {
        const struct circuit_settings *circuit = &app->settings->circuits[i];
        if (resource_id_compare_text(name, &circuit->id) == 0) {
            *index = i;
            return API_OK;
        }
        if (strcmp(circuit->name, name) == 0) {
            *index = i;
            found++;
        }
    }
    return found == 1 ? API_OK : found == 0 ? API_NO_CIRCUIT : API_AMBIGUOUS;
}

bool control_find_circuit(const struct app *app, struct server_call *call, const char *name, size_t *index)
{
    enum api_error error = find_circuit(app, name, index);

    if (error != API_OK)
        control_refuse(call, error, error == API_NO_CIRCUIT ? "no circuit has that name or id"
                                                    : "several circuits have that name; give the id");
    return error == API_OK;
}

/* ---- polls that somebody waits for ---- */

static void waiter_free(struct poll_waiter *waiter)
{
    timer_free(waiter->timer);
    free(waiter);
}

static void unlink_waiter(struct poll_waiter *waiter)
{
    struct poll_waiter **at = &waiter->app->watched[waiter->circuit].waiters;

    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
}

static void waited_too_long(void *context, struct moment now)
{
    struct poll_waiter *waiter = context;

    (void)now;
    unlink_waiter(waiter);
    control_refuse(waiter->call, API_TIMEOUT, "Azure has not answered in time; the poll goes on");
    waiter_free(waiter);
}

void control_polled(struct app *app, size_t circuit, struct moment now)
{
    for (struct poll_waiter **at = &app->watched[circuit].waiters; *at != NULL;) {
        struct poll_waiter *waiter = *at;
        if (waiter->asked.ms > app->asked[target_id(app, ASK_CIRCUIT, circuit)].attempted.ms) {
            at = &waiter->next; /* this answer was asked for before the operator wanted one */
            continue;
        }
        *at = waiter->next;
        answer(waiter->call, 200, control_circuit(app, circuit, mono_between(waiter->asked, now.mono), now));
        waiter_free(waiter);
    }
}

void control_drop_waiters(struct app *app)
{
    for (size_t i = 0; app->watched != NULL && i < app->settings->circuit_count; i++)
        while (app->watched[i].waiters != NULL) {
            struct poll_waiter *waiter = app->watched[i].waiters;
            app->watched[i].waiters = waiter->next;
            control_refuse(waiter->call, API_BUSY, "the settings are being changed, or the daemon stops");
            waiter_free(waiter);
        }
}

static void start_poll(struct app *app, struct server_call *call, size_t circuit, const struct server_request *request,
                       struct moment now)
{
    struct poll_waiter *waiter = calloc(1, sizeof *waiter);
    char text[512];

    if (waiter == NULL)
        abort();
    *waiter = (struct poll_waiter){ .next = app->watched[circuit].waiters,
                                    .app = app,
                                    .call = call,
                                    .circuit = circuit,
                                    .asked = now.mono };
    waiter->timer = timer_new(app->loop, waited_too_long, waiter);
    timer_set(waiter->timer, mono_after(now.mono, POLL_WAIT_MS));
    app->watched[circuit].waiters = waiter;
    snprintf(text, sizeof text, "%s: a poll was asked for by uid %u", app->settings->circuits[circuit].name,
             (unsigned)request->peer_uid);
    struct id_text id = target_circuit_id(app, circuit);
    const struct journal_field fields[] = { { "ERWATCH_CIRCUIT", app->settings->circuits[circuit].name },
                                            { "ERWATCH_CIRCUIT_ID", id.text } };
    tell_message(app, MESSAGE_POLL_ASKED, -1, text, fields, 2);
    poll_ask_now(app, circuit, now);
    poll_look(app, circuit, LOOK_METRICS | LOOK_ROUTES, now.mono);
    poll_arm(app);
}

/* ---- settings ---- */

static void give_reload(struct app *app, struct server_call *call, struct moment now)
{
    struct diag *diag = diag_new();
    struct reload_view view;
    bool taken = reload_now(app, diag, &view, now);
    size_t count = diag_count(diag);
    const char **lines = calloc(count + 1, sizeof *lines);

    if (lines == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        lines[i] = diag_line(diag, i);
    view.warnings = lines;
    view.warning_count = count;
    if (taken)
        answer(call, 200, view_reload(&view));
    else
        answer(call, api_status(API_REFUSED),
               api_error_body(API_REFUSED, "the settings were refused, the old ones stay", lines, count));
    free(lines);
    diag_free(diag);
}

static bool may_change_settings(const struct server_request *request)
{
    return request->peer_known && (request->peer_uid == 0 || request->peer_uid == geteuid());
}

/* Who has made a silence is stored with it, so somebody must be known to have done it. */
static void change_silences(struct app *app, struct server_call *call, const struct api_request *api,
                            const struct server_request *request, struct moment now)
{
    if (!request->peer_known)
        control_refuse(call, API_FORBIDDEN, "silences are made and ended over the Unix socket only");
    else if (api->call == API_SILENCE)
        silences_make(app, call, request, now);
    else
        silences_end(app, call, api->name, request, now);
}

static void change_acks(struct app *app, struct server_call *call, const struct api_request *api,
                        const struct server_request *request, struct moment now)
{
    if (!request->peer_known)
        control_refuse(call, API_FORBIDDEN, "incidents are acknowledged over the Unix socket only");
    else if (api->call == API_ACKNOWLEDGE)
        acks_make(app, call, api->name, request, now);
    else
        acks_end(app, call, api->name, request, now);
}

/* What was asked for is known, and may be given. */
static void give(struct app *app, struct server_call *call, const struct api_request *api,
                 const struct server_request *request, struct moment now)
{
    size_t circuit = 0;

    switch (api->call) {
    case API_STATUS:
        answer(call, 200, control_status(app, now));
        break;
    case API_CIRCUIT:
        if (control_find_circuit(app, call, api->name, &circuit))
            answer(call, 200, control_circuit(app, circuit, -1, now));
        break;
    case API_INCIDENTS:
        answer(call, 200, control_incidents(app, api->all, now));
        break;
    case API_INCIDENT:
        give_incident(app, call, api->name, now);
        break;
    case API_LOOP:
        answer(call, 200, control_loop(app, now));
        break;
    case API_POLL:
        if (control_find_circuit(app, call, api->name, &circuit))
            start_poll(app, call, circuit, request, now);
        break;
    case API_SILENCES:
        answer(call, 200, silences_list(app, now));
        break;
    case API_SILENCE:
    case API_END_SILENCE:
        change_silences(app, call, api, request, now);
        break;
    case API_ACKNOWLEDGE:
    case API_UNACKNOWLEDGE:
        change_acks(app, call, api, request, now);
        break;
    case API_TEST:
        receiver_test_start(app, call, api->name, request, now);
        break;
    case API_DISCOVER:
        survey_start(app, call, api, now);
        break;
    case API_HISTORY:
        history_ask(app, call, api, now);
        break;
    default:
        if (may_change_settings(request))
            give_reload(app, call, now);
        else
            control_refuse(call, API_FORBIDDEN, "only root and the daemon's own user may have the settings read again");
    }
}

static void asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    struct app *app = context;
    struct api_request api;
    char why[128];
    enum api_error error = api_route(request->method, request->uri, &api, why);

    if (error == API_METHOD) {
        refuse_method(call, request->uri, why);
        return;
    }
    if (error != API_OK) {
        control_refuse(call, error, why);
        return;
    }
    if (app->stopping) {
        control_refuse(call, API_BUSY, "the daemon stops");
        return;
    }
    give(app, call, &api, request, now);
}

bool control_start(struct app *app)
{
    char path[512], why[256];

    snprintf(path, sizeof path, "%s/control.sock", app->options->run_dir);
    struct server_settings settings = { .unix_path = path,
                                        .group = "erwatch",
                                        .clients = CLIENTS,
                                        .body_max = BODY_MAX,
                                        .timeout_ms = CLIENT_TIMEOUT_MS };
    app->server = server_new(app->loop, &settings, asked, app, why);
    if (app->server == NULL)
        app_cannot_start(app, why);
    return app->server != NULL;
}
