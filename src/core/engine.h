#ifndef ERWATCH_CORE_ENGINE_H
#define ERWATCH_CORE_ENGINE_H

#include "core/attributes.h"
#include "core/beyond.h"
#include "core/clock_jump.h"
#include "core/differ.h"
#include "core/incident.h"
#include "core/judge.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Everything that is watched, and what follows from what is seen. Facts go in as events, what should happen comes back as
 * effects; nothing here reads a clock, opens anything or logs. The same events give the same effects, byte for byte.
 */

/** What to watch. Lives as long as the engine, or until the next engine_adopt(). */
struct watch {
    const struct policy *policy;
    const struct circuit_settings *circuits; /* sorted by id */
    size_t circuit_count;
    const char *const *credentials; /* names */
    size_t credential_count;
    const bool *discovers; /* by credential: are circuits looked for with it? Read by engine_new(), engine_adopt() only;
                              NULL: with none */
};

/** Whose incident or effect it is. */
struct target {
    uint8_t scope; /* enum scope */
    size_t index;  /* circuit, credential, subscription group, or former one of these */
};

enum effect_kind {
    EFFECT_TELL,     /* a notice and a journal entry: `incident`, `event` */
    EFFECT_SAVE,     /* `incident` differs from what is stored */
    EFFECT_FORGET,   /* `incident` was only pending and is gone */
    EFFECT_REMEMBER, /* the circuit's memory or its words differ from what is stored */
    EFFECT_WORD,     /* a state word changed: `change` */
    EFFECT_VERDICT,  /* `was`, `is` */
    EFFECT_LOOK,     /* look again at `at`: `look` */
    EFFECT_MUTE,     /* people have begun to withhold `incident`, which is open, or no longer do: `incident.withheld` */
};

/** LOOK_PORT is of an effect whose target is a port: that is looked at through one of the circuits on it. */
enum look_at { LOOK_CIRCUIT = 1, LOOK_METRICS = 2, LOOK_ROUTES = 4, LOOK_CONNECTIONS = 8, LOOK_PORT = 16,
               /* ARP tables, of the peerings and paths for which engine_wants_arp() says yes; never asked otherwise */
               LOOK_ARP = 32 };

struct effect {
    uint8_t kind;  /* enum effect_kind */
    uint8_t event; /* enum rule_event */
    uint8_t was, is; /* enum verdict */
    uint8_t look;    /* enum look_at */
    bool steady;     /* of EVENT_CHANGED: it no longer flaps */
    bool quiet;      /* of EFFECT_TELL: for the journal and the history, not for receivers */
    struct target target;
    struct mono at;
    struct incident incident;
    struct opinion opinion; /* what the incident was told of by */
    struct word_change change;
};

/** Effects in the order they must be carried out. Zero is an empty one; keep it and use it again. */
struct effects {
    size_t count, room;
    struct effect *item;
};

void effects_fini(struct effects *effects);

struct engine;

/** @return never NULL */
struct engine *engine_new(const struct watch *watch, struct moment now);
void engine_free(struct engine *engine);

/**
 * Other settings: what is known of a circuit goes with its id, of a credential with its name. Incidents of what is no
 * longer watched are cleared. Indices are those of the new watch from now on.
 */
void engine_adopt(struct engine *engine, const struct watch *watch, struct moment now, struct effects *out);

/**
 * Give back what is kept of incidents that are over for a month, of subjects that are gone, but for the numbers of their
 * episodes. Not between a call and its effects: targets change. The caller has everything of that time on the disk.
 */
void engine_tidy(struct engine *engine, int64_t now_wall_ms);

/* ---- at start, before anything else: what was stored ---- */

/** @param scope  as engine_scope_name() gave it. What is no longer watched is cleared by the first engine_turn(). */
void engine_restore_incident(struct engine *engine, const struct incident *incident, const char *scope,
                             struct moment now);
void engine_restore_memory(struct engine *engine, const char *id, const struct memory *memory, const char *words);
/** The same long after the start: of a circuit that was seen meanwhile, only what happened before is taken. */
void engine_join_memory(struct engine *engine, const char *id, const struct memory *memory, const char *words);

/* ---- what was seen ---- */

/** A believed answer about circuit @p index, asked for at @p asked. */
void engine_saw_circuit(struct engine *engine, size_t index, const struct sample *sample, struct mono asked,
                        struct moment now, struct effects *out);

/** When the answer that is known of it was asked for; long ago when none is. One that was asked for before is no news. */
struct mono engine_asked(const struct engine *engine, size_t index);

/** The same answer as the last one, byte for byte. */
void engine_saw_again(struct engine *engine, size_t index, struct mono asked, struct moment now, struct effects *out);

/** The newest values of the metrics of a circuit; those not seen are MONO_NEVER and change nothing. */
void engine_saw_metrics(struct engine *engine, size_t index, const struct witness *witness, struct moment now,
                        struct effects *out);

/** A route summary of one peering and path, both families. */
void engine_saw_routes(struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                       const struct route_value route[FAMILIES], struct moment now, struct effects *out);

/**
 * An ARP table of one peering and path, asked for at @p asked. ARP_UNKNOWN, an empty table, says nothing, and an older
 * table than the last one is none either; FEATURE_ARP has answered all the same.
 */
void engine_saw_arp(struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                    enum arp_state state, struct mono asked, struct moment now, struct effects *out);

/** One gateway connection of the circuit. */
void engine_saw_connection(struct engine *engine, size_t index, const struct connection_value *connection,
                           struct moment now, struct effects *out);

/** All that the circuit has at present: those not among them are forgotten, but for those of `expect.connections`. */
void engine_saw_connections(struct engine *engine, size_t index, const char *const *ids, size_t count,
                            struct moment now, struct effects *out);

/** A port of ExpressRoute Direct that circuits of the watch are on. What it does not know keeps `seen` MONO_NEVER. */
void engine_saw_port(struct engine *engine, const struct port_value *port, struct moment now, struct effects *out);

void engine_saw_health(struct engine *engine, size_t index, const struct health_value *health, struct moment now,
                       struct effects *out);

/** Everything that is announced for the circuit at present. */
void engine_saw_maintenance(struct engine *engine, size_t index, const struct maintenances *maintenances,
                            struct moment now, struct effects *out);

/** A poll of the circuit, or of an optional feature (failure->feature), that gave nothing. */
void engine_failed(struct engine *engine, size_t index, const struct failure *failure, struct moment now,
                   struct effects *out);

/** A poll of many circuits at once, a list, that gave nothing. */
void engine_failed_all(struct engine *engine, const size_t *indices, size_t count, const struct failure *failure,
                       struct moment now, struct effects *out);

/** A feature works; to be said each time, so that what was told of it can clear like anything else. */
void engine_feature_works(struct engine *engine, size_t index, enum feature feature, struct moment now,
                          struct effects *out);

/** Signing in failed (TROUBLE_SIGN_IN), or ARM refused a fresh token (TROUBLE_TOKEN). */
void engine_credential_failed(struct engine *engine, size_t credential, const struct failure *failure,
                              struct moment now, struct effects *out);

/** ARM took the token. */
void engine_credential_works(struct engine *engine, size_t credential, struct moment now, struct effects *out);

/**
 * A list was looked for circuits, and nothing is watched with the credential so far: that it gave one, or that no list
 * of the credential does. Of a credential that has circuits these say nothing, because the circuits do.
 */
void engine_list_works(struct engine *engine, size_t credential, struct moment now, struct effects *out);
void engine_list_failed(struct engine *engine, size_t credential, const struct failure *failure, struct moment now,
                        struct effects *out);
/** Is something of the credential's being confirmed, or nearly over, while no circuit is there whose polls would tell? */
bool engine_list_wanted(const struct engine *engine, size_t credential);

/**
 * When the credential ends (rule 94). Tell it at the start and after engine_adopt() for every credential, and again
 * from time to time: each time counts as a look.
 */
void engine_credential_expires(struct engine *engine, size_t credential, const struct expiry *expiry,
                               struct moment now, struct effects *out);

/** Trouble of our own machine (disk, descriptors); NULL: it is over. */
void engine_local(struct engine *engine, const struct failure *failure, struct moment now, struct effects *out);

/** People who want to hear nothing for a while: silences, maintenance windows of the settings. */
struct muting {
    /**
     * Asked of every incident that is not cleared, and of each before it is raised.
     *
     * @param next_wall_ms  lowered to the moment, later than @p wall_ms, from which the answer may be another one
     * @return              WITHHELD_SILENCED, WITHHELD_MAINTENANCE, both or 0
     */
    uint8_t (*reasons)(const void *context, const struct engine *engine, struct target target,
                       const struct incident *incident, int64_t wall_ms, int64_t *next_wall_ms);
    const void *context;
};

/**
 * What mutes incidents from now on; all of them are looked at again, now, whenever a moment has come that was given for
 * one of them, and when the wall clock is set. Once at the start, before anything else happens: until then incidents stay
 * withheld as they were stored. Again whenever something in @p muting's context has changed.
 */
void engine_mute(struct engine *engine, const struct muting *muting, struct moment now, struct effects *out);

/**
 * A clock did not just go on (rule 97): told once. After a step of the wall clock what was stamped in this run moves along,
 * so that ages stay true; after a sleep what was being confirmed is counted anew.
 */
void engine_clock_jumped(struct engine *engine, const struct clock_jump *jump, struct moment now, struct effects *out);

/** Azure's wall clock is so far ahead of our forward clock. What is counted in days goes by it. */
void engine_azure_time(struct engine *engine, int64_t ahead_ms);

/**
 * How all receivers of the settings take what they are told (rule 96): once after the incidents have been restored, and
 * whenever the standing of one or the settings have changed. One that is no longer among them is over. Copied.
 */
void engine_receivers(struct engine *engine, const struct delivering *receivers, size_t count, struct moment now,
                      struct effects *out);

/**
 * A reload was refused (rule 98), or, with NULL, one was taken. Copied. Not needed at the start: settings that are wrong
 * start nothing.
 */
void engine_settings(struct engine *engine, const struct rejection *rejection, struct moment now, struct effects *out);

/** The key of the incident of rule 96 that speaks of this receiver. */
uint64_t engine_receiver_key(const char *receiver);

/**
 * Silences that end soon while something that they mute is open (rule 99): all of them, again and again while there are
 * silences, and whenever those change. Those that are no longer among them are over. Copied.
 */
void engine_silences_end(struct engine *engine, const struct ending *endings, size_t count, struct moment now,
                         struct effects *out);

/**
 * Somebody takes an incident on, or takes over from whoever had; it survives a restart.
 *
 * @param ack  who, why, until_wall_ms and sticky; the rest is filled in
 * @return     false: no open incident has this key and episode
 */
bool engine_acknowledge(struct engine *engine, uint64_t key, uint32_t episode, const struct ack *ack, struct moment now,
                        struct effects *out);

/** It is withdrawn, of any episode: reminders go on. False: nobody had taken on an incident of this key. */
bool engine_unacknowledge(struct engine *engine, uint64_t key, struct moment now, struct effects *out);

/** Time has passed. */
void engine_turn(struct engine *engine, struct moment now, struct effects *out);

/** When engine_turn() wants to be called next. */
struct mono engine_due(const struct engine *engine);

/* ---- looking at it ---- */

/** The words for an effect or an incident, from what is known now. */
void engine_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                  enum rule_event event, struct moment now, struct story *story);

/**
 * "the ARM id in lower case", "credential/ops", "subscription/ops/0000…", "port/" and its id in lower case, "local"; as
 * long as the engine's watch.
 */
const char *engine_scope_name(const struct engine *engine, struct target target);

/** What is known of a circuit. The sample points into the engine and is good until its next call. */
void engine_facts(const struct engine *engine, size_t index, struct moment now, struct facts *out);

/** The circuit behind a target, also while it is being taken out of the watch; NULL beside a circuit. */
const struct circuit_settings *engine_circuit(const struct engine *engine, struct target target);

/**
 * Whose labels say who is told: a circuit's own; of a port those that all circuits on it share, under its name. Good until
 * the next call of the engine; NULL beside both.
 */
const struct circuit_settings *engine_routed(const struct engine *engine, struct target target);

/**
 * The same for everybody who must hear of it: of a common cause each of the circuits that it speaks for, because who is
 * told of one of them is told of the storm; of everything else engine_routed().
 */
void engine_each_routed(const struct engine *engine, struct target target,
                        void (*each)(void *context, const struct circuit_settings *circuit), void *context);

/** Id of the port behind a target, or of the one that a circuit is on, as ARM writes it; "" when there is none. */
const char *engine_port(const struct engine *engine, struct target target);

/** How many ports circuits of the watch are on; they are the targets { SCOPE_PORT, 0 } to { SCOPE_PORT, count - 1 }. */
size_t engine_port_count(const struct engine *engine);

/** What is known of a port; as long as the engine does not see anything. */
const struct port_facts *engine_port_facts(const struct engine *engine, size_t port);

/** A circuit that is on the port, for asking with its credential; its index, or the count of the watch: none is. */
size_t engine_port_circuit(const struct engine *engine, size_t port);

/** Name of the credential behind a target; "" when there is none. */
const char *engine_credential(const struct engine *engine, struct target target);

/** The subscription behind a target beside a circuit; "" when there is none. */
const char *engine_subscription(const struct engine *engine, struct target target);

struct engine_view {
    uint8_t verdict;         /* enum verdict */
    int64_t verdict_wall_ms; /* since when; 0: never decided */
    bool confirming;         /* a finding is pending */
    uint8_t peering[PEERINGS];     /* enum verdict of each expected peering; VERDICT_UNKNOWN elsewhere */
    const struct failure *failure; /* of the last poll; NULL when it went well */
    struct mono failed;            /* when; MONO_NEVER */
};

void engine_view(const struct engine *engine, size_t index, struct moment now, struct engine_view *out);

/** The verdict alone, cheaply. */
enum verdict engine_verdict(const struct engine *engine, size_t index);

/** Incidents of one target that are not cleared, as engine_each_incident(). */
void engine_incidents_of(const struct engine *engine, struct target target,
                         void (*each)(void *context, struct target target, const struct incident *incident,
                                      const struct opinion *opinion),
                         void *context);

/** The incident that suppresses @p incident of @p target; NULL when none does. */
const struct incident *engine_suppressor(const struct engine *engine, struct target target,
                                         const struct incident *incident);

/**
 * The last words of a circuit for the store: as words_write() gives them, a line "=", and the attributes that later ones
 * are compared with.
 */
#define ENGINE_WORDS_MAX (WORDS_TEXT_MAX + ATTRIBUTES_TEXT_MAX)
const char *engine_words(const struct engine *engine, size_t index, char text[ENGINE_WORDS_MAX]);

const struct memory *engine_memory(const struct engine *engine, size_t index);

/** Every incident that is not cleared (with @p all, and those cleared since the start), in a fixed order. */
void engine_each_incident(const struct engine *engine, bool all,
                          void (*each)(void *context, struct target target, const struct incident *incident,
                                       const struct opinion *opinion),
                          void *context);

/** Would a route summary help now (judge_wants_routes)? */
bool engine_wants_routes(const struct engine *engine, size_t index, struct moment now);

/**
 * Would the ARP table of this peering and path help now (judge_wants_arp)? EFFECT_LOOK with LOOK_ARP says when: at once
 * when it begins to, then as fast as rule 45 needs to confirm, else as rarely as route summaries are asked.
 */
bool engine_wants_arp(const struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                      struct moment now);

#endif
