#ifndef ERWATCH_SIM_WORLD_H
#define ERWATCH_SIM_WORLD_H

#include "core/mono.h"
#include "sim/target.h"
#include "sim/thing.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct circuit;
struct fault;
struct scenario;

/*
 * The world that is played: a scenario, the story's clock, the faults in force, the budgets, and what was asked so far.
 * Tokens and operations have files of their own.
 */

/** One subscription's bucket of requests. */
struct budget {
    const char *subscription; /* the scenario's text */
    double reads, writes;     /* left */
    struct mono filled;
};

struct token {
    char text[48];
    char audience[128]; /* "https://host", without a slash at the end */
    int64_t begins_wall_ms, ends_wall_ms;
};

#define TOKENS_MAX 256 /* the oldest is forgotten first */

#define ASSERTIONS_MAX 64 /* ids of assertions that were used; the oldest is forgotten first */

struct operation {
    char id[40];
    enum endpoint endpoint; /* what was asked for: summary, arp, routes */
    const struct circuit *circuit;
    uint8_t peering, path; /* enum peering_kind, enum path */
    int64_t polls;         /* left before the result */
};

#define OPERATIONS_MAX 1024

struct world {
    struct scenario *scenario;
    double speed;         /* story seconds per real second; 0: the clock stands */
    int64_t base_ms;      /* the story's time … */
    struct mono base;     /* … at this moment */
    int64_t base_wall_ms; /* … and on this clock */
    size_t next_event;
    struct fault *faults; /* the newest first */
    struct budget *budgets;
    size_t budget_count;
    struct token tokens[TOKENS_MAX];
    size_t token_next;
    char assertions[ASSERTIONS_MAX][40];
    size_t assertion_next;
    char *arc_file; /* where the Arc agent's present key is; NULL: there is none */
    char arc_key[80];
    struct operation operations[OPERATIONS_MAX];
    size_t operation_next;
    struct mono graph_window; /* Resource Graph's budget: when its five seconds began … */
    int64_t graph_asked;      /* … and the queries since */
    uint64_t asked[ENDPOINTS];
    bool quiet; /* events' `say` is not printed */
};

/** Takes the scenario over. */
struct world *world_new(struct scenario *scenario, double speed, struct moment now);
void world_free(struct world *world);

/* ---- the story ---- */

int64_t story_now(const struct world *world, struct mono now);
/** What Azure's wall clock shows when the story reaches @p story_ms, if nobody turns its clock until then. */
int64_t story_wall(const struct world *world, int64_t story_ms);
/** Let everything happen that is due. */
void story_advance(struct world *world, struct moment now);
/** Move the clock forward to @p to_ms, through all events on the way; a time that has passed changes nothing. */
void story_jump(struct world *world, int64_t to_ms, struct moment now);
void story_set_speed(struct world *world, double speed, struct moment now);
/** When story_advance() is needed next. */
struct mono story_due(const struct world *world);
/** Let one event happen now. */
void event_apply(struct world *world, const json_t *event, struct moment now);

/* ---- what is there ---- */

/** NULL when there is none or it is deleted. */
struct circuit *world_circuit(const struct world *world, const char *subscription, const char *group, const char *name);
/** Not a circuit but something else, by its id in any letter case. NULL when there is none or it is deleted. */
struct thing *world_thing(const struct world *world, enum thing_kind kind, const char *id);
bool world_has_subscription(const struct world *world, const char *subscription);
bool world_has_group(const struct world *world, const char *subscription, const char *group);

/** The fault that strikes this request, the newest if there are several; its count goes down. NULL: none. */
struct fault *world_strike(struct world *world, const struct target *target, struct mono now);
/** Is this fault still in force? */
bool world_fault_lives(const struct world *world, const struct fault *fault);

/**
 * Take one request from a subscription's bucket.
 *
 * @param left  what remains, for the header
 * @return      false when the bucket is empty
 */
bool world_spend(struct world *world, const char *subscription, bool write, struct mono now, int64_t *left);
/** How long until the bucket that world_spend() found empty holds a request again. */
int64_t world_refill_ms(const struct world *world, const char *subscription, bool write);

#endif
