/*
 * The search for gateway connections, by Azure Resource Graph: one question for everything that a credential sees, every
 * quarter of an hour. The graph lags behind and may lack what is new, so a complete answer replaces what was found
 * before and nothing else ever does; whoever uses it asks each connection itself. Where the graph is refused or does
 * not exist, connections are found as far as the lists of the circuits' own resource groups go.
 */
#include "app/search.h"

#include "app/app.h"
#include "app/graph_look.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>

#define ROWS_MOST 20000  /* of one credential */
#define SOON_MS (10 * 1000)
#define AGAIN_MS (60 * 1000) /* after a change of the circuits, between two questions */
#define LOOK_APART_MS 1000

struct row {
    char *id, *circuit;
};

struct rows {
    struct row *row; /* by circuit and id, once complete */
    size_t count;
};

struct search {
    char *name; /* of the credential, which may have another number after a reload */
    struct rows found;
    struct mono due, attempted;
    uint8_t failures; /* in a row */
    bool busy;
    bool known; /* search_is_known() */
};

static int by_circuit(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    int order = strcasecmp(a->circuit, b->circuit);

    return order != 0 ? order : strcasecmp(a->id, b->id);
}

static void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->row[i].id);
        free(rows->row[i].circuit);
    }
    free(rows->row);
    *rows = (struct rows){ 0 };
}

/* The first row of a circuit, or where it would stand. */
static size_t first_of(const struct rows *rows, const char *circuit)
{
    size_t from = 0, to = rows->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcasecmp(rows->row[middle].circuit, circuit) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool search_is_known(const struct app *app, size_t credential)
{
    return app->searches[credential].known;
}

void search_each(const struct app *app, size_t credential, const char *circuit,
                 void (*each)(void *context, const char *id), void *context)
{
    const struct rows *rows = &app->searches[credential].found;

    for (size_t i = first_of(rows, circuit); i < rows->count && strcasecmp(rows->row[i].circuit, circuit) == 0; i++)
        each(context, rows->row[i].id);
}

static void arm(struct app *app)
{
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < app->search_count; i++)
        if (!app->searches[i].busy)
            due = mono_earlier(due, app->searches[i].due);
    timer_set(app->search_timer, due);
}

/* ---- a question ---- */

struct search_turn {
    struct app *app;
    size_t credential;
    struct rows rows;
};

static bool is_watched(const struct app *app, const char *circuit, size_t credential)
{
    const struct circuit_settings *settings = settings_find(app->settings, circuit);

    return settings != NULL && settings->credential == credential;
}

static void row_came(void *context, const struct graph_row *row)
{
    struct search_turn *turn = context;
    struct rows *rows = &turn->rows;

    if (rows->count == ROWS_MOST || !is_watched(turn->app, row->circuit, turn->credential))
        return;
    rows->row = reallocarray(rows->row, rows->count + 1, sizeof *rows->row);
    if (rows->row == NULL)
        abort();
    struct row *added = &rows->row[rows->count++];
    *added = (struct row){ strdup(row->id), strdup(row->circuit) };
    if (added->id == NULL || added->circuit == NULL)
        abort();
}

/* The groups of circuits that have one more connection now are looked at soon. */
static void look_at_new(struct app *app, const struct rows *was, const struct rows *is, struct moment now)
{
    for (size_t i = 0; i < is->count; i++) {
        const struct circuit_settings *circuit = settings_find(app->settings, is->row[i].circuit);
        bool is_new = was->count == 0 ||
                      bsearch(&is->row[i], was->row, was->count, sizeof *was->row, by_circuit) == NULL;
        if (is_new && circuit != NULL)
            poll_look_connections(app, app->homes[circuit - app->settings->circuits].group, now.mono);
    }
}

/* Those whose lists have come and could not say what there is no more. */
static void look_at_untold(struct app *app, size_t credential, struct moment now)
{
    for (size_t i = 0; i < app->group_count; i++)
        if (app->groups[i].untold && app->subscriptions[app->groups[i].subscription].credential == credential)
            poll_look_connections(app, i, now.mono);
}

static void complete(struct app *app, struct search *search, struct rows *rows, size_t credential, struct moment now)
{
    struct rows was = search->found;

    if (rows->count > 1)
        qsort(rows->row, rows->count, sizeof *rows->row, by_circuit);
    search->found = *rows;
    *rows = (struct rows){ 0 };
    look_at_new(app, &was, &search->found, now);
    rows_free(&was);
    sign_in_worked(app, credential, now);
}

/* ---- what the core is told ---- */

static size_t first_circuit(const struct app *app, size_t credential)
{
    size_t i = 0;

    while (i < app->settings->circuit_count && app->settings->circuits[i].credential != credential)
        i++;
    return i;
}

/* A refusal was told of one circuit, which may be another one by now. */
static void tell_works(struct app *app, const struct search *search, size_t credential, struct moment now)
{
    for (size_t i = first_circuit(app, credential); i < app->settings->circuit_count; i++) {
        if (app->settings->circuits[i].credential == credential)
            engine_feature_works(app->engine, i, FEATURE_SEARCH, now, &app->effects);
        if (search->failures == 0)
            break; /* nothing was the matter: the first one is enough for all */
    }
}

static void tell_failed(struct app *app, const struct search *search, size_t credential, struct failure failure,
                        struct moment now)
{
    size_t circuit = first_circuit(app, credential);

    if (search->failures == 0 && failure.kind != TROUBLE_FORBIDDEN)
        journal_say(app->journal, LOG_NOTICE, "connection search as %s: %s; trying again, until then connections are "
                    "found in the resource groups of their circuits", search->name, failure.what);
    failure.feature = FEATURE_SEARCH;
    if (failure.kind == TROUBLE_TOKEN) {
        failure.feature = FEATURE_NONE;
        engine_credential_failed(app->engine, credential, &failure, now, &app->effects);
    } else if (circuit < app->settings->circuit_count && failure.kind == TROUBLE_FORBIDDEN) {
        engine_failed(app->engine, circuit, &failure, now, &app->effects);
    }
}

/* ---- the end of a question ---- */

/* Not there, or not for us: asking faster is of no use, and the lists are all there is to know. */
static bool is_absent(const struct failure *failure)
{
    return failure->kind == TROUBLE_FORBIDDEN || (failure->http_status >= 400 && failure->http_status < 500 &&
                                                  failure->http_status != 401 && failure->http_status != 429);
}

static void failed(struct app *app, struct search *search, size_t credential, const struct failure *failure,
                   struct moment now)
{
    tell_failed(app, search, credential, *failure, now);
    if (search->failures < UINT8_MAX)
        search->failures++;
    int64_t pause = schedule_back_off(search->failures, app->settings->policy.retry_ms, SEARCH_EVERY_MS,
                                      app_random(app));
    search->known = search->known || is_absent(failure);
    if (!is_absent(failure))
        search->due = mono_earlier(search->due, mono_after(now.mono, failure->retry_after_ms > pause
                                                                        ? failure->retry_after_ms : pause));
}

static void turn_over(void *context, const struct failure *failure, struct moment now)
{
    struct search_turn *turn = context;
    struct app *app = turn->app;

    if (failure != NULL && failure->kind == TROUBLE_NONE) { /* there may be other searches now, or none */
        rows_free(&turn->rows);
        free(turn);
        return;
    }
    struct search *search = &app->searches[turn->credential];
    bool was_known = search->known;
    search->busy = false;
    search->due = mono_earlier(search->due, schedule_beat(search->name, SEARCH_EVERY_MS, now));
    if (failure == NULL) {
        complete(app, search, &turn->rows, turn->credential, now);
        tell_works(app, search, turn->credential, now);
        search->failures = 0;
        search->known = true;
    } else {
        failed(app, search, turn->credential, failure, now);
    }
    if (search->known && !was_known)
        look_at_untold(app, turn->credential, now);
    rows_free(&turn->rows);
    free(turn);
    arm(app);
    app_follow(app, now);
}

static void ask(struct app *app, size_t credential, struct moment now)
{
    struct search *search = &app->searches[credential];

    if (first_circuit(app, credential) == app->settings->circuit_count) {
        search->due = MONO_NEVER; /* nothing to search for: until there are circuits */
        return;
    }
    if (!sign_in_ready(app, credential, now)) {
        search->due = mono_later(sign_in_next(app, credential), mono_after(now.mono, LOOK_APART_MS));
        return;
    }
    const struct graph_question question = { .ask = ASK_SEARCH, .kind = GRAPH_CONNECTIONS, .credential = credential };
    struct search_turn *turn = calloc(1, sizeof *turn);
    if (turn == NULL)
        abort();
    turn->app = app;
    turn->credential = credential;
    search->busy = true;
    search->due = MONO_NEVER;
    search->attempted = now.mono;
    poll_count_question(app, ASK_SEARCH);
    graph_look(app, &question, row_came, turn, turn_over);
}

static void due(void *context, struct moment now)
{
    struct app *app = context;

    for (size_t i = 0; i < app->search_count && !app->stopping; i++)
        if (!app->searches[i].busy && mono_reached(app->searches[i].due, now.mono))
            ask(app, i, now);
    arm(app);
    app_follow(app, now);
}

static void pull(struct app *app, size_t credential, int64_t apart_ms, struct moment now)
{
    struct search *search = &app->searches[credential];
    struct mono at = search->attempted.ms != 0 ? mono_after(search->attempted, apart_ms) : now.mono;

    search->due = mono_earlier(search->due, mono_later(at, now.mono));
    arm(app);
}

void search_look(struct app *app, size_t credential, struct moment now)
{
    pull(app, credential, LOOK_APART_MS, now);
}

void search_token(struct app *app, size_t credential, struct moment now)
{
    if (app->searches != NULL && !app->searches[credential].busy && app->searches[credential].due.ms == MONO_NEVER.ms)
        pull(app, credential, LOOK_APART_MS, now);
}

/* ---- from settings ---- */

/* What was found by a credential of that name; it is taken out. */
static void take_over(struct search *from, size_t count, struct search *to)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(from[i].name, to->name) != 0)
            continue;
        to->found = from[i].found;
        to->known = from[i].known;
        to->attempted = from[i].attempted;
        from[i].found = (struct rows){ 0 };
    }
}

static void forget(struct search *searches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rows_free(&searches[i].found);
        free(searches[i].name);
    }
    free(searches);
}

void search_start(struct app *app, struct moment now)
{
    struct search *was = app->searches;
    size_t was_count = app->search_count;

    if (app->search_timer == NULL)
        app->search_timer = timer_new(app->loop, due, app);
    app->search_count = app->settings->azure.credential_count;
    app->searches = calloc(app->search_count + 1, sizeof *app->searches);
    if (app->searches == NULL)
        abort();
    for (size_t i = 0; i < app->search_count; i++) {
        struct search *search = &app->searches[i];
        if ((search->name = strdup(app->credential_names[i])) == NULL)
            abort();
        take_over(was, was_count, search);
        search->due = schedule_beat(search->name, SOON_MS, now);
    }
    forget(was, was_count);
    arm(app);
}

void search_circuits(struct app *app, struct moment now)
{
    for (size_t i = 0; i < app->search_count; i++)
        pull(app, i, AGAIN_MS, now);
}

void search_free(struct app *app)
{
    forget(app->searches, app->search_count);
    timer_free(app->search_timer);
}
