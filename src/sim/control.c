/*
 * /_sim/: counters of what was asked, the story's clock, and events that happen on request. A test that waits for a
 * counter need not sleep. Bodies are YAML, hence JSON as well, and are checked by the same tables as a scenario.
 */
#include "sim/control.h"

#include "config/diag.h"
#include "config/duration.h"
#include "config/yaml.h"
#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/handlers.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <stdio.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

static void say_no(struct answer *out, const char *text)
{
    answer_json(out, 400, json_pack("{s:[s]}", "errors", text), false);
}

/* ---- what was asked ---- */

static json_t *counters(const uint64_t asked[ENDPOINTS])
{
    json_t *json = json_object();

    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        if (asked[e] != 0)
            json_object_set_new(json, endpoint_name(e), json_integer((json_int_t)asked[e]));
    return json;
}

static json_t *requests_json(const struct world *world)
{
    const struct scenario *s = world->scenario;
    json_t *circuits = json_object();
    json_int_t total = 0;

    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        total += (json_int_t)world->asked[e];
    for (size_t i = 0; i < s->circuit_count; i++) {
        json_t *one = counters(s->circuits[i]->asked);
        if (json_object_size(one) != 0)
            json_object_set_new(circuits, s->circuits[i]->name, one);
        else
            json_decref(one);
    }
    return json_pack("{s:I, s:o, s:o}", "total", total, "endpoints", counters(world->asked), "circuits", circuits);
}

static bool show_requests(const struct ask *ask, struct answer *out, struct wait *wait)
{
    (void)wait;
    answer_json(out, 200, requests_json(ask->world), false);
    return true;
}

static bool forget_requests(const struct ask *ask, struct answer *out, struct wait *wait)
{
    const struct scenario *s = ask->world->scenario;

    (void)wait;
    memset(ask->world->asked, 0, sizeof ask->world->asked);
    for (size_t i = 0; i < s->circuit_count; i++)
        memset(s->circuits[i]->asked, 0, sizeof s->circuits[i]->asked);
    answer_json(out, 200, json_object(), false);
    return true;
}

/* ---- waiting ---- */

static uint64_t count_of(const uint64_t asked[ENDPOINTS], const char *endpoint)
{
    uint64_t sum = 0;

    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        if (*endpoint == '\0' || strcmp(endpoint, endpoint_name(e)) == 0)
            sum += asked[e];
    return sum;
}

bool control_waited(const struct world *world, const struct wait *wait, bool late, struct answer *out)
{
    const struct scenario *s = world->scenario;
    uint64_t count = wait->circuit[0] == '\0' ? count_of(world->asked, wait->endpoint) : 0;

    for (size_t i = 0; wait->circuit[0] != '\0' && i < s->circuit_count; i++)
        if (name_matches(wait->circuit, s->circuits[i]->name))
            count += count_of(s->circuits[i]->asked, wait->endpoint);
    if (count < wait->count && !late)
        return false;
    answer_json(out, count >= wait->count ? 200 : 504, json_pack("{s:I}", "count", (json_int_t)count), false);
    return true;
}

static bool start_wait(const struct ask *ask, struct answer *out, struct wait *wait)
{
    const char *endpoint = server_query(ask->call, "endpoint"), *circuit = server_query(ask->call, "circuit");
    const char *count = server_query(ask->call, "count"), *timeout = server_query(ask->call, "timeout");
    char *end = NULL;

    *wait = (struct wait){ .timeout_ms = 10000 };
    snprintf(wait->endpoint, sizeof wait->endpoint, "%s", endpoint != NULL ? endpoint : "");
    snprintf(wait->circuit, sizeof wait->circuit, "%s", circuit != NULL ? circuit : "");
    wait->count = count != NULL ? strtoull(count, &end, 10) : 1;
    bool known = endpoint == NULL;
    for (enum endpoint e = 0; e < ENDPOINTS; e++)
        known = known || strcmp(endpoint, endpoint_name(e)) == 0;
    if (!known)
        say_no(out, "there is no such endpoint");
    else if (count != NULL && (end == count || *end != '\0'))
        say_no(out, "count must be a number");
    else if (timeout != NULL && (!duration_parse(timeout, &wait->timeout_ms) || wait->timeout_ms > DAY_MS))
        say_no(out, "timeout must be a duration such as 10s");
    else
        return control_waited(ask->world, wait, false, out);
    return true;
}

/* ---- the story ---- */

static json_t *state_json(const struct ask *ask)
{
    const struct world *world = ask->world;
    const struct scenario *s = world->scenario;
    json_t *faults = json_array(), *circuits = json_array();

    for (const struct fault *fault = world->faults; fault != NULL; fault = fault->next)
        json_array_append_new(faults, json_string(fault->name));
    for (size_t i = 0; i < s->circuit_count; i++)
        json_array_append_new(circuits, json_string(s->circuits[i]->id));
    return json_pack("{s:I, s:f, s:I, s:I, s:o, s:o}", "story_ms", (json_int_t)story_now(world, ask->now.mono), "speed",
                     world->speed, "events", (json_int_t)s->event_count, "events_played", (json_int_t)world->next_event,
                     "faults", faults, "circuits", circuits);
}

static bool show_state(const struct ask *ask, struct answer *out, struct wait *wait)
{
    (void)wait;
    answer_json(out, 200, state_json(ask), false);
    return true;
}

static void answer_findings(struct answer *out, const struct diag *diag)
{
    json_t *lines = json_array();

    for (size_t i = 0; i < diag_count(diag); i++)
        json_array_append_new(lines, json_string(diag_line(diag, i)));
    answer_json(out, 400, json_pack("{s:o}", "errors", lines), false);
}

static bool let_happen(const struct ask *ask, struct answer *out, struct wait *wait)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();
    const struct node *node = yaml_read_text("request", ask->request->body, ask->request->body_len, arena, diag);
    json_t *event = node != NULL ? event_read(ask->world->scenario, node, diag) : NULL;

    (void)wait;
    if (event != NULL) {
        event_apply(ask->world, event, ask->now);
        answer_json(out, 200, state_json(ask), false);
    } else {
        answer_findings(out, diag);
    }
    json_decref(event);
    diag_free(diag);
    arena_free(arena);
    return true;
}

static bool turn_clock(const struct ask *ask, struct answer *out, struct wait *wait)
{
    const char *to = server_query(ask->call, "to"), *by = server_query(ask->call, "advance");
    const char *speed = server_query(ask->call, "speed");
    char *end = NULL;
    int64_t ms = 0;
    double rate = speed != NULL ? strtod(speed, &end) : 0;

    (void)wait;
    if ((to != NULL && !duration_parse(to, &ms)) || (by != NULL && !duration_parse(by, &ms)) ||
        (to != NULL && by != NULL)) {
        say_no(out, "give to=DURATION or advance=DURATION");
        return true;
    }
    if (speed != NULL && (end == speed || *end != '\0' || !(rate >= 0 && rate <= 100000))) {
        say_no(out, "speed must be a number from 0 to 100000");
        return true;
    }
    if (speed != NULL)
        story_set_speed(ask->world, rate, ask->now);
    if (to != NULL || by != NULL)
        story_jump(ask->world, by != NULL ? story_now(ask->world, ask->now.mono) + ms : ms, ask->now);
    answer_json(out, 200, state_json(ask), false);
    return true;
}

static const struct {
    const char *method, *path;
    bool (*answer)(const struct ask *ask, struct answer *out, struct wait *wait);
} commands[] = {
    { "GET", "/_sim/requests", show_requests }, { "DELETE", "/_sim/requests", forget_requests },
    { "GET", "/_sim/wait", start_wait },        { "GET", "/_sim/state", show_state },
    { "POST", "/_sim/event", let_happen },      { "POST", "/_sim/clock", turn_clock },
};

bool control_answer(const struct ask *ask, struct answer *out, struct wait *wait)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].method, ask->request->method) == 0 && strcmp(commands[i].path, ask->request->path) == 0)
            return commands[i].answer(ask, out, wait);
    say_no(out, "there is GET requests, DELETE requests, GET wait, GET state, POST event and POST clock");
    return true;
}
