/*
 * What is asked, and when. All kinds of targets are in one queue: lists of subscriptions, single circuits, metrics,
 * operations of the edge, and what lies beyond a circuit. Each has a steady beat of its own; failures make it back off,
 * the core's wish to look again pulls it forward.
 */
#include "app/app.h"
#include "app/bundle.h"
#include "app/ports.h"
#include "app/search.h"

#include <syslog.h>

#define LOOK_APART_MS 1000        /* two looks at one thing */
#define LOOKING_MOST 8            /* own polls beside a list; when more are wanted the list itself is cheaper */
#define BUSY_MOST_MS (INT64_C(6) * 3600 * 1000) /* far longer than anything takes; what has no end by then is lost */
#define LIST_AGAIN_MS (3600 * 1000)

int64_t poll_azure_now(const struct app *app, struct moment now)
{
    return app->azure_heard ? now.mono.ms + app->azure_ahead_ms : now.wall_ms;
}

/* ---- the queue ---- */

void poll_set_due(struct app *app, enum ask ask, size_t index, struct mono due)
{
    struct subscription *subscription = target_subscription(app, ask, index);
    size_t id = target_id(app, ask, index);
    bool was = queue_get(app->due, id).ms != MONO_NEVER.ms, is = due.ms != MONO_NEVER.ms;

    if (ask == ASK_CIRCUIT && was != is)
        subscription->looking = is ? subscription->looking + 1 : subscription->looking - 1;
    queue_set(app->due, id, due);
}

void poll_arm(struct app *app)
{
    timer_set(app->poll_timer, queue_first(app->due, NULL));
}

static void plan(struct app *app, enum ask ask, size_t index, struct mono due, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    if (target_has_beat(app, ask, index)) {
        if (mono_reached(asked->beat, now.mono))
            asked->beat = target_beat(app, ask, index, now);
        due = mono_earlier(due, asked->beat);
    }
    due = mono_earlier(due, asked_wanted(asked));
    asked->wanted.ms = 0;
    poll_set_due(app, ask, index, due);
}

void poll_ended(struct app *app, enum ask ask, size_t index, bool well, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];
    struct mono due = MONO_NEVER;

    asked->busy = false;
    if (well) {
        asked->failures = 0;
    } else {
        if (asked->failures < UINT8_MAX)
            asked->failures++;
        due = mono_after(now.mono, schedule_back_off(asked->failures, app->settings->policy.retry_ms,
                                                     target_every_ms(app, ask, index), app_random(app)));
    }
    if (ask == ASK_LIST && !app->subscriptions[index].listed) /* refused: rights may have been given since */
        due = mono_after(now.mono, LIST_AGAIN_MS);
    plan(app, ask, index, due, now);
    poll_arm(app);
}

void poll_not_yet(struct app *app, enum ask ask, size_t index, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    asked->busy = false;
    asked->attempted = (struct mono){ 0 };
    plan(app, ask, index, mono_after(now.mono, app->settings->policy.retry_ms), now);
    poll_arm(app);
}

void poll_watch(struct app *app, struct moment now)
{
    for (size_t id = 0; id < target_count(app); id++) {
        const struct asked *asked = &app->asked[id];
        size_t index;
        if (!asked->busy || mono_between(asked->attempted, now.mono) < BUSY_MOST_MS)
            continue;
        enum ask ask = target_kind(app, id, &index);
        journal_say(app->journal, LOG_WARNING, "%s %s: no end of the question after six hours; asking again",
                    ask_name(ask), target_name(app, ask, index));
        poll_ended(app, ask, index, false, now);
    }
}

static void pull_apart(struct app *app, enum ask ask, size_t index, struct mono at, int64_t apart_ms)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    if (asked->attempted.ms != 0)
        at = mono_later(at, mono_after(asked->attempted, apart_ms));
    if (asked->busy || asked->waits)
        asked->wanted = mono_earlier(asked_wanted(asked), at);
    else if (at.ms < queue_get(app->due, target_id(app, ask, index)).ms)
        poll_set_due(app, ask, index, at);
}

static void pull(struct app *app, enum ask ask, size_t index, struct mono at)
{
    pull_apart(app, ask, index, at, target_apart_ms(ask));
}

static void pull_circuit(struct app *app, size_t circuit, struct mono at)
{
    const struct subscription *subscription = target_subscription(app, ASK_CIRCUIT, circuit);
    bool own = !subscription->listed || app->watched[circuit].absent || subscription->looking < LOOKING_MOST ||
               queue_get(app->due, target_id(app, ASK_CIRCUIT, circuit)).ms != MONO_NEVER.ms;

    if (own)
        pull(app, ASK_CIRCUIT, circuit, at);
    else
        pull(app, ASK_LIST, app->homes[circuit].subscription, at);
}

void poll_look(struct app *app, size_t circuit, unsigned look, struct mono at)
{
    if (look & LOOK_CIRCUIT)
        pull_circuit(app, circuit, at);
    if (look & LOOK_METRICS && target_has_beat(app, ASK_METRICS, circuit))
        pull(app, ASK_METRICS, circuit, at);
    if (look & LOOK_CONNECTIONS)
        pull(app, ASK_CONNECTIONS, app->homes[circuit].group, at);
    if (look & LOOK_PORT)
        pull(app, ASK_PORTS, circuit, at);
    unsigned operations = look & (target_has_beat(app, ASK_ROUTES, circuit) ? LOOK_ROUTES | LOOK_ARP : LOOK_ARP);
    if (operations == 0)
        return;
    app->watched[circuit].looks |= operations;
    pull(app, ASK_ROUTES, circuit, at);
}

static void pull_new(struct app *app, enum ask ask, size_t index, struct mono at)
{
    if (target_has_beat(app, ask, index) && app->asked[target_id(app, ask, index)].attempted.ms == 0)
        pull(app, ask, index, at);
}

void poll_look_beyond(struct app *app, size_t circuit, struct mono at)
{
    pull_new(app, ASK_HEALTH, circuit, at);
    pull_new(app, ASK_PORTS, circuit, at);
    pull_new(app, ASK_CONNECTIONS, app->homes[circuit].group, at);
    pull_new(app, ASK_MAINTENANCE, app->homes[circuit].subscription, at);
}

void poll_look_connections(struct app *app, size_t group, struct mono at)
{
    pull_apart(app, ASK_CONNECTIONS, group, at, LOOK_APART_MS);
}

void poll_look_health(struct app *app, size_t circuit, struct mono at)
{
    if (target_has_beat(app, ASK_HEALTH, circuit))
        pull(app, ASK_HEALTH, circuit, at);
}

void poll_ask_now(struct app *app, size_t circuit, struct moment now)
{
    pull(app, ASK_CIRCUIT, circuit, now.mono);
    pull_apart(app, ASK_CONNECTIONS, app->homes[circuit].group, now.mono, LOOK_APART_MS);
    search_look(app, app->settings->circuits[circuit].credential, now);
    pull_apart(app, ASK_PORTS, circuit, now.mono, LOOK_APART_MS);
    if (app->settings->policy.health)
        pull_apart(app, ASK_HEALTH, circuit, now.mono, LOOK_APART_MS);
}

struct mono poll_next(const struct app *app, size_t circuit)
{
    const struct subscription *on = target_subscription(app, ASK_CIRCUIT, circuit);
    struct mono next = queue_get(app->due, target_id(app, ASK_CIRCUIT, circuit));

    if (on->listed)
        next = mono_earlier(next, queue_get(app->due, target_id(app, ASK_LIST, app->homes[circuit].subscription)));
    return mono_later(next, on->budget[BUDGET_READS].paused);
}

/* ---- asking ---- */

/* The service of metrics has refused the credential: ARM is asked instead. */
static void do_without(struct app *app, enum ask ask, size_t index, enum audience audience, struct moment now)
{
    size_t credential = target_subscription(app, ask, index)->credential;

    bundle_without_token(app, index, &app->sign_ins[credential].grant[audience].trouble, now);
    poll_set_due(app, ask, index, now.mono);
}

/* Without a token nothing is asked: the target waits for it, or comes back when a new one may be had. */
static bool token_there(struct app *app, size_t id, enum ask ask, size_t index, struct moment now)
{
    size_t credential = target_subscription(app, ask, index)->credential;
    enum audience audience = target_budget(app, ask, index, now) == BUDGET_METRICS ? AUDIENCE_METRICS
                                                                                   : AUDIENCE_MANAGEMENT;

    if (sign_in_ready_for(app, credential, audience, now))
        return true;
    app->asked[id].waits = app->sign_ins[credential].grant[audience].busy;
    if (app->asked[id].waits)
        return false;
    if (audience == AUDIENCE_METRICS) {
        do_without(app, ask, index, audience, now);
        return false;
    }
    app->asked[id].parked = true;
    poll_set_due(app, ask, index, mono_later(sign_in_next(app, credential), mono_after(now.mono, LOOK_APART_MS)));
    return false;
}

/* A budget that has run low, or a pause, delays what would be asked on it. */
static bool budget_there(struct app *app, enum ask ask, size_t index, struct moment now)
{
    struct budget *budget = &target_subscription(app, ask, index)->budget[target_budget(app, ask, index, now)];
    enum urgency urgency = target_urgency(ask);

    if (budget_may(budget, urgency, now.mono))
        return true;
    poll_set_due(app, ask, index, budget_wait(budget, urgency, now.mono));
    return false;
}

static struct crowd *crowd_of(struct subscription *on, uint8_t crowd)
{
    return &on->crowd[(crowd - 1) % BUDGETS][(crowd - 1) / BUDGETS];
}

static void leave_crowd(struct subscription *on, struct asked *asked)
{
    if (asked->crowd != 0)
        TAILQ_REMOVE(crowd_of(on, asked->crowd), asked, link);
    asked->crowd = 0;
}

/* With too much under way it waits for the end of something. */
static bool room_there(struct app *app, size_t id, enum ask ask, size_t index, struct moment now)
{
    struct subscription *on = target_subscription(app, ask, index);
    enum budget_kind kind = target_budget(app, ask, index, now);
    uint8_t crowd = (uint8_t)(1 + BUDGETS * target_urgency(ask) + kind);
    struct asked *asked = &app->asked[id];

    if (budget_room(&on->budget[kind]) > 0) {
        leave_crowd(on, asked);
        return true;
    }
    if (asked->crowd != crowd) {
        leave_crowd(on, asked);
        TAILQ_INSERT_TAIL(crowd_of(on, crowd), asked, link);
        asked->crowd = crowd;
    }
    return false;
}

void poll_room(struct app *app, struct subscription *on, enum budget_kind kind, struct moment now)
{
    unsigned room = budget_room(&on->budget[kind]);

    for (enum urgency urgency = 0; urgency < URGENCIES; urgency++) {
        const struct asked *asked;
        TAILQ_FOREACH(asked, &on->crowd[kind][urgency], link) {
            size_t index;
            enum ask ask = target_kind(app, (size_t)(asked - app->asked), &index);
            if (room-- == 0)
                return;
            poll_set_due(app, ask, index, now.mono);
            poll_arm(app);
        }
    }
}

bool poll_is_busy(const struct app *app, enum ask ask, size_t index)
{
    return app->asked[target_id(app, ask, index)].busy;
}

void poll_begin(struct app *app, enum ask ask, size_t index, struct moment now)
{
    struct asked *asked = &app->asked[target_id(app, ask, index)];

    leave_crowd(target_subscription(app, ask, index), asked);
    poll_set_due(app, ask, index, MONO_NEVER);
    asked->waits = asked->parked = false;
    asked->busy = true;
    asked->attempted = now.mono;
}

void poll_count_question(struct app *app, enum ask ask)
{
    app->figures[ask].questions.all++;
    app->figures[ask].questions.present++;
}

static void ask_target(struct app *app, size_t id, struct moment now)
{
    static void (*const askers[ASK_TARGETS])(struct app *, size_t, struct moment) = {
        [ASK_LIST] = lists_ask,
        [ASK_CIRCUIT] = circuits_ask_one,
        [ASK_METRICS] = witness_ask_metrics,
        [ASK_ROUTES] = operations_ask,
        [ASK_HEALTH] = health_ask_circuit,
        [ASK_CONNECTIONS] = connections_ask_group,
        [ASK_PORTS] = ports_ask,
        [ASK_MAINTENANCE] = maintenance_ask,
    };
    size_t index;
    enum ask ask = target_kind(app, id, &index);

    poll_set_due(app, ask, index, MONO_NEVER);
    app->asked[id].parked = false;
    if (app->asked[id].busy || !room_there(app, id, ask, index, now) || !budget_there(app, ask, index, now) ||
        !token_there(app, id, ask, index, now))
        return;
    poll_begin(app, ask, index, now);
    uint64_t sent = app->figures[ask].sent.all;
    askers[ask](app, index, now);
    if (app->figures[ask].sent.all != sent) /* else it was not worth asking */
        poll_count_question(app, ask);
}

void poll_due(void *context, struct moment now)
{
    struct app *app = context;
    size_t id = 0;

    for (struct mono due = queue_first(app->due, &id); due.ms != MONO_NEVER.ms && mono_reached(due, now.mono);
         due = queue_first(app->due, &id))
        ask_target(app, id, now);
    app_follow(app, now);
    poll_arm(app);
}
