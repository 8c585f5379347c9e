/* When to ask again: steady beats, pauses after failures, renewal of tokens. */
#include "core/schedule.h"

#include <assert.h>

#define RENEW_BEFORE_MS (5 * 60 * 1000)

static uint64_t spread(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a, 64 bits */

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
    return hash ^ hash >> 29; /* the low bits decide the place */
}

struct mono schedule_beat(const char *name, int64_t every_ms, struct moment now)
{
    assert(every_ms > 0);
    int64_t place = (int64_t)(spread(name) % (uint64_t)every_ms);
    int64_t phase = ((now.wall_ms % every_ms) + every_ms) % every_ms;
    int64_t wait = (place - phase + every_ms) % every_ms;

    return mono_after(now.mono, wait > 0 ? wait : every_ms);
}

int64_t schedule_back_off(uint32_t failures, int64_t retry_ms, int64_t every_ms, double random)
{
    assert(failures > 0 && random >= 0 && random < 1);
    int64_t pause = retry_ms;

    for (uint32_t i = 1; i < failures && pause < every_ms; i++)
        pause *= 2;
    if (pause > every_ms && every_ms > retry_ms)
        pause = every_ms;
    return pause - pause / 4 + (int64_t)((double)pause / 2 * random);
}

struct mono schedule_renewal(struct mono got, int64_t lives_ms)
{
    return mono_after(got, lives_ms > 2 * RENEW_BEFORE_MS ? lives_ms - RENEW_BEFORE_MS : lives_ms / 2);
}
