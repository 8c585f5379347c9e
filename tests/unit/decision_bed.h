#ifndef ERWATCH_TESTS_DECISION_BED_H
#define ERWATCH_TESTS_DECISION_BED_H

#include "decision.h"

#include "core/judge.h"

/* One healthy circuit, whose facts a test then changes, and both readings of the decision list on it. */

#define BED_NOW_MS (100LL * 24 * 3600 * 1000)
#define BED_MINUTE_MS 60000LL
#define BED_DAY_MS (24LL * 3600 * 1000)
#define BED_EXPECTED 4

struct bed {
    struct sample *sample;
    struct witness witness;
    struct policy policy;
    struct circuit_settings circuit;
    struct net expected[BED_EXPECTED];
    struct facts facts;
    struct past past;
    struct opinions opinions, before;
    struct decision *decision;
};

/** Enabled, Provisioned; a private and a Microsoft peering with IPv4, all sessions up by both witnesses. */
void bed_init(struct bed *bed);
void bed_fini(struct bed *bed);

/** Put a peering there: Enabled, Succeeded, the families given, with prefixes that are Configured. */
void bed_peering(struct bed *bed, enum peering_kind peering, bool ipv4, bool ipv6);

/** Take a peering away. */
void bed_no_peering(struct bed *bed, enum peering_kind peering);

/** How a witness looks. */
enum bed_metric { METRIC_NONE, METRIC_DOWN, METRIC_BETWEEN, METRIC_UP, BED_METRICS };
enum bed_route { ROUTES_NONE, ROUTES_NO_ROW, ROUTES_DOWN, ROUTES_UP, ROUTES_UP_EMPTY, BED_ROUTES };

void bed_metric(struct bed *bed, enum peering_kind peering, enum path path, enum bed_metric metric);
void bed_route(struct bed *bed, enum peering_kind peering, enum path path, enum family family, enum bed_route route);

/** Every session of the peering by both witnesses. */
void bed_sessions(struct bed *bed, enum peering_kind peering, enum bed_metric metric, enum bed_route route);

/** Let both readings judge. */
void bed_judge(struct bed *bed);

/** Everything that is bad, as if it were raised. */
size_t bed_raised(const struct bed *bed, struct raised *raised);

/**
 * Where the two readings or an invariant of the list disagree with what was judged.
 *
 * @param text  a sentence
 * @return      false and @p text written when there is a difference
 */
bool bed_agrees(const struct bed *bed, char *text, size_t size);

/** The invariants 2 to 6 of one look. */
bool bed_invariants(const struct bed *bed, char *text, size_t size);

/** Invariant 1: judge the same facts again after one more poll that failed in every way. */
bool bed_failed_poll_changes_nothing(struct bed *bed, char *text, size_t size);

/** The facts in one line. */
void bed_describe(const struct bed *bed, char *text, size_t size);

#endif
