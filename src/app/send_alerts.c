/*
 * The sender of Alertmanager. Every peer is asked at once, and a notice is taken when one of them has it: none of them
 * waits for another. Alertmanager forgets what it is not told of again, and all of it when it is restarted, so each alert
 * goes to every peer once a minute while its episode lasts, and for five minutes after its end.
 */
#include "app/send_wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define ANSWER_MOST 65536
#define AGAIN_MS (60 * 1000)
#define OVER_MS (5 * 60 * 1000)

/* What the peers were told of an episode last. */
struct alert {
    LIST_ENTRY(alert) link;
    uint64_t key;
    uint32_t episode;
    char *body;
    struct mono until; /* MONO_NEVER: it lasts */
};

LIST_HEAD(alert_list, alert);

struct alerts {
    struct receiver *receiver;
    struct alert_list list;
    struct timer *timer;
};

/* One notice to all peers. `delivery` is NULL where it was taken before. */
struct round {
    struct delivery *delivery;
    struct wire wire;
    size_t open;
    bool any;
    int64_t took_ms;
    struct wire_outcome outcome; /* of one that has it, else of the last one */
};

struct asking {
    struct round *round;
    struct wire_request *request;
};

static void again(void *context, struct moment now);

static struct alerts *alerts_of(struct receiver *receiver, struct moment now)
{
    if (receiver->alerts != NULL)
        return receiver->alerts;
    struct alerts *alerts = array_take(1, sizeof *alerts);
    alerts->receiver = receiver;
    LIST_INIT(&alerts->list);
    alerts->timer = timer_new(receiver->app->loop, again, alerts);
    timer_set(alerts->timer, mono_after(now.mono, AGAIN_MS));
    receiver->alerts = alerts;
    return alerts;
}

static void alert_free(struct alert *alert)
{
    LIST_REMOVE(alert, link);
    free(alert->body);
    free(alert);
}

void alerts_free(struct alerts *alerts)
{
    if (alerts == NULL)
        return;
    for (struct alert *alert = LIST_FIRST(&alerts->list), *next; alert != NULL; alert = next) {
        next = LIST_NEXT(alert, link);
        alert_free(alert);
    }
    timer_free(alerts->timer);
    free(alerts);
}

void alerts_note(struct receiver *receiver, uint64_t key, uint32_t episode, const char *body, bool over,
                 struct moment now)
{
    struct alerts *alerts = alerts_of(receiver, now);
    struct alert *alert = LIST_FIRST(&alerts->list);

    while (alert != NULL && (alert->key != key || alert->episode != episode))
        alert = LIST_NEXT(alert, link);
    if (alert == NULL) {
        alert = array_take(1, sizeof *alert);
        alert->key = key;
        alert->episode = episode;
        LIST_INSERT_HEAD(&alerts->list, alert, link);
    }
    free(alert->body);
    alert->body = strdup(body);
    if (alert->body == NULL)
        abort();
    alert->until = over ? mono_after(now.mono, OVER_MS) : MONO_NEVER;
}

/* ---- asking ---- */

static void round_over(struct round *round, struct moment now)
{
    struct delivery *delivery = round->delivery;
    struct wire_outcome outcome = round->outcome;
    int64_t took_ms = round->took_ms;

    free(round);
    if (delivery == NULL)
        return;
    if (outcome.answer == ANSWER_DELIVERED && delivery->item.event != RULE_EVENTS && !delivery->receiver->app->stopping)
        alerts_note(delivery->receiver, delivery->item.key, delivery->item.episode, delivery->body,
                    delivery->item.event == EVENT_CLEARED, now);
    deliver_answered(delivery, &outcome, took_ms, now);
}

static void answered(void *context, const struct http_reply *reply, struct moment now)
{
    struct asking *ask = context;
    struct round *round = ask->round;
    struct wire_outcome outcome;

    wire_answered(&round->wire, ask->request, reply, now, &outcome);
    if (!round->any)
        round->outcome = outcome;
    round->any = round->any || outcome.answer == ANSWER_DELIVERED;
    round->took_ms = reply->took_ms;
    wire_request_free(ask->request);
    free(ask);
    if (--round->open == 0)
        round_over(round, now);
}

static void ask_peer(struct round *round, struct http *http, const struct receiver *receiver, const char *url,
                     const char *body, const char *kept, bool minimal, struct moment now)
{
    struct wire wire = { .kind = RECEIVER_ALERTMANAGER, .name = receiver->name, .url = url,
                         .host = receiver->app->host, .alive_ms = SEND_ALIVE_MS };
    struct asking *ask = array_take(1, sizeof *ask);

    ask->round = round;
    ask->request = wire_request_new(&wire, body, kept, now.wall_ms, minimal);
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

static void ask_peers(struct receiver *receiver, struct http *http, struct delivery *delivery, const char *body,
                      const char *kept, struct moment now)
{
    const char *const *urls = receiver->settings->wire.urls;
    struct round *round = array_take(1, sizeof *round);

    round->delivery = delivery;
    round->wire = (struct wire){ .kind = RECEIVER_ALERTMANAGER };
    for (const char *const *url = urls; *url != NULL; url++)
        round->open++; /* of all, before the first is asked */
    assert(round->open > 0); /* the settings name at least one */
    for (const char *const *url = urls; *url != NULL; url++)
        ask_peer(round, http, receiver, *url, body, kept, delivery != NULL && delivery->item.minimal, now);
}

/* Those that are told no more are forgotten; the rest is told as it was, but for the moment at which it would end. */
static void again(void *context, struct moment now)
{
    struct alerts *alerts = context;
    struct receiver *receiver = alerts->receiver;
    char why[256];
    struct http *http = receiver->settings != NULL && receiver->settings->kind == RECEIVER_ALERTMANAGER &&
                                !receiver->app->stopping
                            ? clients_for(receiver, why)
                            : NULL;

    for (struct alert *at = LIST_FIRST(&alerts->list), *next; at != NULL; at = next) {
        next = LIST_NEXT(at, link);
        if (mono_reached(at->until, now.mono))
            alert_free(at);
        else if (http != NULL)
            ask_peers(receiver, http, NULL, at->body, "", now);
    }
    timer_set(alerts->timer, mono_after(now.mono, AGAIN_MS));
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
        ask_peers(receiver, http, delivery, delivery->body, known ? thread->kept : "", now);
}

const struct sender send_alerts = { send_alerts_now };
