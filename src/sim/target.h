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
    ENDPOINT_METRICS,
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
    char text[TARGET_PATH_MAX];
};

/** Take a request's decoded path apart. Fixed parts are compared without case, as Resource Manager does. */
void target_parse(const char *method, const char *path, struct target *out);

#endif
