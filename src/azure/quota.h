#ifndef ERWATCH_AZURE_QUOTA_H
#define ERWATCH_AZURE_QUOTA_H

#include "azure/request.h"

#include <stdint.h>

/*
 * What an answer says is left of Azure's budgets. They are token buckets per subscription and principal in each region
 * of ARM, so the same header of two answers may speak of two buckets.
 * Headers: Azure Resource Manager, "Request limits and throttling"; Resource Graph, "Guidance for throttled requests".
 */

/** The header's name, for whoever has the headers; the text goes to `left` of a struct azure_reply. */
const char *azure_quota_header(enum azure_quota quota);

/**
 * How many requests are left; -1 when the answer does not say, or not in digits alone, or more than a million million.
 */
int64_t azure_quota_left(const struct azure_reply *reply, enum azure_quota quota);

/** When the user's quota (QUOTA_USER) begins anew, in milliseconds from the answer on; -1 when it does not say. */
int64_t azure_quota_resets_ms(const struct azure_reply *reply);

#endif
