/*
 * The story: a clock of its own, which can run fast, stand or be moved, and the events that happen when it gets there.
 * Only `at` and `for` are in the story's time; delays, token lives and metrics live in the time of whoever watches.
 */
#include "sim/world.h"

#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int64_t story_now(const struct world *world, struct mono now)
{
    return world->base_ms + (int64_t)((double)mono_between(world->base, now) * world->speed);
}

int64_t story_wall(const struct world *world, int64_t story_ms)
{
    /* a clock that stands is taken to go on in real time */
    double rate = world->speed > 0 ? world->speed : 1;

    return world->base_wall_ms + (int64_t)((double)(story_ms - world->base_ms) / rate);
}

/* The clock reads @p at_ms at this moment. */
static void set_clock(struct world *world, int64_t at_ms, struct moment now)
{
    world->base_ms = at_ms;
    world->base = now.mono;
    world->base_wall_ms = now.wall_ms;
}

static void drop_faults(struct world *world, const char *name, int64_t until_ms)
{
    struct fault **link = &world->faults;

    while (*link != NULL) {
        struct fault *fault = *link;
        bool named = name != NULL && (strcmp(name, "all") == 0 || strcmp(name, fault->name) == 0);
        if (named || fault->until_ms <= until_ms) {
            *link = fault->next;
            fault_free(fault);
        } else {
            link = &fault->next;
        }
    }
}

static void apply_to_things(const struct scenario *s, const json_t *event, json_t *set, int64_t wall_ms)
{
    for (enum thing_kind kind = 0; kind < THING_KINDS; kind++) {
        const char *pattern = state_text(event, thing_names[kind], NULL);
        for (size_t i = 0; pattern != NULL && i < s->things[kind].count; i++)
            if (name_matches(pattern, s->things[kind].at[i]->name))
                thing_set(s->things[kind].at[i], set, wall_ms);
    }
}

static void apply(struct world *world, const json_t *event, int64_t story_ms, int64_t wall_ms)
{
    const struct scenario *s = world->scenario;
    const char *circuit = state_text(event, "circuit", NULL), *clear = state_text(event, "clear", NULL);
    const char *say = state_text(event, "say", NULL);
    json_t *set = json_object_get(event, "set"), *fault = json_object_get(event, "fault");

    for (size_t i = 0; set != NULL && circuit != NULL && i < s->circuit_count; i++)
        if (name_matches(circuit, s->circuits[i]->name))
            circuit_set(s->circuits[i], set, story_ms, wall_ms);
    if (set != NULL)
        apply_to_things(s, event, set, wall_ms);
    if (clear != NULL)
        drop_faults(world, clear, story_ms);
    if (fault != NULL) {
        struct fault *one = fault_new(fault, story_ms);
        one->next = world->faults;
        world->faults = one;
    }
    if (say != NULL && !world->quiet)
        fprintf(stderr, "%lld.%llds: %s\n", (long long)story_ms / 1000, (long long)story_ms % 1000 / 100, say);
}

void event_apply(struct world *world, const json_t *event, struct moment now)
{
    apply(world, event, story_now(world, now.mono), now.wall_ms);
}

/* Everything up to @p story_ms, each event at its own time. */
static void play(struct world *world, int64_t story_ms, int64_t wall_ms)
{
    const struct scenario *s = world->scenario;

    while (world->next_event < s->event_count && s->events[world->next_event].at_ms <= story_ms) {
        const struct event *event = &s->events[world->next_event++];
        drop_faults(world, NULL, event->at_ms);
        apply(world, event->json, event->at_ms, wall_ms);
    }
    drop_faults(world, NULL, story_ms);
}

void story_advance(struct world *world, struct moment now)
{
    play(world, story_now(world, now.mono), now.wall_ms);
}

void story_jump(struct world *world, int64_t to_ms, struct moment now)
{
    story_advance(world, now);
    if (to_ms <= story_now(world, now.mono))
        return;
    set_clock(world, to_ms, now);
    story_advance(world, now);
}

void story_set_speed(struct world *world, double speed, struct moment now)
{
    set_clock(world, story_now(world, now.mono), now);
    world->speed = speed;
}

struct mono story_due(const struct world *world)
{
    const struct scenario *s = world->scenario;
    int64_t next = world->next_event < s->event_count ? s->events[world->next_event].at_ms : INT64_MAX;

    for (const struct fault *fault = world->faults; fault != NULL; fault = fault->next)
        if (fault->until_ms < next)
            next = fault->until_ms;
    if (next == INT64_MAX || world->speed <= 0)
        return MONO_NEVER;
    if (next <= world->base_ms)
        return world->base;
    return mono_after(world->base, (int64_t)ceil((double)(next - world->base_ms) / world->speed));
}
