/*
 * One request to Azure: a token and the headers go with it, the client's reply becomes an answer or a failure. A 401
 * gets one new token and one repeat; the token goes to the configured management host only, which azure_same_origin()
 * guards where a request is made from an answer.
 */
#include "app/ask_budget.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct call {
    struct app *app;
    struct call *next; /* while it waits for a new token */
    enum ask ask;
    size_t credential;
    enum audience audience;
    struct azure_request request;
    ask_done *done;
    ask_piece *piece;
    void *context;
    struct mono asked;
    struct subscription *on; /* it is about, as long as the settings are those of `generation`; NULL: none of them */
    enum budget_kind budget; /* of its, which pays for it */
    bool graph;              /* the credential's budget of Resource Graph does */
    uint64_t generation, serial;
    char id[ASK_UUID_MAX]; /* x-ms-client-request-id: with it the request can be found in Azure's logs */
    bool repeated;
};

/* Which questions a change of the circuits makes pointless: those that are about one of them, or several. */
static uint64_t generation_of(const struct app *app, enum ask ask)
{
    return ask == ASK_TOKEN || ask == ASK_DISCOVER || ask == ASK_SEARCH ? app->credential_generation : app->generation;
}

static bool is_stale(const struct call *call)
{
    return call->generation != generation_of(call->app, call->ask);
}

static void call_free(struct call *call)
{
    azure_request_free(&call->request);
    free(call);
}

/* Without an answer: what the transport said. */
static void transport_failure(const struct http_reply *reply, struct failure *failure)
{
    static const uint8_t kinds[HTTP_ENDS] = {
        [HTTP_RESOLVE] = TROUBLE_NETWORK, [HTTP_CONNECT] = TROUBLE_NETWORK,      [HTTP_TLS] = TROUBLE_NETWORK,
        [HTTP_TIMEOUT] = TROUBLE_NETWORK, [HTTP_CUT] = TROUBLE_NETWORK,          [HTTP_TOO_LARGE] = TROUBLE_UNEXPECTED,
        [HTTP_REFUSED] = TROUBLE_UNEXPECTED, [HTTP_LOCAL] = TROUBLE_LOCAL,
    };

    *failure = (struct failure){ .kind = kinds[reply->end], .http_status = reply->status, .retry_after_ms = -1 };
    snprintf(failure->what, sizeof failure->what, "%s", reply->why != NULL ? reply->why : "no answer came");
}

static void finish(struct call *call, const struct azure_reply *reply, struct failure *failure, struct moment now)
{
    call->app->figures[call->ask].answered++;
    call->done(call->context, reply, failure, call->asked, now);
    call_free(call);
}

/* Dropped: the settings changed meanwhile, or the daemon stops. Nobody is interested, but the context must be freed. */
static void drop(struct call *call, struct moment now)
{
    struct failure none = { .kind = TROUBLE_NONE };

    finish(call, NULL, &none, now);
}

/* Not from a service of this machine: its clock may be ours. */
static void note_date(struct app *app, const struct azure_reply *reply, struct moment now)
{
    int64_t date = reply->date != NULL ? http_date_ms(reply->date) : -1;
    bool first = !app->azure_heard;

    if (date < 0)
        return;
    app->azure_ahead_ms = date - now.mono.ms;
    app->azure_heard = true;
    if (app->engine != NULL)
        engine_azure_time(app->engine, app->azure_ahead_ms);
    if (first && app->trial == NULL)
        credentials_look(app, now);
}

static struct azure_reply to_reply(const struct http_reply *from)
{
    struct azure_reply reply = { .status = from->status,
                                 .body = from->body,
                                 .len = from->len,
                                 .content_type = http_header(from, "Content-Type"),
                                 .location = http_header(from, "Location"),
                                 .retry_after = http_header(from, "Retry-After"),
                                 .date = http_header(from, "Date"),
                                 .request_id = http_header(from, "x-ms-request-id"),
                                 .correlation_id = http_header(from, "x-ms-correlation-request-id"),
                                 .challenge = http_header(from, "WWW-Authenticate") };

    for (enum azure_quota quota = 0; quota < AZURE_QUOTAS; quota++)
        reply.left[quota] = http_header(from, azure_quota_header(quota));
    return reply;
}

static void log_answer(struct call *call, const struct http_reply *reply)
{
    if (!call->app->options->verbose)
        return;
    char origin[256];
    snprintf(origin, sizeof origin, "%.*s", (int)strcspn(call->request.url, "?"), call->request.url);
    journal_say(call->app->journal, 7, "%s %s: %d after %lld ms%s%s", call->request.method, origin, reply->status,
                (long long)reply->took_ms, reply->end == HTTP_ANSWERED ? "" : ", ",
                reply->end == HTTP_ANSWERED || reply->why == NULL ? "" : reply->why);
}

/* Pieces of an answer to a question of older settings have nobody to go to. */
static void piece_came(void *context, const char *bytes, size_t len)
{
    struct call *call = context;

    if (!is_stale(call))
        call->piece(call->context, bytes, len);
}

static bool is_write(const struct azure_request *request)
{
    return strcmp(request->method, "GET") != 0;
}

/* An answer, or NULL: the request has ended without. */
static void note_budget(struct call *call, const struct azure_reply *reply, struct moment now)
{
    if (call->on != NULL)
        ask_note_budget(call->app, call->on, call->budget, reply, now);
    if (call->graph)
        ask_note_graph(call->app, call->credential, reply, now);
}

static void answered(void *context, const struct http_reply *from, struct moment now)
{
    struct call *call = context;
    struct app *app = call->app;
    struct failure failure = { .kind = TROUBLE_NONE, .retry_after_ms = -1 };

    if (is_stale(call) || from->end == HTTP_CANCELLED) {
        drop(call, now);
        return;
    }
    log_answer(call, from);
    if (from->end != HTTP_ANSWERED) {
        app->figures[call->ask].failed++;
        note_budget(call, NULL, now);
        transport_failure(from, &failure);
        memcpy(failure.client, call->id, sizeof call->id);
        finish(call, NULL, &failure, now);
        return;
    }
    struct azure_reply reply = to_reply(from);
    reply.client_request_id = call->id;
    note_budget(call, &reply, now);
    if (!call->request.metadata)
        note_date(app, &reply, now);
    if (reply.status == 401 && call->request.bearer && !call->repeated) {
        call->repeated = true;
        sign_in_refused(app, call->credential, call->audience, call, call->serial, now);
        return;
    }
    if (reply.status >= 400)
        app->figures[call->ask].failed++;
    finish(call, &reply, &failure, now);
}

const char *ask_uuid(char text[ASK_UUID_MAX])
{
    unsigned char b[16] = { 0 };

    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        abort(); /* only before the system has gathered any, and then it waits */
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(text, ASK_UUID_MAX, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
    return text;
}

static bool is_plain(const char *url)
{
    return strncmp(url, "http://", 7) == 0;
}

static char *make_authorization(const char *scheme, const char *text)
{
    char *made;

    if (asprintf(&made, "Authorization: %s%s", scheme, text) < 0)
        abort();
    return made;
}

#define HEADERS_MAX 8
#define METADATA_CONNECT_MS 2000 /* a service of this machine answers at once or is not there */

static void send_call(struct call *call, struct moment now)
{
    struct app *app = call->app;
    const struct azure_request *request = &call->request;
    const struct grant *grant = &app->sign_ins[call->credential].grant[call->audience];
    char id[96], accept[128], type[128];
    const char *headers[HEADERS_MAX];
    char *authorization = NULL;
    size_t count = 0;

    snprintf(id, sizeof id, "x-ms-client-request-id: %s", ask_uuid(call->id));
    snprintf(accept, sizeof accept, "Accept: %s", request->accept != NULL ? request->accept : "application/json");
    headers[count++] = accept;
    headers[count++] = id;
    headers[count++] = "Cache-Control: no-cache";
    if (request->content_type != NULL) {
        snprintf(type, sizeof type, "Content-Type: %s", request->content_type);
        headers[count++] = type;
    }
    if (request->metadata)
        headers[count++] = "Metadata: true";
    if (request->bearer) {
        assert(grant->token.text != NULL);
        authorization = make_authorization("Bearer ", grant->token.text);
        call->serial = grant->serial;
    } else if (request->authorization != NULL) {
        authorization = make_authorization("", request->authorization);
    }
    if (authorization != NULL)
        headers[count++] = authorization;
    headers[count] = NULL;
    struct http_request http = { .method = request->method,
                                 .url = request->url,
                                 .headers = headers,
                                 .body = request->body,
                                 .body_len = request->body != NULL ? strlen(request->body) : 0,
                                 .limit = request->limit,
                                 .timeout_ms = app->settings->poll.timeout_ms,
                                 .connect_ms = request->metadata ? METADATA_CONNECT_MS : 0,
                                 .direct = request->metadata,
                                 .plain = is_plain(request->url),
                                 .compressed = call->ask == ASK_LIST || call->ask == ASK_DISCOVER,
                                 .piece = call->piece != NULL ? piece_came : NULL };
    call->asked = now.mono;
    call->generation = generation_of(app, call->ask);
    if (call->on != NULL)
        budget_take(&call->on->budget[call->budget], now.mono);
    if (call->graph)
        budget_take(&app->sign_ins[call->credential].graph, now.mono);
    app->figures[call->ask].sent.all++;
    app->figures[call->ask].sent.present++;
    http_send(app->http, &http, answered, call);
    if (authorization != NULL)
        explicit_bzero(authorization, strlen(authorization));
    free(authorization);
}

static struct call *make_call(struct app *app, enum ask ask, size_t credential, struct azure_request *request,
                              ask_done *done, void *context)
{
    struct call *call = calloc(1, sizeof *call);

    if (call == NULL)
        abort();
    *call = (struct call){ .app = app,
                           .ask = ask,
                           .credential = credential,
                           .request = *request,
                           .done = done,
                           .context = context,
                           .generation = generation_of(app, ask) };
    *request = (struct azure_request){ 0 };
    return call;
}

void ask_arm(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
             void *context)
{
    send_call(make_call(app, ask, credential, request, done, context), loop_now(app->loop));
}

void ask_graph(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
               void *context)
{
    struct call *call = make_call(app, ask, credential, request, done, context);

    call->graph = true;
    send_call(call, loop_now(app->loop));
}

void ask_alone(struct app *app, enum ask ask, size_t credential, enum audience audience, struct azure_request *request,
               ask_done *done, void *context)
{
    struct call *call = make_call(app, ask, credential, request, done, context);

    call->audience = audience;
    send_call(call, loop_now(app->loop));
}

void ask_arm_pieces(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_piece *piece,
                    ask_done *done, void *context)
{
    struct call *call = make_call(app, ask, credential, request, done, context);

    call->piece = piece;
    send_call(call, loop_now(app->loop));
}

static struct call *make_paid(struct app *app, enum ask ask, struct subscription *on, struct azure_request *request,
                              ask_done *done, void *context)
{
    enum budget_kind kind = is_write(request) ? BUDGET_WRITES : BUDGET_READS;
    struct call *call = make_call(app, ask, on->credential, request, done, context);

    call->on = on;
    call->budget = kind;
    return call;
}

void ask_about(struct app *app, enum ask ask, struct subscription *on, struct azure_request *request, ask_done *done,
               void *context)
{
    send_call(make_paid(app, ask, on, request, done, context), loop_now(app->loop));
}

void ask_metrics_host(struct app *app, struct subscription *on, struct azure_request *request, ask_done *done,
                      void *context)
{
    struct call *call = make_paid(app, ASK_BATCH, on, request, done, context);

    call->audience = AUDIENCE_METRICS;
    call->budget = BUDGET_METRICS;
    send_call(call, loop_now(app->loop));
}

void ask_about_pieces(struct app *app, enum ask ask, struct subscription *on, struct azure_request *request,
                      ask_piece *piece, ask_done *done, void *context)
{
    struct call *call = make_paid(app, ask, on, request, done, context);

    call->piece = piece;
    send_call(call, loop_now(app->loop));
}

void ask_plain(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
               void *context)
{
    assert(!request->bearer);
    send_call(make_call(app, ask, credential, request, done, context), loop_now(app->loop));
}

void ask_hold(struct call **list, struct call *call)
{
    call->next = *list;
    *list = call;
}

void ask_again(struct app *app, struct call *calls, const struct failure *failure, struct moment now)
{
    while (calls != NULL) {
        struct call *call = calls;
        calls = call->next;
        if (is_stale(call) || app->stopping) {
            drop(call, now);
        } else if (failure == NULL) {
            send_call(call, now);
        } else {
            struct failure copy = *failure;
            finish(call, NULL, &copy, now);
        }
    }
}

void ask_drop_held(struct app *app, struct moment now)
{
    for (size_t i = 0; i < app->settings->azure.credential_count * AUDIENCES; i++) {
        struct grant *grant = &app->sign_ins[i / AUDIENCES].grant[i % AUDIENCES];
        struct call *calls = grant->refused;
        grant->refused = NULL;
        while (calls != NULL) {
            struct call *call = calls;
            calls = call->next;
            drop(call, now);
        }
    }
}
