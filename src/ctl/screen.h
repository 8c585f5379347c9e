#ifndef ERWATCH_CTL_SCREEN_H
#define ERWATCH_CTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where the output goes and how text is measured, cut, wrapped and coloured there. All text is harmless already. */

struct screen {
    FILE *to;
    bool colour;
    bool utf8;        /* else our own marks are ASCII */
    unsigned columns; /* 0: as wide as it needs */
};

enum paint {
    PAINT_PLAIN,
    PAINT_GOOD,
    PAINT_WARNING,
    PAINT_BAD,
    PAINT_WAITING,
    PAINT_ODD,
    PAINT_DIM,
    PAINT_BOLD,
    PAINTS
};

enum colour_mode { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/**
 * May colours be used? In automatic mode: on a terminal that is not "dumb", and without NO_COLOR (https://no-color.org:
 * set and not empty).
 *
 * @param no_color, term  the values of the environment, NULL when unset
 */
bool screen_wants_colour(enum colour_mode mode, bool terminal, const char *no_color, const char *term);

/**
 * How wide is it?
 *
 * @param written   $COLUMNS, NULL when unset; wins when it is a number from 20 to 1000
 * @param terminal  columns of the terminal, 0 when it is none
 * @return          0: no limit
 */
unsigned screen_columns(const char *written, unsigned terminal);

/** The escape sequences that begin and end a paint; "" without colours. */
const char *screen_on(const struct screen *screen, enum paint paint);
const char *screen_off(const struct screen *screen, enum paint paint);

/** A whole text in one paint. */
void screen_put(const struct screen *screen, enum paint paint, const char *text);

/** Words broken into lines; the first begins at column @p at, the next ones at @p indent. Ends with a line end. */
void screen_wrap(const struct screen *screen, const char *text, unsigned at, unsigned indent);

void screen_blanks(const struct screen *screen, unsigned count);

/** Columns a text takes on a terminal (wide characters two, combining ones none). */
unsigned text_width(const char *text);

/** Bytes of the longest beginning that takes at most @p columns. */
size_t text_fit(const char *text, unsigned columns);

/** An age for a column: "-" when negative, "42s", "12m", "3h05m", "29h", "2d04h", "123d". */
#define AGE_TEXT_MAX 32
const char *age_text(double seconds, char text[AGE_TEXT_MAX]);

/** Colours of the words of the API. */
enum paint paint_of_verdict(const char *verdict);
enum paint paint_of_severity(const char *severity);

#endif
