#ifndef ERWATCH_CONFIG_READ_H
#define ERWATCH_CONFIG_READ_H

#include "config/schema.h"

#include <stdbool.h>

struct loading;
struct node;

/**
 * Read a mapping by its table. Keys that are absent leave @p to as it is; wrong values, unknown and missing keys are
 * findings. Nothing written (`poll:`) counts as an empty mapping.
 *
 * @param to  the table's struct, with its defaults
 */
void read_map(struct loading *loading, const struct table *table, const struct node *map, void *to);

/** Put the defaults of a table and of those inside it into its struct, through the same readers. */
void read_defaults(struct loading *loading, const struct table *table, void *to);

#endif
