/*
 * What must hold. What the daemon decides is compared with the evidence that it had, answer by answer; what the
 * receivers know, after a calm, with what is true. Both are written from the rules' page, not from the rules' code.
 */
#include "judge.h"

#include "pager.h"
#include "simulation.h"

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the evidence ---- */

/* Each finding that the circuits of this world can have, and how long it must have been seen before it is told. */
enum finding {
    MISSING,
    DISABLED,
    NOT_PROVISIONED,
    DEPROVISIONING,
    STRANGE,
    PEERING_OFF,
    NOT_VALIDATED,
    ONE_PATH_0,
    ONE_PATH_1,
    BOTH_PATHS,
    FINDINGS
};

static const struct {
    int rule, other_rule;
    const char *path;
    unsigned count;
    int64_t age_ms;
    const char *what;
} findings[FINDINGS] = {
    [MISSING] = { 10, 10, "", 1, 0, "Azure does not have it" }, /* at once when it was never seen */
    [DISABLED] = { 11, 11, "", 2, 10000, "it is disabled" },
    [NOT_PROVISIONED] = { 15, 12, "", 2, 10000, "it is not provisioned" },
    [DEPROVISIONING] = { 14, 14, "", 1, 0, "it is being deprovisioned" },
    [STRANGE] = { 16, 16, "", 3, 120000, "its state is a strange word" },
    [PEERING_OFF] = { 22, 22, "", 2, 10000, "its peering is disabled" },
    [NOT_VALIDATED] = { 32, 32, "", 1, 0, "its prefixes are not validated" },
    [ONE_PATH_0] = { 41, 41, "primary", 3, 120000, "one path is down" },
    [ONE_PATH_1] = { 41, 41, "secondary", 3, 120000, "one path is down" },
    [BOTH_PATHS] = { 40, 40, "", 2, 10000, "both paths are down" },
};

struct run {
    unsigned count; /* answers in a row */
    int64_t since_ms;
};

struct evidence {
    struct run bad, good;         /* that say so, and that say that it is not so */
    struct run was_bad, was_good; /* before the answer of this very moment, of which it may not have heard when it decides */
    int64_t heard_ms;
};

#define GOOD_LEAST 3
#define GOOD_AGE_MS 120000

/* What was told of one episode. */
struct episode {
    struct episode *next;
    char incident[64];
    bool told, over;
    bool unsure; /* the daemon died before it was kept, or somebody took it on */
    uint64_t commits;
    int64_t told_ms;
    unsigned reminders;
};

static struct {
    struct evidence evidence[CIRCUITS][FINDINGS], before_sleep[CIRCUITS][FINDINGS];
    bool slept;
    uint64_t slept_commits;
    int64_t asked_ms[CIRCUITS], metrics_asked_ms[CIRCUITS];
    struct episode *episodes;
    int64_t calm_since_ms;
} judge;

void judge_reset(void)
{
    for (struct episode *at = judge.episodes, *next; at != NULL; at = next) {
        next = at->next;
        free(at);
    }
    memset(&judge, 0, sizeof judge);
}

static void go_on(struct run *run, bool on, int64_t asked_ms)
{
    if (!on)
        run->count = 0;
    else if (run->count++ == 0)
        run->since_ms = asked_ms;
}

static void weigh(size_t circuit, enum finding finding, bool bad, int64_t asked_ms)
{
    struct evidence *evidence = &judge.evidence[circuit][finding];

    if (evidence->heard_ms != here.boot_ms) {
        evidence->was_bad = evidence->bad;
        evidence->was_good = evidence->good;
    }
    evidence->heard_ms = here.boot_ms;
    go_on(&evidence->bad, bad, asked_ms);
    go_on(&evidence->good, !bad, asked_ms);
}

void judge_heard_circuit(size_t circuit, const struct truth *truth, bool listed, int64_t asked_ms)
{
    struct run good = judge.evidence[circuit][MISSING].good;

    if (asked_ms < judge.asked_ms[circuit])
        return; /* it was overtaken */
    judge.asked_ms[circuit] = asked_ms;
    weigh(circuit, MISSING, truth->gone, asked_ms);
    if (truth->gone && listed) /* a list that lacks it says nothing before its own answer does */
        judge.evidence[circuit][MISSING].good = good;
    if (truth->gone)
        return;
    weigh(circuit, DISABLED, truth->disabled, asked_ms);
    weigh(circuit, STRANGE, truth->provider == IS_STRANGE, asked_ms);
    weigh(circuit, PEERING_OFF, truth->peering_off, asked_ms);
    weigh(circuit, NOT_VALIDATED, truth->validation, asked_ms);
    if (truth->provider == IS_STRANGE) /* a word that is not known clears nothing, and counts for nothing */
        return;
    weigh(circuit, NOT_PROVISIONED, truth->provider == IS_NOT_PROVISIONED, asked_ms);
    weigh(circuit, DEPROVISIONING, truth->provider == IS_DEPROVISIONING, asked_ms);
}

void judge_heard_metrics(size_t circuit, bool primary, bool secondary, int64_t asked_ms)
{
    if (asked_ms < judge.metrics_asked_ms[circuit])
        return;
    judge.metrics_asked_ms[circuit] = asked_ms;
    weigh(circuit, ONE_PATH_0, !primary, asked_ms);
    weigh(circuit, ONE_PATH_1, !secondary, asked_ms);
    weigh(circuit, BOTH_PATHS, !primary && !secondary, asked_ms);
}

/* What was being confirmed when the machine fell asleep is counted anew. */
void judge_slept(void)
{
    memcpy(judge.before_sleep, judge.evidence, sizeof judge.evidence);
    judge.slept_commits = here.commits;
    judge.slept = true;
    for (size_t i = 0; i < CIRCUITS; i++)
        for (enum finding finding = 0; finding < FINDINGS; finding++)
            judge.evidence[i][finding].bad = judge.evidence[i][finding].was_bad = (struct run){ 0 };
}

static enum finding find_finding(int rule, const char *path)
{
    enum finding finding = 0;

    while (finding < FINDINGS && !((findings[finding].rule == rule || findings[finding].other_rule == rule) &&
                                   (findings[finding].path[0] == '\0' || strcmp(findings[finding].path, path) == 0)))
        finding++;
    return finding;
}

static long long age_of(const struct run *run)
{
    return run->count > 0 ? (long long)(here.boot_ms - run->since_ms) : 0;
}

static bool lasted(const struct run *run, unsigned count, int64_t age_ms)
{
    return run->count >= count && age_of(run) >= age_ms;
}

/* No page without a truth that was bad for long enough. */
static void check_evidence(const struct decision *decision)
{
    size_t circuit = azure_find(decision->circuit);
    enum finding finding = find_finding(decision->rule, decision->path);

    if (circuit == CIRCUITS || finding == FINDINGS)
        return;
    const struct evidence *evidence = &judge.evidence[circuit][finding];
    const struct run *bad = &evidence->bad;
    if (evidence->heard_ms == here.boot_ms && !lasted(bad, findings[finding].count, findings[finding].age_ms))
        bad = &evidence->was_bad;
    if (!lasted(bad, findings[finding].count, findings[finding].age_ms))
        broken("%s: rule %d %s is raised after %u answers and %lld ms that say that %s", decision->circuit,
               decision->rule, decision->path, bad->count, age_of(bad), findings[finding].what);
}

/*
 * No end without answers that said so. What leaves the settings ends at once; while both paths are down nothing counts for
 * one of them, so that its good answers need not be in a row.
 */
static void check_recovery(const struct decision *decision)
{
    size_t circuit = azure_find(decision->circuit);
    enum finding finding = find_finding(decision->rule, decision->path);

    if (finding == ONE_PATH_0 || finding == ONE_PATH_1)
        return;

    if (circuit == CIRCUITS || finding == FINDINGS || !settings_watch(circuit))
        return;
    const struct evidence *evidence = &judge.evidence[circuit][finding];
    const struct run *good = &evidence->good;
    if (evidence->heard_ms == here.boot_ms && !lasted(good, GOOD_LEAST, GOOD_AGE_MS))
        good = &evidence->was_good;
    if (!lasted(good, GOOD_LEAST, GOOD_AGE_MS))
        broken("%s: rule %d %s is cleared after %u answers and %lld ms that do not say that %s", decision->circuit,
               decision->rule, decision->path, good->count, age_of(good), findings[finding].what);
}

/* ---- what was decided ---- */

static struct episode *find_episode(const char *incident, bool *fresh)
{
    struct episode *at = judge.episodes;

    while (at != NULL && strcmp(at->incident, incident) != 0)
        at = at->next;
    *fresh = at == NULL;
    if (at != NULL)
        return at;
    at = calloc(1, sizeof *at);
    if (at == NULL)
        abort();
    snprintf(at->incident, sizeof at->incident, "%s", incident);
    at->next = judge.episodes;
    return judge.episodes = at;
}

static void check_raised(const struct decision *decision, struct episode *episode, bool fresh)
{
    if (fresh && !decision->flapping) /* what comes and goes may never have been there for long */
        check_evidence(decision);
    if (episode->told && !episode->unsure && !decision->quiet)
        broken("%s of rule %d, %s, is raised once more", decision->incident, decision->rule, decision->circuit);
    if (here.calm && here.boot_ms - judge.calm_since_ms > HOUR_MS + HOUR_MS / 2 && !decision->quiet &&
        decision->rule != RULE_CLOCK_JUMPED)
        broken("%s of rule %d, %s, is raised long after anything has happened", decision->incident, decision->rule,
               decision->circuit);
}

/* alerts.remind, as erwatch.yaml(5) has it when nothing is said. */
static void check_reminder(const struct decision *decision, struct episode *episode)
{
    static const int64_t ladder[] = { HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS };
    size_t steps = sizeof ladder / sizeof *ladder, step = episode->reminders < steps ? episode->reminders : steps - 1;
    bool clocks_went_on = here.stepped_ms < episode->told_ms;

    if (!episode->unsure && clocks_went_on && episode->told && here.boot_ms - episode->told_ms < ladder[step])
        broken("%s of rule %d, %s, is told again after %lld s", decision->incident, decision->rule, decision->circuit,
               (long long)(here.boot_ms - episode->told_ms) / 1000);
    episode->reminders++;
}

void judge_decided(const struct decision *decision)
{
    bool fresh, raised = strcmp(decision->event, "raised") == 0, cleared = strcmp(decision->event, "cleared") == 0;
    bool reminder = strcmp(decision->event, "reminder") == 0;
    struct episode *episode = find_episode(decision->incident, &fresh);

    if (cleared)
        check_recovery(decision);
    if (raised)
        check_raised(decision, episode, fresh);
    else if (reminder && !decision->quiet)
        check_reminder(decision, episode);
    else if (cleared && decision->quiet && episode->told && !episode->unsure)
        broken("the end of %s, rule %d, %s, is kept from those who heard of it", decision->incident, decision->rule,
               decision->circuit);
    else if (cleared && episode->over && !episode->unsure)
        broken("%s of rule %d, %s, is cleared twice", decision->incident, decision->rule, decision->circuit);
    if (!cleared && !decision->quiet && strcmp(decision->event, "acknowledged") != 0 &&
        people_silenced(decision->circuit))
        broken("%s of %s, rule %d, %s, is sent in spite of a silence", decision->event, decision->incident,
               decision->rule, decision->circuit);
    if (strcmp(decision->event, "acknowledged") == 0)
        episode->unsure = true;
    if (!reminder)
        episode->reminders = 0;
    episode->told = episode->told || !decision->quiet;
    episode->over = cleared;
    episode->told_ms = decision->quiet ? episode->told_ms : here.boot_ms;
    episode->commits = here.commits;
}

/* What it decided last may not have been kept; one that dies as it wakes up does not know that the machine has slept. */
void judge_daemon_died(void)
{
    if (judge.slept && here.commits < judge.slept_commits + 2)
        memcpy(judge.evidence, judge.before_sleep, sizeof judge.evidence);
    judge.slept = false;
    for (struct episode *at = judge.episodes; at != NULL; at = at->next)
        at->unsure = at->unsure || here.commits < at->commits + 2 || !disk_keeps();
}

/* ---- what is true ---- */

static enum standing_truth of_provider(int rule, const struct truth *is)
{
    bool fits = rule == 14 ? is->provider == IS_DEPROVISIONING : is->provider == IS_NOT_PROVISIONED;

    if (is->provider == IS_STRANGE)
        return TRUTH_MAY; /* it clears nothing */
    return !fits ? TRUTH_WRONG : is->disabled ? TRUTH_MAY : TRUTH_PAGES;
}

static enum standing_truth of_sessions(int rule, const struct truth *is, const char *path)
{
    bool both = !is->up[0] && !is->up[1], mine = !is->up[strcmp(path, "secondary") == 0];

    if (rule == 32)
        return !is->validation ? TRUTH_WRONG : both ? TRUTH_PAGES : TRUTH_MUST;
    if (rule == 40)
        return !both ? TRUTH_WRONG : is->validation ? TRUTH_MAY : TRUTH_PAGES;
    if (rule == 41)
        return both ? TRUTH_MAY : mine ? TRUTH_MUST : TRUTH_WRONG;
    return TRUTH_WRONG;
}

enum standing_truth judge_truth(int rule, size_t circuit, const char *path)
{
    const struct truth *is = azure_truth(circuit);
    bool usable = !is->gone && !is->disabled && (is->provider == IS_PROVISIONED || is->provider == IS_STRANGE);

    if (rule >= 90 || !settings_watch(circuit))
        return TRUTH_WRONG;
    if (rule == 10)
        return is->gone ? TRUTH_PAGES : TRUTH_WRONG;
    if (is->gone)
        return TRUTH_MAY;
    if (rule == 11)
        return is->disabled ? TRUTH_PAGES : TRUTH_WRONG;
    if (rule == 12 || rule == 14 || rule == 15)
        return of_provider(rule, is);
    if (rule == 16)
        return is->provider != IS_STRANGE ? TRUTH_WRONG : is->disabled ? TRUTH_MAY : TRUTH_MUST;
    if (rule == 19)
        return is->provider == IS_PROVISIONED ? TRUTH_WRONG : TRUTH_MAY;
    if (!usable)
        return TRUTH_MAY;
    if (rule == 22)
        return is->peering_off ? TRUTH_PAGES : TRUTH_WRONG;
    return is->peering_off ? TRUTH_MAY : of_sessions(rule, is, path);
}

static bool is_known_open(enum pager pager, size_t circuit, enum finding finding)
{
    for (const struct known *at = pager_known(pager); at != NULL; at = at->next)
        if (at->open && strcmp(at->circuit, azure_circuits[circuit].name) == 0 &&
            find_finding(at->rule, at->path) == finding)
            return true;
    return false;
}

/* Nothing is open there that is not true. */
static void check_no_more(enum pager pager)
{
    for (const struct known *at = pager_known(pager); at != NULL; at = at->next) {
        size_t circuit = azure_find(at->circuit);
        if (at->open && (circuit == CIRCUITS || judge_truth(at->rule, circuit, at->path) == TRUTH_WRONG))
            broken("after the calm %s still knows of rule %d, %s %s, episode %u: %s", pager_names[pager], at->rule,
                   at->circuit, at->path, at->episode, at->subject);
    }
}

/* Everything that is true is open there. */
static void check_no_less(enum pager pager, enum standing_truth least)
{
    for (size_t circuit = 0; circuit < CIRCUITS; circuit++)
        for (enum finding finding = 0; finding < FINDINGS; finding++)
            if (judge_truth(findings[finding].rule, circuit, findings[finding].path) >= least &&
                !is_known_open(pager, circuit, finding))
                broken("after the calm %s does not know that of %s %s", pager_names[pager],
                       azure_circuits[circuit].name, findings[finding].what);
}

void judge_calm_begins(void)
{
    judge.calm_since_ms = here.boot_ms;
}

void judge_calm(void)
{
    note("is what is known what is true?");
    for (enum pager pager = 0; pager < PAGERS; pager++)
        check_no_more(pager);
    check_no_less(PAGER_CHAT, TRUTH_MUST);
    check_no_less(PAGER_PAGE, TRUTH_PAGES);
}

/* ---- what is left ---- */

#define LASTING_MAX 64

/* Keys of findings that last. Of what only happened it is kept for ever that it was told, like its episode's number. */
struct left {
    uint64_t lasting[LASTING_MAX];
    size_t count;
};

static void count_open(void *context, const struct stored_incident *stored)
{
    struct left *left = context;

    if (stored->incident.event == 0 && left->count < LASTING_MAX)
        left->lasting[left->count++] = stored->incident.key;
    if (stored->incident.state != INCIDENT_CLEARED)
        broken("rule %u of %s is %s in the database, though all is well", stored->incident.rule, stored->scope,
               incident_state_name(stored->incident.state));
}

static void count_told(void *context, const struct stored_told *stored)
{
    const struct left *left = context;

    for (size_t i = 0; i < left->count; i++)
        if (left->lasting[i] == stored->key && stored->episode != 0)
            broken("the database has it that %s was told of %016llx-%u, though all is well", stored->receiver,
                   (unsigned long long)stored->key, stored->episode);
}

static void count_waiting(void *context, const struct stored_delivery *stored)
{
    (void)context;
    broken("notice %s waits for %s in the database, though all was taken", stored->notice_id, stored->receiver);
}

void judge_end(void)
{
    char why[STORE_WHY_MAX];
    struct store *store;
    struct left left = { .count = 0 };

    if (store_open("state", right_wall(), &store, why) != STORE_OK) {
        broken("the database cannot be opened: %s", why);
        return;
    }
    if (!store_each_incident(store, count_open, &left) || !store_each_told(store, count_told, &left) ||
        !store_each_waiting(store, count_waiting, NULL))
        broken("the database cannot be read");
    store_close(store);
}
