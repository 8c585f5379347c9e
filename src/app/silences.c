/*
 * Silences: made and ended by operators over the control socket, kept on disk, given up when they are over. What they mute
 * is for the core to say.
 */
#include "app/mutes.h"

#include "app/control_views.h"
#include "app/delivery.h"
#include "app/history.h"
#include "app/kept.h"
#include "io/user.h"
#include "web/silence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

/* ---- the list ---- */

static void add(struct muter *muter, struct silence *silence)
{
    muter->silence = realloc(muter->silence, (muter->silence_count + 1) * sizeof(struct silence *));
    if (muter->silence == NULL)
        abort();
    muter->silence[muter->silence_count++] = silence;
}

static void leave_out(struct muter *muter, size_t at)
{
    free(muter->silence[at]);
    muter->silence_count--;
    memmove(muter->silence + at, muter->silence + at + 1, (muter->silence_count - at) * sizeof(struct silence *));
}

int64_t silences_next_end(const struct app *app)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < app->muter->silence_count; i++)
        if (app->muter->silence[i]->mute.to_wall_ms < next)
            next = app->muter->silence[i]->mute.to_wall_ms;
    return next;
}

/* ---- the disk ---- */

static void put(struct app *app, const struct silence *silence)
{
    char *match = silence_match_text(&silence->mute.match);
    struct stored_silence stored = { .id = (int64_t)silence->mute.id,
                                     .from_wall_ms = silence->mute.from_wall_ms,
                                     .to_wall_ms = silence->mute.to_wall_ms,
                                     .uid = silence->uid,
                                     .who = silence->who,
                                     .why = silence->why,
                                     .match = match };

    batch_put_silence(persist_batch(app), &stored);
    free(match);
}

void silences_put_picture(struct app *app)
{
    for (size_t i = 0; app->muter != NULL && i < app->muter->silence_count; i++)
        put(app, app->muter->silence[i]);
}

/* When others were made before the database could be opened, those in it get new numbers. */
struct loading {
    struct app *app;
    bool late;
};

static void load(void *context, const struct stored_silence *stored)
{
    const struct loading *loading = context;
    struct app *app = loading->app;
    struct silence *silence = silence_new();

    silence->mute.id = loading->late ? (uint64_t)++app->muter->last_id : (uint64_t)stored->id;
    silence->mute.from_wall_ms = stored->from_wall_ms;
    silence->mute.to_wall_ms = stored->to_wall_ms;
    silence_set_who(silence, stored->who, stored->uid);
    if (app->muter->silence_count < SILENCES_MAX && silence_set_why(silence, stored->why) &&
        silence_read_match(stored->match, silence)) {
        add(app->muter, silence);
        return;
    }
    journal_say(app->journal, LOG_ERR, "silence %" PRId64 " of the database cannot be read and does not hold", stored->id);
    free(silence);
}

void silences_load(struct app *app, struct moment now)
{
    if (app->store.store == NULL)
        return;
    struct loading loading = { app, app->muter->last_id > 0 };
    int64_t last = store_last_silence(app->store.store);
    if (last > app->muter->last_id)
        app->muter->last_id = last;
    if (!store_each_silence(app->store.store, load, &loading))
        journal_say(app->journal, LOG_ERR, "the silences in %s could not all be read", app->options->state_dir);
    (void)silences_end_old(app, now);
}

/* ---- journal and history ---- */

static void tell(struct app *app, enum message kind, const struct silence *silence, const char *text)
{
    const char *circuit = silence->mute.match.circuit;
    char id[24];

    snprintf(id, sizeof id, "%" PRIu64, silence->mute.id);
    const struct journal_field fields[] = { { "ERWATCH_SILENCE", id },
                                            { "ERWATCH_CIRCUIT_ID", circuit != NULL ? circuit : "" } };
    tell_message(app, kind, -1, text, fields, circuit != NULL ? 2 : 1);
}

static void tell_made(struct app *app, const struct silence *silence, struct moment now)
{
    char text[SILENCE_WHY_MAX + SILENCE_WHO_MAX + 128];
    int64_t minutes = (silence->mute.to_wall_ms - silence->mute.from_wall_ms + 59999) / 60000;

    snprintf(text, sizeof text, "silence %" PRIu64 " was made by %s for %" PRId64 " min: %s", silence->mute.id,
             silence->who, minutes, silence->why);
    tell(app, MESSAGE_SILENCE_MADE, silence, text);
    history_silence(app, "silence-made", &silence->mute, silence->who, text, now);
}

static void tell_over(struct app *app, const struct silence *silence, const char *by, struct moment now)
{
    char text[SILENCE_WHY_MAX + 2 * SILENCE_WHO_MAX + 128];

    snprintf(text, sizeof text, "silence %" PRIu64 " of %s %s%s: %s", silence->mute.id, silence->who,
             by != NULL ? "was ended by " : "is over", by != NULL ? by : "", silence->why);
    tell(app, MESSAGE_SILENCE_ENDED, silence, text);
    history_silence(app, "silence-ended", &silence->mute, by != NULL ? by : "", text, now);
}

bool silences_end_old(struct app *app, struct moment now)
{
    struct muter *muter = app->muter;
    bool any = false;

    for (size_t i = muter->silence_count; i-- > 0;) {
        if (muter->silence[i]->mute.to_wall_ms > now.wall_ms)
            continue;
        tell_over(app, muter->silence[i], NULL, now);
        batch_forget_silence(persist_batch(app), (int64_t)muter->silence[i]->mute.id);
        leave_out(muter, i);
        any = true;
    }
    return any;
}

/* ---- the control socket ---- */

struct walk {
    const struct app *app;
    struct silence_view *view;
    size_t count;
    struct moment now;
};

static void count_withheld(void *context, struct target target, const struct incident *incident,
                           const struct opinion *opinion)
{
    struct walk *walk = context;

    (void)opinion;
    if (!incident_is_open(incident) || (incident->withheld & WITHHELD_BY_OTHERS) == 0)
        return;
    struct matched matched = mute_matched(walk->app->engine, target, incident);
    for (size_t i = 0; i < walk->count; i++)
        walk->view[i].incidents += walk->view[i].holds && mute_is_about(walk->view[i].mute, &matched);
}

static struct silence_view view_of(const struct app *app, const struct mute *mute, struct moment now)
{
    const struct circuit_settings *circuit =
        mute->match.circuit != NULL ? settings_find(app->settings, mute->match.circuit) : NULL;

    return (struct silence_view){ .mute = mute,
                                  .holds = mute_holds(&app->muter->mutes, mute, now.wall_ms),
                                  .uid = -1,
                                  .circuit_name = circuit != NULL ? circuit->name : NULL };
}

char *silences_list(struct app *app, struct moment now)
{
    const struct muter *muter = app->muter;
    struct walk walk = { .app = app, .view = calloc(muter->mutes.count + 1, sizeof *walk.view), .now = now };

    if (walk.view == NULL)
        abort();
    for (size_t i = 0; i < muter->mutes.count; i++) {
        const struct mute *mute = &muter->mutes.item[i];
        if (mute->to_wall_ms <= now.wall_ms)
            continue;
        walk.view[walk.count] = view_of(app, mute, now);
        if (i < muter->silence_count)
            walk.view[walk.count].uid = muter->silence[i]->uid;
        walk.count++;
    }
    engine_each_incident(app->engine, false, count_withheld, &walk);
    char *json = view_silences(walk.view, walk.count, now);
    free(walk.view);
    return json;
}

/* The list has changed: for the core and for the disk. */
static void follow(struct app *app, struct moment now)
{
    mutes_take_windows(app, now);
    mutes_adopt(app, now);
    app_follow(app, now);
    deliver_pump(app, now);
}

static char *view_one(struct app *app, const struct silence *silence, struct moment now)
{
    struct silence_view view = view_of(app, &silence->mute, now);
    struct walk walk = { app, &view, 1, now };

    view.uid = silence->uid;
    engine_each_incident(app->engine, false, count_withheld, &walk);
    return view_silence(&view, now);
}

/* What was written becomes an identity: a name may come to mean another circuit, an id cannot. */
static bool resolve(struct app *app, struct server_call *call, struct silence *silence)
{
    size_t circuit = 0;

    if (silence->mute.match.circuit != NULL) {
        if (!control_find_circuit(app, call, silence->mute.match.circuit, &circuit))
            return false;
        if (!silence_set_circuit(silence, target_circuit_id(app, circuit).text)) {
            control_refuse(call, API_BAD_REQUEST, "the condition of the silence is too long");
            return false;
        }
    }
    if (silence->incident[0] == '\0')
        return true;
    uint32_t episode; /* a silence is about all of them */
    enum api_error error = control_find_incident(app, silence->incident, &silence->mute.match.incident, &episode);
    if (error != API_OK)
        control_refuse(call, error, error == API_NO_INCIDENT ? "there is no such incident"
                                                     : "several incidents begin like that; give more of the identity");
    return error == API_OK;
}

void silences_make(struct app *app, struct server_call *call, const struct server_request *request, struct moment now)
{
    struct silence *silence = silence_new();
    char why[SILENCE_REFUSAL_MAX], name[USER_NAME_MAX];
    bool fine = silence_read(request->body, request->body_len, now.wall_ms, silence, why);

    if (!fine)
        control_refuse(call, API_BAD_REQUEST, why);
    else if (app->muter->silence_count >= SILENCES_MAX)
        control_refuse(call, API_TOO_MANY, "there are 500 silences; end some of them first");
    if (!fine || app->muter->silence_count >= SILENCES_MAX || !resolve(app, call, silence)) {
        free(silence);
        return;
    }
    silence_set_who(silence, user_name(request->peer_uid, name), request->peer_uid);
    silence->mute.id = (uint64_t)++app->muter->last_id;
    add(app->muter, silence);
    put(app, silence);
    tell_made(app, silence, now);
    follow(app, now);
    kept_answer(app, call, view_one(app, silence, now), now);
}

static size_t find(const struct muter *muter, const char *id)
{
    char text[24];

    for (size_t i = 0; i < muter->silence_count; i++) {
        snprintf(text, sizeof text, "%" PRIu64, muter->silence[i]->mute.id);
        if (strcmp(text, id) == 0)
            return i;
    }
    return muter->silence_count;
}

void silences_end(struct app *app, struct server_call *call, const char *id, const struct server_request *request,
                  struct moment now)
{
    size_t at = find(app->muter, id);
    char name[USER_NAME_MAX];

    if (at == app->muter->silence_count) {
        control_refuse(call, API_NO_SILENCE, "there is no such silence");
        return;
    }
    struct silence *silence = app->muter->silence[at];
    char *json = view_one(app, silence, now);
    tell_over(app, silence, user_name(request->peer_uid, name), now);
    batch_forget_silence(persist_batch(app), (int64_t)silence->mute.id);
    leave_out(app->muter, at);
    follow(app, now);
    kept_answer(app, call, json, now);
}
