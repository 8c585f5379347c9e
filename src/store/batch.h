#ifndef ERWATCH_STORE_BATCH_H
#define ERWATCH_STORE_BATCH_H

#include "store/store.h"
#include "store/table.h"

#include <stddef.h>
#include <stdint.h>

/* A batch from inside: a list of statements with their values. */

enum change_kind {
    /* the first ones put a row: enum table_name */
    CHANGE_FORGET_NEW = TABLES, /* key */
    CHANGE_FORGET_KNOWN,        /* key */
    CHANGE_FORGET_FOUND,        /* circuit */
    CHANGE_FORGET_SILENCE,      /* id */
    CHANGE_ATTEMPT,             /* id, attempts, wall ms */
    CHANGE_DONE,                /* id, state, wall ms */
    CHANGE_FELL,                /* id */
    CHANGE_PUT_BODY,            /* id, text */
    CHANGE_COPY_BODY,           /* id, of which other one */
    CHANGE_FORGET_BODY,         /* id */
    CHANGE_MINIMAL,             /* id */
    CHANGE_FORGET_TOLD,         /* key, receiver */
    CHANGE_FORGET_DIGEST,       /* receiver */
    CHANGE_REST_INCIDENTS,      /* none */
    CHANGE_REST_DELIVERIES,     /* wall ms */
    CHANGE_REST_FOUND,          /* none */
    CHANGE_REST_BODIES,         /* none */
    CHANGE_ALIVE,               /* wall ms */
    CHANGE_REST_TOLD,           /* none */
    CHANGE_REST_SILENCES,       /* none */
    CHANGE_REST_DIGESTS,        /* none */
    CHANGE_HISTORY_OF,          /* key, wall ms, kind, episode, who, text */
    CHANGES
};

struct value {
    const char *text; /* NULL: it is the number */
    int64_t number;
};

struct change {
    struct change *next;
    enum change_kind kind;
    size_t count;
    struct value value[]; /* ?1, ?2 … */
};

/** The first change of the batch, NULL when it is empty. */
const struct change *batch_first(const struct batch *batch);

#endif
