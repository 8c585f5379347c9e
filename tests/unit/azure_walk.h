#ifndef ERWATCH_TESTS_AZURE_WALK_H
#define ERWATCH_TESTS_AZURE_WALK_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Where the values of a JSON text are, so that a test can put something else in their places. */

struct span {
    size_t begin, end;         /* of the value */
    size_t key_begin, key_end; /* without the quotes; equal for an element */
};

struct spans {
    size_t count;
    struct span span[2048];
};

static inline size_t text_end(const char *text, size_t at)
{
    for (at++; text[at] != '"'; at++)
        at += text[at] == '\\';
    return at + 1;
}

/* The value at @p at of a text that is known to be well-formed and without blanks, and all in it. Returns its end. */
static inline size_t walk(const char *text, size_t at, size_t key_begin, size_t key_end, struct spans *out)
{
    size_t begin = at;

    if (text[at] == '"') {
        at = text_end(text, at);
    } else if (text[at] == '{' || text[at] == '[') {
        bool object = text[at] == '{';
        for (at++; text[at] != '}' && text[at] != ']'; at += text[at] == ',') {
            size_t key = at, end = at;
            if (object)
                end = text_end(text, at), at = end + 1;
            at = walk(text, at, object ? key + 1 : 0, object ? end - 1 : 0, out);
        }
        at++;
    } else {
        at += strcspn(text + at, ",]}");
    }
    cr_assert(out->count < sizeof out->span / sizeof *out->span);
    out->span[out->count++] = (struct span){ begin, at, key_begin, key_end };
    return at;
}

static inline char type_of(char first)
{
    return strchr("\"{[tfn", first) != NULL ? (first == 'f' ? 't' : first) : '0';
}

/** Take the blanks outside texts away, in place. Returns the new length. */
static inline size_t minify(char *text, size_t len)
{
    size_t used = 0;

    for (size_t at = 0; at < len;) {
        size_t take = text[at] == '"' ? text_end(text, at) - at : 1;
        if (take > 1 || strchr(" \t\r\n", text[at]) == NULL) {
            memmove(text + used, text + at, take);
            used += take;
        }
        at += take;
    }
    return used;
}

#endif
