#ifndef ERWATCH_CORE_DIFFER_H
#define ERWATCH_CORE_DIFFER_H

#include "core/sample.h"

#include <stddef.h>

/*
 * The state words of a sample as text, and what changed between two such texts. The text is kept over restarts, so that
 * a change while the daemon was down is told as well.
 */

#define WORDS_TEXT_MAX 8192
#define WORD_FIELD_MAX 96

/**
 * One line "field\tvalue\n" for each state word, in a fixed order; at most WORDS_TEXT_MAX bytes, NUL included: prefixes
 * that do not fit are left out whole.
 *
 * @return @p text
 */
const char *words_write(const struct sample *sample, char text[WORDS_TEXT_MAX]);

/** A field that differs; "(absent)" stands for one that is not there. Texts are bounded copies. */
struct word_change {
    char field[WORD_FIELD_MAX];
    char was[WORD_TEXT_MAX + 1], is[WORD_TEXT_MAX + 1];
};

typedef void words_differ(void *context, const struct word_change *change);

/** Call @p differ for each field that was changed, came or went. */
void words_compare(const char *was, const char *is, words_differ *differ, void *context);

#endif
