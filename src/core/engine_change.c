/*
 * Attributes of a circuit over time (rule 54). What they are compared with is the last settled answer whose changes were
 * told: usually that of the kept sample itself, and a text of its own only as long as it is another one.
 */
#include "core/engine_inner.h"

#include <stdlib.h>
#include <string.h>

static void keep(char **text, const char *from)
{
    char *made = from != NULL ? strdup(from) : NULL;

    if (made == NULL && from != NULL)
        abort();
    free(*text);
    *text = made;
}

static void drop_untold(struct circuit *circuit)
{
    struct unusual *unusual = circuit->unusual;

    if (unusual == NULL || unusual->change_told)
        return; /* stories still speak of it */
    free(unusual->changed);
    unusual->changed = NULL;
}

/* From now on it is compared with this answer, and with what is known of what the answer does not have. */
static bool move_on(struct circuit *circuit, const char *was, const char *is)
{
    char kept[ATTRIBUTES_TEXT_MAX];
    bool more = attributes_merge(was, is, kept), moved = strcmp(was, kept) != 0;

    if (more || circuit->unusual != NULL)
        keep(&circuit_change_unusual(circuit)->attributes, more ? kept : NULL);
    return moved;
}

bool engine_note_attributes(struct circuit *circuit, const struct sample *last, const struct sample *sample)
{
    char before[ATTRIBUTES_TEXT_MAX], is[ATTRIBUTES_TEXT_MAX];
    const char *known = circuit_unusual(circuit)->attributes;
    bool settled = attributes_settled(sample);

    if (settled && known == NULL && (last == NULL || attributes_same(last, sample)))
        return false;
    const char *was = known != NULL ? known : last != NULL ? attributes_write(last, before) : "";
    if (!settled) {
        drop_untold(circuit);
        if (known == NULL)
            keep(&circuit_change_unusual(circuit)->attributes, was);
        return false;
    }
    char *changes = attributes_changes(was, attributes_write(sample, is));
    if (changes == NULL) {
        drop_untold(circuit);
        return move_on(circuit, was, is);
    }
    struct unusual *unusual = circuit_change_unusual(circuit);
    free(unusual->changed);
    unusual->changed = changes;
    unusual->change_told = false;
    if (known == NULL)
        keep(&unusual->attributes, was);
    return false;
}

/* The bandwidth and what it should have been, as they were told, or that they agree. */
static bool note_bandwidth(struct memory *memory, const struct facts *facts)
{
    bool odd = judge_bandwidth_odd(facts);
    uint32_t is = odd ? facts->sample->bandwidth_mbps : 0, expected = odd ? facts->circuit->expect.bandwidth_mbps : 0;
    bool differs = memory->odd_bandwidth != is || memory->odd_expected != expected;

    memory->odd_bandwidth = is;
    memory->odd_expected = expected;
    return differs;
}

void engine_changes_told(struct engine *engine, struct circuit *circuit, const struct facts *facts, struct effects *out)
{
    const struct opinion *opinion = opinions_find(&engine->opinions, RULE_ATTRIBUTE_CHANGED, SUBJECT_CIRCUIT);
    bool told = facts->policy->rule[RULE_ATTRIBUTE_CHANGED].disabled ||
                (opinion != NULL && opinion->standing == STANDING_BAD);
    char is[ATTRIBUTES_TEXT_MAX];
    bool moved = false;

    if (facts->sample == NULL || !attributes_settled(facts->sample))
        return;
    struct unusual *unusual = circuit->unusual;
    if (told && unusual != NULL && unusual->changed != NULL && !unusual->change_told) {
        moved = move_on(circuit, unusual->attributes, attributes_write(facts->sample, is));
        unusual->change_told = true;
    }
    if (told || !judge_bandwidth_odd(facts))
        moved = note_bandwidth(&circuit->memory, facts) || moved;
    if (moved)
        effects_add(out, EFFECT_REMEMBER, circuit->holder.target);
}

const char *engine_attributes(const struct engine *engine, const struct circuit *circuit,
                              char text[ATTRIBUTES_TEXT_MAX])
{
    struct engine *writable = (struct engine *)engine; /* the scratch sample is nobody's state */

    text[0] = '\0';
    if (circuit_unusual(circuit)->attributes != NULL)
        return strncat(text, circuit_unusual(circuit)->attributes, ATTRIBUTES_TEXT_MAX - 1);
    const struct sample *sample = circuit_sample(engine, circuit, &writable->scratch);
    return sample != NULL ? attributes_write(sample, text) : text;
}
