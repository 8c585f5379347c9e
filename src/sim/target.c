/*
 * The paths the simulator knows, as one table of patterns. A pattern's part in braces takes whatever stands there and
 * says where it goes; all other parts are compared without case, because Resource Manager takes them in any.
 */
#include "sim/target.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#define PARTS_MAX 20

#define NETWORK "providers/Microsoft.Network"
#define GROUP "subscriptions/{s}/resourceGroups/{g}/" NETWORK "/expressRouteCircuits"
#define PEERING GROUP "/{c}/peerings/{p}"
#define HERE "subscriptions/{s}/resourceGroups/{g}/" NETWORK
#define HEALTH "providers/Microsoft.ResourceHealth"

static const struct pattern {
    const char *method;
    const char *path;
    enum endpoint endpoint;
} patterns[] = {
    { "GET", "subscriptions/{s}/" NETWORK "/expressRouteCircuits", ENDPOINT_LIST },
    { "GET", GROUP, ENDPOINT_LIST_GROUP },
    { "GET", GROUP "/{c}", ENDPOINT_CIRCUIT },
    { "GET", GROUP "/{c}/peerings", ENDPOINT_PEERINGS },
    { "GET", PEERING, ENDPOINT_PEERING },
    { "GET", GROUP "/{c}/stats", ENDPOINT_STATS },
    { "GET", PEERING "/stats", ENDPOINT_PEERING_STATS },
    { "POST", PEERING "/routeTablesSummary/{d}", ENDPOINT_SUMMARY },
    { "POST", PEERING "/routeTables/{d}", ENDPOINT_ROUTES },
    { "POST", PEERING "/arpTables/{d}", ENDPOINT_ARP },
    { "GET", "subscriptions/{s}/" NETWORK "/locations/{l}/operationResults/{i}", ENDPOINT_OPERATION },
    { "GET", GROUP "/{c}/providers/Microsoft.Insights/metrics", ENDPOINT_METRICS },
    { "GET", PEERING "/connections", ENDPOINT_REACHES },
    { "GET", PEERING "/connections/{n}", ENDPOINT_REACH },
    { "GET", GROUP "/{c}/" HEALTH "/availabilityStatuses/current", ENDPOINT_HEALTH },
    { "GET", GROUP "/{c}/" HEALTH "/events", ENDPOINT_CIRCUIT_EVENTS },
    { "GET", "subscriptions/{s}/" HEALTH "/events", ENDPOINT_EVENTS },
    { "GET", "subscriptions/{s}/" HEALTH "/events/{n}/impactedResources", ENDPOINT_IMPACTED },
    { "GET", HERE "/connections", ENDPOINT_CONNECTIONS },
    { "GET", HERE "/connections/{n}", ENDPOINT_CONNECTION },
    { "GET", HERE "/expressRouteGateways/{n}", ENDPOINT_WAN_GATEWAY },
    { "GET", HERE "/expressRouteGateways/{w}/expressRouteConnections", ENDPOINT_WAN_CONNECTIONS },
    { "GET", HERE "/expressRouteGateways/{w}/expressRouteConnections/{n}", ENDPOINT_WAN_CONNECTION },
    { "GET", "subscriptions/{s}/" NETWORK "/expressRoutePorts", ENDPOINT_PORTS },
    { "GET", HERE "/expressRoutePorts", ENDPOINT_PORTS_GROUP },
    { "GET", HERE "/expressRoutePorts/{n}", ENDPOINT_PORT },
    { "GET", HERE "/expressRoutePorts/{n}/links", ENDPOINT_LINKS },
    { "GET", HERE "/expressRoutePorts/{n}/links/{i}", ENDPOINT_LINK },
    { "GET", HERE "/expressRoutePorts/{n}/providers/Microsoft.Insights/metrics", ENDPOINT_PORT_METRICS },
    { "POST", "providers/Microsoft.ResourceGraph/resources", ENDPOINT_GRAPH },
    { "GET", "subscriptions", ENDPOINT_SUBSCRIPTIONS },
    { "POST", "subscriptions/{s}/metrics:getBatch", ENDPOINT_METRICS_BATCH },
    { "POST", "{t}/oauth2/v2.0/token", ENDPOINT_TOKEN },
    { "GET", "{t}/v2.0/.well-known/openid-configuration", ENDPOINT_OPENID },
    { "GET", "metadata/identity/oauth2/token", ENDPOINT_METADATA },
};

static const char *const names[ENDPOINTS] = {
    [ENDPOINT_CIRCUIT] = "circuit",   [ENDPOINT_LIST] = "list",
    [ENDPOINT_LIST_GROUP] = "list-group", [ENDPOINT_PEERINGS] = "peerings",
    [ENDPOINT_PEERING] = "peering",   [ENDPOINT_STATS] = "stats",
    [ENDPOINT_PEERING_STATS] = "peering-stats", [ENDPOINT_SUMMARY] = "summary",
    [ENDPOINT_ROUTES] = "routes",     [ENDPOINT_ARP] = "arp",
    [ENDPOINT_REACHES] = "reach-list", [ENDPOINT_REACH] = "reach",
    [ENDPOINT_HEALTH] = "health",     [ENDPOINT_CIRCUIT_EVENTS] = "circuit-events",
    [ENDPOINT_EVENTS] = "events",     [ENDPOINT_IMPACTED] = "impacted",
    [ENDPOINT_CONNECTIONS] = "connections", [ENDPOINT_CONNECTION] = "connection",
    [ENDPOINT_WAN_GATEWAY] = "wan-gateway", [ENDPOINT_WAN_CONNECTIONS] = "wan-connections",
    [ENDPOINT_WAN_CONNECTION] = "wan-connection", [ENDPOINT_PORTS] = "ports",
    [ENDPOINT_PORTS_GROUP] = "ports-group", [ENDPOINT_PORT] = "port",
    [ENDPOINT_LINKS] = "links",       [ENDPOINT_LINK] = "link",
    [ENDPOINT_PORT_METRICS] = "port-metrics", [ENDPOINT_GRAPH] = "graph",
    [ENDPOINT_SUBSCRIPTIONS] = "subscriptions", [ENDPOINT_METRICS_BATCH] = "metrics-batch",
    [ENDPOINT_OPERATION] = "operation", [ENDPOINT_METRICS] = "metrics",
    [ENDPOINT_TOKEN] = "token",       [ENDPOINT_METADATA] = "metadata",
    [ENDPOINT_OPENID] = "openid",     [ENDPOINT_CONTROL] = "control",
    [ENDPOINT_UNKNOWN] = "unknown",
};

const char *endpoint_name(enum endpoint endpoint)
{
    assert(endpoint < ENDPOINTS);
    return names[endpoint];
}

bool endpoint_is_arm(enum endpoint endpoint)
{
    return endpoint <= ENDPOINT_METRICS_BATCH || endpoint == ENDPOINT_UNKNOWN;
}

/* Cut the text at its slashes; 0 when there are too many parts. Empty parts count: ARM does not fold "//". */
static size_t split(char *text, const char *parts[PARTS_MAX])
{
    size_t count = 0;

    while (text != NULL) {
        if (count == PARTS_MAX)
            return 0;
        parts[count++] = text;
        text = strchr(text, '/');
        if (text != NULL)
            *text++ = '\0';
    }
    return count;
}

static const char **place_of(struct target *out, char letter)
{
    switch (letter) {
    case 's': return &out->subscription;
    case 'g': return &out->group;
    case 'c': return &out->circuit;
    case 'p': return &out->peering;
    case 'd': return &out->device;
    case 'l': return &out->location;
    case 'i': return &out->id;
    case 'n': return &out->name;
    case 'w': return &out->gateway;
    default: return &out->tenant;
    }
}

static bool matches(const char *path, const char *const *parts, size_t count, struct target *out)
{
    char copy[256];
    const char *want[PARTS_MAX];

    assert(strlen(path) < sizeof copy);
    strcpy(copy, path);
    if (split(copy, want) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (want[i][0] == '{' ? *parts[i] == '\0' : strcasecmp(want[i], parts[i]) != 0)
            return false;
    for (size_t i = 0; i < count; i++)
        if (want[i][0] == '{')
            *place_of(out, want[i][1]) = parts[i];
    return true;
}

void target_parse(const char *method, const char *path, struct target *out)
{
    const char *parts[PARTS_MAX];

    memset(out, 0, offsetof(struct target, text));
    out->endpoint = ENDPOINT_UNKNOWN;
    if (path[0] != '/' || strlen(path) > sizeof out->text)
        return;
    if (strncmp(path, "/_sim/", 6) == 0) {
        out->endpoint = ENDPOINT_CONTROL;
        return;
    }
    strcpy(out->text, path + 1);
    size_t count = split(out->text, parts);
    for (size_t i = 0; count != 0 && i < sizeof patterns / sizeof *patterns; i++)
        if (matches(patterns[i].path, parts, count, out)) {
            out->endpoint = patterns[i].endpoint;
            out->wrong_method = strcmp(method, patterns[i].method) != 0;
            return;
        }
    if (count >= 2 && strcasecmp(parts[0], "subscriptions") == 0)
        out->subscription = parts[1];
}
