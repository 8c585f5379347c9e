#ifndef ERWATCH_CORE_JUDGING_H
#define ERWATCH_CORE_JUDGING_H

#include "core/judge.h"

/* What the parts of the decision list share. For the judge_*.c files only. */

/** Which prefix rule holds for one family of a peering (30-34), or RULE_NONE. */
struct prefix_trouble {
    uint8_t rule;
    struct subject subject;
};

struct subject subject_peering(enum peering_kind peering);
struct subject subject_family(enum peering_kind peering, enum family family);
struct subject subject_session(enum peering_kind peering, enum path path, enum family family);

struct opinion *say_good(struct opinions *out, enum rule rule, struct subject subject, struct mono basis);
struct opinion *say_bad(struct opinions *out, enum rule rule, struct subject subject, struct mono basis,
                        enum severity severity, enum owner owner, enum hold_kind hold, enum variant variant);
struct opinion *say_unknown(struct opinions *out, enum rule rule, struct subject subject);
struct opinion *say_suppressed(struct opinions *out, enum rule rule, struct subject subject, enum rule by,
                               struct subject by_subject);

/** A rule that the settings switch off is never raised and explains nothing. */
bool rule_is_off(const struct facts *facts, enum rule rule);

/** Settled: no operation runs on the object; an unknown word counts as settled (rule 16 tells of it). */
bool operation_moving(struct word operation);

/** Is there anything of that family to judge at the peering? Not where it is 21 that the family is missing. */
bool family_judged(const struct facts *facts, enum peering_kind peering, enum family family);

bool family_disabled(const struct peering_sample *peering, enum family family);

/** The subject of the 22 of a disabled family. */
struct subject subject_disabled(const struct facts *facts, enum peering_kind peering, enum family family);

/**
 * Rules 50, 51 and 55.
 *
 * @param above  the standing that what lies above the peerings gives to all of it; NULL: the circuit is fine
 */
void judge_beyond(const struct facts *facts, const struct opinion *above, struct opinions *out);

/** What the settings say about single rules. */
void judge_apply_policy(const struct policy *policy, struct opinions *out);

void judge_peerings(const struct facts *facts, struct opinions *out);

/**
 * Nothing below the circuit is judged: say the same of all that can be open there, so that it stays open.
 *
 * @param as  its standing, and what explains it
 */
void judge_no_peerings(const struct opinion *as, struct opinions *out);

/** Is a state of the family's prefixes missing, or a word that we do not know (rule 16)? */
bool prefix_words_odd(const struct facts *facts, enum family family);

struct prefix_trouble judge_prefixes(const struct facts *facts, enum family family, struct opinions *out);

/** Rule 35, also of a family that is not in use. */
void judge_prefix_set(const struct facts *facts, enum family family, struct opinions *out);
void judge_sessions(const struct facts *facts, enum peering_kind peering, enum family family,
                    struct prefix_trouble prefixes, struct opinions *out);
/** Rule 44; after all else that is said of the family. */
void judge_limit(const struct facts *facts, enum peering_kind peering, enum family family, struct opinions *out);
/** Rule 54; the circuit's own, where what lies below is judged. */
void judge_attributes(const struct facts *facts, struct opinions *out);
/** Rule 43 of a peering that is there. */
void judge_resets(const struct facts *facts, enum peering_kind peering, struct opinions *out);
void judge_arp(const struct facts *facts, enum peering_kind peering, struct opinions *out);
/** Has nothing at all been heard of the circuit for longer than poll.stale (rule 90)? */
bool judge_blind(const struct facts *facts);
/** A refusal (403) that is fresh enough to explain why nothing is seen; an old one decides nothing. */
bool judge_refused(const struct facts *facts);
void judge_self(const struct facts *facts, struct opinions *out);
void judge_peering_blind(const struct facts *facts, enum peering_kind peering, struct opinions *out);

#endif
