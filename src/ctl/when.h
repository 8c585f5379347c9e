#ifndef ERWATCH_CTL_WHEN_H
#define ERWATCH_CTL_WHEN_H

#include <stdbool.h>

/* Times as they are written on a command line. */

#define WHEN_READ_MAX 32

/** "2026-12-01T22:00", with seconds or without, or a day: local time; with Z behind it UTC. @param utc  as for the API */
bool when_read(const char *text, char utc[WHEN_READ_MAX]);

/** The same, or a duration such as 2d: so long ago. */
bool when_read_past(const char *text, char utc[WHEN_READ_MAX]);

#endif
