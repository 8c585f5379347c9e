/*
 * The bodies for every kind of receiver, through the life of an incident: equal to the files in tests/data/paging/,
 * where README.md says how those were checked. What is remembered of one request is what the next one is made with.
 */
#include "leaks.h"
#include "wire_bed.h"

#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(wire, .fini = leaks_fail);

static char *slurp(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r"), *out = open_memstream(&text, &size);

    cr_assert_not_null(file, "%s", path);
    for (int c; (c = fgetc(file)) != EOF;)
        fputc(c, out);
    fclose(file);
    fclose(out);
    return text;
}

/* For people: JSON with line breaks, a mail without its CR (there must be one before each line break). */
static void put_body(FILE *out, const char *body)
{
    json_t *object = json_loads(body, JSON_REJECT_DUPLICATES, NULL);

    if (object != NULL)
        json_dumpf(object, out, JSON_INDENT(2));
    for (const char *at = body; object == NULL && *at != '\0'; at++)
        if (*at != '\r')
            fputc(*at, out);
    if (object != NULL)
        fputc('\n', out);
    json_decref(object);
}

/* As it stands in the files. */
static char *written(const struct wire_request *request)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fputs(request->method, out);
    if (request->url != NULL)
        fprintf(out, " %s", request->url);
    fputc('\n', out);
    for (char **header = request->headers; *header != NULL; header++)
        fprintf(out, "%s\n", *header);
    fputc('\n', out);
    put_body(out, request->body);
    fclose(out);
    return text;
}

static void compare(const struct wire_request *request, const char *kind, const char *event, unsigned step)
{
    char path[512];
    char *is = written(request);

    snprintf(path, sizeof path, "%s/paging/%s-%s%s.%s", TEST_DATA, kind, event, step > 1 ? "-2" : "",
             strcmp(kind, "email") == 0 ? "eml" : "http");
    char *expected = slurp(path);
    cr_expect_str_eq(is, expected, "%s:\n%s", path, is);
    free(is);
    free(expected);
}

/* All requests of one notice; what is remembered goes into @p kept. */
static unsigned tell(enum wire_example example, const char *event, char kept[WIRE_KEPT_MAX])
{
    const struct wire *wire = &wire_examples[example];
    char *notice = wire_notice(event);
    struct wire_outcome outcome = { .more = true };
    unsigned step = 0;

    while (outcome.more && step < 3) {
        struct wire_request *request = wire_request_new(wire, notice, kept, WIRE_NOW, false);
        struct wire_reply reply;
        cr_assert_not_null(request);
        compare(request, wire_names[example], event, ++step);
        wire_taken(wire, &reply);
        wire_answer(wire, request, &reply, &outcome);
        cr_expect_eq(outcome.answer, ANSWER_DELIVERED, "%s %s: %s", wire_names[example], event, outcome.why);
        if (*outcome.kept != '\0')
            strcpy(kept, outcome.kept);
        wire_request_free(request);
    }
    free(notice);
    return step;
}

Test(wire, is_as_documented)
{
    static const char *const life[] = { "raised", "changed", "reminder", "acknowledged", "cleared" };

    for (enum wire_example example = 0; example < WIRES; example++) {
        char kept[WIRE_KEPT_MAX] = "", none[WIRE_KEPT_MAX] = "", hostile[WIRE_KEPT_MAX] = "",
             digest[WIRE_KEPT_MAX] = "";
        for (size_t i = 0; i < sizeof life / sizeof *life; i++)
            (void)tell(example, life[i], kept);
        (void)tell(example, "test", none);
        cr_expect_str_eq(none, example == WIRE_SLACK_BOT ? "C0123456789 1795255202.000100 1" : "", "%s",
                         wire_names[example]);
        (void)tell(example, "hostile", hostile);
        if (receiver_takes_digests(wire_examples[example].kind, wire_examples[example].format))
            (void)tell(example, "digest", digest);
    }
}

/* How many requests each notice takes, and what is remembered behind it. */
static const struct {
    enum wire_example example;
    const char *event;
    unsigned requests;
    const char *kept;
} lives[] = {
    { WIRE_ERWATCH, "raised", 1, "" },
    { WIRE_ALERTMANAGER, "raised", 1, "warning you" },
    { WIRE_ALERTMANAGER, "changed", 1, "critical provider" },
    { WIRE_PAGERDUTY, "raised", 1, "warning 0123456789abcdef-4" },
    { WIRE_PAGERDUTY, "changed", 2, "critical 0123456789abcdef-4-2" },
    { WIRE_PAGERDUTY, "reminder", 1, "critical 0123456789abcdef-4-2" },
    { WIRE_PAGERDUTY, "cleared", 1, "critical 0123456789abcdef-4-2" },
    { WIRE_OPSGENIE, "raised", 1, "warning 0123456789abcdef-4" },
    { WIRE_OPSGENIE, "changed", 2, "critical 0123456789abcdef-4-2" },
    { WIRE_SLACK_BOT, "raised", 1, "C0123456789 1795255202.000100 1" },
    { WIRE_SLACK_BOT, "changed", 2, "C0123456789 1795255202.000100 2" },
    { WIRE_SLACK_BOT, "reminder", 1, "C0123456789 1795255202.000100 2" },
    { WIRE_SLACK_BOT, "acknowledged", 1, "C0123456789 1795255202.000100 4" },
    { WIRE_SLACK_BOT, "cleared", 2, "C0123456789 1795255202.000100 5" },
    { WIRE_EMAIL, "raised", 1, "<0123456789abcdef-4-1@nms1.example.net>" },
    { WIRE_EMAIL, "changed", 1, "<0123456789abcdef-4-1@nms1.example.net>" },
};

Test(wire, remembers_from_one_notice_to_the_next)
{
    char kept[WIRE_KEPT_MAX] = "";

    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        if (i > 0 && lives[i].example != lives[i - 1].example)
            *kept = '\0';
        unsigned requests = tell(lives[i].example, lives[i].event, kept);
        cr_expect_eq(requests, lives[i].requests, "%s %s: %u", wire_names[lives[i].example], lives[i].event, requests);
        cr_expect_str_eq(kept, lives[i].kept, "%s %s", wire_names[lives[i].example], lives[i].event);
    }
}

Test(wire, has_line_ends_that_a_mail_must_have)
{
    char *notice = wire_notice("hostile");
    struct wire_request *request = wire_request_new(&wire_examples[WIRE_EMAIL], notice, "", WIRE_NOW, false);
    size_t length = 0;

    for (const char *at = request->body; *at != '\0'; at++) {
        cr_expect(*at != '\n' || (at > request->body && at[-1] == '\r'), "a bare LF");
        cr_expect(*at != '\r' || at[1] == '\n', "a bare CR");
        length = *at == '\n' ? 0 : length + 1;
        cr_expect_leq(length, 79, "at most 78 characters and CR");
        cr_expect((unsigned char)*at < 0x80);
    }
    wire_request_free(request);
    free(notice);
}

Test(wire, is_nothing_for_what_is_no_notice)
{
    static const char *const texts[] = { "", "{}", "[]", "{\"schema\":\"erwatch.notice/2\"}", "{\"schema\":1}", "x" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_null(wire_request_new(&wire_examples[WIRE_TEAMS], texts[i], "", WIRE_NOW, false), "%s", texts[i]);
    wire_request_free(NULL);
}
