#ifndef ERWATCH_TESTS_SCENARIO_MUTES_H
#define ERWATCH_TESTS_SCENARIO_MUTES_H

#include "core/engine.h"
#include "who.h"

/* Who wants to hear nothing for a while: "mute london for 30m", "mute all for 2h maintenance", "unmute london". */

#define MUTES_MAX 8

struct mutes {
    struct {
        char scope[SCOPE_TEXT_MAX]; /* as a story names it, or "all" */
        uint8_t reason;             /* enum withheld */
        int64_t until_wall_ms;
    } mute[MUTES_MAX];
    size_t count;
};

/** @return is there room for another one? */
bool mutes_add(struct mutes *mutes, const char *scope, enum withheld reason, int64_t until_wall_ms);
void mutes_end(struct mutes *mutes, const char *scope);

/** For engine_mute(). */
struct muting mutes_muting(const struct mutes *mutes);

#endif
