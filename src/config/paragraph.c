/* Paragraphs of `erwatchd -n`. */
#include "config/paragraph.h"

#include "config/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define WIDTH 80

struct paragraph paragraph_begin(FILE *to, int indent)
{
    return (struct paragraph){ to, indent, 0 };
}

/* An argument of a program may hold anything; what reaches a terminal may not. */
static void make_harmless(char *piece)
{
    uint32_t code = 0;

    for (size_t at = 0, size, len = strlen(piece); at < len; at += size) {
        size = utf8_next(piece + at, len - at, &code);
        bool harmless = size > 0 && !utf8_is_control(code);
        size = size > 0 ? size : 1;
        if (!harmless)
            memset(piece + at, '?', size);
    }
}

void paragraph_put(struct paragraph *paragraph, const char *format, ...)
{
    char piece[1024];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    make_harmless(piece);
    if (paragraph->column > 0 && paragraph->column + 1 + len > WIDTH) {
        fputc('\n', paragraph->to);
        paragraph->column = 0;
    }
    if (paragraph->column == 0)
        paragraph->column = fprintf(paragraph->to, "%*s%s", paragraph->indent, "", piece);
    else
        paragraph->column += fprintf(paragraph->to, " %s", piece);
}

void paragraph_end(struct paragraph *paragraph)
{
    if (paragraph->column > 0)
        fputc('\n', paragraph->to);
    paragraph->column = 0;
}
