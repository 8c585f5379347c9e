/*
 * The part of an answer that waits to be read, as short as it came: lists are packed and grow thirteen times as long
 * when they are unpacked, so they are unpacked here, a few kilobytes at a time, and not by libcurl, which unpacks at
 * once whatever the socket holds.
 */
#include "io/http_unread.h"

#include "io/memory.h"

#include <assert.h>

#define GZIP (15 + 16) /* zlib.h: 15 bits, and 16 for the gzip format alone */

struct http_chunk {
    STAILQ_ENTRY(http_chunk) link;
    size_t at, len; /* up to `at` it has been read */
    char bytes[];
};

void http_unread_init(struct http_unread *unread)
{
    *unread = (struct http_unread){ .unpack = NULL };
    STAILQ_INIT(&unread->chunks);
}

void http_unread_unpack(struct http_unread *unread)
{
    assert(unread->unpack == NULL);
    unread->unpack = xcalloc(1, sizeof *unread->unpack);
    int result = inflateInit2(unread->unpack, GZIP);
    (void)memory_or_die(result == Z_OK ? unread : NULL); /* nothing else can go wrong */
}

static void drop_first(struct http_unread *unread)
{
    struct http_chunk *chunk = STAILQ_FIRST(&unread->chunks);

    STAILQ_REMOVE_HEAD(&unread->chunks, link);
    unread->len -= chunk->len - chunk->at;
    explicit_bzero(chunk->bytes, chunk->len);
    free(chunk);
}

void http_unread_fini(struct http_unread *unread)
{
    while (!STAILQ_EMPTY(&unread->chunks))
        drop_first(unread);
    if (unread->unpack != NULL)
        (void)inflateEnd(unread->unpack);
    free(unread->unpack);
    http_unread_init(unread);
}

void http_unread_add(struct http_unread *unread, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    struct http_chunk *chunk = memory_or_die(malloc(sizeof *chunk + len));
    chunk->at = 0;
    chunk->len = len;
    memcpy(chunk->bytes, bytes, len);
    STAILQ_INSERT_TAIL(&unread->chunks, chunk, link);
    unread->len += len;
}

bool http_unread_is_empty(const struct http_unread *unread)
{
    return STAILQ_EMPTY(&unread->chunks) && !unread->more;
}

bool http_unread_is_whole(const struct http_unread *unread)
{
    return unread->unpack == NULL || unread->ended;
}

static void advance(struct http_unread *unread, struct http_chunk *chunk, size_t len)
{
    chunk->at += len;
    unread->len -= len;
    if (chunk->at == chunk->len)
        drop_first(unread);
}

static bool unpack(struct http_unread *unread, struct http_chunk *chunk, char *into, size_t room, size_t *len)
{
    z_stream *stream = unread->unpack;
    size_t left = chunk != NULL ? chunk->len - chunk->at : 0;

    if (unread->ended) /* and there is more behind the end */
        return false;
    stream->next_in = chunk != NULL ? (Bytef *)chunk->bytes + chunk->at : Z_NULL;
    stream->avail_in = (uInt)left;
    stream->next_out = (Bytef *)into;
    stream->avail_out = (uInt)room;
    int result = inflate(stream, Z_NO_FLUSH);
    *len = room - stream->avail_out;
    unread->ended = result == Z_STREAM_END;
    unread->more = !unread->ended && stream->avail_out == 0;
    if (chunk != NULL)
        advance(unread, chunk, left - stream->avail_in);
    return result == Z_OK || result == Z_STREAM_END || (result == Z_BUF_ERROR && left == 0);
}

bool http_unread_take(struct http_unread *unread, char *into, size_t room, size_t *len)
{
    struct http_chunk *chunk = STAILQ_FIRST(&unread->chunks);

    *len = 0;
    if (unread->unpack != NULL)
        return unpack(unread, chunk, into, room, len);
    if (chunk == NULL)
        return true;
    size_t left = chunk->len - chunk->at;
    *len = left < room ? left : room;
    memcpy(into, chunk->bytes + chunk->at, *len);
    advance(unread, chunk, *len);
    return true;
}
