#ifndef ERWATCH_APP_DISCOVER_H
#define ERWATCH_APP_DISCOVER_H

#include "azure/arm.h"
#include "azure/graph.h"
#include "core/mono.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * Circuits that are watched because their subscription is (`discover`). What was found is stored and made a part of the
 * settings; complete lists add to it, and only time or the settings take away. From here also what `erwatchctl
 * discover` shows.
 */

struct app;
struct server_call;
struct settings;
struct subscription;
struct timer;

/** A circuit that was found. */
struct found {
    char *id;       /* as Azure writes it */
    char *id_lower;
    int64_t found_wall_ms;
    int64_t missing_wall_ms; /* Azure's time when it was last found to be gone; 0: it is there */
    uint8_t gone;            /* own answers in a row that said that it does not exist, up to GONE_LOOKS */
};

/** A list that is looked at: a subscription as one credential sees it. */
struct source {
    const char *subscription; /* of the settings */
    size_t credential;
    uint8_t by;       /* enum discover_by */
    int64_t every_ms;
    struct mono due;
    bool busy;
    bool asked;       /* by: graph: it is part of a question to the graph */
    bool wanted;      /* by: graph: its list is to be read */
    uint8_t failures; /* in a row */
    struct list_memory memory;
    char **fresh; /* ids in the present list that are new to us */
    size_t fresh_count;
    size_t beyond, beyond_so_far;  /* circuits that `most` keeps out: of the last complete list, of the present one */
    int64_t listed_wall_ms;        /* the last complete list; 0: none yet */
    char trouble[256];             /* why the last one was none; "": it was */
};

struct discovery {
    struct found *found; /* by id_lower */
    size_t count;
    size_t gone;      /* of them with `gone` above 0 */
    size_t *taken;    /* circuits of each entry of `discover`, with those that are fresh */
    struct source *source;
    size_t source_count;
    struct timer *timer;  /* the next look */
    struct timer *change; /* the circuits of the settings are to be made anew in the next turn */
    LIST_HEAD(list_reads, list_read) telling; /* lists of which a part has been told */
    LIST_HEAD(surveys, survey) surveys;       /* operators who want to see what there is */
};

/* ---- discover.c: what was found ---- */

/** When the store is open and before there is an engine: what was found before is watched from the beginning. */
void discover_load(struct app *app);
void discover_free(struct app *app);
/**
 * Settings of files, with what was found and still belongs there. What app->settings watch counts as found where the
 * new ones leave it to `discover`. Gives @p settings up.
 */
struct settings *discover_dress(struct app *app, struct settings *settings);
/** app->settings are new: forget what they leave out, and look at what they name. */
void discover_start(struct app *app, struct moment now);
/** They are about to change: end what is under way. */
void discover_stop(struct app *app);
/** For the store: all that was found. */
void discover_put_picture(struct app *app);

/** A circuit's own answer says that it does not exist: what has been gone for long enough is forgotten. */
void discover_gone(struct app *app, size_t circuit, struct moment now);
/** An answer says that it exists. */
void discover_there(struct app *app, size_t circuit, struct moment now);

/** Add what is new in a complete list. */
void discover_add(struct app *app, struct source *source, struct moment now);
/** Count again who watches what. */
void discover_count(struct app *app);

/* ---- discover_look.c: when lists are looked at ---- */

/** Marks of list elements that are not watched, from here on. */
#define DISCOVER_NEW (UINT32_MAX - 2)
#define DISCOVER_BEYOND (UINT32_MAX - 1)
#define DISCOVER_NONE UINT32_MAX

void discover_look_start(struct app *app, struct moment now);
void discover_look_stop(struct app *app);
/** A token has come, or will not. */
void discover_token(struct app *app, size_t credential, struct moment now);

/**
 * An element of a list that is read for polling and is not watched.
 *
 * @param sample  NULL: as last time, when it got @p mark
 * @return        its mark: DISCOVER_NEW, DISCOVER_BEYOND or DISCOVER_NONE
 */
uint32_t discover_element(struct app *app, const char *subscription, size_t credential, const struct sample *sample,
                          uint32_t mark);
/** Such a list is complete (@p failure NULL), or ended without being so. */
void discover_listed(struct app *app, const char *subscription, size_t credential, const struct failure *failure,
                     struct moment now);

struct discovery_view;

/** Each source for display, one behind the other; heap, which points into @p app. */
struct discovery_view *discover_views(const struct app *app, size_t *count);

/** Is this list read for polling? */
bool discover_is_listed(const struct app *app, const struct source *source);
struct mono discover_beat(const struct app *app, const struct source *source, struct moment now);
void discover_arm(struct app *app);

/* ---- discover_tell.c: what is said of a look ---- */

/** The polling of the same list; NULL: there is none. */
struct subscription *discover_polled(const struct app *app, const struct source *source);
bool discover_watches_nothing(const struct app *app, size_t credential);
void discover_tell_trouble(struct app *app, const struct source *source, const struct failure *failure);
/** More circuits than before are left out because of `most`. */
void discover_tell_beyond(struct app *app, const struct source *source);
/** A list is complete, @p failure NULL, or there was none. */
void discover_tell_core(struct app *app, const struct source *source, const struct failure *failure,
                        struct moment now);
/** It cannot be asked for, if there will be no token. */
void discover_tell_no_token(struct app *app, const struct source *source, struct moment now);

/* ---- discover_read.c: one list of our own ---- */

/** @param failure  NULL: the list is complete; kind TROUBLE_NONE: nobody wants it any more */
typedef void list_read_done(void *context, const struct failure *failure, struct moment now);

/**
 * Read the circuits of a subscription, with a token that is there.
 *
 * @param user    who gets the elements, in several turns of the loop; its context goes to @p done, too
 * @param memory  of the last list; NULL: everything is read. Kept up to date when the list is complete
 * @param done    called once
 */
void list_read(struct app *app, const char *subscription, size_t credential, const struct arm_list_user *user,
               struct list_memory *memory, list_read_done *done);
/** Forget those that are being told of, unheard. */
void list_read_stop(struct app *app);

/* ---- discover_graph.c ---- */

/** One question for all subscriptions with `by: graph` of a credential. */
void discover_ask_graph(struct app *app, size_t credential, struct moment now);

#endif
