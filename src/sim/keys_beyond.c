/*
 * The keys of what lies beyond circuits in a scenario: gateway connections, ports, events of Service Health, Global
 * Reach and Resource Health. Nothing is decided here.
 */
#include "core/words.h"
#include "sim/keys.h"

#define END { .name = NULL }

static const enum word_list operation_words = WORDS_OPERATION, switch_words = WORDS_SWITCH;

static const char *const line_words[] = { "up", "down", "gap", NULL };
static const char *const path_words[] = { "primary", "secondary", NULL };
static const char *const spelling_words[] = { "occurred", "occured", "both", NULL };

const struct field health_fields[] = {
    { "state", FIELD_TEXT, NULL, 0, 0, false, "Available", "`availabilityState`" },
    { "title", FIELD_TEXT, NULL, 0, 0, true, "", "`title`; the state when not given" },
    { "summary", FIELD_TEXT, NULL, 0, 0, true, "", "`summary`; made up when not given" },
    { "reason", FIELD_TEXT, NULL, 0, 0, true, "", "`reasonType`; Unplanned unless Available" },
    { "chronicity", FIELD_TEXT, NULL, 0, 0, true, "Persistent", "`reasonChronicity`" },
    { "spelling", FIELD_CHOICE, spelling_words, 0, 0, false, "occurred",
      "write occurredTime, the misspelt occuredTime, or both" },
    END,
};

const struct field reach_fields[] = {
    { "peer", FIELD_TEXT, NULL, 0, 0, true, "", "the other circuit: a name in the same group, or an id" },
    { "status", FIELD_TEXT, NULL, 0, 0, true, "Connected", "`circuitConnectionStatus`" },
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState` of the connection" },
    { "prefix", FIELD_NET, NULL, 0, 0, true, "192.168.255.0/29", "`addressPrefix`" },
    { "ipv6_prefix", FIELD_NET, NULL, 0, 0, true, "", "`addressPrefix` of the IPv6 side; there only when given" },
    { "ipv6_status", FIELD_TEXT, NULL, 0, 0, true, "Connected", "`circuitConnectionStatus` of the IPv6 side" },
    { "peered", FIELD_YES_NO, NULL, 0, 0, false, "no",
      "the other circuit's owner has made it: it stands in `peeredConnections`" },
    { "etag", FIELD_TEXT, NULL, 0, 0, true, "", "a GUID; made anew with each change when not given" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer" },
    END,
};

const struct field connection_fields[] = {
    { "name", FIELD_TEXT, NULL, 0, 0, false, "", "the resource's name; must be given" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, "", "when it is not the scenario's" },
    { "group", FIELD_TEXT, NULL, 0, 0, false, "net", "the resource group" },
    { "location", FIELD_TEXT, NULL, 0, 0, true, "uksouth", "the Azure region" },
    { "type", FIELD_TEXT, NULL, 0, 0, true, "ExpressRoute", "`connectionType`; also IPsec, Vnet2Vnet and others" },
    { "circuit", FIELD_TEXT, NULL, 0, 0, true, "", "the circuit it leads to: a name, or an id" },
    { "gateway", FIELD_TEXT, NULL, 0, 0, true, "gateway", "the virtual network gateway" },
    { "wan", FIELD_TEXT, NULL, 0, 0, false, "",
      "the ExpressRoute gateway of Virtual WAN that it belongs to instead" },
    { "status", FIELD_TEXT, NULL, 0, 0, true, "Connected",
      "`connectionStatus`, which only the answer about it alone shows: Connected, Connecting, NotConnected, Unknown" },
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState`" },
    { "weight", FIELD_NUMBER, NULL, 0, 32000, true, "0", "`routingWeight`" },
    { "bytes_in", FIELD_NUMBER, NULL, 0, INT64_MAX, true, "0", "`ingressBytesTransferred`" },
    { "bytes_out", FIELD_NUMBER, NULL, 0, INT64_MAX, true, "0", "`egressBytesTransferred`" },
    { "routing", FIELD_ANY, NULL, 0, 0, true, "", "`routingConfiguration` of one of Virtual WAN" },
    { "resource_guid", FIELD_TEXT, NULL, 0, 0, true, "", "`resourceGuid`; made from the id when not given" },
    { "etag", FIELD_TEXT, NULL, 0, 0, true, "", "a GUID; made anew with each change when not given" },
    { "deleted", FIELD_YES_NO, NULL, 0, 0, false, "no", "the resource does not exist (any more)" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer" },
    END,
};

static const struct field link_fields[] = {
    { "admin", FIELD_STATE, &switch_words, 0, 0, true, "Enabled", "`adminState`, and the metric AdminState" },
    { "line", FIELD_CHOICE, line_words, 0, 0, false, "up", "the metric LineProtocol: up, down or gap" },
    { "rx", FIELD_LIGHT, NULL, 0, 0, false, "-2.5", "the metric RxLightLevel in dBm; a list has one for each lane" },
    { "tx", FIELD_LIGHT, NULL, 0, 0, false, "-2.5", "the metric TxLightLevel in dBm" },
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState` of the link" },
    { "router", FIELD_TEXT, NULL, 0, 0, true, "", "`routerName`; made up when not given" },
    { "interface", FIELD_TEXT, NULL, 0, 0, true, "xe-1/1/11:3", "`interfaceName`" },
    { "panel", FIELD_TEXT, NULL, 0, 0, true, "", "`patchPanelId`; made up when not given" },
    { "rack", FIELD_TEXT, NULL, 0, 0, true, "", "`rackId`; made up when not given" },
    { "connector", FIELD_TEXT, NULL, 0, 0, true, "LC", "`connectorType`" },
    { "cipher", FIELD_TEXT, NULL, 0, 0, true, "GcmAes128", "of MACsec" },
    END,
};

static const struct field links_fields[] = {
    { "one", FIELD_MAP, link_fields, 0, 0, true, "", "link1; null takes it away" },
    { "two", FIELD_MAP, link_fields, 0, 0, true, "", "link2; null takes it away" },
    END,
};

const struct field port_fields[] = {
    { "name", FIELD_TEXT, NULL, 0, 0, false, "", "the resource's name, by which circuits name it in `direct`" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, "", "when it is not the scenario's" },
    { "group", FIELD_TEXT, NULL, 0, 0, false, "net", "the resource group" },
    { "location", FIELD_TEXT, NULL, 0, 0, true, "uksouth", "the Azure region" },
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState`" },
    { "peering_location", FIELD_TEXT, NULL, 0, 0, true, "Equinix-London-LD5", "`peeringLocation`" },
    { "bandwidth", FIELD_NUMBER, NULL, 0, 400, true, "10", "in Gbit/s" },
    { "encapsulation", FIELD_TEXT, NULL, 0, 0, true, "QinQ", "`encapsulation`" },
    { "mtu", FIELD_TEXT, NULL, 0, 0, true, "1500", "`mtu`, which is a text" },
    { "ether_type", FIELD_TEXT, NULL, 0, 0, true, "0x8100", "`etherType`" },
    { "allocated", FIELD_TEXT, NULL, 0, 0, true, "Tuesday, July 13, 2021", "`allocationDate`" },
    { "links", FIELD_MAP, links_fields, 0, 0, false, "", "its two links" },
    { "metrics_error", FIELD_TEXT, NULL, 0, 0, true, "", "`errorCode` of its metrics, which then have no series" },
    { "resource_guid", FIELD_TEXT, NULL, 0, 0, true, "", "`resourceGuid`; made from the id when not given" },
    { "etag", FIELD_TEXT, NULL, 0, 0, true, "", "a GUID; made anew with each change when not given" },
    { "deleted", FIELD_YES_NO, NULL, 0, 0, false, "no", "the resource does not exist (any more)" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer" },
    END,
};

const struct field health_event_fields_set[] = {
    { "name", FIELD_TEXT, NULL, 0, 0, false, "", "the tracking id; must be given" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, "", "whose event it is, when it is not the scenario's" },
    { "type", FIELD_TEXT, NULL, 0, 0, true, "PlannedMaintenance",
      "`eventType`; also ServiceIssue, HealthAdvisory, RCA and SecurityAdvisory" },
    { "status", FIELD_TEXT, NULL, 0, 0, true, "Active", "`status`: Active, or Resolved when it is over or called off" },
    { "title", FIELD_TEXT, NULL, 0, 0, true, "", "`title`; made up when not given" },
    { "summary", FIELD_TEXT, NULL, 0, 0, true, "", "`summary`; made up when not given, and may name the path" },
    { "level", FIELD_TEXT, NULL, 0, 0, true, "Warning", "`level`" },
    { "service", FIELD_TEXT, NULL, 0, 0, false, "ExpressRoute", "`impactedService`" },
    { "regions", FIELD_TEXTS, NULL, 0, 0, false, "UK South", "`impactedRegions`" },
    { "announced", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "0s", "when it appears, in the story's time" },
    { "from", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "0s", "`impactStartTime`, in the story's time" },
    { "until", FIELD_DURATION, NULL, 0, 365 * DAY_MS, true, "", "`impactMitigationTime`, in the story's time" },
    { "path", FIELD_CHOICE, path_words, 0, 0, false, "", "the path that the summary names" },
    { "circuits", FIELD_TEXT, NULL, 0, 0, false, "",
      "a pattern for the circuits that are its impacted resources; without it the event names none" },
    { "deleted", FIELD_YES_NO, NULL, 0, 0, false, "no", "it is not shown (any more)" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer" },
    END,
};

/* An event of the story that changes something else than circuits. */
#define EVENT_FIELDS(whose, set) \
    { \
        { "at", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "0s", "when, in the story's time" }, \
        { whose, FIELD_TEXT, NULL, 0, 0, false, "", "a pattern for the names of those that change" }, \
        { "set", FIELD_MAP, set, 0, 0, false, "", "their keys and their new values" }, \
        { "fault", FIELD_MAP, fault_fields, 0, 0, false, "", "a fault that begins" }, \
        { "clear", FIELD_TEXT, NULL, 0, 0, false, "", "the name of a fault that ends, or \"all\"" }, \
        { "say", FIELD_TEXT, NULL, 0, 0, false, "", "a sentence for standard error, to follow the story by" }, END, \
    }

const struct field connection_event_fields[] = EVENT_FIELDS("connection", connection_fields);
const struct field port_event_fields[] = EVENT_FIELDS("port", port_fields);
const struct field health_event_fields[] = EVENT_FIELDS("event", health_event_fields_set);
