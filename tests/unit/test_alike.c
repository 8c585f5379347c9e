/* Things that resemble each other: each comes back as it was, whatever it was kept by, and takes little room. */
#include "core/alike.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

TestSuite(alike, .fini = leaks_fail);

#define THINGS 2000
#define SIZES 300 /* more than there are models */
#define MOST (SIZES + 400)

static size_t size_of(size_t number)
{
    return number % 7 == 0 ? 1 + number % 3 : 300 + number % SIZES;
}

/* Mostly the same, with a number in the middle; every 50th is of another kind altogether. */
static void fill(uint8_t *bytes, size_t number)
{
    size_t size = size_of(number);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number % 50 == 49 ? number * 31 + i * number : i % 11);
    bytes[size / 2] = (uint8_t)number;
    bytes[size / 3] = (uint8_t)(number >> 8);
}

static bool is_there(struct alike *alike, const struct likeness *likeness, size_t number)
{
    uint8_t bytes[MOST];
    size_t size = 0;
    const void *read = alike_read(alike, likeness, &size);

    fill(bytes, number);
    return read != NULL && size == size_of(number) && memcmp(read, bytes, size) == 0;
}

static struct likeness keep(struct alike *alike, size_t number)
{
    uint8_t bytes[MOST];

    fill(bytes, number);
    return alike_keep(alike, bytes, size_of(number));
}

Test(alike, everything_kept_is_there)
{
    struct alike *alike = alike_new();
    static struct likeness kept[THINGS];

    for (size_t i = 0; i < THINGS; i++)
        kept[i] = keep(alike, i);
    for (size_t i = 0; i < THINGS; i += 1 + i % 3) { /* also the first of many sizes, by which others are kept */
        alike_drop(alike, &kept[i]);
        cr_expect(kept[i].bytes == NULL && kept[i].size == 0, "thing %zu is none any more", i);
        kept[i] = keep(alike, i);
    }
    for (size_t i = 0; i < THINGS; i++)
        cr_expect(is_there(alike, &kept[i], i), "thing %zu", i);
    for (size_t i = 0; i < THINGS; i++)
        alike_drop(alike, &kept[i]);
    alike_free(alike);
}

Test(alike, only_what_differs_is_kept)
{
    struct alike *alike = alike_new();
    char first[400], second[400];

    memset(first, 'x', sizeof first);
    memcpy(second, first, sizeof second);
    second[100] = second[300] = 'y';
    struct likeness model = alike_keep(alike, first, sizeof first), like = alike_keep(alike, second, sizeof second);
    struct likeness longer = alike_keep(alike, first, sizeof first - 1);
    cr_expect(model.size < 16 && like.size < 16, "%u and %u bytes", model.size, like.size);
    cr_expect(model.model == like.model && longer.model != like.model, "models go by size");
    alike_drop(alike, &model);
    size_t size;
    cr_expect(memcmp(alike_read(alike, &like, &size), second, sizeof second) == 0, "the model outlives its thing");
    alike_drop(alike, &like);
    alike_drop(alike, &longer);
    alike_free(alike);
}

Test(alike, there_may_be_nothing)
{
    struct alike *alike = alike_new();
    struct likeness none = { 0 };
    size_t size = 1;

    cr_expect_null(alike_read(alike, &none, &size));
    alike_drop(alike, &none);
    alike_free(alike);
}
