#ifndef ERWATCH_TESTS_DECISION_INNER_H
#define ERWATCH_TESTS_DECISION_INNER_H

#include "decision.h"

/* What the parts of the oracle share. */

#define DECIDED_ANY_OWNER 255 /* the table names none */

struct decided_cell *decide_bad(struct decision *out, enum rule rule, struct subject subject);
void decide_suppressed(struct decision *out, enum rule rule, struct subject subject, enum rule by);
void decide_open(struct decision *out, enum rule rule, struct subject subject);
void decide_quiet(struct decision *out, enum rule rule, struct subject subject);
bool decision_is_bad(const struct decision *decision, enum rule rule, struct subject subject);
struct subject decision_about(enum peering_kind peering, enum path path, enum family family);

/** 40 to 46, 95 of two witnesses and 90 of one peering that is there. */
void decide_sessions(const struct facts *facts, enum peering_kind peering, struct decision *out);

#endif
