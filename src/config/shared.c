/* Equal bytes once: a hash table with open places, half of them empty, that says where in the arena they lie. */
#include "config/shared.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_FIRST 64 /* a power of two */

struct known {
    const void *bytes; /* NULL: nobody is here */
    size_t size;
    uint64_t hash;
};

struct shared {
    struct arena *arena;
    struct known *known;
    size_t count, places;
};

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    if (memory == NULL)
        abort();
    return memory;
}

struct shared *shared_new(struct arena *arena)
{
    struct shared *shared = take(1, sizeof *shared);

    shared->arena = arena;
    shared->places = PLACES_FIRST;
    shared->known = take(shared->places, sizeof *shared->known);
    return shared;
}

void shared_free(struct shared *shared)
{
    if (shared == NULL)
        return;
    free(shared->known);
    free(shared);
}

/* FNV-1a: whoever writes the settings has nothing to gain by making them slow. */
static uint64_t hash_of(const uint8_t *bytes, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool is_same(const struct known *known, const struct known *other)
{
    return known->hash == other->hash && known->size == other->size &&
           memcmp(known->bytes, other->bytes, known->size) == 0;
}

/* Where it is, or the empty place where it belongs. */
static struct known *place_of(const struct shared *shared, const struct known *wanted)
{
    size_t at = wanted->hash & (shared->places - 1);

    while (shared->known[at].bytes != NULL && !is_same(&shared->known[at], wanted))
        at = (at + 1) & (shared->places - 1);
    return &shared->known[at];
}

static void grow(struct shared *shared)
{
    struct shared larger = *shared;

    larger.places *= 2;
    larger.known = take(larger.places, sizeof *larger.known);
    for (size_t i = 0; i < shared->places; i++)
        if (shared->known[i].bytes != NULL)
            *place_of(&larger, &shared->known[i]) = shared->known[i];
    free(shared->known);
    shared->known = larger.known;
    shared->places = larger.places;
}

const void *shared_bytes(struct shared *shared, const void *bytes, size_t size)
{
    struct known wanted = { bytes, size, hash_of(bytes, size) };
    struct known *place = place_of(shared, &wanted);

    if (place->bytes != NULL)
        return place->bytes;
    if (++shared->count * 2 > shared->places) {
        grow(shared);
        place = place_of(shared, &wanted);
    }
    wanted.bytes = memcpy(arena_get(shared->arena, size), bytes, size);
    *place = wanted;
    return wanted.bytes;
}

const char *shared_text(struct shared *shared, const char *text)
{
    return shared_bytes(shared, text, strlen(text) + 1);
}
