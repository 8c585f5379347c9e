#ifndef ERWATCH_CTL_SHOW_H
#define ERWATCH_CTL_SHOW_H

#include "ctl/screen.h"

#include <jansson.h>
#include <stddef.h>

/* The daemon's documents as an operator reads them. All of them have passed doc_harmless(). */

/** @param most  at most so many lines for circuits, 0 for all */
void show_status(const struct screen *screen, const json_t *document, size_t most);
/** @param circuit  the key "circuit" of a document */
void show_circuit(const struct screen *screen, const json_t *circuit);
/** What lies beyond it: health, connections, Global Reach, maintenance, its port. */
void show_beyond(const struct screen *screen, const json_t *circuit);
void show_incidents(const struct screen *screen, const json_t *document);
/** @param incident  the key "incident" of a document */
void show_incident(const struct screen *screen, const json_t *incident);
void show_silences(const struct screen *screen, const json_t *document);
/** @param silence  the key "silence" of a document */
void show_silence_made(const struct screen *screen, const json_t *silence);
void show_silence_ended(const struct screen *screen, const json_t *silence);
/** @param lines  of the history, oldest first */
void show_history(const struct screen *screen, const json_t *lines);
/** What became of acknowledging it, or of letting it go: one line. */
void show_ack(const struct screen *screen, const json_t *incident);
/** What became of a test of a receiver: one line. */
void show_test(const struct screen *screen, const json_t *document);
void show_loop(const struct screen *screen, const json_t *document);
/** What can be seen, as YAML for circuits.d. The document has not passed doc_harmless(). @param all  watched ones, too */
void show_discover(const struct screen *screen, const json_t *document, bool all);
/** A text as a double-quoted YAML scalar, on one line and safe for a terminal. */
void yaml_text(FILE *to, const char *text, bool utf8);
void show_reload(const struct screen *screen, const json_t *document);

/** A table of incidents with their summaries below; for the list and for a circuit. */
void show_incident_table(const struct screen *screen, const json_t *incidents, unsigned indent);

/** "Name         ": how every field of a screen begins; SHOW_LABEL columns, indented by one. */
#define SHOW_LABEL 14
void show_label(const struct screen *screen, const char *label);
/** A field whose text may take several lines. */
void show_field(const struct screen *screen, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void show_heading(const struct screen *screen, const char *heading);

/** "3f2a91c0-4": the beginning of an incident's key and its episode, enough to name it. */
#define SHOW_IDENTITY_MAX 32
const char *show_identity(const json_t *incident, char text[SHOW_IDENTITY_MAX]);

#endif
