#ifndef ERWATCH_IO_HTTP_H
#define ERWATCH_IO_HTTP_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The HTTPS client: a request in, one reply or failure out, on the loop, through libcurl. No redirects, TLS 1.2 or newer, verified, bounded. */

struct http;

struct http_settings {
    const char *user_agent;
    const char *ca_file;     /* NULL: the system's */
    const char *proxy;       /* "none", "environment", "http://host:port" */
    unsigned connections;    /* most at once */
    unsigned per_host;       /* most at once to one host */
};

struct http_request {
    const char *method;
    const char *url;
    const char *const *headers; /* "Name: value", NULL ends; copied and wiped after use */
    const char *body;           /* NULL: none */
    size_t body_len;
    size_t limit;               /* most decoded body bytes of the answer */
    int64_t timeout_ms;         /* for the whole request */
    bool direct;                /* never through a proxy */
    bool plain;                 /* http:// is allowed (metadata service, loopback) */
    bool compressed;            /* offer gzip */
};

enum http_end {
    HTTP_ANSWERED, /* status and whole body are there */
    HTTP_RESOLVE, HTTP_CONNECT, HTTP_TLS, HTTP_TIMEOUT, HTTP_CUT, /* transport */
    HTTP_TOO_LARGE,  /* the answer broke a limit */
    HTTP_REFUSED,    /* our own rule: scheme, URL */
    HTTP_LOCAL,      /* no descriptors, no memory */
    HTTP_CANCELLED,
    HTTP_ENDS
};

struct http_reply {
    enum http_end end;
    int status;           /* 0 when no status line came */
    const char *body;
    size_t len;
    const char *why;      /* not answered: one sentence without the URL's query */
    int64_t took_ms;
    bool sent;            /* the request may have left */
};

/** A header of the answer, by name without case; NULL when absent. During the callback only. */
const char *http_header(const struct http_reply *reply, const char *name);

/** Runs exactly once for every request, never from inside http_send(). */
typedef void http_done(void *context, const struct http_reply *reply, struct moment now);

/** @return NULL and a sentence in @p why when the settings cannot work (CA file unreadable or without certificates) */
struct http *http_new(struct loop *loop, const struct http_settings *settings, char why[256]);
/** Cancels what is under way: callbacks run with HTTP_CANCELLED. */
void http_free(struct http *http);

struct http_call;
struct http_call *http_send(struct http *http, const struct http_request *request, http_done *done, void *context);
void http_cancel(struct http_call *call);

struct http_figures { uint64_t requests, answers, failures; unsigned running, waiting; };
struct http_figures http_figures(const struct http *http);

#endif
