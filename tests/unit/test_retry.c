/* The pauses between tries: quick for pages, never longer than promised, never zero. */
#include "paging/paging.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>

TestSuite(retry, .fini = leaks_fail);

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

static const struct row {
    uint32_t attempts;
    int64_t since_first_ms;
    bool page;
    int64_t pause_ms; /* without jitter */
    const char *what;
} rows[] = {
    { 1, 0, true, 1000, "after the first try" },
    { 2, 1000, true, 2000, "doubled" },
    { 4, 7000, true, 8000, "doubled again" },
    { 5, 15000, true, 15000, "a page waits 15 s at most" },
    { 200, HOUR - 1, true, 15000, "for an hour" },
    { 200, HOUR, true, 60000, "then a minute" },
    { UINT32_MAX, 1000 * HOUR, true, 60000, "for ever" },
    { 3, HOUR, true, 4000, "few tries in a long time: still doubling" },
    { 1, 0, false, 1000, "the rest begins alike" },
    { 9, 0, false, 256000, "and goes on doubling" },
    { 10, 0, false, 300000, "to five minutes" },
    { UINT32_MAX, 1000 * HOUR, false, 300000, "and no further" },
};

Test(retry, waits_as_promised)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        cr_expect_eq(retry_pause_ms(r->attempts, r->since_first_ms, r->page, 0.5), r->pause_ms, "%s", r->what);
        cr_expect_eq(retry_pause_ms(r->attempts, r->since_first_ms, r->page, 0.0), r->pause_ms * 3 / 4, "%s", r->what);
        cr_expect_eq(retry_pause_ms(r->attempts, r->since_first_ms, r->page, 1.0), r->pause_ms * 5 / 4, "%s", r->what);
    }
}

/* A pager that is away for two minutes: few tries, and one soon after it is back (with the longest pauses). */
Test(retry, finds_a_pager_that_is_back_within_20_s)
{
    int64_t elapsed = 0;
    uint32_t attempts = 1;

    for (; elapsed < 2 * MINUTE; attempts++)
        elapsed += retry_pause_ms(attempts, elapsed, true, 1.0);
    cr_expect_lt(elapsed, 2 * MINUTE + 20000);
    for (elapsed = 0, attempts = 1; elapsed < 2 * MINUTE; attempts++)
        elapsed += retry_pause_ms(attempts, elapsed, true, 0.0);
    cr_expect_leq(attempts, 40);
}

Test(retry, needs_a_try, .signal = SIGABRT)
{
    (void)retry_pause_ms(0, 0, true, 0.5);
}
