/*
 * What answers mean: the table of erwatchd(8), section DELIVERY, the words of single kinds, and Retry-After. A reason
 * never repeats what an answer or an address holds.
 */
#include "leaks.h"
#include "wire_bed.h"

#include "paging/answer.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

TestSuite(answer, .fini = leaks_fail);

#define WHOLE true, true
#define TEAMS_SAYS "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "

static const struct row {
    enum wire_example example;
    int status;
    bool whole, sent;
    const char *body;
    enum answer answer;
} rows[] = {
    /* every kind that is asked by HTTP */
    { WIRE_ERWATCH, 200, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_ERWATCH, 204, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_ERWATCH, 299, WHOLE, "anything", ANSWER_DELIVERED },
    { WIRE_ERWATCH, 200, false, true, "any", ANSWER_UNCERTAIN },
    { WIRE_ERWATCH, 0, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_ERWATCH, 0, false, false, "", ANSWER_LATER },
    { WIRE_ERWATCH, 100, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 301, WHOLE, "", ANSWER_REDIRECT },
    { WIRE_ERWATCH, 302, WHOLE, "", ANSWER_REDIRECT },
    { WIRE_ERWATCH, 304, WHOLE, "", ANSWER_REDIRECT },
    { WIRE_ERWATCH, 308, false, true, "", ANSWER_REDIRECT },
    { WIRE_ERWATCH, 400, WHOLE, "", ANSWER_REFUSED },
    { WIRE_ERWATCH, 400, false, true, "", ANSWER_REFUSED },
    { WIRE_ERWATCH, 401, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 403, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 404, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 405, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 407, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 408, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 409, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 410, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 413, WHOLE, "", ANSWER_REFUSED },
    { WIRE_ERWATCH, 415, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 422, WHOLE, "", ANSWER_REFUSED },
    { WIRE_ERWATCH, 425, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 429, WHOLE, "", ANSWER_SLOW_DOWN },
    { WIRE_ERWATCH, 499, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ERWATCH, 500, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 501, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 502, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_ERWATCH, 502, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_ERWATCH, 503, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 503, false, true, "", ANSWER_LATER },
    { WIRE_ERWATCH, 504, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_ERWATCH, 505, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 599, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, 999, WHOLE, "", ANSWER_LATER },
    { WIRE_ERWATCH, -1, WHOLE, "", ANSWER_LATER },

    /* Alertmanager 0.25, as measured */
    { WIRE_ALERTMANAGER, 200, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_ALERTMANAGER, 400, WHOLE, "\"start time must be before end time\"", ANSWER_REFUSED },
    { WIRE_ALERTMANAGER, 415, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_ALERTMANAGER, 422, WHOLE, "{\"code\":602,\"message\":\"labels in body is required\"}", ANSWER_REFUSED },

    /* PagerDuty says that it has accepted the event */
    { WIRE_PAGERDUTY, 202, WHOLE, "{\"status\":\"success\",\"dedup_key\":\"k\"}", ANSWER_DELIVERED },
    { WIRE_PAGERDUTY, 202, WHOLE, "{\"status\":\"throttled\"}", ANSWER_UNCERTAIN },
    { WIRE_PAGERDUTY, 202, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_PAGERDUTY, 200, WHOLE, "<html>welcome to the hotel</html>", ANSWER_UNCERTAIN },
    { WIRE_PAGERDUTY, 202, false, true, "{\"status\":\"succ", ANSWER_UNCERTAIN },
    { WIRE_PAGERDUTY, 400, WHOLE, "{\"status\":\"invalid event\"}", ANSWER_REFUSED },
    { WIRE_PAGERDUTY, 429, WHOLE, "", ANSWER_SLOW_DOWN },

    { WIRE_PAGERDUTY, 502, WHOLE, "<html>", ANSWER_UNCERTAIN },

    /* Opsgenie says that it has queued it: 202, or the id under which it has */
    { WIRE_OPSGENIE, 202, WHOLE, "{\"result\":\"Request will be processed\",\"requestId\":\"4\"}", ANSWER_DELIVERED },
    { WIRE_OPSGENIE, 202, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_OPSGENIE, 200, WHOLE, "{\"requestId\":\"4\"}", ANSWER_DELIVERED },
    { WIRE_OPSGENIE, 200, WHOLE, "{\"requestId\":\"\"}", ANSWER_UNCERTAIN },
    { WIRE_OPSGENIE, 200, WHOLE, "<html>welcome to the hotel</html>", ANSWER_UNCERTAIN },
    { WIRE_OPSGENIE, 202, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_OPSGENIE, 504, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_OPSGENIE, 422, WHOLE, "{\"message\":\"Request body is not processable\"}", ANSWER_REFUSED },
    { WIRE_OPSGENIE, 401, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_OPSGENIE, 429, WHOLE, "", ANSWER_SLOW_DOWN },

    /* Slack's incoming webhooks answer 200 with a word */
    { WIRE_SLACK, 200, WHOLE, "ok", ANSWER_DELIVERED },
    { WIRE_SLACK, 200, WHOLE, "ok\n", ANSWER_DELIVERED },
    { WIRE_SLACK, 200, WHOLE, "okay", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 200, WHOLE, "ok, but", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 200, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 200, WHOLE, "<html>", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 200, false, true, "o", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 200, WHOLE, "channel_not_found", ANSWER_SETTINGS },
    { WIRE_SLACK, 404, WHOLE, "channel_not_found", ANSWER_SETTINGS },
    { WIRE_SLACK, 404, WHOLE, "no_service", ANSWER_SETTINGS },
    { WIRE_SLACK, 410, WHOLE, "channel_is_archived", ANSWER_SETTINGS },
    { WIRE_SLACK, 403, WHOLE, "invalid_token", ANSWER_SETTINGS },
    { WIRE_SLACK, 200, WHOLE, "team_disabled", ANSWER_SETTINGS },
    { WIRE_SLACK, 400, WHOLE, "invalid_payload", ANSWER_REFUSED },
    { WIRE_SLACK, 200, WHOLE, "no_text", ANSWER_REFUSED },
    { WIRE_SLACK, 500, WHOLE, "rollup_error", ANSWER_LATER },
    { WIRE_SLACK, 500, WHOLE, "anything", ANSWER_LATER },
    { WIRE_SLACK, 400, WHOLE, "anything", ANSWER_REFUSED },
    { WIRE_SLACK, 429, WHOLE, "", ANSWER_SLOW_DOWN },
    { WIRE_SLACK, 504, WHOLE, "", ANSWER_UNCERTAIN },
    { WIRE_SLACK, 302, WHOLE, "channel_not_found", ANSWER_REDIRECT },

    /* its API answers 200 to everything */
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.2\"}", ANSWER_DELIVERED },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"invalid_auth\"}", ANSWER_SETTINGS },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"not_in_channel\"}", ANSWER_SETTINGS },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"invalid_blocks\"}", ANSWER_REFUSED },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"ratelimited\"}", ANSWER_SLOW_DOWN },
    { WIRE_SLACK_BOT, 429, WHOLE, "{\"ok\":false,\"error\":\"ratelimited\"}", ANSWER_SLOW_DOWN },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"internal_error\"}", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":false,\"error\":\"a_new_one\"}", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 200, WHOLE, "{\"ok\":\"true\"}", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 200, WHOLE, "ok", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 200, WHOLE, "[]", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 200, false, true, "{\"ok\":tr", ANSWER_UNCERTAIN },
    { WIRE_SLACK_BOT, 503, WHOLE, "", ANSWER_LATER },

    { WIRE_TEAMS, 202, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_TEAMS, 200, WHOLE, "1", ANSWER_DELIVERED },
    { WIRE_TEAMS, 200, WHOLE, TEAMS_SAYS "429 with ContextId x", ANSWER_SLOW_DOWN },
    { WIRE_TEAMS, 200, WHOLE, TEAMS_SAYS "500", ANSWER_LATER },
    { WIRE_TEAMS, 502, WHOLE, "Microsoft Teams endpoint returned", ANSWER_UNCERTAIN },
    { WIRE_TEAMS, 413, WHOLE, "", ANSWER_REFUSED },

    /* mail servers */
    { WIRE_EMAIL, 250, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_EMAIL, 354, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_EMAIL, 250, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_EMAIL, 220, false, false, "", ANSWER_LATER },
    { WIRE_EMAIL, 0, false, false, "", ANSWER_LATER },
    { WIRE_EMAIL, 0, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_EMAIL, 421, WHOLE, "", ANSWER_LATER },
    { WIRE_EMAIL, 450, WHOLE, "", ANSWER_LATER },
    { WIRE_EMAIL, 535, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_EMAIL, 550, WHOLE, "", ANSWER_SETTINGS },
    { WIRE_EMAIL, 552, WHOLE, "", ANSWER_REFUSED },
    { WIRE_EMAIL, 554, false, true, "", ANSWER_REFUSED },

    { WIRE_STREAM, 0, WHOLE, "", ANSWER_DELIVERED },
    { WIRE_STREAM, 0, false, true, "", ANSWER_UNCERTAIN },
    { WIRE_STREAM, 0, false, false, "", ANSWER_LATER },
};

static struct wire_outcome judge(enum wire_example example, const struct wire_reply *reply, const char *kept)
{
    char *notice = wire_notice("raised");
    struct wire_request *request = wire_request_new(&wire_examples[example], notice, kept, WIRE_NOW, false);
    struct wire_outcome outcome;

    struct wire kind = { .kind = wire_examples[example].kind }; /* the secrets are gone by then */
    wire_answer(&kind, request, reply, &outcome);
    wire_request_free(request);
    free(notice);
    return outcome;
}

Test(answer, is_as_the_manual_says)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct wire_reply reply = { .status = row->status, .whole = row->whole, .sent = row->sent, .body = row->body };
        struct wire_outcome outcome = judge(row->example, &reply, "");
        cr_expect_eq(outcome.answer, row->answer, "row %zu: %s %d %s is %s", i, wire_names[row->example], row->status,
                     row->body, answer_name(outcome.answer));
        cr_expect_eq(*outcome.why == '\0', row->answer == ANSWER_DELIVERED, "row %zu: %s", i, outcome.why);
        cr_expect_eq(outcome.retry_after_ms, -1, "row %zu", i);
        cr_expect(row->answer == ANSWER_DELIVERED || (*outcome.kept == '\0' && !outcome.more), "row %zu", i);
    }
}

/* Every answer may hold the secret that was sent to it. */
Test(answer, says_nothing_of_secrets)
{
    static const int statuses[] = { 0, 200, 202, 302, 400, 401, 404, 429, 500, 535 };

    for (enum wire_example example = 0; example < WIRES; example++)
        for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
            struct wire_reply reply = { .status = statuses[i], .sent = true, .whole = i % 2 == 0,
                                        .body = "{\"ok\":false,\"error\":\"SECRET\",\"status\":\"SECRET\"} SECRET",
                                        .retry_after = "SECRET" };
            struct wire_outcome outcome = judge(example, &reply, "");
            cr_expect_null(strstr(outcome.why, "SECRET"), "%s", outcome.why);
            cr_expect_null(strstr(outcome.why, "://"), "%s", outcome.why);
            cr_expect_null(strstr(outcome.kept, "SECRET"), "%s", outcome.kept);
        }
}

/* ---- Slack's live message ---- */

Test(answer, of_slack_says_where_the_message_is)
{
    static const struct {
        const char *body, *kept, *then;
        bool more;
    } lives[] = {
        { "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.2\"}", "", "C1 1.2 1", false },
        { "{\"ok\":true}", "", "gone", false },
        { "{\"ok\":true,\"channel\":\"C1 x\",\"ts\":\"1.2\"}", "", "gone", false },
        { "{\"ok\":true,\"channel\":7,\"ts\":\"1.2\"}", "", "gone", false },
        { "{\"ok\":true,\"channel\":\"C9\",\"ts\":\"9.9\"}", "C1 1.2 0", "C1 1.2 1", true },
        { "{\"ok\":false,\"error\":\"message_not_found\"}", "C1 1.2 0", "gone", true },
        { "{\"ok\":false,\"error\":\"cant_update_message\"}", "C1 1.2 0", "gone", true },
        { "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"3.4\"}", "gone", "C1 3.4 1", false },
    };
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        struct wire_reply reply = { .status = 200, .whole = true, .sent = true, .body = lives[i].body };
        struct wire_outcome outcome = judge(WIRE_SLACK_BOT, &reply, lives[i].kept);
        cr_expect_eq(outcome.answer, ANSWER_DELIVERED, "row %zu", i);
        cr_expect_str_eq(outcome.kept, lives[i].then, "row %zu", i);
        cr_expect_eq(outcome.more, lives[i].more, "row %zu", i);
    }
}

/* ---- Retry-After ---- */

#define MINUTE 60000

static const struct {
    const char *text;
    int64_t ms;
} waits[] = {
    { NULL, -1 },
    { "", -1 },
    { "soon", -1 },
    { "-1", -1 },
    { "1.5", -1 },
    { "30 s", -1 },
    { "0", 0 },
    { "30", 30000 },
    { " 30", 30000 },
    { "900", 15 * MINUTE },
    { "901", 15 * MINUTE },
    { "99999999999999999999999999", 15 * MINUTE },
    { "Sat, 21 Nov 2026 10:00:32 GMT", 30000 },
    { "Sat, 21 Nov 2026 10:00:02 GMT", 0 },
    { "Sat, 21 Nov 2026 09:00:00 GMT", 0 },
    { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
    { "Sun, 21 Nov 2027 10:00:00 GMT", 15 * MINUTE },
    { "Fri, 31 Dec 9999 23:59:59 GMT", 15 * MINUTE },
    { "Sat, 21 Nov 2026 10:00:32", -1 },
    { "Sat, 21 Nov 2026 10:00:32 GMT, or so", -1 },
    { "Sat, 21 Nev 2026 10:00:32 GMT", -1 },
    { "Sat, 21 ovD 2026 10:00:32 GMT", -1 },
    { "Sat, 99 Nov 2026 10:00:32 GMT", -1 },
    { "Sat, 21 Nov 2026 99:00:32 GMT", -1 },
    { "2026-11-21T10:00:32Z", -1 },
};

Test(answer, says_when_to_come_again)
{
    static const int statuses[] = { 429, 503, 408, 502, 504 };

    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        for (size_t at = 0; at < sizeof statuses / sizeof *statuses; at++) {
            struct wire_reply reply = { .status = statuses[at], .whole = true, .sent = true, .body = "",
                                        .retry_after = waits[i].text, .now_wall_ms = WIRE_NOW };
            struct wire_outcome outcome = judge(WIRE_PAGERDUTY, &reply, "");
            cr_expect_eq(outcome.retry_after_ms, waits[i].ms, "row %zu: %lld", i, (long long)outcome.retry_after_ms);
        }
}

Test(answer, has_a_name)
{
    for (enum answer answer = 0; answer < ANSWERS; answer++)
        cr_expect(*answer_name(answer) != '\0');
}
