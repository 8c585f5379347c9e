#ifndef ERWATCH_CORE_ENGINE_INNER_H
#define ERWATCH_CORE_ENGINE_INNER_H

#include "core/attributes.h"
#include "core/engine.h"
#include "core/pool.h"
#include "core/alike.h"
#include "core/queue.h"

/* What the engine_*.c files share. */

struct slot {
    struct incident incident;
    struct opinion opinion; /* the last bad one: what it would be told by */
    struct mono waits;      /* WITHHELD_WAITING: until then; MONO_NEVER: it has not begun to */
};

/** Something that has incidents. */
struct holder {
    struct target target;
    char *name; /* the scope's text; NULL: of a circuit, whose settings have it */
    struct slot *slots;
    uint32_t count, room;
    bool unsettled; /* an incident is counting samples, or unsure of its severity: every sample matters */
};

/** What a circuit contributes to the findings that many share. */
struct share {
    bool blind, failing, forbidden, throttled;
    bool off[FEATURES];
};

/** A port of ExpressRoute Direct that circuits are on. */
struct port {
    struct holder holder;
    struct port_facts facts;
    size_t circuits; /* of the watch that are on it; none: it was restored, or all have left it */
    struct mono due;
    bool dirty;
    struct circuit_settings routed; /* made when it is asked for; its labels are the circuits' */
};

/** What many incidents of one rule may share, narrowest first. */
#define CAUSE_NAME_MAX 320

/** A common cause (56), and the incidents that it speaks for as of the last look. */
struct cause {
    struct holder holder;
    uint64_t key;  /* of its incident; those it speaks for have it as their `cause` */
    uint8_t rule;  /* that they are of */
    uint8_t kind;  /* enum cause_kind */
    uint8_t worst, owner;
    bool lets_go;  /* too few share it by now */
    size_t children;
    struct mono formed;
    char text[ITEM_NAME_MAX]; /* for people: "Equinix in London" */
    struct circuit_settings routed; /* made when it is asked for; its labels are those its circuits share */
};

/** Of what a judgement rests on (struct look), what is known of every circuit. */
struct glance {
    bool has_sample;
    struct mono sample_seen, awake, judged_since[PEERINGS];
};

/** … and what is only of one that Azure refuses, or answers with what cannot be believed. */
struct trouble_seen {
    bool throttled;
    bool feature_off[FEATURES];
    uint8_t feature_odd[FEATURES];
    uint32_t missing, forbidden, unexpected;
    struct mono missing_seen, forbidden_seen, unexpected_seen;
};

/** What few circuits have: those in trouble, those on a port, those that were changed. All zeros: it is as usual. */
struct unusual {
    struct circuit_settings *own; /* of a circuit that is no longer watched: its id and name */
    struct failure *failure;      /* of the last poll, NULL when it went well */
    struct mono failed;           /* when */
    struct trouble_seen seen;
    struct share share;
    bool change_told;
    char *changed;      /* attributes_changes(): the last ones that were told, or are to be; NULL: none */
    char *attributes;   /* what they are compared with; NULL: those of the sample */
    char *stored_words; /* from the last run, until the first answer */
    struct past *past;  /* of its sessions; NULL: they just stayed up */
    struct port *port;  /* NULL: on none */
    struct mono let_go; /* when nothing explained its connections and links any more; 0: nothing ever did */
};

struct circuit {
    struct holder holder;
    const struct circuit_settings *settings;
    struct unusual *unusual; /* circuit_unusual(), circuit_change_unusual() */
    struct likeness sample; /* sample_pack() of the last believed answer, without the id, which the settings have */
    void *witness; /* witness_pack(); NULL: neither has said anything */
    struct memory memory;
    struct glance look;
    struct beyond *beyond; /* NULL: nothing is known beyond it */
    int64_t verdict_wall_ms;
    struct mono due; /* when time changes something, but for its facts growing stale */
    int64_t judged_wall_ms, due_wall_ms; /* the same by the host's clock, which counts the days and can be set */
    struct mono answer_due; /* an equal answer from then on is to be judged: sessions are measured against its age */
    uint32_t group;
    uint8_t session[PEERINGS][PATHS][FAMILIES];
    uint8_t verdict;
    bool decided; /* a verdict was reached once */
    bool routes_wanted; /* at the last look a route summary would have helped */
    bool arp_wanted;    /* the same of an ARP table of any of its paths */
    bool arp_fallen;    /* the metric of layer 2 says of one of them that it is not up */
    bool explained;     /* something explains its connections and links: no sample of them says anything */
    bool connections_listed; /* since the start it was seen once which gateway connections it has */
    bool dirty;
    bool quiet; /* judged, and nothing waits for a sample: an equal answer changes nothing but ages */
};

struct credential {
    struct holder holder;
    const char *name;
    size_t circuits, blind, failing, forbidden; /* of its circuits */
    size_t off[FEATURES];                       /* circuits of which this read is refused */
    struct failure refused[FEATURES];           /* the last refusal */
    struct mono refused_seen[FEATURES];
    struct failure failure;                     /* kind TROUBLE_NONE: it works */
    bool works;
    struct mono seen, worked;
    struct mono answered; /* by ARM, about any of its circuits; 0: not since the start */
    struct failure last; /* of a circuit, for the stories of a common trouble */
    struct expiry expiry;
    struct mono expiry_seen;
    bool discovers;       /* circuits are looked for with it */
    bool alone;           /* … and there is none yet: its own lists are all there is to see */
    struct mono listed;   /* the last one that was complete; 0: none since it is alone */
    struct mono unlisted; /* since when none is; MONO_NEVER: the last one was */
    bool list_refused;    /* the last one, with 403 */
    bool dirty;
    uint8_t blind_by; /* 91 or 90 of all its circuits holds now */
};

/** The circuits of one subscription that are seen with one credential. */
struct group {
    struct holder holder;
    size_t credential;
    char *subscription;
    size_t first_circuit, last_circuit; /* its circuits are among these, beside those of other credentials */
    size_t throttled;
    struct mono seen;
    struct failure last;
    bool dirty, blinds;
};

/** When each feature was odd or off, or gave a good answer: of the circuits of the watch; 0: never. */
struct features {
    size_t circuits;
    struct mono *seen[FEATURES]; /* sparse_take() */
};

/** Numbers of last episodes, by the incidents' keys. */
struct last_episode {
    uint64_t key;
    uint32_t episode;
};

struct last_episodes {
    struct last_episode *item;
    size_t count, room;
};

struct engine {
    struct watch watch;
    struct moment started;
    struct circuit *circuits; /* those of the watch, then those that are leaving it */
    size_t circuit_count;     /* with the leaving ones */
    struct credential *credentials;
    struct group *groups;
    size_t group_count;
    struct port **ports;      /* their numbers do not change, but by engine_adopt() */
    struct port **port_by_id; /* the same, sorted by the holder's name */
    size_t port_count;
    struct cause **causes;
    size_t cause_count;
    struct mono group_due; /* when to look at what waits and is grouped */
    struct last_episodes past;      /* what is long over of those and of causes */
    struct holder *former; /* what left the settings, without the circuits that still have something open */
    size_t former_count;
    bool former_dirty;
    struct holder local;
    struct clock_jump jump; /* the last one */
    struct delivering *receivers; /* all of the settings, as they were told last */
    size_t receiver_count;
    bool receivers_told;
    struct rejection *rejection; /* of the last reload; NULL: it was taken */
    struct ending *endings; /* of silences */
    size_t ending_count;
    uint64_t jump_event;    /* which one it is; 0: none since the start */
    int64_t run_wall_ms;    /* when this run began, as this host's clock would have shown it, had it been as it is now */
    bool azure_known;       /* its clock: azure_ahead_ms before our forward clock */
    int64_t azure_ahead_ms;
    struct failure local_failure;
    struct mono local_seen;
    bool local_dirty;
    struct muting muting; /* reasons NULL: nothing was said of it yet */
    struct mono mute_due; /* when to ask it again */
    int64_t mute_due_wall_ms, mute_offset_ms; /* the same by the wall clock; that clock less ours when it was asked */
    struct alike *samples;
    struct pool *pool; /* of what is known beyond circuits */
    struct features features;
    struct queue *due;   /* circuits, groups, credentials, local: engine_due_id() */
    size_t *dirty;       /* stack of circuits to judge */
    size_t dirty_count;
    size_t *dirty_groups;
    size_t dirty_group_count;
    bool shared_dirty; /* a group, a credential, a port or our own machine is to be judged */
    struct sample scratch;
    struct id_text scope; /* engine_holder_name() */
    struct witness witness; /* engine_witness() */
    struct opinions opinions;
};

/* engine.c */
/** @param id  in any case */
struct circuit *engine_find(struct engine *engine, const char *id);
/** The last answer, unpacked into @p room; NULL: none since the start. */
const struct sample *circuit_sample(const struct engine *engine, const struct circuit *circuit, struct sample *room);
/** The scope's text. Of a circuit it is the engine's one scratch text, good until the next call. */
const char *engine_holder_name(const struct engine *engine, const struct holder *holder);
/** @param name  copied */
void holder_init(struct holder *holder, enum scope scope, size_t index, const char *name);
void holder_fini(struct holder *holder);
/** A circuit that is watched no longer: enough of its settings to say so. */
void circuit_leave(struct circuit *circuit, const struct resource_id *id, const char *name);
/** The holder beside the circuits that has this name; NULL when nothing watched has it. */
struct holder *engine_find_shared(struct engine *engine, const char *name);
/** What is known of its sessions: the engine's one scratch copy, good until the next call. */
struct witness *engine_witness(const struct engine *engine, const struct circuit *circuit);
/** Have them judged by the next engine_settle(). */
void engine_mark(struct engine *engine, size_t index);
void engine_mark_group(struct engine *engine, struct group *group);
void engine_mark_credential(struct engine *engine, struct credential *credential);
void engine_mark_local(struct engine *engine);

/* engine_unusual.c */
/** To be looked at; never NULL. */
const struct unusual *circuit_unusual(const struct circuit *circuit);
/** To be written to; made if need be. */
struct unusual *circuit_change_unusual(struct circuit *circuit);
/** Give it back if it is all zeros by now. */
void circuit_settle_unusual(struct circuit *circuit);
void circuit_free_unusual(struct circuit *circuit);
/** When a feature answered last, or was refused. Of circuits that are no longer watched, nobody knows. */
struct mono engine_feature_seen(const struct engine *engine, const struct circuit *circuit, enum feature feature);
void engine_see_feature(struct engine *engine, const struct circuit *circuit, enum feature feature, struct mono now);
struct features features_new(size_t circuits);
void features_free(struct features *features);
/** What was of a circuit at one index is of one at another. */
void features_carry(struct features *to, size_t is, const struct features *from, size_t was);
/** All that a judgement rests on. */
void engine_look(const struct engine *engine, const struct circuit *circuit, struct look *out);

/* engine_feed.c */
struct effect *effects_add(struct effects *effects, enum effect_kind kind, struct target target);
struct holder *engine_holder(struct engine *engine, struct target target);
/** The incident of this rule and subject, and what goes with it; NULL: there is none. */
struct slot *holder_find(const struct holder *holder, uint8_t rule, struct subject subject);
/** Whose opinion it is; NULL: it is gone. */
const struct incident *engine_incident_of(const struct engine *engine, struct target target,
                                          const struct opinion *opinion);
/** Room for one more incident, not filled in. */
struct slot *holder_add(struct holder *holder);
void engine_feed_all(struct engine *engine, struct holder *holder, const struct opinions *opinions, struct moment now,
                     struct effects *out);
/** What incident_feed() and its like gave, as effects. */
void engine_carry_out(struct holder *holder, struct slot *slot, unsigned todo, struct effects *out);
size_t engine_raised_of(const struct holder *holder, struct raised *raised, size_t most);
/** Is the holder's own finding of this rule raised or clearing? */
bool engine_is_open(const struct holder *holder, enum rule rule);
/** The slot of the incident that explains a suppressed opinion; NULL when there is none. */
struct slot *engine_explaining(struct engine *engine, const struct holder *holder, const struct opinion *opinion);

/* engine_restore.c */
/** When an acknowledgement ends by the wall clock as it is now. */
struct mono engine_ack_end(const struct ack *ack, struct moment now);

/* engine_mute.c */
/** Do people not want to hear of this one now, as it is, or would be if it were raised? */
bool engine_mutes(struct engine *engine, const struct holder *holder, const struct incident *incident,
                  struct moment now);
/**
 * Note whether an incident is muted now, before it is fed.
 *
 * @param opinion  the bad one that it will be fed with; else NULL
 * @return         INCIDENT_SAVE when that is another answer than before
 */
unsigned engine_note_mute(struct engine *engine, const struct holder *holder, struct incident *incident,
                          const struct opinion *opinion, struct moment now);
/** After it was fed with a bad opinion: is it muted as what it has become? */
void engine_settle_mute(struct engine *engine, struct holder *holder, struct slot *slot, struct moment now,
                        struct effects *out);
/** Look at all of them again if it is time to. */
void engine_mute_due(struct engine *engine, struct moment now, struct effects *out);

/* engine_cause.c */
/** The name of a circuit's cause; false: it has none of that kind. @param sample  NULL: never seen */
bool cause_name(const struct engine *engine, const struct circuit *circuit, const struct sample *sample,
                enum rule rule, enum cause_kind kind, char name[CAUSE_NAME_MAX]);
uint64_t cause_key(const char *name, enum rule rule);
/** The cause with this key, which is the circuit's; made if need be. */
struct cause *cause_of(struct engine *engine, uint64_t key, const struct circuit *circuit,
                       const struct sample *sample, enum rule rule, enum cause_kind kind);
/** … whose incident is open; NULL: there is none. */
struct cause *cause_find_open(struct engine *engine, uint64_t key);
/** … and people want to hear of it, so that it may speak for more of them. */
struct cause *cause_find_speaking(struct engine *engine, uint64_t key);
/** Would nobody hear of it if it were raised for those that were counted? */
bool cause_is_muted(struct engine *engine, const struct cause *cause, struct moment now);
/** The holder of a scope "cause/…", made if need be; NULL when the name is of another kind. @param text  for people */
struct holder *cause_holder(struct engine *engine, const char *name, const char *text);
/** Its incident was restored. */
void cause_restored(struct engine *engine, const struct holder *holder, struct mono raised);
/** Other settings: nothing of the old ones is kept, and what they change of the causes is looked at. */
void causes_adopt(struct engine *engine, struct mono now);
void cause_free(struct cause *cause);
void causes_fini(struct engine *engine);
/** Count what it speaks for: none, then one after the other. */
void cause_count_begin(struct cause *cause);
void cause_count_child(struct cause *cause, const struct incident *incident);
/** Its incident is bad while it speaks for any. */
void cause_judge(struct engine *engine, struct cause *cause, struct moment now, struct effects *out);
const struct circuit_settings *cause_routed(const struct engine *engine, struct target target);
/** Of a cause that is one; else "". */
const char *cause_subscription(const struct cause *cause);
const char *cause_credential(const struct cause *cause);
/** As engine_story(), of a cause. */
void engine_cause_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                        enum rule_event event, struct moment now, struct story *story);

/* engine_group.c */
/** Before an incident is fed that may be raised by it: is it to wait, or does another one speak for it already? */
void group_before(struct engine *engine, const struct holder *holder, struct slot *slot);
/** After any incident was fed. @param fresh  group_before() was called */
void group_after(struct engine *engine, struct slot *slot, bool fresh, struct moment now);
/** Look at all groups at that moment. */
void group_look(struct engine *engine, struct mono at);
/** Look at them if it is time to: form groups, let speak what waited in vain, see which groups are over. */
void group_turn(struct engine *engine, struct moment now, struct effects *out);

/* engine_item.c */
/** The end of a connection's id, for people: its name, and in a Virtual WAN that of its gateway. */
const char *engine_short_id(const char *id);
/** What people call the item of an opinion: a connection, a link, a maintenance; "" when it has none or is not known. */
void engine_item_name(struct engine *engine, const struct holder *holder, const struct opinion *opinion,
                      char name[ITEM_NAME_MAX]);

/* engine_former.c */
/** The place for a name that is not watched. */
struct holder *former_add(struct engine *engine, const char *name);
/** Take over the incidents of a holder that goes away. */
void former_keep(struct engine *engine, struct holder *was);
/** Give a new holder what is known of its name. */
void former_take(struct engine *engine, struct holder *holder);
/** Clear what is open there. */
void former_clear(struct engine *engine, struct moment now, struct effects *out);
void former_fini(struct engine *engine);

/* engine_past.c */
#define PAST_AFTER_MS (INT64_C(30) * 24 * 3600 * 1000) /* it was over for so long */
/** The last episode of an incident of which nothing else is known any more; 0: there was none. */
uint32_t past_episode(const struct engine *engine, uint64_t key);
/** Of a subject that is gone: is the incident long over, so that only its number is kept now? */
bool past_take(struct engine *engine, const struct incident *incident, int64_t now_wall_ms);
void past_fini(struct engine *engine);

/* engine_port.c */
/** The holder of a scope "port/…", made if need be; NULL when the name is of another kind. */
struct holder *port_holder(struct engine *engine, const char *name);
/** The circuit is on the port of this id from now on; "": on none. */
void port_link(struct engine *engine, struct circuit *circuit, const char *id);
void engine_mark_port(struct engine *engine, struct port *port);
/** Other settings: count anew, and give up those that no circuit is on. */
void ports_adopt(struct engine *engine);
void ports_fini(struct engine *engine);
/** As engine_story(), of a port. */
void engine_port_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                       enum rule_event event, struct moment now, struct story *story);
/** Mark those whose moment has come. */
void ports_touch_due(struct engine *engine, struct mono now);
void ports_judge(struct engine *engine, struct moment now, struct effects *out);

/* engine_time.c */
void engine_settle(struct engine *engine, struct moment now, struct effects *out);
/** Nobody looked for a while: what grew old meanwhile is nobody's blindness. */
void engine_wake(struct engine *engine, struct mono now);
/**
 * A moment that was due long ago and for which nobody called: the machine slept, or the loop stood still. What grew old
 * meanwhile is nobody's blindness; there is time to look until it would be from now on.
 */
void engine_note_sleep(struct engine *engine, struct mono now);
/** When an incident of the holder changes by time alone, or @p due when that is sooner. */
struct mono engine_due_of_incidents(const struct holder *holder, const struct policy *policy, struct mono now,
                                    struct mono due);
/** After judging: when to do so again though nothing is seen. @p due: a moment beside those of the incidents */
void engine_plan_circuit(struct engine *engine, struct circuit *circuit, struct moment now);
void engine_plan_shared(struct engine *engine, const struct holder *holder, struct mono due, struct moment now);
/** Have the target judged by the next engine_settle(), this one if it has not come to that yet. */
void engine_touch(struct engine *engine, struct target target, struct mono now);
size_t engine_due_id(const struct engine *engine, struct target target);

/* engine_clock.c */
/** The same moment with the wall time by which days are counted. */
struct moment engine_by_azure(const struct engine *engine, struct moment now);

/* engine_judge.c */
/** How soon the next sample of an unconfirmed incident is wanted; 0: the ordinary pace will do. */
int64_t engine_pace_of(const struct incident *incident, const struct policy *policy, struct mono now);
void engine_want(struct effects *out, struct target target, enum look_at look, struct mono at);
void engine_judge_circuit(struct engine *engine, struct circuit *circuit, struct moment now, struct effects *out);
void engine_fill_facts(const struct engine *engine, const struct circuit *circuit, struct moment now,
                       struct facts *out);

/* engine_change.c */
/**
 * A new answer. @param last  the one before, NULL: none since the start
 * @return does what is stored of the attributes change without a word?
 */
bool engine_note_attributes(struct circuit *circuit, const struct sample *last, const struct sample *sample);
/** After feeding: what was told of is compared with no more. */
void engine_changes_told(struct engine *engine, struct circuit *circuit, const struct facts *facts,
                         struct effects *out);
/** What attributes are compared with, for the store. */
const char *engine_attributes(const struct engine *engine, const struct circuit *circuit,
                              char text[ATTRIBUTES_TEXT_MAX]);

/* engine_see.c */
/** A read beside the circuit has given something that can be believed. */
void engine_feature_answered(struct engine *engine, struct circuit *circuit, enum feature feature, struct moment now);

/* engine_reset.c */
/** A new point of BgpAvailability: does a dip begin or end? */
void engine_note_metric(struct circuit *circuit, enum peering_kind kind, enum path path, const struct metric_value *was,
                        const struct metric_value *is);
/** After all points of an answer: the dips that have ended. */
void engine_note_dips(struct engine *engine, struct circuit *circuit, struct moment now);
/** A new row of a route summary: did the session begin anew? */
void engine_note_route(struct circuit *circuit, struct subject session, const struct route_value *was,
                       const struct route_value *is, struct moment now);

/* engine_delivery.c */
#define LOCAL_NAME "local" /* of the scope of our own machine */
/** 96: add what is said of the receivers. */
void engine_judge_receivers(const struct engine *engine, struct moment now, struct opinions *out);
/** The receiver that it is about; NULL: it is about none, or nothing was said of it. */
const struct delivering *engine_delivering(const struct engine *engine, const struct opinion *opinion);

/* engine_settings.c */
/** 98: add what is said of the settings. */
void engine_judge_settings(const struct engine *engine, struct moment now, struct opinions *out);

/* engine_alone.c */
/** After each change of the watch: which credentials have lists and no circuits? */
void engine_find_alone(struct engine *engine, struct mono now);
/** The machine slept: nobody could look. */
void engine_alone_slept(struct engine *engine, struct mono now);
/** Has nothing been heard through it for too long? Only of one that is alone. */
bool engine_alone_blind(const struct credential *credential, const struct policy *policy, struct mono now);
/** When that will be so by time alone; MONO_NEVER: not from now on. */
struct mono engine_alone_due(const struct credential *credential, const struct policy *policy, struct mono now);

/* engine_share.c */
/** Count anew what the circuit contributes, and mark what that changes. */
void engine_recount(struct engine *engine, struct circuit *circuit, struct moment now);
/** An answer of the circuit was good: so are its credential and its subscription. */
void engine_note_works(struct engine *engine, const struct circuit *circuit);

/* engine_shared.c */
void engine_judge_shared(struct engine *engine, struct moment now, struct effects *out);

#endif
