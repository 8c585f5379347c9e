#ifndef ERWATCH_APP_MUTES_H
#define ERWATCH_APP_MUTES_H

#include "app/app.h"
#include "core/silence.h"

/* Silences and maintenance windows of the running daemon. */

struct muter {
    struct mutes mutes;      /* of `item`: silences first */
    struct mute *item;
    struct silence **silence; /* by id */
    size_t silence_count;
    int64_t last_id;
    size_t ending_count; /* silences of which rule 99 speaks */
    struct timer *timer;
    char clock_trouble[128]; /* "": none, or nothing hangs on it */
};

/* mutes.c */

/** After everything else was loaded, and before the core's first turn. */
void mutes_start(struct app *app, struct moment now);

/** Other settings: the core is about to be given them … */
void mutes_take_windows(struct app *app, struct moment now);
/** … and has them now. Also after other circuits, and other silences. */
void mutes_adopt(struct app *app, struct moment now);

void mutes_free(struct app *app);

/** The one that withholds an incident for longest; NULL: none does. */
const struct mute *mutes_of(const struct app *app, struct target target, const struct incident *incident,
                            struct moment now);

/** Why maintenance windows do not hold: a sentence about the clock; NULL: they do, or there are none. */
const char *mutes_clock_trouble(const struct app *app);

/** The counts of a status. */
void mutes_count(const struct app *app, struct daemon_view *out, struct moment now);

/* silences.c */

/** From the store. */
void silences_load(struct app *app, struct moment now);
/** Give up those that are over; the core has noticed by itself. @return were there any? */
bool silences_end_old(struct app *app, struct moment now);
/** When the next of them ends; INT64_MAX: there is none. */
int64_t silences_next_end(const struct app *app);
void silences_put_picture(struct app *app);

/** GET, POST and DELETE of /v1/silences. */
char *silences_list(struct app *app, struct moment now);
void silences_make(struct app *app, struct server_call *call, const struct server_request *request, struct moment now);
void silences_end(struct app *app, struct server_call *call, const char *id, const struct server_request *request,
                  struct moment now);

#endif
