/*
 * Credentials that look for circuits and have none yet: with no circuit nothing would grow stale, and nobody would hear
 * that nothing at all is watched. So the lists themselves are what is seen through such a credential. An empty list is
 * an answer like any other, and good until a later one fails: it is asked for as rarely as the settings say.
 */
#include "core/engine_inner.h"

#include <assert.h>

void engine_find_alone(struct engine *engine, struct mono now)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++) {
        struct credential *credential = &engine->credentials[i];
        bool alone = credential->discovers && credential->circuits == 0;
        if (alone && !credential->alone) {
            credential->listed = (struct mono){ 0 };
            credential->unlisted = now;
            credential->list_refused = false;
        }
        credential->alone = alone;
    }
}

void engine_alone_slept(struct engine *engine, struct mono now)
{
    for (size_t i = 0; i < engine->watch.credential_count; i++) {
        struct credential *credential = &engine->credentials[i];
        if (credential->alone && credential->unlisted.ms != MONO_NEVER.ms) {
            credential->unlisted = now;
            engine_mark_credential(engine, credential);
        }
    }
}

static struct mono blind_from(const struct credential *credential, const struct policy *policy)
{
    bool waits = credential->alone && credential->unlisted.ms != MONO_NEVER.ms;

    return waits ? mono_after(credential->unlisted, policy->stale_ms + 1) : MONO_NEVER;
}

bool engine_alone_blind(const struct credential *credential, const struct policy *policy, struct mono now)
{
    struct mono from = blind_from(credential, policy);

    return from.ms != MONO_NEVER.ms && mono_reached(from, now);
}

struct mono engine_alone_due(const struct credential *credential, const struct policy *policy, struct mono now)
{
    struct mono from = blind_from(credential, policy);

    return mono_reached(from, now) ? MONO_NEVER : from;
}

void engine_list_works(struct engine *engine, size_t credential, struct moment now, struct effects *out)
{
    assert(credential < engine->watch.credential_count);
    struct credential *at = &engine->credentials[credential];

    if (!at->alone)
        return;
    at->listed = now.mono;
    at->unlisted = MONO_NEVER;
    at->list_refused = false;
    engine_mark_credential(engine, at);
    engine_settle(engine, now, out);
}

void engine_list_failed(struct engine *engine, size_t credential, const struct failure *failure, struct moment now,
                        struct effects *out)
{
    assert(credential < engine->watch.credential_count && failure->kind != TROUBLE_NONE);
    struct credential *at = &engine->credentials[credential];

    if (!at->alone)
        return;
    if (at->unlisted.ms == MONO_NEVER.ms)
        at->unlisted = now.mono;
    at->list_refused = failure->kind == TROUBLE_FORBIDDEN;
    if (at->list_refused)
        at->seen = now.mono;
    at->last = *failure;
    engine_mark_credential(engine, at);
    engine_settle(engine, now, out);
}

bool engine_list_wanted(const struct engine *engine, size_t credential)
{
    const struct credential *at = &engine->credentials[credential];

    return at->alone && at->holder.unsettled;
}
