#ifndef ERWATCH_CORE_NOTICE_H
#define ERWATCH_CORE_NOTICE_H

#include "core/judge.h"
#include "core/opinion.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The words for people about one incident: summary, text, next steps and the facts they rest on. Made once, when
 * something is to be told, and never again from memory.
 */

#define FACTS_MAX 48
#define STEPS_MAX 10

struct fact {
    const char *name, *value;
    int64_t seen_wall_ms; /* 0: it is no observation (an expectation, a limit) */
    const char *source;   /* "arm", "metrics", "routes", "settings", "memory", "login", "host" */
};

/** All texts live in the story's own storage; a story is about 16 KB, keep one and use it again. */
struct story {
    const char *summary; /* one line, at most 200 bytes, begins with the circuit's name */
    const char *text;    /* one to several sentences */
    size_t step_count;
    const char *step[STEPS_MAX];
    size_t fact_count;
    struct fact fact[FACTS_MAX];
    size_t used;
    char storage[12288];
    char again[4608]; /* story_say_how(): summary and text once more */
};

/** Why a poll gave nothing; kept per circuit and per credential for the stories of rules 90-95. */
enum trouble {
    TROUBLE_NONE,
    TROUBLE_NETWORK,    /* resolve, connect, TLS, time-out, transport that ended early, 5xx, 408 */
    TROUBLE_TOKEN,      /* 401 from ARM, again after a new token */
    TROUBLE_SIGN_IN,    /* login refused, secret unusable, no metadata answer */
    TROUBLE_FORBIDDEN,  /* 403, SubscriptionNotFound */
    TROUBLE_THROTTLED,  /* 429 */
    TROUBLE_LOCKED,     /* 429 because another operation holds the resource: no throttling */
    TROUBLE_MISSING,    /* ResourceNotFound, ResourceGroupNotFound */
    TROUBLE_UNEXPECTED, /* an answer that cannot be believed */
    TROUBLE_LOCAL,      /* our own machine: descriptors, memory, disk */
    TROUBLES
};

const char *trouble_name(enum trouble trouble);

/** One failure in words. All texts are bounded copies, safe to print, without secrets. */
struct failure {
    uint8_t kind;      /* enum trouble */
    uint8_t feature;   /* enum feature it was about, FEATURE_NONE for the circuit itself */
    int http_status;   /* 0: no answer */
    char code[64];     /* "AuthorizationFailed", "AADSTS7000222" … */
    char what[160];    /* one sentence: "connecting to 127.0.0.1 was refused" */
    char action[96];   /* 403: the action that was refused */
    char scope[160];   /* 403: where */
    char correlation[40]; /* x-ms-correlation-request-id, for support; "" like the next when the answer has none */
    char request[40];     /* x-ms-request-id */
    char client[40];      /* x-ms-client-request-id, which was ours: there is one without an answer, too */
    int64_t retry_after_ms; /* 429, 503: as the answer said; -1: it did not */
};

/**
 * Tell about one opinion.
 *
 * @param failure  the last failure of the circuit or credential; NULL when there is none
 * @param subject_name  name of the credential, subscription or other subject beside a circuit; "" for a circuit's own
 * @param event    raised, changed or cleared: a cleared story says that it is over
 */
void story_tell(struct story *story, const struct facts *facts, const struct opinion *opinion, enum rule_event event,
                const struct failure *failure, const char *subject_name);

struct incident;

/**
 * What the notice says beside the finding: how long it has gone on (of a reminder), that it flaps, or no longer does.
 *
 * @param steady  it no longer flaps
 */
void story_say_how(struct story *story, const struct incident *incident, enum rule_event event, bool steady,
                   int64_t now_wall_ms);

#endif
