/* State words as lines of text, and their comparison. */
#include "core/differ.h"

#include <stdio.h>
#include <string.h>

struct writer {
    char *text;
    size_t used;
};

/* A part of a line, which cannot make lines or columns of its own. */
static char *put(char *to, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *to++ = text[i] == '\n' || text[i] == '\r' || text[i] == '\t' ? ' ' : text[i];
    return to;
}

/* Without the printf family: this is made of every answer that differs from the last. */
static void add(struct writer *writer, const char *scope, const char *field, const char *value)
{
    size_t scope_len = strlen(scope), field_len = strlen(field), value_len = strnlen(value, WORD_TEXT_MAX);
    char *to = writer->text + writer->used;

    if (scope_len + field_len >= WORD_FIELD_MAX ||
        writer->used + scope_len + field_len + value_len + 3 > WORDS_TEXT_MAX)
        return;
    to = put(put(to, scope, scope_len), field, field_len);
    *to++ = '\t';
    to = put(to, value, value_len);
    *to++ = '\n';
    *to = '\0';
    writer->used = (size_t)(to - writer->text);
}

static void add_family(struct writer *writer, const struct sample *sample, enum peering_kind kind, enum family family)
{
    const struct family_sample *part = &sample->peering[kind].family[family];
    char scope[40];

    snprintf(scope, sizeof scope, "%s %s ", peering_name(kind), family_name(family));
    add(writer, scope, "state", sample_word(sample, part->state, WORDS_SWITCH));
    if (kind != PEERING_MICROSOFT)
        return;
    add(writer, scope, "advertisedPublicPrefixesState", sample_word(sample, part->prefixes_state, WORDS_PREFIXES));
    for (size_t i = 0; i < part->prefix_count; i++) {
        const struct prefix_sample *prefix = &sample->prefix[part->prefix_first + i];
        char field[NET_TEXT_MAX + 24], net[NET_TEXT_MAX];
        if (prefix->state.code == WORD_ABSENT)
            continue;
        snprintf(field, sizeof field, "%s validationState", net_format(&prefix->net, net));
        add(writer, scope, field, sample_word(sample, prefix->state, WORDS_PREFIXES));
    }
}

const char *words_write(const struct sample *sample, char text[WORDS_TEXT_MAX])
{
    struct writer writer = { .text = text };

    text[0] = '\0';
    add(&writer, "", "circuitProvisioningState", sample_word(sample, sample->circuit, WORDS_CIRCUIT));
    add(&writer, "", "serviceProviderProvisioningState", sample_word(sample, sample->provider, WORDS_PROVIDER));
    add(&writer, "", "provisioningState", sample_word(sample, sample->operation, WORDS_OPERATION));
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        char scope[24];
        if (!sample->peering[kind].present)
            continue;
        snprintf(scope, sizeof scope, "%s ", peering_name(kind));
        add(&writer, scope, "peering", "present");
        add(&writer, scope, "provisioningState",
            sample_word(sample, sample->peering[kind].operation, WORDS_OPERATION));
        for (enum family family = 0; family < FAMILIES; family++)
            if (sample->peering[kind].family[family].in_use)
                add_family(&writer, sample, kind, family);
    }
    return text;
}

/* The value of a field in a text of lines; NULL when it is not there. */
static const char *find(const char *text, const char *field, size_t field_len, size_t *len)
{
    for (const char *line = text; *line != '\0';) {
        size_t line_len = strcspn(line, "\n");
        if (line_len > field_len && line[field_len] == '\t' && memcmp(line, field, field_len) == 0) {
            *len = line_len - field_len - 1;
            return line + field_len + 1;
        }
        line += line_len + (line[line_len] == '\n');
    }
    return NULL;
}

static void copy(char *to, size_t size, const char *from, size_t len)
{
    if (len >= size)
        len = size - 1;
    memcpy(to, from, len);
    to[len] = '\0';
}

/* Walk `lines` and call for what differs in `other`; with `gone` only for what is not there at all. */
static void compare_lines(const char *lines, const char *other, bool gone, words_differ *differ, void *context)
{
    for (const char *line = lines; *line != '\0';) {
        size_t line_len = strcspn(line, "\n"), field_len = strcspn(line, "\t\n"), other_len = 0;
        const char *value = line + field_len + (field_len < line_len);
        size_t value_len = line_len - (size_t)(value - line);
        const char *there = find(other, line, field_len, &other_len);
        bool same = there != NULL && (gone || (other_len == value_len && memcmp(there, value, value_len) == 0));
        if (!same) {
            struct word_change change;
            copy(change.field, sizeof change.field, line, field_len);
            copy(gone ? change.was : change.is, sizeof change.is, value, value_len);
            copy(gone ? change.is : change.was, sizeof change.is, there != NULL ? there : "(absent)",
                 there != NULL ? other_len : strlen("(absent)"));
            differ(context, &change);
        }
        line += line_len + (line[line_len] == '\n');
    }
}

void words_compare(const char *was, const char *is, words_differ *differ, void *context)
{
    compare_lines(was, is, true, differ, context);
    compare_lines(is, was, false, differ, context);
}
