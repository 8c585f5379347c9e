#ifndef ERWATCH_CORE_DELIVERING_H
#define ERWATCH_CORE_DELIVERING_H

#include <stddef.h>
#include <stdint.h>

/* How a receiver takes what it is told, as whoever sends sees it (rule 96). */

#define DELIVERING_FAILS_MS (INT64_C(5) * 60 * 1000) /* the oldest notice has waited for so long, and tries fail */
#define DELIVERING_NAME_MAX 96
#define DELIVERING_TROUBLE_MAX 256

struct delivering {
    char name[DELIVERING_NAME_MAX];       /* of the receiver; cut where it is longer */
    uint8_t standing;                     /* enum standing; unknown: not tried since the start, and something waits */
    size_t waiting;                       /* notices */
    int64_t since_wall_ms;                /* the oldest of them was made; 0: none waits */
    char trouble[DELIVERING_TROUBLE_MAX]; /* what the last try that failed has got; "": none failed */
};

#endif
