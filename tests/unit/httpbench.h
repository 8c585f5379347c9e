#ifndef ERWATCH_TESTS_HTTPBENCH_H
#define ERWATCH_TESTS_HTTPBENCH_H

#include "io/http.h"
#include "io/server.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A client and what it got; server and client run on one loop, in one thread. */

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

static inline void client_done(void *context, const struct http_reply *reply, struct moment now)
{
    struct got *got = context;
    const char *header = http_header(reply, "x-TEST");

    (void)now;
    got->times++;
    got->end = reply->end;
    got->status = reply->status;
    got->sent = reply->sent;
    got->took_ms = reply->took_ms;
    got->len = reply->len;
    snprintf(got->body, sizeof got->body, "%s", reply->body);
    snprintf(got->why, sizeof got->why, "%s", reply->why);
    snprintf(got->header, sizeof got->header, "%s", header != NULL ? header : "(none)");
    if (--got->client->open == 0)
        loop_stop(got->client->loop);
}

static inline void client_open(struct client *client, const char *ca_file, const char *proxy)
{
    struct http_settings settings = {
        .user_agent = "erwatch/test", .ca_file = ca_file, .proxy = proxy, .connections = 8, .per_host = 4,
    };
    char why[256] = "";

    client->http = http_new(client->loop, &settings, why);
    cr_assert_not_null(client->http, "%s", why);
}

static inline struct http_call *client_ask(struct client *client, const struct http_request *request, struct got *got)
{
    *got = (struct got){ .client = client };
    client->open++;
    struct http_call *call = http_send(client->http, request, client_done, got);
    cr_expect_eq(got->times, 0, "the callback does not run from inside");
    return call;
}

/* One request, run to its end. */
static inline struct got client_get(struct client *client, struct http_request request, const char *scheme,
                                    uint16_t port, const char *path)
{
    struct got got;
    char url[512];

    snprintf(url, sizeof url, "%s://127.0.0.1:%u%s", scheme, port, path);
    request.url = url;
    request.plain = strcmp(scheme, "http") == 0;
    request.method = request.method != NULL ? request.method : "GET";
    request.limit = request.limit != 0 ? request.limit : 100000;
    request.timeout_ms = request.timeout_ms != 0 ? request.timeout_ms : 20000;
    (void)client_ask(client, &request, &got);
    loop_run(client->loop);
    cr_expect_eq(got.times, 1, "%s: the callback runs once", path);
    return got;
}

#endif
