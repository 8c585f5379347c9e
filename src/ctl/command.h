#ifndef ERWATCH_CTL_COMMAND_H
#define ERWATCH_CTL_COMMAND_H

#include "ctl/screen.h"
#include "ctl/silence.h"

#include <jansson.h>
#include <stdbool.h>

/* The commands: each asks the daemon once and shows the answer. */

/** Exit statuses; erwatchctl(1), "EXIT STATUS". */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,     /* the daemon refused, the poll was not answered */
    EXIT_USAGE = 2,
    EXIT_NO_DAEMON = 3,  /* not there, not for us, or it does not answer */
    EXIT_NO_SUCH = 4,    /* no such circuit, incident, silence or receiver */
};

struct call {
    const char *socket;
    const char *argument; /* CIRCUIT, INCIDENT, RECEIVER or the first word; NULL when there is none */
    const char *object;   /* a second word; NULL when there is none */
    long timeout_ms;      /* 0: what suits the command */
    const char *credential, *subscription; /* discover; NULL: any */
    const char *since; /* history; NULL: from the beginning. Its end is silence.until */
    long limit;        /* history; 0: what suits it */
    struct silence_words silence;
    bool silence_said; /* any of it */
    bool json, watch, all, graph, sticky;
    struct screen screen; /* standard output */
};

struct command {
    const char *name;
    const char *argument; /* "CIRCUIT"; NULL: none */
    const char *may;      /* "[CIRCUIT|INCIDENT]": an argument that may be left out; NULL: none */
    const char *words;    /* "add|list|end": up to two words, and the options of silences; NULL: none */
    bool takes_range;     /* --since, --until, --limit */
    bool takes_ack;       /* --for, --why, --sticky */
    bool takes_watch, takes_all;
    bool takes_scope; /* --credential, --subscription, --graph */
    enum exit_status (*run)(const struct call *call);
    const char *help;
};

/** By name; NULL when there is none. */
const struct command *command_find(const char *name);
/** All of them; a row without a name ends. */
const struct command *command_all(void);

struct answer;

/** What an answer comes to as an exit status; complains about everything that is not 200. */
enum exit_status command_judge(const struct call *call, const struct answer *answer);
/** As it came, for programs; everything outside ASCII is escaped, so a terminal is safe with it. */
void command_print_json(const struct call *call, const json_t *body);

/* history.c */
enum exit_status run_history(const struct call *call);

/** One line on standard error, harmless. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
