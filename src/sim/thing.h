#ifndef ERWATCH_SIM_THING_H
#define ERWATCH_SIM_THING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What else there is beside circuits: gateway connections, ports of ExpressRoute Direct, events of Service Health. Each
 * is its scenario's keys, which a story changes, and remembers what it was, because metrics ask for the past.
 */

enum thing_kind { THING_CONNECTION, THING_PORT, THING_EVENT, THING_KINDS };

struct thing_past {
    int64_t wall_ms; /* from here on */
    json_t *state;
};

#define THING_PASTS_MAX 64

struct thing {
    enum thing_kind kind;
    char *subscription, *group, *name; /* an event has no group */
    char *id;                          /* as Resource Manager writes it */
    size_t index;                      /* its place in the scenario */
    json_t *state;                     /* keys of its list */
    unsigned changes;                  /* the etag follows from it */
    struct thing_past *past;           /* the oldest first; the older half is forgotten at THING_PASTS_MAX */
    size_t past_count;
};

struct things {
    struct thing **at; /* as written */
    size_t count;
};

/** The key of a scenario that lists them ("connections"), and of an event that names some ("connection"). */
extern const char *const thing_lists[THING_KINDS], *const thing_names[THING_KINDS];

/** @param state  a reference is kept, and changed by thing_set() */
struct thing *thing_new(enum thing_kind kind, const char *subscription, json_t *state, size_t index);
void thing_free(struct thing *thing);
/** Change keys. */
void thing_set(struct thing *thing, json_t *patch, int64_t wall_ms);
bool thing_deleted(const struct thing *thing);
/** The keys as they were at a moment. What holds at the begin held before. */
const json_t *thing_at(const struct thing *thing, int64_t wall_ms);

#endif
