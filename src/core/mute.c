/*
 * Which silences and windows hold now, and when that changes. Everything here goes by the host's clock, because people say
 * when something begins and ends; a clock that was put back to before a silence was made ends it, so that it cannot last
 * for ever.
 */
#include "core/mute.h"

#include "core/rule.h"
#include "core/text.h"

bool mute_holds(const struct mutes *mutes, const struct mute *mute, int64_t wall_ms)
{
    if (mute->reason == WITHHELD_MAINTENANCE && mutes->clock_is_wrong)
        return false;
    return wall_ms >= mute->from_wall_ms && wall_ms < mute->to_wall_ms;
}

bool mute_is_about(const struct mute *mute, const struct matched *matched)
{
    return !(mute->reason == WITHHELD_SILENCED && matched->rule == RULE_SILENCE_ENDING) &&
           match_holds(&mute->match, matched);
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

/* ---- silences that end ---- */

static bool is_long(const struct mute *mute)
{
    return mute->reason == WITHHELD_SILENCED && mute->to_wall_ms - mute->from_wall_ms > SILENCE_ENDING_MS;
}

static bool is_ending(const struct mutes *mutes, const struct mute *mute, int64_t wall_ms)
{
    return is_long(mute) && mute_holds(mutes, mute, wall_ms) && wall_ms >= mute->to_wall_ms - SILENCE_ENDING_MS;
}

int64_t mute_next_ending(const struct mutes *mutes, int64_t wall_ms)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < mutes->count; i++)
        if (is_long(&mutes->item[i]) && wall_ms < mutes->item[i].to_wall_ms - SILENCE_ENDING_MS)
            next = earlier(next, mutes->item[i].to_wall_ms - SILENCE_ENDING_MS);
    return next;
}

static void fill(const struct mute *mute, struct ending *out)
{
    struct text who, why;

    *out = (struct ending){ .silence = mute->id, .to_wall_ms = mute->to_wall_ms };
    text_init(&who, out->who, sizeof out->who);
    text_add(&who, mute->who);
    text_init(&why, out->why, sizeof out->why);
    text_add(&why, mute->why);
}

struct count {
    const struct mute *mute;
    const struct engine *engine;
    uint32_t incidents;
};

static void count_one(void *context, struct target target, const struct incident *incident,
                      const struct opinion *opinion)
{
    struct count *count = context;

    (void)opinion;
    if (!incident_is_open(incident) || incident->suppressed_by != RULE_NONE)
        return;
    struct matched matched = mute_matched(count->engine, target, incident);
    count->incidents += mute_is_about(count->mute, &matched);
}

size_t mute_endings(const struct mutes *mutes, const struct engine *engine, int64_t wall_ms, struct ending *out,
                    size_t most)
{
    size_t used = 0;

    for (size_t i = 0; i < mutes->count && used < most; i++) {
        const struct mute *mute = &mutes->item[i];
        struct count count = { mute, engine, 0 };
        if (!is_ending(mutes, mute, wall_ms))
            continue;
        engine_each_incident(engine, false, count_one, &count);
        if (count.incidents == 0)
            continue;
        fill(mute, &out[used]);
        out[used++].incidents = count.incidents;
    }
    return used;
}
