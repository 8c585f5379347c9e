/*
 * Answers that are equal to the last ones take a short cut through the engine, and what circuits share is judged only when
 * it may have changed. Nobody may notice: two engines live through the same story, one takes the short cuts, the other is
 * made to judge everything at every event, and what they say must be the same to the last effect.
 */
#include "core/engine_inner.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(engine_again, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define WALL INT64_C(1796083200000)
#define CIRCUITS 6
#define STORIES 400
#define EVENTS 400

static const struct policy policy = {
    .stale_ms = 5 * MINUTE,
    .retry_ms = 20000,
    .sessions = SESSIONS_BOTH,
    .sessions_every_ms = MINUTE,
    .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE },
                 [SEVERITY_WARNING] = { 3, 2 * MINUTE },
                 [SEVERITY_CRITICAL] = { 2, 10000 } },
    .confirm_long = { 3, 30 * MINUTE },
    .recover = { 3, 2 * MINUTE },
    .waiting_days = 1,
};

#define CIRCUIT(sub, place, who, wanted)                                                                               \
    {                                                                                                                  \
        .id = { "/subscriptions/" sub "/", place }, .subscription = sub,                                               \
        .name = place, .credential = who, .every_ms = MINUTE, .expect = { .min_routes = 1, .provider = wanted },       \
    }

static const struct circuit_settings circuits[CIRCUITS] = {
    CIRCUIT("a", "amsterdam", 0, EXPECT_PROVISIONED), CIRCUIT("a", "berlin", 0, EXPECT_ORDERED),
    CIRCUIT("a", "cairo", 1, EXPECT_PROVISIONED),     CIRCUIT("b", "dublin", 0, EXPECT_PROVISIONED),
    CIRCUIT("b", "essen", 0, EXPECT_PROVISIONED),     CIRCUIT("c", "fargo", 1, EXPECT_NONE),
};
static const char *const credentials[] = { "ops", "dmz" };
static const struct watch watch = { &policy, circuits, CIRCUITS, credentials, 2, NULL };

/* Other settings of the same circuits, for a reload. */
static const struct circuit_settings other_circuits[CIRCUITS] = {
    CIRCUIT("a", "amsterdam", 0, EXPECT_ORDERED), CIRCUIT("a", "berlin", 0, EXPECT_PROVISIONED),
    CIRCUIT("a", "cairo", 1, EXPECT_NONE),        CIRCUIT("b", "dublin", 0, EXPECT_PROVISIONED),
    CIRCUIT("b", "essen", 0, EXPECT_ORDERED),     CIRCUIT("c", "fargo", 1, EXPECT_PROVISIONED),
};
static struct policy other_policy;
static const struct watch other_watch = { &other_policy, other_circuits, CIRCUITS, credentials, 2, NULL };

/* ---- a story ---- */

struct story_of_two {
    struct engine *quick, *thorough;
    struct effects quick_said, thorough_said;
    int64_t ms, wall_off; /* by which somebody has set the clock */
    int64_t asked[CIRCUITS];
    uint64_t random;
    uint8_t state[CIRCUITS]; /* what ARM says of each: a row of the table below */
    int16_t metric[CIRCUITS];
    bool down; /* nothing answers */
};

static const struct {
    const char *circuit, *provider, *operation;
    bool peering;
} states[] = {
    { "Enabled", "Provisioned", "Succeeded", true },   { "Enabled", "Provisioned", "Succeeded", false },
    { "Enabled", "NotProvisioned", "Succeeded", true }, { "Disabled", "Provisioned", "Succeeded", true },
    { "Enabled", "Provisioned", "Failed", true },      { "Enabled", "Provisioned", "Updating", true },
    { "Enabled", "Deprovisioning", "Succeeded", true }, { "Odd", "Provisioned", "Succeeded", true },
};

static uint32_t roll(struct story_of_two *story, uint32_t sides)
{
    story->random ^= story->random >> 12;
    story->random ^= story->random << 25;
    story->random ^= story->random >> 27;
    return (uint32_t)((story->random * 0x2545f4914f6cdd1dU) >> 33) % sides;
}

static struct moment now_of(const struct story_of_two *story)
{
    return (struct moment){ { story->ms }, WALL + story->wall_off + story->ms };
}

static void make_sample(struct sample *sample, size_t state)
{
    sample_reset(sample);
    sample_set_word(sample, &sample->circuit, WORDS_CIRCUIT, states[state].circuit, strlen(states[state].circuit));
    sample_set_word(sample, &sample->provider, WORDS_PROVIDER, states[state].provider, strlen(states[state].provider));
    sample_set_word(sample, &sample->operation, WORDS_OPERATION, states[state].operation,
                    strlen(states[state].operation));
    if (!states[state].peering)
        return;
    struct peering_sample *private = &sample->peering[PEERING_PRIVATE];
    sample->peering_count = 1;
    private->present = private->family[FAMILY_IPV4].in_use = true;
    sample_set_word(sample, &private->operation, WORDS_OPERATION, "Succeeded", strlen("Succeeded"));
    sample_set_word(sample, &private->family[FAMILY_IPV4].state, WORDS_SWITCH, "Enabled", strlen("Enabled"));
}

/* The other one judges whatever has to do with the circuit. */
static void be_thorough(struct story_of_two *story, size_t circuit)
{
    struct engine *engine = story->thorough;

    engine_mark(engine, circuit);
    engine_mark_group(engine, &engine->groups[engine->circuits[circuit].group]);
    engine_mark_credential(engine, &engine->credentials[circuits[circuit].credential]);
}

/* An answer takes its time; one that was asked for later does not come earlier. */
static struct mono ask_time(struct story_of_two *story, size_t circuit)
{
    static const int64_t took[] = { 0, 0, 300, 4000 };
    int64_t asked = story->ms - took[roll(story, 4)];

    if (asked > story->asked[circuit])
        story->asked[circuit] = asked;
    return (struct mono){ story->asked[circuit] };
}

static void answer(struct story_of_two *story, size_t circuit)
{
    static struct sample sample;
    struct moment now = now_of(story);
    bool moves = roll(story, 12) == 0, again = !moves && story->quick->circuits[circuit].sample.bytes != NULL;

    if (moves)
        story->state[circuit] = roll(story, 3) == 0 ? (uint8_t)roll(story, sizeof states / sizeof *states) : 0;
    make_sample(&sample, story->state[circuit]);
    struct mono asked = ask_time(story, circuit);
    if (again && roll(story, 2) == 0)
        engine_saw_again(story->quick, circuit, asked, now, &story->quick_said);
    else
        engine_saw_circuit(story->quick, circuit, &sample, asked, now, &story->quick_said);
    engine_saw_circuit(story->thorough, circuit, &sample, asked, now, &story->thorough_said);
    engine_credential_works(story->quick, circuits[circuit].credential, now, &story->quick_said);
    engine_mark_credential(story->thorough, &story->thorough->credentials[circuits[circuit].credential]);
    engine_credential_works(story->thorough, circuits[circuit].credential, now, &story->thorough_said);
}

static void fail(struct story_of_two *story, size_t circuit)
{
    static const uint8_t kinds[] = { TROUBLE_NETWORK,   TROUBLE_NETWORK, TROUBLE_THROTTLED,
                                     TROUBLE_FORBIDDEN, TROUBLE_MISSING, TROUBLE_UNEXPECTED };
    struct failure failure = { .kind = story->down ? TROUBLE_NETWORK : kinds[roll(story, 6)], .retry_after_ms = -1 };

    if (roll(story, 4) == 0)
        failure.feature = roll(story, 2) == 0 ? FEATURE_METRICS : FEATURE_ROUTES;
    engine_failed(story->quick, circuit, &failure, now_of(story), &story->quick_said);
    engine_failed(story->thorough, circuit, &failure, now_of(story), &story->thorough_said);
}

static void measure(struct story_of_two *story, size_t circuit)
{
    static const int16_t percents[] = { 100, 100, 100, 0, 50 };
    struct witness witness;

    witness_reset(&witness);
    if (roll(story, 10) == 0)
        story->metric[circuit] = percents[roll(story, 5)];
    for (size_t path = 0; path < PATHS; path++)
        witness.at[PEERING_PRIVATE][path].bgp = (struct metric_value){
            { story->ms }, (WALL + story->ms) / MINUTE * MINUTE, path == 0 ? story->metric[circuit] : 100 };
    engine_saw_metrics(story->quick, circuit, &witness, now_of(story), &story->quick_said);
    engine_saw_metrics(story->thorough, circuit, &witness, now_of(story), &story->thorough_said);
}

static void ask_routers(struct story_of_two *story, size_t circuit)
{
    struct route_value route[FAMILIES] = { { .seen = { story->ms }, .state = ROUTE_ESTABLISHED, .prefixes = 5 },
                                           { .seen = { story->ms }, .state = ROUTE_NO_ROW } };
    enum path path = (enum path)roll(story, PATHS);

    if (roll(story, 6) == 0)
        route[0].state = ROUTE_DOWN;
    engine_saw_routes(story->quick, circuit, PEERING_PRIVATE, path, route, now_of(story), &story->quick_said);
    engine_saw_routes(story->thorough, circuit, PEERING_PRIVATE, path, route, now_of(story), &story->thorough_said);
}

static void sign_in(struct story_of_two *story, size_t credential)
{
    struct failure failure = { .kind = roll(story, 2) == 0 ? TROUBLE_SIGN_IN : TROUBLE_TOKEN, .retry_after_ms = -1 };

    engine_credential_failed(story->quick, credential, &failure, now_of(story), &story->quick_said);
    engine_credential_failed(story->thorough, credential, &failure, now_of(story), &story->thorough_said);
}

static void reload(struct story_of_two *story)
{
    const struct watch *is = roll(story, 2) == 0 ? &watch : &other_watch;

    engine_adopt(story->quick, is, now_of(story), &story->quick_said);
    engine_adopt(story->thorough, is, now_of(story), &story->thorough_said);
}

/* Nobody is told when the clock of the host is set. */
static void set_clock(struct story_of_two *story)
{
    static const int64_t steps[] = { 60, -60, 26 * 60, -26 * 60, 40 * 24 * 60, -3 };

    story->wall_off += steps[roll(story, sizeof steps / sizeof *steps)] * MINUTE;
}

/* ---- are they of one mind? ---- */

static bool same_incident(const struct incident *a, const struct incident *b)
{
    return a->key == b->key && a->state == b->state && a->episode == b->episode && a->sequence == b->sequence &&
           a->severity == b->severity && a->suppressed_by == b->suppressed_by && a->count == b->count &&
           a->since_wall_ms == b->since_wall_ms && a->told == b->told && a->drift == b->drift;
}

/* What is not seen, and what many share, rests on the moment when it was last judged: not what this is about. */
static bool same_basis(struct target target, const struct opinion *a, const struct opinion *b)
{
    return a->rule == RULE_BLIND || target.scope != SCOPE_CIRCUIT || a->basis.ms == b->basis.ms;
}

static bool same_effect(const struct effect *a, const struct effect *b)
{
    return a->kind == b->kind && a->event == b->event && a->was == b->was && a->is == b->is && a->look == b->look &&
           a->target.scope == b->target.scope && a->target.index == b->target.index && a->at.ms == b->at.ms &&
           same_incident(&a->incident, &b->incident) && same_basis(a->target, &a->opinion, &b->opinion) &&
           strcmp(a->change.field, b->change.field) == 0 && strcmp(a->change.is, b->change.is) == 0;
}

/* In which order circuits are judged at one moment is all the same; the effects of each stay in theirs. */
static void by_target(struct effects *effects)
{
    for (size_t i = 1; i < effects->count; i++)
        for (size_t j = i; j > 0; j--) {
            struct effect *a = &effects->item[j - 1], *b = &effects->item[j], swapped = *a;
            if (a->target.scope * 100 + a->target.index <= b->target.scope * 100 + b->target.index)
                break;
            *a = *b;
            *b = swapped;
        }
}

static void compare_effects(struct story_of_two *story, unsigned number, unsigned event)
{
    struct effects *quick = &story->quick_said, *thorough = &story->thorough_said;

    cr_assert_eq(quick->count, thorough->count, "story %u, event %u: %zu effects, and %zu by judging everything", number,
                 event, quick->count, thorough->count);
    by_target(quick);
    by_target(thorough);
    for (size_t i = 0; i < quick->count; i++)
        cr_assert(same_effect(&quick->item[i], &thorough->item[i]), "story %u, event %u: effect %zu differs (kind %u, %u)",
                  number, event, i, quick->item[i].kind, thorough->item[i].kind);
    quick->count = thorough->count = 0;
}

static void compare_holders(const struct holder *quick, const struct holder *thorough, unsigned number)
{
    cr_assert_eq(quick->count, thorough->count, "story %u: incidents of %s", number, quick->name);
    for (size_t i = 0; i < quick->count; i++) {
        const struct slot *a = &quick->slots[i], *b = &thorough->slots[i];
        cr_assert(same_incident(&a->incident, &b->incident), "story %u: an incident of %s differs", number, quick->name);
        cr_assert(a->incident.state != INCIDENT_RAISED || same_basis(quick->target, &a->opinion, &b->opinion),
                  "story %u: what rule %u of %s rests on", number, a->incident.rule, quick->name);
    }
}

static void compare_ends(const struct story_of_two *story, unsigned number)
{
    for (size_t i = 0; i < CIRCUITS; i++) {
        compare_holders(&story->quick->circuits[i].holder, &story->thorough->circuits[i].holder, number);
        cr_assert_eq(engine_verdict(story->quick, i), engine_verdict(story->thorough, i), "story %u: verdict", number);
    }
    for (size_t i = 0; i < 2; i++)
        compare_holders(&story->quick->credentials[i].holder, &story->thorough->credentials[i].holder, number);
    for (size_t i = 0; i < story->quick->group_count; i++)
        compare_holders(&story->quick->groups[i].holder, &story->thorough->groups[i].holder, number);
}

/* ---- the stories ---- */

static void turn_both(struct story_of_two *story)
{
    engine_turn(story->quick, now_of(story), &story->quick_said);
    engine_turn(story->thorough, now_of(story), &story->thorough_said);
}

/* Time goes on, with a turn of both whenever one of them wants it; now and then everything stands still for long. */
static void pass_time(struct story_of_two *story, unsigned number, unsigned event)
{
    static const int64_t steps[] = { 200, 1000, 5000, 10000, 20000 };
    int64_t until = story->ms + (roll(story, 60) == 0 ? 7 * MINUTE : steps[roll(story, 5)]);
    bool sleeps = roll(story, 100) == 0;

    for (struct mono due = mono_earlier(engine_due(story->quick), engine_due(story->thorough));
         !sleeps && due.ms <= until; due = mono_earlier(engine_due(story->quick), engine_due(story->thorough))) {
        if (due.ms > story->ms)
            story->ms = due.ms;
        turn_both(story);
        compare_effects(story, number, event);
    }
    story->ms = until;
}

static void one_event(struct story_of_two *story)
{
    size_t circuit = roll(story, CIRCUITS);
    uint32_t what = roll(story, 100);

    if (roll(story, 50) == 0)
        story->down = !story->down;
    if (roll(story, 60) == 0)
        set_clock(story);
    if (roll(story, 80) == 0)
        reload(story);
    if (what < 98)
        be_thorough(story, circuit);
    if (what < 55)
        (story->down ? fail : answer)(story, circuit);
    else if (what < 60)
        fail(story, circuit);
    else if (what < 90)
        measure(story, circuit);
    else if (what < 98)
        ask_routers(story, circuit);
    else
        sign_in(story, circuits[circuit].credential);
}

static void tell_story(unsigned number)
{
    struct story_of_two story = { .ms = 1000, .random = 0x9e3779b97f4a7c15U * (number + 1) };

    story.quick = engine_new(&watch, now_of(&story));
    story.thorough = engine_new(&watch, now_of(&story));
    for (size_t i = 0; i < CIRCUITS; i++)
        story.metric[i] = 100;
    turn_both(&story);
    for (unsigned event = 0; event < EVENTS; event++) {
        one_event(&story);
        compare_effects(&story, number, event);
        pass_time(&story, number, event);
    }
    compare_ends(&story, number);
    engine_free(story.quick);
    engine_free(story.thorough);
    effects_fini(&story.quick_said);
    effects_fini(&story.thorough_said);
}

Test(engine_again, short_cuts_change_nothing, .timeout = 120)
{
    other_policy = policy;
    other_policy.stale_ms = 4 * MINUTE;
    other_policy.sessions = SESSIONS_NONE;
    for (unsigned number = 0; number < STORIES; number++)
        tell_story(number);
}

/* ---- and the short cut is taken ---- */

Test(engine_again, an_equal_answer_of_a_quiet_circuit_is_not_judged)
{
    static struct sample sample;
    struct effects effects = { 0 };
    struct policy no_sessions = policy;
    struct watch simple = watch;

    no_sessions.sessions = SESSIONS_NONE;
    simple.policy = &no_sessions;
    struct engine *engine = engine_new(&simple, (struct moment){ { 0 }, WALL });
    make_sample(&sample, 0);
    for (int64_t ms = 1000; ms < 20 * MINUTE; ms += MINUTE) {
        engine_turn(engine, (struct moment){ { ms }, WALL + ms }, &effects);
        engine->opinions.count = 0;
        engine_saw_circuit(engine, 0, &sample, (struct mono){ ms }, (struct moment){ { ms }, WALL + ms }, &effects);
        if (ms > 15 * MINUTE)
            cr_expect_eq(engine->opinions.count, 0, "nothing was judged at %d", (int)ms);
    }
    cr_expect_eq(engine->circuits[0].look.sample_seen.ms, 1000 + 19 * MINUTE, "but its facts are young");
    engine_free(engine);
    effects_fini(&effects);
}
