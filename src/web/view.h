#ifndef ERWATCH_WEB_VIEW_H
#define ERWATCH_WEB_VIEW_H

#include "core/incident.h"
#include "core/judge.h"
#include "core/mute.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the API answers, as JSON made from state that is handed in. erwatchctl(1), "JSON", documents every key.
 *
 * The structs below only point at what the caller has; nothing is kept after a call. Every function gives a heap text
 * of one line, plain ASCII, NUL-terminated; free() it.
 */

/** An incident for display. */
struct incident_view {
    const struct incident *incident;
    const char *scope;        /* as stored: a circuit's id in lower case, or "credential/NAME" and the like */
    const char *circuit_id;   /* NULL for what is beside a circuit */
    const char *circuit_name;
    const char *summary;      /* one line */
    const struct policy *policy; /* whose holds say how far the count has to go */
    const struct story *story; /* text, steps and facts; NULL: taken from the notice */
    const char *notice;       /* JSON of the last notice, NULL or "" when there was none */
    const char *suppressed_by; /* identity of the incident that explains it; NULL when not known */
    const struct mute *muted_by; /* the silence or window that withholds it for longest; NULL: none */
};

/** A circuit for display. */
struct circuit_view {
    const struct facts *facts; /* as it is judged from; `sample` may be NULL */
    const char *credential;    /* name */
    uint8_t verdict;           /* enum verdict, from raised findings */
    int64_t since_wall_ms;     /* when that verdict began; 0: not known */
    bool confirming;           /* a finding is pending */
    uint8_t peering_verdict[PEERINGS];
    const struct failure *failure; /* of the last poll; NULL: it was answered */
    struct mono failed;            /* when; MONO_NEVER */
    struct mono next_poll;         /* MONO_NEVER: none is planned */
    const struct incident_view *incidents; /* its own, not cleared, worst first */
    size_t incident_count;
};

/** A silence, or a maintenance window of the settings. */
struct silence_view {
    const struct mute *mute;
    bool holds;               /* it mutes now */
    int64_t uid;              /* who made it; negative: nobody, it is a window */
    const char *circuit_name; /* of the circuit that it names; NULL: it names none, or it is not watched any more */
    size_t incidents;         /* open ones that it withholds now */
};

/** A subscription whose circuits are discovered. */
struct discovery_view {
    const char *subscription, *credential;
    size_t circuits, beyond; /* watched because of it; kept out by `most` */
    int64_t listed_wall_ms;  /* the last complete list; 0: none yet */
    const char *trouble;     /* why the last one was not; "": it was */
};

/** The dead-man's heartbeat. */
struct heartbeat_view {
    const char *to;       /* without what is secret in it */
    int64_t sent_wall_ms; /* when it was taken last; 0: never */
    const char *trouble;  /* why none is sent; NULL: it is */
};

/** One receiver's queue. */
struct queue_view {
    const char *receiver;
    uint64_t waiting;
    int64_t oldest_ms;   /* age of the oldest that waits; negative: nothing waits */
    const char *trouble; /* what the last attempt ran into; NULL: nothing */
    const char *digest_to; /* of a digest: who gets it; NULL: it is none. Nothing waits for itself then: */
    uint64_t digest_lines; /* so many incidents wait for the next one, */
    int64_t digest_wall_ms; /* which is due then */
};

/** The daemon as a whole, for the head of `status` and `loop`. */
struct daemon_view {
    const char *version, *host;
    int64_t uptime_ms;
    const char *settings_file;
    int64_t settings_wall_ms; /* when these settings became valid */
    const char *settings_trouble; /* why the last reload was refused; NULL: it was not */
    const char *clock_trouble;    /* why maintenance windows do not hold; NULL: they do, or there are none */
    bool has_heartbeat;
    struct heartbeat_view heartbeat;
    const struct discovery_view *discoveries;
    size_t discovery_count;
    const struct queue_view *queues;
    size_t queue_count;
    size_t silences, windows;      /* that mute now */
    int64_t silences_end_wall_ms;  /* when the next of the silences ends; 0: there is none */
};

/** Requests of one kind: "circuit", "list", "metrics", "routes", "token" … */
struct requests_view {
    const char *kind;
    uint64_t sent, answered, failed; /* since the start; every one is answered or under way */
    uint64_t sent_last, sent_before; /* in the last whole cycle, and in the one before */
    uint64_t questions, questions_last, questions_before; /* a list of several pages is one */
};

/** What may still be asked with one credential in one subscription. */
struct budget_view {
    const char *credential, *subscription;
    const char *kind; /* "reads", "writes" … */
    int64_t left, capacity, per_second;
    int64_t paused_ms; /* Azure wants to be left alone for so long; negative: it does not */
};

struct token_view {
    const char *credential, *audience; /* "management", "metrics": what it is for */
    int64_t expires_ms;  /* from now; negative: there is no token */
    const char *trouble;  /* why the last one was refused; NULL: it was not */
    int64_t ends_wall_ms; /* when the credential itself ends; 0: never, or nobody knows */
};

struct next_poll_view {
    const char *circuit;
    int64_t in_ms; /* 0 when it is due */
};

/** A list that was read for API_DISCOVER. */
struct discover_list_view {
    const char *subscription; /* "": which subscriptions there are */
    const char *credential;
    size_t circuits;
    const char *trouble; /* why it is not complete; "": it is */
};

/** A circuit that a credential can see. */
struct seen_view {
    const struct sample *sample;
    const char *credential;
    bool watched;
};

/** What the daemon itself does. */
struct loop_view {
    struct daemon_view daemon;
    size_t circuits;
    uint64_t turns;
    uint32_t timers;
    int64_t longest_us, late_us, below_us; /* longest turn, latest timer, what 999 of 1000 turns took at most */
    uint64_t journal_written, journal_lost, journal_waiting;
    uint64_t store_waiting;
    const struct requests_view *requests;
    size_t request_count;
    const struct budget_view *budgets;
    size_t budget_count;
    const struct token_view *tokens;
    size_t token_count;
    const struct next_poll_view *polls; /* the next few, soonest first */
    size_t poll_count;
};

/** A test of a receiver that has ended. */
struct test_view {
    const char *receiver, *notice; /* its name; the id of the notice */
    const char *answer;            /* "HTTP 202"; NULL: there was none, or it has no number */
    const char *trouble;           /* why it was not taken; NULL: it was */
    int64_t took_ms;               /* from the beginning of the attempt to the answer */
};

/** A reload that was taken. */
struct reload_view {
    const char *file;
    size_t circuits, added, removed, changed;
    const char *const *warnings; /* "file:line:column: warning: …" */
    size_t warning_count;
};

/** GET /v1/circuits/NAME */
char *view_circuit(const struct circuit_view *circuit);
/** GET /v1/incidents/IDENTITY */
char *view_incident(const struct incident_view *incident, struct moment now);
/** GET /v1/loop */
char *view_loop(const struct loop_view *loop, struct moment now);
/** POST /v1/poll, once the poll is over. @param took_ms from the request to the end of the poll */
char *view_poll(const struct circuit_view *circuit, int64_t took_ms);
/** GET /v1/silences: silences, and windows that are not over; oldest first */
char *view_silences(const struct silence_view *silences, size_t count, struct moment now);
/** POST /v1/silences, taken; DELETE /v1/silences/ID, ended */
char *view_silence(const struct silence_view *silence, struct moment now);
/** POST /v1/receivers/NAME/test, once it is over */
char *view_test(const struct test_view *test, struct moment now);
/** POST /v1/reload, taken */
char *view_reload(const struct reload_view *reload);

/*
 * The two lists are built one entry at a time, so that a caller with thousands of them can spread the work over turns
 * of its loop: each entry becomes text at once, and only the text is kept.
 */
struct view_list;

struct view_list *view_list_new(void);
void view_list_free(struct view_list *list);

/** GET /v1/status: one row per circuit, then every incident that is not cleared for the totals, then the end. */
void view_status_circuit(struct view_list *list, const struct circuit_view *circuit);
void view_status_incident(struct view_list *list, const struct incident *incident);
/** Frees the list. */
char *view_status_end(struct view_list *list, const struct daemon_view *daemon, struct moment now);

/** POST /v1/discover: one entry per circuit, then the end. */
void view_discover_circuit(struct view_list *list, const struct seen_view *seen);
/** Frees the list. */
char *view_discover_end(struct view_list *list, const struct discover_list_view *lists, size_t count,
                        struct moment now);

/** A line of the history. */
struct history_view {
    int64_t wall_ms;
    const char *kind;
    const char *scope;        /* as stored: a circuit's id in lower case, or what else it is about */
    const char *circuit_name; /* as it was then */
    const struct incident *incident; /* key, episode, rule, severity, subject and item; RULE_NONE: it is about none */
    const char *who, *quiet;  /* "": nobody; nothing */
    int64_t lasted_ms;        /* of what is over; -1 */
    const char *text;
};

/** The line behind which the next page begins. */
struct history_next {
    int64_t wall_ms, id;
};

/** GET /v1/history: one entry per line, newest first, then the end. May be called on any thread. */
void view_history_line(struct view_list *list, const struct history_view *line);
/** Frees the list. @param next  NULL: there are no more */
char *view_history_end(struct view_list *list, const struct history_next *next, struct moment now);

/** GET /v1/incidents */
void view_incidents_add(struct view_list *list, const struct incident_view *incident, struct moment now);
/** Frees the list. */
char *view_incidents_end(struct view_list *list, struct moment now);

#endif
