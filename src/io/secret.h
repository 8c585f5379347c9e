#ifndef ERWATCH_IO_SECRET_H
#define ERWATCH_IO_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Secrets from files. The bytes live in memory that is wiped; there is no function that prints one. */

#define SECRET_MAX 65536

struct secret {
    char *bytes; /* NUL behind the end */
    size_t len;
};

/** Who looks after a file, and what is in it. */
enum secret_kind {
    SECRET_TEXT,    /* the operator's: a password, a key; one line end at the end is dropped, others stay */
    SECRET_BINARY,  /* the operator's: any bytes, as they are (PKCS#12) */
    SECRET_ROTATED, /* another program's, which writes it anew again and again: a text, perhaps behind links that it
                       turns (Kubernetes does), perhaps readable by its group */
};

/**
 * Read a secret. An absolute name is the file; a relative one is looked up in $CREDENTIALS_DIRECTORY (when set), then
 * in @p folder.
 *
 * Refused, with one sentence in @p why: a link, no regular file, owner not root nor us, readable or writable by group
 * or others, empty, larger than SECRET_MAX, with a NUL byte where it is a text. In $CREDENTIALS_DIRECTORY the group may
 * read: systemd may give us access there by an ACL on root's file, and an ACL's mask shows in the group's place.
 *
 * @param out  filled on success only; for secret_wipe()
 * @param why  filled on failure only; names the file, never what is in it
 */
bool secret_read_kind(const char *name, const char *folder, enum secret_kind kind, struct secret *out, char why[512]);
/** The same of a SECRET_TEXT. */
bool secret_read(const char *name, const char *folder, struct secret *out, char why[512]);

/**
 * Read a key that another program of this machine put into its folder for us, whoever owns it: a regular file of that
 * very folder, not behind a link, not to be changed by others, at most @p most bytes.
 *
 * @param name  without a slash
 */
bool secret_read_key(const char *folder, const char *name, size_t most, struct secret *out, char why[512]);

/** What tells one content of a file from the next without reading it; 0 while it is not there. Looked up as above. */
uint64_t secret_stamp(const char *name, const char *folder);

/** Overwrites and frees; fine on a zeroed or wiped one. */
void secret_wipe(struct secret *secret);

#endif
