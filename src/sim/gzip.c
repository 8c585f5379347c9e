/*
 * gzip with zlib. A bomb is one compressed mebibyte of blanks over and over: after a full flush the compressor starts
 * anew at a whole byte (zlib.h, Z_FULL_FLUSH), so that its output can be repeated.
 */
#include "sim/gzip.h"

#include "io/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib.h: 15 bits, and 16 for the gzip format */
#define BLOCK ((size_t)1 << 20)
#define HEADER 10 /* RFC 1952, 2.3: without a name */

/* All of it at once; the room is what deflateBound() says, so there is no second try. */
static char *run(const char *body, size_t len, int flush, size_t *out_len)
{
    z_stream z = { .zalloc = NULL };

    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        (void)memory_or_die(NULL);
    size_t room = deflateBound(&z, len) + 64;
    char *out = memory_or_die(malloc(room));

    z.next_in = (Bytef *)body;
    z.avail_in = (uInt)len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    (void)deflate(&z, flush);
    *out_len = room - z.avail_out;
    (void)deflateEnd(&z);
    return out;
}

char *gzip_pack(const char *body, size_t len, size_t *out_len)
{
    return run(body, len, Z_FINISH, out_len);
}

char *gzip_bomb(int64_t bytes, size_t *out_len)
{
    size_t blocks = ((size_t)bytes + BLOCK - 1) / BLOCK, one_len;
    char *blanks = memory_or_die(malloc(BLOCK));

    memset(blanks, ' ', BLOCK);
    char *one = run(blanks, BLOCK, Z_FULL_FLUSH, &one_len);
    char *out = memory_or_die(malloc(HEADER + blocks * (one_len - HEADER)));
    memcpy(out, one, HEADER);
    for (size_t i = 0; i < blocks; i++)
        memcpy(out + HEADER + i * (one_len - HEADER), one + HEADER, one_len - HEADER);
    *out_len = HEADER + blocks * (one_len - HEADER);
    free(one);
    free(blanks);
    return out;
}
