/* Acknowledgements over the control socket: the incident is looked up, the core told, and the incident shown as it is then. */
#include "app/acks.h"

#include "app/control_views.h"
#include "app/delivery.h"
#include "app/history.h"
#include "app/kept.h"
#include "io/user.h"
#include "web/acknowledge.h"

#include <stdio.h>
#include <syslog.h>

static bool find(struct app *app, struct server_call *call, const char *written, uint64_t *key, uint32_t *episode)
{
    enum api_error error = control_find_incident(app, written, key, episode);

    if (error != API_OK)
        control_refuse(call, error,
                       error == API_NO_INCIDENT ? "there is no such incident"
                                                : "several incidents begin like that; give more of the identity");
    return error == API_OK;
}

/* Carry out what the core made of it, and answer with the incident. */
static void finish(struct app *app, struct server_call *call, const char *written, struct moment now)
{
    char *json = NULL;

    app_follow(app, now);
    deliver_pump(app, now);
    if (control_incident(app, written, now, &json) == API_OK)
        kept_answer(app, call, json, now);
    else
        control_refuse(call, API_NO_INCIDENT, "the incident is gone");
}

void acks_make(struct app *app, struct server_call *call, const char *written, const struct server_request *request,
               struct moment now)
{
    char why[ACK_REFUSAL_MAX];
    uint64_t key = 0;
    uint32_t episode = 0;
    struct ack ack;

    if (!find(app, call, written, &key, &episode))
        return;
    if (!ack_read(request->body, request->body_len, now.wall_ms, &ack, why)) {
        control_refuse(call, API_BAD_REQUEST, why);
        return;
    }
    user_name(request->peer_uid, ack.who);
    if (engine_acknowledge(app->engine, key, episode, &ack, now, &app->effects))
        finish(app, call, written, now);
    else
        control_refuse(call, API_NOT_OPEN, "the incident is not raised, or is over; there is nothing to take on");
}

void acks_end(struct app *app, struct server_call *call, const char *written, const struct server_request *request,
              struct moment now)
{
    char who[USER_NAME_MAX], text[USER_NAME_MAX + 64];
    uint64_t key = 0;
    uint32_t episode = 0;

    if (!find(app, call, written, &key, &episode))
        return;
    if (!engine_unacknowledge(app->engine, key, now, &app->effects)) {
        control_refuse(call, API_NOT_OPEN, "nobody has acknowledged that incident");
        return;
    }
    journal_say(app->journal, LOG_NOTICE, "%s has withdrawn the acknowledgement of incident %016llx-%u",
                user_name(request->peer_uid, who), (unsigned long long)key, episode);
    snprintf(text, sizeof text, "%s has withdrawn the acknowledgement", who);
    history_done(app, key, episode, "unacknowledged", who, text, now);
    finish(app, call, written, now);
}
