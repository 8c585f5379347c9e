/*
 * What is asked for a token, for each way to sign in. Secrets, keys and tokens of other issuers are read from their
 * files for every request, so that a changed one is used without a restart, and wiped at once.
 */
#include "app/app.h"

#include "config/origin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGENT_STANDARD "http://localhost:40342"

/* Why no request can be made. Asking again is of no use before somebody has changed something. */
static bool unusable(struct failure *failure, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool unusable(struct failure *failure, const char *code, const char *format, ...)
{
    va_list values;

    *failure = (struct failure){ .kind = TROUBLE_SIGN_IN, .retry_after_ms = -1 };
    snprintf(failure->code, sizeof failure->code, "%s", code);
    va_start(values, format);
    (void)vsnprintf(failure->what, sizeof failure->what, format, values);
    va_end(values);
    return false;
}

/* ---- what the environment says where the settings do not (Azure's own names for it) ---- */

static const char *given_or(const char *given, const char *variable)
{
    const char *set = given != NULL ? given : getenv(variable);

    return set != NULL && *set != '\0' ? set : NULL;
}

const char *sign_in_tenant(const struct credential_settings *settings)
{
    return given_or(settings->tenant, "AZURE_TENANT_ID");
}

const char *sign_in_client(const struct credential_settings *settings)
{
    return given_or(settings->client, "AZURE_CLIENT_ID");
}

const char *sign_in_token_file(const struct credential_settings *settings)
{
    return given_or(settings->token_file, "AZURE_FEDERATED_TOKEN_FILE");
}

bool sign_in_agent(char origin[SIGN_IN_AGENT_MAX], char why[SIGN_IN_WHY_MAX])
{
    static const char *const variables[] = { "IDENTITY_ENDPOINT", "IMDS_ENDPOINT" };
    struct origin_parts parts = { 0 };

    snprintf(origin, SIGN_IN_AGENT_MAX, AGENT_STANDARD);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *text = given_or(NULL, variables[i]);
        if (text == NULL)
            continue;
        const char *host = strstr(text, "://"); /* what follows the host is known */
        size_t len = host != NULL ? (size_t)(host + 3 - text) + strcspn(host + 3, "/") : strlen(text);
        snprintf(origin, SIGN_IN_AGENT_MAX, "%.*s", (int)(len < SIGN_IN_AGENT_MAX ? len : SIGN_IN_AGENT_MAX - 1), text);
        if (origin_parse(origin, &parts) == NULL && parts.loopback && !parts.tls)
            return true;
        snprintf(why, SIGN_IN_WHY_MAX, "%s is no address of this host, such as " AGENT_STANDARD, variables[i]);
        return false;
    }
    return true;
}

/* ---- what it is for ---- */

const char *audience_name(enum audience audience)
{
    static const char *const names[AUDIENCES] = { "management", "metrics" };
    return names[audience];
}

static const char *resource_of(const struct app *app, enum audience audience)
{
    return audience == AUDIENCE_METRICS ? app->settings->azure.metrics_batch : app->settings->azure.audience;
}

/* ---- with a secret ---- */

static bool make_secret(struct app *app, const struct credential_settings *settings, const char *resource,
                        struct moment now, struct azure_request *request, struct failure *failure)
{
    const struct azure_settings *azure = &app->settings->azure;
    struct secret secret;
    char why[512];

    (void)now;
    if (!secret_read(settings->secret_file, SECRETS_FOLDER, &secret, why))
        return unusable(failure, "secret-unusable", "%.150s", why);
    token_ask_secret(request, azure->login, settings->tenant, settings->client, secret.bytes, secret.len,
                     resource);
    secret_wipe(&secret);
    return true;
}

/* ---- with a certificate ---- */

struct certificate *sign_in_certificate(const struct credential_settings *settings, char why[SIGN_IN_WHY_MAX])
{
    struct secret file = { 0 }, password = { 0 };
    struct certificate *certificate = NULL;
    char wrong[CERTIFICATE_WHY_MAX];

    if (secret_read_kind(settings->certificate_file, SECRETS_FOLDER, SECRET_BINARY, &file, why) &&
        (settings->password_file == NULL || secret_read(settings->password_file, SECRETS_FOLDER, &password, why)) &&
        !certificate_read(file.bytes, file.len, password.bytes, password.len, &certificate, wrong))
        snprintf(why, SIGN_IN_WHY_MAX, "%.300s %s", settings->certificate_file, wrong);
    secret_wipe(&file);
    secret_wipe(&password);
    return certificate;
}

static char *make_assertion(const struct app *app, const struct credential_settings *settings, struct moment now,
                            const struct certificate *certificate)
{
    char id[ASK_UUID_MAX], *url = token_url(app->settings->azure.login, settings->tenant);
    const struct assertion_claims claims = { .audience = url,
                                             .client = settings->client,
                                             .id = ask_uuid(id),
                                             .now_wall_ms = poll_azure_now(app, now) };
    char *made = assertion_make(certificate, settings->algorithm == ALGORITHM_RS256 ? SIGNATURE_RS256 : SIGNATURE_PS256,
                                &claims);

    free(url);
    return made;
}

static bool make_certificate(struct app *app, const struct credential_settings *settings, const char *resource,
                             struct moment now, struct azure_request *request, struct failure *failure)
{
    const struct azure_settings *azure = &app->settings->azure;
    char why[SIGN_IN_WHY_MAX];
    struct certificate *certificate = sign_in_certificate(settings, why);

    if (certificate == NULL)
        return unusable(failure, "certificate-unusable", "%.150s", why);
    char *assertion = make_assertion(app, settings, now, certificate);
    certificate_free(certificate);
    if (assertion == NULL)
        return unusable(failure, "certificate-unusable", "libcrypto cannot sign with %s here",
                        settings->algorithm == ALGORITHM_RS256 ? "RS256" : "PS256");
    token_ask_assertion(request, azure->login, settings->tenant, settings->client, assertion, strlen(assertion),
                        resource);
    explicit_bzero(assertion, strlen(assertion));
    free(assertion);
    return true;
}

/* ---- with the token of another issuer ---- */

static bool make_federated(struct app *app, const struct credential_settings *settings, const char *resource,
                           struct moment now, struct azure_request *request, struct failure *failure)
{
    const struct azure_settings *azure = &app->settings->azure;
    const char *tenant = sign_in_tenant(settings), *client = sign_in_client(settings);
    const char *file = sign_in_token_file(settings);
    struct secret token;
    char why[512];

    (void)now;
    if (tenant == NULL || client == NULL || file == NULL)
        return unusable(failure, "token-unusable", "neither the settings nor the environment name %s",
                        tenant == NULL ? "a tenant" : client == NULL ? "a client" : "a token_file");
    if (!secret_read_kind(file, SECRETS_FOLDER, SECRET_ROTATED, &token, why))
        return unusable(failure, "token-unusable", "%.150s", why);
    bool good = token_is_assertion(token.bytes, token.len);
    if (good)
        token_ask_assertion(request, azure->login, tenant, client, token.bytes, token.len, resource);
    secret_wipe(&token);
    return good || unusable(failure, "token-unusable", "%.120s holds no JSON Web Token", file);
}

/* ---- as a machine ---- */

static bool make_metadata(struct app *app, const struct credential_settings *settings, const char *resource,
                          struct moment now, struct azure_request *request, struct failure *failure)
{
    const struct token_identity identity = { settings->client, settings->object, settings->resource };

    (void)now;
    (void)failure;
    token_ask_metadata(request, app->settings->azure.metadata, &identity, resource);
    return true;
}

static bool make_agent(struct app *app, const struct credential_settings *settings, const char *resource,
                       struct moment now, struct azure_request *request, struct failure *failure)
{
    char agent[SIGN_IN_AGENT_MAX], why[SIGN_IN_WHY_MAX];

    (void)app;
    (void)settings;
    (void)now;
    if (!sign_in_agent(agent, why))
        return unusable(failure, "no-arc-agent", "%.150s", why);
    token_ask_arc(request, agent, NULL, 0, resource);
    return true;
}

bool sign_in_answer_agent(struct app *app, const struct credential_settings *settings, enum audience audience,
                          const struct azure_reply *reply, struct azure_request *request, struct failure *failure)
{
    char agent[SIGN_IN_AGENT_MAX], name[TOKEN_ARC_NAME_MAX], why[SIGN_IN_WHY_MAX];
    struct secret key;

    if (!token_arc_key(reply, settings->key_folder, name, failure))
        return false;
    if (!sign_in_agent(agent, why) || !secret_read_key(settings->key_folder, name, TOKEN_ARC_KEY_MAX, &key, why))
        return unusable(failure, "arc-key-unusable", "%.110s (is the user in group himds?)", why);
    bool good = token_is_arc_key(key.bytes, key.len);
    if (good)
        token_ask_arc(request, agent, key.bytes, key.len, resource_of(app, audience));
    secret_wipe(&key);
    return good || unusable(failure, "arc-key-unusable", "the key file of the Arc agent holds no key");
}

/* ---- all of them ---- */

bool sign_in_make(struct app *app, const struct credential_settings *settings, enum audience audience,
                  struct moment now, struct azure_request *request, struct failure *failure)
{
    static bool (*const makers[METHODS])(struct app *, const struct credential_settings *, const char *, struct moment,
                                         struct azure_request *, struct failure *) = {
        [METHOD_CLIENT_SECRET] = make_secret,         [METHOD_CLIENT_CERTIFICATE] = make_certificate,
        [METHOD_WORKLOAD_IDENTITY] = make_federated,  [METHOD_MANAGED_IDENTITY] = make_metadata,
        [METHOD_ARC] = make_agent,
    };

    return makers[settings->method](app, settings, resource_of(app, audience), now, request, failure);
}

uint64_t sign_in_stamp(const struct credential_settings *settings)
{
    const char *files[] = { settings->secret_file, settings->certificate_file, settings->password_file,
                            settings->method == METHOD_WORKLOAD_IDENTITY ? sign_in_token_file(settings) : NULL };
    uint64_t stamp = 0;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] != NULL)
            stamp = stamp * 31 + secret_stamp(files[i], SECRETS_FOLDER);
    return stamp;
}
