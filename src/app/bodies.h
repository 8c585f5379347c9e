#ifndef ERWATCH_APP_BODIES_H
#define ERWATCH_APP_BODIES_H

#include "core/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * The texts of what waits. Those that are on the disk stay in memory only as far as there is room for them, and are read
 * back when they are about to leave.
 */

struct app;
struct delivery;
struct receiver;
struct outbox_item;

struct bodies {
    TAILQ_HEAD(fresh_bodies, delivery) fresh; /* made, and not known to be on the disk; by the number of their commit */
    size_t in_memory;                         /* bytes */
    size_t waiting;                           /* bytes of all that waits, in memory or not */
    bool asked;                               /* the disk is asked for some */
};

void bodies_init(struct app *app);
/** A new delivery's, which the next commit is going to hold. @param json  copied */
void bodies_hold(struct app *app, struct delivery *delivery, const char *json);
/** It is in the database, as that of the delivery @p from. */
void bodies_leave(struct app *app, struct delivery *delivery, int64_t from, uint32_t size);
/** The same as another one's, wherever that is. */
void bodies_copy(struct app *app, struct delivery *delivery, const struct delivery *from);
/** The delivery ends. */
void bodies_drop(struct delivery *delivery);
/** A commit may have gone well: what is on the disk need not be here. */
void bodies_kept(struct app *app);
/** An attempt has ended, and the next one is not now. */
void bodies_rest(struct delivery *delivery);
/** Is it here, or can the disk be asked for it? One that it has not given several times is made anew. */
bool bodies_reachable(struct delivery *delivery, struct moment now);
/** Ask the disk for those that are about to leave; deliver_pump() is called when they are here. */
void bodies_fetch(struct app *app);
/** At the start: those that leave first. */
void bodies_preload(struct app *app, struct moment now);
/** The notice of an item as it would be made now, for one whose text cannot be had; heap. */
char *bodies_make_again(struct app *app, const struct outbox_item *item, struct moment now);
/** How many notices may wait for a receiver, before those that tell least are left out. */
size_t bodies_most(const struct receiver *receiver);

#endif
