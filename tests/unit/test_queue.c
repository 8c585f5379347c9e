/* The queue of moments: the earliest first, the same moment by number, things moved and taken out anywhere. */
#include "core/queue.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdint.h>

TestSuite(queue, .fini = leaks_fail);

static struct mono at(int64_t ms)
{
    return (struct mono){ ms };
}

Test(queue, an_empty_one_is_never_due)
{
    struct queue *queue = queue_new(0);

    cr_expect_eq(queue_first(queue, NULL).ms, MONO_NEVER.ms);
    queue_free(queue);
    queue_free(NULL);
}

Test(queue, the_earliest_comes_first_and_the_same_moment_by_number)
{
    static const int64_t due[] = { 50, 20, 70, 20, 10 };
    static const size_t order[] = { 4, 1, 3, 0, 2 };
    struct queue *queue = queue_new(5);

    for (size_t i = 0; i < 5; i++)
        queue_set(queue, i, at(due[i]));
    for (size_t i = 0; i < 5; i++) {
        size_t id = 99;
        cr_expect_eq(queue_first(queue, &id).ms, due[order[i]]);
        cr_expect_eq(id, order[i], "place %zu", i);
        queue_set(queue, id, MONO_NEVER);
        cr_expect_eq(queue_get(queue, id).ms, MONO_NEVER.ms);
    }
    cr_expect_eq(queue_first(queue, NULL).ms, MONO_NEVER.ms);
    queue_free(queue);
}

Test(queue, taking_out_what_is_not_in_is_nothing)
{
    struct queue *queue = queue_new(2);

    queue_set(queue, 0, MONO_NEVER);
    queue_set(queue, 1, at(5));
    queue_set(queue, 1, MONO_NEVER);
    queue_set(queue, 1, MONO_NEVER);
    cr_expect_eq(queue_first(queue, NULL).ms, MONO_NEVER.ms);
    queue_free(queue);
}

#define THINGS 200

static size_t earliest(const int64_t due[THINGS])
{
    size_t best = 0;

    for (size_t i = 1; i < THINGS; i++)
        if (due[i] < due[best])
            best = i;
    return best;
}

/* Against a plain array, through twenty thousand changes. */
Test(queue, agrees_with_a_list)
{
    struct queue *queue = queue_new(THINGS);
    int64_t due[THINGS];
    uint64_t random = 7;

    for (size_t i = 0; i < THINGS; i++)
        due[i] = INT64_MAX;
    for (unsigned step = 0; step < 20000; step++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        size_t id = (size_t)(random >> 33) % THINGS, first = 0;
        due[id] = random >> 62 == 0 ? INT64_MAX : (int64_t)(random >> 40 & 1023);
        queue_set(queue, id, at(due[id]));
        cr_assert_eq(queue_get(queue, id).ms, due[id], "step %u", step);
        size_t wanted = earliest(due);
        cr_assert_eq(queue_first(queue, &first).ms, due[wanted], "step %u", step);
        cr_assert(due[wanted] == INT64_MAX || first == wanted, "step %u: %zu, not %zu", step, first, wanted);
    }
    queue_free(queue);
}

Test(queue, refuses_a_number_that_is_none, .signal = SIGABRT)
{
    struct queue *queue = queue_new(1);

    queue_set(queue, 1, at(0));
    queue_free(queue);
}
