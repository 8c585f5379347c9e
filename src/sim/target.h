#ifndef ERWATCH_SIM_TARGET_H
#define ERWATCH_SIM_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/* Which of Azure's endpoints a request is for, and the names in its path. */

enum endpoint {
    ENDPOINT_CIRCUIT,
    ENDPOINT_LIST,          /* all circuits of a subscription */
    ENDPOINT_LIST_GROUP,    /* all circuits of a resource group */
    ENDPOINT_PEERINGS,
    ENDPOINT_PEERING,
    ENDPOINT_STATS,         /* byte counters of a circuit */
    ENDPOINT_PEERING_STATS,
    ENDPOINT_SUMMARY,       /* POST routeTablesSummary */
    ENDPOINT_ROUTES,        /* POST routeTables */
    ENDPOINT_ARP,           /* POST arpTables */
    ENDPOINT_OPERATION,     /* the Location of one of these three */
    ENDPOINT_REACHES,       /* Global Reach connections of a peering */
    ENDPOINT_REACH,
    ENDPOINT_HEALTH,        /* a circuit's Resource Health */
    ENDPOINT_CIRCUIT_EVENTS, /* events of Service Health that concern a circuit */
    ENDPOINT_EVENTS,        /* … or a subscription */
    ENDPOINT_IMPACTED,      /* what an event concerns */
    ENDPOINT_CONNECTIONS,   /* gateway connections of a resource group */
    ENDPOINT_CONNECTION,
    ENDPOINT_WAN_GATEWAY,   /* an ExpressRoute gateway of Virtual WAN */
    ENDPOINT_WAN_CONNECTIONS,
    ENDPOINT_WAN_CONNECTION,
    ENDPOINT_PORTS,         /* ExpressRoute Direct, of a subscription */
    ENDPOINT_PORTS_GROUP,
    ENDPOINT_PORT,
    ENDPOINT_LINKS,
    ENDPOINT_LINK,
    ENDPOINT_PORT_METRICS,
    ENDPOINT_GRAPH,         /* POST: Resource Graph */
    ENDPOINT_SUBSCRIPTIONS,
    ENDPOINT_METRICS,
    ENDPOINT_METRICS_BATCH, /* POST: the metrics host's own call; the last of those that want a token */
    ENDPOINT_TOKEN,
    ENDPOINT_METADATA,      /* the managed identity's token (IMDS) */
    ENDPOINT_OPENID,        /* what Microsoft's own clients read before they ask for a token */
    ENDPOINT_CONTROL,       /* /_sim/… */
    ENDPOINT_UNKNOWN,
    ENDPOINTS
};

/** The endpoint's name in scenarios and counters ("circuit", "list", "list-group", …). */
const char *endpoint_name(enum endpoint endpoint);
/** Does it belong to Azure Resource Manager, so that it wants a token and an api-version? */
bool endpoint_is_arm(enum endpoint endpoint);

#define TARGET_PATH_MAX 2048

/** Names are as in the path, NULL where the endpoint has none; they live in `text`. */
struct target {
    enum endpoint endpoint;
    bool wrong_method; /* the path is known, the method is not one of its */
    const char *subscription, *group, *circuit, *peering, *device, *location, *id, *tenant;
    const char *name;    /* of a connection, port or event */
    const char *gateway; /* of Virtual WAN */
    char text[TARGET_PATH_MAX];
};

/** Take a request's decoded path apart. Fixed parts are compared without case, as Resource Manager does. */
void target_parse(const char *method, const char *path, struct target *out);

#endif
