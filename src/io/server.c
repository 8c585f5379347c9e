/*
 * The server's door: the listening socket, who is let in, and how many. A full house shows out the client that has
 * kept us waiting longest for its request; when all are being served, one more is let in and the door is closed.
 */
#include "io/server.h"

#include "io/memory.h"
#include "io/server_client.h"
#include "io/server_socket.h"
#include "io/server_tls.h"

#include <assert.h>
#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAUSE_MS 100 /* before we accept again when the system had no descriptor for us */

TAILQ_HEAD(clients, server_client);

struct server {
    struct server_rules rules;
    struct evconnlistener *listener;
    struct timer *pause;
    struct ssl_ctx_st *tls;
    struct clients clients;
    uint64_t connections, requests;
    unsigned count, most; /* before somebody has to go; the last seat is for when nobody can */
    uint16_t port;
    char *unix_path;
    struct stat unix_file;
};

/* ---- clients come and go ---- */

static void client_left(void *context, struct server_client *client)
{
    struct server *server = context;

    TAILQ_REMOVE(&server->clients, client, link);
    server->count--;
    if (server->listener != NULL)
        evconnlistener_enable(server->listener);
}

/* Of those who have not said yet what they want: the one for whom we have waited longest. */
static struct server_client *slowest(const struct server *server)
{
    struct server_client *client, *found = NULL;

    TAILQ_FOREACH(client, &server->clients, link)
        if ((client->state == CLIENT_HEAD || client->state == CLIENT_BODY || client->state == CLIENT_LEAVING) &&
            (found == NULL || client->since.ms < found->since.ms))
            found = client;
    return found;
}

static void make_room(struct server *server)
{
    struct server_client *slow = slowest(server);

    if (slow != NULL)
        server_client_end(slow);
    else
        evconnlistener_disable(server->listener);
}

static struct server_peer peer_of(int fd, const struct server *server)
{
    struct ucred peer;
    socklen_t len = sizeof peer;

    if (server->unix_path == NULL || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return (struct server_peer){ 0 };
    return (struct server_peer){ .known = true, .uid = peer.uid, .gid = peer.gid, .pid = peer.pid };
}

static struct bufferevent *connection_new(struct server *server, int fd)
{
    struct event_base *base = loop_base(server->rules.loop);
    int on = 1;

    if (server->unix_path == NULL)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (server->tls != NULL)
        return server_tls_accept(server->tls, base, fd);
    return bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
}

static void admit(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len, void *context)
{
    struct server *server = context;
    struct mono now = loop_now(server->rules.loop).mono;

    (void)listener;
    (void)address;
    (void)len;
    if (server->count >= server->most)
        make_room(server);
    struct server_peer peer = peer_of(fd, server);
    struct bufferevent *bev = connection_new(server, fd);
    if (bev == NULL) {
        close(fd);
        return;
    }
    struct server_client *client = server_client_new(&server->rules, bev, &peer, now);
    TAILQ_INSERT_TAIL(&server->clients, client, link);
    server->count++;
    server->connections++;
}

static void open_again(void *context, struct moment now)
{
    struct server *server = context;

    (void)now;
    evconnlistener_enable(server->listener);
}

/* No descriptor for a newcomer: trying again at once would only burn time. */
static void cannot_admit(struct evconnlistener *listener, void *context)
{
    struct server *server = context;

    evconnlistener_disable(listener);
    timer_set(server->pause, mono_after(loop_now(server->rules.loop).mono, PAUSE_MS));
}

/* ---- the server ---- */

static int open_socket(struct server *server, const struct server_settings *settings, char why[256])
{
    if (settings->unix_path == NULL) {
        server->port = settings->port;
        return server_listen_tcp(settings->address, &server->port, why);
    }
    int fd = server_listen_unix(settings->unix_path, settings->group, &server->unix_file, why);
    if (fd >= 0)
        server->unix_path = xstrdup(settings->unix_path);
    return fd;
}

static bool open_door(struct server *server, const struct server_settings *settings, char why[256])
{
    if (settings->cert_file != NULL) {
        server->tls = server_tls_new(settings->cert_file, settings->key_file, why);
        if (server->tls == NULL)
            return false;
    }
    int fd = open_socket(server, settings, why);
    if (fd < 0)
        return false;
    server->listener = memory_or_die(evconnlistener_new(loop_base(server->rules.loop), admit, server,
                                                        LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd));
    evconnlistener_set_error_cb(server->listener, cannot_admit);
    return true;
}

struct server *server_new(struct loop *loop, const struct server_settings *settings, server_asked *asked, void *context,
                          char why[256])
{
    struct server *server = xcalloc(1, sizeof *server);

    assert(settings->clients >= 2 && settings->timeout_ms > 0);
    server->rules = (struct server_rules){
        .loop = loop,
        .body_max = settings->body_max,
        .timeout_ms = settings->timeout_ms,
        .asked = asked,
        .context = context,
        .requests = &server->requests,
        .left = client_left,
        .server = server,
    };
    server->most = settings->clients - 1;
    server->pause = timer_new(loop, open_again, server);
    TAILQ_INIT(&server->clients);
    if (!open_door(server, settings, why)) {
        server_free(server);
        return NULL;
    }
    return server;
}

static void remove_socket_file(const struct server *server)
{
    struct stat there;

    if (server->unix_path != NULL && lstat(server->unix_path, &there) == 0 &&
        there.st_dev == server->unix_file.st_dev && there.st_ino == server->unix_file.st_ino)
        (void)unlink(server->unix_path);
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    if (server->listener != NULL) {
        remove_socket_file(server);
        evconnlistener_free(server->listener);
        server->listener = NULL;
    }
    while (!TAILQ_EMPTY(&server->clients))
        server_client_end(TAILQ_FIRST(&server->clients));
    timer_free(server->pause);
    server_tls_free(server->tls);
    free(server->unix_path);
    free(server);
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

struct server_figures server_figures(const struct server *server)
{
    return (struct server_figures){ server->connections, server->requests, server->count };
}
