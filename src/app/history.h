#ifndef ERWATCH_APP_HISTORY_H
#define ERWATCH_APP_HISTORY_H

#include "app/app.h"

/*
 * The history: what became of incidents and who did what, for people who ask later. A line is put into the batch of
 * what it tells of, so it is on the disk if and only if that is. erwatchctl(1) lists the kinds.
 */

/* history.c */

/** An incident's change, which somebody was told of or nobody. */
void history_tell(struct app *app, const struct effect *effect, const char *summary, struct moment now);
/** A silence or a maintenance window has begun to withhold an open incident, or has ended. */
void history_mute(struct app *app, const struct effect *effect, struct moment now);
void history_word(struct app *app, const struct effect *effect, struct moment now);
/** Something that was done about an incident which is on the disk, or is put there before this. */
void history_done(struct app *app, uint64_t key, uint32_t episode, const char *kind, const char *who, const char *text,
                  struct moment now);
/** A silence was made or is over. @param who  made or ended it; "": its time did */
void history_silence(struct app *app, const char *kind, const struct mute *mute, const char *who, const char *text,
                     struct moment now);
/** About a circuit as such. */
void history_circuit(struct app *app, const char *id_lower, const char *name, const char *kind, const char *text,
                     struct moment now);
/** About the daemon itself. */
void history_self(struct app *app, const char *kind, const char *text, struct moment now);

/* history_ask.c */

/** GET /v1/history: answered by the store's thread. */
void history_ask(struct app *app, struct server_call *call, const struct api_request *api, struct moment now);

#endif
