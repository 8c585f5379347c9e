#ifndef ERWATCH_WEB_INSTANT_H
#define ERWATCH_WEB_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/** Read "2026-12-01T22:00:00Z", and nothing else. @return false, and nothing set, when it is none, or NULL */
bool instant_read(const char *text, int64_t *wall_ms);

#endif
