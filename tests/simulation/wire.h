#ifndef ERWATCH_TESTS_SIMULATION_WIRE_H
#define ERWATCH_TESTS_SIMULATION_WIRE_H

#include "io/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A request on its way, from the side of those who answer it. */

#define WIRE_BODY_MOST 32768
#define WIRE_HEADERS_MOST 1024

/** What becomes of a request, settled when it is sent. */
struct wire_fate {
    int64_t arrives_ms; /* after it was sent; -1: never */
    int64_t answers_ms; /* the same, of the answer; -1: none comes, the client gives up by itself */
    enum http_end end;  /* HTTP_ANSWERED, or how it fails at answers_ms */
};

struct wire_answer {
    int status;
    char headers[WIRE_HEADERS_MOST]; /* as of http_reply */
    size_t headers_len;
    char body[WIRE_BODY_MOST];
    size_t len;
};

void wire_header(struct wire_answer *answer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void wire_body(struct wire_answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** One who answers. */
struct wire_service {
    const char *host; /* "https://host" begins the URL */
    /** @param tag  the service's own word about the request, for the others */
    void (*fate)(const struct http_request *request, struct wire_fate *fate, int *tag);
    /** It has arrived; perhaps nobody waits for the answer any more. */
    void (*arrived)(const struct http_request *request, int tag, int64_t sent_ms, struct wire_answer *answer);
    /** The daemon is about to hear the answer, whole. */
    void (*heard)(const struct http_request *request, int tag, int64_t sent_ms, const struct wire_answer *answer);
};

extern const struct wire_service azure_service, login_service, pager_service;

/** A header of a request; NULL: it has none. */
const char *wire_request_header(const struct http_request *request, const char *name);

#endif
