#ifndef ERWATCH_CONFIG_CIRCUIT_ID_H
#define ERWATCH_CONFIG_CIRCUIT_ID_H

#include "core/resource_id.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct shared;

/** Where the parts of a circuit's ARM id are. */
struct circuit_id {
    size_t len; /* without a slash at the end */
    const char *subscription, *group, *name;
    size_t subscription_len, group_len, name_len;
};

#define CIRCUIT_ID_WHY_MAX 200

/**
 * Take apart "/subscriptions/<guid>/resourceGroups/<group>/providers/Microsoft.Network/expressRouteCircuits/<name>";
 * fixed words are compared without case.
 *
 * @param why  when it is no circuit's id: what is wrong and what would be right, to follow the words "the id"
 * @return     false when it is none
 *
 * Lengths and letters of names: "Naming rules and restrictions for Azure resources", Microsoft.Network and
 * Microsoft.Resources.
 */
bool circuit_id_parse(const char *text, struct circuit_id *out, char why[CIRCUIT_ID_WHY_MAX]);

/** What circuit_id_parse() took apart, for as long as the arena: its beginning among the texts that are kept once. */
struct resource_id circuit_id_keep(struct arena *arena, struct shared *shared, const char *text,
                                   const struct circuit_id *id);

/** Is this a GUID, 8-4-4-4-12 hexadecimal digits? */
bool guid_is_fine(const char *text, size_t len);

#endif
