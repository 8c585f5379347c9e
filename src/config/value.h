#ifndef ERWATCH_CONFIG_VALUE_H
#define ERWATCH_CONFIG_VALUE_H

#include "config/schema.h"

#include <stdbool.h>

struct loading;
struct node;

/**
 * Read one value as its row says.
 *
 * @param to  where it goes; untouched when there is a finding
 * @return    false after a finding
 */
bool value_read(struct loading *loading, const struct key *key, const struct node *node, void *to);

/** Is it a plain text? Makes a finding if not. @p form says what it should be. */
bool value_is_text(struct loading *loading, const char *name, const char *form, const struct node *node);

/** A "did you mean" for a finding: "; did you mean \"stale\"?" or "". Lives in the loader's arena. */
const char *value_meant(struct loading *loading, const char *text, const char *const *words, size_t count);

#endif
