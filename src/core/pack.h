#ifndef ERWATCH_CORE_PACK_H
#define ERWATCH_CORE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A small copy of a structure that is mostly as usual: what differs, and how far it is from one such place to the next.
 * It knows nothing of the fields, so none can be forgotten. `usual` is as large as the structure; NULL is all zeros.
 */

/** Room that pack() may need for so many bytes. */
#define PACK_MOST(size) ((size) + 2 * ((size) / 255 + 1))

/** @return how many bytes were written to @p out, which has room for PACK_MOST(size) */
size_t pack(const void *thing, const void *usual, size_t size, uint8_t *out);

/** @return how many bytes of @p packed these were */
size_t unpack(const uint8_t *packed, const void *usual, size_t size, void *out);

/**
 * Would unpacking give exactly this?
 *
 * @param used  how many bytes of @p packed these were; untouched when it would not
 */
bool packed_equals(const uint8_t *packed, const void *thing, const void *usual, size_t size, size_t *used);

#endif
