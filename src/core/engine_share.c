/*
 * What each circuit contributes to the findings that many share, as counts: whether it is blind, failing, refused or
 * throttled. Who is counted anew marks what that changes; engine_shared.c judges it.
 */
#include "core/engine_inner.h"

#include <string.h>

static struct mono answered_at(const struct circuit *circuit)
{
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;

    return seen->missing > 0 ? mono_later(circuit->look.sample_seen, seen->missing_seen) : circuit->look.sample_seen;
}

static struct share share_of(const struct engine *engine, const struct circuit *circuit, struct moment now)
{
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;
    const struct failure *failure = circuit_unusual(circuit)->failure;
    struct mono answered = mono_later(answered_at(circuit), circuit->look.awake);
    bool stale = mono_between(answered, now.mono) > engine->watch.policy->stale_ms;
    /* a refusal long ago, and silence since: that is blindness, not 91 */
    bool refused = seen->forbidden > 0 &&
                   mono_between(seen->forbidden_seen, now.mono) <= engine->watch.policy->stale_ms;
    bool told = refused || seen->throttled; /* 91 and 93 tell of it */
    bool failing = failure != NULL && failure->feature == FEATURE_NONE && failure->kind != TROUBLE_MISSING;

    struct share share = { .blind = stale && !told,
                           .failing = (stale || failing) && !told,
                           .forbidden = refused,
                           .throttled = seen->throttled };
    memcpy(share.off, seen->feature_off, sizeof share.off);
    return share;
}

static void move_count(size_t *count, bool was, bool is)
{
    if (was != is)
        *count = is ? *count + 1 : *count - 1;
}

void engine_mark_group(struct engine *engine, struct group *group)
{
    engine->shared_dirty = true;
    if (group->dirty)
        return;
    group->dirty = true;
    engine->dirty_groups[engine->dirty_group_count++] = group->holder.target.index;
}

void engine_mark_credential(struct engine *engine, struct credential *credential)
{
    engine->shared_dirty = true;
    credential->dirty = true;
}

void engine_mark_local(struct engine *engine)
{
    engine->shared_dirty = true;
    engine->local_dirty = true;
}

void engine_note_works(struct engine *engine, const struct circuit *circuit)
{
    struct credential *credential = &engine->credentials[circuit->settings->credential];
    struct group *group = &engine->groups[circuit->group];

    credential->worked = mono_later(credential->worked, circuit->look.sample_seen);
    credential->answered = mono_later(credential->answered, circuit->look.sample_seen);
    group->seen = mono_later(group->seen, circuit->look.sample_seen);
    if (credential->holder.unsettled || credential->failure.kind != TROUBLE_NONE)
        engine_mark_credential(engine, credential);
    if (group->holder.unsettled)
        engine_mark_group(engine, group);
}

static bool same_share(const struct share *a, const struct share *b)
{
    return a->blind == b->blind && a->failing == b->failing && a->forbidden == b->forbidden &&
           a->throttled == b->throttled && memcmp(a->off, b->off, sizeof a->off) == 0;
}

static bool in_trouble(const struct share *share)
{
    bool off = false;

    for (size_t feature = 0; feature < FEATURES; feature++)
        off = off || share->off[feature];
    return off || share->blind || share->failing || share->forbidden;
}

/* Judged is what changes, what counts samples, and trouble that lasts: it may become another one with time. */
static void mark_shared(struct engine *engine, const struct circuit *circuit, const struct share *is)
{
    struct credential *credential = &engine->credentials[circuit->settings->credential];
    struct group *group = &engine->groups[circuit->group];
    bool changes = !same_share(&circuit_unusual(circuit)->share, is);

    if (changes || credential->holder.unsettled || in_trouble(is))
        engine_mark_credential(engine, credential);
    if (changes || group->holder.unsettled || is->throttled)
        engine_mark_group(engine, group);
}

void engine_recount(struct engine *engine, struct circuit *circuit, struct moment now)
{
    if (circuit_unusual(circuit)->own != NULL)
        return;
    struct credential *credential = &engine->credentials[circuit->settings->credential];
    struct group *group = &engine->groups[circuit->group];
    struct share is = share_of(engine, circuit, now);
    const struct share *was = &circuit_unusual(circuit)->share;

    move_count(&credential->blind, was->blind, is.blind);
    move_count(&credential->failing, was->failing, is.failing);
    move_count(&credential->forbidden, was->forbidden, is.forbidden);
    move_count(&group->throttled, was->throttled, is.throttled);
    for (enum feature feature = 0; feature < FEATURES; feature++) {
        move_count(&credential->off[feature], was->off[feature], is.off[feature]);
        struct mono seen = engine_feature_seen(engine, circuit, feature);
        if (seen.ms != 0)
            credential->refused_seen[feature] = mono_later(credential->refused_seen[feature], seen);
    }
    if (is.forbidden)
        credential->seen = mono_later(credential->seen, circuit_unusual(circuit)->seen.forbidden_seen);
    if (!is.failing && (circuit->look.has_sample || circuit_unusual(circuit)->seen.missing > 0))
        credential->answered = mono_later(credential->answered, answered_at(circuit));
    if (!is.failing && circuit->look.has_sample)
        engine_note_works(engine, circuit);
    mark_shared(engine, circuit, &is);
    if (!same_share(was, &is))
        circuit_change_unusual(circuit)->share = is;
}
