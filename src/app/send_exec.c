/* The sender of programs: the notice on standard input, fixed arguments, and the wait status as the answer. */
#include "app/delivery.h"

#include "io/harmless.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define OUTPUT_TOLD 4000 /* bytes of a hook's output that go to the journal */

static void note_output(struct app *app, const struct receiver *receiver, const struct hook_reply *reply)
{
    const struct journal_field fields[] = { { "ERWATCH_RECEIVER", receiver->name } };
    char output[OUTPUT_TOLD + 4], text[OUTPUT_TOLD + 300];

    if (reply->output_len == 0)
        return;
    harmless_text(reply->output, reply->output_len, HARMLESS_ONE_LINE, output, sizeof output);
    snprintf(text, sizeof text, "%s: the hook wrote: %s", receiver->name, output);
    tell_message(app, MESSAGE_HOOK_OUTPUT, -1, text, fields, 1);
}

static void describe(const struct hook_reply *reply, char *text, size_t size)
{
    switch (reply->end) {
    case HOOK_EXITED:
        snprintf(text, size, "the hook ended with exit status %d", reply->status);
        break;
    case HOOK_SIGNALLED:
        snprintf(text, size, "the hook was ended by signal %d", reply->status);
        break;
    case HOOK_TIMED_OUT:
        snprintf(text, size, "the hook did not end within its time limit");
        break;
    default:
        snprintf(text, size, "the hook could not be started: %s", reply->why != NULL ? reply->why : "no reason given");
    }
}

static void ended(void *context, const struct hook_reply *reply, struct moment now)
{
    struct delivery *delivery = context;
    struct wire_outcome outcome = { .answer = exec_answer(reply->end == HOOK_EXITED, reply->status),
                                    .retry_after_ms = -1 };

    note_output(delivery->receiver->app, delivery->receiver, reply);
    if (reply->end == HOOK_EXITED)
        snprintf(outcome.said, sizeof outcome.said, "exit status %d", reply->status);
    if (outcome.answer != ANSWER_DELIVERED)
        describe(reply, outcome.why, sizeof outcome.why);
    deliver_answered(delivery, &outcome, reply->took_ms, now);
}

static void run(struct delivery *delivery, struct moment now)
{
    const struct exec_settings *exec = &delivery->receiver->settings->exec;
    char **environment = exec_environment(delivery->body);
    struct hook_request request = { .argv = exec->argv,
                                    .environment = (const char *const *)environment,
                                    .input = delivery->body,
                                    .input_len = strlen(delivery->body),
                                    .timeout_ms = exec->timeout_ms };

    (void)now;
    assert(environment != NULL); /* the body is our own */
    hook_start(delivery->receiver->app->hooks, &request, ended, delivery);
    exec_environment_free(environment);
}

const struct sender send_exec = { run };
