#ifndef ERWATCH_TESTS_SCENARIO_KEPT_H
#define ERWATCH_TESTS_SCENARIO_KEPT_H

#include "core/engine.h"
#include "plan.h"
#include "who.h"

/* The story's database: what the effects told to save, and nothing else. */

#define KEPT_INCIDENTS_MAX 512

struct kept_incident {
    struct incident incident;
    char scope[SCOPE_TEXT_MAX];
};

struct kept_memory {
    bool there;
    struct memory memory;
    char words[ENGINE_WORDS_MAX];
};

struct kept {
    struct kept_incident incident[KEPT_INCIDENTS_MAX];
    size_t count;
    bool changed; /* since it was last copied */
    struct kept_memory memory[PLAN_CIRCUITS_MAX]; /* by place in the plan */
};

/** Make @p to the same as @p from. */
void kept_copy(struct kept *to, struct kept *from);

const struct kept_incident *kept_find(const struct kept *kept, uint64_t key);
void kept_put(struct kept *kept, const struct incident *incident, const char *scope);
void kept_forget(struct kept *kept, uint64_t key);
void kept_remember(struct kept *kept, size_t place, const struct memory *memory, const char *words);

/** The newest wall time that is in it; 0: none. */
int64_t kept_newest(const struct kept *kept);

/** Give all of it to a new engine. */
void kept_restore(const struct kept *kept, struct engine *engine, const struct watching *watching, struct moment now);

/** Does the disk hold of an incident what the core knows? */
bool kept_same(const struct incident *kept, const struct incident *known);

#endif
