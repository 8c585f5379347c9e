#ifndef ERWATCH_IO_SERVER_CLIENT_H
#define ERWATCH_IO_SERVER_CLIENT_H

#include "io/loop.h"
#include "io/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

/* One connection to the server: reads a request, hands it over, writes the answer, and again. */

struct bufferevent;
struct server_client;

/** What all clients of a server have in common. */
struct server_rules {
    struct loop *loop;
    size_t body_max;
    int64_t timeout_ms;
    server_asked *asked;
    void *context;
    uint64_t *requests; /* counted here */
    void (*left)(void *server, struct server_client *client); /* the client is gone; its memory goes next */
    void *server;
};

struct server_peer {
    bool known;
    uid_t uid;
    gid_t gid;
    pid_t pid;
};

enum server_client_state {
    CLIENT_HEAD,      /* we wait for a request */
    CLIENT_BODY,      /* … for the rest of it */
    CLIENT_ASKED,     /* … for our own answer */
    CLIENT_ANSWERING, /* … until it is written */
    CLIENT_LEAVING,   /* … until the client has seen that we closed */
    CLIENT_STATES
};

struct server_client {
    TAILQ_ENTRY(server_client) link; /* the server's */
    const struct server_rules *rules;
    struct bufferevent *bev;
    struct server_peer peer;
    struct timer *timer;
    enum server_client_state state;
    struct mono since; /* when it got into this state */
    struct server_call *call;
    size_t searched;   /* input bytes that hold no end of a head */
    size_t unwritten;  /* output bytes when the timer was set */
    bool keep, cut;    /* the connection stays; it is to end without a goodbye */
    bool working, doomed; /* inside our own functions; to be freed when they are left */
};

/** Takes @p bev over. */
struct server_client *server_client_new(const struct server_rules *rules, struct bufferevent *bev,
                                        const struct server_peer *peer, struct mono now);
/** Ends the connection; rules->left is called, now or when the callback that runs is over. */
void server_client_end(struct server_client *client);

#endif
