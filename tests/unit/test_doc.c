/* The door through which the daemon's words come to the screen. */
#include "ctl/doc.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

TestSuite(doc, .fini = leaks_fail);

Test(doc, absent_and_wrong_types_read_as_empty)
{
    json_t *document = json_pack("{s:s, s:i, s:n, s:b, s:f}", "text", "x", "count", 7, "null", "yes", 1, "real", 1.5);

    cr_expect_str_eq(doc_text(document, "text"), "x");
    cr_expect_str_eq(doc_text(document, "count"), "");
    cr_expect_str_eq(doc_text(NULL, "text"), "");
    cr_expect_str_eq(doc_text_or(document, "null", "-"), "-");
    cr_expect_eq(doc_count(document, "count"), 7);
    cr_expect_eq(doc_count(document, "text"), -1);
    cr_expect_eq(doc_count(document, "real"), -1);
    cr_expect(doc_number(document, "real") > 1.4 && doc_number(document, "count") > 6.9);
    cr_expect(doc_number(document, "nothing") < 0);
    cr_expect(doc_bool(document, "yes") && !doc_bool(document, "text") && !doc_bool(NULL, "yes"));
    cr_expect(doc_known(document, "text") && !doc_known(document, "null") && !doc_known(document, "nothing"));
    json_decref(document);
}

/* Every text and key of a document, however deep, is checked for what no terminal may get. */
static void expect_harmless(const json_t *value, bool ascii)
{
    const json_t *item;
    const char *key;
    size_t i;

    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        for (const char *at = text; *at != '\0'; at++)
            cr_expect((unsigned char)*at >= ' ' && *at != 0x7f && (!ascii || (unsigned char)*at < 0x80), "%s", text);
        cr_expect_null(strstr(text, "\xc2\x9b"), "C1 in %s", text);
        cr_expect_null(strstr(text, "\xe2\x80\xae"), "an override in %s", text);
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, item) {
        json_t *name = json_string(key);
        expect_harmless(name, ascii);
        expect_harmless(item, ascii);
        json_decref(name);
    }
    json_array_foreach(value, i, item)
        expect_harmless(item, ascii);
}

Test(doc, harmless_everywhere)
{
    static const char text[] =
        "{\"a\\u001b[2J\": [\"x\\u009b\\u202e\\n\", {\"deep\": \"\\u0007\\u007f\"}], \"n\": 1, \"t\": true}";
    json_t *document = json_loads(text, 0, NULL);

    for (int ascii = 0; ascii < 2; ascii++) {
        json_t *safe = doc_harmless(document, ascii != 0);
        expect_harmless(safe, ascii != 0);
        cr_expect_eq(doc_count(safe, "n"), 1);
        cr_expect(doc_bool(safe, "t"));
        json_decref(safe);
    }
    json_decref(document);
}

Test(doc, ascii_for_a_terminal_without_utf8)
{
    json_t *document = json_pack("{s:s}", "name", "M\xc3\xbcnchen \xe6\x9d\xb1");
    json_t *safe = doc_harmless(document, true);

    cr_expect_str_eq(doc_text(safe, "name"), "M?nchen ?");
    json_decref(safe);
    safe = doc_harmless(document, false);
    cr_expect_str_eq(doc_text(safe, "name"), "M\xc3\xbcnchen \xe6\x9d\xb1");
    json_decref(safe);
    json_decref(document);
}
