#ifndef ERWATCH_CTL_ASK_H
#define ERWATCH_CTL_ASK_H

#include <jansson.h>

/* One request to the daemon: HTTP over its Unix socket, bounded in time and size. */

#define ASK_BODY_MAX (64 * 1024 * 1024) /* 10,000 circuits make 8 MB */
#define ASK_READ_MS 10000               /* a reading request: the daemon answers from memory */
#define ASK_POLL_MS 180000              /* a poll: sign-in, circuit, metrics and routes, each with its own limit */
#define ASK_RELOAD_MS 60000
#define ASK_DISCOVER_MS 180000
#define ASK_TEST_MS 90000              /* the daemon gives up waiting after 60 s */

enum ask_end {
    ASK_ANSWERED,  /* status and document are there */
    ASK_NO_DAEMON, /* nobody listens */
    ASK_DENIED,    /* the socket may not be used */
    ASK_TIMEOUT,
    ASK_BROKEN,    /* what came is no answer of a daemon */
};

struct answer {
    enum ask_end end;
    long status;   /* HTTP */
    json_t *body;  /* an object, when answered; json_decref() it */
    char why[512]; /* otherwise: a sentence with the socket's path as it was given */
};

/** @param body  JSON of a POST; NULL: none */
void ask(const char *socket, const char *method, const char *path, const char *body, long timeout_ms,
         struct answer *answer);

/** A path or query with a percent-encoded value behind it; heap. */
char *ask_path(const char *before, const char *value);

#endif
