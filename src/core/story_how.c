/* What a notice says beside the finding itself: that it goes on, comes and goes, or is steady again. */
#include "core/notice.h"

#include "core/incident.h"
#include "core/span.h"
#include "core/text.h"

#include <assert.h>
#include <string.h>

#define SUMMARY_MAX 201 /* as of every summary: 200 bytes and the NUL */

/* A few words behind the summary, for which the rest of it makes room, and a sentence before the text. */
static void say(struct story *story, const char *behind, const char *before)
{
    struct text summary, text;
    size_t len = strlen(behind);

    assert(len < SUMMARY_MAX / 2 + 16);
    text_init(&summary, story->again, SUMMARY_MAX - len);
    text_add(&summary, story->summary);
    memcpy(story->again + summary.used, behind, len + 1);
    text_init(&text, story->again + SUMMARY_MAX, sizeof story->again - SUMMARY_MAX);
    text_add(&text, before);
    text_add(&text, story->text);
    story->summary = story->again;
    story->text = text.at;
}

static void say_again(struct story *story, bool flaps, int64_t lasted_ms)
{
    char span[SPAN_TEXT_MAX], behind[SPAN_TEXT_MAX + 32], before[SPAN_TEXT_MAX + 64];
    struct text text;

    span_format(lasted_ms, span);
    text_init(&text, behind, sizeof behind);
    text_addf(&text, flaps ? " (flapping for %s)" : " (for %s)", span);
    text_init(&text, before, sizeof before);
    text_addf(&text, flaps ? "This comes and goes since %s. " : "In this state for %s. ", span);
    say(story, behind, before);
}

static void say_taken_on(struct story *story, const struct ack *ack)
{
    char behind[ACK_WHO_MAX + 32], before[ACK_WHO_MAX + ACK_WHY_MAX + 128], when[WHEN_TEXT_MAX];
    struct text text;

    text_init(&text, behind, sizeof behind);
    text_addf(&text, " (acknowledged by %s)", ack->who);
    text_init(&text, before, sizeof before);
    text_addf(&text, "%s has acknowledged this", ack->who);
    if (ack->until_wall_ms != 0)
        text_addf(&text, " until %s", when_format(ack->until_wall_ms, when));
    text_addf(&text, "%s%s. ", ack->why[0] != '\0' ? ": " : "", ack->why);
    say(story, behind, before);
}

void story_say_how(struct story *story, const struct incident *incident, enum rule_event event, bool steady,
                   int64_t now_wall_ms)
{
    bool flaps = incident->flapping && event != EVENT_CLEARED;

    if (event == EVENT_ACKNOWLEDGED)
        say_taken_on(story, &incident->ack);
    else if (event == EVENT_REMINDER)
        say_again(story, flaps, now_wall_ms - incident->since_wall_ms);
    else if (flaps)
        say(story, " (flapping)", "This comes and goes: it counts as open until it is steady, and is told again then. ");
    else if (steady)
        say(story, " (no longer flapping)", "This came and went, and is steady now. ");
}
