#ifndef ERWATCH_CORE_ENDING_H
#define ERWATCH_CORE_ENDING_H

#include <stdint.h>

/* A silence that ends soon, while something that it mutes is still wrong (rule 99). */

#define ENDING_WHO_MAX 64
#define ENDING_WHY_MAX 160

struct ending {
    uint64_t silence;     /* its number */
    int64_t to_wall_ms;
    uint32_t incidents;   /* open ones that it mutes */
    char who[ENDING_WHO_MAX], why[ENDING_WHY_MAX]; /* cut where they are longer */
};

#endif
