/*
 * Single reads of circuits: of those that share their subscription with none, those that a list does not hold, those
 * that an operator or the core wants to see at once. The lists are in lists.c.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct one_run {
    struct app *app;
    size_t circuit;
};

/*
 * A cache on the way that answers with what it has: the same request id and the same date as last time. Such an answer
 * proves nothing new and is no sample.
 */
bool circuits_replay(struct app *app, const struct azure_reply *reply, struct digest *last)
{
    char text[256];

    if (reply->request_id == NULL || reply->request_id[0] == '\0' || reply->date == NULL || reply->date[0] == '\0') {
        *last = DIGEST_NONE;
        return false;
    }
    int len = snprintf(text, sizeof text, "%.*s %.*s", 120, reply->request_id, 120, reply->date);
    struct digest digest = digest_of(app->digester, text, (size_t)len);
    bool same = digest_equal(digest, *last);
    *last = digest;
    return same;
}

/* Tell the core of the answer. One that is equal to the last need not be read: that it is good is known. */
static bool one_read(struct app *app, size_t circuit, const struct azure_reply *reply, struct failure *failure,
                     struct mono asked, struct moment now, bool *replayed)
{
    struct watched *watched = &app->watched[circuit];
    struct digest body = reply->status == 200 ? digest_of(app->digester, reply->body, reply->len) : DIGEST_NONE;
    bool again = digest_equal(body, watched->body);

    if (!again && arm_read_circuit(reply, target_circuit_id(app, circuit).text, &app->scratch, failure) != AZURE_OK)
        return false;
    *replayed = circuits_replay(app, reply, &watched->answer);
    if (*replayed || asked.ms < engine_asked(app->engine, circuit).ms) /* a list that was asked for later came sooner */
        return true;
    watched->absent = false;
    if (again) {
        engine_saw_again(app->engine, circuit, asked, now, &app->effects);
        return true;
    }
    engine_saw_circuit(app->engine, circuit, &app->scratch, asked, now, &app->effects);
    poll_start_port(app, circuit, now);
    watched->body = body;
    watched->moved = true;
    return true;
}

static void one_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                     struct moment now)
{
    struct one_run run = *(struct one_run *)context;
    struct app *app = run.app;

    free(context);
    if (reply == NULL && failure->kind == TROUBLE_NONE)
        return;
    bool replayed = false;
    bool well = reply != NULL && one_read(app, run.circuit, reply, failure, asked, now, &replayed);
    if (!well) {
        poll_tell_failed(app, ASK_CIRCUIT, run.circuit, failure);
        poll_failed(app, run.circuit, failure, now);
        if (failure->kind == TROUBLE_MISSING)
            discover_gone(app, run.circuit, now);
    } else if (!replayed) {
        discover_there(app, run.circuit, now);
        sign_in_worked(app, app->settings->circuits[run.circuit].credential, now);
    }
    /* asking faster does not give a right; the core asks for the second look that it needs */
    poll_ended(app, ASK_CIRCUIT, run.circuit, well || failure->kind == TROUBLE_FORBIDDEN, now);
    app_follow(app, now);
    control_polled(app, run.circuit, now);
}

void circuits_ask_one(struct app *app, size_t circuit, struct moment now)
{
    struct azure_request request = { 0 };
    struct one_run *run = malloc(sizeof *run);

    (void)now;
    if (run == NULL)
        abort();
    *run = (struct one_run){ app, circuit };
    arm_ask_circuit(&request, app->settings->azure.management, target_circuit_id(app, circuit).text,
                    app->settings->azure.api_version);
    ask_about(app, ASK_CIRCUIT, target_subscription(app, ASK_CIRCUIT, circuit), &request, one_came, run);
}
