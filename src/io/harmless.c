/*
 * Text from outside, made fit for a log and a terminal. One pass over the characters: each is decoded strictly
 * (RFC 3629), then copied or replaced by something visible. Names and tags in Azure are written by people whom nobody
 * here knows, and answers by machines that may be broken, so whatever is shown passes this function.
 */
#include "io/harmless.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NO_CHARACTER UINT32_MAX
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CUT "\xe2\x80\xa6"         /* U+2026 */
#define PIECE_MAX 16

/* Characters that act rather than show. Zero width space, joiner and non-joiner are needed by scripts and stay. */
static const struct range {
    uint32_t first, last;
} acting[] = {
    { 0x00, 0x1f },       { 0x7f, 0x9f },     /* C0, DEL, C1 */
    { 0x061c, 0x061c },   { 0x200e, 0x200f }, /* marks that turn the direction */
    { 0x2028, 0x202e },                       /* line and paragraph separator, embeddings and overrides */
    { 0x2060, 0x206f },                       /* isolates, invisible operators, deprecated format characters */
    { 0xfeff, 0xfeff },   { 0xfff9, 0xfffb }, /* byte-order mark, interlinear annotation */
    { 0xe0000, 0xe007f },                     /* tags */
};

static bool acts(uint32_t code)
{
    for (size_t i = 0; i < sizeof acting / sizeof *acting; i++)
        if (code >= acting[i].first && code <= acting[i].last)
            return true;
    return false;
}

/* Lead bytes, how many follow, and what the first of these may be (Unicode 15, table 3-7). */
static const struct lead {
    uint8_t first, last, follow, second_least, second_most;
} leads[] = {
    { 0xc2, 0xdf, 1, 0x80, 0xbf }, { 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
    { 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf }, { 0xf0, 0xf0, 3, 0x90, 0xbf },
    { 0xf1, 0xf3, 3, 0x80, 0xbf }, { 0xf4, 0xf4, 3, 0x80, 0x8f },
};

static const struct lead *lead_of(uint8_t byte)
{
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

/* The character at the start of @p bytes, or NO_CHARACTER. Returns how many bytes it, or the broken sequence, has. */
static size_t decode(const uint8_t *bytes, size_t len, uint32_t *code)
{
    *code = bytes[0];
    if (bytes[0] < 0x80)
        return 1;
    *code = NO_CHARACTER;
    const struct lead *lead = lead_of(bytes[0]);
    if (lead == NULL)
        return 1;
    uint32_t value = bytes[0] & (0x3fU >> lead->follow);
    for (size_t i = 1; i <= lead->follow; i++) {
        uint8_t least = i == 1 ? lead->second_least : 0x80, most = i == 1 ? lead->second_most : 0xbf;
        if (i >= len || bytes[i] < least || bytes[i] > most)
            return i;
        value = value << 6 | (bytes[i] & 0x3fU);
    }
    *code = value;
    return lead->follow + 1U;
}

/* What stands for the character @p code, whose own bytes are @p bytes. Returns the length. */
static size_t show(uint32_t code, const uint8_t *bytes, size_t len, enum harmless_lines lines, char piece[PIECE_MAX])
{
    int shown;

    if (code == '\n' || code == '\t') {
        piece[0] = lines == HARMLESS_ONE_LINE ? ' ' : (char)code;
        return 1;
    }
    if (code != NO_CHARACTER && !acts(code)) {
        memcpy(piece, bytes, len);
        return len;
    }
    if (code == NO_CHARACTER)
        shown = snprintf(piece, PIECE_MAX, REPLACEMENT);
    else if (code <= 0xff)
        shown = snprintf(piece, PIECE_MAX, "\\x%02x", code);
    else
        shown = snprintf(piece, PIECE_MAX, code <= 0xffff ? "\\u%04x" : "\\U%08x", code);
    assert(shown > 0 && shown < PIECE_MAX);
    return (size_t)shown;
}

size_t harmless_text(const char *text, size_t len, enum harmless_lines lines, char *out, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t written = 0, cut_at = 0;

    assert(size > strlen(CUT));
    for (size_t i = 0; i < len;) {
        char piece[PIECE_MAX];
        uint32_t code;
        size_t used = decode(bytes + i, len - i, &code);
        size_t shown = show(code, bytes + i, used, lines, piece);
        if (written + shown >= size) {
            memcpy(out + cut_at, CUT, strlen(CUT));
            written = cut_at + strlen(CUT);
            break;
        }
        memcpy(out + written, piece, shown);
        written += shown;
        if (written + strlen(CUT) < size)
            cut_at = written;
        i += used;
    }
    out[written] = '\0';
    return written;
}
