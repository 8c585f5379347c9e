/* Text from outside, made visible: one row for each kind of trouble. */
#include "io/harmless.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(harmless, .fini = leaks_fail);

#define TEXT(literal) literal, sizeof literal - 1

static const struct {
    const char *what, *text;
    size_t len;
    const char *lines, *one_line; /* NULL: the same */
} rows[] = {
    { "plain text", TEXT("London 1 (LON)"), "London 1 (LON)", NULL },
    { "nothing", TEXT(""), "", NULL },
    { "UTF-8 of every length", TEXT("Zürich – 東京 🚀"), "Zürich – 東京 🚀", NULL },
    { "a backslash stays", TEXT("a\\x1bb"), "a\\x1bb", NULL },
    { "line ends and tabs", TEXT("a\n\tb\n"), "a\n\tb\n", "a  b " },
    { "a carriage return hides what stands before it", TEXT("bad\rgood"), "bad\\x0dgood", NULL },
    { "an escape sequence", TEXT("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m", NULL },
    { "a title sequence with a bell", TEXT("\x1b]0;x\x07"), "\\x1b]0;x\\x07", NULL },
    { "NUL", TEXT("a\0b"), "a\\x00b", NULL },
    { "DEL", TEXT("a\x7f"), "a\\x7f", NULL },
    { "C1, as UTF-8: CSI", TEXT("\xc2\x9b" "31m"), "\\x9b31m", NULL },
    { "C1, the last", TEXT("\xc2\x9f"), "\\x9f", NULL },
    { "what follows C1 is text", TEXT("\xc2\xa0"), "\xc2\xa0", NULL },
    { "C1, as a bare byte", TEXT("\x9b" "31m"), "\xef\xbf\xbd" "31m", NULL },
    { "right-to-left override", TEXT("a\xe2\x80\xae" "b"), "a\\u202eb", NULL },
    { "isolate", TEXT("\xe2\x81\xa6"), "\\u2066", NULL },
    { "Arabic letter mark", TEXT("\xd8\x9c"), "\\u061c", NULL },
    { "Arabic itself", TEXT("\xd8\xa7"), "\xd8\xa7", NULL },
    { "line separator", TEXT("a\xe2\x80\xa8" "b"), "a\\u2028b", NULL },
    { "byte-order mark", TEXT("\xef\xbb\xbf{}"), "\\ufeff{}", NULL },
    { "tags, which nobody sees", TEXT("\xf3\xa0\x81\x81"), "\\U000e0041", NULL },
    { "joiner, which scripts need", TEXT("\xe2\x80\x8d"), "\xe2\x80\x8d", NULL },
    { "a follower alone", TEXT("\x80"), "\xef\xbf\xbd", NULL },
    { "a sequence cut short at the end", TEXT("a\xe2\x82"), "a\xef\xbf\xbd", NULL },
    { "a sequence cut short by text", TEXT("\xf0\x9f\x9a" "b"), "\xef\xbf\xbd" "b", NULL },
    { "an overlong slash", TEXT("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "an overlong NUL of three bytes", TEXT("\xe0\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "a surrogate", TEXT("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "above U+10FFFF", TEXT("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "the last character there is", TEXT("\xf4\x8f\xbf\xbd"), "\xf4\x8f\xbf\xbd", NULL },
    { "bytes that are never UTF-8", TEXT("\xfe\xff"), "\xef\xbf\xbd\xef\xbf\xbd", NULL },
};

Test(harmless, rows)
{
    char out[256];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *one_line = rows[i].one_line != NULL ? rows[i].one_line : rows[i].lines;
        size_t len = harmless_text(rows[i].text, rows[i].len, HARMLESS_KEEP_LINES, out, sizeof out);
        cr_expect_str_eq(out, rows[i].lines, "%s: %s", rows[i].what, out);
        cr_expect_eq(len, strlen(out), "%s", rows[i].what);
        harmless_text(rows[i].text, rows[i].len, HARMLESS_ONE_LINE, out, sizeof out);
        cr_expect_str_eq(out, one_line, "%s: %s", rows[i].what, out);
    }
}

Test(harmless, twice_is_the_same)
{
    char once[256], twice[256];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = harmless_text(rows[i].text, rows[i].len, HARMLESS_KEEP_LINES, once, sizeof once);
        harmless_text(once, len, HARMLESS_KEEP_LINES, twice, sizeof twice);
        cr_expect_str_eq(twice, once, "%s", rows[i].what);
    }
}

Test(harmless, is_cut_between_characters)
{
    static const struct {
        const char *what, *text;
        size_t size;
        const char *out;
    } cuts[] = {
        { "it fits", "abc", 4, "abc" },
        { "one byte too long", "abcd", 4, "…" },
        { "the mark has its room", "abcdefgh", 8, "abcd…" },
        { "not within a character", "abcd\xc3\xbc\xc3\xbc", 8, "abcd…" },
        { "a character that ends where the mark begins", "ab\xc3\xbc\xc3\xbc\xc3\xbc", 8, "ab\xc3\xbc…" },
        { "not within an escape", "a\x1b\x1b", 8, "a…" },
        { "a whole escape fits", "\x1b" "bcde", 8, "\\x1b…" },
    };
    char out[64];

    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        size_t len = harmless_text(cuts[i].text, strlen(cuts[i].text), HARMLESS_KEEP_LINES, out, cuts[i].size);
        cr_expect_str_eq(out, cuts[i].out, "%s: %s", cuts[i].what, out);
        cr_expect_lt(len, cuts[i].size, "%s", cuts[i].what);
    }
}

/* No two bytes, whatever they are, let a control character through; and the room is enough for both. */
Test(harmless, every_pair_of_bytes)
{
    char out[HARMLESS_ROOM(2)];

    for (unsigned i = 0; i < 65536; i++) {
        char text[2] = { (char)(i >> 8), (char)(i & 0xff) };
        size_t len = harmless_text(text, 2, HARMLESS_ONE_LINE, out, sizeof out);
        bool bad = false;
        for (size_t at = 0; at < len; at++)
            bad = bad || (unsigned char)out[at] < 0x20 || out[at] == 0x7f;
        cr_assert_not(bad, "%02x %02x", i >> 8, i & 0xff);
        cr_assert(len < 3 || strcmp(out + len - 3, "…") != 0, "%02x %02x was cut", i >> 8, i & 0xff);
    }
}

Test(harmless, room_is_enough_for_the_worst)
{
    static const char *const worst[] = { "\x1b", "\x80", "\xe2\x80\xae", "\xf3\xa0\x81\x81", "\xd8\x9c" };
    char text[400], out[HARMLESS_ROOM(sizeof text)];

    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        size_t len = 0, one = strlen(worst[i]);
        for (; len + one <= sizeof text; len += one)
            memcpy(text + len, worst[i], one);
        size_t got = harmless_text(text, len, HARMLESS_KEEP_LINES, out, HARMLESS_ROOM(len));
        cr_expect_eq(got % (len / one), 0, "row %zu: all of them, and nothing cut", i);
    }
}
