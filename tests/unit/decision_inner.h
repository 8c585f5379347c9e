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

bool decided_odd(struct word word);
bool decided_unknown(struct word word);
bool decided_under_way(struct word operation);
bool decided_failed(struct word operation);

/** 25, 3x and 4x of one family of a peering, or of the whole of it, are explained by @p by. */
void decide_family_parts(struct decision *out, enum peering_kind peering, enum family family, enum rule by);
void decide_peering_parts(struct decision *out, enum peering_kind peering, enum rule by);

/** 16 to 23 and 90 of a peering that is not there: the list does not say what becomes of them. */
void decide_absent_parts(struct decision *out, enum peering_kind peering);

/** 20 to 35 on a circuit that is usable. */
void decide_peerings(const struct facts *facts, struct decision *out);

/** 40 to 46, 95 of two witnesses and 90 of one peering that is there. */
void decide_sessions(const struct facts *facts, enum peering_kind peering, struct decision *out);

#endif
