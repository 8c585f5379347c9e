/*
 * The terminal: how wide text is on it, where a line has to be broken, which words get a colour. Widths are those of
 * the locale's wcwidth(), so a name in Chinese takes two columns a character and the table still lines up.
 */
#include "ctl/screen.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char *const paints[PAINTS] = {
    [PAINT_PLAIN] = "",          [PAINT_GOOD] = "\033[32m", [PAINT_WARNING] = "\033[33m", [PAINT_BAD] = "\033[1;31m",
    [PAINT_WAITING] = "\033[36m", [PAINT_ODD] = "\033[35m",  [PAINT_DIM] = "\033[2m",      [PAINT_BOLD] = "\033[1m",
};

bool screen_wants_colour(enum colour_mode mode, bool terminal, const char *no_color, const char *term)
{
    if (mode != COLOUR_AUTO)
        return mode == COLOUR_ALWAYS;
    return terminal && (no_color == NULL || *no_color == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

unsigned screen_columns(const char *written, unsigned terminal)
{
    char *end = NULL;
    unsigned long columns = written == NULL ? 0 : strtoul(written, &end, 10);

    if (end != NULL && *end == '\0' && columns >= 20 && columns <= 1000)
        return (unsigned)columns;
    return terminal >= 20 ? terminal : terminal > 0 ? 80 : 0;
}

const char *screen_on(const struct screen *screen, enum paint paint)
{
    return screen->colour ? paints[paint] : "";
}

const char *screen_off(const struct screen *screen, enum paint paint)
{
    return screen->colour && *paints[paint] != '\0' ? "\033[0m" : "";
}

void screen_put(const struct screen *screen, enum paint paint, const char *text)
{
    fprintf(screen->to, "%s%s%s", screen_on(screen, paint), text, screen_off(screen, paint));
}

void screen_blanks(const struct screen *screen, unsigned count)
{
    fprintf(screen->to, "%*s", (int)count, "");
}

/* One character: its bytes, and the columns it takes. A byte that is none takes one. */
static size_t character(const char *text, size_t len, unsigned *columns)
{
    mbstate_t state = { 0 };
    wchar_t wide;
    size_t bytes = mbrtowc(&wide, text, len, &state);

    *columns = 1;
    if (bytes == 0 || bytes > len)
        return 1;
    int width = wcwidth(wide);
    *columns = width < 0 ? 1 : (unsigned)width;
    return bytes;
}

unsigned text_width(const char *text)
{
    size_t len = strlen(text);
    unsigned width = 0;

    for (size_t at = 0; at < len;) {
        unsigned columns;
        at += character(text + at, len - at, &columns);
        width += columns;
    }
    return width;
}

size_t text_fit(const char *text, unsigned columns)
{
    size_t len = strlen(text), at = 0;
    unsigned width = 0;

    while (at < len) {
        unsigned wide;
        size_t bytes = character(text + at, len - at, &wide);
        if (width + wide > columns)
            break;
        width += wide;
        at += bytes;
    }
    return at;
}

/* How much of a text goes on a line of so many columns: up to its end, a line end, the last blank, or by force. */
static size_t line_len(const char *text, unsigned columns)
{
    size_t newline = strcspn(text, "\n"), fit = text_fit(text, columns);

    if (newline <= fit)
        return newline;
    for (size_t at = fit + 1; at-- > 1;)
        if (text[at] == ' ')
            return at;
    size_t word = strcspn(text, " \n"); /* too long for the line: an id stays whole, so that it can be copied */
    return word > 0 ? word : 1;
}

void screen_wrap(const struct screen *screen, const char *text, unsigned at, unsigned indent)
{
    unsigned limit = screen->columns > 0 ? screen->columns : 100;

    for (bool first = true; *text != '\0' || first; first = false) {
        unsigned start = first ? at : indent;
        size_t len = line_len(text, limit > start + 20 ? limit - start : 20);
        if (!first)
            screen_blanks(screen, indent);
        fprintf(screen->to, "%.*s\n", (int)len, text);
        text += len;
        text += *text == '\n' ? 1 : strspn(text, " ");
    }
}

const char *age_text(double seconds, char text[AGE_TEXT_MAX])
{
    long long s = seconds < 0 ? 0 : seconds > 1e11 ? 100000000000 : (long long)seconds;
    long long minutes = s / 60, hours = s / 3600, days = s / 86400;

    if (seconds < 0)
        snprintf(text, AGE_TEXT_MAX, "-");
    else if (s < 100)
        snprintf(text, AGE_TEXT_MAX, "%llds", s);
    else if (minutes < 100)
        snprintf(text, AGE_TEXT_MAX, "%lldm", minutes);
    else if (hours < 10)
        snprintf(text, AGE_TEXT_MAX, "%lldh%02lldm", hours, minutes % 60);
    else if (hours < 48)
        snprintf(text, AGE_TEXT_MAX, "%lldh", hours);
    else if (days < 10)
        snprintf(text, AGE_TEXT_MAX, "%lldd%02lldh", days, hours % 24);
    else
        snprintf(text, AGE_TEXT_MAX, "%lldd", days);
    return text;
}

struct painted_word {
    const char *word;
    enum paint paint;
};

static enum paint find(const struct painted_word *words, const char *word)
{
    for (; words->word != NULL; words++)
        if (strcmp(words->word, word) == 0)
            return words->paint;
    return PAINT_PLAIN;
}

enum paint paint_of_verdict(const char *verdict)
{
    static const struct painted_word words[] = {
        { "usable", PAINT_GOOD },  { "degraded", PAINT_WARNING }, { "waiting", PAINT_WAITING },
        { "unusable", PAINT_BAD }, { "unknown", PAINT_ODD },      { NULL, PAINT_PLAIN },
    };
    return find(words, verdict);
}

enum paint paint_of_severity(const char *severity)
{
    static const struct painted_word words[] = {
        { "critical", PAINT_BAD },
        { "warning", PAINT_WARNING },
        { "info", PAINT_WAITING },
        { NULL, PAINT_PLAIN },
    };
    return find(words, severity);
}
