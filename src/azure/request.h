#ifndef ERWATCH_AZURE_REQUEST_H
#define ERWATCH_AZURE_REQUEST_H

#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What goes to Azure and what comes back, as text; no sockets, no clock. The request is what io's client is given; a
 * reply comes back as status, a few headers and the body.
 */

/** What to ask. Everything is the request's own; azure_request_free(). */
struct azure_request {
    const char *method; /* "GET" or "POST", static */
    char *url;
    char *body;         /* NULL: none; "" is sent with Content-Length: 0 */
    const char *content_type; /* static, NULL: none */
    const char *accept;       /* static */
    char *authorization;      /* the header's value where it is no token of ours; secret; NULL: none */
    bool bearer;        /* the token of the credential goes with it */
    bool metadata;      /* a service of this machine: Metadata: true, never through a proxy, quickly there or not at all */
    bool secret;        /* body holds a secret: wipe it */
    size_t limit;       /* most bytes of the answer's body, decoded */
};

void azure_request_free(struct azure_request *request);

/** The headers that say what is left of a budget; azure/quota.h reads them. */
enum azure_quota {
    QUOTA_SUBSCRIPTION_READS, /* of this principal in this subscription, in the region of ARM that answered */
    QUOTA_SUBSCRIPTION_WRITES,
    QUOTA_GLOBAL_READS, /* of all principals in the subscription */
    QUOTA_GLOBAL_WRITES,
    QUOTA_TENANT_READS,
    QUOTA_TENANT_WRITES,
    QUOTA_RESOURCE, /* a service's own limit in place of the general one */
    QUOTA_TENANT_RESOURCE,
    QUOTA_USER, /* Resource Graph */
    QUOTA_USER_RESETS,
    AZURE_QUOTAS
};

/** An answer as it came. Texts live during the call only. */
struct azure_reply {
    int status;
    const char *body;
    size_t len;
    const char *content_type, *location, *retry_after, *date; /* NULL when absent */
    const char *request_id, *correlation_id;
    const char *client_request_id; /* of the request, ours */
    const char *challenge; /* WWW-Authenticate */
    const char *left[AZURE_QUOTAS]; /* NULL when absent */
};

enum azure_result {
    AZURE_OK,
    AZURE_PENDING, /* 202: ask Location again */
    AZURE_FAILED,  /* the failure says how */
};

/** The longest URL that is followed: ARM signs poll URLs, which makes them longer than 4 KB. */
#define ARM_URL_MAX 16384

/**
 * Same scheme, host (without case) and port, no user part, no fragment: may the token go there? Anything unusual in
 * the URL (a backslash, blanks, bytes beyond ASCII, percent-encoding in the host, a host with a trailing dot) is a no;
 * so is another spelling of an IP address.
 */
bool azure_same_origin(const char *origin, const char *url);

/** The parts of an ARM id; they point into it. */
struct arm_id {
    const char *subscription, *group, *name; /* `name`: the last segment */
    size_t subscription_len, group_len, name_len;
};

/** Split an ARM id of a circuit; false when it is none. */
bool arm_id_parse(const char *id, struct arm_id *out);

/**
 * The same for a resource of Microsoft.Network of any type, "connections" or
 * "expressRouteGateways/expressRouteConnections":
 * "/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/TYPE/NAME/TYPE/NAME", words without case. What it
 * accepts may go into a path: no segment is empty or dots alone, none has a blank, control character, "?", "#", "%" or
 * "\".
 */
bool arm_id_of(const char *id, const char *type, struct arm_id *out);

#endif
