#ifndef ERWATCH_CORE_INCIDENT_H
#define ERWATCH_CORE_INCIDENT_H

#include "core/mono.h"
#include "core/opinion.h"
#include "core/policy.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The life of one finding: pending -> raised -> clearing -> cleared. One function changes the state; the table in
 * incident.c is the one erwatchd(8) shows. An event (opinion->event) has no such life: it is told, and that was all.
 */

enum incident_state { INCIDENT_UNSET, INCIDENT_CLEARED, INCIDENT_PENDING, INCIDENT_RAISED, INCIDENT_CLEARING, INCIDENT_STATES };

#define ITEM_NAME_MAX 96 /* with its NUL */

const char *incident_state_name(enum incident_state state);

/** Somebody has taken it on: no reminder, no escalation. Who "": nobody has. */
#define ACK_WHO_MAX 64 /* with their NULs */
#define ACK_WHY_MAX 256
struct ack {
    char who[ACK_WHO_MAX], why[ACK_WHY_MAX];
    int64_t at_wall_ms, until_wall_ms; /* 0: for as long as it lasts */
    struct mono until;                 /* MONO_NEVER: the same */
    bool sticky;                       /* also of later episodes, and when it becomes worse */
};

/** What is kept of an incident, in memory and on disk. */
struct incident {
    uint64_t key;      /* hash of rule and subject, the same on every host */
    uint32_t episode;  /* counts the times it was raised; key-episode is the identity */
    uint32_t sequence; /* of the last notice of this episode */
    uint8_t state;     /* enum incident_state */
    uint8_t rule;
    struct subject subject;
    uint8_t severity, owner, variant, hold;
    uint8_t suppressed_by;             /* rule, RULE_NONE when it speaks for itself */
    struct subject suppressed_subject;
    uint8_t suppressed_scope;          /* enum scope of that one */
    char item[ITEM_NAME_MAX];          /* what people call subject.item, as it was when the incident began; else "" */
    uint8_t told;            /* severities that this episode was told with, a bit each: whoever heard of it hears its end;
                                0: nobody has heard of it */
    uint8_t told_as;         /* the last of them */
    uint8_t withheld;        /* enum withheld or-ed: why nothing is sent now, beside suppression */
    bool owed;               /* it has changed since it was told last */
    struct mono told_mono;   /* when it was told last, and the same as a wall time, for the disk */
    int64_t told_wall_ms;
    struct mono paged_mono;  /* when this episode was first told as critical; the wall time 0: it never was */
    int64_t paged_wall_ms;
    uint32_t reminders;      /* since it was last told that something is new */
    bool flapping;           /* it comes and goes: it stays open, and is told again when that has ended */
    uint8_t flap_count;      /* known samples in flap_bits, newest in bit 0, 1: bad */
    uint32_t flap_bits;
    struct mono flap_basis, flap_since; /* of the newest of them; when they changed last */
    int64_t flap_wall_ms;    /* flap_since, for the disk */
    struct mono opened[2];   /* when it was raised last, and before that; the wall time 0: it was not */
    int64_t opened_wall_ms[2];
    struct ack ack;
    bool escalated;          /* further receivers hear of this episode, because nobody took it on */
    uint32_t count;          /* bad samples while pending, good ones while clearing */
    struct mono since_mono;  /* first sample of that count */
    int64_t since_wall_ms;   /* when the present run of bad samples began: "since" of the notice */
    int64_t count_wall_ms;   /* since_mono as a wall time, for the disk */
    int64_t raised_wall_ms, cleared_wall_ms;
    uint32_t stage;          /* the highest opinion->stage that this episode was told with */
    uint64_t cause;          /* key of the common cause (56) that speaks for it; WITHHELD_GROUPED says whether it does */
    uint64_t event;          /* opinion->event of the last one that was told; 0: none, or it is no event */
    struct mono basis;       /* the last sample that was counted */
    uint8_t drift;           /* the severity it seems to have now, while that is not yet sure; SEVERITY_NONE: as it is */
    uint32_t drift_count;
    struct mono drift_since, drift_basis;
};

/**
 * Why an incident is recorded and shown but not told. When the last reason ends and it is still open, it is told at once.
 * Only triggers are withheld: the end of an episode that was told of is told at once, and the end of one that nobody heard
 * of is not told either.
 */
enum withheld {
    WITHHELD_SILENCED = 1,
    WITHHELD_MAINTENANCE = 2, /* of ours, from the settings */
    WITHHELD_GROUPED = 4,     /* another incident speaks for it and its like */
    WITHHELD_FLAPPING = 8,
    WITHHELD_WAITING = 16,    /* for others of its kind, before a first notice */
};
#define WITHHELD_BY_OTHERS (WITHHELD_SILENCED | WITHHELD_MAINTENANCE) /* by people, and not by what was seen */
#define WITHHELD_ALL 31

/** "silenced, maintenance"; "" for no reason. Returns @p text. */
#define WITHHELD_TEXT_MAX 64
const char *withheld_text(uint8_t reasons, char text[WITHHELD_TEXT_MAX]);

enum incident_todo {
    INCIDENT_SAVE = 1,    /* it differs from what is on disk */
    INCIDENT_RAISE = 2,   /* tell: raised */
    INCIDENT_CHANGE = 4,  /* tell: the severity changed */
    INCIDENT_CLEAR = 8,   /* tell: cleared */
    INCIDENT_FORGET = 16, /* it was only pending and is gone */
    INCIDENT_REMIND = 64, /* tell: it goes on */
    INCIDENT_STEADY = 128, /* with INCIDENT_CHANGE: it no longer flaps, and is bad */
    INCIDENT_ACKNOWLEDGE = 256, /* tell: somebody has taken it on */
    INCIDENT_QUIET = 32,  /* … for the journal and the history only: it is withheld, or nobody heard of it */
};

/** Key of a rule and subject. @p scope: the circuit's ARM id in lower case, or "credential/NAME" and the like. */
uint64_t incident_key(enum rule rule, struct subject subject, const char *scope);

/** A fresh one, cleared, episode 0. */
void incident_init(struct incident *incident, uint64_t key, const struct opinion *opinion);

/**
 * Feed one opinion.
 *
 * @param opinion  NULL: the rule no longer applies to the subject (removed from the settings)
 * @return         what is to be done, enum incident_todo or-ed
 */
unsigned incident_feed(struct incident *incident, const struct opinion *opinion, const struct policy *policy,
                       struct moment now);

/**
 * Other reasons to withhold it.
 *
 * @param of       the reasons that the caller decides; the others stay as they are
 * @param reasons  which of them hold now
 * @return         as incident_feed()
 */
unsigned incident_withhold(struct incident *incident, uint8_t of, uint8_t reasons, struct moment now);

/**
 * Somebody takes it on, or another one does. It must be open.
 *
 * @return  as incident_feed(): those who were told of it are told
 */
unsigned incident_acknowledge(struct incident *incident, const struct ack *ack, struct moment now);

/** Nobody has taken it on any more. Returns 0 when nobody had. */
unsigned incident_unacknowledge(struct incident *incident);

/** Is it raised or clearing? */
bool incident_is_open(const struct incident *incident);

/** When it is to be told again that it goes on, or told to further receivers; MONO_NEVER: not as it is now. */
struct mono incident_remind_due(const struct incident *incident, const struct policy *policy);

/** Does every further sample matter, because it has come or gone lately? */
bool incident_flap_watches(const struct incident *incident);

/** When feeding the same opinion again could change something by age alone; MONO_NEVER when only a new sample can. */
struct mono incident_due(const struct incident *incident, const struct policy *policy);

/** The hold that applies to an incident of this rule, severity and kind. */
struct hold incident_hold(const struct policy *policy, enum rule rule, enum severity severity, enum hold_kind kind);

#endif
