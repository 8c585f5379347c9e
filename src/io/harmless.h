#ifndef ERWATCH_IO_HARMLESS_H
#define ERWATCH_IO_HARMLESS_H

#include <stddef.h>

/* Text from outside, made fit for a log and a terminal. */

enum harmless_lines {
    HARMLESS_KEEP_LINES, /* line ends and tabs stay */
    HARMLESS_ONE_LINE,   /* each becomes one space */
};

/** Enough room for whatever @p len bytes become, the NUL included. */
#define HARMLESS_ROOM(len) ((len) * 4 + 4)

/**
 * Copy text so that it cannot move the cursor, change colours, hide or turn other text round, or end a line unseen:
 *
 * - control characters (C0 but for line end and tab, DEL, C1) become `\x1b`, with the code in hexadecimal;
 * - bidirectional controls, line and paragraph separators, and characters made to be invisible become `\u202e`, those
 *   behind U+FFFF `\U000e0041`;
 * - bytes that are no UTF-8 become U+FFFD, one for each broken sequence.
 *
 * Everything else stays as it is, a backslash too: the result is for people, not to be undone. Making harmless text
 * harmless once more changes nothing.
 *
 * @param text  @p len bytes, NUL bytes are control characters like others
 * @param out   @p size bytes, 4 or more; ends in NUL. What has no room is cut between two characters, and `…` says so
 * @return      length of @p out
 */
size_t harmless_text(const char *text, size_t len, enum harmless_lines lines, char *out, size_t size);

#endif
