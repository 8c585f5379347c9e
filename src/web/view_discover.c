/* The circuits that credentials can see, as JSON: what an entry of the settings needs to know of each. */
#include "web/entry.h"
#include "web/list.h"
#include "web/put.h"
#include "web/view.h"

#include <string.h>

static json_t *families(const struct peering_sample *peering)
{
    json_t *list = put_array_new();

    for (unsigned i = 0; i < FAMILIES; i++)
        if (peering->family[i].in_use)
            put_item(list, put_string(family_name(i)));
    return list;
}

static json_t *peerings(const struct sample *sample)
{
    json_t *list = put_array_new();

    for (unsigned i = 0; i < PEERINGS; i++) {
        if (!sample->peering[i].present)
            continue;
        json_t *entry = put_object_new();
        put_text(entry, "name", peering_name(i));
        put_value(entry, "families", families(&sample->peering[i]));
        put_item(list, entry);
    }
    return list;
}

/* Of the Microsoft peering; as networks, because what was typed in Azure may have bits behind the length. */
static json_t *prefixes(const struct sample *sample)
{
    const struct peering_sample *peering = &sample->peering[PEERING_MICROSOFT];
    json_t *list = put_array_new();
    char text[NET_TEXT_MAX];

    for (unsigned i = 0; peering->present && i < FAMILIES; i++)
        for (unsigned j = 0; j < peering->family[i].prefix_count; j++) {
            const struct net *net = &sample->prefix[peering->family[i].prefix_first + j].net;
            if (net->length != NET_NONE.length)
                put_item(list, put_string(net_format(net, text)));
        }
    return list;
}

void view_discover_circuit(struct view_list *list, const struct seen_view *seen)
{
    const struct sample *sample = seen->sample;
    const char *id = sample_text(sample, sample->id), *slash = strrchr(id, '/');
    json_t *entry = put_object_new();

    put_text(entry, "id", id);
    put_text(entry, "name", slash != NULL ? slash + 1 : id);
    put_bool(entry, "watched", seen->watched);
    put_text(entry, "credential", seen->credential);
    put_known(entry, "location", sample_text(sample, sample->location));
    put_known(entry, "provider", sample_text(sample, sample->provider_name));
    put_known(entry, "peering_location", sample_text(sample, sample->peering_location));
    put_count(entry, "bandwidth", sample->bandwidth_mbps > 0 ? (int64_t)sample->bandwidth_mbps : -1);
    put_bool(entry, "direct", sample->direct);
    put_text(entry, "circuit_state", sample_word(sample, sample->circuit, WORDS_CIRCUIT));
    put_text(entry, "provider_state", sample->direct ? NULL : sample_word(sample, sample->provider, WORDS_PROVIDER));
    put_value(entry, "peerings", peerings(sample));
    put_value(entry, "prefixes", prefixes(sample));
    list_add(list, entry);
}

char *view_discover_end(struct view_list *list, const struct discover_list_view *lists, size_t count, struct moment now)
{
    json_t *document = entry_document("discover", now), *array = put_array_new();

    for (size_t i = 0; i < count; i++) {
        json_t *entry = put_object_new();
        put_known(entry, "subscription", lists[i].subscription);
        put_text(entry, "credential", lists[i].credential);
        put_number(entry, "circuits", (int64_t)lists[i].circuits);
        put_known(entry, "trouble", lists[i].trouble);
        put_item(array, entry);
    }
    put_value(document, "lists", array);
    return list_end(list, document, "circuits");
}
