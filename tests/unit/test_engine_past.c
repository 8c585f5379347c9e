/* Subjects that come and go: what is long over of them is given back, and no number of an episode is forgotten. */
#include "core/engine_inner.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>

TestSuite(engine_past, .fini = leaks_fail);

#define DAY (INT64_C(24) * 3600 * 1000)
#define WALL INT64_C(1796083200000)
#define MANY 1000

static const struct policy policy = { .stale_ms = 300000, .retry_ms = 20000, .sessions_every_ms = 60000 };
static const char *const names[] = { "ops" };
static const struct watch nothing = { &policy, NULL, 0, names, 1, NULL };
static const struct moment now = { { 0 }, WALL };

static void restore(struct engine *engine, const char *scope, uint64_t key, int64_t cleared_wall_ms, const char *who)
{
    struct opinion opinion = { .rule = RULE_CIRCUIT_DISABLED, .subject = SUBJECT_CIRCUIT, .severity = SEVERITY_CRITICAL };
    struct incident incident;

    incident_init(&incident, key, &opinion);
    incident.episode = (uint32_t)(key % 97 + 1);
    incident.cleared_wall_ms = cleared_wall_ms;
    snprintf(incident.ack.who, sizeof incident.ack.who, "%s", who);
    engine_restore_incident(engine, &incident, scope, now);
}

Test(engine_past, what_is_long_over_is_given_back_but_for_its_number)
{
    struct engine *engine = engine_new(&nothing, now);
    char scope[64];

    for (uint64_t key = 1; key <= MANY; key++) {
        snprintf(scope, sizeof scope, "/subscriptions/s/c-%u", (unsigned)key);
        restore(engine, scope, key, WALL - (int64_t)key % 60 * DAY, "");
    }
    cr_expect_eq(engine->former_count + engine->past.count, MANY, "what is long over at the start is not even put back");
    cr_expect_gt(engine->former_count, 0);
    engine_tidy(engine, WALL + 60 * DAY);
    cr_expect_eq(engine->former_count, 0);
    for (uint64_t key = 1; key <= MANY; key++)
        cr_expect_eq(past_episode(engine, key), key % 97 + 1, "%u", (unsigned)key);
    cr_expect_eq(past_episode(engine, MANY + 1), 0);
    engine_free(engine);
}

Test(engine_past, what_is_not_long_over_or_taken_on_for_ever_stays)
{
    struct engine *engine = engine_new(&nothing, now);

    restore(engine, "/subscriptions/s/lately", 1, WALL, "");
    restore(engine, "/subscriptions/s/taken", 2, WALL, "alice");
    restore(engine, "/subscriptions/s/old", 3, WALL, "");
    engine_tidy(engine, WALL + 30 * DAY);
    cr_expect_eq(engine->former_count, 3);
    engine_tidy(engine, WALL + 31 * DAY);
    cr_assert_eq(engine->former_count, 1);
    cr_expect_str_eq(engine->former[0].name, "/subscriptions/s/taken");
    cr_expect_eq(engine->former[0].target.index, 0);
    engine_free(engine);
}

Test(engine_past, a_common_cause_that_nobody_needs_goes_and_the_others_stay_who_they_are)
{
    static const char *const scopes[] = { "cause/11/subscription/ops/a", "cause/11/subscription/ops/b",
                                          "cause/11/subscription/ops/c" };
    struct engine *engine = engine_new(&nothing, now);

    for (uint64_t i = 0; i < 3; i++)
        restore(engine, scopes[i], cause_key(scopes[i], RULE_CIRCUIT_DISABLED), WALL - (i == 1 ? 0 : 20 * DAY), "");
    cr_expect_eq(engine->cause_count, 3);
    engine_tidy(engine, WALL + 15 * DAY);
    cr_assert_eq(engine->cause_count, 1);
    cr_expect_str_eq(engine->causes[0]->holder.name, scopes[1]);
    cr_expect_eq(engine->causes[0]->holder.target.index, 0);
    cr_expect_neq(past_episode(engine, cause_key(scopes[2], RULE_CIRCUIT_DISABLED)), 0);
    engine_free(engine);
}
