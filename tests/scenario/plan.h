#ifndef ERWATCH_TESTS_SCENARIO_PLAN_H
#define ERWATCH_TESTS_SCENARIO_PLAN_H

#include "beyond.h"
#include "core/engine.h"

/* The settings of a story: lines as in erwatch.yaml, changed by a reload, turned into what the engine watches. */

#define PLAN_CIRCUITS_MAX 16
#define PLAN_CREDENTIALS_MAX 4
#define PLAN_PREFIXES_MAX 8
#define PLAN_NAME_MAX 32

struct plan_circuit {
    char name[PLAN_NAME_MAX]; /* the end of its ARM id, and how the story speaks of it */
    char shown[64];           /* `name` of the settings */
    char credential[PLAN_NAME_MAX], subscription[PLAN_NAME_MAX];
    bool watched;
    int64_t every_ms;
    struct expect expect; /* without its prefixes */
    struct net prefix[PLAN_PREFIXES_MAX];
    char connection[BEYOND_TRUTHS_MAX][BEYOND_NAME_MAX]; /* names */
};

struct plan {
    struct policy policy;
    int64_t routes_take_ms; /* from asking for a route summary to its answer */
    struct plan_circuit circuit[PLAN_CIRCUITS_MAX]; /* a circuit keeps its place for the whole story */
    size_t circuit_count;
};

/** The defaults of erwatch.yaml(5), no circuits. */
void plan_init(struct plan *plan);

/**
 * Take one line: "settings …", "rule …", "circuit …", "without …".
 *
 * @return NULL, or the word that means nothing here
 */
const char *plan_take(struct plan *plan, char *const *token, size_t count);

/** The circuit the story calls so; PLAN_CIRCUITS_MAX when there is none. */
size_t plan_find(const struct plan *plan, const char *name);

/** What the engine is given; all memory is its own, it lives until the engine has another one. */
struct watching {
    struct policy policy;
    struct watch watch;
    struct circuit_settings circuit[PLAN_CIRCUITS_MAX];
    struct net prefix[PLAN_CIRCUITS_MAX][PLAN_PREFIXES_MAX];
    char credential[PLAN_CREDENTIALS_MAX][PLAN_NAME_MAX];
    const char *credentials[PLAN_CREDENTIALS_MAX];
    size_t place[PLAN_CIRCUITS_MAX]; /* in the plan, of each watched circuit */
    size_t index[PLAN_CIRCUITS_MAX]; /* in the watch, of each circuit of the plan; PLAN_CIRCUITS_MAX: not watched */
    char connection[PLAN_CIRCUITS_MAX][BEYOND_TRUTHS_MAX][BEYOND_ID_MAX];
    const char *connections[PLAN_CIRCUITS_MAX][BEYOND_TRUTHS_MAX];
    char text[PLAN_CIRCUITS_MAX][512];
};

/** @return never NULL; free() it */
struct watching *plan_watch(const struct plan *plan);

#endif
