#ifndef ERWATCH_APP_SEARCH_H
#define ERWATCH_APP_SEARCH_H

#include "core/mono.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Gateway connections that stand in another resource group or subscription than their circuit, found by Azure Resource
 * Graph for each credential. It only says which there may be: each is asked for by connections.c, and its own answer
 * alone says what it is.
 */

#define SEARCH_EVERY_MS (INT64_C(15) * 60 * 1000)

struct app;
struct search;

/** app->settings are new: what was found by a credential of the same name goes on to count. */
void search_start(struct app *app, struct moment now);
/** Only the circuits are new. */
void search_circuits(struct app *app, struct moment now);
void search_free(struct app *app);
/** A token has come, or will not. */
void search_token(struct app *app, size_t credential, struct moment now);
/** An operator wants to know now. */
void search_look(struct app *app, size_t credential, struct moment now);

/**
 * Is it known what there is, or that it cannot be known? Until then a list of a resource group says only what there is,
 * and not what there is no more.
 */
bool search_is_known(const struct app *app, size_t credential);

/** What was found for a circuit, by its id in any case. */
void search_each(const struct app *app, size_t credential, const char *circuit,
                 void (*each)(void *context, const char *id), void *context);

#endif
