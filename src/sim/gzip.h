#ifndef ERWATCH_SIM_GZIP_H
#define ERWATCH_SIM_GZIP_H

#include <stddef.h>
#include <stdint.h>

/* Compressed bodies, good ones and bad ones. */

/** @return gzip of @p len bytes, on the heap */
char *gzip_pack(const char *body, size_t len, size_t *out_len);

/**
 * A small body that inflates to @p bytes blanks, about a thousandth of them long.
 *
 * @param bytes  rounded up to a mebibyte
 * @return       on the heap; its checksum at the end is missing, because nobody should get there
 */
char *gzip_bomb(int64_t bytes, size_t *out_len);

#endif
