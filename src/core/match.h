#ifndef ERWATCH_CORE_MATCH_H
#define ERWATCH_CORE_MATCH_H

#include "core/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct incident;

/* A condition on incidents: of a route, a maintenance window, a silence. */

/** Every part that is given must hold. Its texts belong to whoever has the condition. */
struct match {
    uint8_t severities, owners; /* bit per enum value; 0: any */
    const uint8_t *rules;       /* rule numbers */
    size_t rule_count;
    const struct label *labels; /* label NAME has one of … : one entry per allowed value */
    size_t label_count;
    const char *circuit;        /* its name, or its id in any case; NULL: any */
    uint64_t incident;          /* its key; 0: any */
};

/** What a condition is about. */
struct matched {
    uint64_t incident; /* its key */
    uint8_t rule, severity, owner;
    const struct circuit_settings *circuit; /* whose name and labels count; NULL: none's, so that no label holds */
    uint8_t for_rule; /* of a common cause: the rule of the incidents that it speaks for; 0: it is none */
};

/** Does a circuit have this label, with this value? @param circuit  NULL: none has any */
bool match_has_label(const struct circuit_settings *circuit, const struct label *label);

/** `for_rule` of an incident. */
uint8_t match_for_rule(const struct incident *incident);

/** Does it hold? An empty condition always does. */
bool match_holds(const struct match *match, const struct matched *matched);

/** Does it name nothing that an incident could lack? */
bool match_is_empty(const struct match *match);

#endif
