#ifndef ERWATCH_AZURE_HEALTH_H
#define ERWATCH_AZURE_HEALTH_H

#include "azure/answer.h"
#include "azure/request.h"
#include "core/beyond.h"

/*
 * What Azure Resource Health says of a circuit, and the maintenance that Azure Service Health announces.
 * Fields: Azure REST reference, "Availability Statuses", "Events" and "Impacted Resources", 2024-02-01.
 */

/* ---- health ---- */

void health_ask(struct azure_request *out, const char *management, const char *id);

/**
 * @param id    the circuit that was asked about
 * @param seen  when that was
 * @param out   set on AZURE_OK only; a word that is not known is AVAILABILITY_UNKNOWN
 */
enum azure_result health_read(const struct azure_reply *reply, const char *id, struct mono seen,
                              struct health_value *out, struct failure *why);

/* ---- maintenance ---- */

/** What was updated since then, in a subscription; days are what counts. The further pages are for arm_ask_page(). */
void events_ask(struct azure_request *out, const char *management, const char *subscription, int64_t since_wall_ms);
/** The same for one circuit: each of these events concerns it. */
void events_ask_circuit(struct azure_request *out, const char *management, const char *id, int64_t since_wall_ms);

#define EVENT_REGIONS_MAX 64
#define EVENT_REGION_MAX 32

/** A planned maintenance. */
struct event {
    /* `certain` is false, unless events_read() was told otherwise; the times on our clock are MONO_NEVER */
    struct maintenance_value value;
    bool everywhere;                /* it names no region, "Global", or more regions than can be kept */
    size_t region_count;
    char region[EVENT_REGIONS_MAX][EVENT_REGION_MAX]; /* "uksouth" */
};

/** Does the event name this region ("uksouth" or "UK South")? For a circuit whose event does not name resources. */
bool event_concerns(const struct event *event, const char *region);

typedef void event_each(void *context, const struct event *event);

/**
 * A page of events, believed whole or not at all.
 *
 * @param certain  of a circuit: every planned maintenance counts; else only that of the service ExpressRoute
 * @param next     the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result events_read(const struct azure_reply *reply, bool certain, event_each *each, void *context,
                              char **next, struct failure *why);

/** Which resources an event of a subscription concerns; @p tracking_id as events_read() gave it. */
void impacted_ask(struct azure_request *out, const char *management, const char *subscription, const char *tracking_id);

/** The times are of the work on this resource, 0 where the answer does not say them. */
typedef void impacted_each(void *context, const char *circuit, int64_t starts_wall_ms, int64_t ends_wall_ms);

/**
 * A page of impacted resources, believed whole or not at all.
 *
 * @param each   called for each that is a circuit
 * @param all    more by how many resources of any type the page names
 * @param next   as above
 */
enum azure_result impacted_read(const struct azure_reply *reply, impacted_each *each, void *context, size_t *all,
                                char **next, struct failure *why);

#endif
