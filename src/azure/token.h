#ifndef ERWATCH_AZURE_TOKEN_H
#define ERWATCH_AZURE_TOKEN_H

#include "azure/request.h"

#include <stddef.h>
#include <stdint.h>

/* Bearer tokens: from the login service with a client secret, or from the metadata service of a virtual machine. */

#define TOKEN_MAX (64 * 1024)

/** What a token's life is taken for at least and at most, whatever the answer says, and when it says nothing. */
#define TOKEN_LIFE_LEAST_MS (30 * 1000)
#define TOKEN_LIFE_MOST_MS (24 * 60 * 60 * 1000)
#define TOKEN_LIFE_UNSAID_MS (10 * 60 * 1000)

/** Client credentials. The body holds the secret: azure_request_free() wipes it. */
void token_ask_secret(struct azure_request *out, const char *login, const char *tenant, const char *client,
                      const char *secret, size_t secret_len, const char *management);

/** The metadata service. @p client: a user-assigned identity, NULL or "" for the machine's own. */
void token_ask_metadata(struct azure_request *out, const char *metadata, const char *client, const char *management);

/** A bearer token. wipe with token_free(). */
struct token {
    char *text;
    int64_t lives_ms; /* from the answer, within the bounds above */
};

void token_free(struct token *token);

/**
 * An answer of either service.
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
