#ifndef ERWATCH_CORE_EXPIRY_H
#define ERWATCH_CORE_EXPIRY_H

#include "core/mono.h"

#include <stdint.h>

/* When a credential ends (rule 94). */

enum expiry_of {
    EXPIRY_UNTOLD,      /* nobody has said anything yet */
    EXPIRY_NEVER,       /* it does not end, or nobody knows when */
    EXPIRY_SECRET,      /* the date is the settings' */
    EXPIRY_CERTIFICATE, /* the date is the certificate's own */
};

struct expiry {
    uint8_t of;      /* enum expiry_of */
    int64_t wall_ms; /* the date, for people */
    struct mono at;  /* the same moment on our clock: a wall clock that is wrong or jumps does not matter */
};

#endif
