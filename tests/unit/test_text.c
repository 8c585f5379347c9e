/* The bounded text builder, and durations and times for people. */
#include "leaks.h"

#include "core/span.h"
#include "core/text.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

TestSuite(text, .fini = leaks_fail);

Test(text, keeps_what_fits_and_says_when_not)
{
    static const struct {
        const char *what, *add;
        size_t room;
        const char *is;
    } rows[] = {
        { "an empty one", "", 8, "" },
        { "one that just fits", "1234567", 8, "1234567" },
        { "one byte too many", "12345678", 8, "1234…" },
        { "a cut before a character of two bytes", "123é5678", 8, "123…" },
        { "a cut inside of a character of four bytes", "12\xf0\x9f\x9a\x92""345", 9, "12…" },
        { "a character that just fits", "1234\xf0\x9f\x9a\x92", 9, "1234\xf0\x9f\x9a\x92" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[32];
        struct text text;
        text_init(&text, buffer, rows[i].room);
        text_add(&text, rows[i].add);
        cr_expect_str_eq(buffer, rows[i].is, "%s", rows[i].what);
        text_init(&text, buffer, rows[i].room);
        text_addf(&text, "%s", rows[i].add);
        cr_expect_str_eq(buffer, rows[i].is, "%s, formatted", rows[i].what);
    }
}

Test(text, ignores_what_comes_after_the_cut)
{
    char buffer[16];
    struct text text;

    text_init(&text, buffer, sizeof buffer);
    text_addf(&text, "%s", "much too long for this buffer");
    text_add(&text, "more");
    text_addf(&text, "%d", 7);
    text_add_cut(&text, "more", 2);
    cr_expect_str_eq(buffer, "much too lon…");
    cr_expect(text.full);
}

Test(text, bounds_a_name)
{
    char buffer[64];
    struct text text;

    text_init(&text, buffer, sizeof buffer);
    text_add_cut(&text, "London", 6);
    text_add_cut(&text, "|Zürich", 3);
    text_add_cut(&text, "|\x80\x80\x80\x80\x80\x80", 4);
    cr_expect_str_eq(buffer, "London|Z…|\x80\x80\x80…");
}

Test(text, shows_only_the_end_of_a_guid)
{
    static const struct {
        const char *what, *foreign;
        size_t most;
        const char *is;
    } rows[] = {
        { "no GUID", "Provisioned", 120, "Provisioned" },
        { "a GUID alone", "cea82935-0545-49e4-982d-77e8526d8b57", 120, "…8b57" },
        { "capitals", "CEA82935-0545-49E4-982D-77E8526D8B57", 120, "…8B57" },
        { "inside of a validation id", "Azure-SKEY|cea82935-0545-49e4-982d-77e8526d8b57|11.2.3.4/30", 120,
          "Azure-SKEY|…8b57|11.2.3.4/30" },
        { "two of them", "cea82935-0545-49e4-982d-77e8526d8b57 cea82935-0545-49e4-982d-77e8526d0001", 120,
          "…8b57 …0001" },
        { "one that is cut", "cea82935-0545-49e4-982d-77e8526d8b57", 30, "……" },
        { "digits that are none", "12345678-90ab and 1234567-", 120, "12345678-90ab and 1234567-" },
        { "a long one", "abcdefghij", 5, "abcde…" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[256];
        struct text text;
        text_init(&text, buffer, sizeof buffer);
        text_add_foreign(&text, rows[i].foreign, rows[i].most);
        cr_expect_str_eq(buffer, rows[i].is, "%s", rows[i].what);
    }
}

Test(text, says_durations_in_two_units)
{
    static const struct {
        int64_t ms;
        const char *is;
    } rows[] = {
        { -5, "0 s" },          { 0, "0 s" },            { 999, "0 s" },          { 45000, "45 s" },
        { 60000, "1 min" },     { 65000, "1 min 5 s" },  { 599000, "9 min 59 s" }, { 739000, "12 min" },
        { 3600000, "1 h" },     { 7500000, "2 h 5 min" }, { 86400000, "1 d" },     { 273600000, "3 d 4 h" },
        { INT64_MAX, "106751991167 d 7 h" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[SPAN_TEXT_MAX];
        cr_expect_str_eq(span_format(rows[i].ms, text), rows[i].is);
    }
}

Test(text, says_times_in_utc)
{
    char text[WHEN_TEXT_MAX];

    cr_expect_str_eq(when_format(1796162649000, text), "2026-12-01 22:04:09 UTC");
    cr_expect_str_eq(when_format(0, text), "1970-01-01 00:00:00 UTC");
    cr_expect_str_eq(when_format(-1, text), "an unknown time");
    cr_expect(strlen(when_format(INT64_MAX, text)) < WHEN_TEXT_MAX);
}
