#ifndef ERWATCH_CONFIG_LOAD_DIGEST_H
#define ERWATCH_CONFIG_LOAD_DIGEST_H

#include "config/load.h"

/** What stands in one digest. @p map  of "digest" */
void load_digest(struct loading *loading, const struct node *map, const struct receiver_draft *draft,
                 struct digest_settings *digest);

/** Once all receivers are known: who the digest goes to, and that nothing falls back to one. @p map  the receiver's */
void load_digest_target(struct loading *loading, const struct node *map, struct receiver_settings *receivers,
                        size_t index);

/** After the routes: is anything critical told in a digest only? */
void load_digest_routes(struct loading *loading);

#endif
