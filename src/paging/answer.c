/*
 * What an answer means (erwatchd(8), "DELIVERY"). The status decides first, by one table; some kinds say more in the
 * body. Nothing of the body gets into a sentence but words that we know.
 */
#include "paging/answer.h"

#include "paging/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *answer_name(enum answer answer)
{
    static const char *const names[] = { "delivered", "later",   "uncertain", "slow-down",
                                         "redirect",  "refused", "settings" };
    static_assert(sizeof names / sizeof *names == ANSWERS, "a name for each answer");
    return names[answer];
}

/* The first row whose range holds the status counts. */
static const struct {
    int first, last;
    enum answer answer;
} statuses[] = {
    { 200, 299, ANSWER_DELIVERED },
    { 300, 399, ANSWER_REDIRECT },
    { 400, 400, ANSWER_REFUSED },
    { 408, 408, ANSWER_LATER },
    { 409, 409, ANSWER_LATER },   /* two at once, it says; the next try is alone */
    { 413, 414, ANSWER_REFUSED },
    { 422, 422, ANSWER_REFUSED },
    { 423, 423, ANSWER_LATER },
    { 425, 425, ANSWER_LATER },
    { 429, 429, ANSWER_SLOW_DOWN },
    { 431, 431, ANSWER_REFUSED },
    { 400, 499, ANSWER_SETTINGS }, /* 401, 403, 404, 405, 407, 410, 415 …: only a person can change that */
    { 502, 502, ANSWER_UNCERTAIN }, /* of a gateway: what stands behind it may have acted, and it heard no answer */
    { 504, 504, ANSWER_UNCERTAIN }, /* in time, or none that it understood (RFC 9110, 15.6.3 and 15.6.5) */
};

static enum answer answer_of_status(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (status >= statuses[i].first && status <= statuses[i].last)
            return statuses[i].answer;
    return ANSWER_LATER; /* every other 5xx, and what is no final status at all */
}

void judge_http(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                struct wire_outcome *out)
{
    (void)wire;
    (void)request;
    if (reply->status == 0) {
        out->answer = reply->sent ? ANSWER_UNCERTAIN : ANSWER_LATER;
        snprintf(out->why, sizeof out->why, "%s",
                 reply->sent ? "the receiver did not answer; it may have taken the notice"
                             : "the receiver could not be reached");
        return;
    }
    out->answer = answer_of_status(reply->status);
    if (out->answer != ANSWER_DELIVERED) {
        snprintf(out->why, sizeof out->why, "the receiver answered %d", reply->status);
    } else if (!reply->whole) {
        out->answer = ANSWER_UNCERTAIN;
        snprintf(out->why, sizeof out->why, "the answer %d was cut off", reply->status);
    }
}

/* Accepted is only what says so: a portal or a proxy on the way may answer 200 to anything. */
static void expect_word(const struct wire_reply *reply, const char *key, const char *word, struct wire_outcome *out)
{
    json_t *answer = json_loads(reply->body, JSON_REJECT_DUPLICATES, NULL);
    const char *said = object_text(answer, NULL, key);

    if (word != NULL ? strcmp(said, word) != 0 : *said == '\0') {
        out->answer = ANSWER_UNCERTAIN;
        snprintf(out->why, sizeof out->why, "the answer %d does not say that the event was accepted", reply->status);
    }
    json_decref(answer);
}

static void judge_pagerduty(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                            struct wire_outcome *out)
{
    judge_http(wire, request, reply, out);
    if (out->answer == ANSWER_DELIVERED)
        expect_word(reply, "status", "success", out);
}

/* It puts every request into a queue, and says under which id with 202. */
static void judge_opsgenie(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                           struct wire_outcome *out)
{
    judge_http(wire, request, reply, out);
    if (out->answer == ANSWER_DELIVERED && reply->status != 202)
        expect_word(reply, "requestId", NULL, out);
}

/* The connectors that workflows replace answer 200 and put the status of what failed behind them into a sentence. */
static void judge_teams(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                        struct wire_outcome *out)
{
    judge_http(wire, request, reply, out);
    if (out->answer != ANSWER_DELIVERED || strstr(reply->body, "message delivery failed") == NULL)
        return;
    out->answer = strstr(reply->body, "HTTP error 429") != NULL ? ANSWER_SLOW_DOWN : ANSWER_LATER;
    snprintf(out->why, sizeof out->why, "Teams answered that the delivery failed");
}

/* There is no answer: it is taken when the whole line is. */
static void judge_stream(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                         struct wire_outcome *out)
{
    (void)wire;
    (void)request;
    if (reply->whole)
        return;
    out->answer = reply->sent ? ANSWER_UNCERTAIN : ANSWER_LATER;
    snprintf(out->why, sizeof out->why, "%s",
             reply->sent ? "only a part of the line was taken" : "nobody takes the line");
}

void wire_answer(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                 struct wire_outcome *out)
{
    static void (*const judges[RECEIVER_KINDS])(const struct wire *, const struct wire_request *,
                                                const struct wire_reply *, struct wire_outcome *) = {
        [RECEIVER_WEBHOOK] = judge_http,        [RECEIVER_ALERTMANAGER] = judge_http,
        [RECEIVER_PAGERDUTY] = judge_pagerduty, [RECEIVER_OPSGENIE] = judge_opsgenie,
        [RECEIVER_SLACK] = judge_slack,         [RECEIVER_TEAMS] = judge_teams,
        [RECEIVER_EMAIL] = judge_mail,          [RECEIVER_STREAM] = judge_stream,
    };

    assert(wire->kind < RECEIVER_KINDS && judges[wire->kind] != NULL);
    *out = (struct wire_outcome){ .answer = ANSWER_DELIVERED, .retry_after_ms = -1 };
    if (request->method != NULL)
        judges[wire->kind](wire, request, reply, out);
    if (out->answer == ANSWER_LATER || out->answer == ANSWER_UNCERTAIN || out->answer == ANSWER_SLOW_DOWN)
        out->retry_after_ms = retry_after_ms(reply->retry_after, reply->now_wall_ms);
    if (out->answer != ANSWER_DELIVERED || *out->kept != '\0')
        return;
    snprintf(out->kept, sizeof out->kept, "%s", request->kept);
    out->more = request->more;
}
