/*
 * When the lists of `discover` are looked at, and what is noted of them. Where a list is read for polling anyway, its
 * elements come from there; elsewhere one is asked for at the pace of `every`. Elements are noted as they come and
 * count once the list is complete.
 */
#include "app/app.h"
#include "app/survey.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct source *find_source(const struct app *app, const char *subscription, size_t credential)
{
    for (size_t i = 0; i < app->discovery.source_count; i++) {
        struct source *source = &app->discovery.source[i];
        if (source->credential == credential && strcmp(source->subscription, subscription) == 0)
            return source;
    }
    return NULL;
}

bool discover_is_listed(const struct app *app, const struct source *source)
{
    const struct subscription *subscription = discover_polled(app, source);

    return subscription != NULL && subscription->listed;
}

/* ---- elements ---- */

static void drop_fresh(struct source *source)
{
    for (size_t i = 0; i < source->fresh_count; i++)
        free(source->fresh[i]);
    free(source->fresh);
    source->fresh = NULL;
    source->fresh_count = source->beyond_so_far = 0;
}

static void add_fresh(struct source *source, const char *id)
{
    char **larger = reallocarray(source->fresh, source->fresh_count + 1, sizeof *larger), *copy = strdup(id);

    if (larger == NULL || copy == NULL)
        abort();
    source->fresh = larger;
    larger[source->fresh_count++] = copy;
}

static uint32_t note(struct app *app, struct source *source, const char *id)
{
    const struct discover_settings *entry = settings_discover_of(app->settings, id);

    if (entry == NULL || settings_find(app->settings, id) != NULL)
        return DISCOVER_NONE;
    size_t *taken = &app->discovery.taken[entry - app->settings->discovers];
    if (*taken >= entry->most) {
        source->beyond_so_far++;
        return DISCOVER_BEYOND;
    }
    ++*taken;
    add_fresh(source, id);
    return DISCOVER_NEW;
}

static uint32_t source_element(struct app *app, struct source *source, const struct sample *sample, uint32_t mark)
{
    if (sample != NULL)
        return note(app, source, sample_text(sample, sample->id));
    source->beyond_so_far += mark == DISCOVER_BEYOND;
    return mark;
}

uint32_t discover_element(struct app *app, const char *subscription, size_t credential, const struct sample *sample,
                          uint32_t mark)
{
    struct source *source = find_source(app, subscription, credential);

    return source != NULL ? source_element(app, source, sample, mark) : DISCOVER_NONE;
}

/* ---- the end of a list ---- */

static void list_failed(struct app *app, struct source *source, const struct failure *failure)
{
    bool fresh = source->fresh_count > 0;

    drop_fresh(source);
    if (fresh)
        discover_count(app);
    snprintf(source->trouble, sizeof source->trouble, "%s", failure->what);
}

static void list_complete(struct app *app, struct source *source, struct moment now)
{
    if (source->beyond_so_far > source->beyond)
        discover_tell_beyond(app, source);
    source->beyond = source->beyond_so_far;
    source->trouble[0] = '\0';
    source->listed_wall_ms = now.wall_ms;
    discover_add(app, source, now);
    drop_fresh(source);
    discover_count(app);
}

/* Circuits that were gone and stand in the list again. */
static void look_for_gone(struct app *app, const struct subscription *subscription, struct moment now)
{
    for (size_t i = 0; app->discovery.gone > 0 && i < subscription->count; i++)
        if (!app->watched[subscription->circuits[i]].absent)
            discover_there(app, subscription->circuits[i], now);
}

void discover_listed(struct app *app, const char *subscription, size_t credential, const struct failure *failure,
                     struct moment now)
{
    struct source *source = find_source(app, subscription, credential);

    if (source == NULL)
        return;
    if (failure != NULL) {
        list_failed(app, source, failure);
        return;
    }
    const struct subscription *own = discover_polled(app, source);
    if (own != NULL)
        look_for_gone(app, own, now);
    list_complete(app, source, now);
}

/* ---- lists of our own ---- */

void discover_arm(struct app *app)
{
    struct discovery *discovery = &app->discovery;
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < discovery->source_count; i++)
        if (!discovery->source[i].busy && !discovery->source[i].asked)
            due = mono_earlier(due, discovery->source[i].due);
    timer_set(discovery->timer, due);
}

struct mono discover_beat(const struct app *app, const struct source *source, struct moment now)
{
    /* those that share a question to the graph are due together */
    const char *name = source->by == DISCOVER_GRAPH ? app->credential_names[source->credential] : source->subscription;

    return schedule_beat(name, source->every_ms, now);
}

static struct mono after_failure(struct app *app, struct source *source, const struct failure *failure,
                                 struct moment now)
{
    bool nothing = discover_watches_nothing(app, source->credential);
    int64_t most = nothing && app->settings->poll.every_ms < source->every_ms ? app->settings->poll.every_ms
                                                                              : source->every_ms;
    int64_t pause = schedule_back_off(source->failures, app->settings->policy.retry_ms, most, app_random(app));

    if (failure->kind == TROUBLE_FORBIDDEN) /* asking faster gives no right */
        return discover_beat(app, source, now);
    return mono_after(now.mono, failure->retry_after_ms > pause ? failure->retry_after_ms : pause);
}

/* What is being confirmed, or is nearly over, needs a few more looks soon. */
static void look_again(struct app *app, struct source *source, struct moment now)
{
    if (engine_list_wanted(app->engine, source->credential))
        source->due = mono_earlier(source->due, mono_after(now.mono, app->settings->policy.retry_ms));
}

/* The context of a list that is under way: the sources may be others when it ends. */
struct looking {
    struct app *app;
    struct source *source;
};

static uint32_t looked_at(void *context, const struct sample *sample, uint32_t mark)
{
    struct looking *looking = context;

    return source_element(looking->app, looking->source, sample, mark);
}

static bool stands(void *context, uint32_t mark)
{
    (void)context;
    return mark == DISCOVER_NONE; /* one that was not added after all, or had no room, may be now */
}

static void looked(void *context, const struct failure *failure, struct moment now)
{
    struct looking looking = *(struct looking *)context;
    struct app *app = looking.app;
    struct source *source = looking.source;

    free(context);
    if (failure != NULL && failure->kind == TROUBLE_NONE)
        return;
    source->busy = false;
    if (failure == NULL) {
        source->failures = 0;
        source->due = discover_beat(app, source, now);
        sign_in_worked(app, source->credential, now);
        list_complete(app, source, now);
    } else {
        if (source->trouble[0] == '\0')
            discover_tell_trouble(app, source, failure);
        if (source->failures < UINT8_MAX)
            source->failures++;
        source->due = after_failure(app, source, failure, now);
        list_failed(app, source, failure);
    }
    discover_tell_core(app, source, failure, now);
    look_again(app, source, now);
    discover_arm(app);
    app_follow(app, now);
}

/* Without a token nothing is asked; discover_token() says when there is one. */
static void look(struct app *app, struct source *source, struct moment now)
{
    if (discover_is_listed(app, source)) {
        source->due = discover_beat(app, source, now);
        return;
    }
    if (!sign_in_ready(app, source->credential, now)) {
        discover_tell_no_token(app, source, now);
        source->due = mono_later(sign_in_next(app, source->credential), mono_after(now.mono, 1000));
        return;
    }
    if (source->by == DISCOVER_GRAPH && !source->wanted) {
        discover_ask_graph(app, source->credential, now);
        return;
    }
    struct looking *looking = malloc(sizeof *looking);
    if (looking == NULL)
        abort();
    *looking = (struct looking){ app, source };
    source->busy = true;
    source->wanted = false;
    drop_fresh(source);
    const struct arm_list_user user = { looking, looked_at, stands };
    list_read(app, source->subscription, source->credential, &user, &source->memory, looked);
}

static void due(void *context, struct moment now)
{
    struct app *app = context;
    struct discovery *discovery = &app->discovery;

    if (app->stopping)
        return;
    for (size_t i = 0; i < discovery->source_count; i++) {
        struct source *source = &discovery->source[i];
        if (!source->busy && !source->asked && mono_reached(source->due, now.mono))
            look(app, source, now);
    }
    discover_arm(app);
    app_follow(app, now);
}

void discover_token(struct app *app, size_t credential, struct moment now)
{
    for (size_t i = 0; i < app->discovery.source_count; i++)
        if (app->discovery.source[i].credential == credential && app->discovery.source[i].due.ms == MONO_NEVER.ms)
            app->discovery.source[i].due = now.mono;
    if (app->discovery.timer != NULL)
        discover_arm(app);
    survey_token(app, credential, now);
}

/* ---- from settings ---- */

static void add_source(struct app *app, const struct discover_settings *entry, struct moment now)
{
    struct discovery *discovery = &app->discovery;
    struct source *source = find_source(app, entry->subscription, entry->credential);

    if (source == NULL) {
        source = &discovery->source[discovery->source_count++];
        *source = (struct source){ .subscription = entry->subscription,
                                   .credential = entry->credential,
                                   .by = entry->by,
                                   .wanted = true, /* what there is at first only a list says */
                                   .every_ms = entry->every_ms,
                                   .due = now.mono };
    }
    if (entry->by == DISCOVER_LIST)
        source->by = DISCOVER_LIST;
    if (entry->every_ms < source->every_ms)
        source->every_ms = entry->every_ms;
}

void discover_look_start(struct app *app, struct moment now)
{
    struct discovery *discovery = &app->discovery;

    assert(discovery->source_count == 0); /* nothing was started, or it has been stopped */
    discovery->source = calloc(app->settings->discover_count + 1, sizeof *discovery->source);
    if (discovery->source == NULL)
        abort();
    for (size_t i = 0; i < app->settings->discover_count; i++)
        add_source(app, &app->settings->discovers[i], now);
    if (discovery->timer == NULL)
        discovery->timer = timer_new(app->loop, due, app);
    discover_arm(app);
}

void discover_look_stop(struct app *app)
{
    struct discovery *discovery = &app->discovery;

    for (size_t i = 0; i < discovery->source_count; i++) {
        drop_fresh(&discovery->source[i]);
        list_memory_forget(&discovery->source[i].memory);
    }
    free(discovery->source);
    discovery->source = NULL;
    discovery->source_count = 0;
}

/* ---- for display ---- */

static size_t taken(const struct app *app, const struct source *source)
{
    size_t count = 0;

    for (size_t i = 0; i < app->settings->discover_count; i++) {
        const struct discover_settings *entry = &app->settings->discovers[i];
        if (entry->credential == source->credential && strcmp(entry->subscription, source->subscription) == 0)
            count += app->discovery.taken[i];
    }
    return count;
}

struct discovery_view *discover_views(const struct app *app, size_t *count)
{
    struct discovery_view *views = calloc(app->discovery.source_count + 1, sizeof *views);

    if (views == NULL)
        abort();
    for (size_t i = 0; i < app->discovery.source_count; i++) {
        const struct source *source = &app->discovery.source[i];
        views[i] = (struct discovery_view){ .subscription = source->subscription,
                                            .credential = app->credential_names[source->credential],
                                            .circuits = taken(app, source),
                                            .beyond = source->beyond,
                                            .listed_wall_ms = source->listed_wall_ms,
                                            .trouble = source->trouble };
    }
    *count = app->discovery.source_count;
    return views;
}
