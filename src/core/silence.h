#ifndef ERWATCH_CORE_SILENCE_H
#define ERWATCH_CORE_SILENCE_H

#include "core/mute.h"

/* A silence with the memory that its condition points to; not to be copied. Everything in it is bounded. */

#define SILENCE_LABELS_MAX 32
#define SILENCE_TEXTS_MAX 4096 /* of the circuit and the labels together */
#define SILENCE_INCIDENT_MAX 64

struct silence {
    struct mute mute;  /* its texts and lists are below */
    int64_t uid;       /* who made it */
    char who[SILENCE_WHO_MAX], why[SILENCE_WHY_MAX];
    char incident[SILENCE_INCIDENT_MAX]; /* as it was written; mute.match.incident counts */
    uint8_t rules[RULE_NUMBERS];
    struct label labels[SILENCE_LABELS_MAX];
    size_t used;
    char texts[SILENCE_TEXTS_MAX];
};

/** An empty one on the heap: free() it. */
struct silence *silence_new(void);

/** The circuit that it is about, by name or id. @return is there room? */
bool silence_set_circuit(struct silence *silence, const char *circuit);
bool silence_add_rule(struct silence *silence, enum rule rule);
bool silence_add_label(struct silence *silence, const char *name, const char *value);

/** @return false: it is too long; false of an empty one, too: whoever finds a silence must learn what it is for */
bool silence_set_why(struct silence *silence, const char *why);
/** A name that is too long is cut. */
void silence_set_who(struct silence *silence, const char *who, int64_t uid);

#endif
