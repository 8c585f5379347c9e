#ifndef ERWATCH_IO_HTTP_UNREAD_H
#define ERWATCH_IO_HTTP_UNREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <zlib.h>

/* What came of a body and was not read yet, as it came: packed with gzip, or not. All zeros but for `chunks`. */

STAILQ_HEAD(http_chunks, http_chunk);

struct http_unread {
    struct http_chunks chunks;
    size_t len;       /* bytes in them */
    z_stream *unpack; /* NULL: what came is the body itself */
    bool more;        /* unpacked, there is more than there was room for */
    bool ended;       /* the end of what was packed was read */
};

void http_unread_init(struct http_unread *unread);
/** What comes is packed. Before anything has been read. */
void http_unread_unpack(struct http_unread *unread);
/** Wipes what was not read. */
void http_unread_fini(struct http_unread *unread);

/** Copies the bytes. */
void http_unread_add(struct http_unread *unread, const char *bytes, size_t len);
bool http_unread_is_empty(const struct http_unread *unread);
/** All of it has been read: was that a whole body? */
bool http_unread_is_whole(const struct http_unread *unread);

/**
 * Reads a part of at most @p room bytes: of one chunk, unpacked. It may be empty although more is to be read.
 * @param[out] len  the bytes that are @p into now
 * @return false: what came is not packed as it should be; nothing can be read any more
 */
bool http_unread_take(struct http_unread *unread, char *into, size_t room, size_t *len);

#endif
