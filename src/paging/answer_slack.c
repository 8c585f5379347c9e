/*
 * Slack's answers. An incoming webhook says "ok", or a word for what is wrong, often with status 200; the API always
 * answers 200 with JSON that says it. Only words that stand here get into a sentence.
 */
#include "paging/answer.h"
#include "paging/object.h"
#include "paging/slack.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    enum answer answer;
} words[] = {
    { "account_inactive", ANSWER_SETTINGS },
    { "action_prohibited", ANSWER_SETTINGS },
    { "channel_is_archived", ANSWER_SETTINGS },
    { "channel_not_found", ANSWER_SETTINGS },
    { "invalid_auth", ANSWER_SETTINGS },
    { "invalid_token", ANSWER_SETTINGS },
    { "is_archived", ANSWER_SETTINGS },
    { "missing_scope", ANSWER_SETTINGS },
    { "no_active_hooks", ANSWER_SETTINGS },
    { "no_service", ANSWER_SETTINGS },
    { "no_service_id", ANSWER_SETTINGS },
    { "no_team", ANSWER_SETTINGS },
    { "not_allowed_token_type", ANSWER_SETTINGS },
    { "not_authed", ANSWER_SETTINGS },
    { "not_in_channel", ANSWER_SETTINGS },
    { "posting_to_general_channel_denied", ANSWER_SETTINGS },
    { "restricted_action", ANSWER_SETTINGS },
    { "team_disabled", ANSWER_SETTINGS },
    { "token_expired", ANSWER_SETTINGS },
    { "token_revoked", ANSWER_SETTINGS },
    { "user_not_found", ANSWER_SETTINGS },
    { "invalid_attachments", ANSWER_REFUSED },
    { "invalid_blocks", ANSWER_REFUSED },
    { "invalid_payload", ANSWER_REFUSED },
    { "msg_too_long", ANSWER_REFUSED },
    { "no_text", ANSWER_REFUSED },
    { "too_many_attachments", ANSWER_REFUSED },
    { "rate_limited", ANSWER_SLOW_DOWN },
    { "ratelimited", ANSWER_SLOW_DOWN },
    { "message_limit_exceeded", ANSWER_SLOW_DOWN },
    { "fatal_error", ANSWER_UNCERTAIN }, /* both: "some aspect of the operation" may have "succeeded" */
    { "internal_error", ANSWER_UNCERTAIN },
    { "request_timeout", ANSWER_LATER },
    { "rollup_error", ANSWER_LATER },
    { "service_unavailable", ANSWER_LATER },
};

/* What has no word here may pass; what says neither yes nor no may come from somebody on the way. */
static void judge_word(const char *word, struct wire_outcome *out)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0) {
            out->answer = words[i].answer;
            snprintf(out->why, sizeof out->why, "Slack answered %s", words[i].word);
            return;
        }
    if (out->answer == ANSWER_DELIVERED) {
        out->answer = ANSWER_UNCERTAIN;
        snprintf(out->why, sizeof out->why, "Slack did not answer ok");
    }
}

/* ---- an incoming webhook ---- */

static void judge_webhook(const struct wire_reply *reply, struct wire_outcome *out)
{
    char word[64] = "";

    (void)sscanf(reply->body, "%63[a-z_]", word);
    if (strcmp(word, "ok") == 0 && reply->body[2 + strspn(reply->body + 2, " \r\n")] == '\0')
        return;
    judge_word(word, out);
}

/* ---- the API ---- */

/* The live message is not there any more, or may not be changed any more: the next request makes another one. */
static bool is_gone(const char *error)
{
    static const char *const errors[] = { "message_not_found", "cant_update_message", "edit_window_closed",
                                          "thread_not_found", "cannot_reply_to_message" };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i], error) == 0)
            return true;
    return false;
}

static bool is_word(const char *text)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.";

    return *text != '\0' && strlen(text) <= SLACK_WORD_MAX && text[strspn(text, fine)] == '\0';
}

/* Where the message is. Without it the next notice makes another message, which is better than none. */
static void learn(const struct wire_request *request, const json_t *answer, struct wire_outcome *out)
{
    const char *channel = object_text(answer, NULL, "channel"), *ts = object_text(answer, NULL, "ts");

    if (is_word(channel) && is_word(ts))
        snprintf(out->kept, sizeof out->kept, "%s %s %.24s", channel, ts, request->kept);
    else
        snprintf(out->kept, sizeof out->kept, SLACK_GONE);
}

static void judge_api(const struct wire_request *request, const struct wire_reply *reply, struct wire_outcome *out)
{
    json_t *answer = json_loads(reply->body, JSON_REJECT_DUPLICATES, NULL);
    const char *error = object_text(answer, NULL, "error");

    if (json_is_true(json_object_get(answer, "ok"))) {
        if (request->learn && out->answer == ANSWER_DELIVERED)
            learn(request, answer, out);
    } else if (is_gone(error) && out->answer == ANSWER_DELIVERED) {
        snprintf(out->kept, sizeof out->kept, SLACK_GONE);
        out->more = true;
    } else {
        judge_word(error, out);
    }
    json_decref(answer);
}

void judge_slack(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                 struct wire_outcome *out)
{
    judge_http(wire, request, reply, out);
    if (reply->status == 0 || !reply->whole || out->answer == ANSWER_REDIRECT)
        return;
    if (request->api)
        judge_api(request, reply, out);
    else
        judge_webhook(reply, out);
}
