/* Packing: whatever it is given comes back, into the room it promised, and equality sees every byte. */
#include "core/pack.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define LARGEST 1200

TestSuite(pack, .fini = leaks_fail);

/* Of every hundred bytes so many are not as usual. */
static void fill(uint8_t *thing, const uint8_t *usual, size_t size, int others)
{
    for (size_t i = 0; i < size; i++)
        thing[i] = (uint8_t)((usual != NULL ? usual[i] : 0) + (random() % 100 < others ? 1 + random() % 255 : 0));
}

/* @return how much of the promised room was not used; negative: more than that was */
static long there_and_back(const uint8_t *thing, const uint8_t *usual, size_t size)
{
    uint8_t packed[PACK_MOST(LARGEST) + 1], back[LARGEST + 1];
    size_t used = 0;

    memset(packed, 0xa5, sizeof packed);
    back[size] = 0xa5;
    size_t len = pack(thing, usual, size, packed);
    cr_assert_leq(len, PACK_MOST(size), "%zu bytes became %zu", size, len);
    cr_assert_eq(packed[len], 0xa5, "it writes as much as it says");
    cr_assert_eq(unpack(packed, usual, size, back), len);
    cr_assert_eq(back[size], 0xa5, "%zu bytes come back and no more", size);
    cr_assert(memcmp(thing, back, size) == 0, "%zu bytes came back as others", size);
    cr_assert(packed_equals(packed, thing, usual, size, &used));
    cr_assert_eq(used, len);
    return (long)PACK_MOST(size) - (long)len;
}

Test(pack, everything_comes_back)
{
    static const int others[] = { 0, 1, 5, 30, 60, 95, 100 };
    uint8_t thing[LARGEST], usual[LARGEST];

    srandom(11);
    fill(usual, NULL, sizeof usual, 50);
    for (size_t size = 0; size <= LARGEST; size += size < 530 ? 1 : 67)
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            fill(thing, NULL, size, others[i]);
            (void)there_and_back(thing, NULL, size);
            fill(thing, usual, size, others[i]);
            (void)there_and_back(thing, usual, size);
        }
}

Test(pack, what_is_as_usual_costs_next_to_nothing)
{
    static const uint8_t zeros[LARGEST];

    cr_expect_geq(there_and_back(zeros, NULL, LARGEST), LARGEST, "a pair for each 255 bytes");
}

Test(pack, a_difference_anywhere_is_seen)
{
    uint8_t thing[LARGEST], packed[PACK_MOST(LARGEST)];

    srandom(12);
    fill(thing, NULL, sizeof thing, 20);
    (void)pack(thing, NULL, sizeof thing, packed);
    for (size_t i = 0; i < sizeof thing; i++) {
        size_t used = 77;
        thing[i] ^= 0x10;
        cr_expect_not(packed_equals(packed, thing, NULL, sizeof thing, &used), "byte %zu", i);
        cr_expect_eq(used, 77, "untouched");
        thing[i] ^= 0x10;
    }
}
