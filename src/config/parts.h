#ifndef ERWATCH_CONFIG_PARTS_H
#define ERWATCH_CONFIG_PARTS_H

#include "config/arena.h"
#include "config/diag.h"

#include <stddef.h>

#define PARTS_MAX 20000

/** The files of circuits.d: paths, by name. */
struct parts {
    const char **path; /* heap; the texts are in the arena */
    size_t count;
};

/**
 * Find `circuits.d/<name>.yaml` beside a settings file; hidden files and other endings are passed over.
 *
 * @param out  for parts_fini(); empty when there is no such folder, or after a finding
 */
void parts_find(const char *file, struct arena *arena, struct diag *diag, struct parts *out);

void parts_fini(struct parts *parts);

#endif
