/*
 * What the app of a story asks, and when: a steady beat for each circuit and kind of question, sooner where the core
 * wants to look again or something failed, later where Azure says so. Answers come at once, route summaries when they
 * are ready.
 */
#include "daemon.h"

#include "core/schedule.h"
#include "scenario.h"

#include <string.h>

#define LOOK_APART_MS 1000    /* two looks at one thing */
#define ROUTES_APART_MS 5000  /* a route summary asks a router */
#define PAUSE_MS 30000        /* 429 without a Retry-After */
#define SIGN_IN_APART_MS 60000

static size_t index_of(const struct daemon *daemon, size_t place)
{
    return daemon->watching->index[place];
}

static bool watched(const struct daemon *daemon, size_t place)
{
    return place < PLAN_CIRCUITS_MAX && index_of(daemon, place) < PLAN_CIRCUITS_MAX;
}

/* ---- when ---- */

static void plan_next(struct daemon *daemon, size_t place, enum ask ask)
{
    struct asked *asked = &daemon->asked[place][ask];

    while (asked->beat_ms <= daemon->clock_ms)
        asked->beat_ms += asked->every_ms;
    asked->due_ms = asked->beat_ms;
}

#define NO_BEAT_MS (INT64_C(365) * 24 * 3600 * 1000)

void daemon_poll(struct daemon *daemon, size_t place, enum ask ask, int64_t every_ms, bool steady)
{
    if (ask == ASK_ARP && every_ms > 0) { /* asked when the core wants to look, at no beat of its own */
        daemon->asked[place][ask] = (struct asked){ .every_ms = NO_BEAT_MS,
                                                    .steady = steady,
                                                    .beat_ms = daemon->clock_ms + NO_BEAT_MS,
                                                    .due_ms = NEVER,
                                                    .attempted_ms = NEVER };
        return;
    }
    daemon->asked[place][ask] = (struct asked){ .every_ms = every_ms,
                                                .steady = steady,
                                                .beat_ms = daemon->clock_ms,
                                                .due_ms = every_ms > 0 ? daemon->clock_ms : NEVER,
                                                .attempted_ms = NEVER };
}

/* After a start the states of circuits are asked at once, the sessions at their beat. */
void polls_restart(struct daemon *daemon)
{
    for (size_t place = 0; place < daemon->plan.circuit_count; place++) {
        daemon->routes[place].busy = false;
        for (enum ask ask = 0; ask < ASKS; ask++) {
            struct asked *asked = &daemon->asked[place][ask];
            asked->failures = 0;
            asked->attempted_ms = NEVER;
            if (asked->every_ms > 0)
                plan_next(daemon, place, ask);
            if (asked->every_ms > 0 && ask == ASK_CIRCUIT)
                asked->due_ms = daemon->clock_ms;
        }
    }
}

void polls_now(struct daemon *daemon)
{
    for (size_t place = 0; place < daemon->plan.circuit_count; place++)
        for (enum ask ask = 0; ask < ASKS; ask++)
            if (daemon->asked[place][ask].every_ms > 0 && daemon->asked[place][ask].due_ms > daemon->clock_ms)
                daemon->asked[place][ask].due_ms = daemon->clock_ms;
}

static void pull(struct daemon *daemon, size_t place, enum ask ask, int64_t at_ms, int64_t apart_ms)
{
    struct asked *asked = &daemon->asked[place][ask];

    if (asked->every_ms == 0 || asked->steady || (ask == ASK_ROUTES && daemon->routes[place].busy))
        return;
    if (asked->attempted_ms != NEVER && at_ms < asked->attempted_ms + apart_ms)
        at_ms = asked->attempted_ms + apart_ms;
    if (at_ms < asked->due_ms)
        asked->due_ms = at_ms;
}

void polls_look(struct daemon *daemon, size_t place, unsigned look, int64_t at_ms)
{
    if (!watched(daemon, place))
        return;
    if (look & LOOK_CIRCUIT)
        pull(daemon, place, ASK_CIRCUIT, at_ms, LOOK_APART_MS);
    if (look & LOOK_METRICS)
        pull(daemon, place, ASK_METRICS, at_ms, LOOK_APART_MS);
    if (look & LOOK_ROUTES)
        pull(daemon, place, ASK_ROUTES, at_ms, ROUTES_APART_MS);
    if (look & LOOK_ARP)
        pull(daemon, place, ASK_ARP, at_ms, ROUTES_APART_MS);
    if (look & (LOOK_CONNECTIONS | LOOK_PORT))
        pull(daemon, place, ASK_BEYOND, at_ms, LOOK_APART_MS);
}

int64_t polls_due(const struct daemon *daemon)
{
    int64_t due = NEVER;

    for (size_t place = 0; place < daemon->plan.circuit_count; place++) {
        if (!watched(daemon, place))
            continue;
        for (enum ask ask = 0; ask < ASKS; ask++)
            if (daemon->asked[place][ask].every_ms > 0 && daemon->asked[place][ask].due_ms < due)
                due = daemon->asked[place][ask].due_ms;
        if (daemon->routes[place].busy && daemon->routes[place].ready_ms < due)
            due = daemon->routes[place].ready_ms;
    }
    return due;
}

/* ---- failures ---- */

static void back_off(struct daemon *daemon, size_t place, enum ask ask)
{
    struct asked *asked = &daemon->asked[place][ask];

    if (asked->every_ms == 0)
        return;
    int64_t pause = schedule_back_off(++asked->failures, daemon->plan.policy.retry_ms, asked->every_ms, 0.5);
    if (!asked->steady && daemon->clock_ms + pause < asked->due_ms)
        asked->due_ms = daemon->clock_ms + pause;
}

/* 429 pauses what is seen of this subscription with this credential. */
static void pause_polls(struct daemon *daemon, size_t place)
{
    const struct plan_circuit *of = &daemon->plan.circuit[place];

    for (size_t i = 0; i < daemon->plan.circuit_count; i++) {
        const struct plan_circuit *circuit = &daemon->plan.circuit[i];
        if (strcmp(circuit->credential, of->credential) != 0 || strcmp(circuit->subscription, of->subscription) != 0)
            continue;
        for (enum ask ask = 0; ask < ASKS; ask++)
            if (daemon->asked[i][ask].due_ms < daemon->clock_ms + PAUSE_MS)
                daemon->asked[i][ask].due_ms = daemon->clock_ms + PAUSE_MS;
    }
}

static void failed(struct daemon *daemon, size_t place, enum ask ask)
{
    static const uint8_t features[ASKS] = { [ASK_METRICS] = FEATURE_METRICS, [ASK_ROUTES] = FEATURE_ROUTES,
                                            [ASK_LIST] = FEATURE_LIST, [ASK_ARP] = FEATURE_ARP,
                                            [ASK_BEYOND] = FEATURE_CONNECTIONS };
    struct failure failure = daemon->truth[place].fails[ask];
    struct moment now = daemon_now(daemon);
    size_t credential = daemon->watching->circuit[index_of(daemon, place)].credential;

    log_add(&daemon->log, ENTRY_NOTE, daemon->clock_ms, "%s: %s", daemon->plan.circuit[place].name, failure.what);
    failure.feature = features[ask];
    back_off(daemon, place, ask);
    if (failure.kind == TROUBLE_TOKEN) {
        failure.feature = FEATURE_NONE;
        engine_credential_failed(daemon->engine, credential, &failure, now, &daemon->effects);
    } else {
        engine_failed(daemon->engine, index_of(daemon, place), &failure, now, &daemon->effects);
    }
    if (failure.kind == TROUBLE_THROTTLED)
        pause_polls(daemon, place);
    daemon_follow(daemon);
}

/* ---- signing in ---- */

static void sign_in_failed(struct daemon *daemon, struct credential_truth *credential, size_t index)
{
    if (daemon->clock_ms < credential->not_before_ms)
        return;
    credential->not_before_ms = daemon->clock_ms + SIGN_IN_APART_MS;
    credential->refused = true;
    log_add(&daemon->log, ENTRY_NOTE, daemon->clock_ms, "%s: %s", credential->name, credential->fails.what);
    engine_credential_failed(daemon->engine, index, &credential->fails, daemon_now(daemon), &daemon->effects);
    daemon_follow(daemon);
}

/* Without a token nothing is asked; what waited for it comes back when a new one may be had. */
static bool token_there(struct daemon *daemon, size_t place, enum ask ask)
{
    struct credential_truth *credential = daemon_credential(daemon, daemon->plan.circuit[place].credential);
    size_t index = daemon->watching->circuit[index_of(daemon, place)].credential;

    if (credential->fails.kind != TROUBLE_NONE) {
        sign_in_failed(daemon, credential, index);
        if (daemon->asked[place][ask].every_ms > 0 && !daemon->asked[place][ask].steady)
            daemon->asked[place][ask].due_ms = credential->not_before_ms;
        return false;
    }
    if (credential->refused) {
        credential->refused = false;
        credential->not_before_ms = 0;
        engine_credential_works(daemon->engine, index, daemon_now(daemon), &daemon->effects);
        daemon_follow(daemon);
    }
    return true;
}

/* ---- asking ---- */

/* Is there a session to ask about? */
static bool worth_asking(struct daemon *daemon, size_t place)
{
    struct facts facts;

    engine_facts(daemon->engine, index_of(daemon, place), daemon_now(daemon), &facts);
    return facts.sample != NULL && !judge_stale(&facts) && judge_usable(facts.sample) &&
           !judge_in_motion(facts.sample) && facts.sample->peering_count > 0;
}

/* The list is an optional read: refused once, every circuit is asked by itself. */
static void ask_list(struct daemon *daemon, size_t place)
{
    if (daemon->truth[place].fails[ASK_LIST].kind != TROUBLE_NONE) {
        failed(daemon, place, ASK_LIST);
        return;
    }
    engine_feature_works(daemon->engine, index_of(daemon, place), FEATURE_LIST, daemon_now(daemon), &daemon->effects);
    daemon_follow(daemon);
}

static void ask_circuit(struct daemon *daemon, size_t place)
{
    struct moment now = daemon_now(daemon);
    size_t index = index_of(daemon, place);

    truth_sample(&daemon->truth[place], &daemon->sample);
    engine_azure_time(daemon->engine, STORY_WALL_MS + daemon->clock_ms - now.mono.ms); /* Azure's clock is right */
    engine_saw_circuit(daemon->engine, index, &daemon->sample, now.mono, now, &daemon->effects);
    daemon_follow(daemon);
    engine_credential_works(daemon->engine, daemon->watching->circuit[index].credential, now, &daemon->effects);
    daemon_follow(daemon);
}

static void ask_metrics(struct daemon *daemon, size_t place)
{
    struct witness witness;

    truth_metrics(&daemon->truth[place], daemon->clock_ms, daemon->base_ms, &witness);
    engine_saw_metrics(daemon->engine, index_of(daemon, place), &witness, daemon_now(daemon), &daemon->effects);
    daemon_follow(daemon);
}

static void post_routes(struct daemon *daemon, size_t place)
{
    daemon->routes[place] = (struct routes_run){ .busy = true,
                                                 .ready_ms = daemon->clock_ms + daemon->plan.routes_take_ms,
                                                 .posted = daemon_now(daemon).mono,
                                                 .truth = daemon->truth[place] };
}

static void take_routes(struct daemon *daemon, size_t place)
{
    struct routes_run *run = &daemon->routes[place];

    run->busy = false;
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS && run->truth.peering[kind].there; path++) {
            struct route_value route[FAMILIES];
            truth_routes(&run->truth, kind, path, run->posted, route);
            engine_saw_routes(daemon->engine, index_of(daemon, place), kind, path, route, daemon_now(daemon),
                              &daemon->effects);
            daemon_follow(daemon);
        }
}

/* Only the tables that help are asked for. */
static void ask_arp(struct daemon *daemon, size_t place)
{
    struct moment now = daemon_now(daemon);
    size_t index = index_of(daemon, place);

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++) {
            if (!engine_wants_arp(daemon->engine, index, kind, path, now))
                continue;
            engine_saw_arp(daemon->engine, index, kind, path, daemon->truth[place].peering[kind].path[path].table,
                           now.mono, now, &daemon->effects);
            daemon_follow(daemon);
        }
}

static void ask_connections(struct daemon *daemon, size_t place)
{
    const struct beyond_truth *truth = &daemon->truth[place].beyond;
    size_t index = index_of(daemon, place), count = 0;
    const char *ids[BEYOND_TRUTHS_MAX];
    char id[BEYOND_TRUTHS_MAX][BEYOND_ID_MAX];
    struct id_text own = resource_id_text(&daemon->watching->circuit[index].id);
    struct moment now = daemon_now(daemon);
    struct connection_value value;

    for (size_t i = 0; i < BEYOND_TRUTHS_MAX; i++) {
        if (!beyond_truth_connection(truth, i, own.text, now.mono, &value))
            continue;
        if (!value.missing)
            ids[count++] = strcpy(id[i], value.id);
        engine_saw_connection(daemon->engine, index, &value, now, &daemon->effects);
        daemon_follow(daemon);
    }
    engine_saw_connections(daemon->engine, index, ids, count, now, &daemon->effects);
    daemon_follow(daemon);
}

/* Everything that lies beyond the circuit, in one go. */
static void ask_beyond(struct daemon *daemon, size_t place)
{
    const struct beyond_truth *truth = &daemon->truth[place].beyond;
    struct moment now = daemon_now(daemon);
    static struct maintenances maintenances;
    static struct port_value port;
    struct health_value health;

    ask_connections(daemon, place);
    if (truth->port[0] != '\0') {
        beyond_truth_port(truth, now.mono, daemon->clock_ms, &port);
        engine_saw_port(daemon->engine, &port, now, &daemon->effects);
        daemon_follow(daemon);
    }
    if (truth->health[0] != '\0') {
        beyond_truth_health(truth, now.mono, &health);
        engine_saw_health(daemon->engine, index_of(daemon, place), &health, now, &daemon->effects);
        daemon_follow(daemon);
    }
    beyond_truth_maintenance(truth, now.mono, daemon->clock_ms, &maintenances);
    engine_saw_maintenance(daemon->engine, index_of(daemon, place), &maintenances, now, &daemon->effects);
    daemon_follow(daemon);
}

static void answered(struct daemon *daemon, size_t place, enum ask ask)
{
    daemon->asked[place][ask].failures = 0;
    if (ask == ASK_CIRCUIT)
        ask_circuit(daemon, place);
    else if (ask == ASK_METRICS)
        ask_metrics(daemon, place);
    else if (ask == ASK_ROUTES)
        post_routes(daemon, place);
    else if (ask == ASK_ARP)
        ask_arp(daemon, place);
    else if (ask == ASK_BEYOND)
        ask_beyond(daemon, place);
    else
        ask_list(daemon, place);
}

void daemon_ask(struct daemon *daemon, size_t place, enum ask ask)
{
    struct asked *asked = &daemon->asked[place][ask];

    if (asked->every_ms > 0)
        plan_next(daemon, place, ask);
    if ((ask == ASK_METRICS || ask == ASK_ROUTES) && !worth_asking(daemon, place))
        return;
    if (!token_there(daemon, place, ask))
        return;
    asked->attempted_ms = daemon->clock_ms;
    if (daemon->truth[place].fails[ask].kind != TROUBLE_NONE)
        failed(daemon, place, ask);
    else
        answered(daemon, place, ask);
}

void polls_run(struct daemon *daemon)
{
    for (size_t place = 0; place < daemon->plan.circuit_count; place++) {
        if (!watched(daemon, place))
            continue;
        for (enum ask ask = 0; ask < ASKS; ask++)
            if (daemon->asked[place][ask].every_ms > 0 && daemon->asked[place][ask].due_ms <= daemon->clock_ms)
                daemon_ask(daemon, place, ask);
        if (daemon->routes[place].busy && daemon->routes[place].ready_ms <= daemon->clock_ms)
            take_routes(daemon, place);
    }
}
