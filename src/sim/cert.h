#ifndef ERWATCH_SIM_CERT_H
#define ERWATCH_SIM_CERT_H

#include <stdbool.h>

/* Certificates for the simulator, made on the spot. */

/** The metrics host of a simulator on loopback; a region is a label before it (RFC 6761, 6.3: it needs no DNS). */
#define METRICS_HOST "metrics.localhost"

enum cert_fault {
    CERT_FINE,
    CERT_EXPIRED,    /* the server's certificate ended yesterday */
    CERT_WRONG_NAME, /* it names another host */
    CERT_OTHER_CA,   /* ca.pem is not the authority that signed it */
    CERT_FAULTS
};

extern const char *const cert_fault_names[CERT_FAULTS + 1]; /* "none", "expired", …; NULL ends */

/**
 * Make a certificate authority and a server certificate for localhost, 127.0.0.1 and ::1: DIR/ca.pem, DIR/server.pem,
 * DIR/server.key. Sound ones that are there already are kept.
 *
 * @return false and one sentence in @p why when the files cannot be written
 */
bool cert_make(const char *dir, enum cert_fault fault, char why[256]);

#endif
