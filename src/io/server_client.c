/*
 * One connection: a request is read whole, within its limits and its time, before anybody sees it; then the connection
 * waits for the answer, for as long as that takes; then the answer is written and the next request is read. A client
 * that goes away leaves its open call behind: whoever answers it later finds nobody there.
 */
#include "io/server_client.h"

#include "io/memory.h"
#include "io/server_head.h"
#include "io/server_tls.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <sys/socket.h>
#include <strings.h>
#include <time.h>

#define LINGER_MS 1000    /* for a client to read our last words before the connection is torn down */
#define PROGRESS_MIN 4096 /* bytes of an answer that a client takes within the time limit */

struct server_call {
    struct server_client *client; /* NULL: gone */
    struct server_head head;
    char *body;
};

/* ---- the life of a client ---- */

static void enter(struct server_client *client, enum server_client_state state, int64_t limit_ms)
{
    client->state = state;
    client->since = loop_now(client->rules->loop).mono;
    client->unwritten = evbuffer_get_length(bufferevent_get_output(client->bev));
    timer_set(client->timer, limit_ms > 0 ? mono_after(client->since, limit_ms) : MONO_NEVER);
}

static void call_free(struct server_call *call)
{
    server_head_free(&call->head);
    free(call->body);
    free(call);
}

static void client_free(struct server_client *client)
{
    client->rules->left(client->rules->server, client);
    if (client->call != NULL && client->state == CLIENT_BODY)
        call_free(client->call); /* nobody has seen it */
    else if (client->call != NULL)
        client->call->client = NULL;
    timer_free(client->timer);
    bufferevent_free(client->bev);
    free(client);
}

void server_client_end(struct server_client *client)
{
    if (client->working)
        client->doomed = true;
    else
        client_free(client);
}

/* Say goodbye and wait for the other side to close: closing with input unread would destroy our last answer. */
static void leave(struct server_client *client)
{
    server_tls_goodbye(client->bev);
    (void)shutdown(bufferevent_getfd(client->bev), SHUT_WR);
    enter(client, CLIENT_LEAVING, LINGER_MS);
}

static void time_is_up(void *context, struct moment now)
{
    struct server_client *client = context;
    size_t unwritten = evbuffer_get_length(bufferevent_get_output(client->bev));

    (void)now;
    if (client->state == CLIENT_ANSWERING && client->unwritten >= unwritten + PROGRESS_MIN)
        enter(client, CLIENT_ANSWERING, client->rules->timeout_ms);
    else
        server_client_end(client);
}

/* ---- answers ---- */

static const char *reason_of(int status)
{
    static const struct { int status; const char *reason; } reasons[] = {
        { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 302, "Found" },
        { 304, "Not Modified" }, { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
        { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 409, "Conflict" }, { 411, "Length Required" },
        { 413, "Content Too Large" }, { 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 502, "Bad Gateway" },
        { 503, "Service Unavailable" }, { 504, "Gateway Timeout" }, { 505, "HTTP Version Not Supported" },
    };

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

static void write_date(struct evbuffer *out, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;
    char text[40];

    if (gmtime_r(&seconds, &parts) != NULL && strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts) != 0)
        evbuffer_add_printf(out, "Date: %s\r\n", text);
}

static void write_headers(struct evbuffer *out, const char *const *headers, int64_t wall_ms)
{
    bool dated = false;

    for (; headers != NULL && *headers != NULL; headers++) {
        assert(strpbrk(*headers, "\r\n") == NULL);
        dated |= strncasecmp(*headers, "Date:", 5) == 0;
        evbuffer_add_printf(out, "%s\r\n", *headers);
    }
    if (!dated)
        write_date(out, wall_ms);
}

static void write_answer(struct server_client *client, int status, const char *const *headers, const char *body,
                         size_t len, size_t send)
{
    struct evbuffer *out = bufferevent_get_output(client->bev);

    evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
    write_headers(out, headers, loop_now(client->rules->loop).wall_ms);
    if (status != 204 && status != 304)
        evbuffer_add_printf(out, "Content-Length: %zu\r\n", len);
    evbuffer_add_printf(out, client->keep ? "\r\n" : "Connection: close\r\n\r\n");
    if (send > 0)
        evbuffer_add(out, body, send);
    enter(client, CLIENT_ANSWERING, client->rules->timeout_ms);
}

/* A request that nobody is asked about. */
static void refuse(struct server_client *client, int status)
{
    static const char *const headers[] = { "Content-Type: text/plain", NULL };
    char text[64];

    snprintf(text, sizeof text, "%s\n", reason_of(status));
    client->keep = false;
    write_answer(client, status, headers, text, strlen(text), strlen(text));
}

static void answer(struct server_call *call, int status, const char *const *headers, const char *body, size_t len,
                   size_t send)
{
    struct server_client *client = call->client;
    bool bodiless = status == 204 || status == 304 || strcmp(call->head.method, "HEAD") == 0;

    if (client != NULL) {
        client->call = NULL;
        if (status == 0)
            server_client_end(client);
        else
            write_answer(client, status, headers, body, len, bodiless ? 0 : send);
    }
    call_free(call); /* last: the answer may quote the request */
}

void server_answer(struct server_call *call, int status, const char *const *headers, const char *body, size_t len)
{
    assert(status >= 200 && status <= 999);
    answer(call, status, headers, body, len, len);
}

void server_answer_cut(struct server_call *call, int status, const char *const *headers, const char *body, size_t len,
                       size_t send)
{
    assert(send <= len);
    if (call->client != NULL) {
        call->client->keep = false;
        call->client->cut = true;
    }
    answer(call, status, headers, body, len, send);
}

const char *server_header(const struct server_call *call, const char *name)
{
    return server_head_header(&call->head, name);
}

const char *server_query(const struct server_call *call, const char *name)
{
    return server_head_param(&call->head, name);
}

/* ---- requests ---- */

/* Blank lines before a request are passed over (RFC 9112, 2.2). */
static void skip_blank_lines(struct evbuffer *in)
{
    char two[2];

    while (evbuffer_copyout(in, two, 2) == 2 && two[0] == '\r' && two[1] == '\n')
        evbuffer_drain(in, 2);
}

/* Cuts the head off the input. NULL: it is not all there. */
static char *cut_head(struct server_client *client, struct evbuffer *in, size_t *len)
{
    struct evbuffer_ptr from;

    if (evbuffer_ptr_set(in, &from, client->searched, EVBUFFER_PTR_SET) != 0)
        return NULL;
    struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, &from);
    if (end.pos < 0) {
        size_t there = evbuffer_get_length(in);
        client->searched = there > 3 ? there - 3 : 0;
        return NULL;
    }
    *len = (size_t)end.pos;
    char *text = xcalloc(*len + 1, 1);
    (void)evbuffer_remove(in, text, *len);
    evbuffer_drain(in, 4);
    client->searched = 0;
    return text;
}

static int judge_head(const struct server_client *client, int refused, const struct server_head *head)
{
    if (refused != 0)
        return refused;
    return head->body_len > client->rules->body_max ? 413 : 0;
}

/* The steps return whether there may be something for the next one. */

static bool read_head(struct server_client *client)
{
    struct evbuffer *in = bufferevent_get_input(client->bev);
    size_t len;

    skip_blank_lines(in);
    char *text = cut_head(client, in, &len);
    if (text == NULL && evbuffer_get_length(in) >= SERVER_HEAD_MAX)
        refuse(client, 431);
    if (text == NULL)
        return false;
    struct server_call *call = xcalloc(1, sizeof *call);
    int refused = judge_head(client, server_head_read(text, len, &call->head), &call->head);
    if (refused != 0) {
        call_free(call);
        refuse(client, refused);
        return false;
    }
    call->client = client;
    client->call = call;
    client->keep = call->head.keep;
    client->state = CLIENT_BODY; /* the time limit is for the whole request */
    if (call->head.hesitant && evbuffer_get_length(in) < call->head.body_len)
        bufferevent_write(client->bev, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    return true;
}

static void ask(struct server_client *client)
{
    const struct server_call *call = client->call;
    struct server_request request = {
        .method = call->head.method,
        .path = call->head.path,
        .uri = call->head.uri,
        .body = call->body,
        .body_len = call->head.body_len,
        .peer_known = client->peer.known,
        .peer_uid = client->peer.uid,
        .peer_gid = client->peer.gid,
        .peer_pid = client->peer.pid,
    };

    enter(client, CLIENT_ASKED, 0);
    ++*client->rules->requests;
    client->rules->asked(client->rules->context, client->call, &request, loop_now(client->rules->loop));
}

static bool read_body(struct server_client *client)
{
    struct evbuffer *in = bufferevent_get_input(client->bev);
    size_t len = client->call->head.body_len;

    if (evbuffer_get_length(in) < len)
        return false;
    client->call->body = xcalloc(len + 1, 1);
    (void)evbuffer_remove(in, client->call->body, len);
    ask(client);
    return false;
}

static bool ignore_rest(struct server_client *client)
{
    struct evbuffer *in = bufferevent_get_input(client->bev);

    evbuffer_drain(in, evbuffer_get_length(in));
    return false;
}

static bool wait_for_answer(struct server_client *client)
{
    (void)client;
    return false;
}

static void go_on(struct server_client *client)
{
    static bool (*const steps[CLIENT_STATES])(struct server_client *) = {
        [CLIENT_HEAD] = read_head,
        [CLIENT_BODY] = read_body,
        [CLIENT_ASKED] = wait_for_answer,
        [CLIENT_ANSWERING] = wait_for_answer,
        [CLIENT_LEAVING] = ignore_rest,
    };

    client->working = true;
    while (!client->doomed && steps[client->state](client))
        ;
    client->working = false;
    if (client->doomed)
        client_free(client);
}

/* ---- what libevent calls; loop_now() first, so that the turn's clock is read at its beginning ---- */

static void can_read(struct bufferevent *bev, void *context)
{
    struct server_client *client = context;

    (void)bev;
    (void)loop_now(client->rules->loop);
    go_on(client);
}

static void is_written(struct bufferevent *bev, void *context)
{
    struct server_client *client = context;

    (void)loop_now(client->rules->loop);
    if (client->state != CLIENT_ANSWERING || evbuffer_get_length(bufferevent_get_output(bev)) > 0)
        return;
    if (client->cut) {
        server_client_end(client);
    } else if (client->keep) {
        enter(client, CLIENT_HEAD, client->rules->timeout_ms);
        go_on(client);
    } else {
        leave(client);
        go_on(client);
    }
}

static void has_ended(struct bufferevent *bev, short what, void *context)
{
    struct server_client *client = context;

    (void)bev;
    (void)loop_now(client->rules->loop);
    if (what & BEV_EVENT_CONNECTED)
        return; /* TLS is set up */
    if (what & BEV_EVENT_EOF && client->state == CLIENT_ANSWERING)
        client->keep = false; /* it may have closed only its own direction */
    else
        server_client_end(client);
}

struct server_client *server_client_new(const struct server_rules *rules, struct bufferevent *bev,
                                        const struct server_peer *peer, struct mono now)
{
    struct server_client *client = xcalloc(1, sizeof *client);

    *client = (struct server_client){ .rules = rules, .bev = bev, .peer = *peer, .since = now };
    client->timer = timer_new(rules->loop, time_is_up, client);
    enter(client, CLIENT_HEAD, rules->timeout_ms);
    bufferevent_setcb(bev, can_read, is_written, has_ended, client);
    bufferevent_setwatermark(bev, EV_READ, 0, SERVER_HEAD_MAX + rules->body_max);
    bufferevent_enable(bev, EV_READ | EV_WRITE);
    return client;
}
