#ifndef ERWATCH_TESTS_DECISION_H
#define ERWATCH_TESTS_DECISION_H

#include "core/judge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The decision list a second time, written from the published text alone: tables and plain conditions, slow and without
 * cleverness. It says which findings hold for a combination of facts, so that the first one can be compared with it.
 */

enum decided {
    DECIDED_NOTHING,    /* the rule does not hold: a good opinion or none */
    DECIDED_BAD,        /* it holds and speaks for itself */
    DECIDED_SUPPRESSED, /* another rule explains it */
    DECIDED_OPEN,       /* unknown: what was open stays open, nothing is raised (suppressed will do) */
    DECIDED_QUIET,      /* anything but bad: the text does not say more */
};

struct decided_cell {
    uint8_t decided;                         /* enum decided */
    uint8_t severity, owner, hold, variant;  /* of DECIDED_BAD */
    uint8_t by;                              /* of DECIDED_SUPPRESSED; RULE_NONE: whatever explains it */
};

#define DECISION_ROWS (PEERINGS + 3) /* each peering, none, and two for features */
#define DECISION_SUBJECTS (DECISION_ROWS * (PATHS + 1) * (FAMILIES + 1))
#define DECISION_CELLS (RULE_NUMBERS * DECISION_SUBJECTS)

struct decision {
    struct decided_cell cell[DECISION_CELLS];
    uint16_t used[DECISION_CELLS]; /* the cells that are not DECIDED_NOTHING */
    size_t count;
    uint32_t heard[DECISION_CELLS], hearing; /* for the comparison: which opinion was met in which round */
};

/** What the published list says. @p out must be all zero, or from an earlier call. */
void decision_make(const struct facts *facts, struct decision *out);

/** Which cell a rule and subject has; features of rules 92 and 95 have cells of their own. */
size_t decision_cell(enum rule rule, struct subject subject);

/** The subject of a cell, the reverse of decision_cell(). */
struct subject decision_subject(size_t cell);

/** The two-witness table: what M and R say of one session, and which findings that makes. */
struct decided_session {
    uint8_t session;  /* enum session */
    bool maintenance; /* 46 */
    bool disagree;    /* 95 */
};

struct decided_session decision_session(const struct facts *facts, enum peering_kind peering, enum path path,
                                        enum family family);

/** Families whose sessions and prefixes count: in use and not Disabled. */
bool decision_family_judged(const struct facts *facts, enum peering_kind peering, enum family family);

bool decision_expected(const struct facts *facts, enum peering_kind peering);

/** Verdicts when everything that @p decision holds for bad is raised. */
enum verdict decision_verdict_peering(const struct facts *facts, const struct decision *decision,
                                      enum peering_kind peering);
enum verdict decision_verdict_circuit(const struct facts *facts, const struct decision *decision);

#endif
