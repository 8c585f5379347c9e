/*
 * `erwatchd -n --try`: for each credential and subscription one request after the other, the subscriptions at the same
 * time; at most one request of a kind. Nothing is tried twice, and what has not been answered in time does not work.
 */
#include "app/try.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- what there is to try ---- */

static struct probe *probe_for(struct trial *trial, size_t credential, const char *subscription)
{
    for (size_t i = 0; i < trial->count; i++)
        if (trial->probe[i].credential == credential && strcmp(trial->probe[i].subscription, subscription) == 0)
            return &trial->probe[i];
    struct probe *probe = &trial->probe[trial->count++];
    *probe = (struct probe){ .trial = trial, .credential = credential, .subscription = subscription,
                             .waits = AUDIENCES };
    probe->sample = calloc(1, sizeof *probe->sample);
    if (probe->sample == NULL)
        abort();
    return probe;
}

static void add_probes(struct trial *trial)
{
    const struct settings *settings = trial->app->settings;

    assert(trial->count == 0);
    trial->probe = calloc(settings->circuit_count + settings->discover_count + 1, sizeof *trial->probe);
    if (trial->probe == NULL)
        abort();
    for (size_t i = 0; i < settings->circuit_count; i++) {
        const struct circuit_settings *circuit = &settings->circuits[i];
        struct probe *probe = probe_for(trial, circuit->credential, circuit->subscription);
        if (probe->circuits++ > 0)
            continue;
        probe->circuit = probe->other = i;
        if ((probe->id = strdup(resource_id_text(&circuit->id).text)) == NULL)
            abort();
    }
    for (size_t i = 0; i < settings->discover_count; i++)
        probe_for(trial, settings->discovers[i].credential, settings->discovers[i].subscription)->discovers = true;
}

/* ---- one after the other ---- */

static void probe_go(struct probe *probe, struct moment now);

static void probe_end(struct probe *probe)
{
    struct trial *trial = probe->trial;

    if (++trial->ended == trial->count)
        loop_stop(trial->app->loop);
}

static void note_failure(struct tried_row *row, const struct failure *failure)
{
    /* a lock is no refusal: who may not read a thing is not told that it is locked */
    row->state = failure->kind == TROUBLE_FORBIDDEN ? TRIED_REFUSED
                 : failure->kind == TROUBLE_LOCKED  ? TRIED_WORKS
                                                    : TRIED_FAILED;
    row->failure = *failure;
}

/* Has its turn come, and do the settings need it? */
static bool is_next(struct probe *probe)
{
    struct tried_row *row = &probe->row[probe->at];

    if (row->state != TRIED_WAITS)
        return false;
    bool needed = try_needed(probe, probe->at);
    row->state = needed ? TRIED_WAITS : TRIED_NOT_NEEDED;
    return needed;
}

/* Without a token nothing else can be tried. */
static void probe_give_up(struct probe *probe)
{
    for (; probe->at < TRIES; probe->at++) {
        struct tried_row *row = &probe->row[probe->at];
        if (!is_next(probe))
            continue;
        row->state = TRIED_UNKNOWN;
        snprintf(row->note, sizeof row->note, "there is no token");
    }
    probe_end(probe);
}

static void no_token(struct probe *probe, const struct failure *failure, struct moment now)
{
    note_failure(&probe->row[probe->at], failure);
    if (probe->row[probe->at].state == TRIED_WORKS)
        probe->row[probe->at].state = TRIED_FAILED;
    if (probe->at == TRY_SIGN_IN) {
        probe_give_up(probe);
        return;
    }
    probe->at++;
    probe_go(probe, now);
}

/* Of several circuits the one that fails is named. */
static void name_other(struct probe *probe)
{
    struct failure *failure = &probe->row[TRY_OTHERS].failure;
    char what[sizeof failure->what];

    snprintf(what, sizeof what, "%.63s: %.90s", probe->trial->app->settings->circuits[probe->other].name,
             failure->what);
    memcpy(failure->what, what, sizeof what);
}

static void answer_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                        struct moment now)
{
    struct probe *probe = context;
    struct tried_row *row = &probe->row[probe->at];

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE)
        return;
    if (reply != NULL && try_read(probe, probe->at, reply, now, failure) != AZURE_FAILED)
        row->state = TRIED_WORKS;
    else
        note_failure(row, failure);
    if (probe->at == TRY_OTHERS && row->state == TRIED_WORKS && try_next_circuit(probe)) {
        row->state = TRIED_WAITS;
        probe_go(probe, now);
        return;
    }
    if (probe->at == TRY_OTHERS && row->state != TRIED_WORKS)
        name_other(probe);
    probe->at++;
    probe_go(probe, now);
}

/* Is there a token for what is next? When there will be none the probe has gone on already. */
static bool has_token(struct probe *probe, struct moment now)
{
    struct app *app = probe->trial->app;
    enum audience audience = try_audience(probe->at);
    const struct grant *grant = &app->sign_ins[probe->credential].grant[audience];

    if (sign_in_ready_for(app, probe->credential, audience, now))
        return true;
    if (grant->busy)
        probe->waits = audience;
    else if (probe->at < TRIES)
        no_token(probe, &grant->trouble, now);
    return false;
}

static void probe_go(struct probe *probe, struct moment now)
{
    struct azure_request request = { 0 };

    for (; probe->at < TRIES; probe->at++) {
        struct tried_row *row = &probe->row[probe->at];
        if (!is_next(probe))
            continue;
        if (!has_token(probe, now))
            return;
        if (probe->at == TRY_SIGN_IN) {
            row->state = TRIED_WORKS;
            continue;
        }
        row->state = TRIED_UNKNOWN;
        if (!try_make(probe, probe->at, now, &request))
            continue;
        row->state = TRIED_WAITS;
        ask_alone(probe->trial->app, ASK_CIRCUIT, probe->credential, try_audience(probe->at), &request, answer_came,
                  probe);
        return;
    }
    probe_end(probe);
}

void try_token(struct app *app, size_t credential, enum audience audience, const struct failure *failure,
               struct moment now)
{
    struct trial *trial = app->trial;

    for (size_t i = 0; i < trial->count; i++) {
        struct probe *probe = &trial->probe[i];
        if (probe->credential != credential || probe->waits != audience)
            continue;
        probe->waits = AUDIENCES;
        if (failure != NULL)
            no_token(probe, failure, now);
        else
            probe_go(probe, now);
    }
}

/* ---- all of it ---- */

/* What still waits has had its time. */
static void time_is_up(void *context, struct moment now)
{
    struct trial *trial = context;

    (void)now;
    for (size_t i = 0; i < trial->count; i++) {
        struct probe *probe = &trial->probe[i];
        for (enum trying at = probe->at; at < TRIES; at++) {
            struct tried_row *row = &probe->row[at];
            if (row->state != TRIED_WAITS)
                continue;
            bool needed = try_needed(probe, at);
            row->state = at == probe->at ? TRIED_FAILED : needed ? TRIED_UNKNOWN : TRIED_NOT_NEEDED;
            if (needed)
                snprintf(row->note, sizeof row->note, "there was no time left");
            row->failure = (struct failure){ .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };
            snprintf(row->failure.what, sizeof row->failure.what, "no answer came within %d seconds",
                     TRY_LIMIT_MS / 1000);
        }
    }
    loop_stop(trial->app->loop);
}

static void start(void *context, struct moment now)
{
    struct trial *trial = context;

    for (size_t i = 0; i < trial->count; i++)
        probe_go(&trial->probe[i], now);
}

static void probes_free(struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++) {
        free(trial->probe[i].id);
        free(trial->probe[i].location);
        free(trial->probe[i].sample);
    }
    free(trial->probe);
}

/* Answers that are still to come have nobody to go to. */
static void end_questions(struct app *app)
{
    app->stopping = true;
    ask_drop_held(app, loop_now(app->loop));
    http_free(app->http);
    app->http = NULL;
}

bool try_run(struct app *app)
{
    struct trial trial = { .app = app };
    struct timer *first = timer_new(app->loop, start, &trial);
    struct mono now = loop_now(app->loop).mono;

    app->trial = &trial;
    add_probes(&trial);
    trial.limit = timer_new(app->loop, time_is_up, &trial);
    timer_set(trial.limit, mono_after(now, TRY_LIMIT_MS));
    timer_set(first, now);
    if (trial.count > 0)
        loop_run(app->loop);
    bool well = try_print(&trial, stdout);
    timer_free(first);
    timer_free(trial.limit);
    end_questions(app);
    probes_free(&trial);
    app->trial = NULL;
    return well;
}
