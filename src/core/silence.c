/* The memory of one silence: copies of what its condition is made of, in one piece. */
#include "core/silence.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

struct silence *silence_new(void)
{
    struct silence *silence = calloc(1, sizeof *silence);

    if (silence == NULL)
        abort();
    silence->mute = (struct mute){ .reason = WITHHELD_SILENCED, .who = silence->who, .why = silence->why };
    silence->mute.match.rules = silence->rules;
    silence->mute.match.labels = silence->labels;
    return silence;
}

static const char *keep(struct silence *silence, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = silence->texts + silence->used;

    if (size > SILENCE_TEXTS_MAX - silence->used)
        return NULL;
    silence->used += size;
    return memcpy(copy, text, size);
}

bool silence_set_circuit(struct silence *silence, const char *circuit)
{
    silence->mute.match.circuit = keep(silence, circuit);
    return silence->mute.match.circuit != NULL;
}

bool silence_add_rule(struct silence *silence, enum rule rule)
{
    struct match *match = &silence->mute.match;

    if (match->rule_count == RULE_NUMBERS)
        return false;
    silence->rules[match->rule_count++] = (uint8_t)rule;
    return true;
}

bool silence_add_label(struct silence *silence, const char *name, const char *value)
{
    struct match *match = &silence->mute.match;

    if (match->label_count == SILENCE_LABELS_MAX)
        return false;
    struct label label = { keep(silence, name), keep(silence, value) };
    if (label.name == NULL || label.value == NULL)
        return false;
    silence->labels[match->label_count++] = label;
    return true;
}

bool silence_set_why(struct silence *silence, const char *why)
{
    size_t len = strlen(why);

    if (len == 0 || len >= SILENCE_WHY_MAX)
        return false;
    memcpy(silence->why, why, len + 1);
    return true;
}

void silence_set_who(struct silence *silence, const char *who, int64_t uid)
{
    struct text text;

    text_init(&text, silence->who, sizeof silence->who);
    text_add_cut(&text, who, sizeof silence->who - 1);
    silence->uid = uid;
}
