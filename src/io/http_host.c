/*
 * Hosts take turns, and each may have only so many requests under way. While none of them has a connection yet, only
 * one; and later, too, only a few may be without, because they all would make one of their own when the server closes
 * the one that they would have shared. A connection can go dead without a word (a firewall forgot it, the other side
 * fell over). libcurl closes the one that a request timed out on, but not others to the same host of the same age, nor
 * one that HTTP/2 requests share. So when that happens, the next request makes its own connection, and older ones are
 * not used again.
 */
#include "io/http_host.h"

#include "io/memory.h"

#define CONNECTING_MAX 8
#define LIFETIME_S 3600 /* certificates are checked again at least that often */

void http_hosts_init(struct http_hosts *hosts, unsigned per_host)
{
    TAILQ_INIT(&hosts->list);
    hosts->per_host = per_host;
}

static void forget(struct http_hosts *hosts, struct http_host *host)
{
    TAILQ_REMOVE(&hosts->list, host, link);
    free(host->origin);
    free(host);
}

void http_hosts_fini(struct http_hosts *hosts)
{
    while (!TAILQ_EMPTY(&hosts->list))
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): TAILQ_REMOVE has taken the freed one out */
        forget(hosts, TAILQ_FIRST(&hosts->list));
}

static bool is_idle(const struct http_host *host)
{
    return host->running == 0 && TAILQ_EMPTY(&host->waiting);
}

static bool fails_are_forgotten(const struct http_host *host, struct mono now)
{
    return host->failed.ms == MONO_NEVER.ms || mono_between(host->failed, now) > LIFETIME_S * INT64_C(1000);
}

static void forget_idle(struct http_hosts *hosts, struct mono now)
{
    struct http_host *host = TAILQ_FIRST(&hosts->list);

    while (host != NULL) {
        struct http_host *next = TAILQ_NEXT(host, link);
        if (is_idle(host) && fails_are_forgotten(host, now))
            forget(hosts, host);
        host = next;
    }
}

struct http_host *http_host_get(struct http_hosts *hosts, const char *origin, struct mono now)
{
    struct http_host *host;

    /* a handful: the API, the login, the receivers */
    TAILQ_FOREACH(host, &hosts->list, link)
        if (strcmp(host->origin, origin) == 0)
            return host;
    forget_idle(hosts, now);
    host = xcalloc(1, sizeof *host);
    host->origin = xstrdup(origin);
    host->failed = MONO_NEVER;
    TAILQ_INIT(&host->waiting);
    TAILQ_INSERT_TAIL(&hosts->list, host, link);
    return host;
}

static bool may_begin(const struct http_host *host, unsigned per_host)
{
    return host->running < per_host && host->connecting < (host->connected ? CONNECTING_MAX : 1);
}

struct http_host *http_host_next(struct http_hosts *hosts)
{
    struct http_host *host;

    TAILQ_FOREACH(host, &hosts->list, link) {
        if (TAILQ_EMPTY(&host->waiting) || !may_begin(host, hosts->per_host))
            continue;
        TAILQ_REMOVE(&hosts->list, host, link);
        TAILQ_INSERT_TAIL(&hosts->list, host, link);
        return host;
    }
    return NULL;
}

struct http_trust http_host_trust(const struct http_host *host, struct mono now)
{
    if (fails_are_forgotten(host, now))
        return (struct http_trust){ .fresh = false, .lifetime_s = LIFETIME_S };
    int64_t since_s = mono_between(host->failed, now) / 1000;

    /* libcurl counts ages in whole seconds, 0 being no limit, and never asks how old one is that others are using */
    bool fresh = !host->proven || host->stale > 0 || since_s == 0;
    return (struct http_trust){ .fresh = fresh, .lifetime_s = (long)since_s };
}

uint32_t http_host_begin(struct http_host *host)
{
    host->running++;
    host->connecting++;
    return host->epoch;
}

void http_host_sends(struct http_host *host, uint32_t epoch)
{
    host->connecting--;
    if (epoch == host->epoch)
        host->connected = host->proven = true;
}

void http_host_end(struct http_host *host, struct http_visit visit, struct mono now)
{
    host->running--;
    if (!visit.sent)
        host->connecting--;
    if (visit.epoch != host->epoch) {
        host->stale--;
    } else if (visit.dead) {
        host->epoch++;
        host->failed = now;
        host->stale = host->running;
        host->connected = host->proven = false;
    }
    if (is_idle(host))
        host->connected = false;
}
