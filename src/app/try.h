#ifndef ERWATCH_APP_TRY_H
#define ERWATCH_APP_TRY_H

#include "app/app.h"

#include <stdio.h>

/*
 * `erwatchd -n --try`: sign in, make one read of every kind that the settings need, and say which work. The daemon's
 * own ways to Azure, without an engine, a store or receivers: app->trial says so.
 */

#define TRY_LIMIT_MS (120 * 1000) /* for everything together */
#define TRY_CIRCUITS_MOST 50      /* of a credential in a subscription that are all read; of more only the first */

/** What is tried, in this order; a column of the table has a name for each. */
enum trying {
    TRY_SIGN_IN,
    TRY_DISCOVERY,
    TRY_LIST,
    TRY_CIRCUIT,
    TRY_OTHERS, /* the circuit is read of each of them, one after the other */
    TRY_METRICS,
    TRY_BATCH,
    TRY_ROUTES,
    TRY_RESULT, /* of the route summary: it is fetched from the subscription */
    TRY_ARP,
    TRY_CONNECTIONS,
    TRY_CONNECTION,
    TRY_SEARCH,
    TRY_PORT,
    TRY_PORT_METRICS,
    TRY_HEALTH,
    TRY_EVENTS,
    TRIES
};

enum tried {
    TRIED_WAITS, /* its turn has not come */
    TRIED_NOT_NEEDED,
    TRIED_WORKS,
    TRIED_REFUSED, /* for want of a right */
    TRIED_FAILED,
    TRIED_UNKNOWN, /* it could not be tried */
};

struct tried_row {
    uint8_t state; /* enum tried */
    char note[160]; /* why it is not needed or could not be tried, or what it was tried with; "" */
    struct failure failure; /* of what was refused or failed */
};

/** What one credential needs in one subscription. */
struct probe {
    struct trial *trial;
    size_t credential;
    const char *subscription;
    size_t circuits; /* of the settings that it has here */
    size_t circuit;  /* the first of them, which is asked about */
    size_t other;    /* the next one to be read */
    bool discovers;
    char *id;        /* of the circuit that is asked about; of discovery where the settings have none; NULL: none */
    struct sample *sample; /* of it */
    bool seen;             /* `sample` is filled */
    char *location;        /* of the route summary; NULL: none */
    enum trying at;
    enum audience waits;   /* for which token; AUDIENCES: for none */
    struct tried_row row[TRIES];
};

struct trial {
    struct app *app;
    struct probe *probe;
    size_t count, ended;
    struct timer *limit;
};

/** Try it, and print the table to standard output. @return does everything that is needed work? */
bool try_run(struct app *app);

/** A token has come, or will not. */
void try_token(struct app *app, size_t credential, enum audience audience, const struct failure *failure,
               struct moment now);

/* try_ask.c: what is asked, by kind */
const char *try_name(enum trying trying);
/** The right that the role must have for it. */
const char *try_action(enum trying trying);
/** Do the settings need it? @return false: `note` of its row says why not */
bool try_needed(struct probe *probe, enum trying trying);
/** For which service it needs a token. */
enum audience try_audience(enum trying trying);
/** Make the request. @return false: `note` says why it cannot be tried */
bool try_make(struct probe *probe, enum trying trying, struct moment now, struct azure_request *out);
/** Go on to the next of the other circuits. @return is there one? */
bool try_next_circuit(struct probe *probe);
/** The connection that a circuit of the settings expects; NULL: none expects one. */
const char *try_connection(const struct probe *probe);
/** The port of the circuit that was seen. */
const char *try_port(const struct probe *probe);

/* try_read.c: what the answer says of it */
enum azure_result try_read(struct probe *probe, enum trying trying, const struct azure_reply *reply, struct moment now,
                           struct failure *failure);

/* try_print.c */
/** The table of all probes, at most 80 columns wide. @return does everything that is needed work? */
bool try_print(const struct trial *trial, FILE *to);

#endif
