/*
 * What follows from an answer that is no delivery. Trouble that is the receiver's (network, 5xx, 429, wrong settings)
 * pauses all that waits for it; what is wrong with one notice, or with one run of a program, pauses that one.
 */
#include "paging/setback.h"

#include "paging/paging.h"

#define ASKED_MOST_MS (15 * 60 * 1000)

static bool of_receiver(const struct setback_of *of)
{
    return !of->program && of->answer != ANSWER_REFUSED;
}

/* As long as it wants, and up to a quarter longer. Nothing at all is granted once: twice would be a loop. */
static int64_t pause_of(const struct setback_of *of, bool page)
{
    bool whole = of_receiver(of);
    uint32_t tries = whole ? of->failures + 1 : of->attempts;
    int64_t since = whole ? of->failing_ms : of->since_first_ms;
    int64_t asked = of->retry_after_ms < ASKED_MOST_MS ? of->retry_after_ms : ASKED_MOST_MS;

    if (asked > 0 || (asked == 0 && tries == 1))
        return (int64_t)((double)asked * (1 + of->random / 4));
    return retry_pause_ms(of->answer, tries, since, page, of->random);
}

struct outbox_setback setback_make(const struct setback_of *of)
{
    struct outbox_setback setback = { .whole = of_receiver(of),
                                      .unsure_ms = of->answer == ANSWER_UNCERTAIN ? SETBACK_UNSURE_MS : 0 };

    if (of->answer == ANSWER_REFUSED && !of->minimal) {
        setback.minimal = true;
        return setback; /* at once */
    }
    setback.pause_ms = pause_of(of, of->page);
    setback.whole_ms[OUTBOX_PAGES] = pause_of(of, true);
    setback.whole_ms[OUTBOX_REST] = pause_of(of, false);
    return setback;
}

bool setback_lasts(const struct setback_of *of)
{
    return of->answer == ANSWER_REDIRECT || of->answer == ANSWER_SETTINGS ||
           (of->answer == ANSWER_REFUSED && of->minimal);
}
