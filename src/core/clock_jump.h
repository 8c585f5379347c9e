#ifndef ERWATCH_CORE_CLOCK_JUMP_H
#define ERWATCH_CORE_CLOCK_JUMP_H

#include <stdint.h>

/* What a clock did beside going on (rule 97). */

enum clock_jump_kind {
    CLOCK_WENT_ON, /* nothing */
    CLOCK_STEPPED, /* the wall clock was set */
    CLOCK_SLEPT,   /* the machine slept */
    CLOCK_BEHIND,  /* at the start it is before something that was written down, or before this program was made */
};

struct clock_jump {
    uint8_t kind;         /* enum clock_jump_kind */
    int64_t by_ms;        /* stepped: negative when it was set back; slept: for how long; behind: by how much */
    int64_t from_wall_ms; /* stepped: what it would show now; slept: when that began; behind: the newest that is known */
    int64_t to_wall_ms;   /* what it shows now */
};

/** Smaller steps are a time service that does its work. */
#define CLOCK_STEP_MS (10 * 1000)

/** No clock that is right shows less (2026-01-01). */
#define CLOCK_LEAST_MS INT64_C(1767225600000)

#endif
