/*
 * A digest as a notice and as every receiver that takes one gets it: equal to the files in tests/data/paging/. And what
 * does not fit anywhere is counted, never cut.
 */
#include "leaks.h"
#include "wire_bed.h"

#include "core/outbox.h"
#include "core/text.h"
#include "paging/digest.h"
#include "paging/notice.h"
#include "paging/speech.h"

#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(digest_notice, .fini = leaks_fail);

#define TIME INT64_C(1795255200000) /* 2026-11-21 10:00:00 UTC */
#define MINUTE INT64_C(60000)

/* One that waits: what the digest asks of a notice. */
struct waiting {
    const char *circuit, *summary;
    uint8_t rule, severity, owner, event, state;
    int64_t since, time; /* minutes before TIME */
    uint32_t times;
    bool fresh;
    const char *acknowledged_by;
};

static const struct waiting four[] = {
    { "London 1", "London 1: both private IPv4 sessions are down", 40, SEVERITY_CRITICAL, OWNER_PROVIDER, EVENT_RAISED,
      DIGEST_OPEN, 122, 121, 1, true, "" },
    { "R&D <Paris>", "R&D <Paris>: one of two private IPv4 sessions is down", 41, SEVERITY_WARNING, OWNER_MICROSOFT,
      EVENT_REMINDER, DIGEST_OPEN, 4000, 300, 1, false, "ann" },
    { "Genève 2", "Genève 2: no longer down: one of two Microsoft IPv4 sessions", 41, SEVERITY_WARNING, OWNER_PROVIDER,
      EVENT_CLEARED, DIGEST_OVER, 615, 600, 3, true, "" },
    { NULL, "The wall clock was set forward by 1 h", 97, SEVERITY_INFO, OWNER_SELF, EVENT_RAISED, DIGEST_HAPPENED, 30,
      30, 1, true, "" },
};

static char *body_of(const struct waiting *of, uint64_t key)
{
    struct incident incident = { .key = key, .episode = 4, .sequence = 2, .rule = of->rule, .severity = of->severity,
                                 .owner = of->owner, .subject = SUBJECT_CIRCUIT,
                                 .since_wall_ms = TIME - of->since * MINUTE };
    const struct circuit_settings circuit = { .id = { "/subscriptions/", "x" }, .name = of->circuit };
    struct story *story = calloc(1, sizeof *story);

    snprintf(incident.ack.who, sizeof incident.ack.who, "%s", of->acknowledged_by);
    story->summary = of->summary;
    story->text = "More of it.";
    const struct notice notice = { .incident = &incident, .event = of->event, .story = story,
                                   .time_wall_ms = TIME - of->time * MINUTE,
                                   .circuit = of->circuit != NULL ? &circuit : NULL, .host = "nms1.example.net",
                                   .version = "0.1.0" };
    char *json = notice_json(&notice);
    free(story);
    return json;
}

/* As it is kept while it waits. */
static char *kept_of(const struct waiting *of, uint64_t key)
{
    struct digest_note note = { 0 };
    char *body = body_of(of, key);

    cr_assert(digest_note(body, &note));
    free(body);
    free(note.circuit);
    return note.line;
}

static char *digest_of(const struct waiting *of, size_t count, uint64_t left_out)
{
    struct digest_line *lines = calloc(count + 1, sizeof *lines);

    for (size_t i = 0; i < count; i++)
        lines[i] = (struct digest_line){ .last = { .kept = kept_of(&of[i], 0x0123456789abcd00 + i) },
                                         .state = of[i].state, .severity = of[i].severity, .times = of[i].times,
                                         .fresh = of[i].fresh };
    const struct digest_notice digest = { .name = "daily", .key = digest_key("daily"), .number = 1795255200,
                                          .from_wall_ms = TIME - 1440 * MINUTE, .time_wall_ms = TIME,
                                          .next_wall_ms = TIME + 1440 * MINUTE, .line = lines, .count = count,
                                          .left_out = left_out, .host = "nms1.example.net", .version = "0.1.0" };
    char *json = digest_json(&digest);
    for (size_t i = 0; i < count; i++)
        free((char *)lines[i].last.kept);
    free(lines);
    return json;
}

Test(digest_notice, is_the_notice_that_receivers_are_tested_with)
{
    char *json = digest_of(four, sizeof four / sizeof *four, 2), *expected = wire_notice("digest");

    cr_expect_str_eq(json, expected, "%s", json);
    free(json);
    free(expected);
}

Test(digest_notice, says_so_when_there_is_nothing)
{
    char *json = digest_of(NULL, 0, 0);
    struct told told;
    char line[SPEECH_LINE_MAX], lines[SPEECH_LINES_MAX];

    cr_assert(told_init(&told, json));
    cr_expect_str_eq(speech_headline(&told, line), "Digest daily: of what goes to it nothing is open, and nothing "
                                                   "has happened since 2026-11-20 10:00:00 UTC");
    cr_expect_str_eq(speech_text(&told, lines), "");
    cr_expect_str_eq(told.text, "");
    told_fini(&told);
    free(json);
}

/* ---- what is too much ---- */

#define MANY 137

static char *many(bool hostile)
{
    struct waiting *all = calloc(MANY, sizeof *all);
    char summary[1100];

    memset(summary, '&', sizeof summary);
    summary[sizeof summary - 1] = '\0';
    memcpy(summary, "x\ny", 3);
    for (size_t i = 0; i < MANY; i++) {
        all[i] = four[i < 100 ? 0 : 2];
        if (hostile)
            all[i].summary = summary;
    }
    char *json = digest_of(all, MANY, 3);
    free(all);
    return json;
}

/* How many lines of a text are one of the list's, and what the last line says of the others. */
static size_t lines_in(const char *text, unsigned *more)
{
    size_t count = 0;
    const char *last = text, *at = text;

    for (; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        count += strncmp(at, "- ", 2) == 0;
        last = at;
    }
    if (sscanf(last, "… and %u more", more) != 1)
        *more = 0;
    return count;
}

Test(digest_notice, counts_what_does_not_fit)
{
    static const size_t rooms[] = { 500, 3500, 8192, 9000, SPEECH_LINES_MAX };

    for (unsigned hostile = 0; hostile < 2; hostile++) {
        char *json = many(hostile != 0);
        struct told told;
        char lines[SPEECH_LINES_MAX];
        unsigned more = 0;
        cr_assert(told_init(&told, json));
        cr_expect_eq(json_array_size(json_object_get(json_object_get(told.object, "digest"), "lines")),
                     DIGEST_LINES_MOST);
        for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
            (void)digest_speech(&told, rooms[i], lines);
            cr_expect_lt(strlen(lines), rooms[i]);
            cr_expect_null(strstr(lines, "x\ny"), "a name breaks no line");
            size_t count = lines_in(lines, &more);
            cr_expect_eq(count + more, MANY + 3, "%zu bytes: %zu and %u", rooms[i], count, more);
        }
        cr_expect_eq(lines_in(told.text, &more) + more, MANY + 3, "%s", told.text);
        told_fini(&told);
        free(json);
    }
}

/* Each receiver's own bound; 3000 characters are a section of Slack's, 50 blocks a message, 28 KB a card of Teams'. */
Test(digest_notice, fits_every_receiver)
{
    for (unsigned hostile = 0; hostile < 2; hostile++) {
        char *json = many(hostile != 0);
        for (enum wire_example example = 0; example < WIRES; example++) {
            const struct wire *wire = &wire_examples[example];
            if (!receiver_takes_digests(wire->kind, wire->format))
                continue;
            struct wire_request *request = wire_request_new(wire, json, "", WIRE_NOW, false);
            json_t *body = json_loads(request->body, 0, NULL);
            json_t *blocks = json_object_get(json_array_get(json_object_get(body, "attachments"), 0), "blocks"), *block;
            size_t i;
            cr_expect(wire->kind == RECEIVER_EMAIL || body != NULL, "%s", wire_names[example]);
            cr_expect_lt(request->body_len, wire->kind == RECEIVER_TEAMS ? 28 * 1024 : 256 * 1024, "%s: %zu",
                         wire_names[example], request->body_len);
            cr_expect_leq(json_array_size(blocks), 50);
            json_array_foreach(blocks, i, block)
                cr_expect_leq(json_string_length(json_object_get(json_object_get(block, "text"), "text")), 3000);
            json_decref(body);
            wire_request_free(request);
            struct wire_request *least = wire_request_new(wire, json, "", WIRE_NOW, true);
            cr_expect(wire->kind == RECEIVER_STREAM || least->body_len < 3000, "%s: %zu", wire_names[example],
                      least->body_len);
            wire_request_free(least);
        }
        free(json);
    }
}

/* ---- what is taken from a notice while it waits ---- */

Test(digest_notice, takes_circuit_and_kind_of_what_waits)
{
    struct digest_note note = { 0 };

    for (size_t i = 0; i < sizeof four / sizeof *four; i++) {
        char *body = body_of(&four[i], 1);
        cr_assert(digest_note(body, &note));
        cr_expect_str_eq(note.circuit, four[i].circuit != NULL ? four[i].circuit : "");
        cr_expect_eq(note.once, four[i].rule == 97);
        free(note.circuit);
        free(note.line);
        free(body);
    }
    cr_expect_not(digest_note("{}", &note));
    cr_expect_neq(digest_key("daily"), digest_key("weekly"));
}
