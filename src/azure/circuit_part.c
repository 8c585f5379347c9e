/*
 * The parts of one circuit of ARM's answer: what happens when one of its objects and arrays opens and closes, up to the
 * whole. A peering is read into a scratch one, because its kind may come after its values; one of an unknown kind is
 * counted and left out.
 */
#include "azure/circuit.h"

#include "azure/request.h"

#include <assert.h>
#include <string.h>

static bool properties(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    (void)type;
    (void)opens;
    decoder->properties = true;
    return true;
}

static bool direct_port(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    (void)type;
    (void)opens;
    decoder->sample->direct = true;
    return true;
}

static void begin_peering(struct circuit_decoder *decoder)
{
    memset(&decoder->peering, 0, sizeof decoder->peering);
    for (size_t family = 0; family < FAMILIES; family++)
        for (size_t path = 0; path < PATHS; path++)
            decoder->peering.family[family].subnet[path] = NET_NONE;
    decoder->by_type = decoder->by_name = PEERING_NONE;
    decoder->named = false;
    decoder->family = FAMILY_IPV4;
    decoder->prefix_mark = decoder->sample->prefix_count;
    decoder->link_mark = decoder->sample->link_count;
    decoder->text_mark = decoder->sample->text_len;
}

static bool end_peering(struct circuit_decoder *decoder)
{
    struct sample *sample = decoder->sample;
    enum peering_kind kind = decoder->by_type != PEERING_NONE ? decoder->by_type : decoder->by_name;

    if (!decoder->named)
        return circuit_refuse(decoder, "has a peering without a name");
    if (decoder->by_type != PEERING_NONE && decoder->by_name != PEERING_NONE && decoder->by_type != decoder->by_name)
        return circuit_refuse(decoder, "has a peering whose name is another one's");
    if (sample->peering_count < UINT8_MAX)
        sample->peering_count++;
    if (kind != PEERING_PRIVATE) /* Global Reach is of the private peering; elsewhere the lists mean nothing */
        sample->link_count = decoder->link_mark;
    if (kind == PEERING_NONE) {
        sample->prefix_count = decoder->prefix_mark;
        sample->text_len = decoder->text_mark;
        return true;
    }
    if (sample->peering[kind].present)
        return circuit_refuse(decoder, "has the same peering twice");
    decoder->peering.present = true;
    memcpy(&sample->peering[kind], &decoder->peering, sizeof decoder->peering);
    return true;
}

static bool peerings(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    if (type == JSON_ARRAY)
        decoder->sample->peerings_absent = false;
    else if (opens)
        begin_peering(decoder);
    else
        return end_peering(decoder);
    return true;
}

static bool ipv6(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    (void)type;
    decoder->family = opens ? FAMILY_IPV6 : FAMILY_IPV4;
    decoder->peering.family[FAMILY_IPV6].in_use = true;
    return true;
}

static bool config(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    struct family_sample *family = &decoder->peering.family[decoder->family];

    (void)type;
    family->config = true;
    if (opens)
        family->prefix_first = decoder->next_listed = decoder->sample->prefix_count;
    else
        family->prefix_count = (uint16_t)(decoder->sample->prefix_count - family->prefix_first);
    return true;
}

static bool prefix_info(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    if (type == JSON_ARRAY) {
        decoder->next_listed = decoder->peering.family[decoder->family].prefix_first;
        return true;
    }
    decoder->peering.family[decoder->family].prefix_info = true;
    if (!opens)
        return circuit_end_prefix(decoder);
    memset(&decoder->prefix, 0, sizeof decoder->prefix);
    decoder->prefix.net = NET_NONE;
    return true;
}

static bool take_link(struct circuit_decoder *decoder, enum json_type type, bool opens, bool peered)
{
    struct sample *sample = decoder->sample;

    if (type == JSON_ARRAY)
        return true;
    if (opens) {
        memset(&decoder->link, 0, sizeof decoder->link);
        decoder->link.peered = peered;
        return true;
    }
    if (sample->link_count == SAMPLE_LINKS_MAX)
        return circuit_refuse(decoder, "has more Global Reach links than a circuit can have");
    memcpy(&sample->link[sample->link_count++], &decoder->link, sizeof decoder->link); /* with its paddings */
    return true;
}

static bool links(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    return take_link(decoder, type, opens, false);
}

static bool peered_links(struct circuit_decoder *decoder, enum json_type type, bool opens)
{
    return take_link(decoder, type, opens, true);
}

typedef bool part(struct circuit_decoder *decoder, enum json_type type, bool opens);

static part *const parts[CIRCUIT_TAGS] = {
    [TAG_PROPERTIES] = properties, [TAG_DIRECT_PORT] = direct_port, [TAG_PEERINGS] = peerings, [TAG_IPV6] = ipv6,
    [TAG_CONFIG] = config,         [TAG_PREFIX_INFO] = prefix_info, [TAG_LINKS] = links,
    [TAG_PEERED_LINKS] = peered_links,
};

bool circuit_enter(void *into, int tag, enum json_type type, bool opens)
{
    assert(tag < CIRCUIT_TAGS);
    return parts[tag] == NULL || parts[tag](into, type, opens);
}

/* ---- a whole circuit ---- */

void circuit_begin(struct circuit_decoder *decoder, struct sample *sample)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->sample = sample;
    sample_reset(sample);
    sample->peerings_absent = true;
}

bool circuit_end(struct circuit_decoder *decoder)
{
    struct sample *sample = decoder->sample;
    struct arm_id id;

    if (decoder->wrong_type || !decoder->properties || !arm_id_parse(sample_text(sample, sample->id), &id))
        return circuit_refuse(decoder, "is no ExpressRoute circuit");
    if (sample->name == 0)
        sample->name = sample_add_text(sample, id.name, id.name_len);
    return true;
}
