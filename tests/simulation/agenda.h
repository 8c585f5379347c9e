#ifndef ERWATCH_TESTS_SIMULATION_AGENDA_H
#define ERWATCH_TESTS_SIMULATION_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is going to happen, and when: one list for the whole world, by the clock that only runs forward. */

typedef void agenda_happens(void *context);

struct agenda_item {
    uint64_t id; /* grows: what is due at one moment happens in the order in which it was put */
    int64_t at_ms;
    bool ours; /* the daemon's machine takes part: not while it sleeps */
    agenda_happens *happens;
    void *context;
};

struct agenda {
    uint64_t last;
    size_t count, room;
    struct agenda_item *item;
};

void agenda_fini(struct agenda *agenda);
/** @return its number, for agenda_remove(); never 0 */
uint64_t agenda_add(struct agenda *agenda, int64_t at_ms, bool ours, agenda_happens *happens, void *context);
/** Not any more; one that has happened is none, and 0 neither. */
void agenda_remove(struct agenda *agenda, uint64_t id);
/** Nothing of this kind any more. */
void agenda_clear(struct agenda *agenda, agenda_happens *happens);
/** When the next one is due; INT64_MAX: none is. @param asleep  those of our machine do not count */
int64_t agenda_due(const struct agenda *agenda, bool asleep);
/** Take the first that is due out and let it happen. */
void agenda_run(struct agenda *agenda, bool asleep);

#endif
