/* What people do not want to hear of, as the story says it. It stays over restarts, as it would in the daemon. */
#include "mutes.h"

#include <stdio.h>
#include <string.h>

bool mutes_add(struct mutes *mutes, const char *scope, enum withheld reason, int64_t until_wall_ms)
{
    if (mutes->count == MUTES_MAX)
        return false;
    mutes->mute[mutes->count].reason = (uint8_t)reason;
    mutes->mute[mutes->count].until_wall_ms = until_wall_ms;
    snprintf(mutes->mute[mutes->count].scope, SCOPE_TEXT_MAX, "%s", scope);
    mutes->count++;
    return true;
}

void mutes_end(struct mutes *mutes, const char *scope)
{
    size_t kept = 0;

    for (size_t i = 0; i < mutes->count; i++)
        if (strcmp(mutes->mute[i].scope, scope) != 0)
            mutes->mute[kept++] = mutes->mute[i];
    mutes->count = kept;
}

static uint8_t reasons(const void *context, const struct engine *engine, struct target target,
                       const struct incident *incident, int64_t wall_ms, int64_t *next_wall_ms)
{
    const struct mutes *mutes = context;
    const char *scope = who_scope(engine_scope_name(engine, target));
    uint8_t found = 0;

    (void)incident;
    for (size_t i = 0; i < mutes->count; i++) {
        bool meant = strcmp(mutes->mute[i].scope, "all") == 0 || strcmp(mutes->mute[i].scope, scope) == 0;
        if (!meant || mutes->mute[i].until_wall_ms <= wall_ms)
            continue;
        found |= mutes->mute[i].reason;
        if (mutes->mute[i].until_wall_ms < *next_wall_ms)
            *next_wall_ms = mutes->mute[i].until_wall_ms;
    }
    return found;
}

struct muting mutes_muting(const struct mutes *mutes)
{
    return (struct muting){ reasons, mutes };
}
