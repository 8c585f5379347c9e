/*
 * What few circuits have is kept beside them, in a block that comes with the first such thing and goes with the last. And
 * when each feature was seen: by feature, since most are never asked about.
 */
#include "core/engine_inner.h"

#include "core/array.h"
#include "core/sparse.h"

#include <string.h>

static const struct unusual as_usual;

const struct unusual *circuit_unusual(const struct circuit *circuit)
{
    return circuit->unusual != NULL ? circuit->unusual : &as_usual;
}

struct unusual *circuit_change_unusual(struct circuit *circuit)
{
    if (circuit->unusual == NULL)
        circuit->unusual = array_take(1, sizeof *circuit->unusual);
    return circuit->unusual;
}

/* Assignments may write to what lies between the fields: then the block stays until another time, which does no harm. */
void circuit_settle_unusual(struct circuit *circuit)
{
    if (circuit->unusual == NULL || memcmp(circuit->unusual, &as_usual, sizeof as_usual) != 0)
        return;
    free(circuit->unusual);
    circuit->unusual = NULL;
}

static void free_own(struct circuit_settings *own)
{
    if (own == NULL)
        return;
    free((char *)own->id.path);
    free((char *)own->id.name);
    free((char *)own->name);
    free(own);
}

void circuit_free_unusual(struct circuit *circuit)
{
    struct unusual *unusual = circuit->unusual;

    if (unusual == NULL)
        return;
    free_own(unusual->own);
    free(unusual->failure);
    free(unusual->changed);
    free(unusual->attributes);
    free(unusual->stored_words);
    free(unusual->past);
    free(unusual);
    circuit->unusual = NULL;
}

/* ---- features ---- */

struct features features_new(size_t circuits)
{
    struct features made = { .circuits = circuits };

    for (size_t feature = 0; feature < FEATURES; feature++)
        made.seen[feature] = sparse_take(circuits, sizeof(struct mono));
    return made;
}

void features_free(struct features *features)
{
    for (size_t feature = 0; feature < FEATURES; feature++)
        sparse_free(features->seen[feature], features->circuits, sizeof(struct mono));
}

void features_carry(struct features *to, size_t is, const struct features *from, size_t was)
{
    for (size_t feature = 0; feature < FEATURES; feature++)
        if (from->seen[feature][was].ms != 0) /* not written to, it takes no memory */
            to->seen[feature][is] = from->seen[feature][was];
}

struct mono engine_feature_seen(const struct engine *engine, const struct circuit *circuit, enum feature feature)
{
    size_t index = circuit->holder.target.index;

    return index < engine->features.circuits ? engine->features.seen[feature][index] : (struct mono){ 0 };
}

void engine_see_feature(struct engine *engine, const struct circuit *circuit, enum feature feature, struct mono now)
{
    engine->features.seen[feature][circuit->holder.target.index] = now;
}

/* ---- all of it as one ---- */

void engine_look(const struct engine *engine, const struct circuit *circuit, struct look *out)
{
    const struct trouble_seen *seen = &circuit_unusual(circuit)->seen;

    *out = (struct look){ .has_sample = circuit->look.has_sample,
                          .throttled = seen->throttled,
                          .missing = seen->missing,
                          .forbidden = seen->forbidden,
                          .unexpected = seen->unexpected,
                          .missing_seen = seen->missing_seen,
                          .forbidden_seen = seen->forbidden_seen,
                          .unexpected_seen = seen->unexpected_seen,
                          .sample_seen = circuit->look.sample_seen,
                          .awake = circuit->look.awake };
    memcpy(out->feature_off, seen->feature_off, sizeof out->feature_off);
    memcpy(out->feature_odd, seen->feature_odd, sizeof out->feature_odd);
    memcpy(out->judged_since, circuit->look.judged_since, sizeof out->judged_since);
    for (enum feature feature = 0; feature < FEATURES; feature++)
        out->feature_seen[feature] = engine_feature_seen(engine, circuit, feature);
}
