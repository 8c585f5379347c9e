#ifndef ERWATCH_CTL_WITHHELD_H
#define ERWATCH_CTL_WITHHELD_H

#include <jansson.h>
#include <stdbool.h>

/* Why an incident is not told now, as a sentence. An incident that is over is withheld by nothing. */

/** Does it send nothing of its own, because another one explains it or something withholds it? */
bool withheld_is(const json_t *incident);

/**
 * "explained by 12 provider-not-provisioned; silenced by ada until 2026-12-01T22:00:00Z (CHG-1234), sends nothing".
 *
 * @return  heap; NULL when withheld_is() says no
 */
char *withheld_line(const json_t *incident);

/** The reasons alone, without what explains it, and what will be told when they end. Heap; NULL: there are none. */
char *withheld_explained(const json_t *incident);

/** "acknowledged by ada until 2026-12-01T22:00:00Z (CHG-1234), sends no reminders". Heap; NULL: nobody has taken it on. */
char *withheld_acknowledged(const json_t *incident);

#endif
