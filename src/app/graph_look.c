/*
 * Questions to Azure Resource Graph: one page after the other, each as soon as the credential's budget has something to
 * spare. An answer counts when its last page has come; who asked hears of rows before that.
 */
#include "app/graph_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct graph_look {
    LIST_ENTRY(graph_look) link; /* in app->graph_looks, while it waits */
    struct app *app;
    struct graph_question question;
    char **subscription;
    char *token; /* of the next page; NULL: the first one */
    struct arm_pages pages;
    struct timer *timer;
    graph_each *each;
    list_read_done *done;
    void *context;
};

static void end(struct graph_look *look, const struct failure *failure, struct moment now)
{
    look->done(look->context, failure, now);
    for (size_t i = 0; i < look->question.count; i++)
        free(look->subscription[i]);
    free(look->subscription);
    free(look->token);
    timer_free(look->timer);
    free(look);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);

static void ask(struct graph_look *look)
{
    const struct graph_question *question = &look->question;
    struct azure_request request = { 0 };

    graph_ask(&request, look->app->settings->azure.management, question->kind,
              (const char *const *)look->subscription, question->count, look->token);
    ask_graph(look->app, question->ask, question->credential, &request, page_came, look);
}

static void waited(void *context, struct moment now);

static void ask_or_wait(struct graph_look *look, struct moment now)
{
    struct budget *budget = &look->app->sign_ins[look->question.credential].graph;

    if (budget_may(budget, URGENCY_OPTIONAL, now.mono)) {
        ask(look);
        return;
    }
    if (look->timer == NULL)
        look->timer = timer_new(look->app->loop, waited, look);
    LIST_INSERT_HEAD(&look->app->graph_looks, look, link);
    timer_set(look->timer, budget_wait(budget, URGENCY_OPTIONAL, now.mono));
}

/* A token that was there may be gone. */
static void waited(void *context, struct moment now)
{
    struct graph_look *look = context;
    struct failure failure = { .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };

    LIST_REMOVE(look, link);
    if (sign_in_ready(look->app, look->question.credential, now)) {
        ask_or_wait(look, now);
        return;
    }
    snprintf(failure.what, sizeof failure.what, "there was no token any more when Resource Graph could be asked");
    end(look, &failure, now);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct graph_look *look = context;
    char *token = NULL;

    (void)asked;
    bool well = reply != NULL &&
                graph_read(reply, look->question.kind, look->each, look->context, &token, failure) == AZURE_OK;
    free(look->token);
    look->token = token;
    if (well && token != NULL && arm_pages_note(&look->pages, token, failure) &&
        sign_in_ready(look->app, look->question.credential, now))
        ask_or_wait(look, now);
    else
        end(look, well && token == NULL ? NULL : failure, now);
}

void graph_look(struct app *app, const struct graph_question *question, graph_each *each, void *context,
                list_read_done *done)
{
    struct graph_look *look = calloc(1, sizeof *look);

    if (look == NULL || (look->subscription = calloc(question->count + 1, sizeof *look->subscription)) == NULL)
        abort();
    look->app = app;
    look->question = *question;
    look->each = each;
    look->done = done;
    look->context = context;
    for (size_t i = 0; i < question->count; i++)
        if ((look->subscription[i] = strdup(question->subscriptions[i])) == NULL)
            abort();
    look->question.subscriptions = NULL;
    ask_or_wait(look, loop_now(app->loop));
}

void graph_look_stop(struct app *app)
{
    static const struct failure none = { .kind = TROUBLE_NONE };

    while (!LIST_EMPTY(&app->graph_looks)) {
        struct graph_look *look = LIST_FIRST(&app->graph_looks);
        LIST_REMOVE(look, link);
        end(look, &none, loop_now(app->loop));
    }
}
