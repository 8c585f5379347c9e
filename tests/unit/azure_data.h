#ifndef ERWATCH_TESTS_AZURE_DATA_H
#define ERWATCH_TESTS_AZURE_DATA_H

#include "azure/azure.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers for the tests of the azure room: files of tests/data/azure, replies made of them, and samples as text. */

/** A file of tests/data/azure, in memory exactly as large as it is, so that reading beyond it is found. free() it. */
static inline char *data_read(const char *name, size_t *len)
{
    char path[512];

    snprintf(path, sizeof path, "%s/azure/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*len > 0 ? *len : 1);
    cr_assert_not_null(text);
    cr_assert_eq(fread(text, 1, *len, file), *len);
    fclose(file);
    return text;
}

static inline struct azure_reply reply_of(int status, const char *body, size_t len)
{
    return (struct azure_reply){ .status = status, .body = body, .len = len };
}

static inline struct azure_reply reply_text(int status, const char *body)
{
    return reply_of(status, body, strlen(body));
}

/* ---- samples as text ---- */

struct page_text {
    size_t len;
    char text[8192];
};

__attribute__((format(printf, 2, 3))) static inline void put(struct page_text *out, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    int more = vsnprintf(out->text + out->len, sizeof out->text - out->len, format, values);
    va_end(values);
    cr_assert(more >= 0 && (size_t)more < sizeof out->text - out->len);
    out->len += (size_t)more;
}

static inline void put_family(struct page_text *out, const struct sample *s, const struct family_sample *f,
                              const char *name)
{
    char net[NET_TEXT_MAX];

    put(out, " %s %s", name, sample_word(s, f->state, WORDS_SWITCH));
    for (size_t path = 0; path < PATHS; path++)
        if (f->subnet[path].length != NET_NONE.length)
            put(out, " %s", net_format(&f->subnet[path], net));
    if (!f->in_use)
        put(out, " unused");
    if (f->route_filter)
        put(out, " filter");
    if (!f->config)
        return;
    put(out, " %s as=%u %s", sample_word(s, f->prefixes_state, WORDS_PREFIXES), f->customer_asn,
        sample_text(s, f->registry));
    for (uint16_t i = 0; i < f->prefix_count; i++) {
        const struct prefix_sample *p = &s->prefix[f->prefix_first + i];
        char text[NET_TEXT_MAX];
        put(out, " %s", sample_prefix(s, p, text));
        if (p->state.code != WORD_ABSENT)
            put(out, "=%s", sample_word(s, p->state, WORDS_PREFIXES));
    }
}

/** What a sample says of the peerings, one bracket each. */
static inline void put_peerings(struct page_text *out, const struct sample *s)
{
    static const char *const by[] = { "?", "customer", "provider" };

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        const struct peering_sample *p = &s->peering[kind];
        if (!p->present)
            continue;
        put(out, " [%s %s by=%s as=%u/%u vlan=%u", peering_name(kind), sample_word(s, p->operation, WORDS_OPERATION),
            by[p->modified_by], p->azure_asn, p->peer_asn, p->vlan);
        for (size_t path = 0; path < PATHS; path++)
            if (p->port[path] != 0)
                put(out, " %s", sample_text(s, p->port[path]));
        put_family(out, s, &p->family[FAMILY_IPV4], "v4");
        if (p->family[FAMILY_IPV6].in_use)
            put_family(out, s, &p->family[FAMILY_IPV6], "v6");
        put(out, "]");
    }
}

/** The three states, and what is peculiar. */
static inline void put_states(struct page_text *out, const struct sample *s)
{
    put(out, "%s/%s/%s", sample_word(s, s->circuit, WORDS_CIRCUIT), sample_word(s, s->provider, WORDS_PROVIDER),
        sample_word(s, s->operation, WORDS_OPERATION));
    if (s->direct)
        put(out, " direct");
    if (s->peerings_absent)
        put(out, " no-peerings-key");
}

/** Everything but the peerings. */
static inline void put_circuit(struct page_text *out, const struct sample *s)
{
    put_states(out, s);
    put(out, " %s %s %s/%s %uM %s-%s key=%s stag=%u", sample_text(s, s->name), sample_text(s, s->location),
        sample_text(s, s->provider_name), sample_text(s, s->peering_location), s->bandwidth_mbps,
        sample_text(s, s->sku_tier), sample_text(s, s->sku_family), s->service_key_tail, s->stag);
}

/** What must be so of any sample that was believed, however strange the answer: every reference leads somewhere. */
static inline void check_sample(const struct sample *s)
{
    static struct sample again;
    static struct page_text text;
    size_t size;
    void *packed = sample_pack(s, NULL, &size);

    cr_assert(sample_same(packed, size, NULL, s));
    sample_unpack(packed, size, NULL, &again);
    cr_assert(sample_same(packed, size, NULL, &again));
    free(packed);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (size_t f = 0; f < FAMILIES; f++) {
            const struct family_sample *family = &s->peering[kind].family[f];
            cr_assert(family->prefix_first + family->prefix_count <= s->prefix_count);
        }
    text.len = 0;
    put_states(&text, s);
}

#endif
