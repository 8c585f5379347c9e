#ifndef ERWATCH_TESTS_STORY_WORLD_H
#define ERWATCH_TESTS_STORY_WORLD_H

#include "core/notice.h"

/* A circuit in London as the stories' tests see it; what a test needs is changed on top. */

struct world {
    struct sample sample;
    struct witness witness;
    struct policy policy;
    struct circuit_settings circuit;
    struct net expected[2];
    struct facts facts;
    struct opinion opinion;
    struct failure failure;
    bool failed;
    const char *subject_name;
    enum rule_event event;
};

/** Everything in order: private (IPv4) and Microsoft (both families) peerings, all sessions up. */
void world_init(struct world *world);

void world_word(struct world *world, struct word *word, enum word_list list, const char *text);

/** Metric and route summary of one path: @p route "12" is established with 12 routes, "Idle" is down. */
void world_session(struct world *world, enum peering_kind peering, enum path path, int percent, const char *route);

/** A bad opinion about this rule and subject, as judge.c would give it. */
void world_opinion(struct world *world, enum rule rule, enum severity severity, struct subject subject);

void world_tell(const struct world *world, struct story *story);

#endif
