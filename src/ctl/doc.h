#ifndef ERWATCH_CTL_DOC_H
#define ERWATCH_CTL_DOC_H

#include <jansson.h>
#include <stdbool.h>

/* Reading the daemon's documents. A key that is absent, null or of another type reads as empty: an older or newer
 * daemon never makes us stop. */

/** "" when it is not there. Lives as long as the document. */
const char *doc_text(const json_t *object, const char *key);
/** The text, or @p otherwise when it is not there or empty. */
const char *doc_text_or(const json_t *object, const char *key, const char *otherwise);
/** -1 when it is not there. */
double doc_number(const json_t *object, const char *key);
long long doc_count(const json_t *object, const char *key);
bool doc_bool(const json_t *object, const char *key);
bool doc_known(const json_t *object, const char *key);

/**
 * A copy in which every text and every key is fit for a terminal: no control character, no direction mark, one line.
 * This is the only door through which a daemon's words come to the screen.
 *
 * @param ascii  the terminal knows no UTF-8: everything outside ASCII becomes `?`
 */
json_t *doc_harmless(const json_t *document, bool ascii);

#endif
