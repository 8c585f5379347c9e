#ifndef ERWATCH_CONFIG_PARAGRAPH_H
#define ERWATCH_CONFIG_PARAGRAPH_H

#include <stdio.h>

/** Settings in 80 columns: pieces are put on a line while they fit, then on the next one. */
struct paragraph {
    FILE *to;
    int indent, column;
};

struct paragraph paragraph_begin(FILE *to, int indent);

/** One piece, with what a terminal would act on made harmless; a space goes before it unless it starts a line. */
void paragraph_put(struct paragraph *paragraph, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Ends the line, if there is one. */
void paragraph_end(struct paragraph *paragraph);

#endif
