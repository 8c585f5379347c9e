#ifndef ERWATCH_CORE_CROWD_H
#define ERWATCH_CORE_CROWD_H

#include "core/judge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Incidents that wait for others of their kind, and what most of them share (56). */

struct cause;

/** An incident that waits: which, and what it might share with others. */
struct waiting {
    size_t circuit;
    uint32_t slot;
    uint8_t rule;
    const struct cause *cause; /* that speaks for it by now; NULL: none */
    uint64_t key[CAUSE_KINDS];
};

struct keyed {
    uint64_t key;
    uint32_t at; /* in the crowd */
};

struct crowd {
    struct waiting *item;
    size_t count;
    struct keyed *by[CAUSE_KINDS]; /* all of them, by key */
};

/** A cause, and how many share it. */
struct shared {
    uint8_t kind;
    uint64_t key;
    size_t count;
};

/** Room for one more, to be filled in; until the next one is added. The crowd is all zero at first. */
struct waiting *crowd_add(struct crowd *crowd);
/** All have been added. */
void crowd_sort(struct crowd *crowd);
void crowd_fini(struct crowd *crowd);

/**
 * The narrowest cause that fits those without one: of the largest crowd with one cause, the narrowest part that holds four
 * of five. A crowd at one location with a stray beside it is named by the location; one at twenty locations by what those
 * share.
 *
 * @return  count 0: there is none
 */
struct shared crowd_choose(const struct crowd *crowd);

/** Is it one of those that share it? */
bool crowd_shares(const struct waiting *waiting, const struct shared *shared);

#endif
