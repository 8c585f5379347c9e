/* What erwatchctl discover prints is read by the daemon again: every text comes back as it was, and stays one scalar. */
#include "leaks.h"

#include "config/yaml.h"
#include "ctl/show.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(yaml_text, .fini = leaks_fail);

static char *written(const char *text, bool utf8)
{
    char *yaml = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&yaml, &len);

    yaml_text(to, text, utf8);
    cr_assert_eq(fclose(to), 0);
    return yaml;
}

static const struct row {
    const char *text, *yaml, *what;
} rows[] = {
    { "", "\"\"", "an empty text is a text" },
    { "lon-1", "\"lon-1\"", "a name" },
    { "yes", "\"yes\"", "a word that YAML would take for something else" },
    { "*x", "\"*x\"", "no alias" },
    { "!x", "\"!x\"", "no tag" },
    { "a: b # c", "\"a: b # c\"", "neither key nor comment" },
    { "he said \"#1\"", "\"he said \\\"#1\\\"\"", "quotes do not end it" },
    { "a\\", "\"a\\\\\"", "nor does a backslash keep it open" },
    { "a\n- id: b", "\"a\\x0A- id: b\"", "a line end does not begin another entry" },
    { "a\r\tb", "\"a\\x0D\\x09b\"", "other blanks" },
    { "\x1b[31m", "\"\\x1B[31m\"", "nothing reaches the terminal" },
    { "\x7f", "\"\\x7F\"", "DEL" },
    { "\xc2\x85", "\"\\x85\"", "a C1 control is a line end in YAML" },
    { "Z\xc3\xbcrich", "\"Z\xc3\xbcrich\"", "letters stay" },
    { "\xe2\x80\xae", "\"\\u202E\"", "a change of direction does not" },
    { "\xc3\xbc\xe2\x80\xa8", "\"\\xFC\\u2028\"", "where one is escaped, all are" },
    { "\xef\xbb\xbf", "\"\\uFEFF\"", "a byte order mark" },
    { "\xf3\xa0\x81\x81", "\"\\U000E0041\"", "an invisible one behind U+FFFF" },
};

Test(yaml_text, is_one_scalar_and_nothing_else)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *yaml = written(rows[i].text, true);
        cr_expect_str_eq(yaml, rows[i].yaml, "%s", rows[i].what);
        free(yaml);
    }
}

Test(yaml_text, comes_back_as_it_was)
{
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        const struct row *row = &rows[i / 2];
        char *yaml = written(row->text, i % 2 == 0);
        struct arena *arena = arena_new();
        struct diag *diag = diag_new();
        const struct node *node = yaml_read_text("x", yaml, strlen(yaml), arena, diag);
        cr_assert(node != NULL && diag_errors(diag) == 0, "%s", row->what);
        cr_expect_str_eq(node->text, row->text, "%s", row->what);
        diag_free(diag);
        arena_free(arena);
        free(yaml);
    }
}

Test(yaml_text, is_ascii_where_the_terminal_knows_no_more)
{
    char *yaml = written("Z\xc3\xbcrich", false);

    cr_expect_str_eq(yaml, "\"Z\\xFCrich\"");
    free(yaml);
}
