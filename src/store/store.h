#ifndef ERWATCH_STORE_STORE_H
#define ERWATCH_STORE_STORE_H

#include "core/incident.h"
#include "core/judge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The database: incidents, what is remembered of circuits, circuits that were discovered, the delivery queue and the
 * history. A batch is one transaction: it is on the disk whole (WAL, synchronous=FULL) or not at all.
 *
 * Threads: batches are made anywhere. A store is used by one thread at a time: opened and read at start on the loop's
 * thread, from then on applied to and read on the store's thread, through its jobs; nothing in here takes a lock.
 */

struct store;

enum store_result {
    STORE_OK,
    STORE_LOCKED,  /* another erwatchd has the state directory */
    STORE_REFUSED, /* directory or file is a link, foreign, writable by others, of a newer release */
    STORE_DAMAGED, /* set aside as erwatch.db.damaged-<time>; a fresh one is open: go on, and say so */
    STORE_FAILED,  /* disk full, I/O error, permission */
};

/** Room for a sentence. */
#define STORE_WHY_MAX 512

/**
 * Open (or make) DIR/erwatch.db and take the lock, DIR/erwatch.lock.
 *
 * A database that existed is checked as a whole first, which costs some 0.2 s for each 100 MB.
 *
 * @param now_wall_ms  names what is set aside: erwatch.db.damaged-20261121T100000Z, with its -wal and -shm
 * @param out          set for STORE_OK and STORE_DAMAGED only
 * @param why          one sentence whenever the result is not STORE_OK
 */
enum store_result store_open(const char *directory, int64_t now_wall_ms, struct store **out, char why[STORE_WHY_MAX]);
void store_close(struct store *store);

/** An incident with the texts that are shown without judging again. */
struct stored_incident {
    /*
     * Loaded with the clock as incident_init() leaves it: since_mono is MONO_NEVER (count_wall_ms says when the count
     * began), no sample was counted yet, and a drift of the severity starts anew.
     */
    struct incident incident;
    const char *item;         /* incident.item: the store takes it from there and puts it there */
    const char *ack_who, *ack_why; /* the same of incident.ack */
    const char *scope;        /* circuit id in lower case, "credential/NAME" … */
    const char *summary;      /* this and the next one: "" keeps what was stored before */
    const char *notice;       /* JSON of the last notice, "" when there was none */
};

struct stored_memory {
    const char *circuit; /* id in lower case */
    struct memory memory;
    const char *words;   /* the last state words, for "changed from … to …" after a restart */
};

/** A circuit that was discovered: after a restart it is watched before Azure has answered. */
struct stored_found {
    const char *circuit;     /* id in lower case */
    const char *id;          /* as Azure writes it */
    int64_t found_wall_ms;
    int64_t missing_wall_ms; /* since when Azure says that it is not there; 0: it is */
};

/** A silence; it is put again for nothing, and forgotten when it is over. */
struct stored_silence {
    int64_t id;        /* given by the caller, growing */
    int64_t from_wall_ms, to_wall_ms;
    int64_t uid;       /* who made it */
    const char *who, *why;
    const char *match; /* the condition, in the writer's words */
};

enum delivery_state { DELIVERY_WAITING, DELIVERY_DONE, DELIVERY_OVERTAKEN };

struct stored_delivery {
    int64_t id;           /* given by the caller, growing */
    const char *receiver; /* its name in the settings */
    const char *notice_id;
    uint64_t key;
    uint32_t episode, sequence;
    uint8_t event;        /* enum rule_event or enum outbox_event */
    uint8_t severity;
    const char *body;     /* the notice, JSON; NULL: put without, and never read with it: store_read_body() */
    uint32_t body_size;   /* in bytes */
    int64_t created_wall_ms;
    uint32_t attempts;
    int64_t attempted_wall_ms; /* start of the last attempt, 0: none */
    uint8_t state;        /* enum delivery_state */
    bool fell;            /* the fallback has it, too */
    bool minimal;         /* the whole body was refused: the least one goes */
    uint64_t place;       /* where the receiver's notices went: settings_destination() */
};

/** What a receiver was told of an incident, or is going to be; gone once it has heard the end. */
struct stored_told {
    uint64_t key;
    const char *receiver;
    uint32_t episode, sequence; /* the last that were put into its queue; episode 0: of none that is open */
    const char *kept;           /* what its answers said to remember of … */
    uint32_t kept_episode;
    int64_t unsure_wall_ms;     /* an attempt that was given up may arrive until then; 0: none */
    uint64_t place;             /* as of a delivery */
};

/** How far the digests of a receiver have come. */
struct stored_digest {
    const char *receiver;
    uint32_t number;      /* of the last one; 0: there was none */
    int64_t made_wall_ms; /* the planned moments up to this one are dealt with */
    int64_t upto;         /* the highest delivery id that the last one knew of */
    int64_t left_out;     /* incidents that were over and not kept, since */
    uint64_t place;       /* as of a delivery */
};

/** A line of the history: what became of an incident, a changed state word, what somebody did. */
struct stored_history {
    int64_t id;          /* given by the database, growing; 0 when it is put */
    int64_t wall_ms;
    const char *kind;    /* "raised", "cleared", "word" … the writer's words */
    const char *scope;   /* as of incidents */
    const char *circuit; /* what the circuit was called then; "" for what is beside one */
    uint64_t key;        /* of the incident; 0: it is about none, and so are the next ones */
    uint32_t episode;
    uint8_t rule, severity;
    struct subject subject; /* without its item … */
    const char *item;       /* … which is there as people call it */
    const char *who;     /* whoever did it, or was told */
    const char *quiet;   /* why nobody was told; "": somebody was, or there is nothing to tell */
    int64_t lasted_ms;   /* of what is over; -1 */
    const char *text;    /* a sentence */
};

/** Which lines: all that is not 0 or NULL must hold. */
struct history_query {
    const char *scope;
    uint64_t key;
    uint32_t episode;       /* with a key only */
    int64_t since_wall_ms;  /* not older than this */
    int64_t before_wall_ms; /* older than this, or of that moment and put before … */
    int64_t before_id;      /* … this line */
    uint32_t limit;         /* most lines to give */
};

/** How much is kept. */
struct store_bounds {
    int64_t history_from_wall_ms;    /* lines, and texts of incidents, from this moment on … */
    int64_t deliveries_from_wall_ms; /* … and what was delivered */
    uint32_t most;                   /* newest rows of each, whatever their age */
};

/** A transaction to be; everything is copied in. NULL texts count as "". */
struct batch;
struct batch *batch_new(void);
void batch_free(struct batch *batch);
bool batch_empty(const struct batch *batch);
void batch_put_incident(struct batch *batch, const struct stored_incident *incident);
/** It was only pending and is gone. One that was raised before stays, as cleared: episode numbers are kept for ever. */
void batch_forget_incident(struct batch *batch, uint64_t key);
void batch_put_memory(struct batch *batch, const struct stored_memory *memory);
void batch_put_found(struct batch *batch, const struct stored_found *found);
void batch_forget_found(struct batch *batch, const char *circuit);
void batch_put_silence(struct batch *batch, const struct stored_silence *silence);
void batch_forget_silence(struct batch *batch, int64_t id);
void batch_put_delivery(struct batch *batch, const struct stored_delivery *delivery);
/** It has the body that another delivery has, or had when this batch began. */
void batch_copy_body(struct batch *batch, int64_t id, int64_t from);
void batch_delivery_attempt(struct batch *batch, int64_t id, uint32_t attempts, int64_t attempted_wall_ms);
/** Its body goes at once. */
void batch_delivery_done(struct batch *batch, int64_t id, enum delivery_state state, int64_t now_wall_ms);
void batch_delivery_fell(struct batch *batch, int64_t id);
void batch_delivery_minimal(struct batch *batch, int64_t id);
void batch_put_told(struct batch *batch, const struct stored_told *told);
void batch_forget_told(struct batch *batch, uint64_t key, const char *receiver);
void batch_put_digest(struct batch *batch, const struct stored_digest *digest);
void batch_forget_digest(struct batch *batch, const char *receiver);
/**
 * What is put behind this is everything: other incidents count as cleared, other deliveries as done, nobody else was told
 * of anything, and there are no other silences and digests, nor were other circuits discovered. For a writer that could not write for a
 * while and does not know what of its changes is on the disk.
 */
void batch_begin_picture(struct batch *batch, int64_t now_wall_ms);
/** That was all: bodies of other deliveries go. */
void batch_end_picture(struct batch *batch);
/** Nothing has happened; a write that shows whether the disk takes one. */
void batch_alive(struct batch *batch, int64_t wall_ms);
void batch_put_history(struct batch *batch, const struct stored_history *line);
/** A line about an incident of which only key, time, kind, episode, who and text are given: the rest is on the disk. */
void batch_put_history_of(struct batch *batch, const struct stored_history *line);

/**
 * Apply on the store's thread.
 *
 * @param why  one sentence after a failure
 * @return     STORE_OK or STORE_FAILED; after a failure everything is as before and the same batch can be applied again
 */
enum store_result store_apply(struct store *store, const struct batch *batch, char why[STORE_WHY_MAX]);

/**
 * Drop what is beyond the bounds: finished deliveries, history, cleared incidents' texts (never episode numbers). A
 * transaction of its own with at most STORE_PRUNE_MOST rows of each, so that commits never wait for long.
 *
 * @param more  is there more to drop? Set on STORE_OK
 * @param why   one sentence after a failure
 */
enum store_result store_prune(struct store *store, const struct store_bounds *bounds, bool *more,
                              char why[STORE_WHY_MAX]);
#define STORE_PRUNE_MOST 2000

/*
 * Reading, at start only. Texts live during the call of @p each, which must not use the store. False: the database
 * could not be read to its end.
 */
/** Cleared ones too, for their episode numbers. Incidents of rules that this release does not know are left out. */
bool store_each_incident(struct store *store, void (*each)(void *, const struct stored_incident *), void *context);
bool store_each_memory(struct store *store, void (*each)(void *, const struct stored_memory *), void *context);
bool store_each_found(struct store *store, void (*each)(void *, const struct stored_found *), void *context);
/** By id: the order in which they were put; without their bodies. */
bool store_each_waiting(struct store *store, void (*each)(void *, const struct stored_delivery *), void *context);
/**
 * The body of a delivery that waits; at any time, as a job on the store's thread.
 *
 * @param other  another delivery with the same body, should it have none yet; or the same
 * @param why    "" when there simply is none, else why it could not be read
 * @return       heap; NULL: none
 */
char *store_read_body(struct store *store, int64_t id, int64_t other, char why[STORE_WHY_MAX]);
bool store_each_told(struct store *store, void (*each)(void *, const struct stored_told *), void *context);
bool store_each_digest(struct store *store, void (*each)(void *, const struct stored_digest *), void *context);
/** By id. */
bool store_each_silence(struct store *store, void (*each)(void *, const struct stored_silence *), void *context);
/** The highest id of a silence ever given, also when that one was forgotten; 0: none. */
int64_t store_last_silence(struct store *store);
/** The highest delivery id ever given, also when that delivery was pruned; 0: none. */
int64_t store_last_delivery(struct store *store);

/**
 * Read the history, newest line first; at any time, as a job on the store's thread. It costs what it gives: to go on,
 * ask for what is older than the last line.
 */
bool store_each_history(struct store *store, const struct history_query *query,
                        void (*each)(void *, const struct stored_history *), void *context);

#endif
