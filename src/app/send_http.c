/*
 * The sender of web hooks and of every service that is reached like one. Addresses and keys are read from their files for
 * each attempt and wiped after it; how a request looks and what an answer means is paging/wire.h's.
 */
#include "app/delivery.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

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

/* One attempt: what its answer is judged by. */
struct run {
    struct delivery *delivery;
    struct wire wire;
    struct wire_request *request;
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

/* ---- secrets ---- */

struct secrets {
    struct secret url, key, old_key;
};

static bool read_one(const char *file, struct secret *out, char why[512])
{
    return file == NULL || secret_read(file, SECRETS_FOLDER, out, why);
}

static bool secrets_read(const struct wire_settings *wire, struct secrets *out, char why[512])
{
    memset(out, 0, sizeof *out);
    return read_one(wire->url_file, &out->url, why) && read_one(wire->key_file, &out->key, why) &&
           read_one(wire->old_key_file, &out->old_key, why);
}

static void secrets_wipe(struct secrets *secrets)
{
    secret_wipe(&secrets->url);
    secret_wipe(&secrets->key);
    secret_wipe(&secrets->old_key);
}

/* ---- one attempt ---- */

static void run_free(struct run *run)
{
    wire_request_free(run->request);
    free(run);
}

/* Nothing leaves: what it needs cannot be read. */
static void not_sent(struct delivery *delivery, const char *why, struct moment now)
{
    struct wire_outcome outcome = { .answer = ANSWER_SETTINGS, .retry_after_ms = -1 };

    snprintf(outcome.why, sizeof outcome.why, "%.*s", (int)sizeof outcome.why - 1, why);
    deliver_answer_soon(delivery, &outcome, now);
}

static void answered(void *context, const struct http_reply *reply, struct moment now)
{
    struct run *run = context;
    struct delivery *delivery = run->delivery;
    struct wire_outcome outcome;
    struct wire_reply said = { .status = reply->status,
                               .whole = reply->end == HTTP_ANSWERED,
                               .sent = reply->sent,
                               .body = reply->body,
                               .retry_after = http_header(reply, "Retry-After"),
                               .now_wall_ms = now.wall_ms };

    wire_answer(&run->wire, run->request, &said, &outcome);
    if (reply->status == 0 && reply->why != NULL) /* no connection: the client says why, and names the host only */
        snprintf(outcome.why, sizeof outcome.why, "%.*s", (int)sizeof outcome.why - 1, reply->why);
    run_free(run);
    deliver_answered(delivery, &outcome, reply->took_ms, now);
}

static void send_request(struct run *run, struct http *http, const struct wire_settings *wire)
{
    struct wire_request *request = run->request;
    struct http_request sent = { .method = request->method,
                                 .url = request->url,
                                 .headers = (const char *const *)request->headers,
                                 .body = request->body,
                                 .body_len = request->body_len,
                                 .limit = ANSWER_MOST,
                                 .timeout_ms = wire->timeout_ms,
                                 .plain = strncmp(request->url, "http://", 7) == 0 };

    http_send(http, &sent, answered, run);
}

/* What was remembered of this episode, and of no other. */
static const char *kept_of(const struct delivery *delivery)
{
    const struct outbox_thread *thread = delivery->item.thread;

    return thread != NULL && thread->kept != NULL && thread->kept_episode == delivery->item.episode ? thread->kept : "";
}

static struct run *run_new(struct delivery *delivery, const struct secrets *secrets, struct moment now)
{
    const struct receiver *receiver = delivery->receiver;
    const struct wire_settings *settings = &receiver->settings->wire;
    struct run *run = calloc(1, sizeof *run);

    if (run == NULL)
        abort();
    run->delivery = delivery;
    run->wire = (struct wire){ .kind = receiver->settings->kind,
                               .name = receiver->name,
                               .url = secrets->url.bytes != NULL ? secrets->url.bytes : settings->url,
                               .key = secrets->key.bytes,
                               .old_key = secrets->old_key.bytes,
                               .channel = settings->channel,
                               .host = receiver->app->host,
                               .format = settings->format };
    run->request = wire_request_new(&run->wire, delivery->body, kept_of(delivery), now.wall_ms, delivery->item.minimal);
    /* what was handed in was for the length of that call */
    run->wire = (struct wire){ .kind = receiver->settings->kind, .format = settings->format };
    return run;
}

static void send(struct delivery *delivery, struct moment now)
{
    const struct wire_settings *settings = &delivery->receiver->settings->wire;
    struct secrets secrets;
    char why[512], trouble[256];
    struct client *client = client_for(delivery->receiver->app, settings, trouble);

    if (client == NULL) {
        not_sent(delivery, trouble, now);
        return;
    }
    if (!secrets_read(settings, &secrets, why)) {
        secrets_wipe(&secrets);
        not_sent(delivery, why, now);
        return;
    }
    struct run *run = run_new(delivery, &secrets, now);
    secrets_wipe(&secrets);
    assert(run->request != NULL); /* the body is our own */
    if (run->request->method != NULL) {
        send_request(run, client->http, settings);
        return;
    }
    run_free(run); /* this kind has no word for it */
    deliver_answer_soon(delivery, &(struct wire_outcome){ .answer = ANSWER_DELIVERED, .retry_after_ms = -1 }, now);
}

const struct sender send_http = { send };
