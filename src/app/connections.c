/*
 * Gateway connections: the list of a resource group says which there are, an answer about each says how it is. A
 * connection need not be in its circuit's resource group: those of the settings are asked for wherever they are, and so
 * are those that search.c has found elsewhere.
 */
#include "app/app.h"
#include "app/errand.h"
#include "app/search.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FOUND_MOST 4096 /* connections of one resource group: Azure allows far fewer */

struct found_connection {
    char *id;
    size_t circuit;
    bool listed; /* else only the settings name it, or a search that was wrong about it */
    bool searched; /* the search alone names it */
    struct failure *failure; /* why it could not be read; told once all have been asked for */
};

struct connections_run {
    struct errand errand;
    struct arm_pages pages;
    struct found_connection *found;
    size_t count, at;
    bool listed; /* the list is whole */
    bool failed;
};

static const struct circuit_group *group_of(const struct connections_run *run)
{
    return &run->errand.app->groups[run->errand.index];
}

static size_t circuit_in(const struct connections_run *run, size_t place)
{
    const struct circuit_group *group = group_of(run);

    return run->errand.app->subscriptions[group->subscription].circuits[group->first + place];
}

static void run_free(struct connections_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        free(run->found[i].id);
        free(run->found[i].failure);
    }
    free(run->found);
    errand_fini(&run->errand);
    free(run);
}

static struct found_connection *find(const struct connections_run *run, const char *id, size_t circuit)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->found[i].circuit == circuit && strcasecmp(run->found[i].id, id) == 0)
            return &run->found[i];
    return NULL;
}

static void add(struct connections_run *run, const char *id, size_t circuit, bool listed)
{
    if (run->count == FOUND_MOST)
        return;
    run->found = realloc(run->found, (run->count + 1) * sizeof *run->found);
    if (run->found == NULL || (run->found[run->count].id = strdup(id)) == NULL)
        abort();
    run->found[run->count].circuit = circuit;
    run->found[run->count].failure = NULL;
    run->found[run->count].searched = false;
    run->found[run->count++].listed = listed;
}

/* ---- the end ---- */

static int by_circuit(const void *left, const void *right)
{
    size_t a = ((const struct found_connection *)left)->circuit, b = ((const struct found_connection *)right)->circuit;

    return (a > b) - (a < b);
}

/* Which each circuit has at present, so that others are forgotten; those of the settings never are. */
static void tell_lists(struct connections_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    const char **ids = calloc(run->count + 1, sizeof *ids);

    if (ids == NULL)
        abort();
    if (run->count > 1)
        qsort(run->found, run->count, sizeof *run->found, by_circuit);
    for (size_t place = 0, from = 0; place < group_of(run)->count; place++) { /* both are sorted by circuit */
        size_t circuit = circuit_in(run, place), count = 0;
        for (; from < run->count && run->found[from].circuit <= circuit; from++)
            if (run->found[from].circuit == circuit && run->found[from].listed)
                ids[count++] = run->found[from].id;
        engine_saw_connections(app->engine, circuit, ids, count, now, &app->effects);
    }
    free(ids);
}

/* Last, so that a connection that answers does not take back what another one was refused for. */
static void tell_failures(struct connections_run *run, struct moment now)
{
    for (size_t i = 0; i < run->count; i++) {
        struct found_connection *found = &run->found[i];
        bool settled = found->failure == NULL ||
                       errand_failed(&run->errand, found->circuit, FEATURE_CONNECTIONS, found->failure, now);
        run->failed = run->failed || !settled;
    }
}

static void run_end(struct connections_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    size_t group = run->errand.index;

    bool known = search_is_known(app, app->subscriptions[group_of(run)->subscription].credential);
    app->groups[group].untold = run->listed && !known;
    if (run->listed && known)
        tell_lists(run, now);
    tell_failures(run, now);
    bool well = !run->failed;
    run_free(run);
    poll_ended(app, ASK_CONNECTIONS, group, well, now);
    app_follow(app, now);
}

/* ---- each ---- */

static void one_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                     struct moment now);

static void ask_next(struct connections_run *run, struct moment now)
{
    struct app *app = run->errand.app;
    struct azure_request request = { 0 };

    while (run->at < run->count && !connection_is_id(run->found[run->at].id))
        run->at++;
    if (run->at == run->count) {
        run_end(run, now);
        return;
    }
    connection_ask(&request, app->settings->azure.management, run->found[run->at].id,
                   app->settings->azure.api_version);
    errand_ask(&run->errand, &request, one_came, now);
}

/* Is it about that connection only? Then the others are asked for all the same. */
static bool is_its_own(const struct failure *failure)
{
    return failure->kind == TROUBLE_FORBIDDEN || failure->kind == TROUBLE_MISSING ||
           failure->kind == TROUBLE_UNEXPECTED || (failure->kind == TROUBLE_NETWORK && failure->http_status != 0);
}

static struct failure *keep(const struct failure *failure)
{
    struct failure *kept = malloc(sizeof *kept);

    if (kept == NULL)
        abort();
    *kept = *failure;
    return kept;
}

/* The graph lags behind: what it names may be gone, or another circuit's by now. */
static bool is_outdated(const struct connections_run *run, const struct found_connection *found,
                        const struct connection_value *value)
{
    const struct resource_id *circuit = &run->errand.app->settings->circuits[found->circuit].id;
    bool others = value->peer[0] != '\0' && resource_id_compare_text(value->peer, circuit) != 0;

    return found->searched && (value->missing || others);
}

static void take(struct connections_run *run, struct found_connection *found, const struct connection_value *value,
                 struct moment now)
{
    struct app *app = run->errand.app;

    if (is_outdated(run, found, value))
        found->listed = false;
    else
        engine_saw_connection(app->engine, found->circuit, value, now, &app->effects);
}

static void one_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                     struct moment now)
{
    struct connections_run *run = context;
    struct app *app = run->errand.app;
    struct connection_value value;

    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        run_free(run);
        return;
    }
    struct found_connection *found = &run->found[run->at++];
    if (reply != NULL && connection_read(reply, found->id, asked, &value, failure) == AZURE_OK)
        take(run, found, &value, now);
    else if (is_its_own(failure))
        found->failure = keep(failure);
    else
        run->failed = !errand_failed(&run->errand, found->circuit, FEATURE_CONNECTIONS, failure, now);
    if (run->failed)
        run_end(run, now); /* the rest is asked for again soon */
    else
        ask_next(run, now);
    app_follow(app, now);
}

/* ---- which there are ---- */

static void listed(void *context, const char *id, const char *circuit)
{
    struct connections_run *run = context;
    size_t index = errand_circuit(&run->errand, circuit);

    if (index != SIZE_MAX && run->errand.app->homes[index].group == run->errand.index)
        add(run, id, index, true);
}

struct adding {
    struct connections_run *run;
    size_t circuit;
};

static void add_searched(void *context, const char *id)
{
    const struct adding *adding = context;
    struct connections_run *run = adding->run;
    size_t before = run->count;

    if (find(run, id, adding->circuit) == NULL)
        add(run, id, adding->circuit, true);
    if (run->count > before)
        run->found[before].searched = true;
}

/* Of the settings: whatever the graph has said of it, it is missed when it is gone. */
static void add_expected(struct connections_run *run, const char *id, size_t circuit)
{
    struct found_connection *found = find(run, id, circuit);

    if (found != NULL)
        found->searched = false;
    else
        add(run, id, circuit, false);
}

/* What stands elsewhere: found by the search, or named in the settings. @return is there any? */
static bool add_elsewhere(struct connections_run *run)
{
    const struct app *app = run->errand.app;
    size_t before = run->count;
    bool expects = false;

    for (size_t place = 0; place < group_of(run)->count; place++) {
        struct adding adding = { run, circuit_in(run, place) };
        const struct circuit_settings *circuit = &app->settings->circuits[adding.circuit];
        search_each(app, circuit->credential, resource_id_text(&circuit->id).text, add_searched, &adding);
        for (size_t i = 0; i < circuit->expect.connection_count; i++)
            add_expected(run, circuit->expect.connections[i], adding.circuit);
        expects = expects || circuit->expect.connection_count > 0;
    }
    return expects || run->count > before;
}

/* Who may not list may read those that the settings name, or that the graph shows: then that is what was meant. */
static void list_failed(struct connections_run *run, struct failure *failure, struct moment now)
{
    bool forbidden = failure->kind == TROUBLE_FORBIDDEN;

    if (forbidden && add_elsewhere(run)) {
        ask_next(run, now);
        return;
    }
    run->failed = !errand_failed(&run->errand, circuit_in(run, 0), FEATURE_CONNECTIONS, failure, now);
    run_end(run, now);
}

static void page_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now)
{
    struct connections_run *run = context;
    struct app *app = run->errand.app;
    struct azure_request request = { 0 };
    char *next = NULL;

    (void)asked;
    if (reply == NULL && failure->kind == TROUBLE_NONE) {
        run_free(run);
        return;
    }
    bool well = reply != NULL && connections_read(reply, listed, run, &next, failure) == AZURE_OK;
    bool more = well && next != NULL;
    if (more)
        well = arm_ask_page(&request, &run->pages, app->settings->azure.management, next, ARM_SMALL_MAX, failure);
    free(next);
    if (!well) {
        list_failed(run, failure, now);
    } else if (more) {
        errand_ask(&run->errand, &request, page_came, now);
    } else {
        run->listed = true;
        (void)add_elsewhere(run);
        ask_next(run, now);
    }
}

void connections_ask_group(struct app *app, size_t group, struct moment now)
{
    const struct circuit_group *of = &app->groups[group];
    struct azure_request request = { 0 };
    struct connections_run *run = calloc(1, sizeof *run);

    if (run == NULL)
        abort();
    errand_init(&run->errand, app, ASK_CONNECTIONS, group, run);
    connections_ask(&request, app->settings->azure.management, app->subscriptions[of->subscription].id, of->name,
                    app->settings->azure.api_version);
    errand_ask(&run->errand, &request, page_came, now);
}
