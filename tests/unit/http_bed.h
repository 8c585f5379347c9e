#ifndef ERWATCH_TESTS_HTTP_BED_H
#define ERWATCH_TESTS_HTTP_BED_H

#include "io/http.h"
#include "io/server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the tests of the HTTP client share. Client and servers run on one loop, in one thread, on loopback. */

/* ---- a client, and what it got ---- */

struct got {
    struct client *client;
    unsigned times; /* the callback ran */
    enum http_end end;
    int status;
    bool sent;
    int64_t took_ms;
    size_t len;
    char body[64], why[400], header[64]; /* the beginning; X-Test */
};

struct client {
    struct loop *loop;
    struct http *http;
    unsigned open; /* requests without an end; the loop stops at the last one's */
};

void client_open(struct client *client, const char *ca_file, const char *proxy);
/** Sends; the loop is to be run by the caller. */
struct http_call *client_ask(struct client *client, const struct http_request *request, struct got *got);
/** One request, run to its end. What @p request leaves out: GET, 100,000 bytes, 20 s. */
struct got client_get(struct client *client, struct http_request request, const char *scheme, uint16_t port,
                      const char *path);

/* ---- a server that says what it is told, whatever it was asked ---- */

struct talker {
    struct evconnlistener *listener;
    uint16_t port;
    unsigned accepted;
    const char *text;
    size_t len;
    bool again; /* for ever */
    bool close; /* afterwards */
};

void talker_open(struct talker *talker, struct loop *loop);
/** Its connections go when the client's end is seen: in a last few turns of the loop. */
void talker_close(struct talker *talker, struct loop *loop);

/* ---- our own server, which does what the path says ---- */

struct bench {
    struct client client;
    struct server *server;
    struct timer *timer;
    struct server_call *held[64];
    unsigned held_count, most;
};

void bench_open(struct bench *bench);
void bench_close(struct bench *bench);
struct got bench_ask(struct bench *bench, struct http_request request, const char *path);
/** Without running the loop. */
void bench_ask_many(struct bench *bench, struct got *got, size_t count, uint16_t port, const char *path,
                    int64_t timeout_ms);

#endif
