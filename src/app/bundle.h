#ifndef ERWATCH_APP_BUNDLE_H
#define ERWATCH_APP_BUNDLE_H

#include "core/mono.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Circuits whose metrics are asked for together: those of one subscription and region, seen with one credential, up to
 * fifty in a request to the region's own metrics service. Where that is refused or cannot be reached, each circuit is
 * asked for by itself, of ARM, for a while.
 */

struct app;
struct bundle;
struct failure;
struct subscription;

/** Give a circuit its place among those of its region; where the region is no part of a host name it has none. */
void bundle_join(struct app *app, size_t circuit, const struct sample *sample);

/** Are the circuit's metrics asked for in its bundle at present? */
bool bundle_serves(const struct app *app, size_t circuit, struct moment now);

/** What the beat of all of them is named after. */
const char *bundle_name(const struct bundle *bundle);

/** Ask for the circuit, which is worth asking, and for all of its bundle that are due. */
void bundle_ask(struct app *app, size_t circuit, struct moment now);

/** No token for the service can be had: the circuit's region is asked for one by one. */
void bundle_without_token(struct app *app, size_t circuit, const struct failure *failure, struct moment now);

void bundles_free(struct subscription *subscription);

#endif
