#ifndef ERWATCH_CONFIG_NEAREST_H
#define ERWATCH_CONFIG_NEAREST_H

#include <stddef.h>

/**
 * The word that was probably meant: the one with the fewest letters wrong, missing, extra or swapped, one for every
 * three letters and three at most.
 *
 * @param words  @p count of them; NULL entries are passed over
 * @return       one of them, the first of equals; NULL when none is near
 */
const char *nearest_word(const char *text, const char *const *words, size_t count);

#endif
