#ifndef ERWATCH_CORE_TEXT_H
#define ERWATCH_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Building a text in a buffer that may be too small for it: what does not fit is left out, the end says so ("…"), and
 * the cut never goes through a character of UTF-8. The buffer holds a NUL-terminated text at every moment.
 */
struct text {
    char *at;
    size_t room; /* bytes at `at` */
    size_t used; /* without the NUL */
    bool full;   /* something did not fit; further additions are ignored */
};

/** Begin an empty text; @p room is at least 8. */
void text_init(struct text *text, char *at, size_t room);

void text_add(struct text *text, const char *add);
void text_add_bytes(struct text *text, const char *add, size_t len);

void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add at most @p most bytes of @p add and "…" when that is not all of it. */
void text_add_cut(struct text *text, const char *add, size_t most);

/**
 * Add words of an answer that may hold what must not be printed: of everything that looks like a GUID (a service key,
 * a validation id) only the last four characters are kept. At most @p most bytes of @p add are read.
 */
void text_add_foreign(struct text *text, const char *add, size_t most);

/** The most bytes of @p text, at most @p most, that end with a whole character of UTF-8. */
size_t text_fit(const char *text, size_t len, size_t most);

#endif
