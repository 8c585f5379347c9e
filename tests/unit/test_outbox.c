/* A receiver's queue: what goes next, what waits for what, and that nothing is lost or turned round, whatever happens. */
#include "core/outbox.h"
#include "leaks.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(outbox, .fini = leaks_fail);

static const struct outbox_limits four = { .at_once = 4 };

static struct mono at(int64_t ms)
{
    return (struct mono){ ms };
}

static struct outbox_item *make(int64_t id, uint64_t key, uint32_t episode, enum rule_event event, int severity)
{
    struct outbox_item *item = calloc(1, sizeof *item);

    cr_assert_not_null(item);
    *item = (struct outbox_item){ .id = id, .key = key, .episode = episode, .sequence = (uint32_t)id,
                                  .event = (uint8_t)event, .severity = (uint8_t)severity, .first = MONO_NEVER };
    return item;
}

static size_t gone;

static void drop(void *context, struct outbox_item *item)
{
    (void)context;
    gone++;
    free(item);
}

static void add(struct outbox *box, int64_t id, uint64_t key, uint32_t episode, enum rule_event event)
{
    outbox_add(box, make(id, key, episode, event, SEVERITY_CRITICAL), drop, NULL);
    outbox_settle(box, 0);
}

static void take(struct outbox *box, struct outbox_item *item, int64_t now)
{
    cr_assert_not_null(item);
    outbox_delivered(box, item, at(now));
    free(item);
}

static void fail(struct outbox *box, struct outbox_item *item, int64_t pause, bool whole, int64_t unsure, int64_t now)
{
    struct outbox_setback setback = { .pause_ms = pause, .whole = whole, .whole_ms = { pause, pause },
                                      .unsure_ms = unsure };

    cr_assert_not_null(item);
    outbox_failed(box, item, &setback, at(now));
}

static void empty(struct outbox *box)
{
    struct outbox_item *item;

    while ((item = TAILQ_FIRST(&box->all)) != NULL) {
        outbox_take(box, item);
        free(item);
    }
    outbox_fini(box);
}

static int64_t id_of(const struct outbox_item *item)
{
    return item != NULL ? item->id : 0;
}

Test(outbox, notices_of_one_incident_leave_one_at_a_time_and_in_order)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    add(&box, 1, 7, 1, EVENT_RAISED);
    add(&box, 2, 7, 1, EVENT_CLEARED);
    add(&box, 3, 8, 1, EVENT_RAISED);
    struct outbox_item *raised = outbox_next(&box, at(0)), *other = outbox_next(&box, at(0));
    cr_expect_eq(id_of(raised), 1);
    cr_expect_eq(id_of(other), 3, "the end of 7 waits for its beginning, 8 does not");
    cr_expect_null(outbox_next(&box, at(0)));
    take(&box, raised, 5);
    struct outbox_item *cleared = outbox_next(&box, at(5));
    cr_expect_eq(id_of(cleared), 2);
    take(&box, cleared, 6);
    cr_expect_not(outbox_was_told(&box, 7, 1), "an episode whose end was taken is forgotten");
    take(&box, other, 6);
    cr_expect(outbox_was_told(&box, 8, 1));
    empty(&box);
}

Test(outbox, nothing_leaves_before_it_is_kept)
{
    struct outbox box;
    struct outbox_item *item = make(1, 7, 1, EVENT_RAISED, SEVERITY_CRITICAL);

    outbox_init(&box, &four, at(0));
    item->serial = 5;
    outbox_add(&box, item, drop, NULL);
    outbox_settle(&box, 4);
    cr_expect_null(outbox_next(&box, at(0)));
    cr_expect_eq(outbox_due(&box).ms, MONO_NEVER.ms);
    outbox_settle(&box, 5);
    cr_expect_eq(outbox_next(&box, at(0)), item);
    empty(&box);
}

Test(outbox, no_more_than_so_many_are_under_way)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    for (int64_t id = 1; id <= 6; id++)
        add(&box, id, (uint64_t)id, 1, EVENT_RAISED);
    for (int64_t id = 1; id <= 4; id++)
        cr_expect_eq(id_of(outbox_next(&box, at(0))), id);
    cr_expect_null(outbox_next(&box, at(0)));
    empty(&box);
}

Test(outbox, a_receiver_that_fails_is_asked_by_one_notice_for_all)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    for (int64_t id = 1; id <= 9; id++)
        add(&box, id, (uint64_t)id, 1, EVENT_RAISED);
    for (int i = 0; i < 4; i++)
        cr_expect_not_null(outbox_next(&box, at(0)));
    for (struct outbox_item *item = TAILQ_FIRST(&box.all); item->id <= 4; item = TAILQ_NEXT(item, all))
        fail(&box, item, 1000, true, 0, 10);
    cr_expect_null(outbox_next(&box, at(500)), "it is left alone");
    cr_expect_eq(outbox_due(&box).ms, 1010);
    struct outbox_item *probe = outbox_next(&box, at(1010));
    cr_expect_eq(id_of(probe), 5, "one that was not tried yet");
    cr_expect_null(outbox_next(&box, at(1010)), "one asks for all");
    take(&box, probe, 1020);
    for (int64_t id = 1; id <= 4; id++)
        cr_expect_eq(id_of(outbox_next(&box, at(1020))), id, "it is back: the oldest first, whatever their pauses");
    empty(&box);
}

Test(outbox, what_is_wrong_with_one_notice_holds_up_no_other)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    add(&box, 1, 1, 1, EVENT_RAISED);
    add(&box, 2, 2, 1, EVENT_RAISED);
    fail(&box, outbox_next(&box, at(0)), 300000, false, 0, 0);
    cr_expect_eq(id_of(outbox_next(&box, at(0))), 2);
    cr_expect_null(outbox_next(&box, at(0)));
    empty(&box);
}

Test(outbox, an_end_waits_until_what_was_given_up_cannot_arrive_any_more)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    add(&box, 1, 7, 1, EVENT_RAISED);
    fail(&box, outbox_next(&box, at(0)), 1000, false, 30000, 10000);
    take(&box, outbox_next(&box, at(11000)), 11001);
    add(&box, 2, 7, 1, EVENT_CLEARED);
    cr_expect_null(outbox_next(&box, at(39999)), "the first attempt could still arrive");
    cr_expect_eq(outbox_due(&box).ms, 40000);
    outbox_retry(&box, at(20000));
    cr_expect_null(outbox_next(&box, at(39999)), "and no impatience changes that");
    cr_expect_eq(id_of(outbox_next(&box, at(40000))), 2);
    empty(&box);
}

Test(outbox, a_state_is_overtaken_by_a_newer_one_of_its_episode)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    gone = 0;
    add(&box, 1, 7, 1, EVENT_RAISED);
    add(&box, 2, 7, 1, EVENT_CHANGED);
    add(&box, 3, 7, 1, EVENT_REMINDER);
    cr_expect_eq(gone, 1);
    add(&box, 4, 7, 1, EVENT_CLEARED);
    cr_expect_eq(gone, 2, "and by the end");
    add(&box, 5, 7, 2, EVENT_RAISED);
    cr_expect_eq(gone, 2, "but neither a beginning nor an end is");
    for (int64_t id = 1; id <= 5; id += id == 1 ? 3 : 1) {
        struct outbox_item *item = outbox_next(&box, at(0));
        cr_expect_eq(id_of(item), id);
        take(&box, item, 0);
    }
    cr_expect(outbox_was_told(&box, 7, 2));
    empty(&box);
}

Test(outbox, an_end_overtakes_no_change_that_is_all_the_receiver_hears_before)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    gone = 0;
    add(&box, 1, 7, 1, EVENT_CHANGED); /* to critical, say: a warning was none of its business */
    add(&box, 2, 7, 1, EVENT_REMINDER);
    cr_expect_eq(gone, 1, "the later one tells as much");
    add(&box, 3, 7, 1, EVENT_CLEARED);
    cr_expect_eq(gone, 1, "but an end alone tells nothing");
    cr_expect_eq(outbox_thin(&box, 1, drop, NULL), 0, "however long the queue is");
    struct outbox_item *item = outbox_next(&box, at(0));
    cr_expect_eq(id_of(item), 2);
    take(&box, item, 0);
    item = outbox_next(&box, at(0));
    cr_expect_eq(id_of(item), 3);
    take(&box, item, 0);
    add(&box, 4, 7, 2, EVENT_CHANGED);
    take(&box, outbox_next(&box, at(0)), 0);
    add(&box, 5, 7, 2, EVENT_CHANGED);
    add(&box, 6, 7, 2, EVENT_CLEARED);
    cr_expect_eq(gone, 2, "it has heard of that episode");
    empty(&box);
}

Test(outbox, a_state_that_was_tried_is_not_overtaken)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    gone = 0;
    add(&box, 1, 7, 1, EVENT_CHANGED);
    fail(&box, outbox_next(&box, at(0)), 1000, false, 0, 0);
    add(&box, 2, 7, 1, EVENT_CHANGED);
    cr_expect_eq(gone, 0, "it may have arrived: its id is known there");
    empty(&box);
}

Test(outbox, late_summarise_makes_one_of_a_whole_episode)
{
    struct outbox box;
    struct outbox_limits limits = { .at_once = 4, .summarise = true };

    outbox_init(&box, &limits, at(0));
    gone = 0;
    add(&box, 1, 7, 1, EVENT_RAISED);
    add(&box, 2, 7, 1, EVENT_CLEARED);
    cr_expect_eq(gone, 1);
    cr_expect_eq(id_of(outbox_next(&box, at(0))), 2);
    add(&box, 3, 8, 1, EVENT_RAISED);
    fail(&box, outbox_next(&box, at(0)), 1000, false, 0, 0);
    add(&box, 4, 8, 1, EVENT_CLEARED);
    cr_expect_eq(gone, 1, "one that was tried is not dropped");
    empty(&box);
}

Test(outbox, what_is_critical_goes_first)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    for (int64_t id = 1; id <= 3; id++)
        outbox_add(&box, make(id, (uint64_t)id, 1, EVENT_RAISED, SEVERITY_WARNING), drop, NULL);
    outbox_add(&box, make(4, 4, 1, EVENT_RAISED, SEVERITY_CRITICAL), drop, NULL);
    outbox_add(&box, make(5, 2, 1, EVENT_CHANGED, SEVERITY_CRITICAL), drop, NULL);
    outbox_settle(&box, 0);
    cr_expect_eq(id_of(outbox_next(&box, at(0))), 2, "it stands before a critical one");
    cr_expect_eq(id_of(outbox_next(&box, at(0))), 4);
    cr_expect_eq(id_of(outbox_next(&box, at(0))), 1);
    empty(&box);
}

Test(outbox, a_page_does_not_wait_as_long_as_the_rest)
{
    struct outbox box;
    struct outbox_setback setback = { .pause_ms = 300000, .whole = true, .whole_ms = { 15000, 300000 } };

    outbox_init(&box, &four, at(0));
    outbox_add(&box, make(1, 1, 1, EVENT_RAISED, SEVERITY_WARNING), drop, NULL);
    outbox_settle(&box, 0);
    outbox_failed(&box, outbox_next(&box, at(0)), &setback, at(0));
    add(&box, 2, 2, 1, EVENT_RAISED);
    cr_expect_eq(outbox_due(&box).ms, 15000);
    cr_expect_eq(id_of(outbox_next(&box, at(15000))), 2);
    empty(&box);
}

Test(outbox, the_pace_is_kept)
{
    struct outbox box;
    struct outbox_limits limits = { .at_once = 4, .burst = 20, .every_ms = 600 };
    int64_t left[400] = { 0 }, now = 0;
    size_t count = 0;

    outbox_init(&box, &limits, at(0));
    for (int64_t id = 1; id <= 400; id++)
        add(&box, id, (uint64_t)id, 1, EVENT_RAISED);
    while (count < 400) {
        struct outbox_item *item = outbox_next(&box, at(now));
        if (item != NULL) {
            take(&box, item, now);
            left[count++] = now;
        } else {
            cr_assert_gt(outbox_due(&box).ms, now);
            now = outbox_due(&box).ms;
        }
    }
    for (size_t i = 120; i < 400; i++)
        cr_assert_geq(left[i] - left[i - 120], 60000, "121 within a minute, up to number %zu", i);
    cr_expect_leq(left[399], 230000, "it took %ld ms", (long)left[399]);
    empty(&box);
}

Test(outbox, a_test_is_held_up_by_nothing)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    add(&box, 1, 1, 1, EVENT_RAISED);
    fail(&box, outbox_next(&box, at(0)), 300000, true, 0, 0);
    add(&box, 2, 0, 0, RULE_EVENTS);
    struct outbox_item *test = outbox_next(&box, at(1));
    cr_expect_eq(id_of(test), 2);
    take(&box, test, 2);
    cr_expect_eq(box.failures, 0, "it was taken, so the receiver works");
    cr_expect_eq(outbox_due(&box).ms, 300000);
    empty(&box);
}

Test(outbox, what_waits_too_long_falls_once_and_in_order)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    for (int64_t id = 1; id <= 3; id++) {
        struct outbox_item *item = make(id, (uint64_t)id, 1, EVENT_RAISED, SEVERITY_CRITICAL);
        item->put = at(id * 1000);
        outbox_add(&box, item, drop, NULL);
    }
    cr_expect_null(outbox_next_to_fall(&box, at(999)));
    for (int64_t id = 1; id <= 2; id++) {
        struct outbox_item *item = outbox_next_to_fall(&box, at(2000));
        cr_assert_eq(id_of(item), id);
        item->fell = true;
    }
    cr_expect_null(outbox_next_to_fall(&box, at(2000)));
    empty(&box);
}

Test(outbox, what_comes_late_from_another_queue_makes_nothing_older)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    add(&box, 5, 1, 2, EVENT_RAISED);
    add(&box, 1, 1, 1, EVENT_RAISED);
    add(&box, 2, 1, 1, EVENT_CLEARED);
    cr_expect(outbox_was_told(&box, 1, 2), "its end will be told");
    for (int64_t now = 1; now <= 3; now++)
        take(&box, outbox_next(&box, at(now)), now);
    cr_expect(outbox_was_told(&box, 1, 2), "the end of the older episode is not that of this one");
    cr_expect_eq(outbox_thread(&box, 1)->sequence, 5);
    empty(&box);
}

Test(outbox, what_cannot_leave_yet_is_postponed_and_counts_for_nothing)
{
    static const struct outbox_limits slow = { .at_once = 1, .burst = 1, .every_ms = 1000 };
    struct outbox box;
    struct outbox_item *item;

    outbox_init(&box, &slow, at(0));
    add(&box, 1, 1, 1, EVENT_RAISED);
    add(&box, 2, 2, 1, EVENT_RAISED);
    item = outbox_next(&box, at(0));
    cr_expect_eq(id_of(item), 1);
    outbox_postpone(&box, item, at(500));
    cr_expect(item->attempts == 0 && item->first.ms == MONO_NEVER.ms && box.running == 0, "as if it had not been begun");
    take(&box, outbox_next(&box, at(0)), 0);
    cr_expect_eq(outbox_due(&box).ms, 1000, "the pace counts the one that left");
    cr_expect_null(outbox_next(&box, at(499)));
    item = outbox_next(&box, at(1000));
    cr_expect_eq(id_of(item), 1, "its time has come");
    cr_expect_eq(item->attempts, 1);
    take(&box, item, 1000);
    empty(&box);
}

Test(outbox, too_much_is_thinned_by_what_tells_least)
{
    struct outbox box;
    int64_t id = 0;

    outbox_init(&box, &four, at(0));
    gone = 0;
    for (uint32_t episode = 1; episode <= 10; episode++) {
        add(&box, ++id, 1, episode, EVENT_RAISED);
        add(&box, ++id, 1, episode, EVENT_CLEARED);
    }
    add(&box, ++id, 1, 11, EVENT_RAISED);
    add(&box, ++id, 2, 1, EVENT_RAISED);
    cr_expect_eq(outbox_thin(&box, 100, drop, NULL), 0, "it is not too much");
    cr_expect_eq(outbox_thin(&box, 10, drop, NULL), 12);
    cr_expect_eq(box.waiting, 10);
    cr_expect_eq(id_of(TAILQ_FIRST(&box.all)), 13, "the oldest episodes went");
    cr_expect_eq(outbox_thin(&box, 1, drop, NULL), 8);
    cr_expect_eq(box.waiting, 2, "what has not ended stays");
    cr_expect_eq(outbox_thin(&box, 1, drop, NULL), 0);
    cr_expect(outbox_was_told(&box, 1, 11));
    empty(&box);
}

Test(outbox, what_the_fallback_has_whole_or_not_at_all_is_thinned)
{
    struct outbox box;
    int64_t id = 0;

    outbox_init(&box, &four, at(0));
    gone = 0;
    for (uint64_t key = 1; key <= 3; key++) {
        add(&box, ++id, key, 1, EVENT_RAISED);
        add(&box, ++id, key, 1, EVENT_CLEARED);
    }
    while (outbox_next_to_fall(&box, at(0)) != NULL && id_of(box.unfallen) <= 3) /* of the second: the beginning only */
        box.unfallen->fell = true;
    cr_expect_eq(outbox_thin(&box, 0, drop, NULL), 4);
    cr_expect_eq(box.waiting, 2);
    cr_expect_eq(id_of(TAILQ_FIRST(&box.all)), 3, "the fallback waits for the end of it");
    empty(&box);
}

Test(outbox, a_long_queue_costs_no_more_than_a_short_one)
{
    struct outbox box;

    outbox_init(&box, &four, at(0));
    for (int64_t id = 1; id <= 100000; id++)
        add(&box, id, (uint64_t)(id / 2 % 5000 * 977), (uint32_t)id, id % 2 ? EVENT_RAISED : EVENT_CLEARED);
    for (int64_t id = 1; id <= 100000; id++)
        take(&box, outbox_next(&box, at(0)), 0);
    cr_expect_eq(box.waiting, 0);
    empty(&box);
}

/* ---- any interleaving ---- */

#define KEYS 3
#define UNSURE 40 /* a request that was given up arrives within that, or never */

struct world {
    uint64_t random;
    struct outbox box;
    int64_t id, now;
    bool open[KEYS];              /* the truth */
    uint32_t episode[KEYS];
    uint32_t shown[KEYS], ended[KEYS]; /* at the receiver: the episode that is open; the last that was ended */
    struct { int64_t when; struct outbox_item item; } late[64];
    size_t late_count;
    int64_t last[KEYS];
};

static unsigned chance(struct world *world, unsigned of)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return (unsigned)(world->random % of);
}

/* The receiver acts. */
static void arrives(struct world *world, const struct outbox_item *item)
{
    uint64_t key = item->key;

    if (item->event == EVENT_CLEARED) {
        cr_assert(world->shown[key] == item->episode || world->ended[key] >= item->episode,
                  "the end of an episode that never began there");
        world->ended[key] = item->episode;
        world->shown[key] = 0;
        return;
    }
    cr_assert_gt(item->episode, world->ended[key], "an episode begins behind its end");
    world->shown[key] = item->episode;
}

static void change(struct world *world)
{
    unsigned key = chance(world, KEYS);
    enum rule_event event = !world->open[key] ? EVENT_RAISED : chance(world, 3) == 0 ? EVENT_CHANGED : EVENT_CLEARED;

    if (event == EVENT_RAISED)
        world->episode[key]++;
    world->open[key] = event != EVENT_CLEARED;
    struct outbox_item *item = make(++world->id, key, world->episode[key], event, 1 + (int)chance(world, 3));
    item->put = at(world->now);
    outbox_add(&world->box, item, drop, NULL);
    outbox_settle(&world->box, 0);
}

static void attempt(struct world *world)
{
    struct outbox_item *item = outbox_next(&world->box, at(world->now));
    unsigned fate = chance(world, 5);
    struct outbox_setback setback = { .pause_ms = 1 + chance(world, 20), .whole = chance(world, 2) == 0,
                                      .whole_ms = { 5, 10 }, .unsure_ms = fate == 3 ? UNSURE : 0 };

    if (item == NULL)
        return;
    cr_assert_geq(item->id, world->last[item->key], "turned round");
    world->last[item->key] = item->id;
    if (fate < 2) {
        arrives(world, item);
        outbox_delivered(&world->box, item, at(world->now));
        free(item);
        return;
    }
    if (fate == 3 && world->late_count < 64) { /* given up, and on its way all the same */
        world->late[world->late_count].when = world->now + chance(world, UNSURE);
        world->late[world->late_count++].item = *item;
    }
    outbox_failed(&world->box, item, &setback, at(world->now));
}

static void late_ones(struct world *world)
{
    for (size_t i = 0; i < world->late_count;) {
        if (world->late[i].when > world->now) {
            i++;
            continue;
        }
        arrives(world, &world->late[i].item);
        world->late[i] = world->late[--world->late_count];
    }
}

/* The process dies: what waits is read again, and nobody knows which of it is on its way. */
static void crash(struct world *world)
{
    struct outbox was = world->box;
    struct outbox_item *item;

    TAILQ_INIT(&was.all); /* a list's head cannot be copied */
    TAILQ_CONCAT(&was.all, &world->box.all, all);
    TAILQ_INIT(&was.urgent);
    outbox_init(&world->box, &four, at(world->now));
    for (size_t key = 0; key < KEYS; key++) {
        const struct outbox_thread *thread = outbox_thread(&was, key);
        if (thread == NULL)
            continue;
        struct outbox_thread *again = outbox_thread_get(&world->box, key);
        again->episode = thread->episode;
        again->unsure = thread->unsure;
    }
    while ((item = TAILQ_FIRST(&was.all)) != NULL) {
        outbox_take(&was, item);
        outbox_add(&world->box, item, drop, NULL);
    }
    outbox_settle(&world->box, 0);
    outbox_fini(&was);
}

Test(outbox, no_end_overtakes_its_beginning_in_a_thousand_runs)
{
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct world world = { .random = seed * 0x9e3779b97f4a7c15u };
        outbox_init(&world.box, &four, at(0));
        for (; world.now < 3000; world.now++) {
            late_ones(&world);
            if (world.now < 1500 && chance(&world, 12) == 0)
                change(&world);
            if (chance(&world, 4) == 0)
                attempt(&world);
            if (world.now < 1500 && chance(&world, 200) == 0)
                crash(&world);
        }
        while (world.box.waiting > 0) {
            world.now++;
            late_ones(&world);
            attempt(&world);
        }
        for (size_t key = 0; key < KEYS; key++)
            cr_assert_eq(world.shown[key], world.open[key] ? world.episode[key] : 0, "seed %lu: it shows what is not so",
                         (unsigned long)seed);
        empty(&world.box);
    }
}
