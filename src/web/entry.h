#ifndef ERWATCH_WEB_ENTRY_H
#define ERWATCH_WEB_ENTRY_H

#include "web/view.h"

#include <jansson.h>

/* Parts that several documents of this room share. */

/** A circuit as in "show". */
json_t *entry_circuit(const struct circuit_view *circuit);
/** What lies beyond it: the keys "health", "connections", "global_reach", "maintenance", "port" of its @p entry. */
void entry_beyond(json_t *entry, const struct facts *facts);
/** An incident without its text, steps and facts. */
json_t *entry_incident(const struct incident_view *incident, struct moment now);
/** What it waits for: the keys "hold" and "waits_for" of its @p entry. */
void entry_wait(json_t *entry, const struct incident_view *incident, struct moment now);
/** What an incident is about, beside its circuit. Of the incident its rule, subject and item count. */
json_t *entry_subject(const struct incident_view *incident);
/** The failure of the last poll, null when there is none. */
json_t *entry_failure(const struct circuit_view *circuit);
/** The queue of each receiver. */
json_t *entry_deliveries(const struct daemon_view *daemon, struct moment now);
json_t *entry_daemon(const struct daemon_view *daemon, struct moment now);
/** What withholds an incident; null for NULL. */
json_t *entry_mute(const struct mute *mute, struct moment now);
json_t *entry_match(const struct match *match);
json_t *entry_labels(const struct circuit_settings *settings);

/** A fresh document with its schema, "erwatch.NAME/1", and the time it was made. */
json_t *entry_document(const char *schema, struct moment now);

/** Age of what was seen then; -1 when it never was. */
int64_t entry_age(struct mono seen, struct mono now);

#endif
