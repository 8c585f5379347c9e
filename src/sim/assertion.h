#ifndef ERWATCH_SIM_ASSERTION_H
#define ERWATCH_SIM_ASSERTION_H

#include <stdbool.h>
#include <stdint.h>

struct world;

/* The assertion in a token request: one that is signed with the application's certificate, or another issuer's. */

struct asserted {
    const char *text;     /* the JSON Web Token as it came */
    const char *client;   /* of the form */
    const char *audience; /* the URL that was asked */
    int64_t wall_ms;
};

/** Is it good? 0, or the number of Azure's error (AADSTS…). Its id is noted: it is good once. */
int assertion_judge(struct world *world, const struct asserted *asserted);

/** Is this a certificate as PEM? */
bool assertion_is_certificate(const char *pem);

#endif
