/*
 * What the settings name on this machine: secrets, certificates, and what receivers need (check_receiver.c). The
 * settings room does no I/O beside its own files.
 */
#include "app/check.h"

#include "app/app.h"

#include <stdio.h>

static void check_secret(const struct credential_settings *credential, struct diag *diag)
{
    struct secret secret;
    char why[512];

    if (!secret_read(credential->secret_file, SECRETS_FOLDER, &secret, why))
        diag_error(diag, credential->file_place, "%s", why);
    else
        secret_wipe(&secret);
}

/* One that has expired is no mistake in the settings: the daemon runs and says so (rules 91 and 94). */
static void check_certificate(const struct credential_settings *credential, struct diag *diag)
{
    char why[SIGN_IN_WHY_MAX];
    struct certificate *certificate = sign_in_certificate(credential, why);

    if (certificate == NULL)
        diag_error(diag, credential->file_place, "%s", why);
    certificate_free(certificate);
}

/* The token comes from another program, which may not have started yet. */
static void check_federated(const struct credential_settings *credential, struct diag *diag)
{
    const char *file = sign_in_token_file(credential);
    struct secret token;
    char why[512];

    if (sign_in_tenant(credential) == NULL)
        diag_error(diag, credential->place, "\"tenant\" is missing, and AZURE_TENANT_ID is not set");
    if (sign_in_client(credential) == NULL)
        diag_error(diag, credential->place, "\"client\" is missing, and AZURE_CLIENT_ID is not set");
    if (file == NULL)
        diag_error(diag, credential->place, "\"token_file\" is missing, and AZURE_FEDERATED_TOKEN_FILE is not set");
    else if (!secret_read_kind(file, SECRETS_FOLDER, SECRET_ROTATED, &token, why))
        diag_warning(diag, credential->file_place, "%s", why);
    else
        secret_wipe(&token);
}

static void check_agent(const struct credential_settings *credential, struct diag *diag)
{
    char origin[SIGN_IN_AGENT_MAX], why[SIGN_IN_WHY_MAX];

    if (!sign_in_agent(origin, why))
        diag_error(diag, credential->place, "%s", why);
}

static void (*const credential_checks[METHODS])(const struct credential_settings *, struct diag *) = {
    [METHOD_CLIENT_SECRET] = check_secret,
    [METHOD_CLIENT_CERTIFICATE] = check_certificate,
    [METHOD_WORKLOAD_IDENTITY] = check_federated,
    [METHOD_ARC] = check_agent,
};

/* The client itself says whether it can work with the file: there, readable, with certificates in it. */
void check_ca(const char *ca_file, const char *proxy, struct place place, struct diag *diag)
{
    struct http_settings settings = { .user_agent = APP_USER_AGENT,
                                      .ca_file = ca_file,
                                      .proxy = proxy,
                                      .connections = 1,
                                      .per_host = 1 };
    struct loop *loop = loop_new();
    char why[256];
    struct http *http = http_new(loop, &settings, why);

    if (http == NULL)
        diag_error(diag, place, "%s", why);
    else
        http_free(http);
    loop_free(loop);
}


bool check_files(const struct settings *settings, struct diag *diag)
{
    size_t before = diag_errors(diag);

    for (size_t i = 0; i < settings->azure.credential_count; i++) {
        const struct credential_settings *credential = &settings->azure.credentials[i];
        if (credential_checks[credential->method] != NULL)
            credential_checks[credential->method](credential, diag);
    }
    if (settings->azure.ca_file != NULL)
        check_ca(settings->azure.ca_file, settings->azure.proxy, settings->azure.ca_place, diag);
    for (size_t i = 0; i < settings->receiver_count; i++)
        check_receiver(&settings->receivers[i], diag);
    check_heartbeat(&settings->heartbeat, diag);
    return diag_errors(diag) == before;
}
