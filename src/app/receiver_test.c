/*
 * A test of a receiver (POST /v1/receivers/NAME/test). Its notice is stored, queued and sent like any other, by the same
 * sender, proxy and secrets; the queue lets it go first and tries it once. One at a time for each receiver. Whoever asked
 * may go away: the test ends by itself, and what has not left after the time limit is taken out of the queue.
 */
#include "app/receiver_test.h"

#include "app/delivery.h"
#include "io/user.h"
#include "web/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define TEST_WAIT_MS (60 * 1000)

struct receiver_test {
    struct delivery *delivery;
    char *asked; /* the receiver that it was asked for: the one it goes to, or a digest */
    struct server_call *call; /* NULL: nobody waits any more */
    struct timer *timer;
};

void receiver_test_refuse(struct receiver *receiver, const char *why)
{
    struct receiver_test *test = receiver->test;

    if (test == NULL || test->call == NULL)
        return;
    control_refuse(test->call, API_BUSY, why);
    test->call = NULL;
}

void receiver_test_free(struct receiver_test *test)
{
    struct receiver *receiver = test->delivery->receiver;

    receiver_test_refuse(receiver, "the settings are being changed, or the daemon stops");
    receiver->test = NULL;
    timer_free(test->timer);
    free(test->asked);
    free(test);
}

void receiver_test_drop(struct receiver_test *test, struct moment now)
{
    struct delivery *delivery = test->delivery;
    struct receiver *receiver = delivery->receiver;

    batch_delivery_done(persist_batch(receiver->app), delivery->item.id, DELIVERY_OVERTAKEN, now.wall_ms);
    outbox_take(&receiver->outbox, &delivery->item);
    delivery_free(delivery);
}

/* What is on its way has a time limit of its own, and is let go on. */
static void waited_too_long(void *context, struct moment now)
{
    struct receiver_test *test = context;
    struct delivery *delivery = test->delivery;
    bool left = delivery->item.busy;

    if (test->call != NULL)
        control_refuse(test->call, API_TIMEOUT,
                       left ? "the receiver has not answered in time; the attempt goes on until its own time limit"
                            : "the test could not be stored in time, and was not sent");
    test->call = NULL;
    if (!left)
        receiver_test_drop(test, now);
}

static void tell_failed(const struct delivery *delivery, const char *why)
{
    const struct receiver *receiver = delivery->receiver;
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", receiver->name },
                                            { "ERWATCH_NOTICE_ID", delivery->notice_id } };
    char text[800];

    snprintf(text, sizeof text, "%s did not take test notice %s: %s", receiver->name, delivery->notice_id, why);
    tell_message(receiver->app, MESSAGE_DELIVERY_FAILED, -1, text, fields, 2);
}

/* One request makes a test, whatever its answer asks for. */
bool receiver_test_ended(struct receiver_test *test, const struct wire_outcome *outcome, int64_t took_ms,
                         struct moment now)
{
    const struct delivery *delivery = test->delivery;
    bool taken = outcome->answer == ANSWER_DELIVERED && !outcome->more;
    const char *why = outcome->why[0] != '\0' ? outcome->why : "no reason is known";
    struct test_view view = { .receiver = test->asked,
                              .notice = delivery->notice_id,
                              .answer = outcome->said[0] != '\0' ? outcome->said : NULL,
                              .trouble = taken ? NULL : why,
                              .took_ms = took_ms };

    if (!taken && !delivery->receiver->app->stopping)
        tell_failed(delivery, why);
    if (test->call != NULL)
        control_answer(test->call, view_test(&view, now));
    test->call = NULL;
    return taken;
}

void receiver_tests_stop(struct app *app)
{
    for (size_t i = 0; i < app->receiver_count; i++)
        receiver_test_refuse(app->receivers[i], "the daemon stops");
}

/* ---- asking for one ---- */

/* Delivery ids grow for ever, so no two tests are taken for one another. */
static char *make_notice(struct app *app, const struct receiver *asked, const char *who, int64_t id,
                         struct incident *incident, struct moment now)
{
    char summary[NOTICE_SUMMARY_MAX];

    *incident = (struct incident){ .key = (uint64_t)now.wall_ms << 20 ^ (uint64_t)id,
                                   .sequence = 1,
                                   .subject = SUBJECT_CIRCUIT,
                                   .severity = SEVERITY_INFO,
                                   .owner = OWNER_SELF };
    snprintf(summary, sizeof summary, "A test of receiver %s by %s on %s", asked->name, who, app->host);
    memset(&app->story, 0, sizeof app->story);
    app->story.summary = summary;
    app->story.text = asked->digesting == NULL
                          ? "This notice shows that notices of erwatchd arrive here. Nothing is wrong."
                          : "This notice shows that digests of erwatchd arrive here. Nothing is wrong.";
    struct notice notice = { .incident = incident,
                             .event = (enum rule_event)OUTBOX_TEST,
                             .time_wall_ms = now.wall_ms,
                             .story = &app->story,
                             .receiver = asked->name,
                             .host = app->host,
                             .version = PACKAGE_VERSION };
    char *json = notice_json(&notice);
    memset(&app->story, 0, sizeof app->story); /* it must not point here */
    return json;
}

static struct delivery *put_into_queue(struct app *app, const struct receiver *asked, struct receiver *receiver,
                                       const char *who, struct moment now)
{
    struct incident incident;
    char notice[NOTICE_ID_MAX];
    int64_t id = ++app->store.delivery_id;
    char *json = make_notice(app, asked, who, id, &incident, now);
    struct delivery *delivery = delivery_new(notice_id(&incident, notice));

    bodies_hold(app, delivery, json);
    free(json);
    delivery->created_wall_ms = now.wall_ms;
    delivery->item.id = id;
    delivery->item.key = incident.key;
    delivery->item.sequence = incident.sequence;
    delivery->item.event = OUTBOX_TEST;
    delivery->item.severity = incident.severity;
    delivery->item.serial = app->store.serial;
    receiver_enqueue(receiver, delivery, now);
    delivery_keep(app, delivery);
    return delivery;
}

static void begin(struct app *app, const struct receiver *asked, struct receiver *receiver, struct server_call *call,
                  const struct server_request *request, struct moment now)
{
    struct receiver_test *test = array_take(1, sizeof *test);
    char who[USER_NAME_MAX];

    user_name(request->peer_uid, who);
    journal_say(app->journal, LOG_NOTICE, "a test of receiver \"%s\" was asked for by %s", asked->name, who);
    test->asked = strdup(asked->name);
    if (test->asked == NULL)
        abort();
    test->delivery = put_into_queue(app, asked, receiver, who, now);
    test->call = call;
    test->timer = timer_new(app->loop, waited_too_long, test);
    timer_set(test->timer, mono_after(now.mono, TEST_WAIT_MS));
    test->delivery->test = test;
    receiver->test = test;
    deliver_pump(app, now);
}

void receiver_test_start(struct app *app, struct server_call *call, const char *name,
                         const struct server_request *request, struct moment now)
{
    struct receiver *asked = receivers_find(app, name), *receiver = asked;

    if (asked != NULL && asked->digesting != NULL) /* it sends nothing itself */
        receiver = app->receivers[asked->settings->digest.to];
    if (!request->peer_known)
        control_refuse(call, API_FORBIDDEN, "receivers are tested over the Unix socket only");
    else if (receiver == NULL)
        control_refuse(call, API_NO_RECEIVER, "no receiver of the settings has that name");
    else if (receiver->test != NULL)
        control_refuse(call, API_BUSY, "that receiver is being tested already");
    else
        begin(app, asked, receiver, call, request, now);
}
