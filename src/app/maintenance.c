/*
 * Announced maintenance. The events of a subscription name the resources that they concern, or only a region; who may
 * not read them may read those of single circuits.
 */
#include "app/app.h"
#include "app/errand.h"

#include <stdlib.h>
#include <string.h>

#define SINCE_MS (INT64_C(90) * 24 * 3600 * 1000) /* announced or changed since then; 14 days ahead is the rule */
#define EVENTS_MOST 256
#define HITS_MOST 65536

/* An event concerns a circuit. */
struct hit {
    size_t circuit, event;
    int64_t starts_wall_ms, ends_wall_ms; /* 0: as the event says */
};

struct maintenance_run {
    struct errand errand;
    struct arm_pages pages;
    struct event *events;
    bool *named; /* of each: it names resources, so that its regions say nothing */
    size_t event_count, at;
    struct hit *hits;
    size_t hit_count;
    size_t single; /* which circuit of the subscription is asked for by itself */
    bool singly;
};

static const struct subscription *on(const struct maintenance_run *run)
{
    return &run->errand.app->subscriptions[run->errand.index];
}

static void run_free(struct maintenance_run *run)
{
    free(run->events);
    free(run->named);
    free(run->hits);
    errand_fini(&run->errand);
    free(run);
}

static void *grow(void *memory, size_t count, size_t size)
{
    void *larger = realloc(memory, count * size);

    if (larger == NULL)
        abort();
    return larger;
}

static void note_hit(struct maintenance_run *run, size_t circuit, size_t event, int64_t starts, int64_t ends)
{
    if (run->hit_count == HITS_MOST)
        return;
    run->hits = grow(run->hits, run->hit_count + 1, sizeof *run->hits);
    run->hits[run->hit_count++] = (struct hit){ circuit, event, starts, ends };
}

static void note_event(void *context, const struct event *event)
{
    struct maintenance_run *run = context;

    if (run->event_count == EVENTS_MOST)
        return;
    run->events = grow(run->events, run->event_count + 1, sizeof *run->events);
    run->named = grow(run->named, run->event_count + 1, sizeof *run->named);
    run->events[run->event_count] = *event;
    run->named[run->event_count] = run->singly;
    if (run->singly)
        note_hit(run, on(run)->circuits[run->single], run->event_count, 0, 0);
    run->event_count++;
}

/* ---- telling ---- */

static struct mono on_our_clock(const struct app *app, int64_t wall_ms, struct moment now)
{
    return wall_ms != 0 ? mono_after(now.mono, wall_ms - poll_azure_now(app, now)) : MONO_NEVER;
}

/* What is over needs none of the places: of three months there may be many. */
static bool is_over(const struct maintenance_value *value, int64_t azure_ms)
{
    bool said = value->ends_wall_ms > value->starts_wall_ms;
    int64_t ends = said ? value->ends_wall_ms : value->starts_wall_ms + MAINTENANCE_LASTS_MS;

    return value->starts_wall_ms != 0 && ends <= azure_ms;
}

static void put_event(const struct maintenance_run *run, struct maintenances *to, size_t event, const struct hit *hit,
                      struct moment now)
{
    struct maintenance_value value = run->events[event].value;

    value.certain = hit != NULL;
    if (hit != NULL && hit->starts_wall_ms != 0)
        value.starts_wall_ms = hit->starts_wall_ms;
    if (hit != NULL && hit->ends_wall_ms != 0)
        value.ends_wall_ms = hit->ends_wall_ms;
    if (is_over(&value, poll_azure_now(run->errand.app, now)))
        return;
    value.starts = on_our_clock(run->errand.app, value.starts_wall_ms, now);
    value.ends = on_our_clock(run->errand.app, value.ends_wall_ms, now);
    maintenances_put(to, &value);
}

static int by_circuit(const void *left, const void *right)
{
    size_t a = ((const struct hit *)left)->circuit, b = ((const struct hit *)right)->circuit;

    return (a > b) - (a < b);
}

/* Those that name no resource, but the circuit's region. */
static void put_regional(const struct maintenance_run *run, struct maintenances *to, size_t circuit, struct moment now)
{
    struct facts facts;

    engine_facts(run->errand.app->engine, circuit, now, &facts);
    for (size_t event = 0; facts.sample != NULL && event < run->event_count; event++)
        if (!run->named[event] &&
            event_concerns(&run->events[event], sample_text(facts.sample, facts.sample->location)))
            put_event(run, to, event, NULL, now);
}

static void tell_all(struct maintenance_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    struct maintenances all;

    if (run->hit_count > 1)
        qsort(run->hits, run->hit_count, sizeof *run->hits, by_circuit);
    for (size_t i = 0, hit = 0; i < on(run)->count; i++) { /* both are sorted by circuit */
        size_t circuit = on(run)->circuits[i];
        all.count = 0;
        all.seen = now.mono;
        for (; hit < run->hit_count && run->hits[hit].circuit <= circuit; hit++)
            put_event(run, &all, run->hits[hit].event, &run->hits[hit], now);
        if (run->event_count > 0 && !run->singly)
            put_regional(run, &all, circuit, now);
        engine_saw_maintenance(app->engine, circuit, &all, now, &app->effects);
    }
}

static void run_end(struct maintenance_run *run, bool well, struct moment now)
{
    struct app *app = run->errand.app;
    size_t subscription = run->errand.index;

    run_free(run);
    poll_ended(app, ASK_MAINTENANCE, subscription, well, now);
    app_follow(app, now);
}

static void run_failed(struct maintenance_run *run, struct failure *failure, struct moment now)
{
    bool nothing = errand_unregistered(failure); /* then nothing is announced there either */

    run_end(run, nothing || errand_failed(&run->errand, on(run)->circuits[0], FEATURE_MAINTENANCE, failure, now), now);
}

/* ---- asking ---- */

static void impacted_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                          struct moment now);
static void events_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                        struct moment now);

static void ask_events(struct maintenance_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    struct azure_request request = { 0 };
    int64_t since_wall_ms = poll_azure_now(app, now) - SINCE_MS;

    run->pages = (struct arm_pages){ 0 };
    if (run->singly)
        events_ask_circuit(&request, app->settings->azure.management,
                           target_circuit_id(app, on(run)->circuits[run->single]).text, since_wall_ms);
    else
        events_ask(&request, app->settings->azure.management, on(run)->id, since_wall_ms);
    errand_ask(&run->errand, &request, events_came, now);
}

/* Which resources the next event concerns, or the end. */
static void ask_impacted(struct maintenance_run *run, struct moment now)
{
    struct azure_request request = { 0 };

    if (run->singly || run->at == run->event_count) {
        tell_all(run, now);
        run_end(run, true, now);
        return;
    }
    run->pages = (struct arm_pages){ 0 };
    impacted_ask(&request, run->errand.app->settings->azure.management, on(run)->id,
                 run->events[run->at].value.tracking_id);
    errand_ask(&run->errand, &request, impacted_came, now);
}

static void note_impacted(void *context, const char *circuit, int64_t starts_wall_ms, int64_t ends_wall_ms)
{
    struct maintenance_run *run = context;
    size_t index = errand_circuit(&run->errand, circuit);

    if (index != SIZE_MAX)
        note_hit(run, index, run->at, starts_wall_ms, ends_wall_ms);
}

/* The next page, of whichever list it is. */
static bool follow(struct maintenance_run *run, char *next, ask_done *done, struct failure *failure, struct moment now)
{
    struct azure_request request = { 0 };
    bool good = arm_ask_page(&request, &run->pages, run->errand.app->settings->azure.management, next, ARM_SMALL_MAX,
                             failure);

    free(next);
    if (good)
        errand_ask(&run->errand, &request, done, now);
    return good;
}

static void impacted_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                          struct moment now)
{
    struct maintenance_run *run = context;
    char *next = NULL;
    size_t all = 0;

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        run_free(run);
        return;
    }
    if (reply == NULL || impacted_read(reply, note_impacted, run, &all, &next, failure) != AZURE_OK) {
        run_failed(run, failure, now);
        return;
    }
    run->named[run->at] = run->named[run->at] || all > 0;
    if (next == NULL) {
        run->at++;
        ask_impacted(run, now);
    } else if (!follow(run, next, impacted_came, failure, now)) {
        run_failed(run, failure, now);
    }
}

/* The events of one list are there. */
static void events_over(struct maintenance_run *run, struct moment now)
{
    if (run->singly && ++run->single < on(run)->count)
        ask_events(run, now);
    else
        ask_impacted(run, now);
}

static void events_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                        struct moment now)
{
    struct maintenance_run *run = context;
    char *next = NULL;

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        run_free(run);
        return;
    }
    bool well = reply != NULL && events_read(reply, run->singly, note_event, run, &next, failure) == AZURE_OK;
    if (well && next != NULL) {
        well = follow(run, next, events_came, failure, now);
    } else if (well) {
        events_over(run, now);
    } else if (failure->kind == TROUBLE_FORBIDDEN && !run->singly) {
        run->singly = true;
        ask_events(run, now);
        return;
    }
    if (!well)
        run_failed(run, failure, now);
}

void maintenance_ask(struct app *app, size_t subscription, struct moment now)
{
    struct maintenance_run *run = calloc(1, sizeof *run);

    if (run == NULL)
        abort();
    errand_init(&run->errand, app, ASK_MAINTENANCE, subscription, run);
    ask_events(run, now);
}
