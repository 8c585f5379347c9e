/* The YAML reader: what it takes, what it refuses and where it says so; the words and durations beside it. */
#include "config/yaml.h"

#include "config/duration.h"
#include "config/nearest.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(yaml, .fini = leaks_fail);

struct reading {
    struct arena *arena;
    struct diag *diag;
    const struct node *root;
};

static struct reading read_bytes(const char *text, size_t len)
{
    struct reading reading = { .arena = arena_new(), .diag = diag_new() };

    reading.root = yaml_read_text("t.yaml", text, len, reading.arena, reading.diag);
    return reading;
}

static void drop(struct reading *reading)
{
    arena_free(reading->arena);
    diag_free(reading->diag);
}

Test(yaml, gives_a_tree_with_places)
{
    static const char text[] = "# top\npoll:\n  every: 60s\nlist: [a, \"b c\", {k: v}]\nempty:\n";
    struct reading reading = read_bytes(text, sizeof text - 1);
    const struct node *every = node_get(node_get(reading.root, "poll"), "every");
    const struct node *list = node_get(reading.root, "list");

    cr_assert_eq(diag_count(reading.diag), 0);
    cr_assert_not_null(every);
    cr_expect_str_eq(every->text, "60s");
    cr_expect(every->place.line == 3 && every->place.column == 10);
    cr_expect(every->key_place.line == 3 && every->key_place.column == 3);
    cr_expect_str_eq(every->place.file, "t.yaml");
    cr_assert_eq(list->count, 3);
    cr_expect(list->first->plain);
    cr_expect_not(list->first->next->plain);
    cr_expect_str_eq(list->first->next->text, "b c");
    cr_expect_str_eq(node_get(list->first->next->next, "k")->text, "v");
    cr_expect(node_is_null(node_get(reading.root, "empty")));
    cr_expect_null(node_get(reading.root, "absent"));
    cr_expect_null(node_get(every, "no mapping"));
    drop(&reading);
}

/* The first finding of each text. */
static const struct {
    const char *text, *line, *what;
} refused[] = {
    { "a: 1\nb: 2\na: 3\n", "t.yaml:3:1: error: \"a\" is given twice, first on line 1", "a key given twice" },
    { "x: {a: 1, b: 2, a: 3}", "t.yaml:1:17: error: \"a\" is given twice, first on line 1", "twice in flow style" },
    { "a: &x 1\n", "t.yaml:1:4: error: an anchor (&x) is not understood here", "an anchor" },
    { "a: &x [*x]\n", "t.yaml:1:4: error: an anchor (&x) is not understood here", "a node inside itself" },
    { "b: *x\n", "t.yaml:1:4: error: an alias (*x) is not understood here; write the value out", "an alias" },
    { "*x : 1\n", "t.yaml:1:1: error: an alias (*x) is not understood here; write the value out", "an alias as key" },
    { "a: !!str 1\n", "t.yaml:1:4: error: a tag (tag:yaml.org,2002:str) is not understood here", "a tag" },
    { "a: !x {b: 1}\n", "t.yaml:1:4: error: a tag (!x) is not understood here", "a tag on a mapping" },
    { "a: 1\n---\nb: 2\n", "t.yaml:2:1: error: a second document begins here; a settings file has one",
      "two documents" },
    { "[a, b]: 1\n", "t.yaml:1:1: error: a key is a word, not a list", "a list as key" },
    { "? {a: 1}\n: 2\n", "t.yaml:1:3: error: a key is a word, not a mapping", "a mapping as key" },
    { "a: \"x\\0y\"\n", "t.yaml:1:4: error: this text holds a NUL", "a NUL behind an escape" },
    { "a: \"\x1b[2J\"\n", "t.yaml:1:5: error: a control character (U+001B) is not allowed", "an escape sequence" },
    { "a: x\n b\xff\n", "t.yaml:2:3: error: byte 0xff is not UTF-8", "a byte that is never UTF-8" },
    { "ä: \xc0\xaf\n", "t.yaml:1:4: error: byte 0xc0 is not UTF-8", "an overlong form; columns are characters" },
    { "\xed\xa0\x80", "t.yaml:1:1: error: byte 0xed is not UTF-8", "a surrogate" },
    { "a: \xe2\x80\xae\n", "t.yaml:1:4: error: a control character (U+202E) is not allowed", "text turned around" },
    { "a: [1, 2\n", "t.yaml:2:1: error: did not find expected ',' or ']', while parsing a flow sequence that starts on line 1",
      "an open list" },
    { "a:\n\t- b\n", "t.yaml:2:1: error: found character that cannot start any token, while scanning for the next token",
      "a tab as indentation" },
    { "a: b: c\n", "t.yaml:1:5: error: mapping values are not allowed in this context", "two colons" },
    { "a: \"open\n", "t.yaml:2:1: error: found unexpected end of stream, while scanning a quoted scalar that starts on line 1",
      "an open quote" },
    { "a: 1\n b: 2\n", "t.yaml:2:3: error: mapping values are not allowed in this context", "an extra indentation" },
    { "a: 'x'\n]\n", "t.yaml:2:1: error: did not find expected key, while parsing a block mapping that starts on line 1",
      "rubbish behind the document" },
};

Test(yaml, refuses_with_a_place)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct reading reading = read_bytes(refused[i].text, strlen(refused[i].text));
        cr_expect(diag_errors(reading.diag) > 0, "%s", refused[i].what);
        if (diag_count(reading.diag) > 0)
            cr_expect_str_eq(diag_line(reading.diag, 0), refused[i].line, "%s: %s", refused[i].what,
                             diag_line(reading.diag, 0));
        drop(&reading);
    }
}
