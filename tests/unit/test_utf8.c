/* Which bytes are characters, and that a copy is always valid, bounded and ends with a whole one. */
#include "paging/utf8.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <string.h>

TestSuite(utf8, .fini = leaks_fail);

#define BAD "\xef\xbf\xbd"

Test(utf8, reads_characters_strictly)
{
    static const struct { const char *text; size_t len; uint32_t code; const char *what; } rows[] = {
        { "a", 1, 'a', "ASCII" },
        { "\x7f", 1, 0x7f, "the last of one byte" },
        { "\xc2\x80", 2, 0x80, "the first of two" },
        { "\xdf\xbf", 2, 0x7ff, "the last of two" },
        { "\xe0\xa0\x80", 3, 0x800, "the first of three" },
        { "\xed\x9f\xbf", 3, 0xd7ff, "the last before the surrogates" },
        { "\xee\x80\x80", 3, 0xe000, "the first after them" },
        { "\xef\xbf\xbf", 3, 0xffff, "the last of three" },
        { "\xf0\x90\x80\x80", 4, 0x10000, "the first of four" },
        { "\xf4\x8f\xbf\xbf", 4, 0x10ffff, "the last of all" },
        { "\xf4\x90\x80\x80", 0, 0, "beyond the last" },
        { "\xf8\x88\x80\x80\x80", 0, 0, "five bytes" },
        { "\xc0\xaf", 0, 0, "an overlong slash" },
        { "\xe0\x80\xaf", 0, 0, "an overlong slash of three bytes" },
        { "\xf0\x80\x80\xaf", 0, 0, "an overlong slash of four bytes" },
        { "\xed\xa0\x80", 0, 0, "a surrogate" },
        { "\x80", 0, 0, "a continuation without a beginning" },
        { "\xe2\x82", 0, 0, "cut off by the end" },
        { "\xe2\x41\x42", 0, 0, "cut off by a letter" },
        { "\xff", 0, 0, "no byte of UTF-8" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t code = 0;
        cr_expect_eq(utf8_character(rows[i].text, &code), rows[i].len, "%s", rows[i].what);
        cr_expect_eq(code, rows[i].code, "%s", rows[i].what);
    }
}

Test(utf8, copies_what_fits)
{
    static const struct { const char *text; size_t room; const char *kept, *plain, *what; } rows[] = {
        { "London", 7, "London", "London", "all of it" },
        { "London", 6, "Londo", "Londo", "the NUL needs room" },
        { "a\xc3\xbc", 3, "a", "a", "no half character" },
        { "a\xc3\xbc", 4, "a\xc3\xbc", "a\xc3\xbc", "a whole one" },
        { "a\xff" "b", 9, "a" BAD "b", "a" BAD "b", "a wrong byte" },
        { "\xff\xff", 6, BAD, BAD, "room for one replacement" },
        { "a\n\t\x1b[0m", 20, "a\n\t\x1b[0m", "a??" "?[0m", "controls" },
        { "\xc2\x9b" "1m", 20, "\xc2\x9b" "1m", "?1m", "a control of C1" },
        { "\xe2\x80\xae" "x\xe2\x81\xa6", 20, "\xe2\x80\xae" "x\xe2\x81\xa6", "?x?", "direction overrides" },
        { "\xe2\x80\xa8", 20, "\xe2\x80\xa8", "?", "a line separator" },
        { "x", 1, "", "", "no room at all" },
        { "", 5, "", "", "nothing" },
    };
    char out[32];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(utf8_copy(out, rows[i].room, rows[i].text), strlen(rows[i].kept), "%s", rows[i].what);
        cr_expect_str_eq(out, rows[i].kept, "%s", rows[i].what);
        utf8_copy_plain(out, rows[i].room, rows[i].text);
        cr_expect_str_eq(out, rows[i].plain, "%s, plain: %s", rows[i].what, out);
    }
}
