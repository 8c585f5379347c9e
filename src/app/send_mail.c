/*
 * The senders of mail and of lines for a FIFO or a Unix socket. A mail server judges each recipient by itself. Whoever
 * it takes a mail for has it; whoever it puts off is given it by a further try, which goes to nobody else; whoever it
 * refuses for good is told of in the journal, and the notice counts as delivered if anybody has it.
 */
#include "app/send_wire.h"

#include "io/mail.h"
#include "io/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void finish(struct wire_run *run, const struct wire_reply *said, const char *why, struct wire_outcome *outcome)
{
    wire_answer(&run->wire, run->request, said, outcome);
    if (outcome->answer != ANSWER_DELIVERED && said->status == 0 && why[0] != '\0')
        snprintf(outcome->why, sizeof outcome->why, "%.*s", (int)sizeof outcome->why - 1, why);
    wire_run_free(run);
}

/* ---- mail ---- */

static bool has_it(const struct delivery *delivery, const char *address)
{
    char word[300];

    snprintf(word, sizeof word, " %.290s ", address);
    return delivery->mailed != NULL && strstr(delivery->mailed, word) != NULL;
}

static void note_has_it(struct delivery *delivery, const char *address)
{
    char *before = delivery->mailed;

    if (asprintf(&delivery->mailed, "%s%s ", before != NULL ? before : " ", address) < 0)
        abort();
    free(before);
}

/* The settings' addresses; heap. */
static const char **those_left(const struct delivery *delivery, const char *const *to)
{
    size_t count = 0, left = 0;

    while (to[count] != NULL)
        count++;
    const char **out = array_take(count + 1, sizeof *out);
    for (size_t i = 0; i < count; i++)
        if (!has_it(delivery, to[i]))
            out[left++] = to[i];
    return out;
}

/* What the server said of the recipients; the code is one of those of `later`, else of `refused`. */
struct judged {
    size_t later, refused;
    int code;
};

static struct judged judge_recipients(const struct mail_reply *reply)
{
    struct judged judged = { 0 };

    for (size_t i = 0; i < reply->to_count; i++) {
        int code = reply->to[i].code;
        judged.refused += code >= 500;
        judged.later += code >= 400 && code < 500;
        if (code >= 400 && (judged.code == 0 || code < judged.code))
            judged.code = code;
    }
    return judged;
}

static void tell_refused(const struct delivery *delivery, const struct judged *judged, size_t count)
{
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", delivery->receiver->name },
                                            { "ERWATCH_NOTICE_ID", delivery->notice_id } };
    char text[512];

    snprintf(text, sizeof text, "%s: the mail server took notice %s, but refused %zu of %zu recipients",
             delivery->receiver->name, delivery->notice_id, judged->refused, count);
    tell_message(delivery->receiver->app, MESSAGE_DELIVERY_FAILED, -1, text, fields, 2);
}

/* When the server has taken a mail, or has refused it for the last ones left of those whom it was for. */
static void look_at_recipients(struct delivery *delivery, const struct mail_reply *reply, struct wire_outcome *outcome)
{
    struct judged judged = judge_recipients(reply);
    bool last = judged.refused == reply->to_count && delivery->mailed != NULL;

    if (!reply->whole && !last)
        return;
    for (size_t i = 0; i < reply->to_count; i++)
        if (reply->to[i].code < 400 || reply->to[i].code >= 500)
            note_has_it(delivery, reply->to[i].address);
    outcome->answer = judged.later > 0 ? ANSWER_LATER : ANSWER_DELIVERED;
    outcome->why[0] = '\0';
    if (judged.refused > 0 && delivery->test != NULL)
        outcome->answer = ANSWER_SETTINGS; /* whoever asks wants to know, and it is tried once */
    else if (judged.refused > 0)
        tell_refused(delivery, &judged, reply->to_count);
    if (outcome->answer != ANSWER_DELIVERED)
        snprintf(outcome->why, sizeof outcome->why, "the mail server answered %d to %zu of %zu recipients", judged.code,
                 judged.later + judged.refused, reply->to_count);
}

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
    if (said.status != 0)
        snprintf(outcome.said, sizeof outcome.said, "SMTP %d", said.status);
    look_at_recipients(delivery, reply, &outcome);
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
    const char **to = those_left(delivery, settings->to);
    if (to[0] == NULL) { /* they have left the settings */
        free(to);
        wire_run_free(run);
        deliver_answer_soon(delivery, &(struct wire_outcome){ .answer = ANSWER_DELIVERED, .retry_after_ms = -1 }, now);
        return;
    }
    if (app->mails == NULL)
        app->mails = mails_new(app->loop);
    struct mail_request request = { .server = settings->server,
                                    .starttls = settings->starttls,
                                    .ca_file = settings->ca_file,
                                    .user = settings->user,
                                    .password = run->password.bytes,
                                    .from = settings->from,
                                    .to = to,
                                    .text = run->request->body,
                                    .len = run->request->body_len,
                                    .timeout_ms = settings->timeout_ms };
    mail_send(app->mails, &request, mailed, run);
    free(to);
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
    if (end.whole)
        snprintf(outcome.said, sizeof outcome.said, "written");
    deliver_answer_soon(delivery, &outcome, now);
}

const struct sender send_stream = { send_line };
