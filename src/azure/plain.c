/*
 * HTML to one line of plain text, as far as a notice about maintenance needs it: no tree, no attributes, and whatever
 * is not understood stays as it is written.
 */
#include "azure/plain.h"

#include "azure/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ENTITY_MAX 10 /* "&#x10FFFF;" */

struct plain {
    char *out;
    size_t size, used;
    bool blank; /* one is due before the next character */
    bool full;
};

/* Characters that show nothing or change how others are shown: controls, zero widths, directions, line separators. */
static bool invisible(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x00, 0x1F },     { 0x7F, 0x9F },     { 0xAD, 0xAD },     { 0x200B, 0x200F },
        { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00 >> len) | c);
    return len;
}

static void put_character(struct plain *plain, uint32_t c)
{
    char bytes[4];

    if (c == ' ' || c == 0xA0 || c == 0x2028 || c == 0x2029 || (c >= '\t' && c <= '\r')) {
        plain->blank = plain->used > 0;
        return;
    }
    if (invisible(c))
        return;
    size_t len = encode(c, bytes), need = len + plain->blank;
    if (plain->full || need > plain->size - 1 - plain->used) {
        plain->full = true;
        return;
    }
    if (plain->blank)
        plain->out[plain->used++] = ' ';
    plain->blank = false;
    memcpy(plain->out + plain->used, bytes, len);
    plain->used += len;
}

/* The character at @p text, which is valid; its length into @p len. */
static uint32_t decode(const char *text, size_t *len)
{
    unsigned char first = (unsigned char)*text;

    *len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t c = *len == 1 ? first : first & (0xFFU >> (*len + 1));
    for (size_t i = 1; i < *len; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3F);
    return c;
}

/* "#39", "#x27": 0 when it is no character. */
static uint32_t numbered(const char *name, size_t len)
{
    bool hex = len > 1 && (name[1] == 'x' || name[1] == 'X');
    uint32_t c = 0, base = hex ? 16 : 10;

    for (size_t i = hex ? 2 : 1; i < len; i++) {
        unsigned char digit = (unsigned char)name[i];
        if (hex ? !isxdigit(digit) : !isdigit(digit))
            return 0;
        c = c * base + (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
    }
    return c < 0x110000 && (c < 0xD800 || c > 0xDFFF) ? c : 0;
}

/* What stands between "&" and ";": 0 when it is not known. */
static uint32_t entity(const char *name, size_t len)
{
    static const struct {
        const char *name;
        uint32_t c;
    } known[] = {
        { "amp", '&' },       { "lt", '<' },         { "gt", '>' },         { "quot", '"' },     { "apos", '\'' },
        { "nbsp", 0xA0 },     { "ndash", 0x2013 },   { "mdash", 0x2014 },   { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
        { "ldquo", 0x201C },  { "rdquo", 0x201D },   { "bull", 0x2022 },    { "hellip", 0x2026 }, { "copy", 0xA9 },
        { "reg", 0xAE },      { "trade", 0x2122 },   { "middot", 0xB7 },
    };
    if (len > 1 && *name == '#')
        return numbered(name, len);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == len && memcmp(known[i].name, name, len) == 0)
            return known[i].c;
    return 0;
}

/* An entity at @p text: puts it and returns its length, 0 when there is none. */
static size_t take_entity(struct plain *plain, const char *text, size_t len)
{
    size_t most = len < ENTITY_MAX ? len : ENTITY_MAX;
    const char *end = memchr(text, ';', most);
    uint32_t c = end != NULL ? entity(text + 1, (size_t)(end - text) - 1) : 0;

    if (c == 0)
        return 0;
    put_character(plain, c);
    return (size_t)(end - text) + 1;
}

/* Behind the words @p end, or @p len. */
static size_t behind(const char *text, size_t len, const char *end)
{
    size_t at = text_find(text, len, end);

    return at < len ? at + strlen(end) : len;
}

/* A tag at @p text: how far it goes, with what is inside where that is not for readers; 0 when there is none. */
static size_t tag_span(const char *text, size_t len)
{
    static const struct {
        const char *open, *close;
    } hidden[] = { { "<!--", "-->" }, { "<script", "</script>" }, { "<style", "</style>" } };

    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (len >= strlen(hidden[i].open) && text_find(text, strlen(hidden[i].open), hidden[i].open) == 0)
            return behind(text, len, hidden[i].close);
    bool tag = len > 1 && (isalpha((unsigned char)text[1]) || text[1] == '/' || text[1] == '!');
    const char *end = tag ? memchr(text, '>', len) : NULL;
    return end != NULL ? (size_t)(end - text) + 1 : 0;
}

void plain_text(char *out, size_t size, const char *text, size_t len)
{
    struct plain plain = { .out = out, .size = size };

    for (size_t at = 0, step = 0; at < len && !plain.full; at += step) {
        step = text[at] == '<' ? tag_span(text + at, len - at) : 0;
        if (step > 0) {
            plain.blank = plain.used > 0;
            continue;
        }
        step = text[at] == '&' ? take_entity(&plain, text + at, len - at) : 0;
        if (step == 0)
            put_character(&plain, decode(text + at, &step));
    }
    out[plain.used] = '\0';
}
