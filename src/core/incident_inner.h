#ifndef ERWATCH_CORE_INCIDENT_INNER_H
#define ERWATCH_CORE_INCIDENT_INNER_H

#include "core/incident.h"

/* What the incident_*.c files share. */

/** What incident_feed() found, and who hears of it: @p todo with what is to be told, now or still from before. */
unsigned incident_conclude(struct incident *incident, unsigned todo, struct moment now);

/** It is bad now: is it time to say so again? Returns what is to be done. */
unsigned incident_remind(struct incident *incident, const struct policy *policy, struct moment now);

#endif
