/*
 * What is true: four circuits in two subscriptions that go wrong and right again, their metrics, and Azure's mood. How
 * it answers is in answers.c.
 */
#include "azure.h"

#include "simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct circuit_place azure_circuits[CIRCUITS] = {
    { "alpha", "ops", 0, false },
    { "bravo", "ops", 0, true },
    { "charlie", "ops", 0, false },
    { "delta", "net", 1, true },
};

struct circuit {
    struct truth truth;
    unsigned changes;
    struct point point[POINTS];
    int64_t restless_until_ms; /* it comes and goes until then */
};

static const char *const mood_names[MOODS] = { "well",          "losing answers",          "unreachable",
                                               "failing (500)", "failing (503)",           "throttling",
                                               "forbidding",    "refusing tokens",         "answering with a page",
                                               "slow",          "answering out of a cache" };

static struct {
    struct circuit circuit[CIRCUITS];
    uint8_t mood[SUBSCRIPTIONS + 1]; /* enum mood, by subscription; the last: signing in */
} azure;

/* ---- names ---- */

const char *azure_subscription(size_t subscription)
{
    static const char *const ids[SUBSCRIPTIONS] = { "00000000-0000-0000-0000-00000000000a",
                                                    "00000000-0000-0000-0000-00000000000b" };
    return ids[subscription];
}

const char *azure_id(size_t circuit, char id[CIRCUIT_ID_MAX])
{
    snprintf(id, CIRCUIT_ID_MAX,
             "/subscriptions/%s/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/%s",
             azure_subscription(azure_circuits[circuit].subscription), azure_circuits[circuit].name);
    return id;
}

size_t azure_find(const char *name)
{
    size_t circuit = 0;

    while (circuit < CIRCUITS && strcmp(azure_circuits[circuit].name, name) != 0)
        circuit++;
    return circuit;
}

const struct truth *azure_truth(size_t circuit)
{
    return &azure.circuit[circuit].truth;
}

unsigned azure_changes(size_t circuit)
{
    return azure.circuit[circuit].changes;
}

const struct point *azure_point(size_t circuit, size_t place)
{
    return &azure.circuit[circuit].point[place % POINTS];
}

enum mood azure_mood(size_t which)
{
    return azure.mood[which];
}

/* ---- what is true ---- */

static const struct truth healthy = { .provider = IS_PROVISIONED, .up = { true, true } };

static void tell_truth(size_t circuit)
{
    static const char *const providers[PROVIDER_TRUTHS] = { "provisioned", "not provisioned", "deprovisioning",
                                                            "of a strange state" };
    const struct truth *is = &azure.circuit[circuit].truth;

    azure.circuit[circuit].changes++;
    note("%s is %s%s%s%s%s, paths %d %d", azure_circuits[circuit].name, providers[is->provider],
         is->gone ? ", gone" : "", is->disabled ? ", disabled" : "", is->peering_off ? ", its peering off" : "",
         is->validation ? ", not validated" : "", is->up[0], is->up[1]);
}

/* One thing or another goes wrong; most of the time it is a session. */
static void go_wrong(size_t circuit)
{
    struct truth *is = &azure.circuit[circuit].truth;

    switch (dice_between(&here.dice, 0, 14)) {
    case 0:
        is->gone = true;
        break;
    case 1:
        is->disabled = true;
        break;
    case 2:
        is->provider = IS_NOT_PROVISIONED;
        break;
    case 3:
        is->provider = IS_DEPROVISIONING;
        break;
    case 4:
        is->provider = IS_STRANGE;
        break;
    case 5:
        is->peering_off = true;
        break;
    case 6:
    case 7:
        is->validation = azure_circuits[circuit].microsoft;
        break;
    case 8:
    case 9:
        is->up[0] = is->up[1] = false;
        break;
    default:
        is->up[dice_between(&here.dice, 0, PATHS_TRUE)] = false;
    }
}

static void circuit_changes(void *context)
{
    size_t index = (size_t)context;
    struct circuit *circuit = &azure.circuit[index];
    bool restless = here.boot_ms < circuit->restless_until_ms;

    if (here.calm || here.over)
        return;
    if (!restless && dice_chance(&here.dice, 60)) {
        circuit->restless_until_ms = here.boot_ms + dice_span(&here.dice, 2 * MINUTE_MS, HOUR_MS);
        restless = true;
    }
    bool well = memcmp(&circuit->truth, &healthy, sizeof healthy) == 0;
    if (!well && dice_chance(&here.dice, 650))
        circuit->truth = healthy;
    else
        go_wrong(index);
    tell_truth(index);
    int64_t next_ms = restless ? dice_span(&here.dice, 5000, 3 * MINUTE_MS) : dice_span(&here.dice, 20000, 6 * HOUR_MS);
    agenda_add(&here.agenda, here.boot_ms + next_ms, false, circuit_changes, context);
}

/* The metrics of the minute that is over. */
static void measure(void *context)
{
    int64_t minute_ms = right_wall() / MINUTE_MS * MINUTE_MS;

    (void)context;
    for (size_t i = 0; i < CIRCUITS; i++) {
        size_t at = (size_t)(minute_ms / MINUTE_MS) % POINTS;
        azure.circuit[i].point[at].at_ms = minute_ms;
        memcpy(azure.circuit[i].point[at].up, azure.circuit[i].truth.up, sizeof azure.circuit[i].truth.up);
    }
    agenda_add(&here.agenda, here.boot_ms + MINUTE_MS - right_wall() % MINUTE_MS, false, measure, NULL);
}

/* ---- Azure's moods ---- */

static void mood_changes(void *context)
{
    size_t which = (size_t)context;
    uint8_t *mood = &azure.mood[which];

    if (here.calm || here.over)
        return;
    *mood = *mood != MOOD_WELL ? MOOD_WELL : (uint8_t)dice_between(&here.dice, MOOD_WELL + 1, MOODS);
    note("%s is %s", which == LOGIN ? "login" : azure_subscription(which), mood_names[*mood]);
    int64_t lasts_ms =
        *mood != MOOD_WELL ? dice_span(&here.dice, 5000, 3 * HOUR_MS) : dice_span(&here.dice, 10 * MINUTE_MS, DAY_MS);
    agenda_add(&here.agenda, here.boot_ms + lasts_ms, false, mood_changes, context);
}

void azure_reset(void)
{
    memset(&azure, 0, sizeof azure);
    answers_reset();
    for (size_t i = 0; i < CIRCUITS; i++)
        azure.circuit[i].truth = healthy;
    agenda_add(&here.agenda, here.boot_ms, false, measure, NULL);
}

void azure_storm(void)
{
    for (size_t i = 0; i < CIRCUITS; i++)
        agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, HOUR_MS), false, circuit_changes,
                   (void *)i);
    for (size_t i = 0; i <= SUBSCRIPTIONS; i++)
        agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, 5 * MINUTE_MS, 12 * HOUR_MS), false, mood_changes,
                   (void *)i);
}

void azure_calm(bool heal)
{
    agenda_clear(&here.agenda, circuit_changes);
    agenda_clear(&here.agenda, mood_changes);
    memset(azure.mood, MOOD_WELL, sizeof azure.mood);
    for (size_t i = 0; heal && i < CIRCUITS; i++) {
        azure.circuit[i].truth = healthy;
        tell_truth(i);
    }
}
