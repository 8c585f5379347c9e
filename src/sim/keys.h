#ifndef ERWATCH_SIM_KEYS_H
#define ERWATCH_SIM_KEYS_H

#include "sim/schema.h"

/* Every key a scenario may have. The manual page and its test read the same tables. */

extern const struct field scenario_fields[]; /* the file */
extern const struct field circuit_fields[];  /* one of `circuits`, and `set` of an event */
extern const struct field event_fields[];    /* one of `story`, and what POST /_sim/event takes */

/** The defaults the code needs as well as the tables. */
#define STANDARD_TENANT "11111111-1111-1111-1111-111111111111"
#define STANDARD_CLIENT "22222222-2222-2222-2222-222222222222"
#define STANDARD_SECRET "erwatch-sim"
#define STANDARD_SUBSCRIPTION "00000000-0000-0000-0000-000000000001"

#define COPIES_MAX 20000
#define FAULT_HUGE_MOST ((int64_t)1 << 30)

#endif
