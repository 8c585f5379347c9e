/*
 * The notice's JSON: equal to the files in tests/data/notice/ (there with line breaks and escapes, for people),
 * valid whatever names are in it, and bounded. Also the journal's fields made from it.
 */
#include "notice_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(notice, .fini = leaks_fail);

/* A golden file as notice_json() would write it: compact, keys in their order. */
static char *golden(const char *name)
{
    char path[512];
    json_error_t error;

    snprintf(path, sizeof path, "%s/notice/%s.json", TEST_DATA, name);
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(object, "%s:%d: %s", path, error.line, error.text);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

Test(notice, is_as_documented)
{
    for (enum example example = 0; example < EXAMPLES; example++) {
        struct notice_bed *bed = notice_bed_new(example);
        char *json = notice_json(&bed->notice), *expected = golden(example_names[example]);
        cr_expect_str_eq(json, expected, "%s:\n%s\n%s", example_names[example], json, expected);
        cr_expect_null(strchr(json, '\n'), "one line");
        free(json);
        free(expected);
        notice_bed_free(bed);
    }
}

static json_t *parsed(const struct notice *notice)
{
    char *json = notice_json(notice);
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, NULL);

    cr_assert_not_null(object, "%s", json);
    free(json);
    return object;
}

static const char *text_at_path(const json_t *object, const char *first, const char *second)
{
    const json_t *value = json_object_get(object, first);

    return json_string_value(second == NULL ? value : json_object_get(value, second));
}

Test(notice, keeps_hostile_names_verbatim)
{
    struct notice_bed *bed = notice_bed_new(EXAMPLE_HOSTILE);
    bed->circuit.name = "\"'$( )`\\\n\t--option {} \x01\x7f \xe2\x80\xae \xf0\x9f\x94\xa5";
    json_t *object = parsed(&bed->notice);

    cr_expect_str_eq(text_at_path(object, "circuit", "name"), bed->circuit.name);
    cr_expect_str_eq(text_at_path(object, "circuit", "id"), resource_id_text(&bed->circuit.id).text);
    cr_expect_str_eq(text_at_path(object, "event", NULL), "raised", "a name cannot add or replace a key");
    json_decref(object);
    notice_bed_free(bed);
}

Test(notice, is_bounded)
{
    struct notice_bed *bed = notice_bed_new(EXAMPLE_HOSTILE);
    bed->labels[0] = (struct label){ bed->name, bed->name };
    bed->circuit.id.name = bed->story.summary = bed->story.text = bed->story.step[0] = bed->name;
    for (size_t i = 0; i < FACTS_MAX; i++)
        bed->story.fact[i] = (struct fact){ bed->name, bed->name, 1, bed->name };
    bed->story.fact_count = FACTS_MAX;
    json_t *object = parsed(&bed->notice);
    char *json = json_dumps(object, JSON_COMPACT);

    cr_expect_eq(strlen(text_at_path(object, "summary", NULL)), 1024, "in whole characters of four bytes");
    cr_expect_eq(strlen(text_at_path(object, "text", NULL)), 8192);
    cr_expect_eq(strlen(text_at_path(object, "circuit", "name")), 252);
    cr_expect_eq(strlen(text_at_path(object, "circuit", "id")), RESOURCE_ID_MAX - 1);
    cr_expect_lt(strlen(json), 128 * 1024);
    free(json);
    json_decref(object);
    notice_bed_free(bed);
}

Test(notice, writes_times_as_rfc_3339)
{
    static const struct { int64_t wall_ms; const char *text, *what; } rows[] = {
        { 1795255200000, "2026-11-21T10:00:00.000Z", "a whole second" },
        { 1795255200999, "2026-11-21T10:00:00.999Z", "milliseconds are kept" },
        { 1, "1970-01-01T00:00:00.001Z", "the first millisecond" },
        { 253402300799999, "9999-12-31T23:59:59.999Z", "the last one" },
        { 253402300800000, NULL, "five digits are no RFC 3339" },
        { 0, NULL, "not known" },
        { -1, NULL, "before 1970: a clock that was never set" },
        { INT64_MAX, NULL, "no date" },
        { INT64_MIN, NULL, "no date" },
    };
    struct notice_bed *bed = notice_bed_new(EXAMPLE_RAISED);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bed->notice.time_wall_ms = bed->incident.since_wall_ms = rows[i].wall_ms;
        bed->story.fact[0].seen_wall_ms = rows[i].wall_ms;
        json_t *object = parsed(&bed->notice);
        const char *time = text_at_path(object, "time", NULL), *since = text_at_path(object, "since", NULL);
        if (rows[i].text == NULL)
            cr_expect(time == NULL && since == NULL, "%s", rows[i].what);
        else
            cr_expect(time != NULL && strcmp(time, rows[i].text) == 0 && strcmp(since, time) == 0, "%s", rows[i].what);
        json_decref(object);
    }
    notice_bed_free(bed);
}

Test(notice, has_one_id_for_all_retries)
{
    struct incident incident = { .key = UINT64_MAX, .episode = UINT32_MAX, .sequence = UINT32_MAX };
    char episode[INCIDENT_IDENTITY_MAX], id[NOTICE_ID_MAX];

    cr_expect_str_eq(incident_identity(&incident, episode), "ffffffffffffffff-4294967295");
    cr_expect_str_eq(notice_id(&incident, id), "ffffffffffffffff-4294967295-4294967295");
    incident = (struct incident){ .key = 0xab, .episode = 3, .sequence = 1 };
    cr_expect_str_eq(incident_identity(&incident, episode), "00000000000000ab-3");
    cr_expect_str_eq(notice_id(&incident, id), "00000000000000ab-3-1");
}

static void expect_fields(enum example example, const char *const *expected)
{
    struct notice_bed *bed = notice_bed_new(example);
    struct notice_fields *fields = notice_fields_new(&bed->notice);
    char line[2048];
    size_t i;

    for (i = 0; i < fields->count && expected[i] != NULL; i++) {
        snprintf(line, sizeof line, "%s=%s", fields->field[i].name, fields->field[i].value);
        cr_expect_str_eq(line, expected[i]);
    }
    cr_expect(i == fields->count && expected[i] == NULL, "%s: %zu fields", example_names[example], fields->count);
    notice_fields_free(fields);
    notice_bed_free(bed);
}

Test(notice, gives_the_journal_its_fields)
{
    expect_fields(EXAMPLE_RAISED,
                  (const char *const[]){
                      "ERWATCH_EVENT=raised", "ERWATCH_RULE=41", "ERWATCH_RULE_NAME=redundancy-lost",
                      "ERWATCH_INCIDENT=0123456789abcdef-4", "ERWATCH_CIRCUIT=London 1",
                      "ERWATCH_CIRCUIT_ID=/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/"
                      "providers/Microsoft.Network/expressRouteCircuits/lon-1",
                      "ERWATCH_PEERING=microsoft", "ERWATCH_PATH=primary", "ERWATCH_FAMILY=ipv4",
                      "ERWATCH_VERDICT=degraded", "ERWATCH_SEVERITY=warning", "ERWATCH_OWNER=you",
                      "ERWATCH_LABEL_CARRIER=Equinix", "ERWATCH_LABEL_SITE=LON", "ERWATCH_LABEL_TEAM=", NULL });
    expect_fields(EXAMPLE_CREDENTIAL,
                  (const char *const[]){ "ERWATCH_EVENT=raised", "ERWATCH_RULE=91", "ERWATCH_RULE_NAME=sign-in-failed",
                                         "ERWATCH_INCIDENT=0123456789abcdef-4", "ERWATCH_RECEIVER=pager",
                                         "ERWATCH_SEVERITY=critical", "ERWATCH_OWNER=self", NULL });
    expect_fields(EXAMPLE_TEST, (const char *const[]){ "ERWATCH_EVENT=test", "ERWATCH_INCIDENT=0000000000000001-0",
                                                       "ERWATCH_RECEIVER=hook", "ERWATCH_SEVERITY=info",
                                                       "ERWATCH_OWNER=self", NULL });
}

Test(notice, bounds_the_fields_of_many_labels)
{
    struct notice_bed *bed = notice_bed_new(EXAMPLE_RAISED);
    char names[70][100];

    memset(bed->long_text, 'v', sizeof bed->long_text - 1);
    for (size_t i = 0; i < 70; i++) {
        snprintf(names[i], sizeof names[i], "%02zu-a-label-with-a-name-that-is-longer-than-what-the-journal-takes", i);
        bed->labels[i] = (struct label){ names[i], bed->long_text };
    }
    bed->circuit.label_count = 70;
    bed->circuit.name = bed->circuit.id.name = bed->long_text;
    struct notice_fields *fields = notice_fields_new(&bed->notice);
    cr_expect_eq(fields->count, 12 + NOTICE_LABELS_MAX, "%zu", fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        cr_expect_leq(strlen(fields->field[i].name), 64, "%s", fields->field[i].name);
        cr_expect_eq(strspn(fields->field[i].name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
                     strlen(fields->field[i].name), "%s", fields->field[i].name);
        cr_expect_leq(strlen(fields->field[i].value), 1024);
    }
    notice_fields_free(fields);
    notice_bed_free(bed);
}
