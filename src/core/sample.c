/*
 * Keeping and comparing samples. The big scratch sample has room for everything an answer may hold; the packed copy has
 * only what it did hold: the fixed part, the used prefixes and links without their zeros, the used text but for the id,
 * which the keeper knows.
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

const char *sample_prefix(const struct sample *sample, const struct prefix_sample *prefix, char text[NET_TEXT_MAX])
{
    if (prefix->text != 0 || prefix->net.length == NET_NONE.length)
        return sample_text(sample, prefix->text);
    return net_format(&prefix->net, text);
}

static void *take(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        abort();
    return memory;
}

static size_t prefix_bytes(const struct sample *sample)
{
    return sample->prefix_count * sizeof sample->prefix[0];
}

static size_t link_bytes(const struct sample *sample)
{
    return sample->link_count * sizeof sample->link[0];
}

/* How much of the text need not be kept, from the id on, because it is known: all of the id, or nothing. */
static size_t known_bytes(const struct sample *sample, const struct resource_id *id)
{
    if (id == NULL || sample->id == 0 || resource_id_compare_text(sample_text(sample, sample->id), id) != 0)
        return 0;
    return strlen(id->path) + strlen(id->name);
}

void *sample_pack(const struct sample *sample, const struct resource_id *id, size_t *size)
{
    uint8_t *room = take(PACK_MOST(FIXED) + PACK_MOST(prefix_bytes(sample)) + PACK_MOST(link_bytes(sample)) +
                         sample->text_len);
    size_t known = known_bytes(sample, id), behind = sample->id + known;

    size_t len = pack(sample, NULL, FIXED, room);
    len += pack(sample->prefix, NULL, prefix_bytes(sample), room + len);
    len += pack(sample->link, NULL, link_bytes(sample), room + len);
    memcpy(room + len, sample->text, sample->id);
    memcpy(room + len + sample->id, sample->text + behind, sample->text_len - behind);
    *size = len + sample->text_len - known;
    /* a block of its own: one that is made smaller leaves a hole in front of the next */
    void *packed = memcpy(take(*size), room, *size);
    free(room);
    return packed;
}

void sample_unpack(const void *packed, size_t size, const struct resource_id *id, struct sample *out)
{
    const uint8_t *from = packed;
    size_t len = unpack(from, NULL, FIXED, out);

    len += unpack(from + len, NULL, prefix_bytes(out), out->prefix);
    len += unpack(from + len, NULL, link_bytes(out), out->link);
    size_t known = len + out->text_len - size, behind = out->id + known;
    memcpy(out->text, from + len, out->id);
    if (known > 0) {
        struct id_text lower = resource_id_lower(id);
        assert(known == strlen(lower.text));
        memcpy(out->text + out->id, lower.text, known);
    }
    memcpy(out->text + behind, from + len + out->id, out->text_len - behind);
}

bool sample_same(const void *packed, size_t size, const struct resource_id *id, const struct sample *sample)
{
    const uint8_t *was = packed;
    size_t len, more, most;

    if (!packed_equals(was, sample, NULL, FIXED, &len) ||
        !packed_equals(was + len, sample->prefix, NULL, prefix_bytes(sample), &more) ||
        !packed_equals(was + len + more, sample->link, NULL, link_bytes(sample), &most))
        return false;
    was += len + more + most;
    size_t known = known_bytes(sample, id), behind = sample->id + known;
    return size == len + more + most + sample->text_len - known && memcmp(was, sample->text, sample->id) == 0 &&
           memcmp(was + sample->id, sample->text + behind, sample->text_len - behind) == 0;
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
