/* "Did you mean": the edit distance of optimal string alignment, letters compared without case. */
#include "config/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WORD_LEN_MAX 64 /* what is longer is no misspelt word */
#define WRONG_MAX 3

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Both texts are at most WORD_LEN_MAX long. Three rows of the usual table: before the last, the last, this one. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_LEN_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    size_t a_len = strlen(a), b_len = strlen(b);

    for (size_t j = 0; j <= b_len; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b_len];
}

const char *nearest_word(const char *text, const char *const *words, size_t count)
{
    size_t len = strlen(text), best = least(len / 3 > 0 ? len / 3 : 1, WRONG_MAX) + 1;
    const char *found = NULL;

    if (len < 2 || len > WORD_LEN_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == NULL || strlen(words[i]) > WORD_LEN_MAX)
            continue;
        size_t wrong = distance(text, words[i]);
        if (wrong < best) {
            best = wrong;
            found = words[i];
        }
    }
    return found;
}
