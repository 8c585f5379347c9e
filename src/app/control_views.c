/*
 * Filling the views of the control socket from the present state: incidents, circuits, status, the loop. web/ makes them
 * text; control.c sends it.
 */
#include "app/control_views.h"
#include "app/heartbeat.h"
#include "app/mutes.h"

#include "app/delivery.h"

#include "core/incident.h"

#include <stdlib.h>
#include <string.h>

#define INCIDENTS_SHOWN 128 /* of one circuit */
#define NEXT_POLLS 8

/* ---- incidents ---- */

/* What one incident needs to be shown; the texts of suppressing incidents live here. */
struct shown {
    struct incident_view view;
    struct id_text circuit_id;
    char suppressed_by[INCIDENT_IDENTITY_MAX];
};

/* The summary is told anew: it says how things are, not how they were when it was first told. */
static void show_incident(struct app *app, struct target target, const struct incident *incident,
                          const struct opinion *opinion, struct shown *out, struct moment now)
{
    const struct circuit_settings *circuit = engine_circuit(app->engine, target);
    const struct incident *by = engine_suppressor(app->engine, target, incident);
    bool over = incident->state == INCIDENT_CLEARED && incident->event == 0; /* what only happened is never over */
    enum rule_event event = over ? EVENT_CLEARED : EVENT_RAISED;

    engine_story(app->engine, target, opinion, event, now, &app->story);
    out->view = (struct incident_view){ .incident = incident,
                                        .circuit_name = circuit != NULL ? circuit->name : NULL,
                                        .summary = app->story.summary,
                                        .policy = &app->settings->policy,
                                        .story = &app->story };
    if (circuit != NULL) {
        out->circuit_id = resource_id_text(&circuit->id);
        out->view.circuit_id = out->circuit_id.text;
    }
    if (incident->withheld & WITHHELD_BY_OTHERS)
        out->view.muted_by = mutes_of(app, target, incident, now);
    if (by != NULL)
        out->view.suppressed_by = incident_identity(by, out->suppressed_by);
    out->view.scope = engine_scope_name(app->engine, target); /* until the engine is asked for another */
}

struct incidents_walk {
    struct app *app;
    struct view_list *list;
    struct moment now;
};

static void add_incident(void *context, struct target target, const struct incident *incident,
                         const struct opinion *opinion)
{
    struct incidents_walk *walk = context;
    struct shown shown;

    show_incident(walk->app, target, incident, opinion, &shown, walk->now);
    view_incidents_add(walk->list, &shown.view, walk->now);
}

char *control_incidents(struct app *app, bool all, struct moment now)
{
    struct incidents_walk walk = { app, view_list_new(), now };

    engine_each_incident(app->engine, all, add_incident, &walk);
    return view_incidents_end(walk.list, now);
}

struct incident_search {
    const char *written;
    size_t found;
    struct target target;
    const struct incident *incident;
    const struct opinion *opinion;
};

static void match_incident(void *context, struct target target, const struct incident *incident,
                           const struct opinion *opinion)
{
    struct incident_search *search = context;

    if (!api_incident_meant(search->written, incident->key, incident->episode))
        return;
    search->found++;
    search->target = target;
    search->incident = incident;
    search->opinion = opinion;
}

enum api_error control_incident(struct app *app, const char *written, struct moment now, char **json)
{
    struct incident_search search = { .written = written };
    struct shown shown;

    engine_each_incident(app->engine, true, match_incident, &search);
    if (search.found != 1)
        return search.found == 0 ? API_NO_INCIDENT : API_AMBIGUOUS;
    show_incident(app, search.target, search.incident, search.opinion, &shown, now);
    *json = view_incident(&shown.view, now);
    return API_OK;
}

enum api_error control_find_incident(struct app *app, const char *written, uint64_t *key, uint32_t *episode)
{
    struct incident_search search = { .written = written };

    engine_each_incident(app->engine, true, match_incident, &search);
    if (search.found != 1)
        return search.found == 0 ? API_NO_INCIDENT : API_AMBIGUOUS;
    *key = search.incident->key;
    *episode = search.incident->episode;
    return API_OK;
}

/* ---- circuits ---- */

struct own_incidents {
    struct app *app;
    struct moment now;
    size_t count;
    struct shown shown[INCIDENTS_SHOWN];
    struct incident_view view[INCIDENTS_SHOWN];
    char *summary[INCIDENTS_SHOWN];
};

static void add_own(void *context, struct target target, const struct incident *incident, const struct opinion *opinion)
{
    struct own_incidents *own = context;
    size_t i = own->count;

    if (i == INCIDENTS_SHOWN)
        return;
    show_incident(own->app, target, incident, opinion, &own->shown[i], own->now);
    own->view[i] = own->shown[i].view;
    own->summary[i] = strdup(own->app->story.summary); /* the story is told anew for the next one */
    own->view[i].summary = own->summary[i] != NULL ? own->summary[i] : "";
    own->view[i].story = NULL;
    own->count++;
}

static int worst_first(const void *left, const void *right)
{
    const struct incident *a = ((const struct incident_view *)left)->incident;
    const struct incident *b = ((const struct incident_view *)right)->incident;
    int suppressed = (a->suppressed_by != RULE_NONE) - (b->suppressed_by != RULE_NONE);

    if (suppressed != 0)
        return suppressed;
    return a->severity != b->severity ? b->severity - a->severity : a->rule - b->rule;
}

static void fill_circuit(struct app *app, size_t index, struct facts *facts, struct circuit_view *out, struct moment now)
{
    struct engine_view view;

    engine_view(app->engine, index, now, &view);
    engine_facts(app->engine, index, now, facts);
    *out = (struct circuit_view){ .facts = facts,
                                  .credential = app->credential_names[app->settings->circuits[index].credential],
                                  .verdict = view.verdict,
                                  .since_wall_ms = view.verdict_wall_ms,
                                  .confirming = view.confirming,
                                  .failure = view.failure,
                                  .failed = view.failed,
                                  .next_poll = poll_next(app, index) };
    memcpy(out->peering_verdict, view.peering, sizeof out->peering_verdict);
}

char *control_circuit(struct app *app, size_t index, int64_t took_ms, struct moment now)
{
    struct own_incidents *own = calloc(1, sizeof *own);
    struct circuit_view view;
    struct facts facts;

    if (own == NULL)
        abort();
    own->app = app;
    own->now = now;
    engine_incidents_of(app->engine, (struct target){ SCOPE_CIRCUIT, index }, add_own, own);
    qsort(own->view, own->count, sizeof *own->view, worst_first);
    fill_circuit(app, index, &facts, &view, now);
    view.incidents = own->view;
    view.incident_count = own->count;
    char *json = took_ms >= 0 ? view_poll(&view, took_ms) : view_circuit(&view);
    for (size_t i = 0; i < own->count; i++)
        free(own->summary[i]);
    free(own);
    return json;
}

static void count_incident(void *context, struct target target, const struct incident *incident,
                           const struct opinion *opinion)
{
    (void)target;
    (void)opinion;
    view_status_incident(context, incident);
}

static struct daemon_view daemon_of(const struct app *app, const struct discovery_view *discoveries, size_t count,
                                    const struct queue_view *queues, struct moment now)
{
    struct daemon_view view = { .discoveries = discoveries,
                                .discovery_count = count,
                                .queues = queues,
                                .queue_count = app->receiver_count,
                                .version = PACKAGE_VERSION,
                                .host = app->host,
                                .uptime_ms = mono_between(app->started.mono, now.mono),
                                .settings_file = app->settings->file,
                                .settings_wall_ms = app->loaded.wall_ms,
                                .clock_trouble = mutes_clock_trouble(app),
                                .settings_trouble = app->settings_trouble[0] != '\0' ? app->settings_trouble : NULL };

    view.has_heartbeat = heartbeat_view(app, &view.heartbeat);
    mutes_count(app, &view, now);
    return view;
}

/* For a line of the status an incident's number and name are enough. */
struct brief {
    size_t count;
    struct incident_view view[INCIDENTS_SHOWN];
};

static void add_brief(void *context, struct target target, const struct incident *incident,
                      const struct opinion *opinion)
{
    struct brief *brief = context;

    (void)target;
    (void)opinion;
    if (brief->count < INCIDENTS_SHOWN)
        brief->view[brief->count++] = (struct incident_view){ .incident = incident };
}

static void add_status_row(struct app *app, size_t index, struct view_list *list, struct moment now)
{
    struct brief brief = { .count = 0 };
    struct circuit_view view;
    struct facts facts;

    engine_incidents_of(app->engine, (struct target){ SCOPE_CIRCUIT, index }, add_brief, &brief);
    qsort(brief.view, brief.count, sizeof *brief.view, worst_first);
    fill_circuit(app, index, &facts, &view, now);
    view.incidents = brief.view;
    view.incident_count = brief.count;
    view_status_circuit(list, &view);
}

char *control_status(struct app *app, struct moment now)
{
    struct view_list *list = view_list_new();
    size_t count;
    struct discovery_view *discoveries = discover_views(app, &count);
    struct queue_view *queues = receivers_queues(app, now);
    struct daemon_view daemon = daemon_of(app, discoveries, count, queues, now);

    for (size_t i = 0; i < app->settings->circuit_count; i++)
        add_status_row(app, i, list, now);
    engine_each_incident(app->engine, false, count_incident, list);
    char *json = view_status_end(list, &daemon, now);
    free(discoveries);
    free(queues);
    return json;
}

/* ---- the loop ---- */

static size_t fill_requests(const struct app *app, struct requests_view *out)
{
    for (enum ask ask = 0; ask < ASKS; ask++)
        out[ask] = (struct requests_view){ .kind = ask_name(ask),
                                           .questions = app->figures[ask].questions.all,
                                           .questions_last = app->figures[ask].questions.last,
                                           .questions_before = app->figures[ask].questions.before,
                                           .sent = app->figures[ask].sent.all,
                                           .answered = app->figures[ask].answered,
                                           .failed = app->figures[ask].failed,
                                           .sent_last = app->figures[ask].sent.last,
                                           .sent_before = app->figures[ask].sent.before };
    return ASKS;
}

static size_t fill_budgets(const struct app *app, struct budget_view *out, struct moment now)
{
    size_t count = 0;

    for (size_t i = 0; i < app->subscription_count; i++)
        for (enum budget_kind kind = 0; kind < BUDGETS; kind++) {
            const struct budget *budget = &app->subscriptions[i].budget[kind];
            out[count++] = (struct budget_view){
                .credential = app->credential_names[app->subscriptions[i].credential],
                .subscription = app->subscriptions[i].id,
                .kind = budget_name(kind),
                .left = budget_left(budget, now.mono),
                .capacity = budget->capacity,
                .per_second = budget->per_second,
                .paused_ms = mono_reached(budget->paused, now.mono) ? -1 : mono_between(now.mono, budget->paused)
            };
        }
    return count;
}

/* The one for ARM always, others when they were ever asked for. */
static size_t fill_tokens(const struct sign_in *sign_in, struct token_view *out, struct moment now)
{
    size_t count = 0;

    for (enum audience audience = 0; audience < AUDIENCES; audience++) {
        const struct grant *grant = &sign_in->grant[audience];
        bool has = grant->token.text != NULL, troubled = grant->trouble.kind != TROUBLE_NONE;
        if (audience == AUDIENCE_MANAGEMENT || has || troubled)
            out[count++] = (struct token_view){ .credential = sign_in->settings->name,
                                                .audience = audience_name(audience),
                                                .expires_ms = has ? mono_between(now.mono, grant->expires) : -1,
                                                .trouble = troubled ? grant->trouble.what : NULL,
                                                .ends_wall_ms = credentials_end(sign_in) };
    }
    return count;
}

/* The soonest few, kept sorted while walking over all. */
static size_t fill_polls(const struct app *app, struct next_poll_view *out, struct moment now)
{
    size_t count = 0;

    for (size_t i = 0; i < app->settings->circuit_count; i++) {
        struct mono next = poll_next(app, i);
        int64_t in_ms = mono_between(now.mono, next);
        size_t at = count;
        if (next.ms == MONO_NEVER.ms)
            continue;
        for (; at > 0 && out[at - 1].in_ms > in_ms; at--)
            if (at < NEXT_POLLS)
                out[at] = out[at - 1];
        if (at < NEXT_POLLS)
            out[at] = (struct next_poll_view){ app->settings->circuits[i].name, in_ms > 0 ? in_ms : 0 };
        count += count < NEXT_POLLS;
    }
    return count;
}

char *control_loop(struct app *app, struct moment now)
{
    size_t credentials = app->settings->azure.credential_count, tokens = 0, discovery_count;
    struct loop_figures loop = loop_figures(app->loop);
    struct journal_figures journal = journal_figures(app->journal);
    struct requests_view requests[ASKS];
    struct next_poll_view polls[NEXT_POLLS];
    struct queue_view *queues = receivers_queues(app, now);
    struct token_view *views = calloc(credentials * AUDIENCES + 1, sizeof *views);
    struct budget_view *budgets = calloc(app->subscription_count * BUDGETS + 1, sizeof *budgets);

    if (views == NULL || budgets == NULL)
        abort();
    for (size_t i = 0; i < credentials; i++)
        tokens += fill_tokens(&app->sign_ins[i], views + tokens, now);
    struct discovery_view *discoveries = discover_views(app, &discovery_count);
    struct loop_view view = { .daemon = daemon_of(app, discoveries, discovery_count, queues, now),
                              .circuits = app->settings->circuit_count,
                              .turns = loop.turns,
                              .timers = loop.timers,
                              .longest_us = loop.longest_us,
                              .late_us = loop.late_us,
                              .below_us = loop.below_us,
                              .journal_written = journal.written,
                              .journal_lost = journal.lost,
                              .journal_waiting = journal.waiting,
                              .store_waiting = app->store.busy,
                              .requests = requests,
                              .request_count = fill_requests(app, requests),
                              .budgets = budgets,
                              .budget_count = fill_budgets(app, budgets, now),
                              .tokens = views,
                              .token_count = tokens,
                              .polls = polls,
                              .poll_count = fill_polls(app, polls, now) };
    char *json = view_loop(&view, now);
    free(discoveries);
    free(queues);
    free(views);
    free(budgets);
    return json;
}
