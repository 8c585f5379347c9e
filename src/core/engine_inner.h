#ifndef ERWATCH_CORE_ENGINE_INNER_H
#define ERWATCH_CORE_ENGINE_INNER_H

#include "core/engine.h"
#include "core/queue.h"

/* What the engine_*.c files share. */

struct slot {
    struct incident incident;
    struct opinion opinion; /* the last bad one: what it would be told by */
};

/** Something that has incidents. */
struct holder {
    struct target target;
    char *name; /* the scope's text */
    struct slot *slots;
    size_t count, room;
};

/** What a circuit contributes to the findings that many share. */
struct share {
    bool blind, failing, forbidden, throttled;
    bool off[FEATURES];
};

struct circuit {
    struct holder holder;
    const struct circuit_settings *settings;
    struct circuit_settings *own; /* of a circuit that is no longer watched: its id and name */
    size_t group;
    void *packed; /* sample_pack() of the last believed answer */
    size_t packed_size;
    struct witness witness;
    struct memory memory;
    struct look look;
    struct failure *failure; /* of the last poll, NULL when it went well */
    struct mono failed;
    char *stored_words;      /* from the last run, until the first answer */
    uint8_t session[PEERINGS][PATHS][FAMILIES];
    uint8_t verdict;
    int64_t verdict_wall_ms;
    bool decided; /* a verdict was reached once */
    struct share share;
    bool dirty;
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
    struct failure last; /* of a circuit, for the stories of a common trouble */
    bool dirty, blinds; /* `blinds`: 91 or 90 of all its circuits holds now */
    uint8_t blind_by;
};

/** The circuits of one subscription that are seen with one credential. */
struct group {
    struct holder holder;
    size_t credential;
    char *subscription;
    size_t throttled;
    struct mono seen;
    struct failure last;
    bool blinds;
};

struct engine {
    struct watch watch;
    struct moment started;
    struct circuit *circuits; /* those of the watch, then those that are leaving it */
    size_t circuit_count;     /* with the leaving ones */
    struct credential *credentials;
    struct group *groups;
    size_t group_count;
    struct holder *former; /* what left the settings, without the circuits that still have something open */
    size_t former_count;
    bool former_dirty;
    struct holder local;
    struct failure local_failure;
    struct mono local_seen;
    bool local_dirty;
    struct mono settled; /* when everything was last judged */
    struct queue *due;   /* of the watched circuits */
    size_t *dirty;     /* stack of circuits to judge */
    size_t dirty_count;
    struct sample scratch;
    struct opinions opinions;
};

/* engine.c */
struct circuit *engine_find(struct engine *engine, const char *id_lower);
void holder_init(struct holder *holder, enum scope scope, size_t index, const char *name);
void holder_fini(struct holder *holder);
/** A circuit that is watched no longer: enough of its settings to say so. */
void circuit_leave(struct circuit *circuit, const char *id_lower, const char *name);
/** The holder beside the circuits that has this name; NULL when nothing watched has it. */
struct holder *engine_find_shared(struct engine *engine, const char *name);
void engine_mark(struct engine *engine, size_t index);

/* engine_feed.c */
struct effect *effects_add(struct effects *effects, enum effect_kind kind, struct target target);
struct holder *engine_holder(struct engine *engine, struct target target);
/** Room for one more incident, not filled in. */
struct slot *holder_add(struct holder *holder);
void engine_feed_all(struct engine *engine, struct holder *holder, const struct opinions *opinions, struct moment now,
                     struct effects *out);
size_t engine_raised_of(const struct holder *holder, struct raised *raised, size_t most);
/** Is the holder's own finding of this rule raised or clearing? */
bool engine_is_open(const struct holder *holder, enum rule rule);
/** The slot of the incident that explains a suppressed opinion; NULL when there is none. */
struct slot *engine_explaining(struct engine *engine, const struct holder *holder, const struct opinion *opinion);

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

/* engine_judge.c */
void engine_settle(struct engine *engine, struct moment now, struct effects *out);
void engine_fill_facts(const struct engine *engine, const struct circuit *circuit, struct moment now,
                       struct facts *out);

/* engine_shared.c */
void engine_recount(struct engine *engine, struct circuit *circuit, struct moment now);
void engine_judge_shared(struct engine *engine, struct moment now, struct effects *out);

#endif
