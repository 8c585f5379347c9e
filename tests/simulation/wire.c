/*
 * Requests and their answers: io/http.h without a network. What becomes of a request is settled when it is sent: when
 * it arrives, if it does, and what the daemon hears, and when. Both are things of the world's agenda, so that a request
 * may arrive long after the daemon has given it up, or died.
 */
#include "wire.h"

#include "simulation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#define REQUEST_HEADERS_MAX 12

struct http_call {
    LIST_ENTRY(http_call) link; /* of the client, while the daemon waits */
    struct http *http;          /* NULL: it waits no longer */
    const struct wire_service *service;
    struct http_request request; /* a copy, with all it points to */
    char *header[REQUEST_HEADERS_MAX + 1];
    int tag;
    int64_t sent_ms;
    struct wire_fate fate;
    uint64_t ends, arrives; /* in the agenda; 0: not any more */
    bool cancelled;
    http_done *done;
    void *context;
    struct wire_answer *answer;
};

struct http {
    LIST_HEAD(calls, http_call) calls;
    struct http_figures figures;
};

/* ---- answers ---- */

void wire_header(struct wire_answer *answer, const char *name, const char *format, ...)
{
    va_list arguments;
    char *at = answer->headers + answer->headers_len;
    size_t room = sizeof answer->headers - answer->headers_len - 1, name_len = strlen(name) + 1;

    if (name_len + 128 > room)
        abort();
    memcpy(at, name, name_len);
    va_start(arguments, format);
    int len = vsnprintf(at + name_len, room - name_len, format, arguments);
    va_end(arguments);
    answer->headers_len += name_len + (size_t)len + 1;
}

void wire_body(struct wire_answer *answer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int len = vsnprintf(answer->body + answer->len, sizeof answer->body - answer->len, format, arguments);
    va_end(arguments);
    answer->len += (size_t)len;
    if (answer->len >= sizeof answer->body)
        abort();
}

const char *http_header(const struct http_reply *reply, const char *name)
{
    for (const char *at = reply->headers; at != NULL && *at != '\0';) {
        const char *value = at + strlen(at) + 1;
        if (strcasecmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

const char *wire_request_header(const struct http_request *request, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; request->headers[i] != NULL; i++)
        if (strncasecmp(request->headers[i], name, len) == 0 && request->headers[i][len] == ':')
            return request->headers[i] + len + 2;
    return NULL;
}

/* ---- a call ---- */

static char *copy(const char *text, size_t len)
{
    char *made = malloc(len + 1);

    if (made == NULL)
        abort();
    memcpy(made, text, len);
    made[len] = '\0';
    return made;
}

static void copy_request(struct http_call *call, const struct http_request *request)
{
    size_t count = 0;

    call->request = *request;
    call->request.url = copy(request->url, strlen(request->url));
    call->request.body = request->body != NULL ? copy(request->body, request->body_len) : NULL;
    for (; request->headers != NULL && request->headers[count] != NULL; count++) {
        if (count == REQUEST_HEADERS_MAX)
            abort();
        call->header[count] = copy(request->headers[count], strlen(request->headers[count]));
    }
    call->request.headers = (const char *const *)call->header;
}

static void call_free(struct http_call *call)
{
    for (size_t i = 0; call->header[i] != NULL; i++)
        free(call->header[i]);
    free((char *)call->request.url);
    free((char *)call->request.body);
    free(call->answer);
    free(call);
}

/* Neither side has anything to do with it any more. */
static void drop_if_over(struct http_call *call)
{
    if (call->http == NULL && call->arrives == 0)
        call_free(call);
}

static const struct wire_service *service_of(const char *url)
{
    static const struct wire_service *const services[] = { &azure_service, &login_service, &pager_service };

    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (strncmp(url, services[i]->host, strlen(services[i]->host)) == 0)
            return services[i];
    broken("a request to nobody: %s", url);
    return &pager_service;
}

static void arrives(void *context)
{
    struct http_call *call = context;

    call->arrives = 0;
    call->answer = calloc(1, sizeof *call->answer);
    if (call->answer == NULL)
        abort();
    call->service->arrived(&call->request, call->tag, call->sent_ms, call->answer);
    drop_if_over(call);
}

static void count_end(struct http *http, enum http_end end)
{
    http->figures.running--;
    if (end == HTTP_ANSWERED)
        http->figures.answers++;
    else
        http->figures.failures++;
}

/* The daemon hears how it ended. */
static void tell(struct http_call *call, struct http_reply *reply)
{
    struct http *http = call->http;

    LIST_REMOVE(call, link);
    call->http = NULL;
    reply->took_ms = here.boot_ms - call->sent_ms;
    reply->sent = reply->end != HTTP_CONNECT;
    count_end(http, reply->end);
    call->done(call->context, reply, (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms });
    drop_if_over(call);
}

static void tell_answer(struct http_call *call)
{
    struct wire_answer *answer = call->answer;
    struct http_reply reply = { .end = HTTP_ANSWERED,
                                .status = answer->status,
                                .headers = answer->headers,
                                .body = answer->body,
                                .len = answer->len };

    call->service->heard(&call->request, call->tag, call->sent_ms, answer);
    if (call->request.piece != NULL && answer->status == 200) { /* in two pieces, anywhere */
        size_t part = answer->len > 0 ? (size_t)dice_between(&here.dice, 0, (int64_t)answer->len) : 0;
        call->request.piece(call->context, answer->body, part);
        call->request.piece(call->context, answer->body + part, answer->len - part);
        reply.body = "";
        reply.len = 0;
    }
    tell(call, &reply);
}

static void ends(void *context)
{
    struct http_call *call = context;
    struct http_reply reply = { .end = call->fate.end, .body = "", .headers = "", .why = "the network failed" };

    call->ends = 0;
    if (call->cancelled)
        reply.end = HTTP_CANCELLED;
    else if (here.boot_ms - call->sent_ms >= call->request.timeout_ms)
        reply.end = HTTP_TIMEOUT;
    if (reply.end == HTTP_ANSWERED && call->answer != NULL)
        tell_answer(call);
    else
        tell(call, &reply);
}

struct http *http_new(struct loop *loop, const struct http_settings *settings, char why[256])
{
    struct http *http = calloc(1, sizeof *http);

    (void)loop, (void)settings, (void)why;
    if (http == NULL)
        abort();
    return http;
}

void http_free(struct http *http)
{
    while (!LIST_EMPTY(&http->calls)) {
        struct http_call *call = LIST_FIRST(&http->calls);
        struct http_reply reply = { .end = HTTP_CANCELLED, .body = "", .headers = "" };
        agenda_remove(&here.agenda, call->ends);
        tell(call, &reply);
    }
    free(http);
}

struct http_figures http_figures(const struct http *http)
{
    return http->figures;
}

void http_cancel(struct http_call *call)
{
    agenda_remove(&here.agenda, call->ends);
    call->cancelled = true;
    call->ends = agenda_add(&here.agenda, here.boot_ms, true, ends, call);
}

/* Put both of its events into the agenda, unless the daemon is dead: then it never left. */
static void leave(struct http_call *call)
{
    int64_t gives_up_ms = call->sent_ms + call->request.timeout_ms, end_ms = gives_up_ms;

    call->service->fate(&call->request, &call->fate, &call->tag);
    if (call->fate.answers_ms >= 0 && call->sent_ms + call->fate.answers_ms < gives_up_ms)
        end_ms = call->sent_ms + call->fate.answers_ms;
    if (call->fate.arrives_ms >= 0)
        call->arrives = agenda_add(&here.agenda, call->sent_ms + call->fate.arrives_ms, false, arrives, call);
    call->ends = agenda_add(&here.agenda, end_ms, true, ends, call);
}

struct http_call *http_send(struct http *http, const struct http_request *request, http_done *done, void *context)
{
    struct http_call *call = calloc(1, sizeof *call);

    if (call == NULL)
        abort();
    copy_request(call, request);
    call->http = http;
    call->service = service_of(request->url);
    call->sent_ms = here.boot_ms;
    call->done = done;
    call->context = context;
    LIST_INSERT_HEAD(&http->calls, call, link);
    http->figures.requests++;
    http->figures.running++;
    if (!crash_here("before a request leaves", 1))
        leave(call);
    (void)crash_here("behind a request that has left", 1);
    return call;
}
