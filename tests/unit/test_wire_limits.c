/*
 * Bodies are within the limits of those who get them, whatever is in a notice: texts of any length, names that try to
 * be something else. A notice that was stored by us is bounded; these are not, because what is on a disk may be
 * anything.
 */
#include "leaks.h"
#include "wire_bed.h"

#include "paging/utf8.h"

#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(wire_limits, .fini = leaks_fail);

#define FIRE "\xf0\x9f\x94\xa5"

static char *repeated(const char *text, size_t times)
{
    size_t len = strlen(text);
    char *all = malloc(len * times + 1);

    for (size_t i = 0; i < times; i++)
        memcpy(all + i * len, text, len);
    all[len * times] = '\0';
    return all;
}

static void set(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

/* Every text in it is long, and there are many. */
static char *filled_notice(const char *text, const char *piece, const char *event)
{
    char *notice = wire_notice("raised"), *changed;
    json_t *object = json_loads(notice, 0, NULL), *facts = json_array(), *steps = json_array(), *labels = json_object();
    char name[32];

    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "label%d", i);
        json_array_append_new(facts, json_pack("{s:s, s:s, s:n, s:s}", "name", name, "value", piece, "seen_at",
                                               "source", piece));
        json_array_append_new(steps, json_string(piece));
        json_object_set_new(labels, name, json_string(piece));
    }
    set(object, "event", event);
    set(object, "summary", text);
    set(object, "text", text);
    set(object, "acknowledged_by", text);
    set(json_object_get(object, "circuit"), "name", text);
    set(json_object_get(object, "circuit"), "id", text);
    json_object_set_new(json_object_get(object, "circuit"), "labels", labels);
    json_object_set_new(object, "facts", facts);
    json_object_set_new(object, "next_steps", steps);
    changed = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    free(notice);
    return changed;
}

static json_t *parsed(const struct wire_request *request, const char *what)
{
    json_t *object = json_loads(request->body, JSON_REJECT_DUPLICATES, NULL);

    cr_expect_not_null(object, "%s", what);
    cr_expect_eq(strlen(request->body), request->body_len);
    return object;
}

/* The value at "payload.summary", "0.labels.site". */
static const json_t *at(const json_t *value, const char *path)
{
    char word[64];

    while (*path != '\0' && value != NULL) {
        size_t len = strcspn(path, ".");
        snprintf(word, sizeof word, "%.*s", (int)len, path);
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(word)) : json_object_get(value, word);
        path += len + (path[len] == '.');
    }
    return value;
}

static size_t length_at(const json_t *object, const char *path)
{
    return json_string_length(at(object, path));
}

static void check_kind(enum wire_example example, const json_t *object, size_t size)
{
    switch (example) {
    case WIRE_PAGERDUTY:
        cr_expect_leq(length_at(object, "payload.summary"), 1024);
        cr_expect_leq(length_at(object, "dedup_key"), 255);
        cr_expect_leq(size, 512 * 1024);
        break;
    case WIRE_OPSGENIE:
        cr_expect_leq(length_at(object, "message"), 130);
        cr_expect_leq(length_at(object, "alias"), 255);
        cr_expect_leq(length_at(object, "description"), 15000);
        cr_expect_leq(length_at(object, "note"), 25000);
        break;
    case WIRE_SLACK:
    case WIRE_SLACK_BOT:
        cr_expect_leq(length_at(object, "text"), 4000);
        for (int i = 0; i < 4; i++) {
            char path[64];
            snprintf(path, sizeof path, "attachments.0.blocks.%d.text.text", i);
            cr_expect_leq(length_at(object, path), 3000);
        }
        break;
    case WIRE_TEAMS:
        cr_expect_leq(size, 28 * 1024);
        break;
    default:
        break;
    }
}

static void check_body(enum wire_example example, const char *notice, const char *kept, bool minimal, const char *what)
{
    struct wire_request *request = wire_request_new(&wire_examples[example], notice, kept, WIRE_NOW, minimal);

    cr_assert_not_null(request, "%s", what);
    if (example == WIRE_EMAIL) {
        cr_expect_lt(request->body_len, 200 * 1024);
    } else {
        json_t *object = parsed(request, what);
        check_kind(example, object, request->body_len);
        json_decref(object);
    }
    cr_expect(example != WIRE_STREAM || strchr(request->body, '\n') == request->body + request->body_len - 1);
    wire_request_free(request);
}

Test(wire_limits, hold_for_texts_of_any_length)
{
    static const struct {
        const char *piece;
        size_t times;
    } texts[] = { { FIRE, 5000 }, { "\"\\\n", 2000 }, { "<!channel>&", 900 }, { "\xe2\x80\xae", 2000 }, { "a", 9000 } };
    static const char *const events[] = { "raised", "changed", "reminder", "acknowledged", "cleared", "test",
                                           "tomorrow" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = repeated(texts[i].piece, texts[i].times), *piece = repeated(texts[i].piece, 20);
        for (size_t event = 0; event < sizeof events / sizeof *events; event++) {
            char *notice = filled_notice(text, piece, events[event]);
            for (enum wire_example example = 0; example < WIRES; example++) {
                check_body(example, notice, event % 2 == 0 ? "" : "C1 1.2 1", event == 2, wire_names[example]);
            }
            free(notice);
        }
        free(piece);
        free(text);
    }
}

/* Whatever was remembered, by us or by a broken disk. */
Test(wire_limits, hold_for_whatever_was_remembered)
{
    static const char *const kepts[] = { "x", "a b c d e", "critical \"},{\"a\":1", "<a@b>\r\nBcc: c@d", "C1 1.2",
                                         "   ", "warning 0123-4 0123-5", "C1 1.2 99999999999999999999" };
    char *notice = wire_notice("changed");

    for (size_t i = 0; i < sizeof kepts / sizeof *kepts; i++)
        for (enum wire_example example = 0; example < WIRES; example++)
            check_body(example, notice, kepts[i], false, kepts[i]);
    free(notice);
}

/* ---- names that want to be something else ---- */

static const struct {
    enum wire_example example;
    const char *path, *verbatim;
} hostiles[] = {
    { WIRE_ERWATCH, "circuit.labels.$(reboot)", "$(reboot)\n`reboot`;|&<>*?'\"\\" },
    { WIRE_ERWATCH, "circuit.id", "/subscriptions/\",\"event\":\"cleared\",\"x\":\"" },
    { WIRE_CLOUDEVENTS, "data.circuit.id", "/subscriptions/\",\"event\":\"cleared\",\"x\":\"" },
    { WIRE_ALERTMANAGER, "0.labels.circuit_id", "/subscriptions/\",\"event\":\"cleared\",\"x\":\"" },
    { WIRE_ALERTMANAGER, "0.labels.__reboot_", "$(reboot)\n`reboot`;|&<>*?'\"\\" },
    { WIRE_PROMETHEUS, "alerts.0.labels.__reboot_", "$(reboot)\n`reboot`;|&<>*?'\"\\" },
    { WIRE_PAGERDUTY, "payload.custom_details.circuit.id", "/subscriptions/\",\"event\":\"cleared\",\"x\":\"" },
    { WIRE_OPSGENIE, "details.$(reboot)", "$(reboot)\n`reboot`;|&<>*?'\"\\" },
    { WIRE_STREAM, "circuit.labels.$(reboot)", "$(reboot)\n`reboot`;|&<>*?'\"\\" },
};

Test(wire_limits, keep_hostile_names_verbatim)
{
    char *notice = wire_notice("hostile");

    for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++) {
        const struct wire *wire = &wire_examples[hostiles[i].example];
        struct wire_request *request = wire_request_new(wire, notice, "", WIRE_NOW, false);
        json_t *object = parsed(request, hostiles[i].path);
        const char *text = json_string_value(at(object, hostiles[i].path));
        cr_expect_not_null(text, "%s", hostiles[i].path);
        cr_expect(text != NULL && strcmp(text, hostiles[i].verbatim) == 0, "%s: %.300s", hostiles[i].path, text);
        json_decref(object);
        wire_request_free(request);
    }
    free(notice);
}

/* No label is empty: Alertmanager would drop it, and have another identity. */
Test(wire_limits, have_labels_that_alertmanager_takes)
{
    char *notice = wire_notice("hostile");
    struct wire_request *request = wire_request_new(&wire_examples[WIRE_ALERTMANAGER], notice, "", WIRE_NOW, false);
    json_t *array = parsed(request, "labels"), *value;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const char *name;

    json_object_foreach(json_object_get(json_array_get(array, 0), "labels"), name, value) {
        cr_expect(*json_string_value(value) != '\0', "%s", name);
        cr_expect_eq(name[strspn(name, letters)], '\0', "%s", name);
        cr_expect(*name < '0' || *name > '9', "%s", name);
    }
    json_decref(array);
    wire_request_free(request);
    free(notice);
}

Test(wire_limits, let_nothing_mean_more_in_slack)
{
    char *notice = wire_notice("hostile");
    struct wire_request *request = wire_request_new(&wire_examples[WIRE_SLACK], notice, "", WIRE_NOW, false);

    cr_expect_null(strpbrk(request->body, "<>"), "%.300s", request->body);
    cr_expect_not_null(strstr(request->body, "&lt;!channel&gt;"));
    cr_expect_null(strstr(request->body, "& "));
    wire_request_free(request);
    free(notice);
}

/* Words that Teams would read as Markdown stand in runs only. */
static void check_block(const json_t *block)
{
    cr_expect_str_eq(json_string_value(json_object_get(block, "type")), "RichTextBlock");
    cr_expect_str_eq(json_string_value(at(block, "inlines.0.type")), "TextRun");
}

Test(wire_limits, let_nothing_mean_more_in_teams)
{
    char *notice = wire_notice("hostile");
    struct wire_request *request = wire_request_new(&wire_examples[WIRE_TEAMS], notice, "", WIRE_NOW, false);
    json_t *object = parsed(request, "teams");
    const json_t *body = at(object, "attachments.0.content.body");

    cr_expect_geq(json_array_size(body), 4);
    for (size_t i = 0; i < json_array_size(body); i++)
        check_block(json_array_get(body, i));
    cr_expect_not_null(strstr(request->body, "[a](https://evil.example)"), "verbatim");
    json_decref(object);
    wire_request_free(request);
    free(notice);
}

Test(wire_limits, let_no_name_add_a_header)
{
    char *notice = wire_notice("hostile");
    struct wire wire = wire_examples[WIRE_EMAIL];

    wire.host = "nms1\r\nBcc: victim@example.net";
    struct wire_request *request = wire_request_new(&wire, notice, "", WIRE_NOW, false);
    cr_expect_null(strstr(request->body, "Bcc"), "%.300s", request->body);
    cr_expect_not_null(strstr(request->body, "@erwatch.invalid>"));
    wire_request_free(request);
    free(notice);
}

/* The file of a key may have been changed since it was looked at. */
Test(wire_limits, let_no_key_add_a_header)
{
    static const enum wire_example examples[] = { WIRE_OPSGENIE, WIRE_SLACK_BOT };
    char *notice = wire_notice("raised");

    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct wire wire = wire_examples[examples[i]];
        wire.key = "key\r\nX-Other: 1";
        struct wire_request *request = wire_request_new(&wire, notice, "", WIRE_NOW, false);
        for (char **header = request->headers; *header != NULL; header++)
            cr_expect_null(strpbrk(*header, "\r\n"), "%s", wire_names[examples[i]]);
        wire_request_free(request);
    }
    free(notice);
}

/* Keys are sent where they belong, and nowhere else. */
Test(wire_limits, have_secrets_only_where_they_are_needed)
{
    char *notice = wire_notice("hostile");

    for (enum wire_example example = 0; example < WIRES; example++) {
        struct wire_request *request = wire_request_new(&wire_examples[example], notice, "", WIRE_NOW, false);
        cr_expect_eq(strstr(request->body, "SECRET") != NULL, example == WIRE_PAGERDUTY, "%s", wire_names[example]);
        cr_expect_null(strstr(request->kept, "SECRET"));
        wire_request_free(request);
    }
    free(notice);
}
