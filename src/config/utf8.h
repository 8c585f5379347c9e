#ifndef ERWATCH_CONFIG_UTF8_H
#define ERWATCH_CONFIG_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The next character of a text (RFC 3629: shortest form, no surrogates, up to U+10FFFF).
 *
 * @param len   bytes left, at least 1
 * @param code  its number; untouched when the bytes are no character
 * @return      how many bytes it takes, 0 when they are no character
 */
size_t utf8_next(const char *text, size_t len, uint32_t *code);

/** Is it a control character: C0, DEL, C1, or one that ends a line or turns its direction? */
bool utf8_is_control(uint32_t code);

/** Does a text hold one, or bytes that are no character? */
bool utf8_has_control(const char *text, size_t len);

#endif
