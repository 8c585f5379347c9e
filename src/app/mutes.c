/*
 * Silences and maintenance windows together, as the core is asked about them. The windows are those of the settings; they
 * go by the host's clock alone, which is looked at from time to time.
 */
#include "app/mutes.h"

#include "io/clock.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_MS (60 * 1000)

struct muter {
    struct mutes mutes;
    struct mute *item;
    struct timer *look;
    char clock_trouble[CLOCK_WHY_MAX]; /* "": none, or nothing hangs on it */
};

const struct mutes *mutes_all(const struct app *app)
{
    return &app->muter->mutes;
}

const char *mutes_clock_trouble(const struct app *app)
{
    return app->muter->clock_trouble[0] != '\0' ? app->muter->clock_trouble : NULL;
}

/* Everything in one list, which the core's questions walk through. */
static void make_list(struct app *app)
{
    struct muter *muter = app->muter;
    const struct settings *settings = app->settings;
    struct mute *item = calloc(settings->window_count + 1, sizeof *item);
    size_t count = 0;

    if (item == NULL)
        abort();
    for (size_t i = 0; i < settings->window_count; i++) {
        const struct window_settings *window = &settings->windows[i];
        if (window->trouble == NULL) /* a window whose zone cannot be read never holds */
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
    char text[CLOCK_WHY_MAX + 128];

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

static void tell_core(struct app *app, struct moment now)
{
    struct muting muting = mute_muting(&app->muter->mutes);

    engine_mute(app->engine, &muting, now, &app->effects);
}

static void look(void *context, struct moment now)
{
    struct app *app = context;

    if (look_at_clock(app, now)) {
        tell_core(app, now);
        app_follow(app, now);
    }
    timer_set(app->muter->look, mono_after(now.mono, LOOK_MS));
}

/* ---- from start to end ---- */

void mutes_start(struct app *app, struct moment now)
{
    app->muter = calloc(1, sizeof *app->muter);
    if (app->muter == NULL)
        abort();
    app->muter->look = timer_new(app->loop, look, app);
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
    timer_set(app->muter->look, mono_after(now.mono, LOOK_MS));
}

void mutes_free(struct app *app)
{
    if (app->muter == NULL)
        return;
    timer_free(app->muter->look);
    free(app->muter->item);
    free(app->muter);
    app->muter = NULL;
}
