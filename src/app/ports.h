#ifndef ERWATCH_APP_PORTS_H
#define ERWATCH_APP_PORTS_H

#include "core/mono.h"

#include <stddef.h>

/* Ports of ExpressRoute Direct, each asked for once for all circuits on it. */

struct app;
struct ports_known;

/** Ask for the port that the circuit is on, if it is on one and nobody else has just asked. */
void ports_ask(struct app *app, size_t circuit, struct moment now);

void ports_free(struct app *app);

#endif
