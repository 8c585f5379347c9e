/*
 * What was found: circuits that are watched because their subscription is. They are kept here and in the store, and
 * made a part of the settings, so that everything else treats them like those of the files. A complete list adds
 * circuits; no list takes one away, because a circuit that is gone is what somebody wants to be paged for. It is
 * forgotten when it has been gone for `keep`, by Azure's own word and time, or when the settings leave it out.
 */
#include "app/adopt.h"
#include "app/app.h"
#include "app/graph_look.h"
#include "app/history.h"
#include "app/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GONE_LOOKS 3 /* own answers in a row, as with rule 10 */

/* ---- the collection ---- */

static int by_id(const void *left, const void *right)
{
    return strcmp(((const struct found *)left)->id_lower, ((const struct found *)right)->id_lower);
}

static int id_to_found(const void *key, const void *element)
{
    return strcasecmp(key, ((const struct found *)element)->id_lower);
}

static struct found *find(const struct discovery *discovery, const char *id)
{
    if (discovery->count == 0)
        return NULL;
    return bsearch(id, discovery->found, discovery->count, sizeof *discovery->found, id_to_found);
}

/* What was found of a circuit of the settings. */
static struct found *find_watched(const struct app *app, size_t circuit)
{
    return find(&app->discovery, target_circuit_id(app, circuit).text);
}

static char *lower_copy(const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        abort();
    for (char *at = copy; *at != '\0'; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at);
    return copy;
}

/* At the end; to be sorted once all have been added. */
static void append(struct discovery *discovery, const char *id, int64_t found_wall_ms, int64_t missing_wall_ms)
{
    struct found *larger = reallocarray(discovery->found, discovery->count + 1, sizeof *larger);
    char *own = strdup(id);

    if (larger == NULL || own == NULL)
        abort();
    discovery->found = larger;
    larger[discovery->count++] = (struct found){ .id = own,
                                                 .id_lower = lower_copy(id),
                                                 .found_wall_ms = found_wall_ms,
                                                 .missing_wall_ms = missing_wall_ms,
                                                 .gone = missing_wall_ms != 0 ? GONE_LOOKS : 0 };
    discovery->gone += missing_wall_ms != 0;
}

static void sort(struct discovery *discovery)
{
    if (discovery->count > 0)
        qsort(discovery->found, discovery->count, sizeof *discovery->found, by_id);
}

static void put(struct app *app, const struct found *found)
{
    struct stored_found stored = { found->id_lower, found->id, found->found_wall_ms, found->missing_wall_ms };

    batch_put_found(persist_batch(app), &stored);
}

void discover_put_picture(struct app *app)
{
    for (size_t i = 0; i < app->discovery.count; i++)
        put(app, &app->discovery.found[i]);
}

static void free_found(struct found *found)
{
    free(found->id);
    free(found->id_lower);
}

void discover_free(struct app *app)
{
    struct discovery *discovery = &app->discovery;

    for (size_t i = 0; i < discovery->count; i++)
        free_found(&discovery->found[i]);
    free(discovery->found);
    free(discovery->taken);
    timer_free(discovery->timer);
    timer_free(discovery->change);
}

/* ---- telling ---- */

static void tell(struct app *app, enum message kind, const struct found *found, const char *what, struct moment now)
{
    const char *name = strrchr(found->id, '/') + 1;
    const struct journal_field fields[] = { { "ERWATCH_EVENT", message_find(kind)->name },
                                            { "ERWATCH_CIRCUIT", name },
                                            { "ERWATCH_CIRCUIT_ID", found->id } };
    char text[512];

    snprintf(text, sizeof text, "%s %s", name, what);
    tell_message(app, kind, -1, text, fields, sizeof fields / sizeof *fields);
    history_circuit(app, found->id_lower, name, message_find(kind)->name, text, now);
}

/* ---- settings with what was found ---- */

static struct settings *dress(const struct app *app, struct settings *settings)
{
    const struct discovery *discovery = &app->discovery;
    const char **ids = calloc(discovery->count + 1, sizeof *ids);

    if (ids == NULL)
        abort();
    for (size_t i = 0; i < discovery->count; i++)
        ids[i] = discovery->found[i].id;
    struct settings *made = settings_with_found(settings, ids, discovery->count);
    free(ids);
    return made;
}

/* Who is watched, and whom @p settings leave to `discover`, is not lost from sight until a list comes. */
static void take_over(struct app *app, const struct settings *settings, const char *id)
{
    struct discovery *discovery = &app->discovery;
    bool left = settings_find(settings, id) == NULL && settings_discover_of(settings, id) != NULL;

    if (!left || find(discovery, id) != NULL)
        return;
    append(discovery, id, loop_now(app->loop).wall_ms, 0);
    sort(discovery);
    put(app, find(discovery, id));
}

struct settings *discover_dress(struct app *app, struct settings *settings)
{
    for (size_t i = 0; settings != app->settings && i < app->settings->circuit_count; i++)
        take_over(app, settings, target_circuit_id(app, i).text);
    if (app->discovery.count == 0 || settings->discover_count == 0)
        return settings;
    struct settings *made = dress(app, settings);
    settings_free(settings);
    return made;
}

static void load_one(void *context, const struct stored_found *stored)
{
    struct app *app = context;

    append(&app->discovery, stored->id, stored->found_wall_ms, stored->missing_wall_ms);
}

/* Of a circuit that the settings of the last run named. Only an open one: it would be told of as over, and anew. */
static void load_incident(void *context, const struct stored_incident *stored)
{
    struct app *app = context;

    if (stored->incident.state != INCIDENT_CLEARED)
        take_over(app, app->settings, stored->scope);
}

void discover_load(struct app *app)
{
    /* what cannot be read is found again, or the store has said so */
    if (app->store.store != NULL)
        (void)store_each_found(app->store.store, load_one, app);
    sort(&app->discovery);
    if (app->store.store != NULL && app->settings->discover_count > 0)
        (void)store_each_incident(app->store.store, load_incident, app);
    app->settings = discover_dress(app, app->settings);
}

/* Several that come or go in one turn are one change. */
static void change_soon(struct app *app, struct moment now)
{
    timer_set(app->discovery.change, now.mono);
}

static void change_now(void *context, struct moment now)
{
    struct app *app = context;

    if (app->stopping)
        return;
    app_adopt_circuits(app, dress(app, app->settings), now);
    app_follow(app, now);
    app_status(app);
}

/* ---- what the settings leave out ---- */

static bool configured(const struct app *app, const char *id)
{
    const struct settings *settings = app->settings->configured != NULL ? app->settings->configured : app->settings;

    return settings_find(settings, id) != NULL;
}

static void forget(struct app *app, size_t index, const char *why, struct moment now)
{
    struct discovery *discovery = &app->discovery;
    struct found *found = &discovery->found[index];

    if (!configured(app, found->id))
        tell(app, MESSAGE_CIRCUIT_FORGOTTEN, found, why, now);
    batch_forget_found(persist_batch(app), found->id_lower);
    discovery->gone -= found->gone > 0;
    free_found(found);
    memmove(found, found + 1, (discovery->count - index - 1) * sizeof *found);
    discovery->count--;
}

static void forget_left_out(struct app *app, struct moment now)
{
    for (size_t i = app->discovery.count; i-- > 0;)
        if (settings_discover_of(app->settings, app->discovery.found[i].id) == NULL)
            forget(app, i, "is not watched any more: the settings leave it out", now);
}

void discover_count(struct app *app)
{
    struct discovery *discovery = &app->discovery;
    const struct settings *settings = app->settings;

    memset(discovery->taken, 0, (settings->discover_count + 1) * sizeof *discovery->taken);
    for (size_t i = 0; i < discovery->count; i++) {
        const struct discover_settings *entry = settings_discover_of(settings, discovery->found[i].id);
        if (entry != NULL && !configured(app, discovery->found[i].id))
            discovery->taken[entry - settings->discovers]++;
    }
}

void discover_start(struct app *app, struct moment now)
{
    struct discovery *discovery = &app->discovery;

    free(discovery->taken);
    discovery->taken = calloc(app->settings->discover_count + 1, sizeof *discovery->taken);
    if (discovery->taken == NULL)
        abort();
    if (discovery->change == NULL)
        discovery->change = timer_new(app->loop, change_now, app);
    forget_left_out(app, now);
    discover_count(app);
    discover_look_start(app, now);
}

void discover_stop(struct app *app)
{
    survey_drop(app);
    list_read_stop(app);
    graph_look_stop(app);
    discover_look_stop(app);
}

/* ---- coming ---- */

void discover_add(struct app *app, struct source *source, struct moment now)
{
    struct discovery *discovery = &app->discovery;
    size_t before = discovery->count;
    char why[128];

    snprintf(why, sizeof why, "has appeared in subscription %s and is watched from now on", source->subscription);
    for (size_t i = 0; i < source->fresh_count; i++) {
        const char *id = source->fresh[i];
        if (find(discovery, id) == NULL) /* behind those that are sorted are only new ones, each once in a list */
            append(discovery, id, now.wall_ms, 0);
    }
    for (size_t i = before; i < discovery->count; i++) {
        put(app, &discovery->found[i]);
        tell(app, MESSAGE_CIRCUIT_APPEARED, &discovery->found[i], why, now);
    }
    if (discovery->count == before)
        return;
    sort(discovery);
    change_soon(app, now);
}

/* ---- going ---- */

/* By Azure's clock and by ours: one of them may have jumped. */
static bool is_over(const struct app *app, const struct found *found, struct moment now)
{
    const struct discover_settings *entry = settings_discover_of(app->settings, found->id);

    return entry != NULL && poll_azure_now(app, now) - found->missing_wall_ms >= entry->keep_ms &&
           now.wall_ms - found->missing_wall_ms >= entry->keep_ms;
}

static void note_gone(struct app *app, struct found *found, struct moment now)
{
    app->discovery.gone += found->gone == 0;
    if (++found->gone < GONE_LOOKS)
        return;
    found->missing_wall_ms = poll_azure_now(app, now);
    put(app, found);
    tell(app, MESSAGE_CIRCUIT_DISAPPEARED, found,
         "has disappeared from Azure; it stays watched for the time of \"keep\"", now);
}

void discover_gone(struct app *app, size_t circuit, struct moment now)
{
    struct discovery *discovery = &app->discovery;
    struct found *found = find_watched(app, circuit);

    if (found == NULL)
        return;
    if (found->gone < GONE_LOOKS) {
        note_gone(app, found, now);
    } else if (is_over(app, found, now)) {
        forget(app, (size_t)(found - discovery->found),
               "is not watched any more: it has been gone from Azure for the time of \"keep\"", now);
        discover_count(app);
        change_soon(app, now);
    }
}

void discover_there(struct app *app, size_t circuit, struct moment now)
{
    struct found *found = app->discovery.gone > 0 ? find_watched(app, circuit) : NULL;

    if (found == NULL || found->gone == 0)
        return;
    if (found->missing_wall_ms != 0) {
        found->missing_wall_ms = 0;
        put(app, found);
        tell(app, MESSAGE_CIRCUIT_APPEARED, found, "is there again", now);
    }
    found->gone = 0;
    app->discovery.gone--;
}
