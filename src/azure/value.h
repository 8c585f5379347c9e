#ifndef ERWATCH_AZURE_VALUE_H
#define ERWATCH_AZURE_VALUE_H

#include "azure/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a scalar of an answer means. */

/**
 * A whole number in decimal, from a JSON number or from a text that holds one; "50.0" is whole, too.
 *
 * @return false, and *out untouched, when it is none or outside @p least to @p most (both within 2^53)
 */
bool value_whole(const struct json_value *value, int64_t least, int64_t most, int64_t *out);

/** A finite real number, from a JSON number or a text that holds one. The process keeps LC_NUMERIC at "C". */
bool value_real(const struct json_value *value, double *out);

/** Is the text this word, without regard to case? */
bool value_is(const struct json_value *value, const char *word);

#endif
