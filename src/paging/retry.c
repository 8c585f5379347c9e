/*
 * How long to wait before a notice is tried again. There is no last try. A page comes back quickly, because a pager
 * that recovers should hear of it within seconds; the jitter keeps many notices from coming back in one moment.
 */
#include "paging/paging.h"

#include <assert.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static int64_t longest_pause(enum answer answer, int64_t since_first_ms, bool page)
{
    if (answer == ANSWER_SLOW_DOWN || !page)
        return 5 * MINUTE;
    return since_first_ms < HOUR ? 15 * SECOND : 60 * SECOND;
}

static bool final_unless_changed(enum answer answer)
{
    return answer == ANSWER_REDIRECT || answer == ANSWER_REFUSED || answer == ANSWER_SETTINGS;
}

int64_t retry_pause_ms(enum answer answer, uint32_t attempts, int64_t since_first_ms, bool page, double random)
{
    int64_t longest = longest_pause(answer, since_first_ms, page);
    int64_t pause = answer == ANSWER_SLOW_DOWN ? 30 * SECOND : SECOND;

    assert(answer != ANSWER_DELIVERED && attempts >= 1 && random >= 0 && random <= 1);
    if (final_unless_changed(answer))
        pause = longest = 5 * MINUTE;
    for (uint32_t i = 1; i < attempts && pause < longest; i++)
        pause *= 2;
    if (pause > longest)
        pause = longest;
    return (int64_t)((double)pause * (0.75 + random / 2));
}
