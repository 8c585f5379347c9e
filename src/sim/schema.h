#ifndef ERWATCH_SIM_SCHEMA_H
#define ERWATCH_SIM_SCHEMA_H

#include "config/diag.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

/*
 * What may stand in a scenario, as tables; a YAML tree that obeys them becomes JSON with the scenario's own keys. A
 * field that may be absent takes `null`: the answer then lacks it, which is not the same as leaving the default alone.
 */

enum field_type {
    FIELD_TEXT,
    FIELD_CHOICE,   /* more: const char *const *, NULL ends */
    FIELD_STATE,    /* a state word of Resource Manager; more: const enum word_list *; an unknown one is a warning */
    FIELD_NUMBER,   /* least to most */
    FIELD_YES_NO,
    FIELD_DURATION, /* milliseconds, least to most */
    FIELD_NET,      /* an IP prefix */
    FIELD_MAP,      /* more: const struct field * */
    FIELD_MAPS,     /* a list of them */
    FIELD_NAMED,    /* a map of such maps with any keys */
    FIELD_TEXTS,    /* a list of texts, or one text */
    FIELD_STATES,   /* a map whose keys are prefixes; more as for FIELD_STATE */
    FIELD_LABELS,   /* a map of texts with any keys */
    FIELD_ANY,      /* passed on as it is */
    FIELD_SESSION,  /* up, down, reset, none, a number of prefixes or a word of BGP */
    FIELD_METRIC,   /* follow, gap or 0 to 100 */
    FIELD_LIGHT,    /* dBm: a number, gap, or a list of one for each lane */
    FIELD_LATER,    /* a list of maps that somebody else reads; more as for FIELD_MAPS */
};

struct field {
    const char *name; /* NULL in the last row */
    enum field_type type;
    const void *more;
    int64_t least, most;
    bool may_be_absent;
    const char *standard; /* the default as one would write it; "" when there is none */
    const char *help;     /* one sentence for the manual */
};

/**
 * Read one mapping.
 *
 * A key may be a path ("peerings.private.state"). Findings go to @p diag, the rest is read all the same.
 *
 * @return a new JSON object, never NULL; whole only when @p diag has no new error
 */
json_t *schema_read(const struct node *map, const struct field *fields, struct diag *diag);

/** Put @p patch over @p into, objects into objects; null stays in place as "absent". */
void json_merge(json_t *into, json_t *patch);

#endif
