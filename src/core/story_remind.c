/* The words of a reminder: those of the finding, and how long it has gone on. */
#include "core/notice.h"

#include "core/span.h"
#include "core/text.h"

#include <assert.h>
#include <string.h>

#define SUMMARY_MAX 201 /* as of every summary: 200 bytes and the NUL */

void story_remind(struct story *story, int64_t lasted_ms)
{
    char span[SPAN_TEXT_MAX], tail[SPAN_TEXT_MAX + 16];
    struct text summary, text, end;

    text_init(&end, tail, sizeof tail);
    text_addf(&end, " (for %s)", span_format(lasted_ms, span));
    text_init(&summary, story->again, SUMMARY_MAX - end.used);
    text_add(&summary, story->summary);
    memcpy(story->again + summary.used, tail, end.used + 1);
    assert(summary.used + end.used < SUMMARY_MAX);
    text_init(&text, story->again + SUMMARY_MAX, sizeof story->again - SUMMARY_MAX);
    text_addf(&text, "In this state for %s. ", span);
    text_add(&text, story->text);
    story->summary = story->again;
    story->text = text.at;
}
