#ifndef ERWATCH_AZURE_WHEN_H
#define ERWATCH_AZURE_WHEN_H

#include <stddef.h>
#include <stdint.h>

/* Times as Azure writes them. No clock is read here. */

#define RETRY_AFTER_LEAST_MS 1000
#define RETRY_AFTER_MOST_MS (15 * 60 * 1000)

/**
 * Retry-After in milliseconds, from seconds or an HTTP date; floor 1 s, ceiling 15 min; -1 when absent or garbage.
 *
 * @param now_wall_ms  what a date is measured from; negative: not known, then a date is as good as absent
 */
int64_t retry_after_ms(const char *text, int64_t now_wall_ms);

/** An HTTP date (RFC 9110, IMF-fixdate) as milliseconds since 1970; -1 when it is none or NULL. */
int64_t http_date_ms(const char *text);

/** "2024-08-26T07:10:00Z", with a fraction or an offset, as milliseconds since 1970; -1 when it is none. */
int64_t iso_time_ms(const char *text, size_t len);

#define ISO_TIME_MAX 24

/** "2024-08-26T07:10:00Z"; returns @p text. Times before 1970 or after 9999 are cut to those. */
const char *iso_time(int64_t wall_ms, char text[ISO_TIME_MAX]);

#endif
