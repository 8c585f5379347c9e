/* Room for small things that stay: what is kept is there, and what is given back is used again. */
#include "core/pool.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

TestSuite(pool, .fini = leaks_fail);

#define THINGS 3000

/* Of all sizes, also larger ones than a pool cuts itself. */
static size_t size_of(size_t number)
{
    return 1 + number * 37 % 1500;
}

static void fill(uint8_t *bytes, size_t number)
{
    for (size_t i = 0; i < size_of(number); i++)
        bytes[i] = (uint8_t)(number + i);
}

static bool is_there(const void *kept, size_t number)
{
    uint8_t bytes[1500];

    fill(bytes, number);
    return memcmp(kept, bytes, size_of(number)) == 0;
}

Test(pool, everything_kept_is_there)
{
    struct pool *pool = pool_new();
    void *kept[THINGS];
    uint8_t bytes[1500];

    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < THINGS; i++) {
            if (round > 0 && i % 3 != round)
                continue; /* the others stay, and what comes and goes beside them does not touch them */
            if (round > 0)
                pool_drop(pool, kept[i], size_of(i));
            fill(bytes, i);
            kept[i] = pool_keep(pool, bytes, size_of(i));
        }
    for (size_t i = 0; i < THINGS; i++)
        cr_expect(is_there(kept[i], i), "thing %zu", i);
    for (size_t i = 0; i < THINGS; i++)
        pool_drop(pool, kept[i], size_of(i));
    pool_free(pool);
}

Test(pool, what_is_given_back_is_used_again)
{
    struct pool *pool = pool_new();
    char bytes[400] = { 0 };
    void *first = pool_keep(pool, bytes, 390), *second = pool_keep(pool, bytes, 390);

    cr_expect_neq(first, second);
    pool_drop(pool, first, 390);
    cr_expect_eq(pool_keep(pool, bytes, 392), first, "a thing of about the same size");
    pool_drop(pool, second, 390);
    cr_expect_neq(pool_keep(pool, bytes, 300), second, "a smaller one has its own places");
    pool_free(pool);
}

Test(pool, nothing_is_fine)
{
    struct pool *pool = pool_new();

    pool_drop(pool, NULL, 0);
    pool_free(pool);
    pool_free(NULL);
}
