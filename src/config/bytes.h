#ifndef ERWATCH_CONFIG_BYTES_H
#define ERWATCH_CONFIG_BYTES_H

#include "config/diag.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Read a regular file whole. Never waits: a pipe or a device is refused.
 *
 * @return its bytes, heap; NULL after a finding: unreadable, no regular file, more than @p most bytes
 */
char *bytes_read(const char *path, size_t most, struct diag *diag, size_t *len);

/** Are these characters a person could have typed: UTF-8, no control characters but tabs and line ends? */
bool bytes_are_text(const char *name, const char *text, size_t len, struct diag *diag);

#endif
