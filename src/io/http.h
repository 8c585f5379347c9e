#ifndef ERWATCH_IO_HTTP_H
#define ERWATCH_IO_HTTP_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The HTTPS client: a request in, one reply or failure out, on the loop, through libcurl. No redirects, TLS 1.2 or
 * newer, verified, everything bounded. Requests beyond the limits wait in a queue of their host; hosts take turns, so
 * that one that hangs does not hold up the others. A host's first request goes alone until its connection stands: the
 * others then share it (HTTP/2), and a name server that does not answer is asked by one thread, not by all.
 */

struct http;

struct http_settings {
    const char *user_agent;
    const char *ca_file;     /* NULL: the system's */
    const char *proxy;       /* "none", "environment", "http://host:port" */
    unsigned connections;    /* most at once */
    unsigned per_host;       /* most at once to one host */
};

/**
 * A piece of a body, decoded, in the order in which it came: a part of it in each turn of the loop, so the last ones
 * may come after the transfer has ended. It may neither send nor cancel.
 */
typedef void http_piece(void *context, const char *bytes, size_t len);

struct http_request {
    const char *method;
    const char *url;
    const char *const *headers; /* "Name: value", NULL ends */
    const char *body;           /* NULL: none; POST, PUT and PATCH say "Content-Length: 0" all the same */
    size_t body_len;
    size_t limit;               /* most decoded body bytes of the answer */
    int64_t timeout_ms;         /* for the whole request, waiting in the queue included */
    int64_t connect_ms;         /* for the connection alone; 0: as long as the whole may take */
    bool direct;                /* never through a proxy */
    bool plain;                 /* http:// is allowed (metadata service, loopback) */
    bool compressed;            /* offer gzip */
    http_piece *piece;          /* gets the body of an answer with status 200, which the reply then lacks; NULL: none */
};

enum http_end {
    HTTP_ANSWERED, /* status and whole body are there */
    HTTP_RESOLVE, HTTP_CONNECT, HTTP_TLS, HTTP_TIMEOUT,
    HTTP_CUT,       /* the connection broke, or what came was no whole HTTP answer */
    HTTP_TOO_LARGE, /* the answer broke a limit: the request's, or 64 KB of headers */
    HTTP_REFUSED,   /* our own rule: scheme, URL */
    HTTP_LOCAL,     /* no descriptors, no memory */
    HTTP_CANCELLED,
    HTTP_ENDS
};

struct http_reply {
    enum http_end end;
    int status;           /* 0 when no status line came */
    const char *body;     /* a NUL stands behind it; also what came of an answer that was cut */
    size_t len;
    const char *why;      /* not answered: one sentence that names scheme and host, nothing else of the URL */
    int64_t took_ms;      /* since http_send() */
    bool sent;            /* the request may have left */
    const char *headers;  /* for http_header(): names and values in turn, each ends in NUL; an empty name ends them */
};

/** A header of the answer, by name without case, the first of that name; NULL when absent. During the callback only. */
const char *http_header(const struct http_reply *reply, const char *name);

/** Runs exactly once for every request, never from inside http_send(). */
typedef void http_done(void *context, const struct http_reply *reply, struct moment now);

/** @return NULL and a sentence in @p why when the settings cannot work (CA file unreadable or without certificates) */
struct http *http_new(struct loop *loop, const struct http_settings *settings, char why[256]);
/** Cancels what is under way: callbacks run with HTTP_CANCELLED, and may not send. Not from a callback. */
void http_free(struct http *http);

/**
 * Everything in @p request is copied, and `piece` gets @p context, too; the copies of headers and bodies, and the answer,
 * are wiped after use.
 */
struct http_call;
struct http_call *http_send(struct http *http, const struct http_request *request, http_done *done, void *context);
/** The callback runs with HTTP_CANCELLED, later in the loop. Only for a call whose callback has not run. */
void http_cancel(struct http_call *call);

struct http_figures { uint64_t requests, answers, failures; unsigned running, waiting; };
struct http_figures http_figures(const struct http *http);

#endif
