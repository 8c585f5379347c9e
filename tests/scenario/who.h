#ifndef ERWATCH_TESTS_SCENARIO_WHO_H
#define ERWATCH_TESTS_SCENARIO_WHO_H

#include "core/incident.h"

/* An incident as the story names it: "41 london private primary ipv4 warning", words in any order. */

#define SCOPE_TEXT_MAX 256
#define WHO_TEXT_MAX 400

struct who {
    uint8_t rule;
    char scope[SCOPE_TEXT_MAX]; /* "london", "credential/ops", "subscription/ops/net", "local"; "": not said */
    struct subject subject; /* but for its item */
    char item[ITEM_NAME_MAX]; /* "item=hub" */
    /* 0, SEVERITY_NONE and OWNERS: not said, anything will do */
    uint8_t severity, owner;
    uint32_t episode;
};

/** @return NULL, or the word that means nothing */
const char *who_read(char *const *token, size_t count, struct who *out);

/** Does the incident of this scope (as engine_scope_name() gives it) have everything that was said? */
bool who_matches(const struct who *who, const struct incident *incident, const char *scope);

/** An incident in the same words. Returns @p text. */
const char *who_write(const struct incident *incident, const char *scope, char text[WHO_TEXT_MAX]);

/** How a story speaks of a scope: a circuit by the end of its id. */
const char *who_scope(const char *scope);

#endif
