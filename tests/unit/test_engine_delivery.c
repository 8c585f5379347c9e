/* Rule 96: what is told of receivers that do not take what they are told, and of which one. */
#include "core/engine.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

TestSuite(engine_delivery, .fini = leaks_fail);

static const struct policy policy = { .stale_ms = 300000, .recover = { 3, 120000 } };
static const struct watch nothing = { &policy, NULL, 0, NULL, 0, NULL };

static struct effects effects;

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, INT64_C(1796083200000) + ms };
}

#define STEPS 5

/* Each letter is a receiver: "a" takes notices, "A" fails, "?" nobody knows of "a"; the steps are a second apart. */
static const struct row {
    const char *what;
    struct {
        const char *are, *told;
    } step[STEPS];
} rows[] = {
    { "who takes notices is no news", { { "ab", "" }, { "ba", "" } } },
    { "it is told at once, once, and is over at once",
      { { "a", "" }, { "A", "raised a " }, { "A", "" }, { "a", "cleared a " } } },
    { "each is told for itself",
      { { "Ab", "raised a " }, { "AB", "raised b " }, { "aB", "cleared a " }, { "ab", "cleared b " } } },
    { "what is not known neither begins nor ends it",
      { { "?", "" }, { "A", "raised a " }, { "?", "" }, { "a", "cleared a " } } },
    { "one that has left the settings is over", { { "Ab", "raised a " }, { "b", "cleared a " }, { "b", "" } } },
    { "without any receiver it is over, too", { { "A", "raised a " }, { "", "cleared a " } } },
};

static void tell(struct engine *engine, const char *are, int64_t ms)
{
    struct delivering receivers[STEPS] = { 0 };
    size_t count = strlen(are);

    for (size_t i = 0; i < count; i++) {
        char name = are[i] == '?' ? 'a' : are[i] < 'a' ? (char)(are[i] - 'A' + 'a') : are[i];
        snprintf(receivers[i].name, sizeof receivers[i].name, "%c", name);
        receivers[i].standing = are[i] == '?' ? STANDING_UNKNOWN : are[i] < 'a' ? STANDING_BAD : STANDING_GOOD;
    }
    effects.count = 0;
    engine_receivers(engine, receivers, count, at(ms), &effects);
}

static void expect_told(const char *want, const char *what)
{
    char told[200] = "";

    for (size_t i = 0; i < effects.count; i++) {
        const struct incident *incident = &effects.item[i].incident;
        if (effects.item[i].kind != EFFECT_TELL)
            continue;
        cr_expect_eq(incident->rule, RULE_DELIVERY_FAILING, "%s", what);
        cr_expect_eq(incident->severity, SEVERITY_CRITICAL, "%s", what);
        cr_expect_eq(incident->key, engine_receiver_key(incident->item), "%s: the key of another one", what);
        size_t len = strlen(told);
        snprintf(told + len, sizeof told - len, "%s %s ", rule_event_name(effects.item[i].event), incident->item);
    }
    cr_expect_str_eq(told, want, "%s: \"%s\", not \"%s\"", what, told, want);
}

Test(engine_delivery, stories)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct engine *engine = engine_new(&nothing, at(0));
        for (int64_t step = 0; step < STEPS && rows[i].step[step].are != NULL; step++) {
            tell(engine, rows[i].step[step].are, 1000 * (step + 1));
            expect_told(rows[i].step[step].told, rows[i].what);
        }
        engine_free(engine);
    }
    effects_fini(&effects);
}

Test(engine_delivery, what_an_earlier_run_has_raised_stays_until_something_is_known)
{
    struct engine *engine = engine_new(&nothing, at(0));
    struct incident incident = { 0 };

    tell(engine, "A", 1000);
    for (size_t i = 0; i < effects.count; i++)
        if (effects.item[i].kind == EFFECT_TELL)
            incident = effects.item[i].incident;
    engine_free(engine);
    engine = engine_new(&nothing, at(2000));
    engine_restore_incident(engine, &incident, "local", at(2000));
    effects.count = 0;
    engine_turn(engine, at(2000), &effects);
    engine_local(engine, NULL, at(3000), &effects);
    expect_told("", "nobody has said anything");
    tell(engine, "?", 4000);
    expect_told("", "it has not been tried");
    tell(engine, "A", 5000);
    expect_told("", "it was told");
    tell(engine, "a", 6000);
    expect_told("cleared a ", "it works");
    engine_free(engine);
    effects_fini(&effects);
}

/* It takes notices again (1), or it has left the settings (0). */
static const char *summary_of_the_end(struct engine *engine, struct delivering *receiver, size_t count)
{
    static struct story story;

    receiver->standing = STANDING_GOOD;
    effects.count = 0;
    story.summary = "";
    engine_receivers(engine, receiver, count, at(2000), &effects);
    for (size_t i = 0; i < effects.count; i++)
        if (effects.item[i].kind == EFFECT_TELL && effects.item[i].event == EVENT_CLEARED)
            engine_story(engine, effects.item[i].target, &effects.item[i].opinion, EVENT_CLEARED, at(2000), &story);
    return story.summary;
}

/* The story names it, and what it has answered. */
Test(engine_delivery, story)
{
    struct engine *engine = engine_new(&nothing, at(0));
    struct delivering receiver = { .name = "pager", .standing = STANDING_BAD, .waiting = 2,
                                   .since_wall_ms = at(0).wall_ms, .trouble = "it answered 401" };
    struct story story;

    effects.count = 0;
    engine_receivers(engine, &receiver, 1, at(1000), &effects);
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.item[i].kind != EFFECT_TELL)
            continue;
        engine_story(engine, effects.item[i].target, &effects.item[i].opinion, EVENT_RAISED, at(1000), &story);
        cr_expect_str_eq(story.summary, "erwatchd: receiver pager does not take notices");
        cr_expect_not_null(strstr(story.text, "2 notices wait for it"), "%s", story.text);
        cr_expect_not_null(strstr(story.text, "it answered 401"), "%s", story.text);
    }
    cr_expect_gt(effects.count, 0);
    cr_expect_str_eq(summary_of_the_end(engine, &receiver, 1), "erwatchd: receiver pager takes notices again");
    receiver.standing = STANDING_BAD;
    engine_receivers(engine, &receiver, 1, at(3000), &effects);
    cr_expect_str_eq(summary_of_the_end(engine, &receiver, 0),
                     "erwatchd: a receiver that did not take notices has left the settings");
    engine_free(engine);
    effects_fini(&effects);
}
