#ifndef ERWATCH_PAGING_UTF8_H
#define ERWATCH_PAGING_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Foreign text as valid UTF-8 of bounded length. */

/**
 * One character at the beginning of a NUL-terminated text.
 *
 * @param code  its code point
 * @return      its bytes, 1 to 4; 0: the first byte begins no character (wrong, overlong, a surrogate, cut off)
 */
size_t utf8_character(const char *text, uint32_t *code);

/** Copy as much as fits into @p room bytes, NUL included, in whole characters; a wrong byte becomes U+FFFD. */
size_t utf8_copy(char *out, size_t room, const char *text);

/** The same for one line of plain text: controls, direction overrides and line separators become '?'. */
size_t utf8_copy_plain(char *out, size_t room, const char *text);

#endif
