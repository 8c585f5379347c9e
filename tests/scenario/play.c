/* The events of a story: what stands behind "at 5m", before "->". */
#include "play.h"

#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct step *step, size_t at, const char *word)
{
    return at < step->count && strcmp(step->token[at], word) == 0;
}

static void means_nothing(struct daemon *daemon, const struct step *step, size_t at)
{
    report_fail(daemon->report, "what does \"%s\" mean here?", at < step->count ? step->token[at] : "(the end)");
}

/* ---- names ---- */

/* Which circuits a word means: "london", "all"; with what: "london.metrics". */
struct aim {
    size_t first, last; /* places, last excluded */
    enum ask ask;
    bool whole; /* no ".what" */
};

static const char *const ask_names[ASKS] = { "circuit", "metrics", "routes", "list", "arp", "beyond" };

static bool aim_at(const struct daemon *daemon, const char *word, struct aim *out)
{
    char name[PLAN_NAME_MAX] = "";
    size_t len = strcspn(word, ".:");
    const char *what = word + len + (word[len] == '.');

    if (len >= sizeof name)
        return false;
    memcpy(name, word, len);
    *out = (struct aim){ .first = 0, .last = daemon->plan.circuit_count, .whole = word[len] != '.' };
    if (strcmp(name, "all") != 0) {
        out->first = plan_find(&daemon->plan, name);
        out->last = out->first + 1;
    }
    for (enum ask ask = 0; !out->whole && ask < ASKS; ask++)
        if (strncmp(what, ask_names[ask], strlen(ask_names[ask])) == 0) {
            out->ask = ask;
            return out->first < daemon->plan.circuit_count;
        }
    return out->whole && out->first < daemon->plan.circuit_count;
}

/* ---- what Azure does ---- */

static void set_truth(struct daemon *daemon, const struct step *step, size_t at, const struct aim *aim)
{
    for (; at < step->count; at++)
        for (size_t place = aim->first; place < aim->last; place++)
            if (!truth_take(&daemon->truth[place], step->token[at])) {
                means_nothing(daemon, step, at);
                return;
            }
}

/* "london fails 500", "ops fails sign-in", "host fails disk": until "… answers" */
static void set_failure(struct daemon *daemon, const struct step *step, const struct failure *failure)
{
    struct credential_truth *credential;
    struct aim aim;

    if (is(step, 0, "host")) {
        daemon_local(daemon, failure->kind != TROUBLE_NONE ? failure : NULL);
    } else if (aim_at(daemon, step->token[0], &aim)) {
        for (size_t place = aim.first; place < aim.last; place++)
            daemon->truth[place].fails[aim.ask] = *failure;
    } else if ((credential = daemon_credential(daemon, step->token[0])) != NULL) {
        credential->fails = *failure;
        credential->not_before_ms = 0;
    } else {
        means_nothing(daemon, step, 0);
    }
}

static void run_fails(struct daemon *daemon, const struct step *step)
{
    struct failure failure = { .kind = TROUBLE_LOCAL, .retry_after_ms = -1 };

    if (is(step, 0, "host"))
        snprintf(failure.what, sizeof failure.what, "%s", step->count > 2 ? step->token[2] : "");
    else if (step->count != 3 || !failure_take(&failure, step->token[2])) {
        means_nothing(daemon, step, 2);
        return;
    }
    set_failure(daemon, step, &failure);
}

static void run_answers(struct daemon *daemon, const struct step *step)
{
    struct failure none = { .kind = TROUBLE_NONE };

    set_failure(daemon, step, &none);
}

/* ---- what we do ---- */

/* "poll london every 60s", "poll london.metrics every 60s steady" */
static void run_poll(struct daemon *daemon, const struct step *step)
{
    const struct policy *policy = &daemon->plan.policy;
    bool steady = is(step, 4, "steady");
    int64_t every_ms = 0;
    struct aim aim;

    if (step->count < 4 || !aim_at(daemon, step->token[1], &aim) || !is(step, 2, "every") ||
        !duration_read(step->token[3], &every_ms) || every_ms == 0) {
        means_nothing(daemon, step, 1);
        return;
    }
    int64_t routes_ms = every_ms > ROUTES_EVERY_MS ? every_ms : ROUTES_EVERY_MS;
    for (size_t place = aim.first; place < aim.last; place++) {
        if (!aim.whole)
            daemon_poll(daemon, place, aim.ask, every_ms, steady);
        if (aim.whole)
            daemon_poll(daemon, place, ASK_CIRCUIT, every_ms, steady);
        if (aim.whole && policy->sessions & SESSIONS_METRICS)
            daemon_poll(daemon, place, ASK_METRICS, policy->sessions_every_ms, steady);
        if (aim.whole && policy->sessions & SESSIONS_ROUTES)
            daemon_poll(daemon, place, ASK_ROUTES, routes_ms, steady);
        if (aim.whole && policy->sessions & SESSIONS_ROUTES)
            daemon_poll(daemon, place, ASK_ARP, routes_ms, steady);
    }
}

/* "rest london": no polls any more */
static void run_rest(struct daemon *daemon, const struct step *step)
{
    struct aim aim;

    if (step->count != 2 || !aim_at(daemon, step->token[1], &aim)) {
        means_nothing(daemon, step, 1);
        return;
    }
    for (size_t place = aim.first; place < aim.last; place++)
        for (enum ask ask = 0; ask < ASKS; ask++)
            if (aim.whole || aim.ask == ask)
                daemon_poll(daemon, place, ask, 0, false);
}

/* "see london: circuit=Disabled", "see london.metrics: bgp=0": one look, now */
static void run_see(struct daemon *daemon, const struct step *step)
{
    struct aim aim;

    if (step->count < 2 || !aim_at(daemon, step->token[1], &aim)) {
        means_nothing(daemon, step, 1);
        return;
    }
    set_truth(daemon, step, 2, &aim);
    for (size_t place = aim.first; place < aim.last && !daemon->report->failed; place++) {
        if (aim.ask == ASK_METRICS)
            truth_measure(&daemon->truth[place], daemon->clock_ms);
        daemon_ask(daemon, place, aim.ask);
    }
}

static void run_reload(struct daemon *daemon, const struct step *step)
{
    const char *stray = step->count > 1 ? plan_take(&daemon->plan, step->token + 1, step->count - 1) : NULL;

    if (stray != NULL)
        report_fail(daemon->report, "what does \"%s\" mean here?", stray);
    else
        daemon_reload(daemon);
}

static void run_restart(struct daemon *daemon, const struct step *step)
{
    daemon_stop(daemon, is(step, 0, "crash"));
    daemon_start(daemon);
}

static void run_stop(struct daemon *daemon, const struct step *step)
{
    daemon_stop(daemon, is(step, 0, "kill"));
}

static void run_start(struct daemon *daemon, const struct step *step)
{
    (void)step;
    daemon_start(daemon);
}

static void run_suspend(struct daemon *daemon, const struct step *step)
{
    int64_t ms;

    if (step->count != 2 || !duration_read(step->token[1], &ms))
        means_nothing(daemon, step, 1);
    else
        daemon_sleep(daemon, ms);
}

/* "wall +1h", "wall -1d", "wall 1970": the wall clock is set */
static void run_wall(struct daemon *daemon, const struct step *step)
{
    int64_t ms = 0;

    if (is(step, 1, "1970"))
        daemon_set_wall(daemon, -daemon->clock_ms);
    else if (step->count == 2 && duration_read(step->token[1] + 1, &ms) && strchr("+-", step->token[1][0]) != NULL)
        daemon_set_wall(daemon, daemon->wall_ms + (step->token[1][0] == '-' ? -ms : ms));
    else
        means_nothing(daemon, step, 1);
}

static void run_mute(struct daemon *daemon, const struct step *step)
{
    const char *stray = mutes_take(&daemon->mutes, step->token, step->count, daemon_now(daemon).wall_ms);

    if (stray != NULL)
        report_fail(daemon->report, "what does \"%s\" mean?", stray);
    else if (daemon->engine != NULL)
        daemon_mute(daemon);
}

static void run_unmute(struct daemon *daemon, const struct step *step)
{
    mutes_end(&daemon->mutes, step->token, step->count);
    if (daemon->engine != NULL)
        daemon_mute(daemon);
}

/* "clock wrong", "clock right": is it synchronised? */
static void run_clock(struct daemon *daemon, const struct step *step)
{
    daemon->mutes.mutes.clock_is_wrong = is(step, 1, "wrong");
    if (step->count != 2 || (!is(step, 1, "wrong") && !is(step, 1, "right")))
        means_nothing(daemon, step, 1);
    else if (daemon->engine != NULL)
        daemon_mute(daemon);
}

/* "ack 11 london", "ack sticky 11 london", "ack 2h 11 london"; "unack 11 london" */
static void run_ack(struct daemon *daemon, const struct step *step)
{
    bool sticky = is(step, 1, "sticky");
    size_t at = sticky ? 2 : 1;
    int64_t ms = 0;
    struct who who;

    if (at < step->count && duration_read(step->token[at], &ms) && rule_by_name(step->token[at]) == RULE_NONE)
        at++;
    else
        ms = 0;
    if (step->count <= at || who_read(step->token + at, step->count - at, &who) != NULL ||
        !daemon_ack(daemon, &who, ms > 0 ? daemon_now(daemon).wall_ms + ms : 0, sticky))
        means_nothing(daemon, step, at < step->count ? at : 0);
}

static void run_unack(struct daemon *daemon, const struct step *step)
{
    struct who who;

    if (step->count < 2 || who_read(step->token + 1, step->count - 1, &who) != NULL || !daemon_unack(daemon, &who))
        means_nothing(daemon, step, 0);
}

/* ---- the story ---- */

static const struct verb {
    const char *name;
    size_t at; /* which word of the line it is */
    bool running;
    void (*run)(struct daemon *, const struct step *);
} verbs[] = {
    { "fails", 1, false, run_fails },    { "answers", 1, false, run_answers }, { "poll", 0, true, run_poll },
    { "rest", 0, true, run_rest },       { "see", 0, true, run_see },          { "reload", 0, true, run_reload },
    { "restart", 0, true, run_restart }, { "crash", 0, true, run_restart },    { "stop", 0, true, run_stop },
    { "kill", 0, true, run_stop },       { "start", 0, false, run_start },     { "suspend", 0, true, run_suspend },
    { "wall", 0, false, run_wall },      { "mute", 0, false, run_mute },       { "unmute", 0, false, run_unmute },
    { "ack", 0, true, run_ack },         { "unack", 0, true, run_unack },
    { "clock", 0, false, run_clock },
};

static void run_set(struct daemon *daemon, const struct step *step)
{
    struct aim aim;

    if (aim_at(daemon, step->token[0], &aim))
        set_truth(daemon, step, 1, &aim);
    else
        means_nothing(daemon, step, 0);
}

static bool changes_truth(const struct step *step)
{
    return step->token[0][strlen(step->token[0]) - 1] == ':' || is(step, 1, "fails") || is(step, 1, "answers");
}

static void run_event(struct daemon *daemon, const struct step *step)
{
    if (step->token[0][strlen(step->token[0]) - 1] == ':') {
        run_set(daemon, step);
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!is(step, verbs[i].at, verbs[i].name))
            continue;
        if (verbs[i].running != (daemon->engine != NULL) && (verbs[i].running || verbs[i].run == run_start))
            report_fail(daemon->report, "the daemon is %s", daemon->engine != NULL ? "running" : "not running");
        else
            verbs[i].run(daemon, step);
        return;
    }
    means_nothing(daemon, step, 0);
}

static void run_settings(struct daemon *daemon, const struct step *step)
{
    const char *stray = plan_take(&daemon->plan, step->token, step->count);

    if (stray != NULL)
        report_fail(daemon->report, "what does \"%s\" mean in a setting?", stray);
}

/* An event comes before what is due at its moment, an expectation after it. */
static void run_step(struct daemon *daemon, const struct step *step, int64_t since_ms)
{
    if (step->at_ms < daemon->clock_ms) {
        report_fail(daemon->report, "the machine sleeps at that moment");
        return;
    }
    if (step->at_ms > daemon->clock_ms) {
        daemon_run(daemon, daemon->clock_ms, true);
        expect_no_more(daemon, false);
    }
    daemon_run(daemon, step->at_ms, step->kind == STEP_EXPECT);
    if (!step->by)
        expect_no_more(daemon, true);
    if (daemon->report->failed)
        return;
    if (step->kind == STEP_EVENT)
        run_event(daemon, step);
    else
        expect_step(daemon, step, since_ms);
}

/* An expectation has let everything happen that was due: a change at the same moment would be seen one poll later. */
static bool comes_too_late(const struct step *step, const struct step *before)
{
    return step->kind == STEP_EVENT && before->kind == STEP_EXPECT && step->at_ms == before->at_ms && step->at_ms > 0 &&
           changes_truth(step);
}

void play(const struct scenario *scenario, struct daemon *daemon)
{
    int64_t since_ms = -1;

    for (size_t i = 0; i < scenario->count && !daemon->report->failed; i++) {
        const struct step *step = &scenario->step[i];
        daemon->report->line = step->line;
        if (step->kind == STEP_SETTING) {
            run_settings(daemon, step);
            continue;
        }
        if (daemon->starts == 0)
            daemon_start(daemon);
        if (i > 0 && scenario->step[i - 1].at_ms < step->at_ms)
            since_ms = scenario->step[i - 1].at_ms;
        if (i > 0 && comes_too_late(step, &scenario->step[i - 1]))
            report_fail(daemon->report, "this moment has been looked at already: the change needs one of its own");
        run_step(daemon, step, since_ms);
    }
    if (!daemon->report->failed)
        expect_no_more(daemon, false);
}
