/* Widths, cutting, wrapping and colours. */
#include "ctl/screen.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static void in_utf8(void)
{
    cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

TestSuite(screen, .init = in_utf8, .fini = leaks_fail);

#define WIDE "\xe6\x9d\xb1\xe4\xba\xac"  /* two characters of two columns */
#define COMBINED "e\xcc\x81"             /* e and a combining acute: one column */

Test(screen, width)
{
    static const struct {
        const char *text;
        unsigned width;
    } rows[] = {
        { "", 0 },     { "abc", 3 },      { WIDE, 4 }, { "a" WIDE "b", 6 }, { COMBINED COMBINED, 2 },
        { "\xff", 1 }, { "\xe6\x9d", 2 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(text_width(rows[i].text), rows[i].width, "\"%s\" has %u", rows[i].text, text_width(rows[i].text));
}

Test(screen, fit)
{
    static const struct {
        const char *what, *text;
        unsigned columns;
        size_t bytes;
    } rows[] = {
        { "all of it", "abc", 3, 3 },
        { "a part", "abc", 2, 2 },
        { "nothing", "abc", 0, 0 },
        { "half a wide character does not fit", WIDE, 3, 3 },
        { "two wide ones do", WIDE, 4, 6 },
        { "what combines stays with its letter", COMBINED "x", 1, 3 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(text_fit(rows[i].text, rows[i].columns), rows[i].bytes, "%s", rows[i].what);
}

static char *wrapped(const char *text, unsigned columns, unsigned at, unsigned indent)
{
    char *out = NULL;
    size_t len = 0;
    struct screen screen = { .to = open_memstream(&out, &len), .columns = columns };

    screen_wrap(&screen, text, at, indent);
    fclose(screen.to);
    return out;
}

Test(screen, wrap)
{
    static const struct {
        const char *what, *text;
        unsigned columns, at, indent;
        const char *out;
    } rows[] = {
        { "fits", "one two", 30, 0, 0, "one two\n" },
        { "nothing is a line, too", "", 30, 0, 0, "\n" },
        { "breaks at a blank", "one two three four five six", 20, 0, 2, "one two three four\n  five six\n" },
        { "exactly full", "12345678901234567890 x", 20, 0, 0, "12345678901234567890\nx\n" },
        { "a long word stays whole", "a 123456789012345678901234567890 b", 20, 0, 0,
          "a\n123456789012345678901234567890\nb\n" },
        { "the first line may begin further right", "one two three four five", 30, 10, 0,
          "one two three four\nfive\n" },
        { "line ends are kept", "one\ntwo", 30, 0, 1, "one\n two\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = wrapped(rows[i].text, rows[i].columns, rows[i].at, rows[i].indent);
        cr_expect_str_eq(out, rows[i].out, "%s: \"%s\"", rows[i].what, out);
        free(out);
    }
}

Test(screen, age)
{
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {
        { -1, "-" },          { 0, "0s" },           { 42.9, "42s" },        { 99, "99s" },
        { 100, "1m" },        { 5999, "99m" },       { 6000, "1h40m" },      { 35999, "9h59m" },
        { 36000, "10h" },     { 172799, "47h" },     { 172800, "2d00h" },    { 863999, "9d23h" },
        { 864000, "10d" },    { 1e300, "1157407d" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[AGE_TEXT_MAX];
        cr_expect_str_eq(age_text(rows[i].seconds, text), rows[i].text, "%f s", rows[i].seconds);
    }
}

Test(screen, colour_rules)
{
    static const struct {
        const char *what;
        enum colour_mode mode;
        bool terminal;
        const char *no_color, *term;
        bool wanted;
    } rows[] = {
        { "a terminal", COLOUR_AUTO, true, NULL, "xterm", true },
        { "no terminal", COLOUR_AUTO, false, NULL, "xterm", false },
        { "NO_COLOR", COLOUR_AUTO, true, "1", "xterm", false },
        { "an empty NO_COLOR is none", COLOUR_AUTO, true, "", "xterm", true },
        { "a dumb terminal", COLOUR_AUTO, true, NULL, "dumb", false },
        { "no TERM", COLOUR_AUTO, true, NULL, NULL, false },
        { "asked for", COLOUR_ALWAYS, false, "1", NULL, true },
        { "refused", COLOUR_NEVER, true, NULL, "xterm", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(screen_wants_colour(rows[i].mode, rows[i].terminal, rows[i].no_color, rows[i].term),
                     rows[i].wanted, "%s", rows[i].what);
}

Test(screen, columns)
{
    static const struct {
        const char *what, *written;
        unsigned terminal, columns;
    } rows[] = {
        { "the terminal's", NULL, 132, 132 },         { "no terminal: no limit", NULL, 0, 0 },
        { "the environment wins", "90", 132, 90 },    { "and holds without a terminal", "90", 0, 90 },
        { "nonsense is not heard", "wide", 100, 100 }, { "nor is too little", "3", 100, 100 },
        { "nor too much", "99999999999999999999", 0, 0 }, { "a terminal without a width", NULL, 1, 80 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(screen_columns(rows[i].written, rows[i].terminal), rows[i].columns, "%s", rows[i].what);
}

Test(screen, paints_end_where_they_began)
{
    char *out = NULL;
    size_t len = 0;
    struct screen screen = { .to = open_memstream(&out, &len), .colour = true };

    screen_put(&screen, PAINT_BAD, "x");
    screen_put(&screen, PAINT_PLAIN, "y");
    screen.colour = false;
    screen_put(&screen, PAINT_BAD, "z");
    fclose(screen.to);
    cr_expect_str_eq(out, "\033[1;31mx\033[0myz");
    free(out);
}
