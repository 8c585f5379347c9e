/*
 * Findings about a settings file: collected, bounded, put in the order of the file, printed. A finding is one line
 * whatever the file holds: bytes that would move a terminal's cursor are written as \x1b.
 */
#include "config/diag.h"

#include "config/arena.h"
#include "config/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

struct finding {
    struct place place;
    size_t number; /* order in which they were made: the last word when sorting */
    const char *line;
    bool in_first; /* set while sorting */
};

struct diag {
    struct arena *arena;
    size_t count, errors, dropped;
    struct finding finding[DIAG_KEPT_MAX];
};

struct diag *diag_new(void)
{
    struct arena *arena = arena_new();
    struct diag *diag = arena_get(arena, sizeof *diag);

    diag->arena = arena;
    return diag;
}

void diag_free(struct diag *diag)
{
    if (diag != NULL)
        arena_free(diag->arena);
}

/* Copy @p from so that it prints as one line; what does not fit is cut at a character. */
static void make_harmless(char to[LINE_MAX_BYTES], const char *from)
{
    size_t left = strlen(from), used = 0;

    while (left > 0 && used < LINE_MAX_BYTES - 8) {
        uint32_t code = 0;
        size_t size = utf8_next(from, left, &code);
        if (size == 0 || utf8_is_control(code)) {
            used += (size_t)snprintf(to + used, 5, "\\x%02x", (unsigned char)*from);
            size = 1;
        } else {
            memcpy(to + used, from, size);
            used += size;
        }
        from += size;
        left -= size;
    }
    memcpy(to + used, left > 0 ? "..." : "", left > 0 ? 4 : 1);
}

static void format_place(char *to, size_t size, struct place place)
{
    if (place.file == NULL)
        *to = '\0';
    else if (place.line == 0)
        (void)snprintf(to, size, "%s: ", place.file);
    else
        (void)snprintf(to, size, "%s:%u:%u: ", place.file, place.line, place.column);
}

static void add(struct diag *diag, struct place place, const char *kind, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static void add(struct diag *diag, struct place place, const char *kind, const char *format, va_list args)
{
    char where[LINE_MAX_BYTES], what[LINE_MAX_BYTES], line[3 * LINE_MAX_BYTES], harmless[LINE_MAX_BYTES];

    if (diag->count == DIAG_KEPT_MAX) {
        diag->dropped++;
        return;
    }
    format_place(where, sizeof where, place);
    (void)vsnprintf(what, sizeof what, format, args);
    (void)snprintf(line, sizeof line, "%s%s: %s", where, kind, what);
    make_harmless(harmless, line);

    struct finding *finding = &diag->finding[diag->count];
    finding->place = place;
    if (place.file != NULL)
        finding->place.file = arena_copy(diag->arena, place.file, strlen(place.file));
    finding->number = diag->count++;
    finding->line = arena_copy(diag->arena, harmless, strlen(harmless));
}

void diag_error(struct diag *diag, struct place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(diag, place, "error", format, args);
    va_end(args);
    diag->errors++;
}

void diag_warning(struct diag *diag, struct place place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(diag, place, "warning", format, args);
    va_end(args);
}

size_t diag_errors(const struct diag *diag)
{
    return diag->errors;
}

size_t diag_count(const struct diag *diag)
{
    return diag->count;
}

bool diag_is_full(const struct diag *diag)
{
    return diag->count == DIAG_KEPT_MAX;
}

const char *diag_line(const struct diag *diag, size_t index)
{
    assert(index < diag->count);
    return diag->finding[index].line;
}

static const char *file_of(const struct finding *finding)
{
    return finding->place.file != NULL ? finding->place.file : "";
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int files = strcmp(file_of(a), file_of(b));

    if (a->in_first != b->in_first)
        return a->in_first ? -1 : 1;
    if (files != 0)
        return files;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

void diag_sort(struct diag *diag, const char *first)
{
    for (size_t i = 0; i < diag->count; i++)
        diag->finding[i].in_first = strcmp(file_of(&diag->finding[i]), first) == 0;
    qsort(diag->finding, diag->count, sizeof *diag->finding, compare_findings);
}

void diag_print(const struct diag *diag, FILE *to)
{
    for (size_t i = 0; i < diag->count; i++)
        fprintf(to, "%s\n", diag->finding[i].line);
    if (diag->dropped > 0)
        fprintf(to, "… and %zu more\n", diag->dropped);
}
