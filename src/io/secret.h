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
 * Read a secret. An absolute name is the file; a relative one is looked up in $CREDENTIALS_DIRECTORY (when set), then
 * in @p folder. One line end at the end is dropped, others stay (keys in PEM have many).
 *
 * Refused, with one sentence in @p why: a link, no regular file, owner not root nor us, readable or writable by group
 * or others, empty, larger than SECRET_MAX, with a NUL byte. Only in $CREDENTIALS_DIRECTORY the group may read: systemd
 * may give us access there by an ACL on root's file, and an ACL's mask shows in the group's place.
 *
 * @param out  filled on success only; for secret_wipe()
 * @param why  filled on failure only; names the file, never what is in it
 */
bool secret_read(const char *name, const char *folder, struct secret *out, char why[512]);
/** Overwrites and frees; fine on a zeroed or wiped one. */
void secret_wipe(struct secret *secret);

#endif
