/*
 * The keys of a circuit that matter, where each stands, and which type it must have. Whatever else an answer holds
 * (authorizations, tags, properties of newer versions) passes by unread.
 */
#include "azure/circuit.h"

static const struct json_key info_keys[] = {
    JSON_KEY_TEXT("prefix", TAG_PREFIX),
    JSON_KEY_TEXT("validationState", TAG_PREFIX_STATE),
    JSON_KEYS_END,
};
static const struct json_shape info_shape = { info_keys };

static const struct json_key config_keys[] = {
    JSON_KEY_TEXTS("advertisedPublicPrefixes", TAG_PREFIXES),
    JSON_KEY_TEXT("advertisedPublicPrefixesState", TAG_PREFIXES_STATE),
    JSON_KEY_NUMBER("customerASN", TAG_CUSTOMER_ASN),
    JSON_KEY_TEXT("routingRegistryName", TAG_REGISTRY),
    JSON_KEY_OBJECTS("advertisedPublicPrefixInfo", TAG_PREFIX_INFO, &info_shape),
    JSON_KEYS_END,
};
static const struct json_shape config_shape = { config_keys };

static const struct json_key filter_keys[] = { JSON_KEY_TEXT("id", TAG_ROUTE_FILTER_ID), JSON_KEYS_END };
static const struct json_shape filter_shape = { filter_keys };

static const struct json_key ipv6_keys[] = {
    JSON_KEY_TEXT("state", TAG_STATE),
    JSON_KEY_TEXT("primaryPeerAddressPrefix", TAG_SUBNET_PRIMARY),
    JSON_KEY_TEXT("secondaryPeerAddressPrefix", TAG_SUBNET_SECONDARY),
    JSON_KEY_OBJECT("microsoftPeeringConfig", TAG_CONFIG, &config_shape),
    JSON_KEY_OBJECT("routeFilter", TAG_ROUTE_FILTER, &filter_shape),
    JSON_KEYS_END,
};
static const struct json_shape ipv6_shape = { ipv6_keys };

/* Global Reach. The key that authorises such a link is a secret and passes by unread. */
static const struct json_key link_peer_keys[] = { JSON_KEY_TEXT("id", TAG_LINK_PEER), JSON_KEYS_END };
static const struct json_shape link_peer_shape = { link_peer_keys };

static const struct json_key link_ipv6_keys[] = {
    JSON_KEY_TEXT("circuitConnectionStatus", TAG_LINK_IPV6_STATUS),
    JSON_KEYS_END,
};
static const struct json_shape link_ipv6_shape = { link_ipv6_keys };

static const struct json_key link_property_keys[] = {
    JSON_KEY_TEXT("circuitConnectionStatus", TAG_LINK_STATUS),
    JSON_KEY_TEXT("provisioningState", TAG_LINK_OPERATION),
    JSON_KEY_OBJECT("peerExpressRouteCircuitPeering", TAG_LINK_PROPERTIES, &link_peer_shape),
    JSON_KEY_OBJECT("ipv6CircuitConnectionConfig", TAG_LINK_PROPERTIES, &link_ipv6_shape),
    JSON_KEYS_END,
};
static const struct json_shape link_property_shape = { link_property_keys };

static const struct json_key link_keys[] = {
    JSON_KEY_TEXT("name", TAG_LINK_NAME),
    JSON_KEY_OBJECT("properties", TAG_LINK_PROPERTIES, &link_property_shape),
    JSON_KEYS_END,
};
static const struct json_shape link_shape = { link_keys };

static const struct json_key connection_keys[] = { JSON_KEY_TEXT("id", TAG_CONNECTION_ID), JSON_KEYS_END };
static const struct json_shape connection_shape = { connection_keys };

static const struct json_key peering_property_keys[] = {
    JSON_KEY_TEXT("peeringType", TAG_PEERING_TYPE),
    JSON_KEY_TEXT("state", TAG_STATE),
    JSON_KEY_TEXT("provisioningState", TAG_PEERING_OPERATION),
    JSON_KEY_NUMBER("azureASN", TAG_AZURE_ASN),
    JSON_KEY_NUMBER("peerASN", TAG_PEER_ASN),
    JSON_KEY_NUMBER("vlanId", TAG_VLAN),
    JSON_KEY_TEXT("primaryPeerAddressPrefix", TAG_SUBNET_PRIMARY),
    JSON_KEY_TEXT("secondaryPeerAddressPrefix", TAG_SUBNET_SECONDARY),
    JSON_KEY_TEXT("primaryAzurePort", TAG_PORT_PRIMARY),
    JSON_KEY_TEXT("secondaryAzurePort", TAG_PORT_SECONDARY),
    JSON_KEY_TEXT("lastModifiedBy", TAG_MODIFIED_BY),
    JSON_KEY_OBJECT("microsoftPeeringConfig", TAG_CONFIG, &config_shape),
    JSON_KEY_OBJECT("ipv6PeeringConfig", TAG_IPV6, &ipv6_shape),
    JSON_KEY_OBJECT("routeFilter", TAG_ROUTE_FILTER, &filter_shape),
    JSON_KEY_OBJECT("expressRouteConnection", TAG_CONNECTION, &connection_shape),
    JSON_KEY_OBJECTS("connections", TAG_LINKS, &link_shape),
    JSON_KEY_OBJECTS("peeredConnections", TAG_PEERED_LINKS, &link_shape),
    JSON_KEYS_END,
};
static const struct json_shape peering_property_shape = { peering_property_keys };

static const struct json_key peering_keys[] = {
    JSON_KEY_TEXT("name", TAG_PEERING_NAME),
    JSON_KEY_OBJECT("properties", TAG_PEERING_PROPERTIES, &peering_property_shape),
    JSON_KEYS_END,
};
static const struct json_shape peering_shape = { peering_keys };

static const struct json_key provider_keys[] = {
    JSON_KEY_TEXT("serviceProviderName", TAG_PROVIDER_NAME),
    JSON_KEY_TEXT("peeringLocation", TAG_PEERING_LOCATION),
    JSON_KEY_NUMBER("bandwidthInMbps", TAG_BANDWIDTH),
    JSON_KEYS_END,
};
static const struct json_shape provider_shape = { provider_keys };

static const struct json_key port_keys[] = { JSON_KEY_TEXT("id", TAG_DIRECT_PORT_ID), JSON_KEYS_END };
static const struct json_shape port_shape = { port_keys };

static const struct json_key property_keys[] = {
    JSON_KEY_TEXT("provisioningState", TAG_OPERATION),
    JSON_KEY_TEXT("circuitProvisioningState", TAG_CIRCUIT_STATE),
    JSON_KEY_TEXT("serviceProviderProvisioningState", TAG_PROVIDER_STATE),
    JSON_KEY_TEXT("serviceKey", TAG_SERVICE_KEY),
    JSON_KEY_NUMBER("stag", TAG_STAG),
    JSON_KEY_NUMBER("bandwidthInGbps", TAG_BANDWIDTH_GIGABITS),
    JSON_KEY_OBJECT("serviceProviderProperties", TAG_PROVIDER, &provider_shape),
    JSON_KEY_OBJECT("expressRoutePort", TAG_DIRECT_PORT, &port_shape),
    JSON_KEY_OBJECTS("peerings", TAG_PEERINGS, &peering_shape),
    JSON_KEYS_END,
};
static const struct json_shape property_shape = { property_keys };

static const struct json_key sku_keys[] = {
    JSON_KEY_TEXT("tier", TAG_SKU_TIER),
    JSON_KEY_TEXT("family", TAG_SKU_FAMILY),
    JSON_KEYS_END,
};
static const struct json_shape sku_shape = { sku_keys };

static const struct json_key circuit_keys[] = {
    JSON_KEY_TEXT("id", TAG_ID),
    JSON_KEY_TEXT("name", TAG_NAME),
    JSON_KEY_TEXT("type", TAG_TYPE),
    JSON_KEY_TEXT("location", TAG_LOCATION),
    JSON_KEY_OBJECT("sku", TAG_SKU, &sku_shape),
    JSON_KEY_OBJECT("properties", TAG_PROPERTIES, &property_shape),
    JSON_KEYS_END,
};
const struct json_shape circuit_shape = { circuit_keys };
