/* The senders of mail and of lines for a FIFO or a Unix socket. */
#include "app/send_wire.h"

#include "io/mail.h"
#include "io/stream.h"

#include <stdio.h>

static void finish(struct wire_run *run, const struct wire_reply *said, const char *why, struct wire_outcome *outcome)
{
    wire_answer(&run->wire, run->request, said, outcome);
    if (outcome->answer != ANSWER_DELIVERED && said->status == 0 && why[0] != '\0')
        snprintf(outcome->why, sizeof outcome->why, "%.*s", (int)sizeof outcome->why - 1, why);
    wire_run_free(run);
}

/* ---- mail ---- */

static void mailed(void *context, const struct mail_reply *reply, struct moment now)
{
    struct wire_run *run = context;
    struct delivery *delivery = run->delivery;
    struct wire_reply said = { .status = reply->whole ? 250 : reply->status >= 400 ? reply->status : 0,
                               .whole = reply->whole,
                               .sent = reply->sent,
                               .body = "",
                               .now_wall_ms = now.wall_ms };
    struct wire_outcome outcome;

    finish(run, &said, reply->why, &outcome);
    deliver_answered(delivery, &outcome, reply->took_ms, now);
}

static void drop(void *context)
{
    wire_run_free(context);
}

void mails_end(struct app *app)
{
    mails_free(app->mails, drop);
    app->mails = NULL;
}

static void send_by_mail(struct delivery *delivery, struct moment now)
{
    struct app *app = delivery->receiver->app;
    const struct wire_settings *settings = &delivery->receiver->settings->wire;
    struct wire_run *run = wire_run_new(delivery, now);

    if (run == NULL)
        return;
    if (app->mails == NULL)
        app->mails = mails_new(app->loop);
    struct mail_request request = { .server = settings->server,
                                    .starttls = settings->starttls,
                                    .ca_file = settings->ca_file,
                                    .user = settings->user,
                                    .password = run->password.bytes,
                                    .from = settings->from,
                                    .to = settings->to,
                                    .text = run->request->body,
                                    .len = run->request->body_len,
                                    .timeout_ms = settings->timeout_ms };
    mail_send(app->mails, &request, mailed, run);
    secret_wipe(&run->password); /* libcurl has its copy */
}

const struct sender send_mail = { send_by_mail };

/* ---- lines ---- */

static void send_line(struct delivery *delivery, struct moment now)
{
    struct wire_run *run = wire_run_new(delivery, now);
    struct stream_end end;
    struct wire_outcome outcome;

    if (run == NULL)
        return;
    stream_write(delivery->receiver->settings->wire.path, run->request->body, run->request->body_len, &end);
    struct wire_reply said = { .whole = end.whole, .sent = end.sent, .body = "", .now_wall_ms = now.wall_ms };
    finish(run, &said, end.why, &outcome);
    deliver_answer_soon(delivery, &outcome, now);
}

const struct sender send_stream = { send_line };
