/*
 * Keeping and comparing samples. The big scratch sample has room for everything an answer may hold; the packed copy has
 * only what it did hold: the fixed part, the used prefixes and links without their zeros, the used text.
 */
#include "core/sample.h"

#include "core/pack.h"

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

static size_t prefix_bytes(const struct sample *sample)
{
    return sample->prefix_count * sizeof sample->prefix[0];
}

static size_t link_bytes(const struct sample *sample)
{
    return sample->link_count * sizeof sample->link[0];
}

void *sample_pack(const struct sample *sample, size_t *size)
{
    uint8_t *packed = malloc(PACK_MOST(FIXED) + PACK_MOST(prefix_bytes(sample)) + PACK_MOST(link_bytes(sample)) +
                             sample->text_len);

    if (packed == NULL)
        abort();
    size_t len = pack(sample, NULL, FIXED, packed);
    len += pack(sample->prefix, NULL, prefix_bytes(sample), packed + len);
    len += pack(sample->link, NULL, link_bytes(sample), packed + len);
    memcpy(packed + len, sample->text, sample->text_len);
    *size = len + sample->text_len;
    uint8_t *kept = realloc(packed, *size);
    /* cppcheck-suppress memleak ; it is what is returned */
    return kept != NULL ? kept : packed;
}

void sample_unpack(const void *packed, size_t size, struct sample *out)
{
    const uint8_t *from = packed;
    size_t len = unpack(from, NULL, FIXED, out);

    len += unpack(from + len, NULL, prefix_bytes(out), out->prefix);
    len += unpack(from + len, NULL, link_bytes(out), out->link);
    assert(size == len + out->text_len);
    memcpy(out->text, from + len, out->text_len);
}

bool sample_same(const void *packed, size_t size, const struct sample *sample)
{
    const uint8_t *was = packed;
    size_t len, more, most;

    return packed_equals(was, sample, NULL, FIXED, &len) &&
           packed_equals(was + len, sample->prefix, NULL, prefix_bytes(sample), &more) &&
           packed_equals(was + len + more, sample->link, NULL, link_bytes(sample), &most) &&
           size == len + more + most + sample->text_len &&
           memcmp(was + len + more + most, sample->text, sample->text_len) == 0;
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
