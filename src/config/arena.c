/*
 * One heap of memory for the settings and one for each file's tree: blocks in a chain, a pointer that moves on. Nothing
 * is given back before the whole is, so a finding half way through loading leaves nothing to clean up.
 */
#include "config/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first block serves ten circuits, the later ones thousands. */
#define BLOCK_LEAST ((size_t)8 * 1024)
#define BLOCK_MOST ((size_t)256 * 1024)

struct block {
    struct block *next;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *blocks; /* the one in use comes first */
    char *at;             /* the next free byte, when aligned */
    size_t left, block_size;
};

static void *get_or_die(size_t size)
{
    void *memory = calloc(1, size);

    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

struct arena *arena_new(void)
{
    struct arena *arena = get_or_die(sizeof *arena);

    arena->block_size = BLOCK_LEAST;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->blocks != NULL) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

static void add_block(struct arena *arena, size_t least)
{
    size_t size = least > arena->block_size ? least : arena->block_size;
    struct block *block = get_or_die(sizeof *block + size);

    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->left = size;
    if (arena->block_size < BLOCK_MOST)
        arena->block_size *= 2;
}

static void *take(struct arena *arena, size_t size, size_t align)
{
    assert(size < SIZE_MAX / 2);
    size_t gap = (align - (uintptr_t)arena->at % align) % align;
    if (arena->at == NULL || arena->left < gap || arena->left - gap < size) {
        add_block(arena, size);
        gap = 0;
    }
    void *memory = arena->at + gap;
    arena->at += gap + size;
    arena->left -= gap + size;
    return memory;
}

void *arena_get(struct arena *arena, size_t size)
{
    return take(arena, size, alignof(max_align_t));
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    assert(size > 0 && count < SIZE_MAX / 2 / size);
    return count == 0 ? NULL : arena_get(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *text, size_t len)
{
    char *copy = take(arena, len + 1, 1);

    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    assert(len >= 0);
    char *text = take(arena, (size_t)len + 1, 1);
    (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
