#ifndef ERWATCH_SIM_KEYS_H
#define ERWATCH_SIM_KEYS_H

#include "sim/schema.h"

/* Every key a scenario may have. The manual page and its test read the same tables. */

extern const struct field scenario_fields[]; /* the file */
extern const struct field circuit_fields[];  /* one of `circuits`, and `set` of an event */
extern const struct field event_fields[];    /* one of `story`, and what POST /_sim/event takes */

/** What lies beyond circuits: one of `connections`, `ports` and `events` (keys_beyond.c). */
extern const struct field connection_fields[], port_fields[], health_event_fields_set[];
/** An event of the story whose `set` is for one of them. */
extern const struct field connection_event_fields[], port_event_fields[], health_event_fields[];
extern const struct field fault_fields[];
/** Keys of `health` of a circuit, and of one of the connections in `reach` of its private peering. */
extern const struct field health_fields[], reach_fields[];

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/** The defaults the code needs as well as the tables. */
#define STANDARD_TENANT "11111111-1111-1111-1111-111111111111"
#define STANDARD_CLIENT "22222222-2222-2222-2222-222222222222"
#define STANDARD_SECRET "erwatch-sim"
#define STANDARD_SUBSCRIPTION "00000000-0000-0000-0000-000000000001"

#define COPIES_MAX 20000
#define FAULT_HUGE_MOST ((int64_t)1 << 30)
#define FAULT_BOMB_MOST ((int64_t)1 << 34)

#endif
