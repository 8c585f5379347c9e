/*
 * Which silences and windows hold now, and when that changes. Everything here goes by the host's clock, because people say
 * when something begins and ends; a clock that was put back to before a silence was made ends it, so that it cannot last
 * for ever.
 */
#include "core/mute.h"

bool mute_holds(const struct mutes *mutes, const struct mute *mute, int64_t wall_ms)
{
    if (mute->reason == WITHHELD_MAINTENANCE && mutes->clock_is_wrong)
        return false;
    return wall_ms >= mute->from_wall_ms && wall_ms < mute->to_wall_ms;
}

bool mute_is_about(const struct mute *mute, const struct matched *matched)
{
    return match_holds(&mute->match, matched);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* INT64_MAX: never again. */
static int64_t next_change(const struct mute *mute, int64_t wall_ms)
{
    return wall_ms < mute->from_wall_ms ? mute->from_wall_ms : wall_ms < mute->to_wall_ms ? mute->to_wall_ms : INT64_MAX;
}

uint8_t mute_reasons(const struct mutes *mutes, const struct matched *matched, int64_t wall_ms, int64_t *next_wall_ms)
{
    uint8_t reasons = 0;

    for (size_t i = 0; i < mutes->count; i++) {
        const struct mute *mute = &mutes->item[i];
        int64_t next = next_change(mute, wall_ms);
        if (next == INT64_MAX || !mute_is_about(mute, matched))
            continue;
        *next_wall_ms = earlier(*next_wall_ms, next);
        if (mute_holds(mutes, mute, wall_ms))
            reasons |= mute->reason;
    }
    return reasons;
}

const struct mute *mute_of(const struct mutes *mutes, const struct matched *matched, int64_t wall_ms)
{
    const struct mute *found = NULL;

    for (size_t i = 0; i < mutes->count; i++) {
        const struct mute *mute = &mutes->item[i];
        if (mute_holds(mutes, mute, wall_ms) && mute_is_about(mute, matched) &&
            (found == NULL || mute->to_wall_ms > found->to_wall_ms))
            found = mute;
    }
    return found;
}

struct matched mute_matched(const struct engine *engine, struct target target, const struct incident *incident)
{
    return (struct matched){ .incident = incident->key,
                             .rule = incident->rule,
                             .severity = incident->severity,
                             .owner = incident->owner,
                             .circuit = engine_routed(engine, target),
                             .for_rule = match_for_rule(incident) };
}

static uint8_t reasons(const void *context, const struct engine *engine, struct target target,
                       const struct incident *incident, int64_t wall_ms, int64_t *next_wall_ms)
{
    const struct mutes *mutes = context;

    if (mutes->count == 0)
        return 0;
    struct matched matched = mute_matched(engine, target, incident);
    return mute_reasons(mutes, &matched, wall_ms, next_wall_ms);
}

struct muting mute_muting(const struct mutes *mutes)
{
    return (struct muting){ reasons, mutes };
}
