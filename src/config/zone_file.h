#ifndef ERWATCH_CONFIG_ZONE_FILE_H
#define ERWATCH_CONFIG_ZONE_FILE_H

#include "config/arena.h"
#include "core/zone.h"

enum zone_found {
    ZONE_FOUND,
    ZONE_NO_SUCH,     /* the zones are there, but none has this name */
    ZONE_UNREADABLE,  /* the file cannot be read, is no zone file, or no zones are installed */
};

/**
 * The rules of a zone: "Europe/London", of $TZDIR or /usr/share/zoneinfo.
 *
 * @param arena  the bytes that @p zone points to live there
 * @param why    filled for ZONE_UNREADABLE: a clause for behind "because"
 */
enum zone_found zone_file_read(const char *name, struct arena *arena, struct zone *zone, char why[ZONE_WHY_MAX]);

/** The name that was probably meant, in @p arena; NULL when none is near. Walks through all zones. */
const char *zone_file_meant(const char *name, struct arena *arena);

#endif
