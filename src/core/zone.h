#ifndef ERWATCH_CORE_ZONE_H
#define ERWATCH_CORE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Local time of a named zone: a compiled zone file (TZif, RFC 8536) read where it lies, with the rule at its end for the
 * years behind its table. The C library would do it only through TZ, which belongs to the whole process and its threads.
 */

#define ZONE_FILE_MAX (256 * 1024) /* the largest one of tzdata has less than 4 KB */
#define ZONE_WHY_MAX 96

/** One of the two moments of a year at which the rule changes the clock. */
struct zone_date {
    uint8_t kind;                  /* enum zone_date_kind, of zone.c */
    uint16_t month, week, day;     /* day: of the week, or of the year */
    int32_t second;                /* of that day, by the clock that ends then; may be before or behind the day */
};

/** Points into the file's bytes. */
struct zone {
    const uint8_t *times, *kinds, *offsets; /* when it changes, to which kind; what the kinds are: 6 bytes each */
    size_t time_count, kind_count;
    bool ruled;                /* there is a rule for the time behind the table */
    bool changes;              /* … that changes the clock twice a year */
    int32_t standard, summer;  /* its offsets, seconds east of UTC */
    struct zone_date begins, ends; /* of summer time */
};

/**
 * Look at a zone file.
 *
 * @param bytes  @p len of them; must live as long as @p zone
 * @param why    filled on failure: a clause for behind "because"
 * @return       false: it is no such file, of version 1, counts leap seconds, or its rule cannot be read
 */
bool zone_open(struct zone *zone, const uint8_t *bytes, size_t len, char why[ZONE_WHY_MAX]);

/** A local time may exist twice, when the clock is put back. */
enum zone_pick { ZONE_FIRST, ZONE_LAST };

/**
 * The instant of a local time.
 *
 * @param local_s  the local time as if it were UTC, seconds since 1970
 * @return         seconds since 1970; of a local time that the clock leaps over, the instant of the leap
 */
int64_t zone_instant(const struct zone *zone, int64_t local_s, enum zone_pick pick);

/** Seconds that local time is ahead of UTC at an instant. */
int32_t zone_offset(const struct zone *zone, int64_t instant_s);

/** The day of a date of the (proleptic) Gregorian calendar, counted from 1970-01-01. @param month  1 to 12 */
int64_t zone_day(int64_t year, unsigned month, unsigned day);

#endif
