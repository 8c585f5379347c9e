/*
 * Alertmanager forgets what it is not told of again, and all of it when it is restarted: each alert goes to every peer
 * once a minute while its episode lasts, and for five minutes after its end. They stand in a list by the moment at which
 * they are due, of which each turn of the loop takes a slice, and in a tree by their identity. A peer that has not
 * answered yet is not asked about the same alert again.
 */
#include "app/alerts.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define AGAIN_MS (60 * 1000)
#define OVER_MS (5 * 60 * 1000)
#define SLICE 20 /* alerts in one turn */

/* What the peers were told of an episode last. */
struct alert {
    uint64_t key; /* with `episode` its place in the tree */
    uint32_t episode;
    TAILQ_ENTRY(alert) order;
    char *body;
    struct mono due;
    struct mono until; /* MONO_NEVER: it lasts */
    uint8_t asked;     /* peers that have not answered yet, a bit each: the settings allow eight */
};

struct alerts {
    struct receiver *receiver; /* NULL: gone, and some peers have not answered yet */
    TAILQ_HEAD(alert_list, alert) order;
    void *tree;
    size_t asking;
    struct timer *timer;
};

static int compare(const void *a, const void *b)
{
    const struct alert *left = a, *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->episode < right->episode ? -1 : left->episode > right->episode;
}

static struct alert *find(const struct alerts *alerts, uint64_t key, uint32_t episode)
{
    struct alert wanted = { .key = key, .episode = episode };
    struct alert *const *found = alerts->tree != NULL ? tfind(&wanted, &alerts->tree, compare) : NULL;

    return found != NULL ? *found : NULL;
}

static struct alert *add(struct alerts *alerts, uint64_t key, uint32_t episode)
{
    struct alert *alert = array_take(1, sizeof *alert);

    *alert = (struct alert){ .key = key, .episode = episode };
    if (tsearch(alert, &alerts->tree, compare) == NULL)
        abort();
    TAILQ_INSERT_TAIL(&alerts->order, alert, order);
    return alert;
}

static void forget(struct alerts *alerts, struct alert *alert)
{
    TAILQ_REMOVE(&alerts->order, alert, order);
    tdelete(alert, &alerts->tree, compare);
    free(alert->body);
    free(alert);
}

/* ---- telling again ---- */

struct telling {
    struct alerts *alerts;
    uint64_t key;
    uint32_t episode;
    uint8_t peer; /* its bit */
};

static void told(void *context, struct wire_request *request, const struct http_reply *reply, struct moment now)
{
    struct telling *telling = context;
    struct alerts *alerts = telling->alerts;
    struct alert *alert = find(alerts, telling->key, telling->episode);

    (void)reply; /* it is told again in a minute, whatever it said */
    (void)now;
    if (alert != NULL)
        alert->asked &= (uint8_t)~telling->peer;
    wire_request_free(request);
    free(telling);
    if (--alerts->asking == 0 && alerts->receiver == NULL)
        free(alerts);
}

static void tell_peers(struct alerts *alerts, struct alert *alert, struct http *http, struct moment now)
{
    const char *const *urls = alerts->receiver->settings->wire.urls;

    for (size_t i = 0; urls[i] != NULL; i++) {
        uint8_t peer = (uint8_t)(1U << i);
        if (alert->asked & peer)
            continue;
        struct telling *telling = array_take(1, sizeof *telling);
        *telling = (struct telling){ alerts, alert->key, alert->episode, peer };
        alert->asked |= peer;
        alerts->asking++;
        alerts_post(alerts->receiver, http, urls[i], alert->body, "", false, told, telling, now);
    }
}

static void put_last(struct alerts *alerts, struct alert *alert, struct moment now)
{
    TAILQ_REMOVE(&alerts->order, alert, order);
    TAILQ_INSERT_TAIL(&alerts->order, alert, order);
    alert->due = mono_after(now.mono, AGAIN_MS);
}

static struct http *way_to(struct receiver *receiver)
{
    char why[256];
    bool wanted = receiver->settings != NULL && receiver->settings->kind == RECEIVER_ALERTMANAGER &&
                  !receiver->app->stopping;

    return wanted ? clients_for(receiver, why) : NULL;
}

static void arm(struct alerts *alerts)
{
    const struct alert *first = TAILQ_FIRST(&alerts->order);

    timer_set(alerts->timer, first != NULL ? first->due : MONO_NEVER);
}

/* Those that are told no more are forgotten; the rest is told as it was, but for the moment at which it would end. */
static void again(void *context, struct moment now)
{
    struct alerts *alerts = context;
    struct http *http = way_to(alerts->receiver);
    struct alert *alert;

    for (size_t i = 0; i < SLICE && (alert = TAILQ_FIRST(&alerts->order)) != NULL; i++) {
        if (!mono_reached(alert->due, now.mono))
            break;
        if (mono_reached(alert->until, now.mono)) {
            forget(alerts, alert);
            continue;
        }
        put_last(alerts, alert, now);
        if (http != NULL)
            tell_peers(alerts, alert, http, now);
    }
    arm(alerts);
}

/* ---- what is told ---- */

static struct alerts *alerts_of(struct receiver *receiver)
{
    if (receiver->alerts != NULL)
        return receiver->alerts;
    struct alerts *alerts = array_take(1, sizeof *alerts);
    alerts->receiver = receiver;
    TAILQ_INIT(&alerts->order);
    alerts->timer = timer_new(receiver->app->loop, again, alerts);
    receiver->alerts = alerts;
    return alerts;
}

void alerts_note(struct receiver *receiver, uint64_t key, uint32_t episode, const char *body, bool over,
                 struct moment now)
{
    struct alerts *alerts = alerts_of(receiver);
    struct alert *alert = find(alerts, key, episode);

    if (alert == NULL)
        alert = add(alerts, key, episode);
    free(alert->body);
    alert->body = strdup(body);
    if (alert->body == NULL)
        abort();
    alert->until = over ? mono_after(now.mono, OVER_MS) : MONO_NEVER;
    put_last(alerts, alert, now);
    arm(alerts);
}

void alerts_take(struct receiver *to, const struct receiver *from, struct moment now)
{
    const struct alert *alert;

    if (from->alerts == NULL)
        return;
    TAILQ_FOREACH(alert, &from->alerts->order, order)
        if (to->alerts == NULL || find(to->alerts, alert->key, alert->episode) == NULL)
            alerts_note(to, alert->key, alert->episode, alert->body, alert->until.ms != MONO_NEVER.ms, now);
}

void alerts_free(struct alerts *alerts)
{
    struct alert *alert;

    if (alerts == NULL)
        return;
    while ((alert = TAILQ_FIRST(&alerts->order)) != NULL)
        forget(alerts, alert);
    timer_free(alerts->timer);
    alerts->receiver = NULL;
    if (alerts->asking == 0)
        free(alerts);
}
