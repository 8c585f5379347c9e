#ifndef ERWATCH_CORE_RESET_H
#define ERWATCH_CORE_RESET_H

#include "core/witness.h"

#include <stdbool.h>
#include <stdint.h>

/* Sessions that went down and came back without having been told of (rule 43), of one circuit since the start. */

#define RESETS_COUNTED 3 /* so many within an hour are a warning */

struct reset {
    int64_t noticed_wall_ms; /* 0: never */
    struct mono noticed;
    uint8_t count;                   /* of `at`, the newest first */
    struct mono at[RESETS_COUNTED];  /* about when it happened */
    bool by_uptime;                  /* else a dip of the metric */
    int16_t percent;                 /* of the dip: its lowest point */
    char was[ROUTE_TEXT_MAX], is[ROUTE_TEXT_MAX]; /* uptimes */
};

struct path_past {
    bool dipped;             /* the metric fell after a good point, and no good one has come yet */
    bool ended;              /* now it has */
    int16_t percent;         /* the lowest point of the dip */
    struct mono dip;         /* its first point */
    int64_t stamp_wall_ms;   /* time stamp of that point */
    struct route_value up[FAMILIES]; /* the last summary in which it was established, while it is not now */
    struct reset reset[FAMILIES + 1]; /* of each family; last: which one is not known */
};

struct past {
    struct path_past at[PEERINGS][PATHS];
};

/** Have so many happened within an hour of the last one? */
bool reset_often(const struct reset *reset);

#endif
