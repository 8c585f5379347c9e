#ifndef ERWATCH_AZURE_ASSERTION_H
#define ERWATCH_AZURE_ASSERTION_H

#include "azure/certificate.h"

#include <stdint.h>

/*
 * The signed statement with which an application shows that it has the key of its certificate: a JSON Web Token after
 * "Microsoft identity platform application authentication certificate credentials".
 */

/** How long one is good. Azure takes ten minutes at most; our clock need not agree with theirs to the second. */
#define ASSERTION_LIFE_S 540
#define ASSERTION_BACK_S 60

struct assertion_claims {
    const char *audience;  /* the URL that the token is asked of */
    const char *client;    /* issuer and subject */
    const char *id;        /* "jti", never used twice */
    int64_t now_wall_ms;   /* by Azure's clock: valid from ASSERTION_BACK_S before to ASSERTION_LIFE_S after */
};

/**
 * Make one.
 *
 * @return on the heap; NULL when the key cannot sign so. It can be used like a password while it lives: wipe it
 */
char *assertion_make(const struct certificate *certificate, enum signature kind, const struct assertion_claims *claims);

#endif
