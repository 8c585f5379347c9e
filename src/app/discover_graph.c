/*
 * Azure Resource Graph as a finder: one question for many subscriptions says in which of them a list is worth reading.
 * The lists alone decide, because the graph is an index that lags behind.
 */
#include "app/app.h"
#include "app/graph_look.h"

#include <stdlib.h>
#include <string.h>

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
    const struct graph_question question = { ASK_DISCOVER, GRAPH_CIRCUITS, credential, subscriptions, count };
    graph_look(app, &question, found, turn, turn_over);
}
