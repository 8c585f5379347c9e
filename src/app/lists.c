/*
 * Lists of circuits: one per subscription and credential where two or more share it. A list comes in pieces and is
 * read as it comes; what it says is told to the core page by page, a slice of one list in each turn of the loop, the
 * lists in turn. A circuit that a complete list does not hold is asked for by itself before anything is said about it.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Changed circuits that the core is told of in one turn, or ARM_LIST_SAME times as many that are as they were: a ms. */
#define SLICE 25

struct list_run {
    TAILQ_ENTRY(list_run) link; /* in app->telling, while `telling` */
    bool telling;
    struct app *app;
    size_t subscription;
    struct arm_list *list;
    unsigned pages;
    struct arm_pages followed;
    struct mono asked;
    struct moment now;
    bool replayed;
    bool *seen; /* of subscription->circuits */
    char *next; /* of the page that is being told of */
};

static int by_id(const void *key, const void *element)
{
    return resource_id_compare_text(key, &((const struct circuit_settings *)element)->id);
}

#define UNWATCHED DISCOVER_NEW /* this and higher ones: marks of elements that are none of ours */

static uint32_t find_circuit(const struct list_run *run, const struct sample *sample)
{
    const struct app *app = run->app;
    const struct circuit_settings *found =
        bsearch(sample_text(sample, sample->id), app->settings->circuits, app->settings->circuit_count,
                sizeof *app->settings->circuits, by_id);
    size_t index = found != NULL ? (size_t)(found - app->settings->circuits) : 0;

    return found != NULL && app->homes[index].subscription == run->subscription ? (uint32_t)index : UNWATCHED;
}

/* Is what the core knows of a circuit what its element was last time? */
static bool list_stands(void *context, uint32_t mark)
{
    const struct list_run *run = context;

    if (mark >= UNWATCHED)
        return mark == DISCOVER_NONE; /* as in a list that is read for its own sake */
    return !run->app->watched[mark].moved;
}

/* The core knows what the list says, and no answer of its own. Zeros are not written over zeros: core/sparse.h. */
static void note_listed(struct watched *watched)
{
    if (!digest_is_none(watched->body))
        watched->body = DIGEST_NONE;
    if (watched->moved)
        watched->moved = false;
}

static uint32_t list_element(void *context, const struct sample *sample, uint32_t mark)
{
    struct list_run *run = context;
    struct app *app = run->app;
    uint32_t index = sample != NULL ? find_circuit(run, sample) : mark;

    if (index >= UNWATCHED)
        return discover_element(app, app->subscriptions[run->subscription].id,
                                app->subscriptions[run->subscription].credential, sample, index);
    struct watched *watched = &app->watched[index];
    bool *seen = &run->seen[index - app->subscriptions[run->subscription].circuits[0]];
    /* twice in a list, or its own answer is newer */
    if (*seen || run->asked.ms < engine_asked(app->engine, index).ms) {
        *seen = watched->moved = true;
        return index;
    }
    *seen = true;
    if (watched->absent)
        watched->absent = false;
    if (run->replayed)
        return index;
    if (sample != NULL) {
        engine_saw_circuit(app->engine, index, sample, run->asked, run->now, &app->effects);
        poll_start_port(app, index, run->now);
        note_listed(watched);
    } else if (!watched->moved) { /* else its own answer came while the page did, and is newer */
        engine_saw_again(app->engine, index, run->asked, run->now, &app->effects);
    }
    return index;
}

/* Its turn comes. */
static void tell_later(struct list_run *run, struct moment now)
{
    struct app *app = run->app;

    timer_set(app->tell_timer, now.mono);
    TAILQ_INSERT_TAIL(&app->telling, run, link);
    run->telling = true;
}

static void stop_telling(struct list_run *run)
{
    if (run->telling)
        TAILQ_REMOVE(&run->app->telling, run, link);
    run->telling = false;
}

static void list_free(struct list_run *run)
{
    stop_telling(run);
    arm_list_free(run->list);
    free(run->seen);
    free(run->next);
    free(run);
}

void lists_stop(struct app *app)
{
    for (struct list_run *run = TAILQ_FIRST(&app->telling), *next; run != NULL; run = next) {
        next = TAILQ_NEXT(run, link);
        list_free(run);
    }
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
    discover_listed(app, subscription->id, subscription->credential, failure, now);
    poll_tell_failed(app, ASK_LIST, index, failure);
    if (failure->kind == TROUBLE_FORBIDDEN)
        ask_singly(app, index, failure, now);
    else if (failure->kind == TROUBLE_TOKEN)
        poll_failed(app, subscription->circuits[0], failure, now);
    else if (failure->kind == TROUBLE_UNEXPECTED || failure->kind == TROUBLE_MISSING)
        ask_instead(app, index, failure, now);
    else
        poll_failed_list(app, index, failure, now);
    poll_ended(app, ASK_LIST, index, false, now);
    app_follow(app, now);
    for (size_t i = 0; i < app->subscriptions[index].count; i++)
        control_polled(app, app->subscriptions[index].circuits[i], now);
}

static void list_done(struct list_run *run, struct moment now)
{
    struct app *app = run->app;
    size_t index = run->subscription;
    bool replayed = run->replayed; /* it proves nothing */

    if (!replayed)
        arm_list_remember(run->list);
    ask_absent(run, now);
    list_free(run);
    discover_listed(app, app->subscriptions[index].id, app->subscriptions[index].credential, NULL, now);
    if (!replayed) {
        app->subscriptions[index].listed = true;
        engine_feature_works(app->engine, app->subscriptions[index].circuits[0], FEATURE_LIST, now, &app->effects);
        sign_in_worked(app, app->subscriptions[index].credential, now);
    }
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

    run->pages++;
    if (!sign_in_ready(app, app->subscriptions[run->subscription].credential, loop_now(app->loop))) {
        *failure = (struct failure){ .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };
        snprintf(failure->what, sizeof failure->what, "the token was refused between two pages of the list");
        return false;
    }
    if (!arm_ask_page(&request, &run->followed, app->settings->azure.management, next, ARM_LIST_MAX, failure))
        return false;
    ask_about_pieces(app, ASK_LIST, &app->subscriptions[run->subscription], &request, list_piece, list_came, run);
    return true;
}

/* Behind the end of a page the next one, or the end of the list. */
static void page_told(struct list_run *run, struct moment now)
{
    struct failure failure;
    char *next = run->next;

    run->next = NULL;
    if (next == NULL)
        list_done(run, now);
    else if (!next_page(run, next, &failure))
        list_failed(run, &failure, now);
    free(next);
}

void lists_tell(void *context, struct moment now)
{
    struct app *app = context;
    struct list_run *run = TAILQ_FIRST(&app->telling);

    if (run == NULL) /* other settings came */
        return;
    stop_telling(run);
    run->now = now;
    if (arm_list_tell(run->list, SLICE)) {
        tell_later(run, now);
        app_follow(app, now);
    } else {
        page_told(run, now);
    }
    if (!TAILQ_EMPTY(&app->telling))
        timer_set(app->tell_timer, now.mono);
}

static void list_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct list_run *run = context;
    struct app *app = run->app;

    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        list_free(run);
        return;
    }
    if (reply == NULL) {
        list_failed(run, failure, now);
        return;
    }
    if (run->pages == 0 && reply->status == 200)
        run->replayed = circuits_replay(app, reply, &app->subscriptions[run->subscription].answer);
    run->asked = asked;
    if (arm_list_page(run->list, reply, &run->next, failure) == AZURE_OK)
        tell_later(run, now);
    else
        list_failed(run, failure, now);
}

void lists_ask(struct app *app, size_t index, struct moment now)
{
    struct subscription *subscription = &app->subscriptions[index];
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
    ask_about_pieces(app, ASK_LIST, subscription, &request, list_piece, list_came, run);
}
