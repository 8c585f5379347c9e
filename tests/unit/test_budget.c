/* How much may be asked: the bucket, what is kept for others, who waits first, what Azure's words change. */
#include "core/budget.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>

TestSuite(budget, .fini = leaks_fail);

#define READS 250
#define PER_SECOND 25

static struct mono at(int64_t ms)
{
    return (struct mono){ ms };
}

static struct budget full(void)
{
    struct budget budget;

    budget_init(&budget, READS, PER_SECOND, at(0));
    return budget;
}

/* As many as it allows in one moment. */
static unsigned ask_all(struct budget *budget, enum urgency urgency, struct mono now)
{
    unsigned asked = 0;

    while (asked < 10000 && budget_may(budget, urgency, now)) {
        budget_take(budget, now);
        asked++;
    }
    return asked;
}

Test(budget, what_is_optional_waits_first_and_a_part_is_never_touched)
{
    struct budget budget = full();

    cr_expect_eq(ask_all(&budget, URGENCY_OPTIONAL, at(0)), 150U, "a hundred are kept for states and others");
    cr_expect_eq(ask_all(&budget, URGENCY_STATES, at(0)), 90U, "ten are kept for others");
    cr_expect_eq(budget_left(&budget, at(0)), 10);
}

Test(budget, it_fills_again_and_never_beyond_its_size)
{
    struct budget budget = full();

    ask_all(&budget, URGENCY_STATES, at(0));
    cr_expect_eq(budget_left(&budget, at(1000)), 10 + PER_SECOND);
    cr_expect_eq(ask_all(&budget, URGENCY_STATES, at(1000)), (unsigned)PER_SECOND);
    cr_expect_eq(budget_left(&budget, at(3600000)), READS);
    cr_expect_eq(budget_left(&budget, at(INT64_MAX / 2)), READS, "a machine that slept for ages");
}

Test(budget, those_who_wait_come_one_after_the_other)
{
    struct budget budget = full();
    struct mono before = at(0);

    ask_all(&budget, URGENCY_STATES, at(0));
    for (unsigned i = 0; i < 200; i++) {
        struct mono due = budget_wait(&budget, URGENCY_STATES, at(0));
        cr_assert(mono_between(before, due) >= 1000 / PER_SECOND, "waiter %u comes %lld ms after the one before", i,
                  (long long)mono_between(before, due));
        cr_assert(budget_may(&budget, URGENCY_STATES, due), "waiter %u may not when it comes", i);
        budget_take(&budget, due);
        before = due;
    }
}

Test(budget, a_wait_is_never_over_at_once)
{
    struct budget budget = full();

    for (enum urgency urgency = 0; urgency < URGENCIES; urgency++)
        cr_expect_gt(budget_wait(&budget, urgency, at(5000)).ms, 5000);
}

static const struct said {
    const char *what;
    int64_t under_way, left, expected;
} said[] = {
    { "fewer than we thought: others ask, too", 1, 40, 40 },
    { "nothing is left", 1, 0, 0 },
    { "more than a bucket of the usual size: it is a larger one", 1, 11999, 11999 },
    { "an answer that does not say it changes nothing", 1, -1, READS - 1 },
    { "those under way may not have been counted", 5, 100, 96 },
    { "a figure beyond all sense is a large one", 1, INT64_C(1000000000000), 1000000 },
};

Test(budget, azure_knows_better)
{
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct budget budget = full();
        for (int64_t n = 0; n < said[i].under_way; n++)
            budget_take(&budget, at(0));
        budget_answered(&budget, said[i].left, at(0));
        cr_expect_eq(budget_left(&budget, at(0)), said[i].expected, "%s: %lld", said[i].what,
                     (long long)budget_left(&budget, at(0)));
    }
}

Test(budget, a_small_bucket_is_found_to_be_one)
{
    struct budget budget = full();

    for (unsigned second = 0; second < 60; second++) { /* it holds sixty */
        budget_take(&budget, at(second * 1000));
        budget_answered(&budget, 59, at(second * 1000));
    }
    cr_expect_leq(budget.capacity, 70);
    cr_expect(budget_may(&budget, URGENCY_OPTIONAL, at(60000)), "what is optional does not wait for ever");
    budget_take(&budget, at(90000));
    budget_answered(&budget, 249, at(90000));
    cr_expect_eq(budget.capacity, 249, "others had drunk from it");
    cr_expect_lt(budget.per_second, 120);
}

Test(budget, a_figure_that_goes_up_and_down_makes_no_faster_bucket)
{
    struct budget budget = full(); /* several of Azure's hosts, each with a count of its own */

    for (unsigned n = 0; n < 2000; n++) {
        budget_take(&budget, at(n * 1000));
        budget_answered(&budget, n % 20 == 19 ? READS : 10, at(n * 1000));
        cr_assert_eq(budget.per_second, PER_SECOND, "after %u answers: %d a second", n, budget.per_second);
    }
}

Test(budget, our_own_requests_make_no_bucket_smaller)
{
    struct budget budget = full();

    for (unsigned n = 0; n < 90; n++) {
        budget_take(&budget, at(n));
        budget_answered(&budget, READS - 1 - n, at(n));
    }
    cr_expect_eq(budget.capacity, READS);
}

static const struct pause {
    const char *what;
    int64_t said, least, most;
} pauses[] = {
    { "as the answer said", 120000, 120000, 135000 },
    { "no less than a second", 0, 1000, 1125 },
    { "no more than a quarter of an hour", INT64_C(86400000), 900000, 1012500 },
    { "half a minute when it did not say", -1, 30000, 33750 },
};

Test(budget, a_pause_is_obeyed)
{
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
        for (unsigned part = 0; part < 10; part++) {
            struct budget budget = full();
            budget_pause(&budget, pauses[i].said, part / 10.0, at(500));
            int64_t pause = budget.paused.ms - 500;
            cr_expect(pause >= pauses[i].least && pause <= pauses[i].most, "%s: %lld ms", pauses[i].what, (long long)pause);
            cr_expect_not(budget_may(&budget, URGENCY_STATES, at(499 + pause)), "%s", pauses[i].what);
            cr_expect_geq(budget_wait(&budget, URGENCY_OPTIONAL, at(600)).ms, budget.paused.ms, "%s", pauses[i].what);
            cr_expect_eq(budget_left(&budget, at(600)), 0, "%s", pauses[i].what);
        }
}

Test(budget, the_end_of_a_pause_is_no_burst)
{
    struct budget budget = full();

    budget_pause(&budget, 60000, 0, at(0));
    cr_expect_eq(ask_all(&budget, URGENCY_STATES, at(60000)), 1U, "states begin");
    cr_expect_eq(ask_all(&budget, URGENCY_OPTIONAL, at(60000)), 0U);
    cr_expect_eq(ask_all(&budget, URGENCY_STATES, at(61000)), (unsigned)PER_SECOND);
}

Test(budget, an_answer_that_was_under_way_ends_no_pause)
{
    struct budget budget = full();

    budget_take(&budget, at(0));
    budget_take(&budget, at(0));
    budget_answered(&budget, 0, at(10));
    budget_pause(&budget, 60000, 0, at(10));
    budget_answered(&budget, 240, at(20));
    cr_expect_not(budget_may(&budget, URGENCY_STATES, at(59000)));
}

Test(budget, a_shorter_pause_does_not_end_a_longer_one)
{
    struct budget budget = full();

    budget_pause(&budget, 60000, 0, at(0));
    budget_pause(&budget, 1000, 0, at(0));
    cr_expect_eq(budget.paused.ms, 60000);
}

Test(budget, where_nothing_answers_one_is_enough)
{
    struct budget budget = full();

    for (unsigned n = 0; n < BUDGET_UNDER_WAY_MAX; n++) {
        cr_assert(budget_room(&budget) > 0, "%u under way", n);
        budget_take(&budget, at(0));
    }
    cr_expect_eq(budget_room(&budget), 0U);
    budget_unanswered(&budget);
    cr_expect_eq(budget_room(&budget), 0U, "the others hang, too");
    for (unsigned n = 1; n < BUDGET_UNDER_WAY_MAX; n++)
        budget_unanswered(&budget);
    cr_expect_eq(budget_room(&budget), 1U);
    budget_take(&budget, at(30000));
    cr_expect_eq(budget_room(&budget), 0U, "a second one would only hang beside the first");
    budget_answered(&budget, -1, at(30000));
    budget_take(&budget, at(30000));
    cr_expect_eq(budget_room(&budget), BUDGET_UNDER_WAY_MAX - 1U, "there is somebody again");
}

Test(budget, ends_more_often_than_it_began, .signal = SIGABRT)
{
    struct budget budget = full();

    budget_unanswered(&budget);
}
