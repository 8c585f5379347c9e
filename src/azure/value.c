/* What the scalars of an answer mean: numbers within bounds, words without case. */
#include "azure/value.h"

#include "azure/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool value_real(const struct json_value *value, double *out)
{
    char copy[40]; /* the longest double that is written sensibly takes 24 */
    char *end;

    if ((value->type != JSON_NUMBER && value->type != JSON_STRING) || value->len == 0 || value->len >= sizeof copy)
        return false;
    memcpy(copy, value->text, value->len);
    copy[value->len] = '\0';
    if (strspn(copy, "0123456789+-.eE") != value->len)
        return false; /* strtod also knows hexadecimal, infinities and blanks */
    double number = strtod(copy, &end);
    if (*end != '\0' || !isfinite(number))
        return false;
    *out = number;
    return true;
}

bool value_whole(const struct json_value *value, int64_t least, int64_t most, int64_t *out)
{
    double number;

    if (!value_real(value, &number) || number < (double)least || number > (double)most)
        return false;
    int64_t whole = (int64_t)number;
    if ((double)whole != number)
        return false;
    *out = whole;
    return true;
}

bool value_is(const struct json_value *value, const char *word)
{
    return value->type == JSON_STRING && text_is(value->text, value->len, word);
}
