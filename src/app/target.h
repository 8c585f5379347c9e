#ifndef ERWATCH_APP_TARGET_H
#define ERWATCH_APP_TARGET_H

#include "azure/arm.h"
#include "azure/digest.h"
#include "core/budget.h"
#include "core/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * What there is to ask, and what is kept of each: targets have a kind and an index among their kind, and one number for
 * the queue of what is due.
 */

struct app;
struct bundle;

/** What is asked of Azure, by kind; figures are kept by it. The first ones are targets. */
enum ask {
    ASK_LIST,
    ASK_CIRCUIT,
    ASK_METRICS,
    ASK_ROUTES, /* and ARP tables: whatever is an operation of the edge, one at a time */
    ASK_HEALTH,
    ASK_CONNECTIONS,
    ASK_PORTS,
    ASK_MAINTENANCE,
    ASK_BATCH,
    ASK_ARP,
    ASK_SEARCH, /* by Resource Graph, for gateway connections */
    ASK_DISCOVER,
    ASK_TOKEN,
    ASKS
};
#define ASK_TARGETS ASK_BATCH

/** Those that are due while so much is under way already, in the order in which they came. */
TAILQ_HEAD(crowd, asked);

/**
 * Something that is asked again and again: a list of a subscription, a circuit, its metrics, its route summaries. All zeros,
 * and not written to, as long as it never was: then it takes no memory (core/sparse.h).
 */
struct asked {
    TAILQ_ENTRY(asked) link; /* among those that wait for room */
    uint8_t crowd;           /* where: 1 + BUDGETS * enum urgency + enum budget_kind; 0: it does not */
    uint8_t failures;        /* in a row, for the back-off */
    bool busy;
    bool waits;  /* for a token that is being asked for */
    bool parked; /* until a sign-in may be tried again; sooner when one succeeds */
    struct mono attempted; /* start of the last attempt; 0: there was none */
    struct mono beat;      /* the next regular one; 0: it never had any */
    struct mono wanted;    /* the core wants a look at that moment, and it is busy; 0: it does not */
};

/** When a look is wanted; MONO_NEVER: at no moment. */
static inline struct mono asked_wanted(const struct asked *asked)
{
    return asked->wanted.ms != 0 ? asked->wanted : MONO_NEVER;
}

/** What Azure counts apart for one principal in one subscription. */
enum budget_kind { BUDGET_READS, BUDGET_WRITES, BUDGET_METRICS, BUDGETS };

const char *budget_name(enum budget_kind kind); /* "reads", "writes", "metrics" */

/** The circuits of one subscription that are seen with one credential: one list serves them all. */
struct subscription {
    const char *id; /* lower case, of the settings */
    size_t credential;
    size_t *circuits; /* indices */
    size_t count;
    int64_t every_ms;
    bool listed;        /* two circuits or more, and the list is not refused */
    size_t looking;     /* own polls of its circuits that are due beside the list */
    struct budget budget[BUDGETS];
    SLIST_HEAD(regions, region) regions; /* of its circuits, for bundle.c */
    struct crowd crowd[BUDGETS][URGENCIES]; /* targets that are due, and so much is under way already */
    struct digest answer;      /* of the last list answer's request id and date: a replay of it is no sample */
    struct list_memory memory; /* of the last list that the core was told of */
};

/** The circuits of one resource group in a subscription. */
struct circuit_group {
    size_t subscription;
    char *name;
    size_t first, count; /* of the subscription's circuits */
    bool untold; /* the core waits to be told which connections they have no more, for the end of a search */
};

/** Whose list and whose group's connections a circuit is asked about with. */
struct home {
    uint32_t subscription, group;
};

/** What the app keeps of one circuit beside the core; all zeros, and not written to, while its list says all of it. */
struct watched {
    struct bundle *bundle; /* whose metrics are asked together with its own; NULL: none */
    struct mono apart;     /* its metrics are asked for alone until then: the answer about many lacked it */
    struct digest answer; /* of request id and date of its last own answer */
    struct digest body;   /* of its last own answer, as long as that is what the core knows */
    struct poll_waiter *waiters;   /* operators who asked for a poll */
    struct routes_run *routes;     /* a route summary that waits for the router */
    unsigned looks;       /* enum look_at: operations that are wanted beside the beat */
    bool absent;          /* not in the last complete list: ask for it alone */
    bool moved;           /* the core knows a later answer than its element of the last list */
};

/** What there is one target for. */
enum per { PER_SUBSCRIPTION, PER_GROUP, PER_CIRCUIT, PERS };

const char *ask_name(enum ask ask);
enum per target_per(enum ask ask);

/** The number of a target, below target_count(). */
size_t target_id(const struct app *app, enum ask ask, size_t index);
size_t target_count(const struct app *app);
/** What the journal calls it. */
const char *target_name(const struct app *app, enum ask ask, size_t index);
/** The id of a circuit of the settings, as written. */
struct id_text target_circuit_id(const struct app *app, size_t circuit);
/** Two looks at it are at least so far apart. */
int64_t target_apart_ms(enum ask ask);
/** The way back: its kind, and its index. */
enum ask target_kind(const struct app *app, size_t id, size_t *index);

/** On whose budgets, and with which credential, it is asked. */
struct subscription *target_subscription(const struct app *app, enum ask ask, size_t index);
int64_t target_every_ms(const struct app *app, enum ask ask, size_t index);
/** Its next regular moment. */
struct mono target_beat(const struct app *app, enum ask ask, size_t index, struct moment now);
/** Is it asked by itself, or does another one bring the answer? */
bool target_has_beat(const struct app *app, enum ask ask, size_t index);
/** Of which budget its first request is, and how long it has to stand back for others. */
enum budget_kind target_budget(const struct app *app, enum ask ask, size_t index, struct moment now);
enum urgency target_urgency(enum ask ask);

#endif
