#ifndef ERWATCH_SIM_FAULT_H
#define ERWATCH_SIM_FAULT_H

#include "config/diag.h"
#include "sim/answer.h"
#include "sim/target.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

/* What can go wrong with an answer, and the faults that are in force. */

enum fault_kind {
    FAULT_NONE, /* only what the other keys say: status, delay, cut, polls … */
    FAULT_HANG,
    FAULT_WRONG_JSON,
    FAULT_HTML,
    FAULT_HUGE,
    FAULT_ENDLESS,
    FAULT_EMPTY,
    FAULT_EMPTY_PAGE,
    FAULT_EXPIRED_TOKEN,
    FAULT_REDIRECT,
    FAULT_BOM,
    FAULT_DUPLICATE_KEY,
    FAULT_WRONG_ID,
    FAULT_NEXT_LINK_ELSEWHERE,
    FAULT_LOCATION_ELSEWHERE,
    FAULT_REALM_ELSEWHERE,
    FAULT_LOCKED,
    FAULT_BOMB,
    FAULT_DEEP,
    FAULT_PAGE_LOOP,
    FAULT_KINDS
};

extern const char *const fault_kind_names[FAULT_KINDS + 1]; /* "none", "hang", "wrong-json" …; NULL ends */

struct fault {
    struct fault *next;
    char *name;
    bool endpoints[ENDPOINTS];
    char *circuit, *subscription; /* patterns; NULL: any */
    int64_t left;                 /* requests it still strikes; INT64_MAX: no end */
    int64_t until_ms;             /* story time; INT64_MAX: until cleared */
    enum fault_kind kind;
    int status;
    char *code, *message, *to;
    enum envelope envelope;
    int64_t retry_after_ms, delay_ms, cut, bytes, polls, token_life_ms; /* -1: not given */
    bool retry_after_date;
};

/** Make a fault of an event's `fault`. @p now_ms: the story's time. */
struct fault *fault_new(const json_t *json, int64_t now_ms);
void fault_free(struct fault *fault);

/** Find what the fields alone cannot say: an unknown endpoint, a fault without an effect. @p node: of this `fault`. */
void fault_check(const json_t *json, const struct node *node, struct diag *diag);

/** Does it strike this request? @p circuit and @p subscription may be NULL. */
bool fault_matches(const struct fault *fault, enum endpoint endpoint, const char *circuit, const char *subscription);

/**
 * Change a finished answer the way the fault says.
 *
 * @param url      what was asked for, "https://host:port/path?query"
 * @param wall_ms  for dates
 */
void fault_apply(const struct fault *fault, struct answer *answer, const char *url, int64_t wall_ms);

#endif
