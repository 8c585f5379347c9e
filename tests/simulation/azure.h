#ifndef ERWATCH_TESTS_SIMULATION_AZURE_H
#define ERWATCH_TESTS_SIMULATION_AZURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is true, and how Azure tells it. */

#define CIRCUITS 4
#define SUBSCRIPTIONS 2
#define PATHS_TRUE 2

enum provider_truth { IS_PROVISIONED, IS_NOT_PROVISIONED, IS_DEPROVISIONING, IS_STRANGE, PROVIDER_TRUTHS };

struct truth {
    uint8_t provider; /* enum provider_truth */
    bool gone, disabled, peering_off, validation;
    bool up[PATHS_TRUE];
};

struct circuit_place {
    const char *name, *credential;
    size_t subscription;
    bool microsoft; /* the one peering it has; else private */
};

/** What Azure does with the questions about one subscription, or one credential's sign-in. */
enum mood {
    MOOD_WELL,
    MOOD_LOST,
    MOOD_UNREACHABLE,
    MOOD_ERROR,
    MOOD_BUSY,
    MOOD_THROTTLED,
    MOOD_FORBIDDEN,
    MOOD_UNAUTHORIZED,
    MOOD_GARBAGE,
    MOOD_SLOW,
    MOOD_OLD,
    MOODS
};

#define LOGIN SUBSCRIPTIONS /* azure_mood() of signing in */

/** The metrics of one minute. */
struct point {
    int64_t at_ms; /* on a wall clock that is right */
    bool up[PATHS_TRUE];
};
#define POINTS 16 /* minutes that are kept */

extern const struct circuit_place azure_circuits[CIRCUITS];

const char *azure_subscription(size_t subscription);
/** Its ARM id. */
#define CIRCUIT_ID_MAX 160
const char *azure_id(size_t circuit, char id[CIRCUIT_ID_MAX]);
/** By name; CIRCUITS: none. */
size_t azure_find(const char *name);

const struct truth *azure_truth(size_t circuit);

/** How often that changed. */
unsigned azure_changes(size_t circuit);
/** @param place  a minute since 1970; of those before the last POINTS it is another one's */
const struct point *azure_point(size_t circuit, size_t place);
/** @param which  a subscription, or LOGIN */
enum mood azure_mood(size_t which);

void answers_reset(void);
void azure_reset(void);
/** The daemon starts, or reads its settings: it no longer knows which answers it has had. */
void azure_daemon_forgets(void);
/** Things happen, and answers get lost. */
void azure_storm(void);
/** Nothing happens any more, and every question is answered. @param heal  everything is well, too */
void azure_calm(bool heal);

#endif
