#ifndef ERWATCH_SIM_SERVE_H
#define ERWATCH_SIM_SERVE_H

#include "io/loop.h"
#include "io/server.h"

#include <stdbool.h>

struct cassette;
struct world;

/* From a request to its answer: counted, struck by a fault, answered now, later or never. */

struct serve;

/**
 * @param cassette  answers instead of the world, but for /_sim/ and sign-in; NULL: none
 * @param verbose   a line on standard error for each request
 */
struct serve *serve_new(struct loop *loop, struct world *world, struct cassette *cassette, bool verbose);
/** Closes what is still open; the servers are freed first. */
void serve_free(struct serve *serve);

/** One listening server's way in; lives as long as the server. */
struct door {
    struct serve *serve;
    const char *scheme;  /* "https" or "http" */
    const char *address; /* as in a URL: "127.0.0.1:8443", for requests that name no host */
};

/** For server_new(); @p context is a struct door. */
server_asked serve_asked;

#endif
