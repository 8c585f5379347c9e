/*
 * The engine where the stories of tests/scenario do not reach: indices that change with the settings, whose an effect
 * is, what is no longer watched, what an earlier run had stored.
 */
#include "core/engine.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

TestSuite(engine, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define WALL INT64_C(1796083200000)

static const struct policy policy = {
    .stale_ms = 5 * MINUTE,
    .retry_ms = 20000,
    .sessions_every_ms = MINUTE,
    .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE },
                 [SEVERITY_WARNING] = { 3, 2 * MINUTE },
                 [SEVERITY_CRITICAL] = { 2, 10000 } },
    .confirm_long = { 3, 30 * MINUTE },
    .recover = { 3, 2 * MINUTE },
    .waiting_days = 10,
};

#define CIRCUIT(place, who)                                                                                            \
    {                                                                                                                  \
        .id = { "/subscriptions/s/", place }, .subscription = "s", .name = place,                                      \
        .credential = who, .every_ms = MINUTE, .expect = { .min_routes = 1 },                                          \
    }

static const struct circuit_settings two[] = { CIRCUIT("london", 0), CIRCUIT("paris", 1) };
static const struct circuit_settings three[] = { CIRCUIT("amsterdam", 0), CIRCUIT("london", 0), CIRCUIT("paris", 1) };
static const struct circuit_settings swapped[] = { CIRCUIT("london", 1), CIRCUIT("paris", 0) };
static const struct circuit_settings alone[] = { CIRCUIT("london", 0) };
static const char *const ops_dmz[] = { "ops", "dmz" };
static const char *const dmz_ops[] = { "dmz", "ops" };

static const struct watch of_two = { &policy, two, 2, ops_dmz, 2, NULL };
static const struct watch of_three = { &policy, three, 3, ops_dmz, 2, NULL };
static const struct watch of_swapped = { &policy, swapped, 2, dmz_ops, 2, NULL };
static const struct watch of_london = { &policy, alone, 1, ops_dmz, 1, NULL };
static const struct watch of_nothing = { &policy, NULL, 0, NULL, 0, NULL };

static struct sample sample;
static struct effects effects;

static struct moment at(int64_t ms)
{
    return (struct moment){ { ms }, WALL + ms };
}

static void make_sample(const char *circuit)
{
    sample_reset(&sample);
    sample_set_word(&sample, &sample.circuit, WORDS_CIRCUIT, circuit, strlen(circuit));
    sample_set_word(&sample, &sample.provider, WORDS_PROVIDER, "Provisioned", strlen("Provisioned"));
    sample_set_word(&sample, &sample.operation, WORDS_OPERATION, "Succeeded", strlen("Succeeded"));
    sample.peering_count = 1;
    struct peering_sample *private = &sample.peering[PEERING_PRIVATE];
    private->present = private->family[FAMILY_IPV4].in_use = true;
    private->operation = sample.operation;
    sample_set_word(&sample, &private->family[FAMILY_IPV4].state, WORDS_SWITCH, "Enabled", strlen("Enabled"));
}

static void see(struct engine *engine, size_t index, const char *circuit, int64_t ms)
{
    make_sample(circuit);
    engine_saw_circuit(engine, index, &sample, at(ms).mono, at(ms), &effects);
}

static const struct effect *told(enum rule rule, enum rule_event event)
{
    for (size_t i = 0; i < effects.count; i++)
        if (effects.item[i].kind == EFFECT_TELL && effects.item[i].event == event &&
            effects.item[i].incident.rule == rule)
            return &effects.item[i];
    return NULL;
}

static struct engine *begin(const struct watch *watch)
{
    struct engine *engine = engine_new(watch, at(0));

    engine_turn(engine, at(0), &effects);
    effects.count = 0;
    return engine;
}

static void end(struct engine *engine)
{
    engine_free(engine);
    effects_fini(&effects);
}

/* Rule 11 of a circuit, raised at 10 s. */
static void raise_disabled(struct engine *engine, size_t index)
{
    see(engine, index, "Disabled", 0);
    see(engine, index, "Disabled", 10000);
    cr_assert_not_null(told(RULE_CIRCUIT_DISABLED, EVENT_RAISED));
    effects.count = 0;
}

static void fail_sign_in(struct engine *engine, size_t credential)
{
    struct failure failure = { .kind = TROUBLE_SIGN_IN, .code = "AADSTS7000222", .retry_after_ms = -1 };

    engine_credential_failed(engine, credential, &failure, at(1000), &effects);
    cr_assert_not_null(told(RULE_SIGN_IN_FAILED, EVENT_RAISED));
    effects.count = 0;
}

/* ---- rule 94 ---- */

#define DAY (INT64_C(24) * 60 * MINUTE)

static void expires(struct engine *engine, size_t credential, int64_t left_ms, int64_t now_ms)
{
    struct expiry expiry = { EXPIRY_SECRET, WALL + now_ms + left_ms, { now_ms + left_ms } };

    effects.count = 0;
    engine_credential_expires(engine, credential, &expiry, at(now_ms), &effects);
}

static void never_expires(struct engine *engine, size_t credential, int64_t now_ms)
{
    struct expiry never = { .of = EXPIRY_NEVER };

    effects.count = 0;
    engine_credential_expires(engine, credential, &never, at(now_ms), &effects);
}

static const struct effect *told_94(enum rule_event event)
{
    return told(RULE_CREDENTIAL_EXPIRING, event);
}

static const struct {
    int64_t left_ms;
    uint8_t severity; /* SEVERITY_NONE: nothing is told */
    const char *what;
} ends[] = {
    { 400 * DAY, SEVERITY_NONE, "a year" },
    { 30 * DAY + 1, SEVERITY_NONE, "a moment more than 30 days" },
    { 30 * DAY, SEVERITY_WARNING, "30 days" },
    { 7 * DAY + 1, SEVERITY_WARNING, "a moment more than 7 days" },
    { 7 * DAY, SEVERITY_WARNING, "7 days" },
    { DAY + 1, SEVERITY_WARNING, "a moment more than a day" },
    { DAY, SEVERITY_CRITICAL, "a day" },
    { 1, SEVERITY_CRITICAL, "a moment" },
    { 0, SEVERITY_CRITICAL, "nothing" },
    { -400 * DAY, SEVERITY_CRITICAL, "a year too late" },
};

Test(engine, a_credential_that_ends_is_told_of_by_what_is_left)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct engine *engine = begin(&of_two);

        expires(engine, 1, ends[i].left_ms, 0);
        const struct effect *raised = told_94(EVENT_RAISED);
        cr_expect_eq(raised != NULL, ends[i].severity != SEVERITY_NONE, "%s", ends[i].what);
        if (raised != NULL) {
            cr_expect_eq(raised->incident.severity, ends[i].severity, "%s", ends[i].what);
            cr_expect_eq(raised->incident.owner, OWNER_YOU);
            cr_expect(raised->target.scope == SCOPE_CREDENTIAL && raised->target.index == 1);
        }
        engine_free(engine);
    }
    effects_fini(&effects);
}

/* Nothing but engine_due() brings the engine back, and a circuit of another credential is seen at that very moment. */
Test(engine, a_credential_that_ends_is_told_of_in_time)
{
    static const struct {
        int64_t left_ms;
        enum rule_event event;
    } moments[] = { { 30 * DAY, EVENT_RAISED }, { 7 * DAY, EVENT_CHANGED }, { DAY, EVENT_CHANGED } };
    struct engine *engine = begin(&of_two);

    expires(engine, 1, 40 * DAY, 0);
    for (size_t i = 0; i < 3; i++) {
        int64_t moment = 40 * DAY - moments[i].left_ms;
        effects.count = 0;
        engine_turn(engine, at(moment - 1), &effects);
        cr_expect_null(told_94(moments[i].event), "not before %zu", i);
        cr_expect_leq(engine_due(engine).ms, moment, "it wants to be called for %zu", i);
        effects.count = 0;
        see(engine, 0, "Enabled", moment); /* whatever is seen first then tells of it, too */
        engine_turn(engine, at(moment), &effects);
        cr_expect_not_null(told_94(moments[i].event), "%zu", i);
    }
    effects.count = 0;
    engine_turn(engine, at(50 * DAY), &effects);
    cr_expect_null(told_94(EVENT_CHANGED), "the end itself is rule 91's");
    end(engine);
}

Test(engine, a_renewed_credential_clears_like_any_other)
{
    struct engine *engine = begin(&of_london);

    expires(engine, 0, DAY, 0);
    for (int minute = 1; minute <= 2; minute++) {
        expires(engine, 0, 700 * DAY, minute * MINUTE);
        cr_expect_null(told_94(EVENT_CLEARED), "minute %d", minute);
    }
    expires(engine, 0, 700 * DAY, 3 * MINUTE);
    cr_expect_not_null(told_94(EVENT_CLEARED));
    end(engine);
}

Test(engine, a_date_that_is_taken_away_ends_it_at_once)
{
    struct engine *engine = begin(&of_london);

    expires(engine, 0, DAY, 0);
    never_expires(engine, 0, MINUTE);
    cr_expect_not_null(told_94(EVENT_CLEARED));
    cr_expect_eq(engine_due(engine).ms > MINUTE, true);
    end(engine);
}

/* A restart: what was told is not told again, and nothing is cleared before the daemon has said what it knows. */
Test(engine, a_credential_that_ends_is_not_told_of_twice)
{
    struct engine *engine = begin(&of_london);

    expires(engine, 0, 6 * DAY, 0);
    struct incident stored = told_94(EVENT_RAISED)->incident;
    engine_free(engine);
    effects.count = 0;
    engine = engine_new(&of_london, at(0));
    engine_restore_incident(engine, &stored, "credential/ops", at(0));
    engine_turn(engine, at(0), &effects);
    engine_turn(engine, at(MINUTE), &effects);
    cr_expect_eq(told_94(EVENT_CLEARED), NULL, "nobody has said anything yet");
    expires(engine, 0, 5 * DAY, 2 * MINUTE);
    cr_expect(told_94(EVENT_RAISED) == NULL && told_94(EVENT_CHANGED) == NULL, "the same stage");
    expires(engine, 0, DAY / 2, 3 * MINUTE);
    cr_expect_not_null(told_94(EVENT_CHANGED), "the next stage");
    end(engine);
}

Test(engine, a_wall_clock_that_jumps_ends_no_credential)
{
    struct engine *engine = begin(&of_london);
    struct moment later = { { MINUTE }, WALL + 1000 * DAY };

    expires(engine, 0, 60 * DAY, 0);
    engine_turn(engine, later, &effects);
    cr_expect_null(told_94(EVENT_RAISED));
    end(engine);
}

Test(engine, a_rule_that_is_off_tells_nothing_of_credentials)
{
    static struct policy off;
    struct watch watch = { &off, alone, 1, ops_dmz, 1, NULL };

    off = policy;
    off.rule[RULE_CREDENTIAL_EXPIRING].disabled = true;
    struct engine *engine = begin(&watch);
    expires(engine, 0, DAY, 0);
    cr_expect_null(told_94(EVENT_RAISED));
    end(engine);
}

/* ---- nothing to do ---- */

Test(engine, watches_nothing_for_ever)
{
    struct engine *engine = begin(&of_nothing);

    cr_expect_eq(engine_due(engine).ms, MONO_NEVER.ms);
    engine_adopt(engine, &of_two, at(1000), &effects);
    see(engine, 1, "Enabled", 2000);
    cr_expect_eq(engine_verdict(engine, 1), VERDICT_USABLE);
    engine_adopt(engine, &of_nothing, at(3000), &effects);
    cr_expect_eq(engine_due(engine).ms, MONO_NEVER.ms);
    end(engine);
    engine_free(NULL);
}

Test(engine, a_turn_leaves_nothing_for_the_same_moment)
{
    struct engine *engine = begin(&of_two);

    for (int64_t ms = 0; ms < 60 * MINUTE;) {
        engine_turn(engine, at(ms), &effects);
        struct mono due = engine_due(engine);
        cr_assert_gt(due.ms, ms, "a turn at %lld wants one at %lld", (long long)ms, (long long)due.ms);
        ms = due.ms < ms + MINUTE ? due.ms : ms + MINUTE;
    }
    end(engine);
}

/* ---- other settings ---- */

Test(engine, a_circuit_keeps_its_incidents_at_another_index)
{
    struct engine *engine = begin(&of_two);
    struct facts facts;

    raise_disabled(engine, 1);
    engine_adopt(engine, &of_three, at(20000), &effects);
    cr_expect_null(told(RULE_CIRCUIT_DISABLED, EVENT_CLEARED));
    engine_facts(engine, 2, at(20000), &facts);
    cr_expect_str_eq(facts.circuit->name, "paris");
    cr_expect_eq(facts.sample->circuit.code, CIRCUIT_DISABLED, "what was seen went with it");
    cr_expect_eq(engine_verdict(engine, 2), VERDICT_UNUSABLE);
    cr_expect_eq(engine_verdict(engine, 0), VERDICT_UNKNOWN, "the new one has not been seen");

    effects.count = 0;
    for (int64_t ms = MINUTE; ms <= 3 * MINUTE; ms += MINUTE)
        see(engine, 2, "Enabled", ms);
    const struct effect *effect = told(RULE_CIRCUIT_DISABLED, EVENT_CLEARED);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->target.scope, SCOPE_CIRCUIT);
    cr_expect_eq(effect->target.index, 2, "indices are those of the new watch");
    cr_expect_str_eq(engine_scope_name(engine, effect->target), "/subscriptions/s/paris");
    end(engine);
}

Test(engine, a_credential_keeps_its_incidents_at_another_index)
{
    struct engine *engine = begin(&of_two);

    fail_sign_in(engine, 1);
    engine_adopt(engine, &of_swapped, at(20000), &effects);
    cr_expect_null(told(RULE_SIGN_IN_FAILED, EVENT_CLEARED));
    for (int64_t ms = MINUTE; ms <= 3 * MINUTE; ms += MINUTE)
        engine_credential_works(engine, 0, at(ms), &effects);
    const struct effect *effect = told(RULE_SIGN_IN_FAILED, EVENT_CLEARED);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->target.index, 0);
    cr_expect_str_eq(engine_scope_name(engine, effect->target), "credential/dmz");
    cr_expect_str_eq(engine_credential(engine, effect->target), "dmz");
    end(engine);
}

Test(engine, a_circuit_that_leaves_is_told_of_under_its_name)
{
    static struct story story;
    struct engine *engine = begin(&of_two);

    raise_disabled(engine, 1);
    engine_adopt(engine, &of_london, at(20000), &effects);
    const struct effect *effect = told(RULE_CIRCUIT_DISABLED, EVENT_CLEARED);
    cr_assert_not_null(effect);
    cr_expect_geq(effect->target.index, 1, "none of the circuits that are watched");
    cr_expect_str_eq(engine_scope_name(engine, effect->target), "/subscriptions/s/paris");
    cr_expect_str_eq(engine_circuit(engine, effect->target)->name, "paris");
    engine_story(engine, effect->target, &effect->opinion, EVENT_CLEARED, at(20000), &story);
    cr_expect_eq(strncmp(story.summary, "paris", 5), 0, "%s", story.summary);
    end(engine);
}

Test(engine, a_credential_that_leaves_is_told_of_under_its_name)
{
    static struct story story;
    struct engine *engine = begin(&of_two);

    fail_sign_in(engine, 1);
    engine_adopt(engine, &of_london, at(20000), &effects);
    const struct effect *effect = told(RULE_SIGN_IN_FAILED, EVENT_CLEARED);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->target.scope, SCOPE_FORMER);
    cr_expect_str_eq(engine_scope_name(engine, effect->target), "credential/dmz");
    cr_expect_str_eq(engine_credential(engine, effect->target), "dmz");
    cr_expect_str_eq(engine_subscription(engine, effect->target), "");
    cr_expect_null(engine_circuit(engine, effect->target));
    engine_story(engine, effect->target, &effect->opinion, EVENT_CLEARED, at(20000), &story);
    cr_expect_not_null(strstr(story.summary, "dmz"), "%s", story.summary);
    end(engine);
}

/* What is raised tells of the trouble, what is clearing of what is seen now, what is over since when it is that. */
Test(engine, a_story_is_of_what_its_incident_has_come_to)
{
    static struct story story;
    static const char *const parts[] = { "What was seen since 2026-12-01 00:01:00 UTC (30 s ago) is good",
                                         "Now: circuit Enabled, provider Provisioned" };
    struct engine *engine = begin(&of_two);

    raise_disabled(engine, 1);
    see(engine, 1, "Disabled", 20000);
    const struct opinion disabled = { .rule = RULE_CIRCUIT_DISABLED, .subject = SUBJECT_CIRCUIT };
    const struct target paris = { SCOPE_CIRCUIT, 1 };
    engine_story(engine, paris, &disabled, EVENT_RAISED, at(30000), &story);
    cr_expect_null(strstr(story.text, "What was seen since"), "%s", story.text);
    see(engine, 1, "Enabled", MINUTE);
    engine_story(engine, paris, &disabled, EVENT_RAISED, at(90000), &story);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect_not_null(strstr(story.text, parts[i]), "%s: %s", parts[i], story.text);
    cr_expect(strstr(story.summary, "disabled") != NULL && story.step_count > 0, "%s", story.summary);
    see(engine, 1, "Enabled", 2 * MINUTE);
    see(engine, 1, "Enabled", 3 * MINUTE);
    engine_story(engine, paris, &disabled, EVENT_CLEARED, at(60 * MINUTE), &story);
    cr_expect_not_null(strstr(story.text, "is over since 2026-12-01 00:03:00 UTC"), "%s", story.text);
    end(engine);
}

/* The hold of a list that cannot be believed ends between two lists, when the circuit has long answered by itself. */
Test(engine, why_a_list_is_not_believed_is_told_though_the_circuit_has_answered)
{
    static struct story story;
    struct engine *engine = begin(&of_two);
    struct failure failure = { .kind = TROUBLE_UNEXPECTED, .feature = FEATURE_LIST, .retry_after_ms = -1,
                               .what = "the list leads elsewhere" };

    for (int64_t ms = 0; ms < 2 * MINUTE; ms += 30000) {
        engine_failed(engine, 0, &failure, at(ms), &effects);
        see(engine, 0, "Enabled", ms + 100);
    }
    cr_assert_null(told(RULE_UNEXPECTED_ANSWER, EVENT_RAISED));
    engine_turn(engine, at(2 * MINUTE), &effects);
    const struct effect *effect = told(RULE_UNEXPECTED_ANSWER, EVENT_RAISED);
    cr_assert_not_null(effect);
    engine_story(engine, effect->target, &effect->opinion, EVENT_RAISED, at(2 * MINUTE), &story);
    cr_expect_not_null(strstr(story.text, failure.what), "%s", story.text);
    end(engine);
}

/* A credential that comes back finds its episodes; one that never left has them anyway. */
Test(engine, episodes_go_on_where_they_ended)
{
    struct engine *engine = begin(&of_two);

    for (uint32_t episode = 1; episode <= 3; episode++) {
        struct failure failure = { .kind = TROUBLE_SIGN_IN, .retry_after_ms = -1 };
        effects.count = 0;
        engine_credential_failed(engine, 1, &failure, at(episode * MINUTE), &effects);
        const struct effect *effect = told(RULE_SIGN_IN_FAILED, EVENT_RAISED);
        cr_assert_not_null(effect);
        cr_expect_eq(effect->incident.episode, episode);
        engine_adopt(engine, &of_london, at(episode * MINUTE + 1000), &effects);
        engine_adopt(engine, &of_two, at(episode * MINUTE + 2000), &effects);
    }
    end(engine);
}

/* ---- what was stored ---- */

static struct incident stored(enum rule rule, const char *scope, enum incident_state state)
{
    struct opinion opinion = { .rule = (uint8_t)rule, .subject = SUBJECT_CIRCUIT };
    struct incident incident;

    incident_init(&incident, incident_key(rule, SUBJECT_CIRCUIT, scope), &opinion);
    incident.state = (uint8_t)state;
    incident.episode = 7;
    incident.sequence = 1;
    incident.severity = SEVERITY_CRITICAL;
    incident.count_wall_ms = incident.raised_wall_ms = WALL - MINUTE;
    return incident;
}

static const struct leaver {
    enum rule rule;
    const char *scope, *circuit, *credential, *subscription;
} leavers[] = {
    { RULE_CIRCUIT_DISABLED, "/subscriptions/s/rome", "rome", "", "" },
    { RULE_SIGN_IN_FAILED, "credential/old", NULL, "old", "" },
    { RULE_THROTTLED, "subscription/old/s", NULL, "", "s" },
};

Test(engine, what_left_the_settings_while_nobody_ran_is_cleared_by_the_first_turn)
{
    for (size_t i = 0; i < sizeof leavers / sizeof *leavers; i++) {
        const struct leaver *leaver = &leavers[i];
        struct engine *engine = engine_new(&of_two, at(0));
        struct incident incident = stored(leaver->rule, leaver->scope, INCIDENT_RAISED);
        engine_restore_incident(engine, &incident, leaver->scope, at(0));
        engine_turn(engine, at(0), &effects);
        const struct effect *effect = told(leaver->rule, EVENT_CLEARED);
        cr_assert_not_null(effect, "%s", leaver->scope);
        cr_expect_eq(effect->incident.episode, 7);
        cr_expect_eq(effect->incident.key, incident.key);
        cr_expect_str_eq(engine_scope_name(engine, effect->target), leaver->scope);
        cr_expect_str_eq(engine_credential(engine, effect->target), leaver->credential);
        cr_expect_str_eq(engine_subscription(engine, effect->target), leaver->subscription);
        if (leaver->circuit != NULL)
            cr_expect_str_eq(engine_circuit(engine, effect->target)->name, leaver->circuit);
        end(engine);
    }
}

Test(engine, a_suspicion_about_what_is_no_longer_watched_is_forgotten)
{
    struct engine *engine = engine_new(&of_two, at(0));
    struct incident incident = stored(RULE_CIRCUIT_DISABLED, "/subscriptions/s/rome", INCIDENT_PENDING);
    bool forgotten = false;

    incident.episode = 0;
    engine_restore_incident(engine, &incident, "/subscriptions/s/rome", at(0));
    engine_turn(engine, at(0), &effects);
    for (size_t i = 0; i < effects.count; i++)
        forgotten = forgotten ||
                    (effects.item[i].kind == EFFECT_FORGET && effects.item[i].incident.key == incident.key);
    cr_expect(forgotten, "the store is told");
    cr_expect_null(told(RULE_CIRCUIT_DISABLED, EVENT_CLEARED), "nobody else is");
    end(engine);
}

Test(engine, episodes_of_what_is_not_watched_are_kept_for_its_return)
{
    struct engine *engine = engine_new(&of_london, at(0));
    struct incident incident = stored(RULE_CIRCUIT_DISABLED, "/subscriptions/s/paris", INCIDENT_CLEARED);

    engine_restore_incident(engine, &incident, "/subscriptions/s/paris", at(0));
    engine_turn(engine, at(0), &effects);
    engine_adopt(engine, &of_two, at(1000), &effects);
    see(engine, 1, "Disabled", 2000);
    see(engine, 1, "Disabled", 12000);
    const struct effect *effect = told(RULE_CIRCUIT_DISABLED, EVENT_RAISED);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->incident.episode, 8);
    end(engine);
}

Test(engine, an_incident_from_the_future_is_not_old)
{
    struct engine *engine = engine_new(&of_two, at(0));
    struct incident incident = stored(RULE_CIRCUIT_DISABLED, "/subscriptions/s/paris", INCIDENT_PENDING);

    incident.count = 1;
    incident.hold = HOLD_CONFIRM;
    incident.count_wall_ms = WALL + 365 * 24 * 60 * MINUTE; /* the wall clock was set back while nobody ran */
    engine_restore_incident(engine, &incident, "/subscriptions/s/paris", at(0));
    engine_turn(engine, at(0), &effects);
    see(engine, 1, "Disabled", 1000);
    cr_expect_null(told(RULE_CIRCUIT_DISABLED, EVENT_RAISED), "two samples, and one second");
    engine_turn(engine, engine_due(engine).ms < 20000 ? at(10000) : at(0), &effects);
    cr_expect_not_null(told(RULE_CIRCUIT_DISABLED, EVENT_RAISED), "ten seconds");
    end(engine);
}

/* ---- beyond the circuit ---- */

static void see_connection(struct engine *engine, const char *id, enum linked status, int64_t ms)
{
    struct connection_value value = { .seen = at(ms).mono, .status = (uint8_t)status };

    snprintf(value.id, sizeof value.id, "%s", id);
    engine_saw_connection(engine, 0, &value, at(ms), &effects);
}

Test(engine, a_connection_that_is_expected_is_watched_however_many_there_are)
{
    static const char *const expected[] = { "/subscriptions/s/hub" };
    struct circuit_settings london = alone[0];
    london.expect.connections = expected;
    london.expect.connection_count = 1;
    struct watch watch = { &policy, &london, 1, ops_dmz, 1, NULL };
    struct engine *engine = begin(&watch);
    char id[32];

    see(engine, 0, "Enabled", 1000);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        snprintf(id, sizeof id, "/subscriptions/s/c%d", i);
        see_connection(engine, id, LINKED_CONNECTED, 2000);
    }
    see_connection(engine, expected[0], LINKED_DISCONNECTED, 2000);
    see_connection(engine, expected[0], LINKED_DISCONNECTED, 12000);
    const struct effect *effect = told(RULE_CONNECTION_DOWN, EVENT_RAISED);
    cr_assert_not_null(effect);
    cr_expect_eq(effect->incident.severity, SEVERITY_CRITICAL);
    end(engine);
}

/* ---- looking at it ---- */

struct counted {
    size_t open, all;
};

static void count_one(void *context, struct target target, const struct incident *incident,
                      const struct opinion *opinion)
{
    struct counted *counted = context;

    (void)target, (void)opinion;
    counted->all++;
    counted->open += incident->state != INCIDENT_CLEARED;
}

Test(engine, cleared_incidents_are_shown_when_asked_for)
{
    struct engine *engine = begin(&of_two);
    struct counted some = { 0, 0 }, all = { 0, 0 };

    raise_disabled(engine, 0);
    fail_sign_in(engine, 1);
    engine_adopt(engine, &of_london, at(20000), &effects);
    engine_each_incident(engine, false, count_one, &some);
    engine_each_incident(engine, true, count_one, &all);
    cr_expect_eq(some.all, 1, "11 of london");
    cr_expect_eq(all.all, 2, "and 91 of a credential that has left");
    cr_expect_eq(all.open, 1);
    end(engine);
}

Test(engine, a_cause_that_many_share_is_found)
{
    static const struct circuit_settings of_ops[] = { CIRCUIT("london", 0), CIRCUIT("paris", 0) };
    static const struct watch watch = { &policy, of_ops, 2, ops_dmz, 1, NULL };
    struct engine *engine = begin(&watch);

    raise_disabled(engine, 0);
    fail_sign_in(engine, 0);
    engine_turn(engine, at(10000 + 5 * MINUTE + 1), &effects);
    struct incident eleven = stored(RULE_CIRCUIT_DISABLED, "", INCIDENT_RAISED);
    eleven.suppressed_by = RULE_SIGN_IN_FAILED;
    eleven.suppressed_scope = SCOPE_CREDENTIAL;
    eleven.suppressed_subject = SUBJECT_CIRCUIT;
    const struct incident *by = engine_suppressor(engine, (struct target){ SCOPE_CIRCUIT, 0 }, &eleven);
    cr_assert_not_null(by);
    cr_expect_eq(by->rule, RULE_SIGN_IN_FAILED);
    cr_expect_null(engine_suppressor(engine, (struct target){ SCOPE_LOCAL, 0 }, &(struct incident){ .rule = 95 }));
    end(engine);
}

/* The labels of the old settings are gone with them: what has ended since then is nobody's any more. */
Test(engine, a_common_cause_keeps_nothing_of_old_settings)
{
    static const struct label team[] = { { "team", "lan" } };
    struct circuit_settings of_ops[] = { CIRCUIT("london", 0), CIRCUIT("paris", 0) };
    struct policy grouping = policy;
    const struct watch watch = { &grouping, of_ops, 2, ops_dmz, 1, NULL };
    const struct watch nothing = { &grouping, NULL, 0, ops_dmz, 1, NULL };
    const struct target cause = { SCOPE_CAUSE, 0 };

    grouping.group_least = 2;
    grouping.group_wait_ms = 1000;
    of_ops[0].labels = of_ops[1].labels = team;
    of_ops[0].label_count = of_ops[1].label_count = 1;
    struct engine *engine = begin(&watch);
    for (int64_t ms = 0; ms <= 10000; ms += 10000)
        for (size_t i = 0; i < 2; i++)
            see(engine, i, "Disabled", ms);
    engine_turn(engine, at(12000), &effects);
    cr_assert_not_null(told(RULE_COMMON_CAUSE, EVENT_RAISED));
    cr_expect_eq(engine_routed(engine, cause)->label_count, 1);
    effects.count = 0;
    engine_adopt(engine, &nothing, at(20000), &effects);
    engine_turn(engine, at(30000), &effects);
    cr_expect_not_null(told(RULE_COMMON_CAUSE, EVENT_CLEARED));
    cr_expect_eq(engine_routed(engine, cause)->label_count, 0);
    end(engine);
}

Test(engine, a_sample_of_no_circuit_is_refused, .signal = SIGABRT)
{
    struct engine *engine = begin(&of_two);

    see(engine, 2, "Enabled", 0);
    end(engine);
}
