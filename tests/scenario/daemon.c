/*
 * The app of a story: clocks, effects, starting and stopping. What it asks of Azure is in polls.c. Each commit is there
 * once the clock has moved on; a crash loses what has not been committed, notices and all.
 */
#include "daemon.h"

#include "core/notice.h"
#include "scenario.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS 60000
#define TURNS_MAX 3 /* a turn that leaves work for the same moment is a loop that spins */

void daemon_init(struct daemon *daemon, struct report *report)
{
    memset(daemon, 0, sizeof *daemon);
    daemon->wall_ms = STORY_WALL_MS;
    daemon->measured_ms = -1;
    daemon->report = report;
    plan_init(&daemon->plan);
    for (size_t place = 0; place < PLAN_CIRCUITS_MAX; place++)
        truth_init(&daemon->truth[place]);
    sample_reset(&daemon->sample);
}

void daemon_fini(struct daemon *daemon)
{
    engine_free(daemon->engine);
    free(daemon->watching);
    effects_fini(&daemon->effects);
    log_fini(&daemon->log);
}

struct moment daemon_now(const struct daemon *daemon)
{
    return (struct moment){ { daemon->clock_ms + daemon->base_ms }, daemon->clock_ms + daemon->wall_ms };
}

struct credential_truth *daemon_credential(struct daemon *daemon, const char *name)
{
    for (size_t i = 0; i < daemon->credential_count; i++)
        if (strcmp(daemon->credential[i].name, name) == 0)
            return &daemon->credential[i];
    if (daemon->credential_count == PLAN_CREDENTIALS_MAX)
        return NULL;
    struct credential_truth *credential = &daemon->credential[daemon->credential_count++];
    snprintf(credential->name, sizeof credential->name, "%s", name);
    return credential;
}

/* ---- effects ---- */

/* The place in the plan of a circuit the effect is about; PLAN_CIRCUITS_MAX beside a circuit, or when it is leaving. */
static size_t place_of(const struct daemon *daemon, struct target target)
{
    if (target.scope == SCOPE_PORT) /* looked at through a circuit on it */
        target = (struct target){ SCOPE_CIRCUIT, engine_port_circuit(daemon->engine, target.index) };
    return target.scope == SCOPE_CIRCUIT && target.index < daemon->watching->watch.circuit_count
               ? daemon->watching->place[target.index]
               : PLAN_CIRCUITS_MAX;
}

static char *words_for_people(struct daemon *daemon, const struct effect *effect)
{
    static struct story story; /* too large for the stack, and nobody's state */
    char *says = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&says, &size);

    if (out == NULL)
        abort();
    engine_story(daemon->engine, effect->target, &effect->opinion, effect->event, daemon_now(daemon), &story);
    story_say_how(&story, &effect->incident, effect->event, effect->steady, daemon_now(daemon).wall_ms);
    fprintf(out, "%s\n%s\n", story.summary, story.text);
    for (size_t i = 0; i < story.step_count; i++)
        fprintf(out, "%s\n", story.step[i]);
    for (size_t i = 0; i < story.fact_count; i++)
        fprintf(out, "%s: %s\n", story.fact[i].name, story.fact[i].value);
    fclose(out);
    return says;
}

static void run_tell(struct daemon *daemon, const struct effect *effect, const char *scope)
{
    char who[WHO_TEXT_MAX];

    check_told(daemon, effect, scope);
    struct entry *entry = log_add(&daemon->log, effect->quiet ? ENTRY_QUIET : ENTRY_TOLD, daemon->clock_ms, "%s%s %s",
                                  effect->quiet ? "quietly " : "", rule_event_name(effect->event),
                                  who_write(&effect->incident, scope, who));
    entry->says = words_for_people(daemon, effect);
    kept_put(&daemon->kept, &effect->incident, scope);
}

static void run_remember(struct daemon *daemon, const struct effect *effect)
{
    size_t place = place_of(daemon, effect->target);
    char words[ENGINE_WORDS_MAX];

    assert(place < PLAN_CIRCUITS_MAX);
    kept_remember(&daemon->kept, place, engine_memory(daemon->engine, effect->target.index),
                  engine_words(daemon->engine, effect->target.index, words));
    polls_look(daemon, place, LOOK_METRICS, daemon->clock_ms);
    if (daemon->asked[place][ASK_ROUTES].attempted_ms == NEVER)
        polls_look(daemon, place, LOOK_ROUTES, daemon->clock_ms);
}

static void run_look(struct daemon *daemon, const struct effect *effect, const char *scope)
{
    static const char *const names[] = { [LOOK_CIRCUIT] = "circuit", [LOOK_METRICS] = "metrics",
                                         [LOOK_ROUTES] = "routes", [LOOK_ARP] = "arp",
                                         [LOOK_CONNECTIONS] = "connections", [LOOK_PORT] = "port" };
    int64_t at_ms = effect->at.ms - daemon->base_ms;
    char when[DURATION_TEXT_MAX];

    struct entry *entry = log_add(&daemon->log, ENTRY_LOOK, daemon->clock_ms, "look %s %s %s", who_scope(scope),
                                  names[effect->look], duration_write(at_ms, when));
    entry->look_ms = at_ms;
    polls_look(daemon, place_of(daemon, effect->target), effect->look, at_ms);
}

static void run_verdict(struct daemon *daemon, const struct effect *effect, const char *scope)
{
    size_t place = place_of(daemon, effect->target);

    assert(place < PLAN_CIRCUITS_MAX); /* one that leaves has no verdict any more */
    if (effect->was != daemon->verdict[place])
        report_fail(daemon->report, "the verdict of %s turns from %s, but it was %s", who_scope(scope),
                    verdict_name(effect->was), verdict_name(daemon->verdict[place]));
    daemon->verdict[place] = effect->is;
    log_add(&daemon->log, ENTRY_VERDICT, daemon->clock_ms, "turns %s %s %s", who_scope(scope),
            verdict_name(effect->was), verdict_name(effect->is));
}

static void run_one(struct daemon *daemon, const struct effect *effect)
{
    const char *scope = engine_scope_name(daemon->engine, effect->target);

    switch (effect->kind) {
    case EFFECT_TELL:
        run_tell(daemon, effect, scope);
        break;
    case EFFECT_SAVE:
        kept_put(&daemon->kept, &effect->incident, scope);
        return;
    case EFFECT_FORGET:
        kept_forget(&daemon->kept, effect->incident.key);
        return;
    case EFFECT_REMEMBER:
        run_remember(daemon, effect);
        return;
    case EFFECT_WORD:
        log_add(&daemon->log, ENTRY_WORD, daemon->clock_ms, "word %s %s: %s -> %s", who_scope(scope),
                effect->change.field, effect->change.was, effect->change.is);
        break;
    case EFFECT_VERDICT:
        run_verdict(daemon, effect, scope);
        break;
    case EFFECT_LOOK:
        run_look(daemon, effect, scope);
        break;
    case EFFECT_MUTE: /* for the history; what follows from it is told by itself */
        if (!incident_is_open(&effect->incident))
            report_fail(daemon->report, "what is not open was silenced, or no longer: rule %u of %s", effect->incident.rule,
                        who_scope(scope));
        return;
    default:
        report_fail(daemon->report, "an effect of an unknown kind, %u", effect->kind);
        return;
    }
    struct entry *entry = &daemon->log.entry[daemon->log.count - 1];
    entry->effect = *effect;
    snprintf(entry->scope, sizeof entry->scope, "%s", scope);
}

static void run_effects(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->effects.count; i++)
        run_one(daemon, &daemon->effects.item[i]);
    daemon->effects.count = 0;
}

void daemon_follow(struct daemon *daemon)
{
    struct moment now = daemon_now(daemon);

    run_effects(daemon);
    for (unsigned turns = 0; mono_reached(engine_due(daemon->engine), now.mono); turns++) {
        if (turns == TURNS_MAX) {
            report_fail(daemon->report, "the core wants another turn at once, again and again");
            return;
        }
        engine_turn(daemon->engine, now, &daemon->effects);
        run_effects(daemon);
    }
    engine_tidy(daemon->engine, now.wall_ms);
    check_state(daemon);
}

/* ---- time ---- */

static void commit(struct daemon *daemon)
{
    if (daemon->kept.changed)
        kept_copy(&daemon->committed, &daemon->kept);
    daemon->committed_count = daemon->log.count;
}

static void move_clock(struct daemon *daemon, int64_t clock_ms)
{
    if (clock_ms > daemon->clock_ms)
        commit(daemon);
    daemon->clock_ms = clock_ms;
}

static int64_t next_measurement(const struct daemon *daemon)
{
    return daemon->measured_ms < 0 ? 0 : daemon->measured_ms + MINUTE_MS;
}

static void measure(struct daemon *daemon)
{
    if (daemon->clock_ms < next_measurement(daemon))
        return;
    daemon->measured_ms = daemon->clock_ms - daemon->clock_ms % MINUTE_MS;
    for (size_t place = 0; place < daemon->plan.circuit_count; place++)
        truth_measure(&daemon->truth[place], daemon->measured_ms);
}

static int64_t turn_due(const struct daemon *daemon)
{
    struct mono due = engine_due(daemon->engine);
    struct mono now = daemon_now(daemon).mono;

    return due.ms == MONO_NEVER.ms ? NEVER : mono_later(due, now).ms - daemon->base_ms;
}

static int64_t soonest(const struct daemon *daemon)
{
    int64_t due = next_measurement(daemon);

    if (daemon->engine == NULL)
        return due;
    if (turn_due(daemon) < due)
        due = turn_due(daemon);
    return polls_due(daemon) < due ? polls_due(daemon) : due;
}

/* Rule 99, once a minute. */
static void note_endings(struct daemon *daemon)
{
    struct ending endings[STORY_MUTES_MAX];
    struct moment now = daemon_now(daemon);
    size_t count = mute_endings(&daemon->mutes.mutes, daemon->engine, now.wall_ms, endings, STORY_MUTES_MAX);

    if (count == 0 && daemon->ending_count == 0)
        return;
    engine_silences_end(daemon->engine, endings, count, now, &daemon->effects);
    daemon->ending_count = count;
    daemon_follow(daemon);
}

/* The core's turn before the answers: that is the order in which a loop that was late would find them. */
static void run_due(struct daemon *daemon)
{
    measure(daemon);
    if (daemon->engine == NULL)
        return;
    if (daemon->clock_ms == daemon->measured_ms)
        note_endings(daemon);
    if (turn_due(daemon) <= daemon->clock_ms)
        daemon_follow(daemon);
    polls_run(daemon);
}

void daemon_run(struct daemon *daemon, int64_t clock_ms, bool including)
{
    int64_t last = including ? clock_ms : clock_ms - 1;

    for (int64_t due = soonest(daemon); due <= last && !daemon->report->failed; due = soonest(daemon)) {
        move_clock(daemon, due > daemon->clock_ms ? due : daemon->clock_ms);
        run_due(daemon);
    }
    move_clock(daemon, clock_ms);
}

static void jump(struct daemon *daemon, enum clock_jump_kind kind, int64_t by_ms, int64_t from_wall_ms)
{
    struct moment now = daemon_now(daemon);
    struct clock_jump jump = { (uint8_t)kind, by_ms, from_wall_ms, now.wall_ms };

    engine_clock_jumped(daemon->engine, &jump, now, &daemon->effects);
    daemon_follow(daemon);
}

void daemon_set_wall(struct daemon *daemon, int64_t wall_ms)
{
    int64_t from_wall_ms = daemon_now(daemon).wall_ms, by_ms = wall_ms - daemon->wall_ms;

    daemon->wall_ms = wall_ms;
    if (daemon->engine != NULL && llabs(by_ms) >= CLOCK_STEP_MS)
        jump(daemon, CLOCK_STEPPED, by_ms, from_wall_ms);
}

void daemon_sleep(struct daemon *daemon, int64_t ms)
{
    int64_t from_wall_ms = daemon_now(daemon).wall_ms;

    log_add(&daemon->log, ENTRY_NOTE, daemon->clock_ms, "the machine sleeps");
    move_clock(daemon, daemon->clock_ms + ms);
    jump(daemon, CLOCK_SLEPT, ms, from_wall_ms);
    polls_now(daemon);
}

/* ---- start, stop, reload ---- */

void daemon_start(struct daemon *daemon)
{
    daemon->watching = plan_watch(&daemon->plan);
    daemon->base_ms = 7000 * (int64_t)++daemon->starts - daemon->clock_ms; /* as after a boot: a clock of its own */
    daemon->engine = engine_new(&daemon->watching->watch, daemon_now(daemon));
    kept_restore(&daemon->kept, daemon->engine, daemon->watching, daemon_now(daemon));
    for (size_t place = 0; place < PLAN_CIRCUITS_MAX; place++)
        daemon->verdict[place] = VERDICT_UNKNOWN;
    polls_restart(daemon);
    daemon_mute(daemon);
    int64_t newest_ms = kept_newest(&daemon->kept), wall_ms = daemon_now(daemon).wall_ms;
    if (newest_ms < CLOCK_LEAST_MS)
        newest_ms = CLOCK_LEAST_MS;
    if (newest_ms - wall_ms >= CLOCK_STEP_MS)
        jump(daemon, CLOCK_BEHIND, newest_ms - wall_ms, newest_ms);
}

void daemon_stop(struct daemon *daemon, bool killed)
{
    if (killed) {
        kept_copy(&daemon->kept, &daemon->committed);
        log_lose(&daemon->log, daemon->committed_count);
    }
    log_add(&daemon->log, ENTRY_NOTE, daemon->clock_ms, killed ? "the daemon is killed" : "the daemon stops");
    commit(daemon);
    engine_free(daemon->engine);
    free(daemon->watching);
    daemon->engine = NULL;
    daemon->watching = NULL;
}

static void keep_verdicts(struct daemon *daemon, const struct watching *was)
{
    for (size_t place = 0; place < daemon->plan.circuit_count; place++)
        if (was->index[place] == PLAN_CIRCUITS_MAX)
            daemon->verdict[place] = VERDICT_UNKNOWN;
}

void daemon_reload(struct daemon *daemon)
{
    struct watching *was = daemon->watching;

    daemon->watching = plan_watch(&daemon->plan);
    log_add(&daemon->log, ENTRY_NOTE, daemon->clock_ms, "the settings are read again");
    engine_adopt(daemon->engine, &daemon->watching->watch, daemon_now(daemon), &daemon->effects);
    keep_verdicts(daemon, was);
    free(was);
    daemon_mute(daemon);
}

void daemon_mute(struct daemon *daemon)
{
    struct muting muting = mute_muting(&daemon->mutes.mutes);

    engine_mute(daemon->engine, &muting, daemon_now(daemon), &daemon->effects);
    daemon_follow(daemon);
}

void daemon_local(struct daemon *daemon, const struct failure *failure)
{
    engine_local(daemon->engine, failure, daemon_now(daemon), &daemon->effects);
    daemon_follow(daemon);
}

/* ---- acknowledgements ---- */

struct search {
    const struct daemon *daemon;
    const struct who *who;
    uint64_t key;
    uint32_t episode;
};

static void match(void *context, struct target target, const struct incident *incident, const struct opinion *opinion)
{
    struct search *search = context;

    (void)opinion;
    if (!who_matches(search->who, incident, engine_scope_name(search->daemon->engine, target)))
        return;
    search->key = incident->key;
    search->episode = incident->episode;
}

static struct search find_incident(const struct daemon *daemon, const struct who *who)
{
    struct search search = { .daemon = daemon, .who = who };

    engine_each_incident(daemon->engine, true, match, &search);
    return search;
}

bool daemon_ack(struct daemon *daemon, const struct who *who, int64_t until_wall_ms, bool sticky)
{
    struct search search = find_incident(daemon, who);
    struct ack ack = { .who = "alice", .why = "CHG-1", .until_wall_ms = until_wall_ms, .sticky = sticky };
    bool found = engine_acknowledge(daemon->engine, search.key, search.episode, &ack, daemon_now(daemon), &daemon->effects);

    daemon_follow(daemon);
    return found;
}

bool daemon_unack(struct daemon *daemon, const struct who *who)
{
    bool found = engine_unacknowledge(daemon->engine, find_incident(daemon, who).key, daemon_now(daemon), &daemon->effects);

    daemon_follow(daemon);
    return found;
}
