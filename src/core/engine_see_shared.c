/* What was seen of what many circuits share: a sign-in, the end of a credential, trouble of our own machine. */
#include "core/engine_inner.h"

#include <assert.h>

void engine_credential_failed(struct engine *engine, size_t credential, const struct failure *failure,
                              struct moment now, struct effects *out)
{
    assert(credential < engine->watch.credential_count);
    struct credential *at = &engine->credentials[credential];

    at->failure = *failure;
    at->last = *failure;
    at->works = false;
    at->seen = now.mono;
    engine_mark_credential(engine, at);
    engine_settle(engine, now, out);
}

void engine_credential_works(struct engine *engine, size_t credential, struct moment now, struct effects *out)
{
    assert(credential < engine->watch.credential_count);
    struct credential *at = &engine->credentials[credential];

    bool worked = at->works && at->failure.kind == TROUBLE_NONE;
    at->failure.kind = TROUBLE_NONE;
    at->works = true;
    at->worked = now.mono;
    if (worked && !at->holder.unsettled) /* as every answer says */
        return;
    engine_mark_credential(engine, at);
    engine_settle(engine, now, out);
}

void engine_credential_expires(struct engine *engine, size_t credential, const struct expiry *expiry,
                               struct moment now, struct effects *out)
{
    assert(credential < engine->watch.credential_count && expiry->of != EXPIRY_UNTOLD);
    struct credential *at = &engine->credentials[credential];

    at->expiry = *expiry;
    at->expiry_seen = now.mono;
    engine_mark_credential(engine, at);
    engine_settle(engine, now, out);
}

void engine_local(struct engine *engine, const struct failure *failure, struct moment now, struct effects *out)
{
    if (failure != NULL)
        engine->local_failure = *failure;
    else
        engine->local_failure.kind = TROUBLE_NONE;
    engine->local_seen = now.mono;
    engine_mark_local(engine);
    engine_settle(engine, now, out);
}
