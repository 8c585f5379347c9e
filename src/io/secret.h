#ifndef ERWATCH_IO_SECRET_H
#define ERWATCH_IO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Secrets from files. The bytes live in memory that is wiped; there is no function that prints one. */

#define SECRET_MAX 65536

struct secret {
    char *bytes; /* NUL behind the end */
    size_t len;
};

/**
 * Read a secret. A relative name is looked up in $CREDENTIALS_DIRECTORY (when set), then in @p folder. One line end at
 * the end is dropped.
 *
 * Refused, with one sentence in @p why: a link, no regular file, owner not root nor us, readable or writable by group or
 * others, empty, larger than SECRET_MAX.
 */
bool secret_read(const char *name, const char *folder, struct secret *out, char why[512]);
void secret_wipe(struct secret *secret);

#endif
