/* The YAML reader: what it takes, what it refuses and where it says so; the words and durations beside it. */
#include "config/yaml.h"

#include "config/duration.h"
#include "config/nearest.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
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
    { "a: [1, 2\n",
      "t.yaml:2:1: error: did not find expected ',' or ']', while parsing a flow sequence that starts on line 1",
      "an open list" },
    { "a:\n\t- b\n",
      "t.yaml:2:1: error: found character that cannot start any token, while scanning for the next token",
      "a tab as indentation" },
    { "a: b: c\n", "t.yaml:1:5: error: mapping values are not allowed in this context", "two colons" },
    { "a: \"open\n",
      "t.yaml:2:1: error: found unexpected end of stream, while scanning a quoted scalar that starts on line 1",
      "an open quote" },
    { "a: 1\n b: 2\n", "t.yaml:2:3: error: mapping values are not allowed in this context", "an extra indentation" },
    { "a: 'x'\n]\n",
      "t.yaml:2:1: error: did not find expected key, while parsing a block mapping that starts on line 1",
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

/* ---- hostile ones ---- */

/* @p count times @p part, heap. */
static char *repeat(const char *part, size_t count)
{
    size_t len = strlen(part);
    char *text = malloc(len * count + 1);

    cr_assert_not_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, part, len);
    text[len * count] = '\0';
    return text;
}

static void expect_end(const char *text, const char *line)
{
    struct reading reading = read_bytes(text, strlen(text));

    cr_expect_null(reading.root);
    cr_assert_gt(diag_count(reading.diag), 0);
    cr_expect_str_eq(diag_line(reading.diag, 0), line, "%s", diag_line(reading.diag, 0));
    drop(&reading);
}

Test(yaml, ends_at_its_bounds)
{
    char *deep = repeat("[", 10000), *deep_map = repeat("? ", 10000), *many = repeat("-\n", TREE_NODES_MAX + 1);
    char keys[TREE_KEYS_MAX * 12 + 64] = "";

    for (unsigned i = 0; i <= TREE_KEYS_MAX; i++)
        (void)snprintf(keys + strlen(keys), 12, "k%u: 1\n", i);
    expect_end(deep, "t.yaml:1:17: error: this is nested more than 16 deep");
    expect_end(deep_map, "t.yaml:1:33: error: this is nested more than 16 deep");
    expect_end(many, "t.yaml:500000:2: error: there are more than 500000 values in this file");
    expect_end(keys, "t.yaml:257:1: error: a mapping has at most 256 keys");
    free(deep);
    free(deep_map);
    free(many);
}

Test(yaml, does_not_follow_an_alias_bomb)
{
    static const char bomb[] = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                               "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
    struct reading reading = read_bytes(bomb, sizeof bomb - 1);

    cr_assert_not_null(reading.root, "the rest of the file can still be checked");
    cr_expect_eq(diag_errors(reading.diag), 3 + 27);
    cr_expect_eq(node_get(reading.root, "d")->first->kind, NODE_BROKEN);
    drop(&reading);
}

Test(yaml, gives_an_empty_scalar_for_nothing)
{
    static const char *const texts[] = { "", "# comment\n", "---\n", "~\n", "\xef\xbb\xbf" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reading reading = read_bytes(texts[i], strlen(texts[i]));
        cr_expect_eq(diag_count(reading.diag), 0, "text %zu", i);
        cr_expect(reading.root != NULL && node_is_null(reading.root), "text %zu", i);
        drop(&reading);
    }
}

Test(yaml, reads_a_file_only_when_it_is_one)
{
    struct arena *arena = arena_new();
    struct diag *diag = diag_new();

    cr_expect_null(yaml_read_file("/", arena, diag));
    cr_expect_null(yaml_read_file("/nowhere/file.yaml", arena, diag));
    cr_assert_eq(diag_count(diag), 2);
    cr_expect_str_eq(diag_line(diag, 0), "/: error: cannot read it: not a regular file");
    cr_expect_str_eq(diag_line(diag, 1), "/nowhere/file.yaml: error: cannot read it: No such file or directory");
    diag_free(diag);
    arena_free(arena);
}

/* ---- durations ---- */

Test(yaml, knows_durations)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: none */
        const char *formatted;
    } durations[] = {
        { "60s", 60000, "1m" },
        { "500ms", 500, "500ms" },
        { "90s", 90000, "90s" },
        { "24h", 86400000, "24h" },
        { "1d", 86400000, "24h" },
        { "2d", 172800000, "2d" },
        { "1w", 604800000, "7d" },
        { "0", 0, "0s" },
        { "0s", 0, "0s" },
        { "36h", 129600000, "36h" },
        { "5200w", 3144960000000, "36400d" },
        { "60", -1, NULL },
        { "", -1, NULL },
        { "s", -1, NULL },
        { "1.5h", -1, NULL },
        { "-1s", -1, NULL },
        { "+1s", -1, NULL },
        { " 1s", -1, NULL },
        { "1s ", -1, NULL },
        { "1S", -1, NULL },
        { "1h30m", -1, NULL },
        { "9999w", -1, NULL },
        { "9223372036854775808ms", -1, NULL },
    };

    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        char text[DURATION_TEXT_MAX];
        int64_t ms = -1;
        cr_expect_eq(duration_parse(durations[i].text, &ms), durations[i].ms >= 0, "%s", durations[i].text);
        cr_expect_eq(ms, durations[i].ms, "%s", durations[i].text);
        if (durations[i].ms >= 0)
            cr_expect_str_eq(duration_format(ms, text), durations[i].formatted, "%s: %s", durations[i].text, text);
    }
}

/* ---- what was meant ---- */

Test(yaml, knows_what_was_meant)
{
    static const char *const words[] = { "timeout", "stale", "every", NULL, "retry", "sessions", "sessions_every" };
    static const struct {
        const char *text, *meant;
    } typed[] = {
        { "timeot", "timeout" },
        { "tiemout", "timeout" },
        { "TIMEOUT", "timeout" },
        { "stael", "stale" },
        { "evry", "every" },
        { "session", "sessions" },
        { "x", NULL },
        { "", NULL },
        { "something", NULL },
        { "re", NULL },
        { "sesions_evry", "sessions_every" },
        { "0123456789012345678901234567890123456789012345678901234567890123456789", NULL },
    };

    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        const char *meant = nearest_word(typed[i].text, words, sizeof words / sizeof *words);
        if (typed[i].meant == NULL)
            cr_expect_null(meant, "%s", typed[i].text);
        else
            cr_expect(meant != NULL && strcmp(meant, typed[i].meant) == 0, "%s", typed[i].text);
    }
}
