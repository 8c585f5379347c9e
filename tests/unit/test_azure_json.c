/* The reader of events: what it hands on, what it refuses, and where. */
#include "azure/json.h"
#include "azure/value.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(azure_json, .fini = leaks_fail);

enum { A, B, LIST, INNER, ANY, NUMBERS, NAMES };

static const struct json_shape shape;
static const struct json_key inner_keys[] = { JSON_KEY_TEXT("a", A), JSON_KEY_NUMBER("b", B), JSON_KEYS_END };
static const struct json_shape inner_shape = { inner_keys };
static const struct json_key keys[] = {
    JSON_KEY_TEXT("a", A),
    JSON_KEY_NUMBER("b", B),
    JSON_KEY_OBJECTS("list", LIST, &inner_shape),
    JSON_KEY_OBJECT("inner", INNER, &shape),
    { "any", ANY, &inner_shape, 0, 0 },
    { "numbers", NUMBERS, NULL, JSON_IS(JSON_ARRAY), JSON_IS(JSON_NUMBER) },
    JSON_KEYS_END,
};
static const struct json_shape shape = { keys };

static const char *const names[NAMES] = { "a", "b", "list", "inner", "any", "numbers" };

struct log {
    size_t len;
    char text[512];
    bool refuse; /* the next scalar */
};

static bool take(void *into, int tag, const struct json_value *value)
{
    struct log *log = into;

    if (log->refuse)
        return false;
    if (value->type == JSON_BOOL)
        log->len += (size_t)snprintf(log->text + log->len, sizeof log->text - log->len, "%s=%d ", names[tag],
                                     value->truth);
    else
        log->len += (size_t)snprintf(log->text + log->len, sizeof log->text - log->len, "%s=%.*s ", names[tag],
                                     (int)value->len, value->text);
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct log *log = into;
    char sign = type == JSON_ARRAY ? (opens ? '[' : ']') : (opens ? '{' : '}');

    log->len += (size_t)snprintf(log->text + log->len, sizeof log->text - log->len, "%s%c ", names[tag], sign);
    return true;
}

struct row {
    const char *text, *what;
    enum json_result result;
    const char *events; /* or the key at fault */
};

static const struct row rows[] = {
    { "{}", "nothing in it", JSON_OK, "" },
    { " \r\n{ }\t", "blanks around it", JSON_OK, "" },
    { "\xEF\xBB\xBF{\"a\":\"x\"}", "a byte-order mark", JSON_OK, "a=x " },
    { "{\"a\":\"x\",\"b\":-1.5e3}", "a text and a number as written", JSON_OK, "a=x b=-1.5e3 " },
    { "{\"A\":\"x\",\"\\u0062\":1}", "keys without case, and escaped", JSON_OK, "a=x b=1 " },
    { "{\"ab\":1,\"\":2,\"a \":3}", "keys that only begin alike", JSON_OK, "" },
    { "{\"a\":\"\\u00e9\\ud83d\\ude00\\n\"}", "escapes", JSON_OK, "a=\xC3\xA9\xF0\x9F\x98\x80\n " },
    { "{\"a\":\"\xF0\x9F\x98\x80\"}", "four bytes of UTF-8", JSON_OK, "a=\xF0\x9F\x98\x80 " },
    { "{\"a\":null,\"b\":null,\"list\":null,\"inner\":null}", "null is as good as absent", JSON_OK, "" },
    { "{\"list\":[{\"a\":\"x\"},{\"b\":2}]}", "a list of objects", JSON_OK,
      "list[ list{ a=x list} list{ b=2 list} list] " },
    { "{\"list\":[]}", "an empty list", JSON_OK, "list[ list] " },
    { "{\"inner\":{\"inner\":{\"a\":\"x\"}}}", "a shape in itself", JSON_OK, "inner{ inner{ a=x inner} inner} " },
    { "{\"any\":true}", "anything: a truth", JSON_OK, "any=1 " },
    { "{\"any\":{\"a\":\"x\"}}", "anything: an object", JSON_OK, "any{ a=x any} " },
    { "{\"any\":[1,[2,{\"a\":3}],\"x\"]}", "anything: a list, but not what is in a list in it", JSON_OK,
      "any[ any=1 any=x any] " },
    { "{\"numbers\":[1,2]}", "a list of numbers", JSON_OK, "numbers[ numbers=1 numbers=2 numbers] " },
    { "{\"x\":{\"a\":1,\"a\":2,\"list\":3},\"y\":[{\"b\":\"\"}]}", "below an unknown key nothing matters", JSON_OK,
      "" },
    { "{\"x\":\"\\ud800\\u0000\xED\xA0\x80\",\"a\":\"y\"}", "nor its texts", JSON_OK, "a=y " },
    { "", "nothing", JSON_BROKEN, NULL },
    { "\xEF\xBB\xBF", "a mark alone", JSON_BROKEN, NULL },
    { "{", "cut", JSON_BROKEN, NULL },
    { "{\"a\"", "cut in a key", JSON_BROKEN, NULL },
    { "{} {}", "two documents", JSON_BROKEN, NULL },
    { "{}x", "rubbish behind", JSON_BROKEN, NULL },
    { "{\"x\":[1,]}", "a comma too many", JSON_BROKEN, NULL },
    { "{\"x\":1 \"y\":2}", "a comma too few", JSON_BROKEN, NULL },
    { "{x:1}", "a bare key", JSON_BROKEN, NULL },
    { "{\"x\":+1}", "a plus", JSON_BROKEN, NULL },
    { "{\"x\":.5}", "no digit before the point", JSON_BROKEN, NULL },
    { "{\"x\":1.}", "no digit behind it", JSON_BROKEN, NULL },
    { "{\"x\":0x1}", "hexadecimal", JSON_BROKEN, NULL },
    { "{\"x\":Infinity}", "infinity", JSON_BROKEN, NULL },
    { "{\"x\":\"\\x\"}", "an escape that is none", JSON_BROKEN, NULL },
    { "{\"x\":\"\\u12g4\"}", "half an escape", JSON_BROKEN, NULL },
    { "{\"x\":\"\t\"}", "a raw tab", JSON_BROKEN, NULL },
    { "{\"x\":\"\xFF\"}", "no UTF-8, even where nothing matters", JSON_BROKEN, NULL },
    { "{\"a\":\"\\u0000\"}", "NUL in a wanted text", JSON_BROKEN, "a" },
    { "{\"a\":\"\\udc00\"}", "a lone low surrogate", JSON_BROKEN, "a" },
    { "{\"a\":\"\xE0\x80\x80\"}", "overlong, three bytes", JSON_BROKEN, "a" },
    { "{\"a\":\"\xF4\x90\x80\x80\"}", "beyond Unicode", JSON_BROKEN, "a" },
    { "{\"a\":\"x\",\"a\":\"x\"}", "a key twice", JSON_TWICE, "a" },
    { "{\"a\":null,\"A\":null}", "a key twice, null, in other letters", JSON_TWICE, "a" },
    { "{\"list\":[{\"b\":1,\"b\":1}]}", "a key twice further in", JSON_TWICE, "b" },
    { "[]", "a list is no document of ours", JSON_WRONG_TYPE, NULL },
    { "null", "nor is null", JSON_WRONG_TYPE, NULL },
    { "1", "nor a number", JSON_WRONG_TYPE, NULL },
    { "{\"a\":1}", "a number for a text", JSON_WRONG_TYPE, "a" },
    { "{\"b\":\"1\"}", "a text for a number", JSON_WRONG_TYPE, "b" },
    { "{\"a\":{}}", "an object for a text", JSON_WRONG_TYPE, "a" },
    { "{\"a\":[\"x\"]}", "a list for a text", JSON_WRONG_TYPE, "a" },
    { "{\"list\":{}}", "an object for a list", JSON_WRONG_TYPE, "list" },
    { "{\"list\":[\"x\"]}", "a text in a list of objects", JSON_WRONG_TYPE, "list" },
    { "{\"list\":[null]}", "null in a list", JSON_WRONG_TYPE, "list" },
    { "{\"list\":[[{}]]}", "a list in a list", JSON_WRONG_TYPE, "list" },
    { "{\"inner\":[]}", "a list for an object", JSON_WRONG_TYPE, "inner" },
    { "{\"numbers\":[1,\"2\"]}", "a text in a list of numbers", JSON_WRONG_TYPE, "numbers" },
};

Test(azure_json, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct log log = { 0 };
        struct json_fault fault;
        size_t len = strlen(row->text);
        char *copy = malloc(len > 0 ? len : 1); /* without NUL, so that a look beyond it is found */
        memcpy(copy, row->text, len);

        enum json_result result = json_read(copy, len, &shape, take, enter, &log, &fault);
        cr_expect_eq(result, row->result, "%s: it %s", row->what, json_result_words(result));
        if (result == JSON_OK)
            cr_expect_str_eq(log.text, row->events, "%s", row->what);
        else
            cr_expect(row->events == NULL ? fault.key == NULL
                                          : fault.key != NULL && strcmp(fault.key, row->events) == 0,
                      "%s", row->what);
        cr_expect(fault.at <= len, "%s", row->what);
        free(copy);
    }
}

Test(azure_json, a_callback_stops_it)
{
    struct log log = { .refuse = true };
    struct json_fault fault;
    static const char text[] = "{\"a\":\"x\",\"b\":1}";

    cr_expect_eq(json_read(text, sizeof text - 1, &shape, take, enter, &log, &fault), JSON_STOPPED);
    cr_expect_str_eq(fault.key, "a");
    cr_expect_eq(json_read(text, sizeof text - 1, &shape, NULL, NULL, NULL, &fault), JSON_OK,
                 "callbacks may be absent");
}

Test(azure_json, depth_counts_objects_and_lists)
{
    for (size_t depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 1; depth++) {
        char text[512] = "";
        struct json_fault fault;
        for (size_t i = 0; i < depth; i++)
            strcat(text, i % 2 == 0 ? "{\"x\":" : "[");
        strcat(text, "1");
        for (size_t i = depth; i-- > 0;)
            strcat(text, i % 2 == 0 ? "}" : "]");
        cr_expect_eq(json_read(text, strlen(text), &shape, NULL, NULL, NULL, &fault),
                     depth <= JSON_DEPTH_MAX ? JSON_OK : JSON_TOO_DEEP, "%zu deep", depth);
    }
}

struct number_row {
    const char *text;
    bool whole;
    int64_t value;
    bool real;
};

static const struct number_row numbers[] = {
    { "0", true, 0, true },          { "-1", true, -1, true },     { "100", true, 100, true },
    { "101", false, 0, true },       { "-2", false, 0, true },     { "50.0", true, 50, true },
    { "1e2", true, 100, true },      { "1.5", false, 0, true },    { "9.5E-05", false, 0, true },
    { "1e999", false, 0, false },    { "", false, 0, false },      { "0x10", false, 0, false },
    { "nan", false, 0, false },      { "inf", false, 0, false },   { " 1", false, 0, false },
    { "1 ", false, 0, false },       { "1,5", false, 0, false },   { "--1", false, 0, false },
    { "1.1.1", false, 0, false },    { "e", false, 0, false },     { "3599", false, 0, true },
    { "000000000000000000000000000000000000000000001", false, 0, false },
};

Test(azure_json, numbers)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const struct number_row *row = &numbers[i];
        struct json_value value = { .type = JSON_STRING, .text = row->text, .len = strlen(row->text) };
        int64_t whole = 77;
        double real = 77;

        cr_expect_eq(value_whole(&value, -1, 100, &whole), row->whole, "'%s'", row->text);
        cr_expect_eq(whole, row->whole ? row->value : 77, "'%s'", row->text);
        cr_expect_eq(value_real(&value, &real), row->real, "'%s'", row->text);
    }
    struct json_value truth = { .type = JSON_BOOL, .truth = true };
    int64_t whole;
    cr_expect_not(value_whole(&truth, 0, 1, &whole), "a truth is no number");
}
