#ifndef ERWATCH_CORE_SPAN_H
#define ERWATCH_CORE_SPAN_H

#include <stdint.h>

/* Durations and times as people read them. */

#define SPAN_TEXT_MAX 32
#define WHEN_TEXT_MAX 40

/** "3 d 4 h", "2 h 5 min", "12 min", "45 s": the two largest units; below a second "0 s". Returns @p text. */
const char *span_format(int64_t ms, char text[SPAN_TEXT_MAX]);

/** "2026-12-01 22:04:09 UTC" from milliseconds since 1970; "an unknown time" when it is no date. Returns @p text. */
const char *when_format(int64_t wall_ms, char text[WHEN_TEXT_MAX]);

#endif
