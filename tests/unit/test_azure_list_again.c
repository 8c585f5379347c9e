/*
 * Lists that are read again: an element that is equal to what stood there last time is not read, and nobody may notice. A
 * world of circuits changes at random, its list is read in pieces of any length and on several pages, and what a reader
 * with a memory makes of it must be what stands there.
 */
#include "azure/digest.h"
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_list_again, .fini = leaks_fail);

#define CIRCUITS 40
#define ROUNDS 400
#define ELSEWHERE 99 /* a version that no list has */
#define ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/"

struct world {
    uint64_t random;
    unsigned listed[CIRCUITS], count; /* in their order */
    unsigned version[CIRCUITS];
    unsigned known[CIRCUITS]; /* the reader's versions */
    bool moved[CIRCUITS];     /* the reader has heard of it elsewhere: its element must be read */
    unsigned told[CIRCUITS], tellings;
    unsigned passed; /* elements that were not read */
    const char *wrong;
};

static uint32_t roll(struct world *world, uint32_t sides)
{
    world->random ^= world->random >> 12;
    world->random ^= world->random << 25;
    world->random ^= world->random >> 27;
    return (uint32_t)((world->random * 0x2545f4914f6cdd1dU) >> 33) % sides;
}

/* ---- what ARM says ---- */

static void swap(unsigned *a, unsigned *b)
{
    unsigned was = *a;

    *a = *b;
    *b = was;
}

static void change(struct world *world)
{
    uint32_t what = roll(world, 12), at = roll(world, world->count), to = roll(world, world->count);

    if (what < 4) {
        world->version[world->listed[at]] = roll(world, 5); /* also back to an earlier one */
    } else if (what < 6) {
        swap(&world->listed[at], &world->listed[to]);
    } else if (what == 6 && world->count > 3) {
        swap(&world->listed[at], &world->listed[--world->count]);
    } else if (what == 7 && world->count < CIRCUITS) {
        swap(&world->listed[at], &world->listed[world->count++]);
    } else if (what == 8) {
        world->moved[world->listed[at]] = true;
        world->known[world->listed[at]] = ELSEWHERE;
    }
}

/* What looks like an end or a beginning stands in texts, and elements are of several lengths. */
static int write_element(char *to, size_t room, const struct world *world, unsigned circuit)
{
    static const char *const texts[] = { "plain", "}]}", "\\\"{[", "\\\\", "],\\\"value\\\":[{" };
    unsigned version = world->version[circuit];

    return snprintf(to, room, "%s{\"id\":\"" ID "c%u\",\"tags\":{\"a\":\"%s\"},\"properties\":{\"peerings\":[],"
                    "\"serviceProviderProperties\":{\"bandwidthInMbps\":%u}}}", circuit % 3 == 0 ? "\r\n  " : "",
                    circuit, texts[circuit % 5], version + 1);
}

static void write_page(char *to, size_t room, const struct world *world, unsigned from, unsigned count)
{
    size_t used = (size_t)snprintf(to, room, "{\"value\":[");

    for (unsigned i = from; i < from + count; i++) {
        used += (size_t)snprintf(to + used, room - used, "%s", i > from ? "," : "");
        used += (size_t)write_element(to + used, room - used, world, world->listed[i]);
    }
    snprintf(to + used, room - used, "]}");
}

/* ---- who reads it ---- */

static uint32_t each(void *context, const struct sample *s, uint32_t mark)
{
    struct world *world = context;

    if (s != NULL) {
        mark = (uint32_t)strtoul(strrchr(sample_text(s, s->id), '/') + 2, NULL, 10);
        world->known[mark] = s->bandwidth_mbps - 1;
        world->moved[mark] = false;
    } else {
        world->passed++;
    }
    if (world->tellings < CIRCUITS)
        world->told[world->tellings] = mark;
    world->tellings++;
    return mark;
}

static bool stands(void *context, uint32_t mark)
{
    const struct world *world = context;

    return !world->moved[mark];
}

/* One page; now and then its end does not come. @return is it believed? */
static bool read_page(struct world *world, struct arm_list *list, unsigned from, unsigned count)
{
    static char body[CIRCUITS * 512];
    struct azure_reply reply = reply_text(200, "");
    struct failure why;
    char *next = NULL;

    write_page(body, sizeof body, world, from, count);
    size_t len = strlen(body) - (roll(world, 30) == 0 ? 1 + roll(world, 20) : 0), step;
    for (size_t at = 0; at < len; at += step) {
        step = roll(world, 3) == 0 ? 1 + roll(world, 20) : 1 + roll(world, 4000);
        step = step < len - at ? step : len - at;
        arm_list_piece(list, body + at, step);
    }
    if (arm_list_page(list, &reply, &next, &why) != AZURE_OK)
        return false;
    while (arm_list_tell(list, 1 + roll(world, 9)))
        continue;
    return true;
}

static bool read_list(struct world *world, struct digester *digester, struct list_memory *memory)
{
    struct arm_list_user user = { world, each, stands };
    struct arm_list *list = arm_list_begin(&user, digester, memory, NULL);
    bool good = true;
    unsigned pages = 0;

    for (unsigned from = 0, count; good && from < world->count; from += count, pages++) {
        count = roll(world, 3) == 0 ? 1 + roll(world, world->count - from) : world->count - from;
        good = read_page(world, list, from, count);
    }
    if (good)
        arm_list_remember(list);
    else if (pages > 1)
        list_memory_forget(memory);
    arm_list_free(list);
    return good;
}

static void compare(const struct world *world, unsigned round)
{
    cr_assert_eq(world->tellings, world->count, "round %u: %u elements of %u", round, world->tellings, world->count);
    for (unsigned i = 0; i < world->count; i++) {
        unsigned circuit = world->listed[i];
        cr_assert_eq(world->told[i], circuit, "round %u: element %u", round, i);
        cr_assert_eq(world->known[circuit], world->version[circuit], "round %u: what is known of c%u", round, circuit);
    }
}

Test(azure_list_again, elements_that_stayed_as_they_were_are_told_in_slices_too)
{
    static char body[CIRCUITS * 512];
    struct world world = { .random = 1, .count = CIRCUITS };
    struct digester *digester = digester_new();
    struct list_memory memory = { NULL, 0 };
    struct arm_list_user user = { &world, each, stands };
    struct azure_reply reply = reply_text(200, "");
    struct failure why;
    char *next = NULL;

    for (unsigned i = 0; i < CIRCUITS; i++)
        world.listed[i] = i;
    cr_assert(read_list(&world, digester, &memory));
    struct arm_list *list = arm_list_begin(&user, digester, &memory, NULL);
    write_page(body, sizeof body, &world, 0, CIRCUITS);
    arm_list_piece(list, body, strlen(body));
    cr_assert_eq(arm_list_page(list, &reply, &next, &why), AZURE_OK);
    world.tellings = world.passed = 0;
    for (unsigned slice = 1; slice <= CIRCUITS / ARM_LIST_SAME; slice++) {
        bool more = arm_list_tell(list, 1);
        cr_expect_eq(world.tellings, slice * ARM_LIST_SAME);
        cr_expect_eq(more, world.tellings < CIRCUITS);
    }
    cr_expect_eq(world.passed, CIRCUITS, "none of them was read");
    arm_list_free(list);
    list_memory_forget(&memory);
    digester_free(digester);
}

Test(azure_list_again, what_is_known_is_what_stands_there, .timeout = 60)
{
    for (unsigned story = 0; story < 20; story++) {
        struct world world = { .random = 0x9e3779b97f4a7c15U * (story + 1), .count = 20 };
        struct digester *digester = digester_new();
        struct list_memory memory = { NULL, 0 };

        for (unsigned i = 0; i < CIRCUITS; i++)
            world.listed[i] = i;
        for (unsigned round = 0; round < ROUNDS; round++) {
            for (uint32_t changes = roll(&world, 4); changes > 0; changes--)
                change(&world);
            world.tellings = 0;
            if (read_list(&world, digester, &memory))
                compare(&world, round);
        }
        cr_assert_gt(world.passed, ROUNDS * 5, "most elements are the same: %u were", world.passed);
        list_memory_forget(&memory);
        digester_free(digester);
    }
}
