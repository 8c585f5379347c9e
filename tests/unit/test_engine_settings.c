/* Rule 98: a reload that was refused is told once, until one is taken. */
#include "core/engine.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

TestSuite(engine_settings, .fini = leaks_fail);

static const struct policy policy = { .stale_ms = 300000, .recover = { 3, 120000 } };
static const struct watch nothing = { &policy, NULL, 0, NULL, 0, NULL };

static struct effects effects;
static struct story story;

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, INT64_C(1796083200000) + ms };
}

/* What is told, and the story of it. */
static const char *told(struct engine *engine, struct moment now)
{
    const char *event = "";

    for (size_t i = 0; i < effects.count; i++) {
        if (effects.item[i].kind != EFFECT_TELL)
            continue;
        cr_expect_eq(effects.item[i].incident.rule, RULE_SETTINGS_REJECTED);
        cr_expect_eq(effects.item[i].incident.severity, SEVERITY_WARNING);
        cr_expect_str_empty(event, "twice in one go");
        event = rule_event_name(effects.item[i].event);
        engine_story(engine, effects.item[i].target, &effects.item[i].opinion, effects.item[i].event, now, &story);
    }
    return event;
}

/* Each letter is a reload, a second apart: "r" refused, "R" refused for two errors, "." taken. */
static const struct row {
    const char *what, *reloads, *told[4];
} rows[] = {
    { "a good one is no news", "..", { "", "" } },
    { "told at once, and over at once", "r.", { "raised", "cleared" } },
    { "another one that is refused is no other incident", "rR.", { "raised", "", "cleared" } },
    { "the next episode", "r.R.", { "raised", "cleared", "raised", "cleared" } },
};

Test(engine_settings, reloads)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct engine *engine = engine_new(&nothing, at(0));
        for (int64_t step = 0; rows[i].reloads[step] != '\0'; step++) {
            char letter = rows[i].reloads[step];
            struct rejection rejection = { .errors = letter == 'R' ? 2 : 1, .first = "erwatch.yaml:3:5: error: \"pol\"",
                                           .at_wall_ms = at(step).wall_ms, .loaded_wall_ms = at(0).wall_ms };
            effects.count = 0;
            engine_settings(engine, letter == '.' ? NULL : &rejection, at(1000 * step), &effects);
            cr_expect_str_eq(told(engine, at(1000 * step)), rows[i].told[step], "%s, reload %d", rows[i].what, (int)step);
        }
        engine_free(engine);
    }
    effects_fini(&effects);
}

Test(engine_settings, the_story_has_the_first_error_and_since_when_the_old_ones_are_in_force)
{
    struct engine *engine = engine_new(&nothing, at(0));
    struct rejection rejection = { .errors = 2, .first = "erwatch.yaml:3:5: error: \"pol\"", .at_wall_ms = at(9000).wall_ms,
                                   .loaded_wall_ms = at(0).wall_ms };

    effects.count = 0;
    engine_settings(engine, &rejection, at(9000), &effects);
    cr_expect_str_eq(told(engine, at(9000)), "raised");
    cr_expect_str_eq(story.summary, "erwatchd: new settings were refused, the old ones stay in force");
    cr_expect_not_null(strstr(story.text, "the settings of 2026-12-01 00:00:00 UTC"), "%s", story.text);
    cr_expect_not_null(strstr(story.text, "The first of 2 errors: erwatch.yaml:3:5: error: \"pol\""), "%s", story.text);
    rejection.errors = 0;
    snprintf(rejection.first, sizeof rejection.first, "%s", "the CA file cannot be read");
    engine_settings(engine, NULL, at(10000), &effects);
    effects.count = 0;
    engine_settings(engine, &rejection, at(11000), &effects);
    cr_expect_str_eq(told(engine, at(11000)), "raised");
    cr_expect_not_null(strstr(story.text, "The reason: the CA file cannot be read"), "%s", story.text);
    engine_free(engine);
    effects_fini(&effects);
}
