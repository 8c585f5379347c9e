#ifndef ERWATCH_TESTS_SCENARIO_DAEMON_H
#define ERWATCH_TESTS_SCENARIO_DAEMON_H

#include "azure.h"
#include "kept.h"
#include "log.h"
#include "mutes.h"

/*
 * The app of a story: it has the clocks, asks the story's Azure when it is time to, gives the core what it saw and does
 * what the core asks for. Times are the story's own, in milliseconds, unless they are a struct mono.
 */

#define NEVER INT64_MAX

/** One thing that is asked regularly. */
struct asked {
    int64_t every_ms; /* 0: not polled */
    bool steady;      /* the core's wish to look again is not followed */
    int64_t beat_ms, due_ms, attempted_ms;
    uint32_t failures;
};

/** A route summary under way. */
struct routes_run {
    bool busy;
    int64_t ready_ms;
    struct mono posted;
    struct circuit_truth truth; /* as it was when it was asked for */
};

struct credential_truth {
    char name[PLAN_NAME_MAX];
    struct failure fails;
    int64_t not_before_ms;
    bool refused; /* the last attempt to sign in failed */
};

struct daemon {
    int64_t clock_ms;         /* the story's clock */
    int64_t base_ms, wall_ms; /* our forward clock and the wall clock when the story's was 0 */
    struct plan plan;
    struct circuit_truth truth[PLAN_CIRCUITS_MAX];
    struct credential_truth credential[PLAN_CREDENTIALS_MAX];
    size_t credential_count;
    struct watching *watching;
    struct engine *engine; /* NULL: not running */
    unsigned starts;
    struct asked asked[PLAN_CIRCUITS_MAX][ASKS];
    struct routes_run routes[PLAN_CIRCUITS_MAX];
    int64_t measured_ms; /* the last full minute of which the metrics have a point */
    struct story_mutes mutes;
    size_t ending_count; /* silences that rule 99 speaks of */
    uint8_t verdict[PLAN_CIRCUITS_MAX]; /* as the effects told it */
    struct effects effects;
    struct kept kept, committed; /* a commit is there once the clock moves on */
    size_t committed_count;      /* entries of the log by then */
    struct log log;
    struct report *report;
    struct sample sample;
};

void daemon_init(struct daemon *daemon, struct report *report);
void daemon_fini(struct daemon *daemon);

struct moment daemon_now(const struct daemon *daemon);

void daemon_start(struct daemon *daemon);
/** @param killed  what came up at this very moment is lost, its notices too */
void daemon_stop(struct daemon *daemon, bool killed);
/** Other settings: the plan has been changed. */
void daemon_reload(struct daemon *daemon);

/** Let everything happen that is due before @p clock_ms (with @p including: and at that moment). */
void daemon_run(struct daemon *daemon, int64_t clock_ms, bool including);
/** The wall clock is set; what it shows when the story's is 0. */
void daemon_set_wall(struct daemon *daemon, int64_t wall_ms);
/** The machine sleeps: the clocks go on, nothing else does. Then everything is asked for. */
void daemon_sleep(struct daemon *daemon, int64_t ms);

/** Begin to ask regularly, from now on. */
void daemon_poll(struct daemon *daemon, size_t place, enum ask ask, int64_t every_ms, bool steady);
/** Ask once, now. */
void daemon_ask(struct daemon *daemon, size_t place, enum ask ask);

/** Somebody takes the incident on until then (0: as long as it lasts); nobody does any more. False: there is none. */
bool daemon_ack(struct daemon *daemon, const struct who *who, int64_t until_wall_ms, bool sticky);
bool daemon_unack(struct daemon *daemon, const struct who *who);

/** The mutes have been changed. */
void daemon_mute(struct daemon *daemon);

/** Trouble of our own machine; NULL: it is over. */
void daemon_local(struct daemon *daemon, const struct failure *failure);
/** The sign-in of this credential, for a story to break; NULL when it has too many. */
struct credential_truth *daemon_credential(struct daemon *daemon, const char *name);

/* polls.c, for daemon.c */
int64_t polls_due(const struct daemon *daemon);
void polls_run(struct daemon *daemon);
void polls_look(struct daemon *daemon, size_t place, unsigned look, int64_t at_ms);
void polls_restart(struct daemon *daemon);
/** Ask for everything that is polled now. */
void polls_now(struct daemon *daemon);
/** After each event: what the core wants is done, and its time has come when it says so. */
void daemon_follow(struct daemon *daemon);

/* check.c: what must hold after every turn of every story */
void check_told(struct daemon *daemon, const struct effect *effect, const char *scope);
void check_state(struct daemon *daemon);

#endif
