/* A client, a server that does what the path says, and one that says what it is told. */
#include "http_bed.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>

static void client_done(void *context, const struct http_reply *reply, struct moment now)
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

void client_open(struct client *client, const char *ca_file, const char *proxy)
{
    struct http_settings settings = {
        .user_agent = "erwatch/test", .ca_file = ca_file, .proxy = proxy, .connections = 8, .per_host = 4,
    };
    char why[256] = "";

    client->http = http_new(client->loop, &settings, why);
    cr_assert_not_null(client->http, "%s", why);
}

struct http_call *client_ask(struct client *client, const struct http_request *request, struct got *got)
{
    *got = (struct got){ .client = client };
    client->open++;
    struct http_call *call = http_send(client->http, request, client_done, got);
    cr_expect_eq(got->times, 0, "the callback does not run from inside");
    return call;
}

/* One request, run to its end. */
struct got client_get(struct client *client, struct http_request request, const char *scheme,
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

/* ---- a server that says what it is told ---- */

static void talk(struct bufferevent *bev, const struct talker *talker)
{
    if (talker->len > 0)
        bufferevent_write(bev, talker->text, talker->len);
}

static void all_said(struct bufferevent *bev, void *context)
{
    struct talker *talker = context;

    if (talker->again)
        talk(bev, talker);
    else if (talker->close)
        bufferevent_free(bev);
}

static void hung_up(struct bufferevent *bev, short what, void *context)
{
    (void)what;
    (void)context;
    bufferevent_free(bev);
}

static void asked_something(struct bufferevent *bev, void *context)
{
    struct talker *talker = context;
    struct evbuffer *in = bufferevent_get_input(bev);

    evbuffer_drain(in, evbuffer_get_length(in));
    bufferevent_setcb(bev, asked_something, all_said, hung_up, talker);
    talk(bev, talker);
    if (talker->close && talker->len == 0)
        bufferevent_free(bev);
}

static void called(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len,
                   void *context)
{
    struct talker *talker = context;
    struct bufferevent *bev = bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);

    (void)address;
    (void)len;
    talker->accepted++;
    bufferevent_setcb(bev, asked_something, NULL, hung_up, talker);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
}

void talker_open(struct talker *talker, struct loop *loop)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    talker->listener = evconnlistener_new_bind(loop_base(loop), called, talker, LEV_OPT_CLOSE_ON_FREE, 64,
                                               (struct sockaddr *)&address, sizeof address);
    cr_assert_not_null(talker->listener);
    getsockname(evconnlistener_get_fd(talker->listener), (struct sockaddr *)&address, &len);
    talker->port = ntohs(address.sin_port);
}

static void stop(void *context, struct moment now)
{
    (void)now;
    loop_stop(context);
}

void talker_close(struct talker *talker, struct loop *loop)
{
    struct timer *timer = timer_new(loop, stop, loop);

    evconnlistener_free(talker->listener);
    timer_set(timer, mono_after(loop_now(loop).mono, 20));
    loop_run(loop);
    timer_free(timer);
}

/* ---- our own server, by path ---- */

static void echo(struct server_call *call, const struct server_request *request)
{
    static const char *const names[] = {
        "Content-Type", "Content-Length", "Expect", "User-Agent", "Accept-Encoding", "X-Mine",
    };
    static const char *const headers[] = { "X-Test:  spaced \t", "X-Test: second", NULL };
    char text[512] = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = server_header(call, names[i]);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", value != NULL ? value : "-");
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s|%.*s", request->method, (int)request->body_len,
             request->body);
    server_answer(call, 200, headers, text, strlen(text));
}

static void answer_held(void *context, struct moment now)
{
    struct bench *bench = context;

    (void)now;
    while (bench->held_count > 0)
        server_answer(bench->held[--bench->held_count], 200, NULL, "held", 4);
}

static void answer_zeros(struct server_call *call, size_t len)
{
    char *zeros = calloc(1, len);

    server_answer(call, 200, NULL, zeros, len);
    free(zeros);
}

#define GZIPPED "Content-Encoding: gzip"

/* Answers that are what a command prints. */
static const struct made {
    const char *path;
    int status;
    const char *header, *command;
} made[] = {
    { "/gzip", 200, GZIPPED, "printf hello | gzip" },
    { "/bomb", 200, GZIPPED, "head -c 50000000 /dev/zero | gzip" },
    { "/numbers", 200, GZIPPED, "seq 1 100000 | gzip" },
    { "/zeros-gzip", 200, GZIPPED, "head -c 3000000 /dev/zero | gzip" },
    { "/x-gzip", 200, "content-encoding:  X-Gzip ", "printf hello | gzip" },
    { "/identity", 200, "Content-Encoding: identity", "printf hello" },
    { "/gzip-empty", 200, GZIPPED, "true" },
    { "/gzip-busy", 503, GZIPPED, "printf busy | gzip" },
    { "/gzip-cut", 200, GZIPPED, "seq 1 100000 | gzip | { head -c 100000; cat > /dev/null; }" },
    { "/gzip-more", 200, GZIPPED, "printf hello | gzip; printf more" },
    { "/gzip-not", 200, GZIPPED, "printf hello" },
    { "/deflate", 200, "Content-Encoding: deflate", "printf hello" },
};

static const struct made *made_for(const char *path)
{
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (strcmp(made[i].path, path) == 0)
            return &made[i];
    return NULL;
}

static void answer_made(struct server_call *call, const struct made *from)
{
    const char *const headers[] = { from->header, NULL };
    static char packed[1 << 20];
    FILE *pipe = popen(from->command, "r");

    cr_assert_not_null(pipe);
    size_t len = fread(packed, 1, sizeof packed, pipe);
    cr_expect_eq(pclose(pipe), 0);
    server_answer(call, from->status, headers, packed, len);
}

static void asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    static const char *const elsewhere[] = { "Location: /echo", NULL };
    struct bench *bench = context;
    size_t zeros = 0;

    if (strcmp(request->path, "/held") == 0) {
        bench->held[bench->held_count++] = call;
        if (bench->held_count > bench->most)
            bench->most = bench->held_count;
        timer_set(bench->timer, mono_after(now.mono, 1));
    } else if (strcmp(request->path, "/never") == 0) {
        bench->held[bench->held_count++] = call;
    } else if (strcmp(request->path, "/cut") == 0) {
        server_answer_cut(call, 200, NULL, "0123456789", 10, 4);
    } else if (strcmp(request->path, "/drop") == 0) {
        server_answer_cut(call, 0, NULL, NULL, 0, 0);
    } else if (strcmp(request->path, "/elsewhere") == 0) {
        server_answer(call, 302, elsewhere, "not here", 8);
    } else if (strcmp(request->path, "/busy") == 0) {
        server_answer(call, 503, NULL, "busy", 4);
    } else if (strcmp(request->path, "/empty") == 0) {
        server_answer(call, 204, NULL, NULL, 0);
    } else if (made_for(request->path) != NULL) {
        answer_made(call, made_for(request->path));
    } else if (strncmp(request->uri, "/uri/", 5) == 0) {
        server_answer(call, 200, NULL, request->uri, strlen(request->uri));
    } else if (sscanf(request->path, "/zeros/%zu", &zeros) == 1) {
        answer_zeros(call, zeros);
    } else {
        echo(call, request);
    }
}

void bench_open(struct bench *bench)
{
    struct server_settings settings = {
        .address = "127.0.0.1", .clients = 64, .body_max = 100000, .timeout_ms = 20000,
    };
    char why[256] = "";

    *bench = (struct bench){ .client = { .loop = loop_new() } };
    bench->server = server_new(bench->client.loop, &settings, asked, bench, why);
    cr_assert_not_null(bench->server, "%s", why);
    bench->timer = timer_new(bench->client.loop, answer_held, bench);
    client_open(&bench->client, NULL, "none");
}

void bench_close(struct bench *bench)
{
    http_free(bench->client.http);
    server_free(bench->server);
    answer_held(bench, (struct moment){ 0 });
    timer_free(bench->timer);
    loop_free(bench->client.loop);
}

struct got bench_ask(struct bench *bench, struct http_request request, const char *path)
{
    return client_get(&bench->client, request, "http", server_port(bench->server), path);
}

void bench_ask_many(struct bench *bench, struct got *got, size_t count, uint16_t port, const char *path,
                    int64_t timeout_ms)
{
    char url[64];
    struct http_request request = {
        .method = "GET", .url = url, .limit = 100, .timeout_ms = timeout_ms, .plain = true,
    };

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    for (size_t i = 0; i < count; i++)
        (void)client_ask(&bench->client, &request, &got[i]);
}
