/*
 * The states of circuits: one list per subscription and credential where two or more share it, single reads elsewhere. A
 * circuit that a complete list does not hold is asked for by itself before anything is said about it.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list_run {
    struct app *app;
    size_t subscription;
    struct arm_list *list;
    unsigned pages;
    struct mono asked;
    struct moment now;
    bool replayed;
    bool *seen; /* of subscription->circuits */
};

struct one_run {
    struct app *app;
    size_t circuit;
};

/*
 * A cache on the way that answers with what it has: the same request id and the same date as last time. Such an answer
 * proves nothing new and is no sample.
 */
static bool is_replay(struct app *app, const struct azure_reply *reply, struct digest *last)
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

/* ---- one circuit ---- */

/* Tell the core of the answer. One that is equal to the last need not be read: that it is good is known. */
static bool one_read(struct app *app, size_t circuit, const struct azure_reply *reply, struct failure *failure,
                     struct mono asked, struct moment now)
{
    struct watched *watched = &app->watched[circuit];
    struct digest body = reply->status == 200 ? digest_of(app->digester, reply->body, reply->len) : DIGEST_NONE;
    bool again = digest_equal(body, watched->body);

    if (!again && arm_read_circuit(reply, app->settings->circuits[circuit].id, &app->scratch, failure) != AZURE_OK)
        return false;
    if (is_replay(app, reply, &watched->answer))
        return true;
    watched->absent = false;
    if (again) {
        engine_saw_again(app->engine, circuit, asked, now, &app->effects);
        return true;
    }
    engine_saw_circuit(app->engine, circuit, &app->scratch, asked, now, &app->effects);
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
    bool well = reply != NULL && one_read(app, run.circuit, reply, failure, asked, now);
    if (!well)
        poll_failed(app, run.circuit, failure, now);
    else
        engine_credential_works(app->engine, app->settings->circuits[run.circuit].credential, now, &app->effects);
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
    arm_ask_circuit(&request, app->settings->azure.management, app->settings->circuits[circuit].id,
                    app->settings->azure.api_version);
    ask_arm(app, ASK_CIRCUIT, app->settings->circuits[circuit].credential, &request, one_came, run);
}

/* ---- a list ---- */

static int by_id(const void *key, const void *element)
{
    return strcasecmp(key, ((const struct circuit_settings *)element)->id_lower);
}

#define UNWATCHED UINT32_MAX /* the mark of elements that are none of ours */
#define EFFECTS_MANY 256     /* they are carried out before there are too many of them */

static uint32_t find_circuit(const struct list_run *run, const struct sample *sample)
{
    const struct app *app = run->app;
    const struct circuit_settings *found =
        bsearch(sample_text(sample, sample->id), app->settings->circuits, app->settings->circuit_count,
                sizeof *app->settings->circuits, by_id);
    size_t index = found != NULL ? (size_t)(found - app->settings->circuits) : 0;

    return found != NULL && app->watched[index].subscription == run->subscription ? (uint32_t)index : UNWATCHED;
}

/* Is what the core knows of a circuit what its element was last time? */
static bool list_stands(void *context, uint32_t mark)
{
    const struct list_run *run = context;

    return mark == UNWATCHED || !run->app->watched[mark].moved;
}

static uint32_t list_element(void *context, const struct sample *sample, uint32_t mark)
{
    struct list_run *run = context;
    struct app *app = run->app;
    uint32_t index = sample != NULL ? find_circuit(run, sample) : mark;

    if (index == UNWATCHED)
        return UNWATCHED;
    struct watched *watched = &app->watched[index];
    run->seen[index - app->subscriptions[run->subscription].circuits[0]] = true;
    watched->absent = false;
    if (run->replayed)
        return index;
    if (sample != NULL) {
        engine_saw_circuit(app->engine, index, sample, run->asked, run->now, &app->effects);
        watched->body = DIGEST_NONE;
        watched->moved = false;
    } else if (!watched->moved) { /* else its own answer came while the page did, and is newer */
        engine_saw_again(app->engine, index, run->asked, run->now, &app->effects);
    }
    if (app->effects.count > EFFECTS_MANY)
        app_run_effects(app, run->now);
    return index;
}

static void list_free(struct list_run *run)
{
    arm_list_free(run->list);
    free(run->seen);
    free(run);
}

/* The list is complete: what it does not hold is asked for by itself. */
static void ask_absent(struct list_run *run, struct moment now)
{
    struct app *app = run->app;
    const struct subscription *subscription = &app->subscriptions[run->subscription];

    for (size_t i = 0; i < subscription->count; i++) {
        size_t circuit = subscription->circuits[i];
        if (run->seen[circuit - subscription->circuits[0]])
            continue;
        app->watched[circuit].absent = true;
        poll_look(app, circuit, LOOK_CIRCUIT, now.mono);
    }
}

/* No right to list the subscription: its circuits may be readable one by one (a role on a resource group). */
static void ask_singly(struct app *app, size_t index, struct failure *failure, struct moment now)
{
    struct subscription *subscription = &app->subscriptions[index];

    subscription->listed = false;
    failure->feature = FEATURE_LIST;
    for (size_t i = 0; i < subscription->count; i++) {
        if (i == 0) /* told once, of the first circuit of the list */
            engine_failed(app->engine, subscription->circuits[i], failure, now, &app->effects);
        poll_look(app, subscription->circuits[i], LOOK_CIRCUIT, now.mono);
    }
}

/* A list that cannot be believed says nothing about its circuits: this time they answer for themselves. */
static void ask_instead(struct app *app, size_t index, struct failure *failure, struct moment now)
{
    const struct subscription *subscription = &app->subscriptions[index];

    failure->kind = TROUBLE_UNEXPECTED;
    failure->feature = FEATURE_LIST;
    engine_failed(app->engine, subscription->circuits[0], failure, now, &app->effects); /* told once, as above */
    for (size_t i = 0; i < subscription->count; i++) {
        app->watched[subscription->circuits[i]].absent = true;
        poll_look(app, subscription->circuits[i], LOOK_CIRCUIT, now.mono);
    }
}

static void list_failed(struct list_run *run, struct failure *failure, struct moment now)
{
    struct app *app = run->app;
    size_t index = run->subscription;
    const struct subscription *subscription = &app->subscriptions[index];

    if (run->pages > 0 && !run->replayed) /* the core was told of a part that is not remembered */
        list_memory_forget(&app->subscriptions[index].memory);
    list_free(run);
    if (failure->kind == TROUBLE_FORBIDDEN)
        ask_singly(app, index, failure, now);
    else if (failure->kind == TROUBLE_TOKEN)
        poll_failed(app, subscription->circuits[0], failure, now);
    else if (failure->kind == TROUBLE_UNEXPECTED || failure->kind == TROUBLE_MISSING)
        ask_instead(app, index, failure, now);
    else
        for (size_t i = 0; i < subscription->count; i++) {
            struct failure copy = *failure;
            poll_failed(app, subscription->circuits[i], &copy, now);
        }
    poll_ended(app, ASK_LIST, index, false, now);
    app_follow(app, now);
    for (size_t i = 0; i < app->subscriptions[index].count; i++)
        control_polled(app, app->subscriptions[index].circuits[i], now);
}

static void list_done(struct list_run *run, struct moment now)
{
    struct app *app = run->app;
    size_t index = run->subscription;

    if (!run->replayed)
        arm_list_remember(run->list);
    ask_absent(run, now);
    list_free(run);
    app->subscriptions[index].listed = true;
    engine_feature_works(app->engine, app->subscriptions[index].circuits[0], FEATURE_LIST, now, &app->effects);
    engine_credential_works(app->engine, app->subscriptions[index].credential, now, &app->effects);
    poll_ended(app, ASK_LIST, index, true, now);
    app_follow(app, now);
    for (size_t i = 0; i < app->subscriptions[index].count; i++)
        control_polled(app, app->subscriptions[index].circuits[i], now);
}

static void list_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);

static void list_piece(void *context, const char *bytes, size_t len)
{
    struct list_run *run = context;

    arm_list_piece(run->list, bytes, len);
}

/* The next page, if there is one that may be followed. */
static bool next_page(struct list_run *run, const char *next, struct failure *failure)
{
    struct app *app = run->app;
    struct azure_request request = { 0 };

    if (++run->pages >= ARM_PAGES_MAX) {
        *failure = (struct failure){ .kind = TROUBLE_UNEXPECTED, .retry_after_ms = -1 };
        snprintf(failure->what, sizeof failure->what, "the list did not end after %d pages", ARM_PAGES_MAX);
        return false;
    }
    if (!arm_ask_url(&request, app->settings->azure.management, next, ARM_LIST_MAX, failure))
        return false;
    ask_arm_pieces(app, ASK_LIST, app->subscriptions[run->subscription].credential, &request, list_piece, list_came, run);
    return true;
}

static void list_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct list_run *run = context;
    struct app *app = run->app;
    char *next = NULL;

    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        list_free(run);
        return;
    }
    if (reply == NULL) {
        list_failed(run, failure, now);
        return;
    }
    struct subscription *subscription = &app->subscriptions[run->subscription];
    if (run->pages == 0 && reply->status == 200)
        run->replayed = is_replay(app, reply, &subscription->answer);
    run->asked = asked;
    run->now = now;
    if (arm_list_page(run->list, reply, &next, failure) != AZURE_OK ||
        (next != NULL && !next_page(run, next, failure)))
        list_failed(run, failure, now);
    else if (next == NULL)
        list_done(run, now);
    free(next);
}

void circuits_ask_list(struct app *app, size_t index, struct moment now)
{
    const struct subscription *subscription = &app->subscriptions[index];
    struct azure_request request = { 0 };
    struct list_run *run = calloc(1, sizeof *run);
    /* the circuits of a subscription are neighbours in the settings, but for those of other credentials */
    size_t span = subscription->circuits[subscription->count - 1] - subscription->circuits[0] + 1;

    (void)now;
    if (run == NULL || (run->seen = calloc(span, sizeof *run->seen)) == NULL)
        abort();
    run->app = app;
    run->subscription = index;
    run->list = arm_list_begin(&(struct arm_list_user){ run, list_element, list_stands }, app->digester,
                               &app->subscriptions[index].memory, NULL);
    arm_ask_list(&request, app->settings->azure.management, subscription->id, app->settings->azure.api_version);
    ask_arm_pieces(app, ASK_LIST, subscription->credential, &request, list_piece, list_came, run);
}
