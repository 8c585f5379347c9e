/*
 * Attributes of a circuit over time (rule 54). What they are compared with is the last settled answer whose changes were
 * told: usually that of the packed sample itself, and a text of its own only as long as it is another one.
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
    if (circuit->change_told)
        return; /* stories still speak of it */
    free(circuit->changed);
    circuit->changed = NULL;
}

/* From now on it is compared with this answer, and with what is known of what the answer does not have. */
static bool move_on(struct circuit *circuit, const char *was, const char *is)
{
    char kept[ATTRIBUTES_TEXT_MAX];
    bool more = attributes_merge(was, is, kept), moved = strcmp(was, kept) != 0;

    keep(&circuit->attributes, more ? kept : NULL);
    return moved;
}

bool engine_note_attributes(struct circuit *circuit, const struct sample *last, const struct sample *sample)
{
    char before[ATTRIBUTES_TEXT_MAX], is[ATTRIBUTES_TEXT_MAX];
    bool settled = attributes_settled(sample);

    if (settled && circuit->attributes == NULL && (last == NULL || attributes_same(last, sample)))
        return false;
    const char *was = circuit->attributes != NULL ? circuit->attributes
                      : last != NULL              ? attributes_write(last, before)
                                                  : "";
    if (!settled) {
        drop_untold(circuit);
        if (circuit->attributes == NULL)
            keep(&circuit->attributes, was);
        return false;
    }
    char *changes = attributes_changes(was, attributes_write(sample, is));
    if (changes == NULL) {
        drop_untold(circuit);
        return move_on(circuit, was, is);
    }
    free(circuit->changed);
    circuit->changed = changes;
    circuit->change_told = false;
    if (circuit->attributes == NULL)
        keep(&circuit->attributes, was);
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
    if (told && circuit->changed != NULL && !circuit->change_told) {
        moved = move_on(circuit, circuit->attributes, attributes_write(facts->sample, is));
        circuit->change_told = true;
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
    if (circuit->attributes != NULL)
        return strncat(text, circuit->attributes, ATTRIBUTES_TEXT_MAX - 1);
    const struct sample *sample = circuit_sample(circuit, &writable->scratch);
    return sample != NULL ? attributes_write(sample, text) : text;
}
