/*
 * Reading UTF-8 strictly (RFC 3629) and writing it in whole characters. Names of Azure's resources, labels and
 * answers may hold any bytes, while a JSON text and an environment must not.
 */
#include "paging/utf8.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* By the first byte: how long, its own bits, and the least code point that may be written so long. */
static const struct form {
    uint8_t mask, lead, length;
    uint32_t least;
} forms[] = {
    { 0x80, 0x00, 1, 0 },
    { 0xe0, 0xc0, 2, 0x80 },
    { 0xf0, 0xe0, 3, 0x800 },
    { 0xf8, 0xf0, 4, 0x10000 },
};

size_t utf8_character(const char *text, uint32_t *code)
{
    uint8_t first = (uint8_t)text[0];
    const struct form *form = NULL;

    for (size_t i = 0; i < sizeof forms / sizeof *forms && form == NULL; i++)
        if ((first & forms[i].mask) == forms[i].lead)
            form = &forms[i];
    if (form == NULL)
        return 0;
    uint32_t value = first & (uint8_t)~form->mask;
    for (size_t i = 1; i < form->length; i++) { /* the text's NUL is no continuation, so this ends there */
        uint8_t next = (uint8_t)text[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3f);
    }
    if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return form->length;
}

/* Characters that change a terminal, a line or the direction of what follows. */
static bool disturbs(uint32_t code)
{
    static const struct { uint32_t first, last; } ranges[] = {
        { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x061c, 0x061c }, { 0x200e, 0x200f },
        { 0x2028, 0x202e }, { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static size_t copy(char *out, size_t room, const char *text, bool plain)
{
    size_t used = 0;

    assert(room > 0);
    while (*text != '\0') {
        uint32_t code = 0;
        size_t read = utf8_character(text, &code);
        const char *from = read == 0 ? REPLACEMENT : plain && disturbs(code) ? "?" : text;
        size_t len = from == text ? read : strlen(from);
        if (used + len >= room)
            break;
        memcpy(out + used, from, len);
        used += len;
        text += read == 0 ? 1 : read;
    }
    out[used] = '\0';
    return used;
}

size_t utf8_copy(char *out, size_t room, const char *text)
{
    return copy(out, room, text, false);
}

size_t utf8_copy_plain(char *out, size_t room, const char *text)
{
    return copy(out, room, text, true);
}
