/* Characters of a text from outside: what is one, and which of them must not reach a terminal. */
#include "config/utf8.h"

size_t utf8_next(const char *text, size_t len, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *byte = (const unsigned char *)text;
    size_t size = byte[0] < 0x80 ? 1 : byte[0] < 0xc0 ? 0 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;

    if (size == 0 || size > len || byte[0] > 0xf4)
        return 0;
    uint32_t value = size == 1 ? byte[0] : byte[0] & (0x7fU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (byte[i] & 0x3fU);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return size;
}

bool utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool utf8_has_control(const char *text, size_t len)
{
    uint32_t code = 0;

    for (size_t at = 0, size; at < len; at += size) {
        size = utf8_next(text + at, len - at, &code);
        if (size == 0 || utf8_is_control(code))
            return true;
    }
    return false;
}
