#ifndef ERWATCH_CORE_INCIDENT_INNER_H
#define ERWATCH_CORE_INCIDENT_INNER_H

#include "core/incident.h"

/* What the incident_*.c files share. */

/** What incident_feed() found, and who hears of it: @p todo with what is to be told, now or still from before. */
unsigned incident_conclude(struct incident *incident, unsigned todo, struct moment now);

/** It is bad now: is it time to say so again? Returns what is to be done. */
unsigned incident_remind(struct incident *incident, const struct policy *policy, struct moment now);

/** It is another matter now: an acknowledgement is over, but @p sticky ones only when they are meant, too. */
void incident_end_ack(struct incident *incident, bool sticky);
/** Its time may be over. Returns what is to be done. */
unsigned incident_expire_ack(struct incident *incident, struct moment now);

/* ---- incident_severity.c ---- */

/** The hold that good samples must reach. */
struct hold incident_recover_hold(const struct policy *policy, enum rule rule);
/** What an opinion says beside how bad it is. */
void incident_take_text(struct incident *incident, const struct opinion *opinion);
/** Of a raised one, with an opinion that is bad. Returns what is to be done. */
unsigned incident_severity(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                           struct moment now);
/** The same of one with stages, or whose rise is to be told at once. */
unsigned incident_stage(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                        struct moment now);

/* ---- incident_flap.c ---- */

#define FLAP_WINDOW_LEAST 3 /* fewer samples say nothing of it */

/** A known sample, before anything else is made of it: does flapping begin or end? Returns what is to be done. */
unsigned incident_flap(struct incident *incident, bool bad, struct mono basis, const struct policy *policy,
                       struct moment now);
/** It is raised: for the third time within half an hour it is flapping. */
void incident_note_opening(struct incident *incident, const struct policy *policy, struct moment now);
/** The rule no longer applies. */
void incident_flap_forget(struct incident *incident);
/** When it is steady although no sample says so. */
struct mono incident_flap_due(const struct incident *incident);

#endif
