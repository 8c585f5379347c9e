/* The layout of tables: who gives way when the screen is narrow. */
#include "ctl/table.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static void in_utf8(void)
{
    cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

TestSuite(table, .init = in_utf8, .fini = leaks_fail);

static const struct column columns[] = {
    { .title = "NAME", .least = 4, .gives = 1 },
    { .title = "AGE", .right = true },
    { .title = "WORD", .least = 3, .gives = 2 },
    { .title = "MORE", .optional = true },
};

static char *print(unsigned width, bool utf8, size_t most, const char *const cells[][4], size_t rows)
{
    char *out = NULL;
    size_t len = 0;
    struct screen screen = { .to = open_memstream(&out, &len), .columns = width, .utf8 = utf8 };
    struct table *table = table_new(columns, 4);

    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < 4; c++)
            table_cell(table, PAINT_PLAIN, "%s", cells[row][c]);
    table_print(table, &screen, 0, most);
    table_free(table);
    fclose(screen.to);
    return out;
}

static const char *const cells[][4] = {
    { "London", "7s", "Provisioned", "why" },
    { "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac", "12m", "Direct", "" }, /* eight columns */
};

static const struct {
    const char *what;
    unsigned width;
    bool utf8;
    const char *out;
} rows[] = {
    { "no limit", 0, true,
      "NAME      AGE  WORD         MORE\n"
      "London     7s  Provisioned  why\n"
      "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac  12m  Direct\n" },
    { "the optional column goes first", 31, true,
      "NAME      AGE  WORD\n"
      "London     7s  Provisioned\n"
      "\xe6\x9d\xb1\xe4\xba\xac\xe6\x9d\xb1\xe4\xba\xac  12m  Direct\n" },
    { "then the name is cut, and half a wide character is no character", 24, true,
      "NAME    AGE  WORD\n"
      "London   7s  Provisioned\n"
      "\xe6\x9d\xb1\xe4\xba\xac\xe2\x80\xa6   12m  Direct\n" },
    { "then the word, in ASCII", 15, false,
      "NAME  AGE  WORD\n"
      "Lon~   7s  Pro~\n"
      "\xe6\x9d\xb1~   12m  Dir~\n" },
    { "it never gets narrower than it may", 5, true,
      "NAME  AGE  WO\xe2\x80\xa6\n"
      "Lon\xe2\x80\xa6   7s  Pr\xe2\x80\xa6\n"
      "\xe6\x9d\xb1\xe2\x80\xa6   12m  Di\xe2\x80\xa6\n" },
};

Test(table, layout)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = print(rows[i].width, rows[i].utf8, 0, cells, 2);
        cr_expect_str_eq(out, rows[i].out, "%s:\n%s", rows[i].what, out);
        free(out);
    }
}

Test(table, what_is_left_out_is_counted)
{
    static const char *const many[][4] = { { "a", "1", "x", "" }, { "b", "2", "x", "" }, { "c", "3", "x", "" } };
    char *out = print(20, true, 2, many, 3);

    cr_expect_str_eq(out, "NAME  AGE  WORD\na       1  x\n\xe2\x80\xa6 2 more\n", "%s", out);
    free(out);
    out = print(20, true, 3, many, 3);
    cr_expect_null(strstr(out, "more"), "all three fit");
    free(out);
}
