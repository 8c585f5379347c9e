#ifndef ERWATCH_IO_SERVER_SOCKET_H
#define ERWATCH_IO_SERVER_SOCKET_H

#include <stdint.h>
#include <sys/stat.h>

/* Listening sockets. Each function gives a descriptor that does not block, or -1 and one sentence in @p why. */

/**
 * A Unix socket with mode 0660. A socket file nobody listens on is replaced; anything else in its place is left alone.
 *
 * @param group  NULL or unknown: ours
 * @param made   the file, to be recognised later
 */
int server_listen_unix(const char *path, const char *group, struct stat *made, char why[256]);

/** @param port  0: any; filled with the real one */
int server_listen_tcp(const char *address, uint16_t *port, char why[256]);

#endif
