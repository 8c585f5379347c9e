#ifndef ERWATCH_AZURE_GRAPH_H
#define ERWATCH_AZURE_GRAPH_H

#include "azure/answer.h"
#include "azure/request.h"

/*
 * Azure Resource Graph: one question about many subscriptions. It is an index, minutes behind ARM, so it is good for
 * finding resources and never for judging them. Its budget is the user's (QUOTA_USER), not a subscription's.
 * Source: Azure REST reference, "Resources", 2021-03-01.
 */

#define GRAPH_SUBSCRIPTIONS_MAX 1000 /* in one question */

/** What is looked for. */
enum graph_kind {
    GRAPH_CIRCUITS,
    GRAPH_CONNECTIONS, /* of virtual network gateways to circuits, in whatever resource group they are */
};

/**
 * @param subscriptions  @p count of them, at most GRAPH_SUBSCRIPTIONS_MAX; none: all that the credential sees
 * @param token          what graph_read() gave for the page before; NULL: the first page
 */
void graph_ask(struct azure_request *out, const char *management, enum graph_kind kind,
               const char *const *subscriptions, size_t count, const char *token);

/** A row: ids as ARM writes them, fit to be part of a path; `circuit` is the other end of a connection, else "". */
struct graph_row {
    const char *id, *circuit;
    const char *location; /* "" when the row has none */
};

typedef void graph_each(void *context, const struct graph_row *row);

/**
 * A page, believed whole or not at all.
 *
 * @param token  for the next page, heap, NULL when this was the last; untouched on failure. One that came before means
 *               that the pages lead in a circle: arm_pages_note() finds it
 */
enum azure_result graph_read(const struct azure_reply *reply, enum graph_kind kind, graph_each *each, void *context,
                             char **token, struct failure *why);

#endif
