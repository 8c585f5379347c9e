/*
 * One arena for the settings and one for each file's tree: blocks in a chain, a pointer that moves on. Nothing is given
 * back before the whole is, so a finding half way through loading leaves nothing to clean up. Blocks come from the
 * kernel and return there: the tree of 10,000 circuits is 15 MB, and malloc would keep what lies between the settings.
 */
#include "config/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The first block serves ten circuits, the later ones thousands. */
#define BLOCK_LEAST ((size_t)8 * 1024)
#define BLOCK_MOST ((size_t)256 * 1024)
#define PAGE ((size_t)4096)

struct block {
    struct block *next;
    size_t size; /* with this head */
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *blocks; /* the one in use comes first */
    char *at;             /* the next free byte, when aligned */
    size_t left, block_size;
};

static _Noreturn void out_of_memory(void)
{
    fputs("out of memory\n", stderr);
    abort();
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);

    if (arena == NULL)
        out_of_memory();
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
        (void)munmap(block, block->size);
    }
    free(arena);
}

static void add_block(struct arena *arena, size_t least)
{
    size_t wanted = least + sizeof(struct block) > arena->block_size ? least + sizeof(struct block) : arena->block_size;
    size_t size = (wanted + PAGE - 1) / PAGE * PAGE;
    struct block *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (block == MAP_FAILED)
        out_of_memory();
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->left = size - sizeof *block;
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
