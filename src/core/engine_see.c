/* What was seen of circuits: each event is kept as a fact of its circuit, and then everything it touches is judged. */
#include "core/engine_inner.h"

#include "core/array.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct word_sink {
    struct effects *out;
    struct target target;
};

static void tell_word(void *context, const struct word_change *change)
{
    struct word_sink *sink = context;

    effects_add(sink->out, EFFECT_WORD, sink->target)->change = *change;
}

/* Compare with the last answer, or with what the last run had stored. @return are they others, or the first? */
static bool tell_words(const struct circuit *circuit, const struct sample *before, const struct sample *sample,
                       struct effects *out)
{
    struct word_sink sink = { out, circuit->holder.target };
    const char *last = circuit_unusual(circuit)->stored_words;
    char was[WORDS_TEXT_MAX], is[WORDS_TEXT_MAX];

    if (before != NULL)
        last = words_write(before, was);
    if (last == NULL)
        return true;
    if (strcmp(last, words_write(sample, is)) == 0)
        return before == NULL;
    words_compare(last, is, tell_word, &sink);
    return true;
}

/* A state that is not known changes nothing of what is remembered. */
static void remember_provider(struct memory *memory, const struct sample *sample, int64_t wall_ms)
{
    if (sample->direct || sample->provider.code <= WORD_OTHER)
        return;
    if (sample->provider.code == PROVIDER_PROVISIONED) {
        memory->provisioned = true;
        memory->left_wall_ms = 0;
    } else if (memory->provisioned && memory->left_wall_ms == 0) {
        memory->left_wall_ms = wall_ms;
    }
}

static bool remember(struct memory *memory, const struct sample *sample, int64_t wall_ms)
{
    struct memory was = *memory;
    bool any = false, provider = false;

    if (!memory->seen) /* days are counted by Azure's clock, which is known by now */
        memory->first_wall_ms = wall_ms;
    memory->seen = true;
    remember_provider(memory, sample, wall_ms);
    for (size_t kind = 0; kind < PEERINGS; kind++) {
        any = any || sample->peering[kind].present;
        provider = provider || (sample->peering[kind].present &&
                                sample->peering[kind].modified_by == MODIFIED_BY_PROVIDER);
    }
    if (any)
        memory->provider_owns = provider;
    return was.seen != memory->seen || was.provisioned != memory->provisioned ||
           was.left_wall_ms != memory->left_wall_ms || was.provider_owns != memory->provider_owns;
}

/* Since when a session can be expected at a peering: a circuit that has just become usable is not blind yet. */
static void note_peerings(struct circuit *circuit, const struct sample *sample, struct mono now)
{
    bool judged = judge_usable(sample) && !judge_in_motion(sample);

    for (size_t kind = 0; kind < PEERINGS; kind++) {
        if (!judged || !sample->peering[kind].present)
            circuit->look.judged_since[kind] = MONO_NEVER;
        else if (circuit->look.judged_since[kind].ms == MONO_NEVER.ms)
            circuit->look.judged_since[kind] = now;
    }
}

static bool is_gap(const struct circuit *circuit, const struct policy *policy, struct mono asked)
{
    int64_t gap = mono_between(circuit->look.sample_seen, asked);

    return gap > policy->stale_ms / 2 && gap > circuit->settings->every_ms + circuit->settings->every_ms / 2;
}

/*
 * After a time in which nothing was seen the witnesses get their time anew: nobody asks for the sessions of a circuit that
 * cannot be seen, and they answer a moment after ARM does.
 */
static void note_gap(struct circuit *circuit, const struct policy *policy, struct mono asked, struct mono now)
{
    if (!is_gap(circuit, policy, asked))
        return;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        if (circuit->look.judged_since[kind].ms != MONO_NEVER.ms)
            circuit->look.judged_since[kind] = now;
}

static void forget_failure(struct circuit *circuit)
{
    struct unusual *unusual = circuit->unusual;

    if (unusual == NULL)
        return;
    free(unusual->failure);
    unusual->failure = NULL;
    unusual->failed = (struct mono){ 0 };
    unusual->seen.missing = unusual->seen.forbidden = unusual->seen.unexpected = 0;
    unusual->seen.missing_seen = unusual->seen.forbidden_seen = unusual->seen.unexpected_seen = (struct mono){ 0 };
    unusual->seen.throttled = false;
}

static void keep_failure(struct circuit *circuit, const struct failure *failure)
{
    struct unusual *unusual = circuit_change_unusual(circuit);

    if (unusual->failure == NULL)
        unusual->failure = array_take(1, sizeof *unusual->failure);
    *unusual->failure = *failure;
}

/* It has answered. */
static void note_answer(const struct engine *engine, struct circuit *circuit, struct mono asked, struct moment now)
{
    note_gap(circuit, engine->watch.policy, asked, now.mono);
    circuit->look.has_sample = true;
    circuit->look.sample_seen = asked;
    forget_failure(circuit);
}

/* Was the last poll a good one? */
static bool went_well(const struct circuit *circuit)
{
    const struct unusual *unusual = circuit_unusual(circuit);

    return unusual->failure == NULL && unusual->seen.missing == 0 && unusual->seen.forbidden == 0 &&
           unusual->seen.unexpected == 0 && !unusual->seen.throttled;
}

struct mono engine_asked(const struct engine *engine, size_t index)
{
    assert(index < engine->watch.circuit_count);
    const struct glance *look = &engine->circuits[index].look;

    return look->has_sample ? look->sample_seen : (struct mono){ INT64_MIN };
}

/* Is it what it was when the circuit was judged: nothing has become due, by either clock, and none was set back? */
static bool same_time(const struct engine *engine, const struct circuit *circuit, struct moment at)
{
    struct moment now = engine_by_azure(engine, at);

    return !mono_reached(circuit->due, now.mono) && now.wall_ms < circuit->due_wall_ms &&
           now.wall_ms >= circuit->judged_wall_ms;
}

/*
 * Does everything that rests on the facts stay as it is, because nothing was wrong with the last answer, nothing waits for
 * a sample or is due, and it came in time?
 */
static bool nothing_changes(const struct engine *engine, const struct circuit *circuit, struct mono asked,
                            struct moment now)
{
    const struct policy *policy = engine->watch.policy;

    return circuit->quiet && !circuit->dirty && same_time(engine, circuit, now) && went_well(circuit) &&
           asked.ms < circuit->answer_due.ms && !is_gap(circuit, policy, asked) &&
           mono_between(circuit->look.sample_seen, now.mono) <= policy->stale_ms;
}

/* What was told of with the last answer rests on this one now. */
static void move_basis(struct holder *holder, struct mono was, struct mono is)
{
    for (size_t i = 0; i < holder->count; i++) {
        struct opinion *opinion = &holder->slots[i].opinion;
        if (opinion->basis.ms == was.ms)
            opinion->basis = is;
        if (opinion->severity_basis.ms == was.ms)
            opinion->severity_basis = is;
    }
}

/*
 * An answer that is equal to the last one, of a circuit to which that changes nothing: its facts are younger now, and that
 * is all. This is what nearly every answer is. When its facts will be stale is looked up once the moment that was planned
 * before is reached (engine_turn).
 */
static bool grows_younger(struct engine *engine, struct circuit *circuit, struct mono asked, struct moment now,
                          struct effects *out)
{
    struct mono was = circuit->look.sample_seen;

    engine_note_sleep(engine, now.mono);
    if (!nothing_changes(engine, circuit, asked, now))
        return false;
    circuit->look.sample_seen = mono_later(was, asked);
    move_basis(&circuit->holder, was, circuit->look.sample_seen);
    engine_note_works(engine, circuit);
    if (engine->shared_dirty || mono_reached(queue_first(engine->due, NULL), now.mono))
        engine_settle(engine, now, out);
    return true;
}

/* Is it what was seen last? */
static bool is_same(const struct engine *engine, const struct circuit *circuit, const struct sample *sample)
{
    size_t size;
    const void *packed = alike_read(engine->samples, &circuit->sample, &size);

    return packed != NULL && sample_same(packed, size, &circuit->settings->id, sample);
}

static void keep_sample(struct engine *engine, struct circuit *circuit, const struct sample *sample)
{
    size_t size;
    void *packed = sample_pack(sample, &circuit->settings->id, &size);

    alike_drop(engine->samples, &circuit->sample);
    circuit->sample = alike_keep(engine->samples, packed, size);
    free(packed);
}

static void forget_words(struct circuit *circuit)
{
    if (circuit->unusual == NULL)
        return;
    free(circuit->unusual->stored_words);
    circuit->unusual->stored_words = NULL;
}

void engine_saw_circuit(struct engine *engine, size_t index, const struct sample *sample, struct mono asked,
                        struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count && sample != &engine->scratch);
    struct circuit *circuit = &engine->circuits[index];
    bool same = is_same(engine, circuit, sample);

    if (same && grows_younger(engine, circuit, asked, now, out))
        return;
    note_answer(engine, circuit, asked, now);
    bool remembered = remember(&circuit->memory, sample, engine_by_azure(engine, now).wall_ms);
    if (!same) {
        const struct sample *before = circuit_sample(engine, circuit, &engine->scratch);
        remembered = tell_words(circuit, before, sample, out) || remembered;
        remembered = engine_note_attributes(circuit, before, sample) || remembered;
        keep_sample(engine, circuit, sample);
        forget_words(circuit);
        note_peerings(circuit, sample, now.mono);
        port_link(engine, circuit, sample_text(sample, sample->port));
    }
    if (remembered)
        effects_add(out, EFFECT_REMEMBER, circuit->holder.target);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}

void engine_feature_answered(struct engine *engine, struct circuit *circuit, enum feature feature, struct moment now)
{
    if (circuit->unusual != NULL) {
        circuit->unusual->seen.feature_off[feature] = false;
        circuit->unusual->seen.feature_odd[feature] = 0;
    }
    engine_see_feature(engine, circuit, feature, now.mono);
}

void engine_saw_again(struct engine *engine, size_t index, struct mono asked, struct moment now, struct effects *out)
{
    assert(index < engine->watch.circuit_count && engine->circuits[index].sample.bytes != NULL);
    struct circuit *circuit = &engine->circuits[index];

    if (grows_younger(engine, circuit, asked, now, out))
        return;
    note_answer(engine, circuit, asked, now);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}

/* An optional read: a refusal lasts and nonsense is told; anything else leaves the fact as old as it is. */
static void feature_failed(struct engine *engine, struct circuit *circuit, const struct failure *failure,
                           struct moment now)
{
    if (failure->kind != TROUBLE_FORBIDDEN && failure->kind != TROUBLE_UNEXPECTED)
        return;
    struct trouble_seen *seen = &circuit_change_unusual(circuit)->seen;
    uint8_t *odd = &seen->feature_odd[failure->feature];
    if (failure->kind == TROUBLE_FORBIDDEN)
        seen->feature_off[failure->feature] = true;
    else
        *odd = *odd < UINT8_MAX ? (uint8_t)(*odd + 1) : UINT8_MAX;
    engine_see_feature(engine, circuit, (enum feature)failure->feature, now.mono);
    keep_failure(circuit, failure);
}

static void circuit_failed(struct circuit *circuit, const struct failure *failure, struct moment now)
{
    struct trouble_seen *seen = &circuit_change_unusual(circuit)->seen;

    keep_failure(circuit, failure);
    seen->throttled = failure->kind == TROUBLE_THROTTLED;
    switch (failure->kind) {
    case TROUBLE_MISSING:
        seen->missing++;
        seen->missing_seen = now.mono;
        seen->forbidden = seen->unexpected = 0; /* an answer, and ARM gives it only to those who may read */
        break;
    case TROUBLE_FORBIDDEN:
        seen->forbidden++;
        seen->forbidden_seen = now.mono;
        break;
    case TROUBLE_UNEXPECTED:
        seen->unexpected++;
        seen->unexpected_seen = now.mono;
        break;
    default:
        break;
    }
}

static void note_failure(struct engine *engine, size_t index, const struct failure *failure, struct moment now)
{
    assert(index < engine->watch.circuit_count && failure->kind != TROUBLE_NONE && failure->feature < FEATURES);
    struct circuit *circuit = &engine->circuits[index];

    if (failure->feature != FEATURE_NONE) {
        feature_failed(engine, circuit, failure, now);
        engine->credentials[circuit->settings->credential].refused[failure->feature] = *failure;
    } else {
        circuit_failed(circuit, failure, now);
    }
    if (circuit_unusual(circuit)->failure != NULL)
        circuit->unusual->failed = now.mono;
    engine->credentials[circuit->settings->credential].last = *failure;
    if (failure->kind == TROUBLE_THROTTLED)
        engine->groups[circuit->group].last = *failure;
    engine_mark(engine, index);
}

void engine_failed(struct engine *engine, size_t index, const struct failure *failure, struct moment now,
                   struct effects *out)
{
    engine_failed_all(engine, &index, 1, failure, now, out);
}

void engine_failed_all(struct engine *engine, const size_t *indices, size_t count, const struct failure *failure,
                       struct moment now, struct effects *out)
{
    for (size_t i = 0; i < count; i++)
        note_failure(engine, indices[i], failure, now);
    engine_settle(engine, now, out);
}

void engine_feature_works(struct engine *engine, size_t index, enum feature feature, struct moment now,
                          struct effects *out)
{
    assert(index < engine->watch.circuit_count && feature > FEATURE_NONE && feature < FEATURES);
    struct circuit *circuit = &engine->circuits[index];

    engine_feature_answered(engine, circuit, feature, now);
    engine_mark(engine, index);
    engine_settle(engine, now, out);
}
