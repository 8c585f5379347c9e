#ifndef ERWATCH_SIM_PUT_H
#define ERWATCH_SIM_PUT_H

#include "sim/render.h"

#include <jansson.h>
#include <stdint.h>

/* Small parts of answers, for all who write resources. A property whose value is NULL or absent is left out. */

void put_text(json_t *into, const char *name, const char *value);
/** A key of the scenario as a property; left out when it is absent on purpose. */
void put_state(json_t *into, const char *name, const json_t *state, const char *key, const char *standard);
void put_number(json_t *into, const char *name, const json_t *state, const char *key, int64_t standard);
/** More properties, or others for those that are there; @p extra may be NULL. */
void put_extra(json_t *into, const json_t *extra);
/** An id and a tail, the fixed parts in the letter case of @p look. */
void put_id(json_t *into, const char *name, const char *id, const char *tail, const struct look *look);
/** `W/"guid"`: the key `etag`, or one made from the id and the number of changes. */
void put_etag(json_t *into, const json_t *state, const char *id, unsigned changes);
/** `{"id": …}` of a resource of Microsoft.Network. */
void put_reference(json_t *into, const char *name, const char *subscription, const char *group, const char *type,
                   const char *resource);
/** The same for one whose id is at hand. */
void put_reference_to(json_t *into, const char *name, const char *id);

#endif
