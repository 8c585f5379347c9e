#ifndef ERWATCH_TESTS_SCENARIO_MUTES_H
#define ERWATCH_TESTS_SCENARIO_MUTES_H

#include "core/mute.h"
#include "scenario.h"
#include "who.h"

/*
 * Who wants to hear nothing for a while: "mute london for 30m", "mute all for 2h maintenance", "unmute london". They stay
 * over restarts, as they would in the daemon.
 */

#define STORY_MUTES_MAX 8

struct story_mutes {
    struct mutes mutes; /* of `item` */
    struct mute item[STORY_MUTES_MAX];
    struct {
        char scope[SCOPE_TEXT_MAX]; /* as the story names it: all words before "for" */
        char circuit[SCOPE_TEXT_MAX];
        uint8_t rule;
    } of[STORY_MUTES_MAX];
};

/**
 * Take "mute all|CIRCUIT|severity=…|rule=…|owner=… for 30m [maintenance] [in 2h]".
 *
 * @return NULL, or the word that means nothing here
 */
const char *mutes_take(struct story_mutes *mutes, char *const *token, size_t count, int64_t wall_ms);

/** Take "unmute …", the same words as behind "mute". */
void mutes_end(struct story_mutes *mutes, char *const *token, size_t count);

#endif
