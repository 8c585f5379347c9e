/* Words for people. Every sentence is ours, every name in it may be anybody's. */
#include "paging/speech.h"

#include "core/span.h"
#include "core/text.h"
#include "paging/digest.h"
#include "paging/object.h"
#include "paging/utf8.h"

#include <inttypes.h>
#include <string.h>

#define LATE_MS 60000
#define STEPS_MOST 12

static const char *severity_word(const struct told *told)
{
    static const char *const words[] = { "INFO", "WARNING", "CRITICAL" };

    return words[told_rank(told->severity)];
}

const char *speech_headline(const struct told *told, char line[SPEECH_LINE_MAX])
{
    char foreign[SPEECH_LINE_MAX];
    struct text text;

    text_init(&text, line, SPEECH_LINE_MAX);
    switch (told->event) {
    case TOLD_CLEARED:
        text_add(&text, "Cleared");
        break;
    case TOLD_TEST:
        text_add(&text, "Test");
        break;
    case TOLD_DIGEST:
        break;
    case TOLD_ACKNOWLEDGED:
        text_add(&text, "Acknowledged");
        if (*told->acknowledged_by != '\0')
            text_add(&text, " by ");
        text_add_cut(&text, told->acknowledged_by, 100);
        break;
    default:
        text_addf(&text, "%s%s%s", told->event == TOLD_REMINDER ? "Still " : "", severity_word(told),
                  told->event == TOLD_CHANGED ? ", changed" : "");
    }
    text_add(&text, told->event == TOLD_DIGEST ? "" : ": ");
    text_add_cut(&text, told->summary, 1024);
    utf8_copy_plain(foreign, sizeof foreign, line);
    return strcpy(line, foreign);
}

/* One line; what would break it is replaced. */
static void add_plain(struct text *text, const char *foreign, size_t most)
{
    char plain[SPEECH_LINE_MAX];

    utf8_copy_plain(plain, sizeof plain, foreign);
    text_add_cut(text, plain, most);
}

const char *speech_text(const struct told *told, char lines[SPEECH_LINES_MAX])
{
    const char *at = told->text;
    char line[SPEECH_LINES_MAX], plain[SPEECH_LINES_MAX];
    struct text text;

    if (told->event == TOLD_DIGEST)
        return digest_speech(told, SPEECH_LINES_MAX, lines);
    text_init(&text, lines, SPEECH_LINES_MAX);
    while (*at != '\0') {
        size_t len = strcspn(at, "\n"), whole = len < sizeof line ? len : sizeof line - 1;
        memcpy(line, at, whole);
        line[whole] = '\0';
        utf8_copy_plain(plain, sizeof plain, line);
        text_addf(&text, "%s%s", at == told->text ? "" : "\n", plain);
        at += len + (at[len] == '\n');
    }
    return lines;
}

const char *speech_steps(const struct told *told, char lines[SPEECH_LINES_MAX])
{
    const json_t *steps = json_object_get(told->object, "next_steps");
    struct text text;

    text_init(&text, lines, SPEECH_LINES_MAX);
    for (size_t i = 0; i < json_array_size(steps) && i < STEPS_MOST && told->event != TOLD_CLEARED; i++) {
        const char *step = json_string_value(json_array_get(steps, i));
        if (step == NULL)
            continue;
        text_addf(&text, "%s%zu. ", i > 0 ? "\n" : "", i + 1);
        add_plain(&text, step, 1024);
    }
    return lines;
}

static void add_fact(struct text *text, const struct told *told, const json_t *fact)
{
    const char *source = object_text(fact, NULL, "source");
    int64_t seen = told_time(object_text(fact, NULL, "seen_at"));
    char span[SPAN_TEXT_MAX];

    text_add(text, text->used > 0 ? "\n" : "");
    add_plain(text, object_text(fact, NULL, "name"), 255);
    text_add(text, ": ");
    add_plain(text, object_text(fact, NULL, "value"), 1024);
    text_add(text, *source != '\0' || seen > 0 ? " (" : "");
    add_plain(text, source, 255);
    if (seen > 0)
        text_addf(text, "%s%s before", *source != '\0' ? ", " : "", span_format(told->time_wall_ms - seen, span));
    text_add(text, *source != '\0' || seen > 0 ? ")" : "");
}

const char *speech_facts(const struct told *told, char lines[SPEECH_LINES_MAX])
{
    const json_t *facts = json_object_get(told->object, "facts");
    size_t said = 0;
    struct text text;

    text_init(&text, lines, SPEECH_LINES_MAX);
    for (size_t i = 0; i < json_array_size(facts) && said < SPEECH_FACTS; i++) {
        const json_t *fact = json_array_get(facts, i);
        if (*object_text(fact, NULL, "value") == '\0')
            continue;
        add_fact(&text, told, fact);
        said++;
    }
    return lines;
}

const char *speech_owner(const char *owner)
{
    static const char *const words[][2] = {
        { "you", "you" },
        { "provider", "the connectivity provider" },
        { "microsoft", "Microsoft" },
        { "self", "whoever looks after this monitoring" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], owner) == 0)
            return words[i][1];
    return owner;
}

static void add_times(struct text *text, const struct told *told, int64_t now_wall_ms)
{
    char when[WHEN_TEXT_MAX], span[SPAN_TEXT_MAX];

    if (told->since_wall_ms > 0)
        text_addf(text, ", since %s (%s)", when_format(told->since_wall_ms, when),
                  span_format(told->time_wall_ms - told->since_wall_ms, span));
    if (told->time_wall_ms > 0 && now_wall_ms - told->time_wall_ms > LATE_MS)
        text_addf(text, ". This notice is of %s and had to wait for %s", when_format(told->time_wall_ms, when),
                  span_format(now_wall_ms - told->time_wall_ms, span));
}

const char *speech_identity(const struct told *told, int64_t now_wall_ms, char line[SPEECH_LINE_MAX])
{
    int64_t rule = json_integer_value(json_object_get(told->object, "rule"));
    struct text text;

    text_init(&text, line, SPEECH_LINE_MAX);
    text_add(&text, told->event == TOLD_DIGEST ? "Digest " : "Incident ");
    add_plain(&text, told->incident, 255);
    if (rule > 0)
        text_addf(&text, " (rule %" PRId64 " %s)", rule, told->rule);
    if (told->event != TOLD_CLEARED && told->event != TOLD_TEST && told->event != TOLD_DIGEST)
        text_addf(&text, ", to be acted on by %s", speech_owner(told->owner));
    add_times(&text, told, now_wall_ms);
    text_add(&text, ".");
    return line;
}
