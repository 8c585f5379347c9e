/*
 * The values of one circuit of ARM's answer into a sample. The shapes (circuit_shape.c) name the keys and their types,
 * the table of fields here says where each value goes. Everything that is not there stays absent; what is there and
 * cannot be is a reason not to believe any of it. Unknown words are kept as they are.
 */
#include "azure/circuit.h"

#include "azure/request.h"
#include "azure/text.h"
#include "azure/value.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* ---- what happens to a value ---- */

enum base { OF_SAMPLE, OF_PEERING, OF_FAMILY, OF_LINK };

struct field {
    bool (*set)(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value);
    enum base base;
    size_t at; /* offset in the base */
    int more;  /* list of a word, path of a subnet or port */
};

bool circuit_refuse(struct circuit_decoder *decoder, const char *because)
{
    decoder->because = because;
    return false;
}

static void *place(struct circuit_decoder *decoder, const struct field *field)
{
    char *base = field->base == OF_SAMPLE    ? (char *)decoder->sample
                 : field->base == OF_PEERING ? (char *)&decoder->peering
                 : field->base == OF_LINK    ? (char *)&decoder->link
                                             : (char *)&decoder->peering.family[decoder->family];
    return base + field->at;
}

static bool keep_text(struct circuit_decoder *decoder, const struct json_value *value, text_at *at)
{
    *at = sample_add_text(decoder->sample, value->text, value->len);
    return *at != 0 || value->len == 0 || circuit_refuse(decoder, "is too large to be one circuit");
}

static bool set_text(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    return keep_text(decoder, value, place(decoder, field));
}

/* The peerings of a circuit are on the same two ports: their names are kept once. */
static bool set_port(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    text_at *at = place(decoder, field);

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++) {
        text_at known = decoder->sample->peering[kind].port[field->more];
        const char *text = sample_text(decoder->sample, known);
        if (known != 0 && strlen(text) == value->len && memcmp(text, value->text, value->len) == 0) {
            *at = known;
            return true;
        }
    }
    return keep_text(decoder, value, at);
}

/* An empty state word says as much as none. */
static bool keep_word(struct circuit_decoder *decoder, const struct json_value *value, int list, struct word *word)
{
    if (value->len == 0)
        return true;
    sample_set_word(decoder->sample, word, (enum word_list)list, value->text, value->len);
    return word->code != WORD_OTHER || word->raw != 0 || circuit_refuse(decoder, "is too large to be one circuit");
}

static bool set_word(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    return keep_word(decoder, value, field->more, place(decoder, field));
}

static bool set_number(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    uint32_t *number = place(decoder, field);
    int64_t whole;

    if (!value_whole(value, 0, UINT32_MAX, &whole))
        return circuit_refuse(decoder, "has a number that is not possible");
    *number = (uint32_t)whole;
    return true;
}

static bool set_type(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    (void)field;
    decoder->wrong_type = value->len > 0 && !value_is(value, "Microsoft.Network/expressRouteCircuits");
    return true;
}

/* The last four characters only: who has the whole key can order the line. All zeros: not given out yet. */
static bool set_service_key(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    char *tail = decoder->sample->service_key_tail;
    size_t zeros = 0;

    (void)field;
    for (size_t i = 0; i < value->len; i++)
        zeros += value->text[i] == '0' || value->text[i] == '-';
    if (value->len < 16 || zeros == value->len)
        return true;
    for (size_t i = 0; i < 4; i++)
        tail[i] = value->text[value->len - 4 + i];
    for (size_t i = 0; i < 4; i++)
        if (!isalnum((unsigned char)tail[i]) || (unsigned char)tail[i] >= 0x80)
            memset(tail, 0, 5);
    return true;
}

/* Of a circuit on a Direct port; the provider's figure wins where both are given. */
static bool set_gigabits(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    double gigabits;

    (void)field;
    if (!value_real(value, &gigabits) || gigabits < 0 || gigabits > 1000000)
        return circuit_refuse(decoder, "has a number that is not possible");
    if (decoder->sample->bandwidth_mbps == 0)
        decoder->sample->bandwidth_mbps = (uint32_t)(gigabits * 1000 + 0.5);
    return true;
}

static bool set_bandwidth(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    int64_t whole;

    if (value_whole(value, 0, 0, &whole))
        return true; /* what a Direct port says stands */
    return set_number(decoder, field, value);
}

static enum peering_kind kind_of(const struct json_value *value)
{
    enum peering_kind kind = 0;

    while (kind < PEERING_NONE && !value_is(value, peering_arm_name(kind)))
        kind++;
    return kind;
}

static bool set_kind(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    enum peering_kind *kind = field->more == TAG_PEERING_TYPE ? &decoder->by_type : &decoder->by_name;

    *kind = kind_of(value);
    decoder->named = decoder->named || value->len > 0;
    return true;
}

static bool set_modified_by(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    (void)field;
    decoder->peering.modified_by = value_is(value, "Customer")   ? MODIFIED_BY_CUSTOMER
                                   : value_is(value, "Provider") ? MODIFIED_BY_PROVIDER
                                                                 : MODIFIED_BY_UNKNOWN;
    return true;
}

/* The outer prefixes are IPv4's: they being there is what makes IPv4 in use. */
static bool set_subnet(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    struct family_sample *family = place(decoder, field);

    family->in_use = family->in_use || value->len > 0;
    (void)net_parse(value->text, value->len, &family->subnet[field->more]);
    return true;
}

static bool set_filter(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    bool *filter = place(decoder, field);

    *filter = value->len > 0;
    return true;
}

/* ---- prefixes ---- */

static bool same_prefix(const struct sample *sample, const struct prefix_sample *a, const struct prefix_sample *b)
{
    if (a->net.length != b->net.length || a->net.length != NET_NONE.length)
        return net_equal(&a->net, &b->net);
    return strcmp(sample_text(sample, a->text), sample_text(sample, b->text)) == 0;
}

/* Where the family has this prefix, from @p from on and then from its first; prefix_count when it has not. */
static uint16_t find_prefix(const struct circuit_decoder *decoder, const struct prefix_sample *wanted, uint16_t from)
{
    const struct sample *sample = decoder->sample;
    uint16_t first = decoder->peering.family[decoder->family].prefix_first, end = sample->prefix_count;

    for (uint16_t at = from; at < end; at++)
        if (same_prefix(sample, &sample->prefix[at], wanted))
            return at;
    for (uint16_t at = first; at < from; at++)
        if (same_prefix(sample, &sample->prefix[at], wanted))
            return at;
    return end;
}

static bool append_prefix(struct circuit_decoder *decoder, const struct prefix_sample *prefix)
{
    struct sample *sample = decoder->sample;

    if (sample->prefix_count == SAMPLE_PREFIXES_MAX)
        return circuit_refuse(decoder, "has more prefixes than a circuit can have");
    /* bytes, paddings included: samples are compared so */
    memcpy(&sample->prefix[sample->prefix_count++], prefix, sizeof *prefix);
    return true;
}

static bool read_prefix(struct circuit_decoder *decoder, const struct json_value *value, struct prefix_sample *out)
{
    char usual[NET_TEXT_MAX];

    out->text = 0;
    if (!net_parse(value->text, value->len, &out->net))
        out->net = NET_NONE;
    else if (strlen(net_format(&out->net, usual)) == value->len && memcmp(usual, value->text, value->len) == 0)
        return true;
    return keep_text(decoder, value, &out->text);
}

static bool list_prefix(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    struct prefix_sample prefix;
    uint16_t text_len = decoder->sample->text_len;

    (void)field;
    if (value->len == 0)
        return true;
    memset(&prefix, 0, sizeof prefix);
    if (!read_prefix(decoder, value, &prefix))
        return false;
    if (find_prefix(decoder, &prefix, decoder->next_listed) == decoder->sample->prefix_count)
        return append_prefix(decoder, &prefix);
    decoder->sample->text_len = text_len;
    return true;
}

static bool set_prefix(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    (void)field;
    return read_prefix(decoder, value, &decoder->prefix);
}

static bool set_prefix_state(struct circuit_decoder *decoder, const struct field *field, const struct json_value *value)
{
    return keep_word(decoder, value, field->more, &decoder->prefix.state);
}

bool circuit_end_prefix(struct circuit_decoder *decoder)
{
    struct sample *sample = decoder->sample;
    uint16_t at = find_prefix(decoder, &decoder->prefix, decoder->next_listed);

    if (at == sample->prefix_count || sample->prefix[at].state.code != WORD_ABSENT)
        return append_prefix(decoder, &decoder->prefix);
    memcpy(&sample->prefix[at].state, &decoder->prefix.state, sizeof decoder->prefix.state);
    decoder->next_listed = (uint16_t)(at + 1);
    return true;
}

/* ---- where each value goes ---- */

#define SAMPLE_AT(member) OF_SAMPLE, offsetof(struct sample, member)
#define PEERING_AT(member) OF_PEERING, offsetof(struct peering_sample, member)
#define LINK_AT(member) OF_LINK, offsetof(struct link_sample, member)
#define FAMILY_AT(member) OF_FAMILY, offsetof(struct family_sample, member)

static const struct field fields[CIRCUIT_TAGS] = {
    [TAG_ID] = { set_text, SAMPLE_AT(id), 0 },
    [TAG_NAME] = { set_text, SAMPLE_AT(name), 0 },
    [TAG_TYPE] = { set_type, OF_SAMPLE, 0, 0 },
    [TAG_LOCATION] = { set_text, SAMPLE_AT(location), 0 },
    [TAG_SKU_TIER] = { set_text, SAMPLE_AT(sku_tier), 0 },
    [TAG_SKU_FAMILY] = { set_text, SAMPLE_AT(sku_family), 0 },
    [TAG_CIRCUIT_STATE] = { set_word, SAMPLE_AT(circuit), WORDS_CIRCUIT },
    [TAG_PROVIDER_STATE] = { set_word, SAMPLE_AT(provider), WORDS_PROVIDER },
    [TAG_OPERATION] = { set_word, SAMPLE_AT(operation), WORDS_OPERATION },
    [TAG_SERVICE_KEY] = { set_service_key, OF_SAMPLE, 0, 0 },
    [TAG_STAG] = { set_number, SAMPLE_AT(stag), 0 },
    [TAG_PROVIDER_NAME] = { set_text, SAMPLE_AT(provider_name), 0 },
    [TAG_PEERING_LOCATION] = { set_text, SAMPLE_AT(peering_location), 0 },
    [TAG_BANDWIDTH] = { set_bandwidth, SAMPLE_AT(bandwidth_mbps), 0 },
    [TAG_BANDWIDTH_GIGABITS] = { set_gigabits, OF_SAMPLE, 0, 0 },
    [TAG_PEERING_NAME] = { set_kind, OF_PEERING, 0, TAG_PEERING_NAME },
    [TAG_PEERING_TYPE] = { set_kind, OF_PEERING, 0, TAG_PEERING_TYPE },
    [TAG_PEERING_OPERATION] = { set_word, PEERING_AT(operation), WORDS_OPERATION },
    [TAG_AZURE_ASN] = { set_number, PEERING_AT(azure_asn), 0 },
    [TAG_PEER_ASN] = { set_number, PEERING_AT(peer_asn), 0 },
    [TAG_VLAN] = { set_number, PEERING_AT(vlan), 0 },
    [TAG_PORT_PRIMARY] = { set_port, PEERING_AT(port[PATH_PRIMARY]), PATH_PRIMARY },
    [TAG_PORT_SECONDARY] = { set_port, PEERING_AT(port[PATH_SECONDARY]), PATH_SECONDARY },
    [TAG_MODIFIED_BY] = { set_modified_by, OF_PEERING, 0, 0 },
    [TAG_STATE] = { set_word, FAMILY_AT(state), WORDS_SWITCH },
    [TAG_SUBNET_PRIMARY] = { set_subnet, OF_FAMILY, 0, PATH_PRIMARY },
    [TAG_SUBNET_SECONDARY] = { set_subnet, OF_FAMILY, 0, PATH_SECONDARY },
    [TAG_ROUTE_FILTER_ID] = { set_filter, FAMILY_AT(route_filter), 0 },
    [TAG_PREFIXES] = { list_prefix, OF_FAMILY, 0, 0 },
    [TAG_PREFIXES_STATE] = { set_word, FAMILY_AT(prefixes_state), WORDS_PREFIXES },
    [TAG_CUSTOMER_ASN] = { set_number, FAMILY_AT(customer_asn), 0 },
    [TAG_REGISTRY] = { set_text, FAMILY_AT(registry), 0 },
    [TAG_PREFIX] = { set_prefix, OF_FAMILY, 0, 0 },
    [TAG_PREFIX_STATE] = { set_prefix_state, OF_FAMILY, 0, WORDS_PREFIXES },
    [TAG_DIRECT_PORT_ID] = { set_text, SAMPLE_AT(port), 0 },
    [TAG_CONNECTION_ID] = { set_text, PEERING_AT(connection), 0 },
    [TAG_LINK_NAME] = { set_text, LINK_AT(name), 0 },
    [TAG_LINK_STATUS] = { set_word, LINK_AT(status), WORDS_REACH },
    [TAG_LINK_OPERATION] = { set_word, LINK_AT(operation), WORDS_OPERATION },
    [TAG_LINK_PEER] = { set_text, LINK_AT(peer), 0 },
    [TAG_LINK_IPV6_STATUS] = { set_word, LINK_AT(ipv6_status), WORDS_REACH },
};

bool circuit_take(void *into, int tag, const struct json_value *value)
{
    assert(tag < CIRCUIT_TAGS && fields[tag].set != NULL);
    return fields[tag].set(into, &fields[tag], value);
}
