#ifndef ERWATCH_CONFIG_DURATION_H
#define ERWATCH_CONFIG_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The longest text of a duration, NUL included. */
#define DURATION_TEXT_MAX 24

/**
 * Read a whole number with its unit: ms, s, m, h, d or w ("60s", "5m"). A lone "0" is fine, other numbers need a unit.
 *
 * @return false, and *ms untouched, when the text is no duration or longer than 100 years
 */
bool duration_parse(const char *text, int64_t *ms);

/** Write it with the largest unit that leaves no rest, a day being 24h ("90s", "24h", "7d"); returns @p text. */
const char *duration_format(int64_t ms, char text[DURATION_TEXT_MAX]);

#endif
