/* What the settings name on this machine: secrets and hooks. The settings room does no I/O beside its own files. */
#include "app/app.h"

#include <stdio.h>

#define SECRETS_FOLDER ERWATCH_SYSCONFDIR "/secrets"

static void check_secret(const struct credential_settings *credential, struct diag *diag)
{
    struct secret secret;
    char why[512];

    if (credential->method != METHOD_CLIENT_SECRET)
        return;
    if (!secret_read(credential->secret_file, SECRETS_FOLDER, &secret, why))
        diag_error(diag, credential->secret_place, "%s", why);
    else
        secret_wipe(&secret);
}

/* The client itself says whether it can work with the file: there, readable, with certificates in it. */
static void check_ca(const struct azure_settings *azure, struct diag *diag)
{
    struct http_settings settings = { .user_agent = APP_USER_AGENT,
                                      .ca_file = azure->ca_file,
                                      .proxy = azure->proxy,
                                      .connections = 1,
                                      .per_host = 1 };
    struct loop *loop = loop_new();
    char why[256];
    struct http *http = http_new(loop, &settings, why);

    if (http == NULL)
        diag_error(diag, azure->ca_place, "%s", why);
    else
        http_free(http);
    loop_free(loop);
}

static void check_hook(const struct receiver_settings *receiver, struct diag *diag)
{
    char why[512];

    if (!hook_check(receiver->exec.argv[0], why))
        diag_error(diag, receiver->exec.place, "%s", why);
}

bool check_files(const struct settings *settings, struct diag *diag)
{
    size_t before = diag_errors(diag);

    for (size_t i = 0; i < settings->azure.credential_count; i++)
        check_secret(&settings->azure.credentials[i], diag);
    if (settings->azure.ca_file != NULL)
        check_ca(&settings->azure, diag);
    for (size_t i = 0; i < settings->receiver_count; i++)
        check_hook(&settings->receivers[i], diag);
    return diag_errors(diag) == before;
}
