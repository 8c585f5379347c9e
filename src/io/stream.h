#ifndef ERWATCH_IO_STREAM_H
#define ERWATCH_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* A line for whoever reads a FIFO or listens on a Unix socket. Never waits for anybody. */

struct stream_end {
    bool whole;    /* all of it was taken by the system for the reader */
    bool sent;     /* a part of it may have been */
    char why[256]; /* not whole: one sentence */
};

/**
 * Write @p len bytes to the FIFO, or to the stream or datagram socket, at @p path; a link or anything else is refused.
 * Where nobody reads, or there is not enough room, nothing is written.
 */
void stream_write(const char *path, const char *bytes, size_t len, struct stream_end *out);

#endif
