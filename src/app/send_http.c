/*
 * The sender of web hooks and of every service that is reached like one. Addresses and keys are read from their files for
 * each attempt and wiped after it (send_wire.c); how a request looks and what an answer means is paging/wire.h's.
 */
#include "app/send_wire.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_MOST 65536
#define CONNECTIONS 16
#define CONNECTIONS_PER_HOST 8

/* A client for each way to the network: authorities and proxy. */
struct client {
    struct client *next;
    struct http *http;
    char *ca_file, *proxy; /* ca_file "": the system's */
    bool old; /* of settings before the present ones: gone with its last call */
};

static char *copy(const char *text)
{
    char *made = strdup(text != NULL ? text : "");

    if (made == NULL)
        abort();
    return made;
}

/* ---- clients ---- */

static void client_free(struct client *client)
{
    http_free(client->http);
    free(client->ca_file);
    free(client->proxy);
    free(client);
}

static struct client *client_new(struct app *app, const struct wire_settings *wire, char why[256])
{
    struct http_settings settings = { .user_agent = APP_USER_AGENT,
                                      .ca_file = wire->ca_file,
                                      .proxy = wire->proxy != NULL ? wire->proxy : "none",
                                      .connections = CONNECTIONS,
                                      .per_host = CONNECTIONS_PER_HOST };
    struct http *http = http_new(app->loop, &settings, why);

    if (http == NULL)
        return NULL;
    struct client *client = calloc(1, sizeof *client);
    if (client == NULL)
        abort();
    *client = (struct client){ .next = app->clients, .http = http, .ca_file = copy(wire->ca_file),
                               .proxy = copy(settings.proxy) };
    app->clients = client;
    return client;
}

static struct client *client_for(struct app *app, const struct wire_settings *wire, char why[256])
{
    const char *ca_file = wire->ca_file != NULL ? wire->ca_file : "";
    const char *proxy = wire->proxy != NULL ? wire->proxy : "none";

    for (struct client *at = app->clients; at != NULL; at = at->next)
        if (!at->old && strcmp(at->ca_file, ca_file) == 0 && strcmp(at->proxy, proxy) == 0)
            return at;
    return client_new(app, wire, why);
}

struct http *clients_for(struct receiver *receiver, char why[256])
{
    struct client *client = client_for(receiver->app, &receiver->settings->wire, why);

    return client != NULL ? client->http : NULL;
}

/* A file of authorities is read once by each client, so other settings get other clients. */
void clients_renew(struct app *app)
{
    for (struct client **at = &app->clients; *at != NULL;) {
        struct client *client = *at;
        struct http_figures figures = http_figures(client->http);
        client->old = true;
        if (figures.requests != figures.answers + figures.failures) {
            at = &client->next;
            continue;
        }
        *at = client->next;
        client_free(client);
    }
}

void clients_free(struct app *app)
{
    while (app->clients != NULL) {
        struct client *client = app->clients;
        app->clients = client->next;
        client_free(client);
    }
}

/* ---- one attempt ---- */

static void answered(void *context, const struct http_reply *reply, struct moment now)
{
    struct wire_run *run = context;
    struct delivery *delivery = run->delivery;
    struct wire_outcome outcome;

    wire_answered(&run->wire, run->request, reply, now, &outcome);
    wire_run_free(run);
    deliver_answered(delivery, &outcome, reply->took_ms, now);
}

static void send(struct delivery *delivery, struct moment now)
{
    const struct wire_settings *settings = &delivery->receiver->settings->wire;
    char trouble[256];
    struct http *http = clients_for(delivery->receiver, trouble);

    if (http == NULL) {
        wire_not_sent(delivery, trouble, now);
        return;
    }
    struct wire_run *run = wire_run_new(delivery, now);
    if (run == NULL)
        return;
    const struct wire_request *request = run->request;
    struct http_request sent = { .method = request->method,
                                 .url = request->url,
                                 .headers = (const char *const *)request->headers,
                                 .body = request->body,
                                 .body_len = request->body_len,
                                 .limit = ANSWER_MOST,
                                 .timeout_ms = settings->timeout_ms,
                                 .plain = strncmp(request->url, "http://", 7) == 0 };
    http_send(http, &sent, answered, run);
}

const struct sender send_http = { send };
