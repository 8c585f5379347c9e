#ifndef ERWATCH_APP_HEIRS_H
#define ERWATCH_APP_HEIRS_H

#include "app/delivery.h"

/* Who comes after a receiver that is gone, or has another name. */

/**
 * Who has what was a receiver's of this name and destination: it itself, whoever goes to the same destination, whoever
 * has its name, the heir. NULL: there are no receivers.
 */
struct receiver *receivers_after(const struct app *app, const char *name, uint64_t destination);

/** It, or when that one cannot be given a notice of this event (as of an item), somebody who can; NULL: nobody. */
struct receiver *receivers_for(const struct app *app, struct receiver *after, uint8_t event);

/** For a restart: somebody was told of this by a receiver that is not in the settings; heirs_say() comes back to it. */
void heirs_note(struct app *app, const struct stored_told *stored, struct receiver *heir);
/** Everything that was stored is loaded: say what is not closed where. */
void heirs_say(struct app *app);

/**
 * What one receiver was told of an incident, another one was told from now on; in memory, and not yet on the disk.
 *
 * @param same_place  both go to the same destination: under which key it is open there, and what may yet arrive, count
 */
void told_take(struct receiver *to, const struct outbox_thread *from, bool same_place);

#endif
