/*
 * Circuits and peerings as Resource Manager writes them: the same properties in the same order as in recorded answers,
 * each from the API version on that has it. An answer equal to a recorded one is the test of this file.
 */
#include "sim/render.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/put.h"
#include "sim/reach.h"

#include <stdio.h>
#include <strings.h>

/* From which version on answers had a property (recorded answers; the description is sometimes a version earlier). */
#define SINCE_CONNECTIONS "2018-02-01"
#define SINCE_ALLOW_GLOBAL_REACH "2018-07-01"
#define SINCE_STAG "2018-08-01"
#define SINCE_TYPE "2018-10-01"
#define SINCE_GLOBAL_REACH "2018-12-01"
#define SINCE_DIRECT_LIMIT "2023-11-01"
#define SINCE_PREFIX_INFO "2024-05-01"

static bool since(const struct look *look, const char *version)
{
    return strcmp(look->api_version, version) >= 0; /* "2024-05-01" sorts by time */
}

/* ---- Microsoft peering: the prefixes ---- */

/* At the peering's level there is no word for the single states: configured when all are, else not. */
static const char *prefixes_follow(const json_t *prefixes)
{
    const char *prefix;
    json_t *state;
    bool all = true, configuring = false;

    if (json_object_size(prefixes) == 0)
        return "NotConfigured";
    json_object_foreach ((json_t *)prefixes, prefix, state) {
        const char *word = json_string_value(state);
        all = all && word != NULL && strcmp(word, "Configured") == 0;
        configuring = configuring || (word != NULL && strcmp(word, "Configuring") == 0);
    }
    return all ? "Configured" : configuring ? "Configuring" : "ValidationNeeded";
}

static const char *service_key(const struct circuit *circuit, char made[GUID_TEXT])
{
    return state_text(circuit->state, "service_key", guid_derived("service key", circuit->id, made));
}

static json_t *prefix_info(const struct circuit *circuit, const json_t *side, int64_t asn)
{
    json_t *list = json_array(), *state;
    const char *prefix, *key;
    char made[GUID_TEXT];

    key = service_key(circuit, made);
    json_object_foreach (json_object_get(side, "prefixes"), prefix, state) {
        char *validation = text_format("Azure-SKEY|%s|%s|ASN-%lld", key != NULL ? key : "", prefix, (long long)asn);
        json_t *one = json_pack("{s:s, s:s, s:s}", "prefix", prefix, "validationId", validation, "signature", "");
        put_text(one, "validationState", json_string_value(state));
        json_array_append_new(list, one);
        free(validation);
    }
    return list;
}

static json_t *render_prefixes(const struct circuit *circuit, const json_t *peering, const json_t *side,
                               const struct look *look)
{
    json_t *config = json_object(), *list = json_array(), *state;
    const json_t *prefixes = json_object_get(side, "prefixes"), *communities = json_object_get(side, "communities");
    const char *prefix;
    int64_t customer = state_number(side, "customer_asn", 0, NULL);

    json_object_foreach ((json_t *)prefixes, prefix, state)
        json_array_append_new(list, json_string(prefix));
    json_object_set_new(config, "advertisedPublicPrefixes", list);
    if (!json_is_null(communities))
        json_object_set_new(config, "advertisedCommunities",
                            communities != NULL ? json_deep_copy(communities) : json_array());
    put_state(config, "advertisedPublicPrefixesState", side, "prefixes_state", prefixes_follow(prefixes));
    put_number(config, "customerASN", side, "customer_asn", 0);
    json_object_set_new(config, "legacyMode", json_integer(0));
    put_state(config, "routingRegistryName", side, "registry", "NONE");
    if (since(look, SINCE_PREFIX_INFO) && json_object_size(prefixes) != 0 &&
        !json_is_false(json_object_get(side, "prefix_info")))
        json_object_set_new(config, "advertisedPublicPrefixInfo",
                            prefix_info(circuit, side,
                                        customer != 0 ? customer : state_number(peering, "asn", 65100, NULL)));
    return config;
}

/* ---- peerings ---- */

static void put_subnets(json_t *into, const struct circuit *circuit, enum peering_kind kind, enum family family)
{
    char subnet[NET_TEXT_MAX];

    for (enum path path = 0; path < PATHS; path++)
        if (*peering_subnet(circuit, kind, family, path, subnet) != '\0')
            put_text(into, path == PATH_PRIMARY ? "primaryPeerAddressPrefix" : "secondaryPeerAddressPrefix", subnet);
}

/* A Microsoft peering has prefixes; other kinds show the object only when the scenario names a state for it. */
static bool has_prefixes(enum peering_kind kind, const json_t *side)
{
    return side != NULL && (kind == PEERING_MICROSOFT || json_object_get(side, "prefixes_state") != NULL);
}

static json_t *render_ipv6(const struct circuit *circuit, enum peering_kind kind, const json_t *peering,
                           const json_t *side, const struct look *look)
{
    json_t *config = json_object();

    put_subnets(config, circuit, kind, FAMILY_IPV6);
    put_state(config, "state", side, "state", "Enabled");
    if (has_prefixes(kind, side))
        json_object_set_new(config, "microsoftPeeringConfig", render_prefixes(circuit, peering, side, look));
    put_reference(config, "routeFilter", circuit->subscription, circuit->group, "routeFilters",
                  state_text(side, "route_filter", NULL));
    return config;
}

/* Global Reach: of the private peering only. */
static json_t *links_of(const struct circuit *circuit, enum peering_kind kind, bool peered, const struct look *look)
{
    return kind == PEERING_PRIVATE ? render_reaches(circuit, peered, look) : json_array();
}

static json_t *peering_properties(const struct circuit *circuit, enum peering_kind kind, const struct look *look)
{
    const json_t *peering = circuit_peering(circuit, kind);
    const json_t *ipv4 = peering_family(peering, FAMILY_IPV4), *ipv6 = peering_family(peering, FAMILY_IPV6);
    json_t *p = json_object();

    put_state(p, "provisioningState", peering, "operation", "Succeeded");
    put_text(p, "peeringType", peering_arm_name(kind));
    put_number(p, "azureASN", peering, "azure_asn", 12076);
    put_number(p, "peerASN", peering, "asn", 65100);
    put_subnets(p, circuit, kind, FAMILY_IPV4);
    put_state(p, "primaryAzurePort", peering, "primary_port", "");
    put_state(p, "secondaryAzurePort", peering, "secondary_port", "");
    /* the outer state speaks of IPv4 only: an IPv6-only peering shows Disabled */
    put_text(p, "state", ipv4 != NULL ? state_text(ipv4, "state", "Enabled") : "Disabled");
    put_number(p, "vlanId", peering, "vlan", 100);
    put_state(p, "gatewayManagerEtag", peering, "gateway_etag", state_text(circuit->state, "gateway_etag", ""));
    put_state(p, "lastModifiedBy", peering, "modified_by", "Customer");
    if (has_prefixes(kind, ipv4))
        json_object_set_new(p, "microsoftPeeringConfig", render_prefixes(circuit, peering, ipv4, look));
    put_reference(p, "routeFilter", circuit->subscription, circuit->group, "routeFilters",
                  state_text(ipv4, "route_filter", NULL));
    if (ipv6 != NULL)
        json_object_set_new(p, "ipv6PeeringConfig", render_ipv6(circuit, kind, peering, ipv6, look));
    if (since(look, SINCE_CONNECTIONS))
        json_object_set_new(p, "connections", links_of(circuit, kind, false, look));
    if (since(look, SINCE_TYPE))
        json_object_set_new(p, "peeredConnections", links_of(circuit, kind, true, look));
    put_extra(p, json_object_get(peering, "extra"));
    return p;
}

json_t *render_peering(const struct circuit *circuit, enum peering_kind kind, const struct look *look)
{
    json_t *out = json_object();
    char tail[64];

    snprintf(tail, sizeof tail, "/peerings/%s", peering_arm_name(kind));
    put_text(out, "name", peering_arm_name(kind));
    put_id(out, "id", circuit->id, tail, look);
    put_etag(out, circuit->state, circuit->id, circuit->changes);
    json_object_set_new(out, "properties", peering_properties(circuit, kind, look));
    if (since(look, SINCE_TYPE))
        put_text(out, "type", "Microsoft.Network/expressRouteCircuits/peerings");
    return out;
}

static json_t *peering_list(const struct circuit *circuit, const struct look *look)
{
    json_t *list = json_array();

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (circuit_peering(circuit, kind) != NULL)
            json_array_append_new(list, render_peering(circuit, kind, look));
    return list;
}

json_t *render_peerings(const struct circuit *circuit, const struct look *look)
{
    return json_pack("{s:o}", "value", peering_list(circuit, look));
}

/* ---- the circuit ---- */

static void put_provider(json_t *p, const struct circuit *circuit)
{
    const char *port = state_text(circuit->state, "direct", NULL);
    bool absent;
    int64_t bandwidth = state_number(circuit->state, "bandwidth", 1000, &absent);

    if (port != NULL) {
        put_reference(p, "expressRoutePort", circuit->subscription, circuit->group, "expressRoutePorts", port);
        if (!absent)
            json_object_set_new(p, "bandwidthInGbps", json_real((double)bandwidth / 1000));
        return;
    }
    json_t *provider = json_object();
    put_state(provider, "serviceProviderName", circuit->state, "provider", "Equinix");
    put_state(provider, "peeringLocation", circuit->state, "peering_location", "London");
    put_number(provider, "bandwidthInMbps", circuit->state, "bandwidth", 1000);
    json_object_set_new(p, "serviceProviderProperties", provider);
}

static void put_newer(json_t *p, const struct circuit *circuit, const struct look *look)
{
    const json_t *state = circuit->state, *reach = json_object_get(state, "global_reach");
    bool on = json_is_true(reach);

    if (since(look, SINCE_ALLOW_GLOBAL_REACH) && !json_is_null(reach))
        json_object_set_new(p, "allowGlobalReach", json_boolean(on));
    if (since(look, SINCE_GLOBAL_REACH) && !json_is_null(reach))
        json_object_set_new(p, "globalReachEnabled", json_boolean(on));
    if (since(look, SINCE_DIRECT_LIMIT))
        json_object_set_new(p, "enableDirectPortRateLimit", json_false());
    if (since(look, SINCE_STAG) && json_object_get(state, "stag") != NULL)
        put_number(p, "stag", state, "stag", 0);
}

static json_t *circuit_properties(const struct circuit *circuit, const struct look *look)
{
    const json_t *state = circuit->state;
    json_t *p = json_object();
    char made[GUID_TEXT];

    put_state(p, "provisioningState", state, "operation", "Succeeded");
    put_state(p, "resourceGuid", state, "resource_guid", guid_derived("resource", circuit->id, made));
    if (!json_is_null(json_object_get(state, "peerings")))
        json_object_set_new(p, "peerings", peering_list(circuit, look));
    json_object_set_new(p, "authorizations", json_array());
    put_provider(p, circuit);
    put_state(p, "circuitProvisioningState", state, "circuit_state", "Enabled");
    json_object_set_new(p, "allowClassicOperations", json_false());
    put_state(p, "gatewayManagerEtag", state, "gateway_etag", "");
    put_text(p, "serviceKey", service_key(circuit, made));
    /* not shown for circuits on ExpressRoute Direct, unless the scenario insists */
    put_state(p, "serviceProviderProvisioningState", state, "provider_state",
              state_text(state, "direct", NULL) != NULL ? NULL : "Provisioned");
    put_state(p, "serviceProviderNotes", state, "provider_notes", NULL);
    put_newer(p, circuit, look);
    put_extra(p, look->extra);
    put_extra(p, json_object_get(state, "extra"));
    return p;
}

json_t *render_circuit(const struct circuit *circuit, const struct look *look)
{
    const char *tier = state_text(circuit->state, "tier", "Standard");
    const char *family = state_text(circuit->state, "family", "MeteredData");
    const json_t *tags = json_object_get(circuit->state, "tags");
    json_t *out = json_object(), *sku = json_object();

    put_text(out, "name", circuit->name);
    put_id(out, "id", circuit->id, "", look);
    put_etag(out, circuit->state, circuit->id, circuit->changes);
    put_text(out, "type", "Microsoft.Network/expressRouteCircuits");
    put_state(out, "location", circuit->state, "location", "uksouth");
    if (json_is_object(tags))
        json_object_set_new(out, "tags", json_deep_copy(tags));
    json_object_set_new(out, "properties", circuit_properties(circuit, look));
    if (tier != NULL && family != NULL) {
        char *name = text_format("%s_%s", tier, family);
        put_text(sku, "name", name);
        free(name);
    }
    put_text(sku, "tier", tier);
    put_text(sku, "family", family);
    json_object_set_new(out, "sku", sku);
    return out;
}

const char *render_circuit_text(struct circuit *circuit, const struct look *look)
{
    if (circuit->text != NULL && circuit->text_changes == circuit->changes &&
        strcmp(circuit->text_version, look->api_version) == 0)
        return circuit->text;
    json_t *json = render_circuit(circuit, look);
    free(circuit->text);
    circuit->text = memory_or_die(json_dumps(json, JSON_COMPACT));
    json_decref(json);
    circuit->text_changes = circuit->changes;
    snprintf(circuit->text_version, sizeof circuit->text_version, "%s", look->api_version);
    return circuit->text;
}

json_t *render_stats(const struct circuit *circuit)
{
    const json_t *bytes = json_object_get(circuit->state, "bytes");
    json_t *out = json_object();

    put_number(out, "primaryBytesIn", bytes, "primary_in", 0);
    put_number(out, "primaryBytesOut", bytes, "primary_out", 0);
    put_number(out, "secondaryBytesIn", bytes, "secondary_in", 0);
    put_number(out, "secondaryBytesOut", bytes, "secondary_out", 0);
    return out;
}
