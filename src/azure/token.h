#ifndef ERWATCH_AZURE_TOKEN_H
#define ERWATCH_AZURE_TOKEN_H

#include "azure/request.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Bearer tokens: from the login service with a client secret or a signed assertion, from the metadata service of a
 * virtual machine, or from the agent of a machine that Azure Arc knows.
 */

#define TOKEN_MAX (64 * 1024)

/** What a token's life is taken for at least and at most, whatever the answer says, and when it says nothing. */
#define TOKEN_LIFE_LEAST_MS (30 * 1000)
#define TOKEN_LIFE_MOST_MS (24 * 60 * 60 * 1000)
#define TOKEN_LIFE_UNSAID_MS (10 * 60 * 1000)

/* ---- what is asked; @p audience is the resource of the token, "https://host" without a slash at the end ---- */

/** "LOGIN/TENANT/oauth2/v2.0/token", on the heap: where a token is asked for, and the audience of an assertion. */
char *token_url(const char *login, const char *tenant);

/** Client credentials. The body holds the secret: azure_request_free() wipes it. */
void token_ask_secret(struct azure_request *out, const char *login, const char *tenant, const char *client,
                      const char *secret, size_t secret_len, const char *audience);

/** Client credentials with an assertion: one of ours (azure/assertion.h), or that of another issuer (federation). */
void token_ask_assertion(struct azure_request *out, const char *login, const char *tenant, const char *client,
                         const char *assertion, size_t assertion_len, const char *audience);

/** Which of a machine's identities; all NULL: its own. At most one is given. */
struct token_identity {
    const char *client, *object; /* GUIDs */
    const char *resource;        /* the ARM id of the identity */
};

/** The metadata service. */
void token_ask_metadata(struct azure_request *out, const char *metadata, const struct token_identity *identity,
                        const char *audience);

/**
 * The agent of Azure Arc, which has the machine's own identity only. Without a key it answers 401 and says in which
 * file the key is (token_arc_key()); the question is then asked again.
 *
 * @param key  what the file holds, @p key_len visible ASCII characters; NULL: not yet known
 */
void token_ask_arc(struct azure_request *out, const char *agent, const char *key, size_t key_len, const char *audience);

/** The most that the agent's key file may hold. */
#define TOKEN_ARC_KEY_MAX 4096

/**
 * The file that the agent's answer 401 names ("Basic realm=FILE"). The agent is only believed so far: another program
 * at its port could name any file that we may read.
 *
 * @param folder  the only folder that it may be in
 * @param name    filled on success: the file's name in that folder, without a slash, ending in ".key"
 * @param why     filled on failure, but for the correlation id
 */
#define TOKEN_ARC_NAME_MAX 256
bool token_arc_key(const struct azure_reply *reply, const char *folder, char name[TOKEN_ARC_NAME_MAX],
                   struct failure *why);

/** May this be sent as the agent's key: visible ASCII, not empty, not too long? */
bool token_is_arc_key(const char *key, size_t len);

/** May this be sent as an assertion: base64url and two dots? */
bool token_is_assertion(const char *text, size_t len);

/**
 * How long to wait before the metadata service or the agent is asked again, after so many answers 404, 410, 429 or 5xx
 * in a row (at least 1). The documentation of the service has 0, 2, 6, 14 and 30 s before its five tries.
 */
int64_t token_metadata_pause_ms(uint32_t failures);

/* ---- what is answered ---- */

/** A bearer token. wipe with token_free(). */
struct token {
    char *text;
    int64_t lives_ms; /* from the answer, within the bounds above */
};

void token_free(struct token *token);

/**
 * An answer of any of these services.
 *
 * Failures: TROUBLE_SIGN_IN when asking again is of no use; TROUBLE_NETWORK (404, 410, 408, 5xx, and login's transient
 * codes) and TROUBLE_THROTTLED (429) when it is; TROUBLE_UNEXPECTED for an answer that is none of the services'.
 *
 * @param out  set on AZURE_OK only
 */
enum azure_result token_read(const struct azure_reply *reply, struct token *out, struct failure *why);

/** "AADSTS7000222" in words an operator can act on; NULL when the code is not known. */
const char *aadsts_words(const char *code);

#endif
