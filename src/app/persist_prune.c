/*
 * Dropping what is kept long enough, or is too much (the settings' "history"): a piece at a time on the store's thread,
 * so that a commit never waits for long; again soon while there is more, else once an hour, and sooner when much has
 * come.
 */
#include "app/app.h"

#include <assert.h>
#include <stdlib.h>
#include <syslog.h>

#define EVERY_MS (3600 * 1000)
#define SOON_MS 1000         /* between two pieces, and after other settings */
#define FIRST_MS (60 * 1000) /* after the start, which has enough to do */
#define LINES_MOST 1000      /* new lines of the history that bring a piece, … */
static_assert(LINES_MOST < STORE_PRUNE_MOST, "… which drops more");

struct pruning {
    struct store_job job; /* first: one is the other */
    struct store *store;
    struct store_bounds bounds;
    enum store_result result;
    bool more;
    char why[STORE_WHY_MAX];
};

static void run(struct store_job *job)
{
    struct pruning *pruning = (struct pruning *)job;

    pruning->result = store_prune(pruning->store, &pruning->bounds, &pruning->more, pruning->why);
}

/* A disk that does not work shows in the commits, too, which say so. */
static void done(struct app *app, struct store_job *job, struct moment now)
{
    struct pruning *pruning = (struct pruning *)job;

    app->store.pruning = false;
    if (pruning->result != STORE_OK && !app->store.broken)
        journal_say(app->journal, LOG_WARNING, "%s Trying again in an hour.", pruning->why);
    timer_set(app->store.prune, mono_after(now.mono, pruning->more ? SOON_MS : EVERY_MS));
    free(pruning);
}

void persist_prune(void *context, struct moment now)
{
    struct app *app = context;
    const struct history_settings *history = &app->settings->history;
    int64_t azure_now = poll_azure_now(app, now);

    if (!app->store.broken) /* else the disk may lack what only memory knows */
        engine_tidy(app->engine, azure_now);
    if (app->store.pruning || app->store.store == NULL || app->stopping)
        return;
    struct pruning *pruning = calloc(1, sizeof *pruning);
    if (pruning == NULL)
        abort();
    *pruning = (struct pruning){ .job = { run, done },
                                 .store = app->store.store,
                                 .bounds = { .history_from_wall_ms = azure_now - history->keep_ms,
                                             .deliveries_from_wall_ms = azure_now - history->deliveries_ms,
                                             .most = history->most } };
    app->store.lines = 0;
    app->store.pruning = persist_push(app, &pruning->job);
    if (app->store.pruning)
        return;
    free(pruning);
    timer_set(app->store.prune, mono_after(now.mono, SOON_MS));
}

void persist_prune_first(struct app *app, struct moment now)
{
    timer_set(app->store.prune, mono_after(now.mono, FIRST_MS));
}

void persist_prune_soon(struct app *app, struct moment now)
{
    if (app->store.prune != NULL)
        timer_set(app->store.prune, mono_after(now.mono, SOON_MS));
}

void persist_count_line(struct app *app)
{
    if (++app->store.lines == LINES_MOST)
        persist_prune_soon(app, loop_now(app->loop));
}
