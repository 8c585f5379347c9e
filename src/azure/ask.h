#ifndef ERWATCH_AZURE_ASK_H
#define ERWATCH_AZURE_ASK_H

#include "azure/request.h"

/* How a request to ARM is put together; @p management is "https://host[:port]". Inside this room only. */

/** GET of an ARM id with @p suffix ("" or "/…", as it goes into the URL) behind it. */
void arm_ask_at(struct azure_request *out, const char *management, const char *id, const char *suffix,
                const char *api_version, size_t limit);

/** GET of something in a resource group. */
void arm_ask_group(struct azure_request *out, const char *management, const char *subscription, const char *group,
                   const char *suffix, const char *api_version, size_t limit);

#endif
