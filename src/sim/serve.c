/*
 * The middle of the program: a request comes in, is counted and perhaps struck by a fault, the host it is for answers,
 * the fault spoils the answer, and it goes out now, later or never. Open requests wait in one list behind one timer,
 * which also drives the story.
 */
#include "sim/serve.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/cassette.h"
#include "sim/circuit.h"
#include "sim/control.h"
#include "sim/fault.h"
#include "sim/gzip.h"
#include "sim/handlers.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <stdio.h>

#define ENDLESS_LENGTH ((size_t)1 << 40) /* declared; nobody waits for the end of a tebibyte */

/* A request that has no answer yet. */
struct open {
    struct open *next;
    struct server_call *call;
    struct answer answer;
    const struct fault *fault; /* it hangs until this ends; NULL: not a hang */
    bool waits;                /* for a counter */
    struct wait wait;
    struct mono due; /* answer then; MONO_NEVER */
};

struct serve {
    struct loop *loop;
    struct world *world;
    struct cassette *cassette;
    bool verbose;
    struct timer *timer;
    struct open *open;
};

/* ---- sending ---- */

static void send_answer(struct server_call *call, const struct answer *answer)
{
    const char *const *headers = (const char *const *)answer->headers;

    if (answer->endless)
        server_answer_cut(call, answer->status, headers, answer->body, ENDLESS_LENGTH, answer->len);
    else if (answer->send < answer->len)
        server_answer_cut(call, answer->status, headers, answer->body, answer->len, answer->send);
    else
        server_answer(call, answer->status, headers, answer->body, answer->len);
}

static void hang_up(struct server_call *call)
{
    server_answer_cut(call, 0, NULL, NULL, 0, 0);
}

/* Is it this one's time? Then its answer is out, or its connection closed. */
static bool open_settled(struct serve *serve, struct open *open, struct mono now)
{
    if (open->waits && !control_waited(serve->world, &open->wait, mono_reached(open->due, now), &open->answer))
        return false;
    if (open->fault != NULL) {
        if (world_fault_lives(serve->world, open->fault))
            return false;
        hang_up(open->call);
        return true;
    }
    if (!open->waits && !mono_reached(open->due, now))
        return false;
    send_answer(open->call, &open->answer);
    return true;
}

static void open_free(struct open *open)
{
    answer_fini(&open->answer);
    free(open);
}

/* The story goes on, and those whose time has come get their answers. */
static void turn(struct serve *serve, struct moment now)
{
    struct open **link = &serve->open;

    story_advance(serve->world, now);
    struct mono due = story_due(serve->world);
    while (*link != NULL) {
        struct open *open = *link;
        if (open_settled(serve, open, now.mono)) {
            *link = open->next;
            open_free(open);
        } else {
            due = mono_earlier(due, open->due);
            link = &open->next;
        }
    }
    timer_set(serve->timer, due);
}

static void time_came(void *context, struct moment now)
{
    turn(context, now);
}

static struct open *open_new(struct serve *serve, struct server_call *call)
{
    struct open *open = xcalloc(1, sizeof *open);

    open->call = call;
    answer_init(&open->answer);
    open->due = MONO_NEVER;
    open->next = serve->open;
    serve->open = open;
    return open;
}

/* ---- a request ---- */

static void count(struct serve *serve, const struct target *target)
{
    serve->world->asked[target->endpoint]++;
    if (target->circuit == NULL)
        return;
    struct circuit *circuit = world_circuit(serve->world, target->subscription, target->group, target->circuit);
    if (circuit != NULL)
        circuit->asked[target->endpoint]++;
}

static void make_answer(struct serve *serve, const struct ask *ask, struct answer *out)
{
    if (!endpoint_is_arm(ask->target->endpoint))
        login_answer(ask, out);
    else if (ask->target->endpoint == ENDPOINT_METRICS_BATCH && serve->cassette == NULL)
        metrics_answer_batch(ask, out);
    else if (serve->cassette == NULL)
        arm_answer(ask, out);
    else if (!cassette_answer(serve->cassette, ask->request->method, ask->request->uri, ask->base, out))
        answer_error(out, 404, ENVELOPE_ARM, "NotFound", "The cassette has no answer for %s %s.", ask->request->method,
                     ask->request->path);
}

/* The filler of an endless body: blanks, which JSON allows anywhere. */
static void make_endless(struct answer *answer, size_t bytes)
{
    char *body = memory_or_die(malloc(bytes));

    memset(body, ' ', bytes);
    answer_body(answer, answer->status, "application/json; charset=utf-8", body, bytes);
}

static void strike(const struct ask *ask, struct answer *answer)
{
    char *url = text_format("%s%s", ask->base, ask->request->uri);

    fault_apply(ask->fault, answer, url, ask->now.wall_ms);
    if (answer->endless)
        make_endless(answer, (size_t)ask->fault->bytes);
    free(url);
}

/* The last thing that is done to a body, so that a fault spoils what the client sees in the end. */
static void compress(const struct ask *ask, struct answer *answer)
{
    const char *accepts = server_header(ask->call, "Accept-Encoding");
    size_t len;

    if (!ask->world->scenario->gzip || accepts == NULL || strstr(accepts, "gzip") == NULL || answer->len == 0 ||
        answer->endless || answer_has_header(answer, "Content-Encoding"))
        return;
    char *body = gzip_pack(answer->body, answer->len, &len);
    free(answer->body);
    answer->body = body;
    answer->len = len;
    answer_header(answer, "Content-Encoding", "gzip");
    answer_header(answer, "Vary", "Accept-Encoding");
}

static void log_request(const struct serve *serve, const struct ask *ask, const struct answer *answer)
{
    char *fate = answer->hang            ? xstrdup("hangs")
                 : answer->delay_ms != 0 ? text_format("%d in %lld ms", answer->status, (long long)answer->delay_ms)
                                         : text_format("%d", answer->status);

    if (serve->verbose)
        fprintf(stderr, "%s %s: %s, %s%s%s%s\n", ask->request->method, ask->request->uri,
                endpoint_name(ask->target->endpoint), fate, ask->fault != NULL ? " (fault \"" : "",
                ask->fault != NULL ? ask->fault->name : "", ask->fault != NULL ? "\")" : "");
    free(fate);
}

/* Azure's own hosts: their answers may be late. */
static void answer_azure(struct serve *serve, struct ask *ask, struct server_call *call)
{
    struct answer answer;

    count(serve, ask->target);
    ask->fault = world_strike(serve->world, ask->target, ask->now.mono);
    answer_init(&answer);
    make_answer(serve, ask, &answer);
    if (ask->fault != NULL)
        strike(ask, &answer);
    compress(ask, &answer);
    log_request(serve, ask, &answer);
    if (!answer.hang && answer.delay_ms == 0) {
        send_answer(call, &answer);
        answer_fini(&answer);
        return;
    }
    struct open *open = open_new(serve, call);
    open->answer = answer;
    if (answer.hang)
        open->fault = ask->fault;
    else
        open->due = mono_after(ask->now.mono, answer.delay_ms);
}

static void answer_control(struct serve *serve, const struct ask *ask, struct server_call *call)
{
    struct answer answer;
    struct wait wait;

    answer_init(&answer);
    if (control_answer(ask, &answer, &wait)) {
        send_answer(call, &answer);
        answer_fini(&answer);
        return;
    }
    struct open *open = open_new(serve, call);
    open->waits = true;
    open->wait = wait;
    open->due = mono_after(ask->now.mono, wait.timeout_ms);
}

/* How the client calls us, so that nextLink and Location lead back here. */
static char *base_of(const struct door *door, const struct server_call *call)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    const char *host = server_header(call, "Host");
    bool usable = host != NULL && *host != '\0' && strlen(host) <= 255 && strspn(host, fine) == strlen(host);

    return text_format("%s://%s", door->scheme, usable ? host : door->address);
}

void serve_asked(void *context, struct server_call *call, const struct server_request *request, struct moment now)
{
    const struct door *door = context;
    struct serve *serve = door->serve;
    struct target target;

    now.wall_ms += serve->world->scenario->clock_ahead_ms;
    story_advance(serve->world, now);
    target_parse(request->method, request->path, &target);
    char *base = base_of(door, call);
    struct ask ask = { serve->world, call, request, &target, NULL, base, now };
    if (target.endpoint == ENDPOINT_CONTROL)
        answer_control(serve, &ask, call);
    else
        answer_azure(serve, &ask, call);
    free(base);
    turn(serve, now);
}

/* ---- the whole ---- */

struct serve *serve_new(struct loop *loop, struct world *world, struct cassette *cassette, bool verbose)
{
    struct serve *serve = xcalloc(1, sizeof *serve);

    serve->loop = loop;
    serve->world = world;
    serve->cassette = cassette;
    serve->verbose = verbose;
    serve->timer = timer_new(loop, time_came, serve);
    turn(serve, loop_now(loop));
    return serve;
}

void serve_free(struct serve *serve)
{
    if (serve == NULL)
        return;
    while (serve->open != NULL) {
        struct open *next = serve->open->next;
        hang_up(serve->open->call);
        open_free(serve->open);
        serve->open = next;
    }
    timer_free(serve->timer);
    free(serve);
}
