/*
 * Keeping and comparing samples. The big scratch sample has room for everything an answer may hold; the packed copy has
 * only what it did hold: the fixed part, the used prefixes and links, the used text.
 */
#include "core/sample.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIXED offsetof(struct sample, prefix)

void sample_reset(struct sample *sample)
{
    memset(sample, 0, FIXED);
    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t f = 0; f < FAMILIES; f++)
            for (size_t path = 0; path < PATHS; path++)
                sample->peering[p].family[f].subnet[path] = NET_NONE;
    sample->text[0] = '\0';
    sample->text_len = 1;
}

text_at sample_add_text(struct sample *sample, const char *text, size_t len)
{
    const char *end = memchr(text, '\0', len);

    if (end != NULL)
        len = (size_t)(end - text);
    if (len == 0 || len + 1 > SAMPLE_TEXT_MAX - (size_t)sample->text_len)
        return 0;
    text_at at = sample->text_len;
    memcpy(sample->text + at, text, len);
    sample->text[at + len] = '\0';
    sample->text_len = (uint16_t)(at + len + 1);
    return at;
}

const char *sample_text(const struct sample *sample, text_at at)
{
    assert(at < sample->text_len);
    return sample->text + at;
}

void sample_set_word(struct sample *sample, struct word *word, enum word_list list, const char *text, size_t len)
{
    word->code = word_find(list, text, len);
    const char *usual = word_name(list, word->code);
    bool as_usual = word->code > WORD_OTHER && strlen(usual) == len && memcmp(usual, text, len) == 0;
    word->raw = as_usual ? 0 : sample_add_text(sample, text, len < WORD_TEXT_MAX ? len : WORD_TEXT_MAX);
}

const char *sample_word(const struct sample *sample, struct word word, enum word_list list)
{
    return word.raw != 0 ? sample_text(sample, word.raw) : word_name(list, word.code);
}

/* The parts of which only what is used is kept, in the order in which they are packed behind the fixed one. */
struct parts {
    size_t prefixes, links, text;
};

static struct parts used_parts(const struct sample *sample)
{
    return (struct parts){ .prefixes = sample->prefix_count * sizeof sample->prefix[0],
                           .links = sample->link_count * sizeof sample->link[0],
                           .text = sample->text_len };
}

static size_t packed_size(struct parts parts)
{
    return FIXED + parts.prefixes + parts.links + parts.text;
}

void *sample_pack(const struct sample *sample, size_t *size)
{
    struct parts parts = used_parts(sample);
    char *packed = malloc(packed_size(parts));

    if (packed == NULL)
        abort();
    memcpy(packed, sample, FIXED);
    memcpy(packed + FIXED, sample->prefix, parts.prefixes);
    memcpy(packed + FIXED + parts.prefixes, sample->link, parts.links);
    memcpy(packed + FIXED + parts.prefixes + parts.links, sample->text, parts.text);
    *size = packed_size(parts);
    return packed;
}

void sample_unpack(const void *packed, size_t size, struct sample *out)
{
    const char *from = packed;

    assert(size >= FIXED);
    memcpy(out, from, FIXED);
    struct parts parts = used_parts(out);
    assert(size == packed_size(parts));
    memcpy(out->prefix, from + FIXED, parts.prefixes);
    memcpy(out->link, from + FIXED + parts.prefixes, parts.links);
    memcpy(out->text, from + FIXED + parts.prefixes + parts.links, parts.text);
}

bool sample_same(const void *packed, size_t size, const struct sample *sample)
{
    struct parts parts = used_parts(sample);
    const char *was = packed;

    if (size != packed_size(parts) || memcmp(was, sample, FIXED) != 0)
        return false;
    return memcmp(was + FIXED, sample->prefix, parts.prefixes) == 0 &&
           memcmp(was + FIXED + parts.prefixes, sample->link, parts.links) == 0 &&
           memcmp(was + FIXED + parts.prefixes + parts.links, sample->text, parts.text) == 0;
}

const char *peering_arm_name(enum peering_kind kind)
{
    static const char *const names[PEERINGS + 1] = { "AzurePrivatePeering", "MicrosoftPeering", "AzurePublicPeering", "" };
    return names[kind];
}

const char *peering_name(enum peering_kind kind)
{
    static const char *const names[PEERINGS + 1] = { "private", "microsoft", "public", "" };
    return names[kind];
}

const char *path_name(enum path path)
{
    static const char *const names[PATHS + 1] = { "primary", "secondary", "" };
    return names[path];
}
