#ifndef ERWATCH_CORE_MONO_H
#define ERWATCH_CORE_MONO_H

#include <stdbool.h>
#include <stdint.h>

/**
 * A moment on the clock that only runs forward (CLOCK_BOOTTIME in the daemon, the story's own clock in tests).
 * Milliseconds; the zero has no meaning beyond one run of the program.
 */
struct mono {
    int64_t ms;
};

#define MONO_NEVER ((struct mono){ INT64_MAX })

/**
 * The two clocks read together, once per turn of the loop. The wall clock (milliseconds since 1970, UTC) is only for
 * what people and other programs read; nothing is decided by it.
 */
struct moment {
    struct mono mono;
    int64_t wall_ms;
};

/** `at` plus `ms` milliseconds; MONO_NEVER stays MONO_NEVER. */
static inline struct mono mono_after(struct mono at, int64_t ms)
{
    return at.ms == INT64_MAX || (at.ms > 0 && ms > INT64_MAX - at.ms) ? MONO_NEVER : (struct mono){ at.ms + ms };
}

/** Milliseconds from `from` to `to`; negative when `to` is earlier. */
static inline int64_t mono_between(struct mono from, struct mono to)
{
    return to.ms - from.ms;
}

static inline bool mono_reached(struct mono due, struct mono now)
{
    return due.ms <= now.ms;
}

static inline struct mono mono_earlier(struct mono a, struct mono b)
{
    return a.ms < b.ms ? a : b;
}

static inline struct mono mono_later(struct mono a, struct mono b)
{
    return a.ms > b.ms ? a : b;
}

#endif
