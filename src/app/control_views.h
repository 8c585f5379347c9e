#ifndef ERWATCH_APP_CONTROL_VIEWS_H
#define ERWATCH_APP_CONTROL_VIEWS_H

#include "app/app.h"
#include "web/route.h"

/* What can be asked over the control socket, as JSON from the present state. Every text is heap; free() it. */

char *control_status(struct app *app, struct moment now);
char *control_loop(struct app *app, struct moment now);

/** @param all  those cleared since the start, too */
char *control_incidents(struct app *app, bool all, struct moment now);

/** @return API_OK, API_NO_INCIDENT, or API_AMBIGUOUS when several incidents begin with what was @p written */
enum api_error control_incident(struct app *app, const char *written, struct moment now, char **json);

/** The key and the episode of an incident, as control_incident() finds it. */
enum api_error control_find_incident(struct app *app, const char *written, uint64_t *key, uint32_t *episode);

/** The index of a circuit by its name or id; else the call is refused. */
bool control_find_circuit(const struct app *app, struct server_call *call, const char *name, size_t *index);

/** A circuit with its incidents. @param took_ms  how long a poll took that was asked for; negative: none was */
char *control_circuit(struct app *app, size_t index, int64_t took_ms, struct moment now);

#endif
