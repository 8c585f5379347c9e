#ifndef ERWATCH_IO_HTTP_HOST_H
#define ERWATCH_IO_HTTP_HOST_H

#include "core/mono.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* What we remember of a host: who waits for it, how many run, whether its old connections can be trusted. No I/O. */

struct http_call;

TAILQ_HEAD(http_calls, http_call);
TAILQ_HEAD(http_host_list, http_host);

struct http_host {
    TAILQ_ENTRY(http_host) link;
    char *origin; /* "https://host", with the port where it is not the usual one */
    struct http_calls waiting;
    unsigned running;
    unsigned connecting;    /* how many of these have no connection yet */
    bool connected;         /* one of those that run has got one, after the last failure */
    struct mono failed;     /* when a connection last went dead under a request; MONO_NEVER: not within living memory */
    uint32_t epoch;         /* counts these failures */
    bool proven;            /* a connection made since then stood */
    unsigned stale;         /* how many still run that were begun before the last one */
};

struct http_hosts {
    struct http_host_list list; /* in the order of their turns */
    unsigned per_host;
};

void http_hosts_init(struct http_hosts *hosts, unsigned per_host);
void http_hosts_fini(struct http_hosts *hosts);
/** The host of this origin, made when it is not there. Forgets those that nothing is to be remembered of. */
struct http_host *http_host_get(struct http_hosts *hosts, const char *origin, struct mono now);
/** The next host, in turn, that has somebody waiting and may begin another request; NULL: none. */
struct http_host *http_host_next(struct http_hosts *hosts);

/** Which connections a request that begins now may use. */
struct http_trust {
    bool fresh;       /* none but its own */
    long lifetime_s;  /* none older than that */
};
struct http_trust http_host_trust(const struct http_host *host, struct mono now);

/** A request begins. @return its epoch */
uint32_t http_host_begin(struct http_host *host);
/** It has its connection, and will be sent now. */
void http_host_sends(struct http_host *host, uint32_t epoch);

struct http_visit {
    uint32_t epoch;
    bool sent; /* it had its connection */
    bool dead; /* … which went dead afterwards: timeout, reset, cut */
};
void http_host_end(struct http_host *host, struct http_visit visit, struct mono now);

#endif
