/* Silences and maintenance windows as the story says them, for the daemon's own matching. */
#include "mutes.h"

#include "core/rule.h"

#include <stdio.h>
#include <string.h>

/* The words up to "for". */
static void join(char *const *token, size_t count, char scope[SCOPE_TEXT_MAX])
{
    scope[0] = '\0';
    for (size_t i = 1; i < count && strcmp(token[i], "for") != 0; i++)
        snprintf(scope + strlen(scope), SCOPE_TEXT_MAX - strlen(scope), "%s%s", i > 1 ? " " : "", token[i]);
}

static bool take_severity(struct match *match, const char *value)
{
    for (enum severity severity = SEVERITY_INFO; severity < SEVERITIES; severity++)
        if (strcmp(severity_name(severity), value) == 0)
            match->severities |= (uint8_t)(1U << severity);
    return match->severities != 0;
}

static bool take_owner(struct match *match, const char *value)
{
    for (enum owner owner = 0; owner < OWNERS; owner++)
        if (strcmp(owner_name(owner), value) == 0)
            match->owners |= (uint8_t)(1U << owner);
    return match->owners != 0;
}

static bool take_word(struct story_mutes *mutes, size_t at, const char *word)
{
    struct match *match = &mutes->item[at].match;
    const char *value;

    if ((value = value_of(word, "severity")) != NULL)
        return take_severity(match, value);
    if ((value = value_of(word, "owner")) != NULL)
        return take_owner(match, value);
    if ((value = value_of(word, "rule")) != NULL) {
        mutes->of[at].rule = (uint8_t)rule_by_name(value);
        match->rules = &mutes->of[at].rule;
        match->rule_count = 1;
        return mutes->of[at].rule != RULE_NONE;
    }
    if (strcmp(word, "all") == 0)
        return true;
    snprintf(mutes->of[at].circuit, SCOPE_TEXT_MAX, "%s", word);
    match->circuit = mutes->of[at].circuit;
    return strpbrk(word, "=/") == NULL;
}

/* Behind "for": how long, of which kind, and from when on. */
static const char *take_span(struct mute *mute, char *const *token, size_t count, int64_t wall_ms)
{
    int64_t ms = 0, later = 0;

    if (count < 2 || !duration_read(token[1], &ms))
        return token[count < 2 ? 0 : 1];
    for (size_t i = 2; i < count; i++)
        if (strcmp(token[i], "maintenance") == 0)
            mute->reason = WITHHELD_MAINTENANCE;
        else if (strcmp(token[i], "in") != 0 || ++i == count || !duration_read(token[i], &later))
            return token[i < count ? i : count - 1];
    mute->from_wall_ms = wall_ms + later;
    mute->to_wall_ms = wall_ms + later + ms;
    return NULL;
}

const char *mutes_take(struct story_mutes *mutes, char *const *token, size_t count, int64_t wall_ms)
{
    size_t at = mutes->mutes.count, i = 1;

    if (at == STORY_MUTES_MAX)
        return token[0];
    mutes->item[at] = (struct mute){ .reason = WITHHELD_SILENCED, .id = at + 1, .who = "uid 0", .why = "a story" };
    join(token, count, mutes->of[at].scope);
    for (; i < count && strcmp(token[i], "for") != 0; i++)
        if (!take_word(mutes, at, token[i]))
            return token[i];
    const char *stray = i < count ? take_span(&mutes->item[at], token + i, count - i, wall_ms) : token[0];
    if (stray == NULL)
        mutes->mutes.count++;
    mutes->mutes.item = mutes->item;
    return stray;
}

/* The conditions point to their neighbours in `of`, so the last one takes the free place. */
static void leave_out(struct story_mutes *mutes, size_t at)
{
    size_t last = --mutes->mutes.count;

    mutes->item[at] = mutes->item[last];
    mutes->of[at] = mutes->of[last];
    if (mutes->item[at].match.circuit != NULL)
        mutes->item[at].match.circuit = mutes->of[at].circuit;
    if (mutes->item[at].match.rules != NULL)
        mutes->item[at].match.rules = &mutes->of[at].rule;
}

void mutes_end(struct story_mutes *mutes, char *const *token, size_t count)
{
    char scope[SCOPE_TEXT_MAX];

    join(token, count, scope);
    for (size_t i = mutes->mutes.count; i-- > 0;)
        if (strcmp(mutes->of[i].scope, scope) == 0)
            leave_out(mutes, i);
}
