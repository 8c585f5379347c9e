#ifndef ERWATCH_AZURE_AZURE_H
#define ERWATCH_AZURE_AZURE_H

#include "core/notice.h"
#include "core/sample.h"
#include "core/witness.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Requests to Azure and the meaning of its answers, as text and structs; no sockets, no clock. `struct origin` and the
 * request are what io's client is given; a reply comes back as status, a few headers and the body.
 */

/** What to ask. Everything is the request's own; azure_request_free(). */
struct azure_request {
    const char *method; /* "GET" or "POST", static */
    char *url;
    char *body;         /* NULL: none; "" is sent with Content-Length: 0 */
    const char *content_type;
    const char *accept;
    bool bearer;        /* the token of the credential goes with it */
    bool metadata;      /* Metadata: true, never through a proxy */
    bool secret;        /* body holds a secret: wipe it */
    size_t limit;       /* most bytes of the answer's body, decoded */
};

void azure_request_free(struct azure_request *request);

/** An answer as it came. Texts live during the call only. */
struct azure_reply {
    int status;
    const char *body;
    size_t len;
    const char *content_type, *location, *retry_after, *date; /* NULL when absent */
    const char *request_id, *correlation_id;
};

enum azure_result {
    AZURE_OK,
    AZURE_PENDING, /* 202: ask Location again */
    AZURE_FAILED,  /* the failure says how */
};

/* ---- what is asked ---- */

#define ARM_CIRCUIT_MAX (1024 * 1024)
#define ARM_LIST_MAX (32 * 1024 * 1024)
#define ARM_SMALL_MAX (1024 * 1024)
#define TOKEN_MAX (64 * 1024)
#define ARM_PAGES_MAX 100
#define ARM_URL_MAX 16384

void arm_ask_circuit(struct azure_request *out, const char *management, const char *id, const char *api_version);
void arm_ask_list(struct azure_request *out, const char *management, const char *subscription, const char *api_version);
/** nextLink or Location, unchanged; fails when its origin is not exactly @p management's. */
bool arm_ask_url(struct azure_request *out, const char *management, const char *url, size_t limit, struct failure *why);
void arm_ask_routes(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                    enum path path, const char *api_version);
/** BgpAvailability and ArpAvailability of one circuit in the ten minutes before @p now_wall_ms, split by peering and path. */
void metrics_ask(struct azure_request *out, const char *management, const char *id, int64_t now_wall_ms);
void token_ask_secret(struct azure_request *out, const char *login, const char *tenant, const char *client,
                      const char *secret, size_t secret_len, const char *management);
void token_ask_metadata(struct azure_request *out, const char *metadata, const char *client, const char *management);

/* ---- what is answered ---- */

/** Same scheme, host (without case) and port, no user part, no fragment: may the token go there? */
bool azure_same_origin(const char *origin, const char *url);

/**
 * Judge a reply by its status and error body alone.
 *
 * @return AZURE_OK for 200, AZURE_PENDING for 202, else AZURE_FAILED with all of @p why but `feature`
 */
enum azure_result arm_read_status(const struct azure_reply *reply, struct failure *why);

/** One circuit. @p id: the one that was asked for, compared without case. */
enum azure_result arm_read_circuit(const struct azure_reply *reply, const char *id, struct sample *out,
                                   struct failure *why);

/** Called for each circuit of a list page, with the scratch sample. */
typedef void arm_each(void *context, const struct sample *sample);

/**
 * One page of a list. The whole page is checked before the first call of @p each: a broken page gives nothing.
 *
 * @param next  the nextLink, heap, NULL when this was the last page
 */
enum azure_result arm_read_list(const struct azure_reply *reply, struct sample *scratch, arm_each *each, void *context,
                                char **next, struct failure *why);

/** A route summary of one peering and path; fills the two families of @p out with @p seen. */
enum azure_result arm_read_routes(const struct azure_reply *reply, const struct peering_sample *peering, enum path path,
                                  struct mono seen, struct route_value out[FAMILIES], struct failure *why);

/**
 * The metrics answer: the newest point that has a value, for each peering and path.
 *
 * @param now_wall_ms  Azure's own time of the answer (its Date header, else our wall clock), to find each point's age
 * @param now          when the answer came, on our clock
 */
enum azure_result metrics_read(const struct azure_reply *reply, int64_t now_wall_ms, struct mono now,
                               struct witness *out, struct failure *why);

/** A bearer token. wipe with token_free(). */
struct token {
    char *text;
    int64_t lives_ms; /* from the answer */
};

void token_free(struct token *token);
enum azure_result token_read(const struct azure_reply *reply, struct token *out, struct failure *why);

/** "AADSTS7000222" in words an operator can act on; NULL when the code is not known. */
const char *aadsts_words(const char *code);

/** Retry-After in milliseconds, from seconds or an HTTP date; floor 1 s, ceiling 15 min; -1 when absent or garbage. */
int64_t retry_after_ms(const char *text, int64_t now_wall_ms);

/** An HTTP date (RFC 9110, IMF-fixdate) as milliseconds since 1970; -1 when it is none. */
int64_t http_date_ms(const char *text);

/** Split an ARM id of a circuit; false when it is none. Parts point into @p id. */
struct arm_id {
    const char *subscription, *group, *name;
    size_t subscription_len, group_len, name_len;
};
bool arm_id_parse(const char *id, struct arm_id *out);

#endif
