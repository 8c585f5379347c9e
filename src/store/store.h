#ifndef ERWATCH_STORE_STORE_H
#define ERWATCH_STORE_STORE_H

#include "core/incident.h"
#include "core/judge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The database: incidents, what is remembered of circuits, and the delivery queue. A batch is one transaction: it is on
 * the disk whole (WAL, synchronous=FULL) or not at all. Batches are made on the loop and applied on the store's thread.
 */

struct store;

enum store_result {
    STORE_OK,
    STORE_LOCKED,  /* another erwatchd has the state directory */
    STORE_REFUSED, /* directory or file is a link, foreign, writable by others, of a newer release */
    STORE_DAMAGED, /* set aside as erwatch.db.damaged-<time>; a fresh one is open: go on, and say so */
    STORE_FAILED,  /* disk full, I/O error, permission */
};

/** Open (or make) DIR/erwatch.db and take the lock. @p why: one sentence whenever the result is not STORE_OK. */
enum store_result store_open(const char *directory, int64_t now_wall_ms, struct store **out, char why[512]);
void store_close(struct store *store);

/** An incident with the texts that are shown without judging again. */
struct stored_incident {
    struct incident incident;
    const char *scope;   /* circuit id in lower case, "credential/NAME" … */
    const char *summary;
    const char *notice;  /* JSON of the last notice, "" when there was none */
};

struct stored_memory {
    const char *circuit; /* id in lower case */
    struct memory memory;
    const char *words;   /* the last state words, for "changed from … to …" after a restart */
};

enum delivery_state { DELIVERY_WAITING, DELIVERY_DONE, DELIVERY_OVERTAKEN };

struct stored_delivery {
    int64_t id;           /* given by the caller, growing */
    const char *receiver; /* its name in the settings */
    const char *notice_id;
    uint64_t key;
    uint32_t episode, sequence;
    uint8_t event;        /* enum rule_event, or RULE_EVENTS for a test */
    uint8_t severity;
    const char *body;     /* the notice, JSON */
    int64_t created_wall_ms;
    uint32_t attempts;
    int64_t attempted_wall_ms; /* start of the last attempt, 0: none */
    uint8_t state;        /* enum delivery_state */
};

/** A transaction to be; everything is copied in. */
struct batch;
struct batch *batch_new(void);
void batch_free(struct batch *batch);
bool batch_empty(const struct batch *batch);
void batch_put_incident(struct batch *batch, const struct stored_incident *incident);
void batch_forget_incident(struct batch *batch, uint64_t key);
void batch_put_memory(struct batch *batch, const struct stored_memory *memory);
void batch_put_delivery(struct batch *batch, const struct stored_delivery *delivery);
void batch_delivery_attempt(struct batch *batch, int64_t id, uint32_t attempts, int64_t attempted_wall_ms);
void batch_delivery_done(struct batch *batch, int64_t id, enum delivery_state state, int64_t now_wall_ms);
/** Drop what ended before @p before_wall_ms: finished deliveries, cleared incidents' texts (never episode numbers). */
void batch_prune(struct batch *batch, int64_t before_wall_ms);
/** A history line: an incident's change or a state word's. */
void batch_put_history(struct batch *batch, int64_t wall_ms, const char *scope, const char *kind, const char *text);

/** Apply on the store's thread. STORE_OK or STORE_FAILED; after a failure the same batch can be applied again. */
enum store_result store_apply(struct store *store, const struct batch *batch, char why[512]);

/* Reading, at start only. Texts live during the call of @p each. */
bool store_each_incident(struct store *store, void (*each)(void *, const struct stored_incident *), void *context);
bool store_each_memory(struct store *store, void (*each)(void *, const struct stored_memory *), void *context);
bool store_each_waiting(struct store *store, void (*each)(void *, const struct stored_delivery *), void *context);
/** The highest delivery id ever given. */
int64_t store_last_delivery(struct store *store);

#endif
