/*
 * Silences and maintenance windows together, as the core is asked about them. The windows are those of the settings; they
 * go by the host's clock alone, which is looked at from time to time.
 */
#include "app/mutes.h"

#include "app/delivery.h"
#include "io/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS (60 * 1000)

const char *mutes_clock_trouble(const struct app *app)
{
    return app->muter->clock_trouble[0] != '\0' ? app->muter->clock_trouble : NULL;
}

const struct mute *mutes_of(const struct app *app, struct target target, const struct incident *incident,
                            struct moment now)
{
    struct matched matched = mute_matched(app->engine, target, incident);

    return mute_of(&app->muter->mutes, &matched, now.wall_ms);
}

void mutes_count(const struct app *app, struct daemon_view *out, struct moment now)
{
    const struct mutes *mutes = &app->muter->mutes;
    int64_t next = silences_next_end(app);

    out->silences = out->windows = 0;
    for (size_t i = 0; i < mutes->count; i++) {
        bool silence = mutes->item[i].reason == WITHHELD_SILENCED;
        if (mute_holds(mutes, &mutes->item[i], now.wall_ms))
            *(silence ? &out->silences : &out->windows) += 1;
    }
    out->silences_end_wall_ms = next != INT64_MAX ? next : 0;
}

/* Everything in one list, which the core's questions walk through. */
static void make_list(struct app *app)
{
    struct muter *muter = app->muter;
    const struct settings *settings = app->settings;
    struct mute *item = calloc(muter->silence_count + settings->window_count + 1, sizeof *item);
    size_t count = 0;

    if (item == NULL)
        abort();
    for (; count < muter->silence_count; count++)
        item[count] = muter->silence[count]->mute;
    for (size_t i = 0; i < settings->window_count; i++) {
        const struct window_settings *window = &settings->windows[i];
        if (window->trouble == NULL) /* else it never holds */
            item[count++] = (struct mute){ .reason = WITHHELD_MAINTENANCE,
                                           .match = window->match,
                                           .from_wall_ms = window->from_wall_ms,
                                           .to_wall_ms = window->to_wall_ms,
                                           .who = "",
                                           .why = window->why };
    }
    free(muter->item);
    muter->item = item;
    muter->mutes.item = item;
    muter->mutes.count = count;
}

/* ---- the clock ---- */

/* Is there a window for which the clock matters, now or later? */
static bool windows_wait(const struct app *app, struct moment now)
{
    for (size_t i = 0; i < app->settings->window_count; i++)
        if (app->settings->windows[i].to_wall_ms > now.wall_ms && app->settings->windows[i].trouble == NULL)
            return true;
    return false;
}

static void tell_clock(struct app *app)
{
    char text[sizeof app->muter->clock_trouble + 128];

    snprintf(text, sizeof text, "%s: maintenance windows mute nothing until it is (alerts.clock)",
             app->muter->clock_trouble);
    tell_message(app, MESSAGE_CLOCK_UNSYNCHRONISED, -1, text, NULL, 0);
}

/* @return does another answer hold than before? */
static bool look_at_clock(struct app *app, struct moment now)
{
    struct muter *muter = app->muter;
    bool was_wrong = muter->mutes.clock_is_wrong;
    char why[CLOCK_WHY_MAX];

    muter->mutes.clock_is_wrong =
        app->settings->clock == CLOCK_CHECK && windows_wait(app, now) && !clock_is_synchronised(why);
    if (!muter->mutes.clock_is_wrong) {
        muter->clock_trouble[0] = '\0';
        return was_wrong;
    }
    snprintf(muter->clock_trouble, sizeof muter->clock_trouble, "%s", why);
    if (!was_wrong)
        tell_clock(app);
    return !was_wrong;
}

/* What rule 99 speaks of: only while there are silences, and once more when there are none. */
#define ENDINGS_MAX 64
static void tell_endings(struct app *app, struct moment now)
{
    struct ending *endings = calloc(ENDINGS_MAX, sizeof *endings);

    if (endings == NULL)
        abort();
    size_t count = mute_endings(&app->muter->mutes, app->engine, now.wall_ms, endings, ENDINGS_MAX);
    if (count > 0 || app->muter->ending_count > 0)
        engine_silences_end(app->engine, endings, count, now, &app->effects);
    app->muter->ending_count = count;
    free(endings);
}

static void tell_core(struct app *app, struct moment now)
{
    struct muting muting = mute_muting(&app->muter->mutes);

    engine_mute(app->engine, &muting, now, &app->effects);
    tell_endings(app, now);
}

/* The clock is looked at from time to time; a silence is given up when it ends. */
static void arm(struct app *app, struct moment now)
{
    int64_t end = silences_next_end(app), ending = mute_next_ending(&app->muter->mutes, now.wall_ms);
    int64_t left = (end < ending ? end : ending) - now.wall_ms;
    bool wait = windows_wait(app, now) || app->muter->silence_count > 0;

    timer_set(app->muter->timer, !wait ? MONO_NEVER : mono_after(now.mono, left < 0 ? 0 : left < LOOK_MS ? left : LOOK_MS));
}

static void look(void *context, struct moment now)
{
    struct app *app = context;
    bool ended = silences_end_old(app, now), other_clock = look_at_clock(app, now);

    if (ended)
        make_list(app);
    if (ended || other_clock)
        tell_core(app, now);
    else
        tell_endings(app, now);
    app_follow(app, now);
    deliver_pump(app, now);
    arm(app, now);
}

/* ---- from start to end ---- */

void mutes_start(struct app *app, struct moment now)
{
    app->muter = calloc(1, sizeof *app->muter);
    if (app->muter == NULL)
        abort();
    app->muter->timer = timer_new(app->loop, look, app);
    silences_load(app, now);
    mutes_take_windows(app, now);
    mutes_adopt(app, now);
}

void mutes_take_windows(struct app *app, struct moment now)
{
    make_list(app);
    (void)look_at_clock(app, now);
}

void mutes_adopt(struct app *app, struct moment now)
{
    tell_core(app, now);
    arm(app, now);
}

void mutes_free(struct app *app)
{
    if (app->muter == NULL)
        return;
    timer_free(app->muter->timer);
    for (size_t i = 0; i < app->muter->silence_count; i++)
        free(app->muter->silence[i]);
    free(app->muter->silence);
    free(app->muter->item);
    free(app->muter);
    app->muter = NULL;
}
