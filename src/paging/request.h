#ifndef ERWATCH_PAGING_REQUEST_H
#define ERWATCH_PAGING_REQUEST_H

#include "paging/told.h"
#include "paging/wire.h"

/* What the kinds of receivers share while they make a request. */

/** All that a request is made of. */
struct making {
    const struct wire *wire;
    const struct told *told;
    const char *json; /* the notice as it was stored */
    const char *kept;
    int64_t now_wall_ms;
    bool minimal;
};

struct wire_request *request_new(const char *method);

/** The address: a base, and a path behind it ("" for none). */
void request_url(struct wire_request *request, const char *base, const char *path);

/** At most REQUEST_HEADERS_MAX of them; what stands behind a line end in the value is left out. */
#define REQUEST_HEADERS_MAX 8
void request_header(struct wire_request *request, const char *name, const char *value);

/** Takes the text. */
void request_body(struct wire_request *request, char *text);

/** The same of JSON, with its content type. */
void request_json(struct wire_request *request, json_t *object);

void request_keep(struct wire_request *request, const char *kept);

/** The page of this daemon, when there is one and it is a proper address; else NULL. */
const char *request_link(const struct wire *wire);

/** The notice's own keys, those that a receiver needs at least; the caller's reference. */
json_t *least_notice(const struct told *told);

/* One of these for each kind; a request whatever happens. */
struct wire_request *webhook_request(const struct making *making);
struct wire_request *cloudevents_request(const struct making *making);  /* without address and signature */
struct wire_request *prometheus_request(const struct making *making);   /* the same */
struct wire_request *alertmanager_request(const struct making *making);
struct wire_request *pagerduty_request(const struct making *making);
struct wire_request *opsgenie_request(const struct making *making);
struct wire_request *slack_request(const struct making *making);
struct wire_request *teams_request(const struct making *making);
struct wire_request *email_request(const struct making *making);
struct wire_request *stream_request(const struct making *making);

/** Standard Webhooks: webhook-id, webhook-timestamp and, with a key, webhook-signature. After the body. */
void request_sign(struct wire_request *request, const struct making *making);

/** NULL, or why a text is no signing key. */
const char *signing_key_wrong(const char *key);

#endif
