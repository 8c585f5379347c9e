#ifndef ERWATCH_CONFIG_DATE_H
#define ERWATCH_CONFIG_DATE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Read a day of the calendar, "2027-03-01", from 1970 to 9999.
 *
 * @param wall_ms  its beginning in UTC, milliseconds since 1970; untouched on failure
 * @return         false when there is no such day
 */
bool date_parse(const char *text, int64_t *wall_ms);

/** A time of a day: either of the clock on somebody's wall, or an instant. */
struct date_time {
    int64_t seconds; /* since 1970; of a local time as if it were UTC */
    bool absolute;   /* an instant: it was written with its offset */
};

/**
 * Read "2026-12-01T22:00", with seconds or without, and with "Z", "+01:00" or neither at its end (ISO 8601).
 *
 * @param out  untouched on failure
 * @return     false when there is no such time
 */
bool date_parse_time(const char *text, struct date_time *out);

#endif
