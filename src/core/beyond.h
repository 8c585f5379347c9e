#ifndef ERWATCH_CORE_BEYOND_H
#define ERWATCH_CORE_BEYOND_H

#include "core/mono.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What lies beyond the circuit itself, each asked for by a request of its own: gateway connections (rule 50), ports of
 * ExpressRoute Direct (52, 53), what Azure Resource Health says of the circuit (a fact in every explanation) and the
 * maintenance that Microsoft has announced (55). Global Reach (51) comes with the circuit and is in its sample.
 */

#define BEYOND_ID_MAX 320   /* an ARM id: Azure's own limits add up to less */
#define BEYOND_TEXT_MAX 256 /* a title or summary, cut at a character */
#define BEYOND_WORD_MAX 40

/* How often each of them is asked for; a fact counts until the next one is due plus poll.stale. */
#define CONNECTIONS_EVERY_MS (INT64_C(5) * 60 * 1000)
#define PORTS_EVERY_MS (INT64_C(5) * 60 * 1000)
#define HEALTH_EVERY_MS (INT64_C(5) * 60 * 1000)
#define MAINTENANCE_EVERY_MS (INT64_C(60) * 60 * 1000)

/** `connectionStatus` of a gateway connection and `circuitConnectionStatus` of Global Reach. */
enum linked {
    LINKED_UNKNOWN, /* the key is absent, or says Unknown: lists and old API versions leave it out */
    LINKED_CONNECTED,
    LINKED_CONNECTING,
    LINKED_DISCONNECTED, /* NotConnected, Disconnected */
    LINKED_OTHER         /* a word outside the list; `word` has it */
};

const char *linked_name(enum linked linked); /* "unknown", "connected" … */

/** Which of several connections, links or maintenances: a hash of its id or name without regard to case; never 0. */
uint64_t item_of(const char *id);

/** A virtual network gateway connection, or one of a Virtual WAN gateway, whose peer is the circuit. */
struct connection_value {
    char id[BEYOND_ID_MAX]; /* as ARM writes it; compared without case */
    struct mono seen;       /* when it was asked for */
    bool missing;           /* 404: it is listed in the settings and does not exist */
    uint8_t status;         /* enum linked */
    uint8_t operation;      /* enum operation_word of its `provisioningState`, WORD_ABSENT, WORD_OTHER */
    char word[BEYOND_WORD_MAX];      /* `connectionStatus` as sent */
    char peer[BEYOND_ID_MAX];        /* `peer.id`: the circuit; "" when the answer has none (Virtual WAN) */
};

enum link { LINK_ONE, LINK_TWO, LINKS };

/** Light of one direction of one link: the worst of its lanes. */
struct light_value {
    struct mono seen; /* MONO_NEVER: no value */
    int64_t stamp_wall_ms;
    int16_t centi_dbm; /* hundredths of dBm: -350 is -3.5 dBm */
};

struct link_value {
    struct mono seen;     /* of the resource; MONO_NEVER: never */
    uint8_t admin;        /* enum switch_word of `adminState` */
    struct mono line_seen; /* of the LineProtocol metric; MONO_NEVER */
    int64_t line_stamp_wall_ms;
    int16_t line_percent; /* LineProtocol, 0 or 1 as percent; an average lies between */
    struct light_value rx, tx;
    char router[BEYOND_WORD_MAX], interface[BEYOND_WORD_MAX], panel[BEYOND_WORD_MAX];
};

/** A port pair of ExpressRoute Direct; several circuits may be on it. */
struct port_value {
    char id[BEYOND_ID_MAX];
    struct mono seen;
    uint8_t operation; /* enum operation_word */
    char location[BEYOND_WORD_MAX]; /* `peeringLocation` */
    struct link_value link[LINKS];
};

/** `availabilityState` of Azure Resource Health; Unknown is common and means that Azure has no data. */
enum availability { AVAILABILITY_UNKNOWN, AVAILABILITY_AVAILABLE, AVAILABILITY_DEGRADED, AVAILABILITY_UNAVAILABLE };

const char *availability_name(enum availability availability); /* "unknown", "available" … */

struct health_value {
    struct mono seen; /* when it was asked for; MONO_NEVER: never */
    uint8_t state;    /* enum availability */
    bool planned;     /* `reasonType` Planned */
    int64_t since_wall_ms;          /* `occurredTime`, also spelt `occuredTime`; 0: not said */
    char summary[BEYOND_TEXT_MAX];  /* title, else summary; plain text */
};

/* Rule 55: told once more so long before it begins; one whose end is not said lasts so long. */
#define MAINTENANCE_SOON_MS (INT64_C(24) * 3600 * 1000)
#define MAINTENANCE_LASTS_MS (INT64_C(8) * 3600 * 1000)

/** One announced maintenance that concerns a circuit. */
struct maintenance_value {
    char tracking_id[BEYOND_WORD_MAX]; /* what Microsoft and its customers call it by */
    char title[BEYOND_TEXT_MAX];
    int64_t starts_wall_ms, ends_wall_ms; /* impactStartTime, impactMitigationTime; end 0: not said */
    struct mono starts, ends; /* the same on our clock: by whom the clock is read; end MONO_NEVER: not said */
    bool certain;  /* the event names the circuit; otherwise only its region and service */
    bool resolved; /* `status` Resolved: it is over, or was called off */
    uint8_t path;  /* enum path, when the text names one; else PATH_NONE */
};

#define MAINTENANCE_MAX 16 /* of one circuit at a time; certain ones, then the nearest are kept */

struct maintenances {
    struct mono seen; /* when they were asked for; MONO_NEVER: never */
    size_t count;
    struct maintenance_value item[MAINTENANCE_MAX]; /* by start */
};

/** Add one, by start. When all places are taken: certain ones before others, before those resolved; then the nearest. */
void maintenances_put(struct maintenances *to, const struct maintenance_value *value);

/* ---- as they are kept ---- */

#define CONNECTIONS_MAX 128 /* of one circuit; Azure allows 100 */

/** A connection, as small as it is. */
struct connection {
    uint64_t item; /* item_of() its id */
    struct mono seen;
    bool missing, listed; /* listed: among the circuit's own at the last look */
    uint8_t status, operation;
    const char *word, *peer; /* `peer` only where it is another circuit than the one that has it; else "" */
    char id[];
};

struct maintenance {
    uint64_t item; /* item_of() its tracking id */
    int64_t starts_wall_ms, ends_wall_ms;
    struct mono starts, ends;
    bool certain, resolved;
    uint8_t path;
    const char *title;
    char tracking_id[];
};

/** What is known beyond one circuit; most circuits have none. */
struct beyond {
    struct mono health_seen; /* MONO_NEVER: never */
    int64_t health_since_wall_ms;
    char *health_summary; /* NULL: none, or there is nothing the matter */
    struct connection **connection; /* in the order in which they were first seen */
    struct mono maintenance_seen;
    struct maintenance **maintenance; /* by start */
    uint16_t connection_count, maintenance_count;
    uint8_t health; /* enum availability */
    bool planned;
};

/** Nothing is known yet. */
struct beyond beyond_nothing(void);

void beyond_fini(struct beyond *beyond);

/** The connection of that item; NULL when it was never seen. */
const struct connection *beyond_connection(const struct beyond *beyond, uint64_t item);

/**
 * Take over what was seen. @p circuit: id of the circuit that has it, in lower case
 *
 * @return  does it say anything else than before?
 */
bool beyond_take_connection(struct beyond *beyond, const struct connection_value *value, const char *circuit);

/** One that is expected takes the place of one that is not, when all CONNECTIONS_MAX are taken. @p item: the new one */
void beyond_make_room(struct beyond *beyond, uint64_t item, const char *const *expected, size_t expected_count);

/** Forget what is neither among @p ids nor among those of the settings. @return was there any? */
bool beyond_keep_connections(struct beyond *beyond, const char *const *ids, size_t count, const char *const *expected,
                             size_t expected_count);
/** @return is the state another one? */
bool beyond_take_health(struct beyond *beyond, const struct health_value *value);
void beyond_take_maintenances(struct beyond *beyond, const struct maintenances *value);

/* ---- ports ---- */

#define LIGHT_HOURS 26 /* one value for each hour: a day, and what is under way */

enum light { LIGHT_RX, LIGHT_TX, LIGHTS };

const char *light_name(enum light light); /* "rx", "tx" */

/** The light of one direction over the last day, hour by hour; lost with a restart. */
struct light_history {
    int64_t hour[LIGHT_HOURS]; /* on our clock, 0: none */
    int16_t centi_dbm[LIGHT_HOURS];
};

/** A port as it is kept and judged. */
struct port_facts {
    struct port_value value;
    struct light_history light[LINKS][LIGHTS];
};

/** Nothing but the id is known. */
void port_reset(struct port_facts *port, const char *id);

/** Take over what was seen; what was not keeps its value and its age. */
void port_take(struct port_facts *port, const struct port_value *value);

/** Light of a link and direction. */
const struct light_value *link_light(const struct link_value *link, enum light light);

/** How the light was a day before @p now. @return false when that is not known */
bool port_light_yesterday(const struct port_facts *port, enum link link, enum light light, struct mono now,
                          int16_t *centi_dbm);

#endif
