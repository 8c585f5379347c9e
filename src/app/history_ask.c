/*
 * GET /v1/history. What is meant is found out on the loop; the page is read and made text on the store's thread,
 * between two commits, so that neither the disk nor a long page holds up the loop. A page is bounded, and so are those
 * who wait.
 */
#include "app/history.h"

#include "app/control_views.h"
#include "core/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKING_MOST 4

struct asking {
    struct store_job job; /* first: one is the other */
    struct store *store;
    struct server_call *call;
    struct history_query query;
    char scope[RESOURCE_ID_MAX];
    struct moment now;
    struct view_list *list;
    uint32_t count;           /* lines so far */
    struct history_next last; /* the last of them */
    bool more;
    char *json; /* NULL: it could not be read */
};

/* ---- on the store's thread ---- */

static void add_line(void *context, const struct stored_history *stored)
{
    struct asking *asking = context;

    if (asking->count + 1 == asking->query.limit) { /* one more than was asked for: it begins the next page */
        asking->more = true;
        return;
    }
    struct incident incident = { .key = stored->key,
                                 .episode = stored->episode,
                                 .rule = stored->rule,
                                 .severity = stored->severity,
                                 .subject = stored->subject };
    snprintf(incident.item, sizeof incident.item, "%s", stored->item);
    struct history_view line = { .wall_ms = stored->wall_ms,
                                 .kind = stored->kind,
                                 .scope = stored->scope,
                                 .circuit_name = stored->circuit,
                                 .incident = &incident,
                                 .who = stored->who,
                                 .quiet = stored->quiet,
                                 .lasted_ms = stored->lasted_ms,
                                 .text = stored->text };
    view_history_line(asking->list, &line);
    asking->last = (struct history_next){ stored->wall_ms, stored->id };
    asking->count++;
}

static void run(struct store_job *job)
{
    struct asking *asking = (struct asking *)job;

    asking->list = view_list_new();
    if (store_each_history(asking->store, &asking->query, add_line, asking))
        asking->json = view_history_end(asking->list, asking->more ? &asking->last : NULL, asking->now);
    else
        view_list_free(asking->list);
}

/* ---- on the loop ---- */

static void done(struct app *app, struct store_job *job, struct moment now)
{
    struct asking *asking = (struct asking *)job;

    (void)now;
    app->store.asking--;
    if (asking->json != NULL)
        control_answer(asking->call, asking->json);
    else
        control_refuse(asking->call, API_UNREADABLE, "the history in the database could not be read");
    free(asking);
}

/* A name or an id; an id also of what is no longer watched. */
static bool find_circuit(struct app *app, struct server_call *call, const char *name, char scope[RESOURCE_ID_MAX])
{
    size_t index = 0;
    bool is_id = *name == '/' && strlen(name) < RESOURCE_ID_MAX;

    if (is_id) {
        for (size_t i = 0; i <= strlen(name); i++)
            scope[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
        return true;
    }
    if (!control_find_circuit(app, call, name, &index))
        return false;
    snprintf(scope, RESOURCE_ID_MAX, "%s", resource_id_lower(&app->settings->circuits[index].id).text);
    return true;
}

/* "0123456789abcdef" */
static bool read_key(const char *text, uint64_t *key)
{
    if (strspn(text, "0123456789abcdefABCDEF") != 16 || text[16] != '\0')
        return false;
    *key = strtoull(text, NULL, 16);
    return true;
}

/* All episodes of it, or the one that is written behind its key; a whole key also of what is no longer known. */
static enum api_error find_incident(struct app *app, const char *written, struct history_query *query)
{
    char digits[API_INCIDENT_MAX];
    const char *dash = strchr(written, '-');
    uint32_t present;

    snprintf(digits, sizeof digits, "%.*s", (int)(dash != NULL ? dash - written : (ptrdiff_t)strlen(written)), written);
    if (dash != NULL) {
        size_t len = strspn(dash + 1, "0123456789");
        unsigned long long episode = len > 0 && len <= 10 && dash[1 + len] == '\0' ? strtoull(dash + 1, NULL, 10) : 0;
        if (episode == 0 || episode > UINT32_MAX)
            return API_NO_INCIDENT;
        query->episode = (uint32_t)episode;
    }
    enum api_error error = control_find_incident(app, digits, &query->key, &present);
    return error == API_NO_INCIDENT && read_key(digits, &query->key) ? API_OK : error;
}

static bool find(struct app *app, const struct api_request *api, struct asking *asking)
{
    if (api->name[0] != '\0') {
        asking->query.scope = asking->scope;
        return find_circuit(app, asking->call, api->name, asking->scope);
    }
    if (api->history.incident[0] == '\0')
        return true;
    enum api_error error = find_incident(app, api->history.incident, &asking->query);
    if (error == API_OK && asking->query.key != 0)
        return true;
    control_refuse(asking->call, error != API_OK ? error : API_NO_INCIDENT,
                   error == API_AMBIGUOUS ? "several incidents begin like that; give more of the identity"
                                          : "there is no such incident");
    return false;
}

/* Older than the last page's end, and than what was asked for. */
static void set_range(const struct api_history *history, struct history_query *query, struct moment now)
{
    query->limit = history->limit + 1;
    query->since_wall_ms = history->seconds != 0 ? now.wall_ms - history->seconds * 1000 : history->since_wall_ms;
    query->before_wall_ms = history->before_wall_ms;
    query->before_id = history->before_id;
    if (history->until_wall_ms <= history->before_wall_ms && history->until_wall_ms != INT64_MAX) {
        query->before_wall_ms = history->until_wall_ms;
        query->before_id = INT64_MIN;
    }
}

void history_ask(struct app *app, struct server_call *call, const struct api_request *api, struct moment now)
{
    if (app->store.store == NULL || app->store.hung || app->store.asking >= ASKING_MOST) {
        control_refuse(call, API_BUSY,
                       app->store.store == NULL ? "there is no history: the database could not be opened"
                       : app->store.hung        ? "the disk of the database hangs"
                                                : "others are reading the history; ask again");
        return;
    }
    struct asking *asking = array_take(1, sizeof *asking);
    *asking = (struct asking){ .job = { run, done }, .store = app->store.store, .call = call, .now = now };
    set_range(&api->history, &asking->query, now);
    if (!find(app, api, asking)) {
        free(asking);
        return;
    }
    if (persist_push(app, &asking->job)) {
        app->store.asking++;
        return;
    }
    control_refuse(call, API_BUSY, "the database has much to do; ask again");
    free(asking);
}
