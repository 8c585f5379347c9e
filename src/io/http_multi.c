/*
 * libcurl's multi handle on the loop: it says which sockets it wants watched and when it wants to be called; we call
 * it when one of these happens. Its callbacks only take note: libcurl must not be called from within them, and what
 * ended is told and removed after libcurl has returned.
 */
#include "io/http_multi.h"

#include "io/memory.h"

#include <assert.h>
#include <event2/event.h>

struct http_multi {
    struct loop *loop;
    CURLM *handle;
    struct timer *timer;
    struct http_multi_callbacks callbacks;
    bool inside; /* libcurl is at work */
};

static void tell_ended(struct http_multi *multi)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi->handle, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        http_multi_remove(multi, easy);
        multi->callbacks.ended(multi->callbacks.context, easy, code);
    }
    multi->callbacks.worked(multi->callbacks.context);
}

static void act(struct http_multi *multi, curl_socket_t fd, int mask)
{
    int running;

    multi->inside = true;
    (void)curl_multi_socket_action(multi->handle, fd, mask, &running); /* each transfer's failure comes as a message */
    multi->inside = false;
    tell_ended(multi);
}

static void socket_ready(evutil_socket_t fd, short what, void *context)
{
    struct http_multi *multi = context;
    int mask = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);

    (void)loop_now(multi->loop); /* the turn's clock is read at its beginning */
    act(multi, fd, mask);
}

static void time_reached(void *context, struct moment now)
{
    (void)now;
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

/* ---- what libcurl calls ---- */

static void unwatch(struct http_multi *multi, curl_socket_t fd, struct event *event)
{
    if (event == NULL)
        return;
    event_free(event);
    (void)curl_multi_assign(multi->handle, fd, NULL);
}

static void watch(struct http_multi *multi, curl_socket_t fd, struct event *event, int want)
{
    short what = EV_PERSIST;

    what |= want & CURL_POLL_IN ? EV_READ : 0;
    what |= want & CURL_POLL_OUT ? EV_WRITE : 0;
    if (event != NULL) {
        event_del(event);
        event_assign(event, loop_base(multi->loop), fd, what, socket_ready, multi);
    } else {
        event = memory_or_die(event_new(loop_base(multi->loop), fd, what, socket_ready, multi));
        (void)curl_multi_assign(multi->handle, fd, event);
    }
    event_add(event, NULL);
}

static int socket_wanted(CURL *easy, curl_socket_t fd, int want, void *context, void *event)
{
    struct http_multi *multi = context;

    (void)easy;
    if (want == CURL_POLL_REMOVE)
        unwatch(multi, fd, event);
    else
        watch(multi, fd, event, want);
    return 0;
}

static int time_wanted(CURLM *handle, long ms, void *context)
{
    struct http_multi *multi = context;

    (void)handle;
    /* the clock was read when this turn began, libcurl's a little later: without a millisecond more we come too early */
    timer_set(multi->timer, ms < 0 ? MONO_NEVER : mono_after(loop_now(multi->loop).mono, ms > 0 ? ms + 1 : 0));
    return 0;
}

/* ---- for http.c ---- */

struct http_multi *http_multi_new(struct loop *loop, unsigned connections,
                                  const struct http_multi_callbacks *callbacks)
{
    struct http_multi *multi = xcalloc(1, sizeof *multi);

    *multi = (struct http_multi){ .loop = loop, .callbacks = *callbacks };
    multi->timer = timer_new(loop, time_reached, multi);
    multi->handle = memory_or_die(curl_multi_init());
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, socket_wanted);
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, time_wanted);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
    curl_multi_setopt(multi->handle, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi->handle, CURLMOPT_MAXCONNECTS, (long)connections);
    return multi;
}

void http_multi_free(struct http_multi *multi)
{
    if (multi == NULL)
        return;
    (void)curl_multi_cleanup(multi->handle);
    timer_free(multi->timer);
    free(multi);
}

void http_multi_add(struct http_multi *multi, CURL *easy)
{
    assert(!multi->inside);
    CURLMcode code = curl_multi_add_handle(multi->handle, easy);
    (void)memory_or_die(code == CURLM_OK ? multi : NULL); /* nothing else can go wrong with a fresh handle */
}

void http_multi_remove(struct http_multi *multi, CURL *easy)
{
    assert(!multi->inside);
    CURLMcode code = curl_multi_remove_handle(multi->handle, easy);
    assert(code == CURLM_OK);
    (void)code;
}
