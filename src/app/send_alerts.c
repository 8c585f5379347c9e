/*
 * The sender of Alertmanager. Every peer is asked at once, and a notice is taken as soon as one of them has it: none of
 * them waits for another. Whoever did not get it is told with all the rest, again and again: alerts.c.
 */
#include "app/alerts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MOST 65536

/* One notice to all peers. */
struct round {
    struct delivery *delivery; /* NULL: one of them has it, and that was told */
    struct wire wire;
    size_t open;
};

/* ---- one peer ---- */

struct asking {
    struct wire_request *request;
    alerts_answered *done;
    void *context;
};

static void answered(void *context, const struct http_reply *reply, struct moment now)
{
    struct asking ask = *(struct asking *)context;

    free(context);
    ask.done(ask.context, ask.request, reply, now);
}

void alerts_post(const struct receiver *receiver, struct http *http, const char *url, const char *body,
                 const char *kept, bool minimal, alerts_answered *done, void *context, struct moment now)
{
    struct wire wire = { .kind = RECEIVER_ALERTMANAGER, .name = receiver->name, .url = url,
                         .host = receiver->app->host, .alive_ms = SEND_ALIVE_MS };
    struct asking *ask = array_take(1, sizeof *ask);

    *ask = (struct asking){ wire_request_new(&wire, body, kept, now.wall_ms, minimal), done, context };
    assert(ask->request != NULL && ask->request->method != NULL); /* the body is our own */
    struct http_request request = { .method = ask->request->method,
                                    .url = ask->request->url,
                                    .headers = (const char *const *)ask->request->headers,
                                    .body = ask->request->body,
                                    .body_len = ask->request->body_len,
                                    .limit = ANSWER_MOST,
                                    .timeout_ms = receiver->settings->wire.timeout_ms,
                                    .plain = strncmp(ask->request->url, "http://", 7) == 0 };
    http_send(http, &request, answered, ask);
}

/* ---- a notice ---- */

static void tell(struct delivery *delivery, const struct wire_outcome *outcome, int64_t took_ms, struct moment now)
{
    if (outcome->answer == ANSWER_DELIVERED && delivery->item.event != OUTBOX_TEST && !delivery->receiver->app->stopping)
        alerts_note(delivery->receiver, delivery->item.key, delivery->item.episode, delivery->body,
                    delivery->item.event == EVENT_CLEARED, now);
    deliver_answered(delivery, outcome, took_ms, now);
}

/* The first that has it makes it delivered, the last one that it is not. */
static void peer_answered(void *context, struct wire_request *request, const struct http_reply *reply,
                          struct moment now)
{
    struct round *round = context;
    struct delivery *delivery = round->delivery;
    struct wire_outcome outcome;

    wire_answered(&round->wire, request, reply, now, &outcome);
    wire_request_free(request);
    bool last = --round->open == 0, known = outcome.answer == ANSWER_DELIVERED || last;
    if (known)
        round->delivery = NULL;
    if (last)
        free(round);
    if (known && delivery != NULL)
        tell(delivery, &outcome, reply->took_ms, now);
}

static void ask_peers(struct delivery *delivery, struct http *http, const char *kept, struct moment now)
{
    const struct receiver *receiver = delivery->receiver;
    const char *const *urls = receiver->settings->wire.urls;
    struct round *round = array_take(1, sizeof *round);

    *round = (struct round){ .delivery = delivery, .wire = { .kind = RECEIVER_ALERTMANAGER } };
    for (const char *const *url = urls; *url != NULL; url++)
        round->open++; /* of all, before the first is asked */
    assert(round->open > 0); /* the settings name at least one */
    for (const char *const *url = urls; *url != NULL; url++)
        alerts_post(receiver, http, *url, delivery->body, kept, delivery->item.minimal, peer_answered, round, now);
}

static void send_alerts_now(struct delivery *delivery, struct moment now)
{
    struct receiver *receiver = delivery->receiver;
    const struct outbox_thread *thread = delivery->item.thread;
    bool known = thread != NULL && thread->kept != NULL && thread->kept_episode == delivery->item.episode;
    char why[256];
    struct http *http = clients_for(receiver, why);

    if (http == NULL)
        wire_not_sent(delivery, why, now);
    else
        ask_peers(delivery, http, known ? thread->kept : "", now);
}

const struct sender send_alerts = { send_alerts_now };
