#ifndef ERWATCH_AZURE_SUBSCRIPTIONS_H
#define ERWATCH_AZURE_SUBSCRIPTIONS_H

#include "azure/answer.h"
#include "azure/request.h"

/*
 * The subscriptions in which a credential has any right.
 * Fields: Azure REST reference, "Subscriptions - List", 2022-12-01.
 */

#define SUBSCRIPTION_ID_MAX 40 /* a GUID has 36 */

/** The first page; subscriptions_read() gives the further ones, for arm_ask_url(). */
void subscriptions_ask(struct azure_request *out, const char *management);

/** @param id  in lower case */
typedef void subscription_each(void *context, const char *id);

/**
 * A page, believed whole or not at all. Those that are disabled or deleted are left out.
 *
 * @param next  the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result subscriptions_read(const struct azure_reply *reply, subscription_each *each, void *context,
                                     char **next, struct failure *why);

#endif
