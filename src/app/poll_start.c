/* From settings to targets: which circuits share a list, and when each target is first asked; and the way back. */
#include "app/app.h"
#include "app/bundle.h"
#include "app/errand.h"
#include "app/ports.h"
#include "core/array.h"
#include "core/sparse.h"

#include <stdlib.h>
#include <string.h>

/*
 * What Azure gives each principal in a subscription: "Request limits and throttling" of Azure Resource Manager. The
 * service of metrics says nothing of its own; this is far below the 360,000 calls an hour that are said of it elsewhere.
 */
static const struct {
    int32_t capacity, per_second;
} budgets[BUDGETS] = { [BUDGET_READS] = { 250, 25 }, [BUDGET_WRITES] = { 200, 10 }, [BUDGET_METRICS] = { 100, 20 } };

static void make_budgets(struct subscription *subscription, struct moment now)
{
    for (enum budget_kind kind = 0; kind < BUDGETS; kind++) {
        budget_init(&subscription->budget[kind], budgets[kind].capacity, budgets[kind].per_second, now.mono);
        for (enum urgency urgency = 0; urgency < URGENCIES; urgency++)
            TAILQ_INIT(&subscription->crowd[kind][urgency]);
    }
}

#define SOON_MS (30 * 1000)

/* Sorted by id: the circuits of one resource group are neighbours among those of their subscription. */
static void note_group(struct app *app, const struct subscription *subscription, size_t circuit)
{
    struct circuit_group *last = NULL;
    size_t place = subscription->count - 1, on = (size_t)(subscription - app->subscriptions);
    struct id_text text = resource_id_lower(&app->settings->circuits[circuit].id);
    struct arm_id id = { 0 };

    (void)arm_id_parse(text.text, &id); /* the settings have looked at it */
    for (size_t i = app->group_count; i-- > 0 && last == NULL;) { /* behind it those of other credentials, a few */
        if (strcmp(app->subscriptions[app->groups[i].subscription].id, subscription->id) != 0)
            break;
        if (app->groups[i].subscription == on)
            last = &app->groups[i];
    }
    if (last == NULL || strlen(last->name) != id.group_len || memcmp(last->name, id.group, id.group_len) != 0) {
        last = &app->groups[app->group_count++];
        *last = (struct circuit_group){ .subscription = on, .name = strndup(id.group, id.group_len), .first = place };
        if (last->name == NULL)
            abort();
    }
    last->count++;
    app->homes[circuit].group = (uint32_t)(last - app->groups);
}

static void note_circuit(struct app *app, size_t index)
{
    const struct circuit_settings *circuit = &app->settings->circuits[index];
    struct subscription *found = NULL;

    /* circuits are sorted by id: those of one subscription follow each other */
    for (size_t i = app->subscription_count; i-- > 0 && found == NULL;) {
        if (strcmp(app->subscriptions[i].id, circuit->subscription) != 0)
            break;
        if (app->subscriptions[i].credential == circuit->credential)
            found = &app->subscriptions[i];
    }
    if (found == NULL) {
        found = &app->subscriptions[app->subscription_count++];
        *found = (struct subscription){ .id = circuit->subscription,
                                        .credential = circuit->credential,
                                        .every_ms = circuit->every_ms };
    }
    found->circuits = realloc(found->circuits, (found->count + 1) * sizeof *found->circuits);
    if (found->circuits == NULL)
        abort();
    found->circuits[found->count++] = index;
    if (circuit->every_ms < found->every_ms)
        found->every_ms = circuit->every_ms;
    app->homes[index].subscription = (uint32_t)(found - app->subscriptions);
    note_group(app, found, index);
}

/*
 * States are asked for at once, sessions as soon as a circuit turns out to be usable, and what is asked about rarely
 * within half a minute: after a restart nobody knows it any more.
 */
static struct mono first_due(const struct app *app, enum ask ask, size_t index, struct moment now)
{
    struct mono beat = app->asked[target_id(app, ask, index)].beat;

    if (ask == ASK_LIST || ask == ASK_CIRCUIT)
        return now.mono;
    if (ask == ASK_METRICS || ask == ASK_ROUTES)
        return beat;
    return mono_earlier(beat, schedule_beat(target_name(app, ask, index), SOON_MS, now));
}

static void start_target(struct app *app, enum ask ask, size_t index, struct moment now)
{
    app->asked[target_id(app, ask, index)].beat = target_beat(app, ask, index, now);
    poll_set_due(app, ask, index, first_due(app, ask, index, now));
}

void poll_start_port(struct app *app, size_t circuit, struct moment now)
{
    size_t id = target_id(app, ASK_PORTS, circuit);
    const struct asked *asked = &app->asked[id];
    bool planned = asked->busy || asked->waits || queue_get(app->due, id).ms != MONO_NEVER.ms;

    if (!planned && target_has_beat(app, ASK_PORTS, circuit))
        start_target(app, ASK_PORTS, circuit, now);
}

void poll_start(struct app *app, struct moment now)
{
    size_t circuits = app->settings->circuit_count;

    app->subscriptions = array_take(circuits, sizeof *app->subscriptions);
    app->subscription_count = 0;
    app->homes = array_take(circuits, sizeof *app->homes);
    app->watched = sparse_take(circuits, sizeof *app->watched);
    app->groups = array_take(circuits, sizeof *app->groups);
    app->group_count = 0;
    for (size_t i = 0; i < circuits; i++)
        note_circuit(app, i);
    app->subscriptions = array_fit(app->subscriptions, app->subscription_count, sizeof *app->subscriptions);
    app->groups = array_fit(app->groups, app->group_count, sizeof *app->groups);
    for (size_t i = 0; i < app->subscription_count; i++) {
        app->subscriptions[i].listed = app->subscriptions[i].count > 1;
        SLIST_INIT(&app->subscriptions[i].regions);
        make_budgets(&app->subscriptions[i], now);
    }
    app->asked = sparse_take(target_count(app), sizeof *app->asked);
    app->due = queue_new(target_count(app));
    if (app->poll_timer == NULL)
        app->poll_timer = timer_new(app->loop, poll_due, app);
    for (size_t id = 0; id < target_count(app); id++) {
        size_t index;
        enum ask ask = target_kind(app, id, &index);
        if (!target_has_beat(app, ask, index))
            continue;
        start_target(app, ask, index, now);
    }
    poll_arm(app);
}

void poll_all_now(struct app *app, struct moment now)
{
    for (size_t id = 0; id < target_count(app); id++) {
        struct asked *asked = &app->asked[id];
        size_t index;
        enum ask ask = target_kind(app, id, &index);
        if (!target_has_beat(app, ask, index))
            continue;
        struct mono due = mono_earlier(queue_get(app->due, id), first_due(app, ask, index, now));
        if (asked->busy || asked->waits)
            asked->wanted = mono_earlier(asked->wanted, due);
        else
            poll_set_due(app, ask, index, due);
    }
    poll_arm(app);
}

void poll_stop(struct app *app)
{
    lists_stop(app);
    errands_stop(app);
    for (size_t i = 0; app->watched != NULL && i < app->settings->circuit_count; i++)
        operations_stop(app, i);
    for (size_t i = 0; i < app->subscription_count; i++) {
        free(app->subscriptions[i].circuits);
        list_memory_forget(&app->subscriptions[i].memory);
        bundles_free(&app->subscriptions[i]);
    }
    free(app->subscriptions);
    for (size_t i = 0; i < app->group_count; i++)
        free(app->groups[i].name);
    free(app->groups);
    ports_free(app);
    free(app->homes);
    sparse_free(app->watched, app->settings->circuit_count, sizeof *app->watched);
    if (app->asked != NULL)
        sparse_free(app->asked, target_count(app), sizeof *app->asked);
    queue_free(app->due);
    app->subscriptions = NULL;
    app->homes = NULL;
    app->watched = NULL;
    app->groups = NULL;
    app->group_count = 0;
    app->asked = NULL;
    app->due = NULL;
    app->subscription_count = 0;
}
