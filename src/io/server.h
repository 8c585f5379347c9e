#ifndef ERWATCH_IO_SERVER_H
#define ERWATCH_IO_SERVER_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A small HTTP/1.1 server over libevent: on a Unix socket (control) or, with TLS or without, on loopback (erwatch-sim).
 * Bounded: clients, header and body bytes, time. Requests with a chunked body are refused (411).
 */

struct server;
struct server_call;

struct server_request {
    const char *method; /* "GET", "POST", "PUT", "DELETE" … */
    const char *path;   /* decoded, without the query; may hold "..", "//", and bytes that are no UTF-8, but no NUL */
    const char *uri;    /* as sent */
    const char *body;
    size_t body_len;
    bool peer_known;    /* Unix socket: the credentials below are the peer's */
    uid_t peer_uid;
    gid_t peer_gid;
    pid_t peer_pid;
};

/**
 * Answer now or later with server_answer(), exactly once, also when the client has gone meanwhile. The request's text
 * stays until then; the struct itself is gone when the callback returns. Not the place for server_free().
 */
typedef void server_asked(void *context, struct server_call *call, const struct server_request *request,
                          struct moment now);

struct server_settings {
    const char *unix_path;  /* NULL: TCP */
    const char *group;      /* of the socket; NULL or unknown: ours */
    const char *address;    /* TCP: "127.0.0.1" */
    uint16_t port;          /* 0: any, see server_port() */
    const char *cert_file, *key_file; /* PEM; NULL: plain */
    unsigned clients;       /* most at once, at least 2; a newcomer displaces the one that is idle or slow for longest */
    size_t body_max;
    int64_t timeout_ms;     /* idle or slow clients are cut; the time until an answer does not count */
};

/** @return NULL and one sentence in @p why when the address is taken or the certificate does not serve */
struct server *server_new(struct loop *loop, const struct server_settings *settings, server_asked *asked, void *context,
                          char why[256]);
/** Closes every connection. Calls that are still open must be answered nevertheless, before or after. */
void server_free(struct server *server);
uint16_t server_port(const struct server *server);

struct server_figures { uint64_t connections, requests; unsigned clients; };
struct server_figures server_figures(const struct server *server);

/** A header of the request, NULL when absent; while the call is open. */
const char *server_header(const struct server_call *call, const char *name);
/** A decoded query parameter, NULL when absent; while the call is open. */
const char *server_query(const struct server_call *call, const char *name);
/**
 * Content-Length, Connection and, when it is not given, Date are added. A HEAD request gets the length, not the body.
 * Everything is copied, and may point into the request.
 *
 * @param headers  "Name: value" …, NULL ends; may be NULL
 */
void server_answer(struct server_call *call, int status, const char *const *headers, const char *body, size_t len);
/** For faults: send only @p send of the @p len bytes declared, then close; or close without a word (status 0). */
void server_answer_cut(struct server_call *call, int status, const char *const *headers, const char *body, size_t len,
                       size_t send);

#endif
