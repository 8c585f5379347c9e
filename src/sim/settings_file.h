#ifndef ERWATCH_SIM_SETTINGS_FILE_H
#define ERWATCH_SIM_SETTINGS_FILE_H

#include <stdbool.h>

struct scenario;

/** Where a running simulator is to be found. */
struct whereabouts {
    const char *url;      /* "https://127.0.0.1:8443" */
    const char *metadata; /* "http://127.0.0.1:8444", or the same as url */
    const char *metrics;  /* the metrics host's own call: "https://metrics.localhost:8443", or the same as url */
    const char *tls_dir;  /* with ca.pem; NULL: no TLS */
};

/**
 * Write settings for erwatchd that watch the scenario's circuits through this simulator: @p file, and beside it
 * "erwatch-sim.secret", which only the owner may read.
 *
 * @return false and one sentence in @p why when they cannot be written
 */
bool settings_file_write(const char *file, const struct scenario *scenario, const struct whereabouts *where,
                         char why[256]);

#endif
