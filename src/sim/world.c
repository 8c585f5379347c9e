/*
 * What is there in the world of a scenario: circuits found by id, subscriptions, faults in force and budgets. How it
 * changes with time is story.c's business.
 */
#include "sim/world.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/handlers.h"
#include "sim/scenario.h"

#include <assert.h>
#include <strings.h>

#define NEVER_REFILLS_MS ((int64_t)300 * 1000) /* a bucket without refill: come back in five minutes, in vain */

static void add_budget(struct world *world, const char *subscription)
{
    const struct quota_settings *quota = &world->scenario->quota;

    if (world_has_subscription(world, subscription))
        return;
    world->budgets = xrealloc(world->budgets, (world->budget_count + 1) * sizeof *world->budgets);
    world->budgets[world->budget_count++] =
        (struct budget){ subscription, (double)quota->reads, (double)quota->writes, world->base };
}

struct world *world_new(struct scenario *scenario, double speed, struct moment now)
{
    struct world *world = xcalloc(1, sizeof *world);

    world->scenario = scenario;
    world->speed = speed;
    world->base = now.mono;
    world->base_wall_ms = now.wall_ms + scenario->clock_ahead_ms;
    add_budget(world, scenario->subscription);
    for (size_t i = 0; i < scenario->circuit_count; i++) {
        add_budget(world, scenario->circuits[i]->subscription);
        circuit_refresh(scenario->circuits[i], 0, now.wall_ms);
    }
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++)
        for (size_t i = 0; i < scenario->things[kind].count; i++)
            add_budget(world, scenario->things[kind].at[i]->subscription);
    return world;
}

void world_free(struct world *world)
{
    if (world == NULL)
        return;
    while (world->faults != NULL) {
        struct fault *next = world->faults->next;
        fault_free(world->faults);
        world->faults = next;
    }
    machine_forget(world);
    scenario_free(world->scenario);
    free(world->budgets);
    free(world);
}

static int id_order(const void *key, const void *element)
{
    const struct circuit *const *circuit = element;

    return strcasecmp(key, (*circuit)->id);
}

struct circuit *world_circuit(const struct world *world, const char *subscription, const char *group, const char *name)
{
    const struct scenario *s = world->scenario;

    if (s->circuit_count == 0)
        return NULL;
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRouteCircuits/%s",
                           subscription, group, name);
    struct circuit **found = bsearch(id, s->circuits, s->circuit_count, sizeof(struct circuit *), id_order);
    free(id);
    return found == NULL || circuit_deleted(*found) ? NULL : *found;
}

struct thing *world_thing(const struct world *world, enum thing_kind kind, const char *id)
{
    const struct things *things = &world->scenario->things[kind];

    for (size_t i = 0; i < things->count; i++)
        if (strcasecmp(things->at[i]->id, id) == 0)
            return thing_deleted(things->at[i]) ? NULL : things->at[i];
    return NULL;
}

static struct budget *budget_of(const struct world *world, const char *subscription)
{
    for (size_t i = 0; i < world->budget_count; i++)
        if (strcasecmp(world->budgets[i].subscription, subscription) == 0)
            return &world->budgets[i];
    return NULL;
}

bool world_has_subscription(const struct world *world, const char *subscription)
{
    return budget_of(world, subscription) != NULL;
}

bool world_has_group(const struct world *world, const char *subscription, const char *group)
{
    const struct scenario *s = world->scenario;

    for (size_t i = 0; i < s->circuit_count; i++)
        if (strcasecmp(s->circuits[i]->subscription, subscription) == 0 &&
            strcasecmp(s->circuits[i]->group, group) == 0)
            return true;
    for (enum thing_kind kind = 0; kind < THING_EVENT; kind++)
        for (size_t i = 0; i < s->things[kind].count; i++)
            if (strcasecmp(s->things[kind].at[i]->subscription, subscription) == 0 &&
                strcasecmp(s->things[kind].at[i]->group, group) == 0)
                return true;
    return false;
}

struct fault *world_strike(struct world *world, const struct target *target, struct mono now)
{
    int64_t story_ms = story_now(world, now);

    for (struct fault *fault = world->faults; fault != NULL; fault = fault->next)
        if (fault->left > 0 && fault->until_ms > story_ms &&
            fault_matches(fault, target->endpoint, target->circuit != NULL ? target->circuit : target->name,
                          target->subscription)) {
            if (fault->left != INT64_MAX)
                fault->left--;
            return fault;
        }
    return NULL;
}

bool world_fault_lives(const struct world *world, const struct fault *fault)
{
    const struct fault *each = world->faults;

    while (each != NULL && each != fault)
        each = each->next;
    return each != NULL;
}

static double refill(double left, double most, double each_second, int64_t passed_ms)
{
    double now = left + each_second * (double)passed_ms / 1000;

    return now < most ? now : most;
}

bool world_spend(struct world *world, const char *subscription, bool write, struct mono now, int64_t *left)
{
    const struct quota_settings *quota = &world->scenario->quota;
    struct budget *budget = budget_of(world, subscription);

    assert(budget != NULL); /* world_has_subscription() was asked first */
    int64_t passed = mono_between(budget->filled, now);
    double *bucket = write ? &budget->writes : &budget->reads;

    budget->reads = refill(budget->reads, (double)quota->reads, (double)quota->reads_refill, passed);
    budget->writes = refill(budget->writes, (double)quota->writes, (double)quota->writes_refill, passed);
    budget->filled = now;
    bool enough = *bucket >= 1;
    if (enough)
        *bucket -= 1;
    *left = (int64_t)*bucket;
    return enough;
}

int64_t world_refill_ms(const struct world *world, const char *subscription, bool write)
{
    const struct quota_settings *quota = &world->scenario->quota;
    const struct budget *budget = budget_of(world, subscription);

    assert(budget != NULL);
    int64_t each_second = write ? quota->writes_refill : quota->reads_refill;
    double missing = 1 - (write ? budget->writes : budget->reads);
    return each_second == 0 ? NEVER_REFILLS_MS : (int64_t)(missing * 1000 / (double)each_second) + 1;
}
