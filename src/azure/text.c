/* Texts of requests and answers: comparing, making harmless, and building with percent-encoding. */
#include "azure/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A word of an error message at least so long, with a digit in it, may be a token, a key or a GUID. */
#define SECRET_LEN 20

bool text_is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

size_t text_find(const char *text, size_t len, const char *word)
{
    size_t size = strlen(word);

    for (size_t at = 0; at + size <= len; at++)
        if (strncasecmp(text + at, word, size) == 0)
            return at;
    return len;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char harmless(char c)
{
    return blank(c) ? ' ' : c > ' ' && c <= '~' ? c : '?';
}

void text_copy(char *out, size_t size, const char *text, size_t len)
{
    while (len > 0 && blank(*text))
        text++, len--;
    while (len > 0 && blank(text[len - 1]))
        len--;
    if (len > size - 1)
        len = size - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = harmless(text[i]);
    out[len] = '\0';
}

/* Up to the first full stop that ends a sentence or the first line break. */
static size_t sentence_len(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\r' || text[i] == '\n' || (text[i] == '.' && (i + 1 == len || blank(text[i + 1]))))
            return i;
    return len;
}

static bool may_be_secret(const char *word, size_t len)
{
    bool digit = false;

    for (size_t i = 0; i < len; i++)
        digit = digit || isdigit((unsigned char)word[i]);
    return (digit && len >= SECRET_LEN) || text_find(word, len, "://") < len;
}

static bool ends_word(char c)
{
    return blank(c) || strchr("'\"()<>[]{},;", c) != NULL;
}

void text_copy_sentence(char *out, size_t size, const char *text, size_t len)
{
    size_t used = 0;

    while (len > 0 && blank(*text))
        text++, len--;
    len = sentence_len(text, len);
    for (size_t at = 0; at < len;) {
        size_t word = 0;
        while (at + word < len && !ends_word(text[at + word]))
            word++;
        bool hidden = may_be_secret(text + at, word);
        const char *from = hidden ? "(...)" : text + at;
        size_t take = hidden ? 5 : word > 0 ? word : 1;
        if (used + take > size - 1)
            break;
        for (size_t i = 0; i < take; i++)
            out[used++] = harmless(from[i]);
        at += word > 0 ? word : 1;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

void text_print(char *out, size_t size, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(out, size, format, values);
    va_end(values);
}

void line_init(struct line *line, size_t room)
{
    *line = (struct line){ .text = malloc(room + 1), .room = room };
    if (line->text == NULL)
        abort();
    line->text[0] = '\0';
}

void line_add_part(struct line *line, const char *text, size_t len)
{
    assert(len <= line->room - line->len);
    memcpy(line->text + line->len, text, len);
    line->len += len;
    line->text[line->len] = '\0';
}

void line_add(struct line *line, const char *text)
{
    line_add_part(line, text, strlen(text));
}

void line_add_json(struct line *line, const char *text)
{
    line_add(line, "\"");
    for (; *text != '\0'; text++) {
        char escaped[LINE_JSON_MOST + 1];
        unsigned char c = (unsigned char)*text;
        if (c < ' ')
            text_print(escaped, sizeof escaped, "\\u%04x", c);
        else
            text_print(escaped, sizeof escaped, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
        line_add(line, escaped);
    }
    line_add(line, "\"");
}

void line_add_encoded(struct line *line, const char *text, size_t len, const char *keep)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = (c < 0x80 && isalnum(c)) || (c != 0 && (strchr("-._~", c) != NULL || strchr(keep, c) != NULL));
        assert(line->len + (plain ? 1 : 3) <= line->room);
        if (plain) {
            line->text[line->len++] = (char)c;
        } else {
            line->text[line->len++] = '%';
            line->text[line->len++] = hex[c >> 4];
            line->text[line->len++] = hex[c & 15];
        }
    }
    line->text[line->len] = '\0';
}
