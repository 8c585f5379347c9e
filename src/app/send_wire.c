/* The part of sending that every kind but programs shares. Secrets are read for each attempt, and wiped with it. */
#include "app/send_wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct secrets {
    struct secret url, key, old_key;
};

static bool read_one(const char *file, struct secret *out, char why[512])
{
    return file == NULL || secret_read(file, SECRETS_FOLDER, out, why);
}

static bool secrets_read(const struct wire_settings *wire, struct secrets *out, struct secret *password, char why[512])
{
    memset(out, 0, sizeof *out);
    return read_one(wire->url_file, &out->url, why) && read_one(wire->key_file, &out->key, why) &&
           read_one(wire->old_key_file, &out->old_key, why) && read_one(wire->password_file, password, why);
}

static void secrets_wipe(struct secrets *secrets)
{
    secret_wipe(&secrets->url);
    secret_wipe(&secrets->key);
    secret_wipe(&secrets->old_key);
}

void wire_run_free(struct wire_run *run)
{
    wire_request_free(run->request);
    secret_wipe(&run->password);
    free(run);
}

void wire_not_sent(struct delivery *delivery, const char *why, struct moment now)
{
    struct wire_outcome outcome = { .answer = ANSWER_SETTINGS, .retry_after_ms = -1 };

    snprintf(outcome.why, sizeof outcome.why, "%.*s", (int)sizeof outcome.why - 1, why);
    deliver_answer_soon(delivery, &outcome, now);
}

/* An answer that is too long was given: its status counts, and what came of its body. */
void wire_answered(const struct wire *wire, const struct wire_request *request, const struct http_reply *reply,
                   struct moment now, struct wire_outcome *outcome)
{
    struct wire_reply said = { .status = reply->status,
                               .whole = reply->end == HTTP_ANSWERED || reply->end == HTTP_TOO_LARGE,
                               .sent = reply->sent,
                               .body = reply->body,
                               .retry_after = http_header(reply, "Retry-After"),
                               .now_wall_ms = now.wall_ms };

    wire_answer(wire, request, &said, outcome);
    if (reply->status != 0)
        snprintf(outcome->said, sizeof outcome->said, "HTTP %d", reply->status);
    if (reply->status == 0 && reply->why != NULL) /* no answer: the client says why, and names the host only */
        snprintf(outcome->why, sizeof outcome->why, "%.*s", (int)sizeof outcome->why - 1, reply->why);
}

/* What was remembered of this episode, and of no other. */
static const char *kept_of(const struct delivery *delivery)
{
    const struct outbox_thread *thread = delivery->item.thread;

    return thread != NULL && thread->kept != NULL && thread->kept_episode == delivery->item.episode ? thread->kept : "";
}

static void make_request(struct wire_run *run, const struct secrets *secrets, struct moment now)
{
    const struct receiver *receiver = run->delivery->receiver;
    const struct wire_settings *settings = &receiver->settings->wire;
    struct wire wire = { .kind = receiver->settings->kind,
                         .name = receiver->name,
                         .url = secrets->url.bytes != NULL ? secrets->url.bytes : settings->url,
                         .key = secrets->key.bytes,
                         .old_key = secrets->old_key.bytes,
                         .channel = settings->channel,
                         .host = receiver->app->host,
                         .format = settings->format,
                         .mail_from = settings->from,
                         .mail_to = settings->to };

    run->request = wire_request_new(&wire, run->delivery->body, kept_of(run->delivery), now.wall_ms,
                                    run->delivery->item.minimal);
    assert(run->request != NULL); /* the body is our own */
    run->wire = (struct wire){ .kind = wire.kind, .format = wire.format };
}

struct wire_run *wire_run_new(struct delivery *delivery, struct moment now)
{
    struct wire_run *run = array_take(1, sizeof *run);
    struct secrets secrets;
    char why[512];

    run->delivery = delivery;
    if (secrets_read(&delivery->receiver->settings->wire, &secrets, &run->password, why))
        make_request(run, &secrets, now);
    else
        wire_not_sent(delivery, why, now);
    secrets_wipe(&secrets);
    if (run->request != NULL && run->request->method != NULL)
        return run;
    if (run->request != NULL) { /* this kind has no word for it */
        struct wire_outcome outcome = { .answer = ANSWER_DELIVERED, .retry_after_ms = -1 };
        deliver_answer_soon(delivery, &outcome, now);
    }
    wire_run_free(run);
    return NULL;
}
