/*
 * The HTTPS client's desk: takes requests, has them wait, lets them begin and tells how they ended. At most as many
 * are with libcurl as there may be connections, because it grows slow with transfers that only wait (7.88 needs 40 %
 * more); their handles are used again. Deadlines are ours, on the loop's clock, and include the wait.
 */
#include "io/http.h"

#include "io/http_call.h"
#include "io/http_multi.h"
#include "io/http_readers.h"
#include "io/http_url.h"
#include "io/http_why.h"
#include "io/memory.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <strings.h>
#include <unistd.h>

#define WHY_MAX 256
#define POOL_MAX 8 /* easy handles kept for later, 19 KB each */

struct http {
    struct loop *loop;
    struct http_multi *multi;
    struct http_rules rules;
    struct http_hosts hosts;
    unsigned connections;
    struct http_readers *readers;
    struct http_calls running, reading, ended;
    unsigned unread; /* calls in `reading`: as long as that takes, they count as connections */
    struct timer *soon; /* to tell of those in `ended` */
    CURL *pool[POOL_MAX];
    size_t pooled;
    bool ending;
    struct http_figures figures;
};

static struct mono now_of(const struct http *http)
{
    return loop_now(http->loop).mono;
}

/* ---- easy handles ---- */

static CURL *easy_take(struct http *http)
{
    return http->pooled > 0 ? http->pool[--http->pooled] : memory_or_die(curl_easy_init());
}

/* The reset takes our buffers out of its hands and keeps its TLS sessions. */
static void easy_give(struct http *http, CURL *easy)
{
    curl_easy_reset(easy);
    if (http->pooled < POOL_MAX)
        http->pool[http->pooled++] = easy;
    else
        curl_easy_cleanup(easy);
}

/* ---- the end of a call ---- */

static void count_end(struct http_figures *figures, enum http_end end)
{
    if (end == HTTP_ANSWERED)
        figures->answers++;
    else if (end != HTTP_CANCELLED)
        figures->failures++;
}

static void tell(struct http *http, struct http_call *call)
{
    struct moment now = loop_now(http->loop);
    struct http_reply *reply = &call->reply;

    reply->body = call->body != NULL ? call->body : "";
    reply->len = call->len;
    reply->headers = http_call_headers(call);
    reply->why = call->why;
    reply->took_ms = mono_between(call->begun, now.mono);
    count_end(&http->figures, reply->end);
    call->done(call->context, reply, now);
    http_call_free(call);
}

static void tell_ended(struct http *http)
{
    struct http_calls ended = TAILQ_HEAD_INITIALIZER(ended);
    struct http_call *call;

    TAILQ_CONCAT(&ended, &http->ended, link);
    while ((call = TAILQ_FIRST(&ended)) != NULL) {
        TAILQ_REMOVE(&ended, call, link);
        tell(http, call);
    }
}

/* Ends without libcurl, to be told in a later turn; its place is given away then. The call stands in no list. */
static void end_later(struct http *http, struct http_call *call, enum http_end end, const char *why)
{
    call->state = CALL_ENDED;
    call->reply.end = end;
    if (why != call->why)
        snprintf(call->why, sizeof call->why, "%s: %s", call->host->origin, why);
    timer_set(call->deadline, MONO_NEVER);
    http_readers_drop(http->readers, call);
    TAILQ_INSERT_TAIL(&http->ended, call, link);
    timer_set(http->soon, now_of(http));
}

/* Out of its host's queue, away from libcurl, or from those whose answer is read. */
static void withdraw(struct http *http, struct http_call *call, bool dead)
{
    if (call->state == CALL_WAITING) {
        TAILQ_REMOVE(&call->host->waiting, call, link);
        http->figures.waiting--;
        return;
    }
    if (call->state == CALL_READING) {
        TAILQ_REMOVE(&http->reading, call, link);
        http->unread--;
        return;
    }
    TAILQ_REMOVE(&http->running, call, link);
    http->figures.running--;
    easy_give(http, call->easy);
    call->easy = NULL;
    struct http_visit visit = { .epoch = call->epoch, .sent = call->reply.sent, .dead = dead && call->reply.sent };
    http_host_end(call->host, visit, now_of(http));
}

/* In a turn of its own. Nothing of it is held by libcurl. */
static void end_now(struct http *http, struct http_call *call)
{
    if (call->reply.end == HTTP_ANSWERED)
        http_readers_check(call);
    if (call->broken != NULL)
        http_why_broken(call);
    http_readers_drop(http->readers, call);
    call->state = CALL_ENDED;
    tell(http, call);
}

/* libcurl has finished with it and has let it go. */
static void has_ended(void *context, CURL *easy, CURLcode code)
{
    struct http *http = context;
    struct http_call *call = NULL;

    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
    http_why_ended(call, code);
    enum http_end end = call->reply.end;
    withdraw(http, call, end == HTTP_CUT || end == HTTP_TIMEOUT);
    timer_set(call->deadline, MONO_NEVER);
    if (end != HTTP_ANSWERED || call->reads != READS_WAITS) {
        end_now(http, call);
        return;
    }
    call->state = CALL_READING;
    TAILQ_INSERT_TAIL(&http->reading, call, link);
    http->unread++;
}

static const char *timeout_reason(const struct http_call *call)
{
    if (call->state == CALL_WAITING)
        return "no turn in time; other requests were under way";
    return call->reply.sent ? "no answer in time" : "no connection in time";
}

static void deadline_passed(void *context, struct moment now)
{
    struct http_call *call = context;
    struct http *http = call->http;
    const char *reason = timeout_reason(call);

    (void)now;
    if (call->state == CALL_RUNNING) {
        http_why_status(call);
        http_multi_remove(http->multi, call->easy);
    }
    withdraw(http, call, true);
    end_later(http, call, HTTP_TIMEOUT, reason);
}

/* ---- the beginning ---- */

static void begin(struct http *http, struct http_host *host)
{
    struct http_call *call = TAILQ_FIRST(&host->waiting);

    TAILQ_REMOVE(&host->waiting, call, link);
    TAILQ_INSERT_TAIL(&http->running, call, link);
    http->figures.waiting--;
    http->figures.running++;
    call->state = CALL_RUNNING;
    call->epoch = http_host_begin(host);
    http_call_prepare(call, easy_take(http), &http->rules, http_host_trust(host, now_of(http)));
    http_multi_add(http->multi, call->easy);
}

static void let_next_begin(struct http *http)
{
    struct http_host *host;

    while (http->figures.waiting > 0 && http->figures.running + http->unread < http->connections &&
           (host = http_host_next(&http->hosts)) != NULL)
        begin(http, host);
}

/* All of it was read, or what was read is refused. */
static void was_read(void *context, struct http_call *call)
{
    struct http *http = context;

    if (call->state == CALL_RUNNING)
        http_multi_remove(http->multi, call->easy);
    withdraw(http, call, call->broken != NULL && call->broken_end == HTTP_CUT);
    timer_set(call->deadline, MONO_NEVER);
    end_now(http, call);
    let_next_begin(http);
}

static void has_worked(void *context)
{
    let_next_begin(context);
}

static void soon(void *context, struct moment now)
{
    (void)now;
    tell_ended(context);
    let_next_begin(context);
}

struct http_call *http_send(struct http *http, const struct http_request *request, http_done *done, void *context)
{
    struct mono now = now_of(http);
    struct http_call *call = http_call_new(request, done, context, now);
    char origin[HTTP_ORIGIN_MAX];

    assert(!http->ending);
    http->figures.requests++;
    call->http = http;
    call->readers = http->readers;
    call->deadline = timer_new(http->loop, deadline_passed, call);
    if (!http_url_check(call->url, call->plain, origin, call->why)) {
        end_later(http, call, HTTP_REFUSED, call->why);
        return call;
    }
    call->host = http_host_get(&http->hosts, origin, now);
    TAILQ_INSERT_TAIL(&call->host->waiting, call, link);
    http->figures.waiting++;
    timer_set(call->deadline, mono_after(now, request->timeout_ms));
    let_next_begin(http);
    return call;
}

void http_cancel(struct http_call *call)
{
    struct http *http = call->http;

    if (call->state == CALL_ENDED) {
        call->reply.end = HTTP_CANCELLED; /* its end was not told yet */
        return;
    }
    if (call->state == CALL_RUNNING)
        http_multi_remove(http->multi, call->easy);
    withdraw(http, call, false);
    end_later(http, call, HTTP_CANCELLED, "cancelled");
}

/* ---- settings ---- */

static bool has_certificates(const char *file)
{
    X509_STORE *store = X509_STORE_new();
    bool good = store != NULL && X509_STORE_load_file(store, file) == 1;

    X509_STORE_free(store);
    ERR_clear_error();
    return good;
}

static bool check_authorities(const char *ca_file, char why[WHY_MAX])
{
    const char *usual = curl_version_info(CURLVERSION_NOW)->cainfo;

    if (ca_file == NULL && usual != NULL && access(usual, R_OK) != 0) {
        snprintf(why, WHY_MAX, "the system's file with known authorities cannot be read (%.150s)", usual);
        return false;
    }
    if (ca_file != NULL && !has_certificates(ca_file)) {
        snprintf(why, WHY_MAX, "ca_file cannot be read or holds no certificates: %.150s", ca_file);
        return false;
    }
    return true;
}

static bool check_settings(const struct http_settings *settings, char why[WHY_MAX])
{
    const char *proxy = settings->proxy;

    if (strcmp(proxy, "none") != 0 && strcmp(proxy, "environment") != 0 && strncasecmp(proxy, "http://", 7) != 0) {
        snprintf(why, WHY_MAX, "the proxy must be \"none\", \"environment\" or begin with http://");
        return false;
    }
    return check_authorities(settings->ca_file, why);
}

static struct http_rules make_rules(const struct http_settings *settings)
{
    struct http_rules rules = { .user_agent = xstrdup(settings->user_agent) };

    if (settings->ca_file != NULL)
        rules.ca_file = xstrdup(settings->ca_file);
    if (strcmp(settings->proxy, "environment") != 0)
        rules.proxy = xstrdup(strcmp(settings->proxy, "none") == 0 ? "" : settings->proxy);
    return rules;
}

struct http *http_new(struct loop *loop, const struct http_settings *settings, char why[WHY_MAX])
{
    assert(settings->connections > 0 && settings->per_host > 0);
    if (!check_settings(settings, why))
        return NULL;
    unsetenv("SSLKEYLOGFILE"); /* libcurl would write every session's keys there */
    (void)memory_or_die(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? loop : NULL);

    struct http *http = xcalloc(1, sizeof *http);
    struct http_multi_callbacks callbacks = { .ended = has_ended, .worked = has_worked, .context = http };
    http->loop = loop;
    http->connections = settings->connections;
    http->rules = make_rules(settings);
    http->multi = http_multi_new(loop, settings->connections, &callbacks);
    http->soon = timer_new(loop, soon, http);
    http_hosts_init(&http->hosts, settings->per_host);
    http->readers = http_readers_new(loop, was_read, http);
    TAILQ_INIT(&http->running);
    TAILQ_INIT(&http->reading);
    TAILQ_INIT(&http->ended);
    return http;
}

static void cancel_all(struct http *http)
{
    struct http_host *host;

    http->connections = 0; /* nobody begins any more */
    while (!TAILQ_EMPTY(&http->running))
        http_cancel(TAILQ_FIRST(&http->running));
    while (!TAILQ_EMPTY(&http->reading))
        http_cancel(TAILQ_FIRST(&http->reading));
    TAILQ_FOREACH(host, &http->hosts.list, link)
        while (!TAILQ_EMPTY(&host->waiting))
            http_cancel(TAILQ_FIRST(&host->waiting));
    struct http_call *call;
    TAILQ_FOREACH(call, &http->ended, link)
        call->reply.end = HTTP_CANCELLED;
    tell_ended(http);
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    http->ending = true;
    cancel_all(http);
    while (http->pooled > 0)
        curl_easy_cleanup(http->pool[--http->pooled]);
    http_multi_free(http->multi);
    http_readers_free(http->readers);
    http_hosts_fini(&http->hosts);
    timer_free(http->soon);
    free(http->rules.user_agent);
    free(http->rules.ca_file);
    free(http->rules.proxy);
    free(http);
    curl_global_cleanup();
}

struct http_figures http_figures(const struct http *http)
{
    return http->figures;
}
