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

#endif
