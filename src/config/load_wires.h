#ifndef ERWATCH_CONFIG_LOAD_WIRES_H
#define ERWATCH_CONFIG_LOAD_WIRES_H

#include "config/load.h"

/**
 * A receiver that is no program: what has been read of its kind is checked, and becomes its `wire`.
 *
 * @param map  under the key of the kind; may be anything but NULL
 */
void load_wire(struct loading *loading, const struct node *map, const struct receiver_draft *draft,
               struct receiver_settings *receiver);

#endif
