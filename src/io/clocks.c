/* Reading the clocks. Wall and monotonic clock are compared with the one that always goes on. */
#include "io/clocks.h"

#include <assert.h>
#include <time.h>

#define NS_PER_MS 1000000
#define LEAST_MS 100
#define TRIES 100

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;
    int failed = clock_gettime(clock, &now);

    assert(failed == 0);
    (void)failed;
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

int64_t clocks_boot_ns(void)
{
    return read_ns(CLOCK_BOOTTIME);
}

/* Should we be made to wait between two of them, they would seem to have moved apart. */
struct clocks clocks_read(void)
{
    struct clocks clocks;

    for (int tries = 0; tries < TRIES; tries++) {
        clocks.boot_ns = clocks_boot_ns();
        clocks.monotonic_ns = read_ns(CLOCK_MONOTONIC);
        clocks.wall_ns = read_ns(CLOCK_REALTIME);
        if (clocks_boot_ns() - clocks.boot_ns < LEAST_MS / 2 * NS_PER_MS)
            break;
    }
    return clocks;
}

static int64_t worth_telling(int64_t ms)
{
    return ms < LEAST_MS && ms > -LEAST_MS ? 0 : ms;
}

struct clocks_move clocks_compare(const struct clocks *from, const struct clocks *to)
{
    int64_t went_ns = to->boot_ns - from->boot_ns;
    int64_t slept_ms = (went_ns - (to->monotonic_ns - from->monotonic_ns)) / NS_PER_MS;

    return (struct clocks_move){ .stepped_ms = worth_telling((to->wall_ns - from->wall_ns - went_ns) / NS_PER_MS),
                                 .slept_ms = slept_ms > 0 ? worth_telling(slept_ms) : 0,
                                 .from_wall_ms = (from->wall_ns + went_ns) / NS_PER_MS };
}
