/*
 * The keys of a scenario: type, bounds, default and one sentence of help for each. Nothing is decided here.
 */
#include "sim/keys.h"

#include "core/words.h"
#include "sim/answer.h"
#include "sim/fault.h"

#define END { .name = NULL }

static const enum word_list circuit_words = WORDS_CIRCUIT, provider_words = WORDS_PROVIDER,
                            operation_words = WORDS_OPERATION, switch_words = WORDS_SWITCH,
                            prefixes_words = WORDS_PREFIXES;

static const char *const arp_words[] = { "complete", "incomplete", "microsoft-only", "on-prem-only", "empty", NULL };
static const char *const case_words[] = { "usual", "lower", "upper", NULL };
static const char *const quota_headers[] = { "subscription", "global", "resource", "none", NULL };
static const char *const retry_words[] = { "seconds", "date", "none", NULL };

static const struct field session_fields[] = {
    { "primary", FIELD_SESSION, NULL, 0, 0, false, "up", "the session on the primary path" },
    { "secondary", FIELD_SESSION, NULL, 0, 0, false, "up", "the session on the secondary path" },
    END,
};

static const struct field arp_fields[] = {
    { "primary", FIELD_CHOICE, arp_words, 0, 0, false, "complete", "the ARP table of the primary path" },
    { "secondary", FIELD_CHOICE, arp_words, 0, 0, false, "complete", "the ARP table of the secondary path" },
    END,
};

static const struct field metric_fields[] = {
    { "primary", FIELD_METRIC, NULL, 0, 0, false, "follow", "the metric of the primary path" },
    { "secondary", FIELD_METRIC, NULL, 0, 0, false, "follow", "the metric of the secondary path" },
    END,
};

static const struct field subnet_fields[] = {
    { "primary", FIELD_NET, NULL, 0, 0, true, "", "the subnet of the primary path; made up when not given" },
    { "secondary", FIELD_NET, NULL, 0, 0, true, "", "the subnet of the secondary path" },
    END,
};

static const struct field family_fields[] = {
    { "state", FIELD_STATE, &switch_words, 0, 0, true, "Enabled", "`state` of this address family" },
    { "subnets", FIELD_MAP, subnet_fields, 0, 0, false, "", "where the two sessions run" },
    { "sessions", FIELD_MAP, session_fields, 0, 0, false, "", "the two BGP sessions" },
    { "prefixes", FIELD_STATES, &prefixes_words, 0, 0, false, "",
      "advertised public prefixes, each with its `validationState`" },
    { "prefixes_state", FIELD_STATE, &prefixes_words, 0, 0, true, "",
      "`advertisedPublicPrefixesState`; follows the prefixes when not given" },
    { "prefix_info", FIELD_YES_NO, NULL, 0, 0, false, "yes",
      "show the states of single prefixes, as API versions from 2024-05-01 do" },
    { "customer_asn", FIELD_NUMBER, NULL, 0, 4294967295, true, "0", "`customerASN`; 0 is the same as the peer's" },
    { "registry", FIELD_TEXT, NULL, 0, 0, true, "NONE", "`routingRegistryName`" },
    { "communities", FIELD_TEXTS, NULL, 0, 0, true, "", "`advertisedCommunities`" },
    { "route_filter", FIELD_TEXT, NULL, 0, 0, true, "", "the name of the attached route filter" },
    END,
};

static const struct field peering_fields[] = {
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState` of the peering" },
    { "asn", FIELD_NUMBER, NULL, 1, 4294967295, true, "65100", "`peerASN`" },
    { "azure_asn", FIELD_NUMBER, NULL, 0, 4294967295, true, "12076", "`azureASN`" },
    { "vlan", FIELD_NUMBER, NULL, 0, 4095, true, "100", "`vlanId`" },
    { "modified_by", FIELD_TEXT, NULL, 0, 0, true, "Customer", "`lastModifiedBy`" },
    { "primary_port", FIELD_TEXT, NULL, 0, 0, true, "", "`primaryAzurePort`" },
    { "secondary_port", FIELD_TEXT, NULL, 0, 0, true, "", "`secondaryAzurePort`" },
    { "gateway_etag", FIELD_TEXT, NULL, 0, 0, true, "", "`gatewayManagerEtag`, when it is not the circuit's" },
    { "ipv4", FIELD_MAP, family_fields, 0, 0, true, "", "the IPv4 side; null makes the peering IPv6 only" },
    { "ipv6", FIELD_MAP, family_fields, 0, 0, true, "", "the IPv6 side; there only when given" },
    { "gateways", FIELD_YES_NO, NULL, 0, 0, false, "no",
      "list the ExpressRoute gateways (AS 65515) among the neighbours too" },
    { "arp", FIELD_MAP, arp_fields, 0, 0, false, "", "the two ARP tables" },
    { "bgp_metric", FIELD_MAP, metric_fields, 0, 0, false, "",
      "BgpAvailability, when it is not to follow the sessions" },
    { "arp_metric", FIELD_MAP, metric_fields, 0, 0, false, "",
      "ArpAvailability, when it is not to follow the ARP tables" },
    { "reach", FIELD_NAMED, reach_fields, 0, 0, false, "",
      "connections of Global Reach, by name; private peering only" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer, or others for those it has" },
    END,
};

static const struct field peerings_fields[] = {
    { "private", FIELD_MAP, peering_fields, 0, 0, true, "", "AzurePrivatePeering" },
    { "microsoft", FIELD_MAP, peering_fields, 0, 0, true, "", "MicrosoftPeering" },
    { "public", FIELD_MAP, peering_fields, 0, 0, true, "", "AzurePublicPeering, which is retired" },
    END,
};

static const struct field bytes_fields[] = {
    { "primary_in", FIELD_NUMBER, NULL, 0, INT64_MAX, false, "0", "`primaryBytesIn`" },
    { "primary_out", FIELD_NUMBER, NULL, 0, INT64_MAX, false, "0", "`primaryBytesOut`" },
    { "secondary_in", FIELD_NUMBER, NULL, 0, INT64_MAX, false, "0", "`secondaryBytesIn`" },
    { "secondary_out", FIELD_NUMBER, NULL, 0, INT64_MAX, false, "0", "`secondaryBytesOut`" },
    END,
};

const struct field circuit_fields[] = {
    { "name", FIELD_TEXT, NULL, 0, 0, false, "", "the resource's name; must be given" },
    { "copies", FIELD_NUMBER, NULL, 1, COPIES_MAX, false, "",
      "make so many of them, called NAME-1, NAME-2 and so on" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, "", "when it is not the scenario's" },
    { "group", FIELD_TEXT, NULL, 0, 0, false, "net", "the resource group" },
    { "location", FIELD_TEXT, NULL, 0, 0, true, "uksouth", "the Azure region" },
    { "provider", FIELD_TEXT, NULL, 0, 0, true, "Equinix", "`serviceProviderName`" },
    { "peering_location", FIELD_TEXT, NULL, 0, 0, true, "London", "`peeringLocation`" },
    { "bandwidth", FIELD_NUMBER, NULL, 0, 400000, true, "1000", "in Mbit/s" },
    { "tier", FIELD_TEXT, NULL, 0, 0, true, "Standard", "of the SKU" },
    { "family", FIELD_TEXT, NULL, 0, 0, true, "MeteredData", "of the SKU" },
    { "direct", FIELD_TEXT, NULL, 0, 0, true, "",
      "the name of an ExpressRoute Direct port; the circuit then has no provider" },
    { "circuit_state", FIELD_STATE, &circuit_words, 0, 0, true, "Enabled", "`circuitProvisioningState`" },
    { "provider_state", FIELD_STATE, &provider_words, 0, 0, true, "Provisioned", "`serviceProviderProvisioningState`" },
    { "operation", FIELD_STATE, &operation_words, 0, 0, true, "Succeeded", "`provisioningState` of the circuit" },
    { "provider_notes", FIELD_TEXT, NULL, 0, 0, true, "", "`serviceProviderNotes`" },
    { "service_key", FIELD_TEXT, NULL, 0, 0, true, "", "`serviceKey`; made from the id when not given" },
    { "resource_guid", FIELD_TEXT, NULL, 0, 0, true, "", "`resourceGuid`; made from the id when not given" },
    { "etag", FIELD_TEXT, NULL, 0, 0, true, "", "a GUID; made anew with each change when not given" },
    { "gateway_etag", FIELD_TEXT, NULL, 0, 0, true, "", "`gatewayManagerEtag` of the circuit and its peerings" },
    { "stag", FIELD_NUMBER, NULL, 0, 4095, true, "", "the outer VLAN tag" },
    { "global_reach", FIELD_YES_NO, NULL, 0, 0, true, "no", "`globalReachEnabled`" },
    { "tags", FIELD_LABELS, NULL, 0, 0, true, "", "the resource's tags" },
    { "deleted", FIELD_YES_NO, NULL, 0, 0, false, "no", "the resource does not exist (any more)" },
    { "health", FIELD_MAP, health_fields, 0, 0, false, "", "what Resource Health says" },
    { "metrics_error", FIELD_TEXT, NULL, 0, 0, true, "",
      "`errorCode` of the circuit's metrics, which then have no series" },
    { "bytes", FIELD_MAP, bytes_fields, 0, 0, false, "", "the counters of `stats`" },
    { "peerings", FIELD_MAP, peerings_fields, 0, 0, true, "", "the peerings; null leaves the whole list out" },
    { "extra", FIELD_ANY, NULL, 0, 0, true, "", "more properties for the answer, or others for those it has" },
    END,
};

static const struct field match_fields[] = {
    { "endpoint", FIELD_TEXTS, NULL, 0, 0, false, "", "names of endpoints, or \"arm\" for all of Resource Manager" },
    { "circuit", FIELD_TEXT, NULL, 0, 0, false, "",
      "a pattern for the name of the circuit, or of the connection, port or event, such as lon-*" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, "", "one subscription" },
    END,
};

const struct field fault_fields[] = {
    { "name", FIELD_TEXT, NULL, 0, 0, false, "fault", "by which `clear` finds it" },
    { "match", FIELD_MAP, match_fields, 0, 0, false, "", "what it strikes; everything when not given" },
    { "count", FIELD_NUMBER, NULL, 1, 1000000, false, "", "how many requests it strikes before it goes" },
    { "for", FIELD_DURATION, NULL, 1, 365 * DAY_MS, false, "", "how long it stays, in the story's time" },
    { "answer", FIELD_CHOICE, fault_kind_names, 0, 0, false, "", "what is wrong with the answer" },
    { "status", FIELD_NUMBER, NULL, 200, 599, false, "", "answer with this status and an error body" },
    { "code", FIELD_TEXT, NULL, 0, 0, false, "", "the error's code" },
    { "message", FIELD_TEXT, NULL, 0, 0, false, "", "the error's message" },
    { "envelope", FIELD_CHOICE, envelope_names, 0, 0, false, "arm", "the shape of the error body" },
    { "retry_after", FIELD_DURATION, NULL, 0, DAY_MS, false, "", "the header Retry-After" },
    { "retry_after_date", FIELD_YES_NO, NULL, 0, 0, false, "no", "write it as a date" },
    { "delay", FIELD_DURATION, NULL, 1, DAY_MS, false, "", "answer so much later, in real time" },
    { "cut", FIELD_NUMBER, NULL, 0, FAULT_HUGE_MOST, false, "",
      "close the connection after so many bytes of the body" },
    { "bytes", FIELD_NUMBER, NULL, 1, FAULT_BOMB_MOST, false, "67108864",
      "how long a `huge` body is, what of an `endless` one is sent, and what a `bomb` inflates to" },
    { "polls", FIELD_NUMBER, NULL, 0, 1000000, false, "", "how often a long-running operation says 202 first" },
    { "token_life", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "", "how long the tokens given out last" },
    { "to", FIELD_TEXT, NULL, 0, 0, false, "https://elsewhere.invalid",
      "where a redirect, nextLink or Location elsewhere leads; of realm-elsewhere the file" },
    END,
};

const struct field event_fields[] = {
    { "at", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "0s", "when, in the story's time" },
    { "circuit", FIELD_TEXT, NULL, 0, 0, false, "", "a pattern for the names of the circuits that change" },
    { "connection", FIELD_TEXT, NULL, 0, 0, false, "", "… or of the gateway connections" },
    { "port", FIELD_TEXT, NULL, 0, 0, false, "", "… or of the ports" },
    { "event", FIELD_TEXT, NULL, 0, 0, false, "", "… or of the events of Service Health" },
    { "set", FIELD_MAP, circuit_fields, 0, 0, false, "", "their keys and their new values" },
    { "fault", FIELD_MAP, fault_fields, 0, 0, false, "", "a fault that begins" },
    { "clear", FIELD_TEXT, NULL, 0, 0, false, "", "the name of a fault that ends, or \"all\"" },
    { "say", FIELD_TEXT, NULL, 0, 0, false, "", "a sentence for standard error, to follow the story by" },
    END,
};

static const struct field answer_fields[] = {
    { "gzip", FIELD_YES_NO, NULL, 0, 0, false, "no", "compress every body for a client that takes gzip" },
    { "indent", FIELD_YES_NO, NULL, 0, 0, false, "no", "write JSON indented with CR LF, as Azure did until 2022" },
    { "check_version", FIELD_YES_NO, NULL, 0, 0, false, "yes", "refuse a missing or unknown api-version" },
    { "page", FIELD_NUMBER, NULL, 0, 100000, false, "0", "elements on one page of a list; 0 puts all on one" },
    { "id_case", FIELD_CHOICE, case_words, 0, 0, false, "usual", "letter case of the fixed parts of ids" },
    { "region", FIELD_TEXT, NULL, 0, 0, false, "UKSOUTH", "in x-ms-routing-request-id" },
    { "extra", FIELD_ANY, NULL, 0, 0, false, "", "more properties for every circuit" },
    END,
};

static const struct field quota_fields[] = {
    { "reads", FIELD_NUMBER, NULL, 1, 1000000, false, "3750", "reads the bucket of a subscription holds" },
    { "writes", FIELD_NUMBER, NULL, 1, 1000000, false, "3000", "writes the bucket of a subscription holds" },
    { "reads_refill", FIELD_NUMBER, NULL, 0, 1000000, false, "375", "reads that come back each second" },
    { "writes_refill", FIELD_NUMBER, NULL, 0, 1000000, false, "150", "writes that come back each second" },
    { "enforce", FIELD_YES_NO, NULL, 0, 0, false, "no", "answer 429 when the bucket is empty" },
    { "header", FIELD_CHOICE, quota_headers, 0, 0, false, "subscription",
      "which of the x-ms-ratelimit-remaining headers tells what is left" },
    { "queries", FIELD_NUMBER, NULL, 1, 1000000, false, "15", "queries of Resource Graph in five seconds" },
    { "retry_after", FIELD_CHOICE, retry_words, 0, 0, false, "seconds", "how a 429 says when to come back" },
    END,
};

static const struct field operations_fields[] = {
    { "polls", FIELD_NUMBER, NULL, 0, 1000000, false, "1", "how often the Location says 202 before it says 200" },
    { "retry_after", FIELD_DURATION, NULL, 0, DAY_MS, true, "10s",
      "the header Retry-After of a 202; null leaves it out" },
    { "signed", FIELD_YES_NO, NULL, 0, 0, false, "no", "make the Location 5 KB long, as Azure does since 2023" },
    END,
};

static const struct field metrics_fields[] = {
    { "lag", FIELD_DURATION, NULL, 0, DAY_MS, false, "2m", "how old the newest point with a value is, in real time" },
    { "grain", FIELD_DURATION, NULL, 1000, 60000, false, "1m",
      "how long the minute between two points really is; shorter for stories that run fast" },
    { "audience", FIELD_TEXT, NULL, 0, 0, false, "",
      "what tokens for the metrics host are for; when not given, metrics.monitor.azure.com or the host itself" },
    { "primary", FIELD_TEXT, NULL, 0, 0, false, "Primary", "the value of `Peer` for the primary path" },
    { "secondary", FIELD_TEXT, NULL, 0, 0, false, "Secondary", "the value of `Peer` for the secondary path" },
    END,
};

const struct field scenario_fields[] = {
    { "tenant", FIELD_TEXT, NULL, 0, 0, false, STANDARD_TENANT, "the Microsoft Entra tenant" },
    { "client", FIELD_TEXT, NULL, 0, 0, false, STANDARD_CLIENT, "the application that may sign in" },
    { "secret", FIELD_TEXT, NULL, 0, 0, false, STANDARD_SECRET, "its client secret" },
    { "secret_expired", FIELD_YES_NO, NULL, 0, 0, false, "no", "the secret was right once (AADSTS7000222)" },
    { "certificate", FIELD_TEXT, NULL, 0, 0, false, "",
      "the certificate whose key may sign in for the application, as PEM" },
    { "federated", FIELD_TEXTS, NULL, 0, 0, false, "",
      "tokens of other issuers with which the application may sign in" },
    { "object", FIELD_TEXT, NULL, 0, 0, false, "", "the object id of the machine's user-assigned identity" },
    { "resource", FIELD_TEXT, NULL, 0, 0, false, "", "the resource id of that identity" },
    { "arc", FIELD_TEXT, NULL, 0, 0, false, "",
      "the folder where the agent of Azure Arc puts its keys; without it there is no agent" },
    { "clock_ahead", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "0s",
      "by how much Azure's clock is ahead of this machine's" },
    { "token", FIELD_TEXT, NULL, 0, 0, false, "",
      "a bearer token that is always good, for programs that do not sign in" },
    { "token_life", FIELD_DURATION, NULL, 0, 365 * DAY_MS, false, "3599s", "how long a token lasts, in real time" },
    { "subscription", FIELD_TEXT, NULL, 0, 0, false, STANDARD_SUBSCRIPTION, "of every circuit that names none" },
    { "answers", FIELD_MAP, answer_fields, 0, 0, false, "", "how Resource Manager writes" },
    { "quota", FIELD_MAP, quota_fields, 0, 0, false, "", "the budget of requests" },
    { "operations", FIELD_MAP, operations_fields, 0, 0, false, "", "long-running operations" },
    { "metrics", FIELD_MAP, metrics_fields, 0, 0, false, "", "the metrics endpoint" },
    { "settings", FIELD_TEXT, NULL, 0, 0, false, "", "YAML that --write-settings puts at the end of its file" },
    { "circuits", FIELD_MAPS, circuit_fields, 0, 0, false, "", "the circuits there are" },
    { "connections", FIELD_MAPS, connection_fields, 0, 0, false, "", "connections of gateways" },
    { "ports", FIELD_MAPS, port_fields, 0, 0, false, "", "port pairs of ExpressRoute Direct" },
    { "events", FIELD_MAPS, health_event_fields_set, 0, 0, false, "", "events of Service Health" },
    { "story", FIELD_LATER, event_fields, 0, 0, false, "", "what happens, and when" },
    END,
};
