/*
 * Polling over other circuits or settings: what Azure has said of its budgets, which lists it refuses, which failures
 * have been backed off from and what the core wants to see stay, so that a circuit that is found, or a reload, neither
 * asks through a pause nor forgets a look that was asked for.
 */
#include "app/poll_keep.h"

#include "app/app.h"

#include <stdlib.h>
#include <string.h>

/* A target with what was kept of it. */
struct kept_target {
    uint8_t ask;
    size_t index;
    struct asked asked;
    struct mono due;
};

struct poll_kept {
    const struct settings *was;
    struct subscription *subscription; /* their budgets, and whether they were listed; nothing else */
    size_t subscription_count, group_count;
    struct home *homes;
    struct watched *watched; /* only what is wanted of the edge */
    struct kept_target *target;
    size_t target_count;
};

/* Where those that were before are now; SIZE_MAX: nowhere. */
struct moved {
    size_t *to[PERS];
};

static void *take(size_t count, size_t size)
{
    void *made = calloc(count + 1, size);

    if (made == NULL)
        abort();
    return made;
}

static void *copy_of(const void *from, size_t count, size_t size)
{
    return memcpy(take(count, size), from, count * size);
}

struct poll_kept *poll_keep(struct app *app)
{
    struct poll_kept *kept = take(1, sizeof *kept);

    *kept = (struct poll_kept){
        .was = app->settings,
        .subscription = copy_of(app->subscriptions, app->subscription_count, sizeof *kept->subscription),
        .subscription_count = app->subscription_count,
        .group_count = app->group_count,
        .homes = copy_of(app->homes, app->settings->circuit_count, sizeof *kept->homes),
        .watched = copy_of(app->watched, app->settings->circuit_count, sizeof *kept->watched),
        .target_count = target_count(app),
    };
    kept->target = take(kept->target_count, sizeof *kept->target);
    for (size_t id = 0; id < kept->target_count; id++) {
        struct kept_target *target = &kept->target[id];
        target->ask = (uint8_t)target_kind(app, id, &target->index);
        target->asked = app->asked[id];
        target->due = queue_get(app->due, id);
    }
    return kept;
}

/* ---- who is who ---- */

static size_t *nowhere(size_t count)
{
    size_t *to = take(count, sizeof *to);

    for (size_t i = 0; i < count; i++)
        to[i] = SIZE_MAX;
    return to;
}

static bool same_principal(const struct app *app, const struct poll_kept *kept, size_t was, size_t is)
{
    const struct settings *before = kept->was, *after = app->settings;

    return strcmp(before->azure.credentials[before->circuits[was].credential].name,
                  after->azure.credentials[after->circuits[is].credential].name) == 0;
}

/* Both are sorted by id. Subscriptions and groups are where their circuits are. */
static struct moved find_moved(const struct app *app, const struct poll_kept *kept)
{
    struct moved moved = { { nowhere(kept->subscription_count), nowhere(kept->group_count),
                             nowhere(kept->was->circuit_count) } };

    for (size_t was = 0, is = 0; was < kept->was->circuit_count && is < app->settings->circuit_count;) {
        int order = resource_id_compare(&kept->was->circuits[was].id, &app->settings->circuits[is].id);
        if (order == 0 && same_principal(app, kept, was, is)) {
            moved.to[PER_CIRCUIT][was] = is;
            moved.to[PER_SUBSCRIPTION][kept->homes[was].subscription] = app->homes[is].subscription;
            moved.to[PER_GROUP][kept->homes[was].group] = app->homes[is].group;
        }
        was += order <= 0;
        is += order >= 0;
    }
    return moved;
}

/* ---- put back ---- */

static void keep_budgets(struct app *app, const struct poll_kept *kept, const struct moved *moved)
{
    for (size_t i = 0; i < kept->subscription_count; i++) {
        if (moved->to[PER_SUBSCRIPTION][i] == SIZE_MAX)
            continue;
        struct subscription *to = &app->subscriptions[moved->to[PER_SUBSCRIPTION][i]];
        memcpy(to->budget, kept->subscription[i].budget, sizeof to->budget);
        for (enum budget_kind kind = 0; kind < BUDGETS; kind++)
            to->budget[kind].under_way = 0; /* the answers to those are dropped */
    }
}

/* A subscription whose list is refused: circuits that are new there are asked for by themselves, like the others. */
static void keep_refusals(struct app *app, const struct poll_kept *kept, const struct moved *moved, struct moment now)
{
    for (size_t i = 0; i < kept->subscription_count; i++) {
        size_t index = moved->to[PER_SUBSCRIPTION][i];
        if (index == SIZE_MAX || kept->subscription[i].count < 2 || kept->subscription[i].listed)
            continue;
        struct subscription *to = &app->subscriptions[index];
        to->listed = false;
        for (size_t circuit = 0; circuit < to->count; circuit++)
            poll_set_due(app, ASK_CIRCUIT, to->circuits[circuit], now.mono);
    }
}

/* What was under way is asked again. States are asked for at once anyway, unless they have just failed. */
static void keep_target(struct app *app, const struct kept_target *kept, size_t index, struct moment now)
{
    enum ask ask = kept->ask;
    struct asked *asked = &app->asked[target_id(app, ask, index)];
    bool state = ask == ASK_LIST || ask == ASK_CIRCUIT;
    bool pending = kept->asked.busy || kept->asked.waits || kept->asked.crowd != 0;
    struct mono due = mono_earlier(pending ? now.mono : kept->due, asked_wanted(&kept->asked));

    if (kept->asked.attempted.ms != 0) { /* else there is nothing to write down */
        asked->failures = kept->asked.failures;
        asked->attempted = kept->asked.attempted;
    }
    if (due.ms != MONO_NEVER.ms && (!state || asked->failures > 0 || !target_has_beat(app, ask, index)))
        poll_set_due(app, ask, index, due);
}

static void keep_targets(struct app *app, const struct poll_kept *kept, const struct moved *moved, struct moment now)
{
    for (size_t i = 0; i < kept->target_count; i++) {
        const struct kept_target *target = &kept->target[i];
        size_t index = moved->to[target_per(target->ask)][target->index];
        if (index != SIZE_MAX)
            keep_target(app, target, index, now);
    }
}

/* What the core wants to see of the edge; it does not ask twice. */
static void keep_looks(struct app *app, const struct poll_kept *kept, const struct moved *moved, struct moment now)
{
    for (size_t i = 0; i < kept->target_count; i++) {
        const struct kept_target *target = &kept->target[i];
        size_t index = target->ask == ASK_ROUTES ? moved->to[PER_CIRCUIT][target->index] : SIZE_MAX;
        if (index == SIZE_MAX)
            continue;
        unsigned looks = kept->watched[target->index].looks | (target->asked.busy ? LOOK_ROUTES | LOOK_ARP : 0);
        struct mono due = target->asked.busy || target->due.ms == MONO_NEVER.ms ? now.mono : target->due;
        if (target->asked.attempted.ms != 0) /* the router may be at it */
            app->asked[target_id(app, ASK_ROUTES, index)].attempted = target->asked.attempted;
        if (looks != 0)
            poll_look(app, index, looks, mono_earlier(due, asked_wanted(&target->asked)));
    }
}

static void kept_free(struct poll_kept *kept)
{
    free(kept->subscription);
    free(kept->homes);
    free(kept->watched);
    free(kept->target);
    free(kept);
}

void poll_go_on(struct app *app, struct poll_kept *kept, enum poll_goes_on how, struct moment now)
{
    struct moved moved = find_moved(app, kept);

    keep_budgets(app, kept, &moved);
    if (how == POLL_CIRCUITS) {
        keep_refusals(app, kept, &moved, now);
        keep_targets(app, kept, &moved, now);
    }
    keep_looks(app, kept, &moved, now);
    for (enum per per = 0; per < PERS; per++)
        free(moved.to[per]);
    kept_free(kept);
    poll_arm(app);
}
