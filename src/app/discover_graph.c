/*
 * Azure Resource Graph as a finder: one question for many subscriptions says in which of them a list is worth reading.
 * The lists alone decide, because the graph is an index that lags behind.
 */
#include "app/app.h"

#include <stdlib.h>
#include <string.h>

/* ---- a question, page by page ---- */

struct graph_look {
    struct app *app;
    size_t credential;
    char **subscription;
    size_t count;
    struct arm_pages pages;
    graph_each *each;
    list_read_done *done;
    void *context;
};

static void end(struct graph_look *look, const struct failure *failure, struct moment now)
{
    look->done(look->context, failure, now);
    for (size_t i = 0; i < look->count; i++)
        free(look->subscription[i]);
    free(look->subscription);
    free(look);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);

static void ask(struct graph_look *look, const char *token)
{
    struct app *app = look->app;
    struct azure_request request = { 0 };

    graph_ask(&request, app->settings->azure.management, GRAPH_CIRCUITS, (const char *const *)look->subscription,
              look->count, token);
    ask_arm(app, ASK_DISCOVER, look->credential, &request, page_came, look);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct graph_look *look = context;
    char *token = NULL;

    (void)asked;
    bool well = reply != NULL &&
                graph_read(reply, GRAPH_CIRCUITS, look->each, look->context, &token, failure) == AZURE_OK;
    if (well && token != NULL && arm_pages_note(&look->pages, token, failure) &&
        sign_in_ready(look->app, look->credential, now))
        ask(look, token);
    else
        end(look, well && token == NULL ? NULL : failure, now);
    free(token);
}

void graph_look(struct app *app, size_t credential, const char *const *subscriptions, size_t count, graph_each *each,
                void *context, list_read_done *done)
{
    struct graph_look *look = calloc(1, sizeof *look);

    if (look == NULL || (look->subscription = calloc(count, sizeof *look->subscription)) == NULL)
        abort();
    look->app = app;
    look->credential = credential;
    look->each = each;
    look->done = done;
    look->context = context;
    for (; look->count < count; look->count++)
        if ((look->subscription[look->count] = strdup(subscriptions[look->count])) == NULL)
            abort();
    ask(look, NULL);
}

/* ---- the subscriptions of a credential that are found by the graph ---- */

struct graph_turn {
    struct app *app;
    size_t credential;
};

static bool is_of(const struct app *app, const struct source *source, size_t credential)
{
    return source->by == DISCOVER_GRAPH && source->credential == credential && !discover_is_listed(app, source);
}

/* A circuit that no list has told us of: that list is to be read. */
static void found(void *context, const struct graph_row *row)
{
    struct graph_turn *turn = context;
    struct app *app = turn->app;
    struct arm_id parts;

    if (settings_find(app->settings, row->id) != NULL || settings_discover_of(app->settings, row->id) == NULL ||
        !arm_id_parse(row->id, &parts))
        return;
    for (size_t i = 0; i < app->discovery.source_count; i++) {
        struct source *source = &app->discovery.source[i];
        if (is_of(app, source, turn->credential) && source->beyond == 0 &&
            strncasecmp(source->subscription, parts.subscription, parts.subscription_len) == 0)
            source->wanted = true;
    }
}

/* Without the graph the lists are read themselves. */
static void turn_over(void *context, const struct failure *failure, struct moment now)
{
    struct graph_turn turn = *(struct graph_turn *)context;
    struct app *app = turn.app;

    free(context);
    if (failure != NULL && failure->kind == TROUBLE_NONE)
        return;
    for (size_t i = 0; i < app->discovery.source_count; i++) {
        struct source *source = &app->discovery.source[i];
        if (!is_of(app, source, turn.credential))
            continue;
        source->asked = false;
        if (failure == NULL && !source->wanted) {
            source->listed_wall_ms = now.wall_ms;
            source->trouble[0] = '\0';
        }
        source->wanted = source->wanted || failure != NULL;
        if (source->wanted)
            source->due = now.mono;
    }
    discover_arm(app);
    app_follow(app, now);
}

void discover_ask_graph(struct app *app, size_t credential, struct moment now)
{
    const char *subscriptions[GRAPH_SUBSCRIPTIONS_MAX] = { NULL };
    size_t count = 0;
    struct graph_turn *turn = malloc(sizeof *turn);

    if (turn == NULL)
        abort();
    *turn = (struct graph_turn){ app, credential };
    for (size_t i = 0; i < app->discovery.source_count && count < GRAPH_SUBSCRIPTIONS_MAX; i++) {
        struct source *source = &app->discovery.source[i];
        if (!is_of(app, source, credential) || source->busy)
            continue;
        subscriptions[count++] = source->subscription;
        source->asked = true;
        source->due = discover_beat(app, source, now);
    }
    graph_look(app, credential, subscriptions, count, found, turn, turn_over);
}
