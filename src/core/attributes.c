/* Attributes of a circuit as lines of text, and their comparison. */
#include "core/attributes.h"

#include "core/differ.h"
#include "core/judge.h"
#include "core/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- writing ---- */

/* A value from outside cannot make lines or columns of its own. */
static void add_value(struct text *text, const char *scope, const char *field, const char *value)
{
    char line[WORD_TEXT_MAX + 1];
    size_t len = text_fit(value, strlen(value), WORD_TEXT_MAX);

    if (len == 0)
        return;
    for (size_t i = 0; i < len; i++)
        line[i] = (unsigned char)value[i] < ' ' ? ' ' : value[i];
    line[len] = '\0';
    text_addf(text, "%s%s\t%s\n", scope, field, line);
}

static void add_number(struct text *text, const char *scope, const char *field, uint32_t number, const char *unit)
{
    char value[32];

    snprintf(value, sizeof value, "%u%s", (unsigned)number, unit);
    if (number != 0)
        add_value(text, scope, field, value);
}

static void add_family(struct text *text, const char *scope, const struct family_sample *part, enum family family)
{
    char field[64], net[NET_TEXT_MAX];

    snprintf(field, sizeof field, "%s customer ASN", family_name(family));
    add_number(text, scope, field, part->customer_asn, "");
    for (enum path path = 0; path < PATHS; path++) {
        if (part->subnet[path].family >= FAMILIES)
            continue;
        snprintf(field, sizeof field, "%s %s peer prefix", family_name(family), path_name(path));
        add_value(text, scope, field, net_format(&part->subnet[path], net));
    }
}

static void add_peering(struct text *text, enum peering_kind kind, const struct peering_sample *peering)
{
    char scope[24];

    snprintf(scope, sizeof scope, "%s ", peering_name(kind));
    add_number(text, scope, "VLAN", peering->vlan, "");
    add_number(text, scope, "peer ASN", peering->peer_asn, "");
    add_number(text, scope, "Azure ASN", peering->azure_asn, "");
    for (enum family family = 0; family < FAMILIES; family++)
        if (peering->family[family].in_use)
            add_family(text, scope, &peering->family[family], family);
}

const char *attributes_write(const struct sample *sample, char out[ATTRIBUTES_TEXT_MAX])
{
    struct text text;

    text_init(&text, out, ATTRIBUTES_TEXT_MAX);
    add_value(&text, "", "SKU tier", sample_text(sample, sample->sku_tier));
    add_value(&text, "", "SKU family", sample_text(sample, sample->sku_family));
    add_number(&text, "", "bandwidth", sample->bandwidth_mbps, " Mbps");
    add_value(&text, "", "location", sample_text(sample, sample->location));
    add_value(&text, "", "provider", sample_text(sample, sample->provider_name));
    add_value(&text, "", "peering location", sample_text(sample, sample->peering_location));
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (sample->peering[kind].present)
            add_peering(&text, kind, &sample->peering[kind]);
    return out;
}

/* ---- two answers ---- */

static bool same_text(const struct sample *one, text_at at_one, const struct sample *other, text_at at_other)
{
    return strcmp(sample_text(one, at_one), sample_text(other, at_other)) == 0;
}

static bool same_family(const struct family_sample *one, const struct family_sample *other)
{
    return one->in_use == other->in_use && one->customer_asn == other->customer_asn &&
           memcmp(one->subnet, other->subnet, sizeof one->subnet) == 0;
}

static bool same_peering(const struct peering_sample *one, const struct peering_sample *other)
{
    return one->present == other->present && one->vlan == other->vlan && one->peer_asn == other->peer_asn &&
           one->azure_asn == other->azure_asn && same_family(&one->family[0], &other->family[0]) &&
           same_family(&one->family[1], &other->family[1]);
}

bool attributes_same(const struct sample *one, const struct sample *other)
{
    for (size_t kind = 0; kind < PEERINGS; kind++)
        if (!same_peering(&one->peering[kind], &other->peering[kind]))
            return false;
    return one->bandwidth_mbps == other->bandwidth_mbps && same_text(one, one->sku_tier, other, other->sku_tier) &&
           same_text(one, one->sku_family, other, other->sku_family) &&
           same_text(one, one->location, other, other->location) &&
           same_text(one, one->provider_name, other, other->provider_name) &&
           same_text(one, one->peering_location, other, other->peering_location);
}

static bool moving(struct word operation)
{
    return operation.code == OPERATION_UPDATING || operation.code == OPERATION_CREATING ||
           operation.code == OPERATION_DELETING;
}

bool attributes_settled(const struct sample *sample)
{
    for (size_t kind = 0; kind < PEERINGS; kind++)
        if (sample->peering[kind].present && moving(sample->peering[kind].operation))
            return false;
    return !moving(sample->operation) && !judge_in_motion(sample);
}

/* ---- two texts ---- */

/* API versions differ in "West Europe" and "westeurope". */
static bool same_value(const char *one, const char *other)
{
    for (;;) {
        one += strspn(one, " ");
        other += strspn(other, " ");
        if (tolower((unsigned char)*one) != tolower((unsigned char)*other))
            return false;
        if (*one == '\0')
            return true;
        one++;
        other++;
    }
}

static bool is_absent(const char *value)
{
    return strcmp(value, "(absent)") == 0; /* words_compare() */
}

static void add_change(void *context, const struct word_change *change)
{
    struct text *text = context;

    if (!is_absent(change->was) && !is_absent(change->is) && !same_value(change->was, change->is))
        text_addf(text, "%s\t%s\t%s\n", change->field, change->was, change->is);
}

char *attributes_changes(const char *was, const char *is)
{
    char changes[2 * ATTRIBUTES_TEXT_MAX];
    struct text text;

    text_init(&text, changes, sizeof changes);
    words_compare(was, is, add_change, &text);
    if (text.used == 0)
        return NULL;
    char *made = strdup(changes);
    if (made == NULL)
        abort();
    return made;
}

static void add_gone(void *context, const struct word_change *change)
{
    struct text *text = context;

    if (is_absent(change->is))
        text_addf(text, "%s\t%s\n", change->field, change->was);
}

bool attributes_merge(const char *was, const char *is, char kept[ATTRIBUTES_TEXT_MAX])
{
    struct text text;

    text_init(&text, kept, ATTRIBUTES_TEXT_MAX);
    text_add(&text, is);
    size_t own = text.used;
    words_compare(was, is, add_gone, &text);
    return text.used > own;
}

static const char *take(const char *at, char *to, size_t size)
{
    size_t len = strcspn(at, "\t\n"), kept = len < size ? len : size - 1;

    memcpy(to, at, kept);
    to[kept] = '\0';
    return at + len + (at[len] != '\0');
}

bool attributes_next(const char **at, struct attribute_change *out)
{
    if (**at == '\0')
        return false;
    *at = take(*at, out->field, sizeof out->field);
    *at = take(*at, out->was, sizeof out->was);
    *at = take(*at, out->is, sizeof out->is);
    return true;
}
