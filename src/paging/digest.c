/*
 * Digests. A digest is a notice like any other, with a list in it: it is made once, from what was kept of the notices of
 * its lines, and what receivers get is made from its own JSON. What does not fit is counted, never cut in the middle.
 */
#include "paging/digest.h"

#include "core/incident.h"
#include "core/outbox.h"
#include "core/span.h"
#include "core/text.h"
#include "paging/notice.h"
#include "paging/object.h"
#include "paging/speech.h"
#include "paging/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST 1200 /* bytes of one line: the summary of a hostile name is longer */
#define SUMMARY_MOST 800
#define BEHIND_MOST 200 /* room for what is said behind the last line */

uint64_t digest_key(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */

    for (const char *at = "digest/"; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3U;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
    return hash;
}

/* ---- what waits ---- */

/* A key of the notice; null when it has none. */
static void put_own(json_t *line, const char *key, json_t *value)
{
    object_put(line, key, value != NULL ? json_incref(value) : json_null());
}

bool digest_note(const char *notice_json, struct digest_note *note)
{
    static const char *const keys[] = { "incident", "rule", "name", "owner", "summary", "since", "time",
                                        "acknowledged_by" };
    struct told told;

    if (!told_init(&told, notice_json))
        return false;
    json_t *line = object_new();
    put_own(line, "circuit", json_object_get(json_object_get(told.object, "circuit"), "name"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        put_own(line, keys[i], json_object_get(told.object, keys[i]));
    note->once = rule_is_event((enum rule)json_integer_value(json_object_get(told.object, "rule")));
    note->taken_on = *told.acknowledged_by != '\0';
    note->since_wall_ms = told.since_wall_ms;
    note->circuit = strdup(told.circuit);
    if (note->circuit == NULL)
        abort();
    note->line = object_dump(line);
    told_fini(&told);
    return true;
}

/* ---- making ---- */

static size_t count_of(const struct digest_notice *digest, unsigned state, unsigned severity)
{
    size_t count = 0;

    for (size_t i = 0; i < digest->count; i++)
        count += digest->line[i].state == state && (severity == SEVERITIES || digest->line[i].severity == severity);
    return count;
}

static json_t *line_object(const struct digest_line *line)
{
    json_t *object = object_new(), *kept = json_loads(line->last.kept, 0, NULL);

    object_put_text(object, "state", digest_state_name(line->state), 16);
    object_put_text(object, "severity", severity_name(line->severity), 16);
    (void)json_object_update(object, kept);
    object_put(object, "times", json_integer(line->times));
    object_put(object, "new", json_boolean(line->fresh));
    json_decref(kept);
    return object;
}

static json_t *time_json(int64_t wall_ms)
{
    char text[TIME_TEXT_MAX];

    return json_string(time_text(wall_ms, text));
}

static json_t *list_object(const struct digest_notice *digest)
{
    json_t *object = object_new(), *lines = array_new();

    object_put(object, "receiver", json_string(digest->name));
    object_put(object, "from", time_json(digest->from_wall_ms));
    object_put(object, "to", time_json(digest->time_wall_ms));
    object_put(object, "next", time_json(digest->next_wall_ms));
    for (unsigned state = 0; state < DIGEST_STATES; state++)
        object_put(object, digest_state_name(state), json_integer((json_int_t)count_of(digest, state, SEVERITIES)));
    object_put(object, "left_out", json_integer((json_int_t)digest->left_out));
    for (size_t i = 0; i < digest->count && i < DIGEST_LINES_MOST; i++)
        array_add(lines, line_object(&digest->line[i]));
    object_put(object, "lines", lines);
    return object;
}

/* "3 open (1 critical, 2 warning)" */
static void add_open(struct text *text, const struct digest_notice *digest)
{
    static const unsigned severities[] = { SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_INFO };
    size_t all = count_of(digest, DIGEST_OPEN, SEVERITIES), said = 0;

    text_addf(text, "%zu open", all);
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        size_t count = count_of(digest, DIGEST_OPEN, severities[i]);
        if (count == 0)
            continue;
        text_addf(text, "%s%zu %s", said++ == 0 ? " (" : ", ", count, severity_name(severities[i]));
    }
    text_add(text, said > 0 ? ")" : "");
}

/* "Digest daily: 3 open (1 critical, 2 warning), 2 over, 1 event since 2026-11-21 08:00:00 UTC" */
static void make_summary(const struct digest_notice *digest, char summary[NOTICE_SUMMARY_MAX])
{
    size_t over = count_of(digest, DIGEST_OVER, SEVERITIES), happened = count_of(digest, DIGEST_HAPPENED, SEVERITIES);
    char when[WHEN_TEXT_MAX];
    struct text text;

    text_init(&text, summary, NOTICE_SUMMARY_MAX);
    text_addf(&text, "Digest %s: ", digest->name);
    if (digest->count == 0 && digest->left_out == 0) {
        text_add(&text, "of what goes to it nothing is open, and nothing has happened");
    } else {
        add_open(&text, digest);
        text_addf(&text, ", %" PRIu64 " over", over + digest->left_out);
        if (happened > 0)
            text_addf(&text, ", %zu event%s", happened, happened == 1 ? "" : "s");
    }
    text_addf(&text, " since %s", when_format(digest->from_wall_ms, when));
}

/* The words are those that are made of the list itself, so that both say the same. */
static const char *make_text(const json_t *list, char lines[NOTICE_TEXT_MAX])
{
    json_t *object = object_new();
    struct told told = { .object = object, .event = TOLD_DIGEST };

    object_put(object, "digest", json_incref((json_t *)(uintptr_t)list));
    (void)digest_speech(&told, NOTICE_TEXT_MAX, lines);
    json_decref(object);
    return lines;
}

char *digest_json(const struct digest_notice *digest)
{
    char summary[NOTICE_SUMMARY_MAX], text[NOTICE_TEXT_MAX];
    json_t *list = list_object(digest);
    struct story *story = calloc(1, sizeof *story);
    const struct incident incident = { .key = digest->key,
                                       .episode = digest->number,
                                       .sequence = 1,
                                       .subject = SUBJECT_CIRCUIT,
                                       .severity = SEVERITY_INFO,
                                       .owner = OWNER_SELF,
                                       .since_wall_ms = digest->from_wall_ms };

    if (story == NULL)
        abort();
    make_summary(digest, summary);
    story->summary = summary;
    story->text = make_text(list, text);
    const struct notice notice = { .incident = &incident,
                                   .event = (enum rule_event)OUTBOX_DIGEST,
                                   .time_wall_ms = digest->time_wall_ms,
                                   .story = story,
                                   .receiver = digest->name,
                                   .host = digest->host,
                                   .version = digest->version };
    json_t *object = notice_object(&notice);
    object_put(object, "digest", list);
    free(story);
    return object_dump(object);
}

/* ---- in words ---- */

static const char *heading(const char *state)
{
    static const char *const headings[][2] = {
        { "open", "Open now" }, { "over", "Over" }, { "happened", "Events" },
    };
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (strcmp(headings[i][0], state) == 0)
            return headings[i][1];
    return "Others";
}

static void add_plain(struct text *text, const char *foreign, size_t most)
{
    char plain[SPEECH_LINE_MAX];

    utf8_copy_plain(plain, sizeof plain, foreign);
    text_add_cut(text, plain, most);
}

/* "since 2026-11-21 09:58:00 UTC (22 h 2 min)", "from … for 12 min", "at …" */
static void add_times(struct text *text, const json_t *line, int64_t now_wall_ms)
{
    const char *state = object_text(line, NULL, "state");
    int64_t since = told_time(object_text(line, NULL, "since")), over = told_time(object_text(line, NULL, "time"));
    int64_t times = json_integer_value(json_object_get(line, "times"));
    char when[WHEN_TEXT_MAX], span[SPAN_TEXT_MAX];

    if (times > 1)
        text_addf(text, "; %" PRId64 " times, the last one", times);
    else
        text_add(text, ";");
    (void)when_format(since, when);
    if (strcmp(state, "open") == 0)
        text_addf(text, " since %s (%s)", when, span_format(now_wall_ms - since, span));
    else if (strcmp(state, "over") == 0)
        text_addf(text, " from %s for %s", when, span_format(over - since, span));
    else
        text_addf(text, " at %s", when);
}

static void make_line(const json_t *line, int64_t now_wall_ms, char out[LINE_MOST])
{
    static const char *const words[] = { "INFO", "WARNING", "CRITICAL" };
    const char *by = object_text(line, NULL, "acknowledged_by");
    bool open = strcmp(object_text(line, NULL, "state"), "open") == 0;
    struct text text;

    text_init(&text, out, LINE_MOST);
    text_addf(&text, "- %s%s: ", open && json_is_true(json_object_get(line, "new")) ? "new, " : "",
              words[told_rank(object_text(line, NULL, "severity"))]);
    add_plain(&text, object_text(line, NULL, "summary"), SUMMARY_MOST);
    add_times(&text, line, now_wall_ms);
    if (open)
        text_addf(&text, "; to be acted on by %s", speech_owner(object_text(line, NULL, "owner")));
    if (open && *by != '\0') {
        text_add(&text, "; acknowledged by ");
        add_plain(&text, by, 100);
    }
}

/* All that there are, whether they are listed or not. */
static int64_t all_of(const json_t *list)
{
    int64_t all = json_integer_value(json_object_get(list, "left_out"));

    for (unsigned state = 0; state < DIGEST_STATES; state++)
        all += json_integer_value(json_object_get(list, digest_state_name(state)));
    return all;
}

const char *digest_speech(const struct told *told, size_t most, char *out)
{
    const json_t *list = json_object_get(told->object, "digest"), *lines = json_object_get(list, "lines");
    int64_t now_wall_ms = told_time(object_text(list, NULL, "to")), said = 0, all = all_of(list);
    const char *before = "";
    struct text text;

    assert(most > BEHIND_MOST && most <= SPEECH_LINES_MAX);
    text_init(&text, out, most);
    for (size_t i = 0; i < json_array_size(lines); i++, said++) {
        const json_t *line = json_array_get(lines, i);
        const char *state = object_text(line, NULL, "state");
        char one[LINE_MOST];
        make_line(line, now_wall_ms, one);
        if (text.used + strlen(one) + BEHIND_MOST > most)
            break;
        if (strcmp(state, before) != 0)
            text_addf(&text, "%s%s: %" JSON_INTEGER_FORMAT "\n", i > 0 ? "\n" : "", heading(state),
                      json_integer_value(json_object_get(list, state)));
        before = state;
        text_addf(&text, "%s\n", one);
    }
    if (said < all)
        text_addf(&text, "%s… and %" PRId64 " more; \"erwatchctl incidents --all\" shows them.\n",
                  said > 0 ? "\n" : "", all - said);
    if (text.used > 0)
        out[text.used - 1] = '\0'; /* the last line's end */
    return out;
}
