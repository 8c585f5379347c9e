/*
 * Packing: pairs of two counts, each below 256, and the bytes of the second: so many bytes as usual, so many others. One
 * or two usual bytes among others are not worth a pair of their own.
 */
#include "core/pack.h"

#include <string.h>

#define COUNT_MOST 255
#define WORTH 3 /* usual bytes that end a run of others */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Are the bytes from there on as usual? */
static bool as_usual(const uint8_t *thing, const uint8_t *usual, size_t at, size_t count)
{
    static const uint8_t zeros[COUNT_MOST];

    return memcmp(thing + at, usual != NULL ? usual + at : zeros, count) == 0;
}

static size_t usual_run(const uint8_t *thing, const uint8_t *usual, size_t at, size_t end)
{
    size_t start = at;

    while (end - at >= sizeof(uint64_t) && as_usual(thing, usual, at, sizeof(uint64_t)))
        at += sizeof(uint64_t);
    while (at < end && as_usual(thing, usual, at, 1))
        at++;
    return at - start;
}

static size_t other_run(const uint8_t *thing, const uint8_t *usual, size_t at, size_t end)
{
    size_t start = at;

    while (at < end && !(end - at >= WORTH && as_usual(thing, usual, at, WORTH)))
        at++;
    return at - start;
}

size_t pack(const void *thing, const void *usual, size_t size, uint8_t *out)
{
    const uint8_t *from = thing;
    uint8_t *to = out;

    for (size_t at = 0; at < size;) {
        size_t same = usual_run(from, usual, at, at + least(size - at, COUNT_MOST));
        at += same;
        size_t others = other_run(from, usual, at, at + least(size - at, COUNT_MOST));
        *to++ = (uint8_t)same;
        *to++ = (uint8_t)others;
        memcpy(to, from + at, others);
        to += others;
        at += others;
    }
    return (size_t)(to - out);
}

size_t unpack(const uint8_t *packed, const void *usual, size_t size, void *out)
{
    const uint8_t *from = packed;
    uint8_t *to = out;

    if (usual != NULL)
        memcpy(to, usual, size);
    else
        memset(to, 0, size);
    for (size_t at = 0; at < size;) {
        at += *from++;
        size_t others = *from++;
        memcpy(to + at, from, others);
        from += others;
        at += others;
    }
    return (size_t)(from - packed);
}

bool packed_equals(const uint8_t *packed, const void *thing, const void *usual, size_t size, size_t *used)
{
    const uint8_t *from = packed, *is = thing;

    for (size_t at = 0; at < size;) {
        size_t same = *from++, others = *from++;
        if (!as_usual(is, usual, at, same) || memcmp(is + at + same, from, others) != 0)
            return false;
        from += others;
        at += same + others;
    }
    *used = (size_t)(from - packed);
    return true;
}
