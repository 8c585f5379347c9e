#ifndef ERWATCH_WEB_SILENCE_H
#define ERWATCH_WEB_SILENCE_H

#include "core/silence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Silences as JSON: what a client asks for, and the condition as it is stored. erwatchctl(1), "SILENCES". */

#define SILENCE_REFUSAL_MAX 160

/**
 * Read the body of POST /v1/silences into a fresh silence. Circuit and incident are taken as they are written; whether
 * there are such ones the caller finds out.
 *
 * @param why  filled on failure: one sentence
 */
bool silence_read(const char *json, size_t len, int64_t now_wall_ms, struct silence *out, char why[SILENCE_REFUSAL_MAX]);

/** Read a condition as silence_match_text() has written it. */
bool silence_read_match(const char *json, struct silence *out);

/** A condition as one line of JSON; heap. */
char *silence_match_text(const struct match *match);

#endif
