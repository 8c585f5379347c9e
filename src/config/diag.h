#ifndef ERWATCH_CONFIG_DIAG_H
#define ERWATCH_CONFIG_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Where in the settings something stands. Lines and columns count from 1; 0 means the file as a whole. */
struct place {
    const char *file; /* lives as long as the diag or settings it came with */
    unsigned line, column;
};

/** As many findings are kept; the rest is counted. */
#define DIAG_KEPT_MAX 200

/** Findings in the order they were made; bounded, the rest is counted. */
struct diag;

struct diag *diag_new(void);
void diag_free(struct diag *diag);

/** Add "file:line:column: error: …". Control characters in the arguments are made visible, a long line is cut. */
void diag_error(struct diag *diag, struct place place, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_warning(struct diag *diag, struct place place, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** All errors, those that were not kept included. */
size_t diag_errors(const struct diag *diag);

/** How many findings were kept: diag_line() gives 0 to one less. */
size_t diag_count(const struct diag *diag);

/** Are more findings only counted? Then a costly search for what was meant is wasted. */
bool diag_is_full(const struct diag *diag);

/** One finding as a line without line end. Lives as long as the diag. */
const char *diag_line(const struct diag *diag, size_t index);

/** Put the findings in the order of the files, @p first before the others by name, and of the places in them. */
void diag_sort(struct diag *diag, const char *first);

void diag_print(const struct diag *diag, FILE *to);

#endif
