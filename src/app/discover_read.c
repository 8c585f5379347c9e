/*
 * A list of a subscription that is read for its own sake, not for polling: page by page, told in slices, with one end.
 * Who asked hears of the elements as they are believed and must not rely on them before the end.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>

#define SLICE 25 /* elements that had to be read and are told in one turn */

struct list_read {
    LIST_ENTRY(list_read) link; /* in app->discovery.telling, while `timer` is there */
    struct app *app;
    size_t credential;
    struct arm_list *list;
    struct arm_pages followed;
    char *next; /* of the page that is being told of */
    struct timer *timer;
    list_read_done *done;
    void *context;
    bool remember;
};

/* From here on it ends with a request, or has ended. */
static void stop_telling(struct list_read *read)
{
    if (read->timer != NULL)
        LIST_REMOVE(read, link);
    timer_free(read->timer);
    read->timer = NULL;
}

static void end(struct list_read *read, const struct failure *failure, struct moment now)
{
    list_read_done *done = read->done;
    void *context = read->context;

    stop_telling(read);
    arm_list_free(read->list);
    free(read->next);
    free(read);
    done(context, failure, now);
}

void list_read_stop(struct app *app)
{
    static const struct failure none = { .kind = TROUBLE_NONE };

    while (!LIST_EMPTY(&app->discovery.telling))
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): LIST_REMOVE has taken the freed one out */
        end(LIST_FIRST(&app->discovery.telling), &none, loop_now(app->loop));
}

static void piece_came(void *context, const char *bytes, size_t len)
{
    arm_list_piece(((struct list_read *)context)->list, bytes, len);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);

/* The next page, if there is one that may be followed. */
static bool next_page(struct list_read *read, const char *next, struct failure *failure)
{
    struct app *app = read->app;
    struct azure_request request = { 0 };

    *failure = (struct failure){ .kind = TROUBLE_UNEXPECTED, .retry_after_ms = -1 };
    if (!sign_in_ready(app, read->credential, loop_now(app->loop))) {
        failure->kind = TROUBLE_NETWORK;
        snprintf(failure->what, sizeof failure->what, "the token was refused between two pages of the list");
        return false;
    }
    if (!arm_ask_page(&request, &read->followed, app->settings->azure.management, next, ARM_LIST_MAX, failure))
        return false;
    ask_arm_pieces(app, ASK_DISCOVER, read->credential, &request, piece_came, page_came, read);
    return true;
}

/* A part of the page; behind its end the next page, or the end of the list. */
static void tell_some(void *context, struct moment now)
{
    struct list_read *read = context;
    struct failure failure;

    if (arm_list_tell(read->list, SLICE)) {
        if (read->timer == NULL) {
            read->timer = timer_new(read->app->loop, tell_some, read);
            LIST_INSERT_HEAD(&read->app->discovery.telling, read, link);
        }
        timer_set(read->timer, now.mono);
        return;
    }
    char *next = read->next;
    read->next = NULL;
    stop_telling(read);
    if (next == NULL) {
        if (read->remember)
            arm_list_remember(read->list);
        end(read, NULL, now);
    } else if (!next_page(read, next, &failure)) {
        end(read, &failure, now);
    }
    free(next);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct list_read *read = context;

    (void)asked;
    if (reply == NULL || arm_list_page(read->list, reply, &read->next, failure) != AZURE_OK)
        end(read, failure, now);
    else
        tell_some(read, now);
}

void list_read(struct app *app, const char *subscription, size_t credential, const struct arm_list_user *user,
               struct list_memory *memory, list_read_done *done)
{
    struct azure_request request = { 0 };
    struct list_read *read = calloc(1, sizeof *read);

    if (read == NULL)
        abort();
    read->app = app;
    read->credential = credential;
    read->list = arm_list_begin(user, app->digester, memory, NULL);
    read->remember = memory != NULL;
    read->done = done;
    read->context = user->context;
    arm_ask_list(&request, app->settings->azure.management, subscription, app->settings->azure.api_version);
    ask_arm_pieces(app, ASK_DISCOVER, credential, &request, piece_came, page_came, read);
}
