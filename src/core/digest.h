#ifndef ERWATCH_CORE_DIGEST_H
#define ERWATCH_CORE_DIGEST_H

#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Digests: when one is due, and what stands in it. No I/O, no clock: wall times (milliseconds since 1970) are handed
 * in, because a digest is for people, whose mornings go by them.
 */

/** When digests are due. */
struct digest_plan {
    int64_t every_ms;        /* at the whole multiples of it since 1970, UTC; 0: once a day, … */
    int32_t at_s;            /* … at this second of the day … */
    const struct zone *zone; /* … by the clock of this zone; NULL: UTC */
};

/** The last planned moment that is not after @p wall_ms. Of a local time that exists twice the first counts. */
int64_t digest_slot(const struct digest_plan *plan, int64_t wall_ms);

/** The first planned moment after @p wall_ms. */
int64_t digest_next(const struct digest_plan *plan, int64_t wall_ms);

/** How far one receiver's digests have come. */
struct digest_clock {
    int64_t made_wall_ms; /* the planned moments up to this one are dealt with */
    int64_t next_wall_ms; /* when it is worth to look again; 0: it was not looked at yet */
};

/**
 * Is a digest due? Then the moment counts as dealt with. However many planned moments were missed, one digest is due
 * for all of them. A clock that was put back a little (two hours, but at most half of the time between two digests) does
 * not make the same moment come twice; one that was put back further was wrong before, or is wrong now, and planned
 * moments are taken as they come.
 */
bool digest_look(struct digest_clock *clock, const struct digest_plan *plan, int64_t wall_ms);

/** A notice that waits for the digest. */
struct digest_row {
    int64_t id; /* grows from each to the next */
    uint64_t key;
    uint32_t episode;
    uint8_t event, severity;
    bool once;           /* of a rule that tells of events, which begin and end at once */
    const char *circuit; /* its name; "" beside a circuit */
    int64_t since_wall_ms; /* when its episode began */
    const char *kept;    /* what the caller keeps of the notice */
    void *of;            /* the caller's */
};

enum digest_state {
    DIGEST_OPEN,     /* it is not over */
    DIGEST_OVER,
    DIGEST_HAPPENED, /* an event */
    DIGEST_STATES
};

const char *digest_state_name(enum digest_state state); /* "open", "over", "happened" */

/** One incident in a digest. */
struct digest_line {
    struct digest_row last; /* its last notice */
    uint8_t state;          /* enum digest_state */
    uint8_t severity;       /* of one that is open: as it is now; else the worst of this time */
    uint32_t times;         /* so many episodes */
    bool fresh;             /* it has begun since the last digest */
};

/**
 * One line for each incident: what is open, then what is over, then events; the most severe first, and by circuit.
 *
 * @param rows   are put in another order
 * @param upto   the highest id that the last digest knew of
 * @param from_wall_ms  when that was made
 * @param lines  room for @p count of them
 * @return       how many there are
 */
size_t digest_lines(struct digest_row *rows, size_t count, int64_t upto, int64_t from_wall_ms,
                    struct digest_line *lines);

#endif
