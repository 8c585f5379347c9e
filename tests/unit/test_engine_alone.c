/*
 * A credential that looks for circuits and has found none: with no circuit there is nothing that grows stale, and still
 * somebody must hear that nothing at all is seen (rules 90 and 91).
 */
#include "core/engine.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <string.h>

TestSuite(engine_alone, .fini = leaks_fail);

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define WALL INT64_C(1796083200000)

static const struct policy policy = {
    .stale_ms = 5 * MINUTE,
    .retry_ms = 20 * SECOND,
    .sessions_every_ms = MINUTE,
    .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE },
                 [SEVERITY_WARNING] = { 3, 2 * MINUTE },
                 [SEVERITY_CRITICAL] = { 2, 10 * SECOND } },
    .confirm_long = { 3, 30 * MINUTE },
    .recover = { 3, 2 * MINUTE },
    .waiting_days = 10,
};

static const char *const names[] = { "ops", "dmz" };
static const bool looks[] = { true, false };
static const struct circuit_settings london[] = { { .id = { "/subscriptions/s/", "london" },
                                                    .subscription = "s",
                                                    .name = "london",
                                                    .every_ms = MINUTE } };
static const struct watch nothing = { &policy, NULL, 0, names, 2, looks };
static const struct watch something = { &policy, london, 1, names, 2, looks };
static const struct watch nothing_wanted = { &policy, NULL, 0, names, 2, NULL };

static struct effects effects;

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, WALL + ms };
}

enum step_kind { END, TIME, LISTED, REFUSED, DOWN, SIGN_IN, SIGNED_IN };

struct step {
    int64_t ms;
    enum step_kind kind;
    enum rule rule; /* of ops, that is told then; RULE_NONE: nothing is told */
    enum rule_event event;
};

#define STEPS 10

static const struct row {
    const char *what;
    struct step step[STEPS];
} rows[] = {
    { "no list ever came, and none was refused",
      { { 20 * SECOND, DOWN, RULE_NONE, 0 },
        { 5 * MINUTE, TIME, RULE_NONE, 0 },
        { 5 * MINUTE + 1, TIME, RULE_BLIND, EVENT_RAISED },
        { 6 * MINUTE, DOWN, RULE_NONE, 0 },
        { 7 * MINUTE, LISTED, RULE_NONE, 0 },
        { 8 * MINUTE, LISTED, RULE_NONE, 0 },
        { 9 * MINUTE, LISTED, RULE_BLIND, EVENT_CLEARED } } },
    { "nobody even tried: there was no token", { { 5 * MINUTE + 1, TIME, RULE_BLIND, EVENT_RAISED } } },
    { "an empty list is an answer, and stays one for as long as the next is not due",
      { { 1 * SECOND, LISTED, RULE_NONE, 0 },
        { 6 * MINUTE, TIME, RULE_NONE, 0 },
        { 1 * HOUR, LISTED, RULE_NONE, 0 },
        { 2 * HOUR, DOWN, RULE_NONE, 0 },
        { 2 * HOUR + 5 * MINUTE, DOWN, RULE_NONE, 0 },
        { 2 * HOUR + 5 * MINUTE + 1, TIME, RULE_BLIND, EVENT_RAISED } } },
    { "a failure between two lists is none",
      { { 1 * SECOND, LISTED, RULE_NONE, 0 },
        { 1 * HOUR, DOWN, RULE_NONE, 0 },
        { 1 * HOUR + 4 * MINUTE, LISTED, RULE_NONE, 0 },
        { 1 * HOUR + 6 * MINUTE, TIME, RULE_NONE, 0 } } },
    { "two refusals are 91, with the hold of critical, and it explains that nothing is seen",
      { { 1 * SECOND, REFUSED, RULE_NONE, 0 },
        { 21 * SECOND, REFUSED, RULE_SIGN_IN_FAILED, EVENT_RAISED },
        { 6 * MINUTE, TIME, RULE_NONE, 0 },
        { 1 * HOUR, REFUSED, RULE_NONE, 0 } } },
    { "one refusal that nothing followed is 91 when it would be blindness",
      { { 1 * SECOND, REFUSED, RULE_NONE, 0 }, { 5 * MINUTE + 1, TIME, RULE_SIGN_IN_FAILED, EVENT_RAISED } } },
    { "a refused sign-in is 91 at once, and 90 is not told beside it",
      { { 1 * SECOND, SIGN_IN, RULE_SIGN_IN_FAILED, EVENT_RAISED },
        { 2 * SECOND, DOWN, RULE_NONE, 0 },
        { 6 * MINUTE, TIME, RULE_NONE, 0 } } },
};

static void take(struct engine *engine, const struct step *step)
{
    struct failure down = { .kind = TROUBLE_NETWORK, .what = "no answer came", .retry_after_ms = -1 };
    struct failure refused = { .kind = TROUBLE_FORBIDDEN, .http_status = 403, .retry_after_ms = -1 };
    struct failure sign_in = { .kind = TROUBLE_SIGN_IN, .code = "AADSTS7000222", .retry_after_ms = -1 };

    switch (step->kind) {
    case LISTED:
        engine_credential_works(engine, 0, at(step->ms), &effects);
        engine_list_works(engine, 0, at(step->ms), &effects);
        break;
    case REFUSED:
        engine_list_failed(engine, 0, &refused, at(step->ms), &effects);
        break;
    case DOWN:
        engine_list_failed(engine, 0, &down, at(step->ms), &effects);
        break;
    case SIGN_IN:
        engine_credential_failed(engine, 0, &sign_in, at(step->ms), &effects);
        break;
    default:
        engine_turn(engine, at(step->ms), &effects);
        break;
    }
}

/* What was told, and of whom; there may be one thing only. */
static const struct effect *told(void)
{
    const struct effect *found = NULL;

    for (size_t i = 0; i < effects.count; i++) {
        if (effects.item[i].kind != EFFECT_TELL)
            continue;
        cr_expect_null(found, "one thing at a time, not %u as well", effects.item[i].incident.rule);
        found = &effects.item[i];
    }
    return found;
}

/* The daemon calls when the engine has said that it wants to be called, and not later. */
static void until(struct engine *engine, int64_t ms, const char *what)
{
    for (struct mono due = engine_due(engine); due.ms < ms; due = engine_due(engine)) {
        effects.count = 0;
        engine_turn(engine, at(due.ms), &effects);
        cr_expect_null(told(), "%s: told at %lld ms, before its time", what, (long long)due.ms);
    }
}

Test(engine_alone, stories)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct engine *engine = engine_new(&nothing, at(0));

        engine_turn(engine, at(0), &effects);
        for (const struct step *step = row->step; step < row->step + STEPS && step->kind != END; step++) {
            until(engine, step->ms, row->what);
            effects.count = 0;
            take(engine, step);
            const struct effect *effect = told();
            cr_assert((effect != NULL) == (step->rule != RULE_NONE), "%s: at %lld ms", row->what, (long long)step->ms);
            if (effect == NULL)
                continue;
            cr_expect_eq(effect->incident.rule, step->rule, "%s: %u", row->what, effect->incident.rule);
            cr_expect_eq(effect->event, step->event, "%s", row->what);
            cr_expect_eq(effect->target.scope, SCOPE_CREDENTIAL, "%s", row->what);
            cr_expect_eq(effect->incident.severity, SEVERITY_CRITICAL, "%s", row->what);
        }
        engine_free(engine);
    }
    effects_fini(&effects);
}

static void expect_nothing_told(struct engine *engine)
{
    struct failure down = { .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };

    effects.count = 0;
    engine_list_failed(engine, 0, &down, at(MINUTE), &effects);
    engine_turn(engine, at(7 * MINUTE), &effects);
    cr_expect_null(told());
    cr_expect_not(engine_list_wanted(engine, 0));
    engine_free(engine);
    effects_fini(&effects);
}

Test(engine_alone, who_looks_for_nothing_misses_nothing)
{
    expect_nothing_told(engine_new(&nothing_wanted, at(0)));
}

Test(engine_alone, the_last_circuit_that_goes_gives_the_lists_their_time_anew)
{
    struct engine *engine = engine_new(&something, at(0));
    struct failure down = { .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };

    engine_turn(engine, at(0), &effects);
    engine_list_failed(engine, 0, &down, at(SECOND), &effects); /* its circuit speaks for it */
    cr_expect_not(engine_list_wanted(engine, 0));
    engine_adopt(engine, &nothing, at(4 * MINUTE), &effects);
    effects.count = 0;
    engine_turn(engine, at(9 * MINUTE), &effects);
    cr_expect_null(told());
    engine_turn(engine, at(9 * MINUTE + 1), &effects);
    cr_assert_not_null(told());
    cr_expect_eq(told()->incident.rule, RULE_BLIND);
    engine_free(engine);
    effects_fini(&effects);
}

Test(engine_alone, sleep_is_nobodys_blindness)
{
    struct engine *engine = engine_new(&nothing, at(0));

    engine_turn(engine, at(0), &effects);
    effects.count = 0;
    engine_turn(engine, at(8 * HOUR), &effects);
    cr_expect_null(told());
    engine_turn(engine, at(8 * HOUR + 5 * MINUTE + 1), &effects);
    cr_expect_not_null(told());
    engine_free(engine);
    effects_fini(&effects);
}

Test(engine_alone, what_is_told_says_that_nothing_is_watched)
{
    struct engine *engine = engine_new(&nothing, at(0));
    static struct story story;

    engine_turn(engine, at(0), &effects);
    effects.count = 0;
    engine_turn(engine, at(5 * MINUTE + 1), &effects);
    const struct effect *effect = told();
    cr_assert_not_null(effect);
    engine_story(engine, effect->target, &effect->opinion, EVENT_RAISED, at(5 * MINUTE + 1), &story);
    cr_expect_not_null(strstr(story.summary, "nothing is watched with this credential"), "%s", story.summary);
    engine_free(engine);
    effects_fini(&effects);
}
