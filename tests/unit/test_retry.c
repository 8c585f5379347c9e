/* The pauses between tries: quick for pages, never longer than promised, never zero. */
#include "paging/paging.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>

TestSuite(retry, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

static const struct row {
    enum answer answer;
    uint32_t attempts;
    int64_t since_first_ms;
    bool page;
    int64_t pause_ms; /* without jitter */
    const char *what;
} rows[] = {
    { ANSWER_LATER, 1, 0, true, 1000, "after the first try" },
    { ANSWER_LATER, 2, 1000, true, 2000, "doubled" },
    { ANSWER_LATER, 4, 7000, true, 8000, "doubled again" },
    { ANSWER_LATER, 5, 15000, true, 15000, "a page waits 15 s at most" },
    { ANSWER_LATER, 200, HOUR - 1, true, 15000, "for an hour" },
    { ANSWER_LATER, 200, HOUR, true, 60000, "then a minute" },
    { ANSWER_LATER, UINT32_MAX, 1000 * HOUR, true, 60000, "for ever" },
    { ANSWER_LATER, 3, HOUR, true, 4000, "few tries in a long time: still doubling" },
    { ANSWER_LATER, 1, 0, false, 1000, "the rest begins alike" },
    { ANSWER_LATER, 9, 0, false, 256000, "and goes on doubling" },
    { ANSWER_LATER, 10, 0, false, 300000, "to five minutes" },
    { ANSWER_LATER, UINT32_MAX, 1000 * HOUR, false, 300000, "and no further" },
    { ANSWER_UNCERTAIN, 2, 1000, true, 2000, "what may have arrived is like any failure" },
    { ANSWER_SLOW_DOWN, 1, 0, true, 30000, "429 without a Retry-After" },
    { ANSWER_SLOW_DOWN, 3, 0, true, 120000, "doubled" },
    { ANSWER_SLOW_DOWN, UINT32_MAX, HOUR, true, 300000, "to five minutes, also for a page" },
    { ANSWER_REFUSED, 1, 0, true, 300000, "refused: only a change at the receiver helps" },
    { ANSWER_SETTINGS, 7, HOUR, true, 300000, "wrong settings: the same" },
    { ANSWER_REDIRECT, 1, 0, false, 300000, "redirected: the same" },
};

static int64_t pause_of(const struct row *r, double random)
{
    return retry_pause_ms(r->answer, r->attempts, r->since_first_ms, r->page, random);
}

Test(retry, waits_as_promised)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        cr_expect_eq(pause_of(r, 0.5), r->pause_ms, "%s", r->what);
        cr_expect_eq(pause_of(r, 0.0), r->pause_ms * 3 / 4, "%s", r->what);
        cr_expect_eq(pause_of(r, 1.0), r->pause_ms * 5 / 4, "%s", r->what);
    }
}

/* A pager that is away for two minutes: few tries, and one soon after it is back (with the longest pauses). */
Test(retry, finds_a_pager_that_is_back_within_20_s)
{
    int64_t elapsed = 0;
    uint32_t attempts = 1;

    for (; elapsed < 2 * MINUTE; attempts++)
        elapsed += retry_pause_ms(ANSWER_LATER, attempts, elapsed, true, 1.0);
    cr_expect_lt(elapsed, 2 * MINUTE + 20000);
    for (elapsed = 0, attempts = 1; elapsed < 2 * MINUTE; attempts++)
        elapsed += retry_pause_ms(ANSWER_LATER, attempts, elapsed, true, 0.0);
    cr_expect_leq(attempts, 40);
}

Test(retry, is_for_what_was_not_delivered, .signal = SIGABRT)
{
    (void)retry_pause_ms(ANSWER_DELIVERED, 1, 0, true, 0.5);
}

Test(retry, needs_a_try, .signal = SIGABRT)
{
    (void)retry_pause_ms(ANSWER_LATER, 0, 0, true, 0.5);
}
