#ifndef ERWATCH_CORE_MUTE_H
#define ERWATCH_CORE_MUTE_H

#include "core/engine.h"
#include "core/match.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Silences, which people make while the daemon runs, and maintenance windows, which stand in the settings: for a time they
 * withhold the notices of the incidents that they match.
 */

#define SILENCES_MAX 500
#define SILENCE_MOST_MS (INT64_C(30) * 24 * 3600 * 1000)
#define SILENCE_WHY_MAX 512 /* bytes, with the NUL */
#define SILENCE_WHO_MAX 64
#define SILENCE_ENDING_MS (INT64_C(24) * 3600 * 1000)
#define WINDOWS_MAX 1000
#define WINDOW_MOST_MS (INT64_C(7) * 24 * 3600 * 1000)

/** All texts belong to whoever made it. */
struct mute {
    uint8_t reason; /* enum withheld: WITHHELD_SILENCED or WITHHELD_MAINTENANCE */
    uint64_t id;    /* of a silence; 0: it is a window */
    struct match match;
    int64_t from_wall_ms, to_wall_ms; /* from the first on, and no longer at the second */
    const char *who;                  /* who made the silence; "" of a window */
    const char *why;
};

struct mutes {
    const struct mute *item;
    size_t count;
    bool clock_is_wrong; /* the host's clock is not synchronised: windows, which rest on it alone, do not hold */
};

/** Does it hold at this moment? */
bool mute_holds(const struct mutes *mutes, const struct mute *mute, int64_t wall_ms);

/** Is this one of the incidents that it is about? Rule 99 is none of any silence: it speaks of them. */
bool mute_is_about(const struct mute *mute, const struct matched *matched);

/**
 * Why an incident is withheld now.
 *
 * @param next_wall_ms  lowered to the next moment at which the answer may change
 * @return              enum withheld or-ed, of WITHHELD_BY_OTHERS
 */
uint8_t mute_reasons(const struct mutes *mutes, const struct matched *matched, int64_t wall_ms, int64_t *next_wall_ms);

/** The one that withholds it for longest; NULL: none does. */
const struct mute *mute_of(const struct mutes *mutes, const struct matched *matched, int64_t wall_ms);

/** What conditions are compared with, of an incident as it is now. Good until the engine's next call. */
struct matched mute_matched(const struct engine *engine, struct target target, const struct incident *incident);

/**
 * Silences of which rule 99 speaks now: made for more than a day, ending within one, and muting what is open.
 *
 * @return  how many there are in @p out, at most @p most
 */
size_t mute_endings(const struct mutes *mutes, const struct engine *engine, int64_t wall_ms, struct ending *out,
                    size_t most);

/** When the next silence comes near enough to its end for that; INT64_MAX: none will. */
int64_t mute_next_ending(const struct mutes *mutes, int64_t wall_ms);

/** For engine_mute(); @p mutes must live on, and may change when that is called again. */
struct muting mute_muting(const struct mutes *mutes);

#endif
