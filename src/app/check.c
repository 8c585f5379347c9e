/* What the settings name on this machine: secrets and hooks. The settings room does no I/O beside its own files. */
#include "app/app.h"

#include <stdio.h>
#include <unistd.h>

#define SECRETS_FOLDER ERWATCH_SYSCONFDIR "/secrets"

static void check_secret(const struct credential_settings *credential, struct diag *diag)
{
    struct secret secret;
    char why[512];

    if (credential->method != METHOD_CLIENT_SECRET)
        return;
    if (!secret_read(credential->secret_file, SECRETS_FOLDER, &secret, why))
        diag_error(diag, credential->file_place, "%s", why);
    else
        secret_wipe(&secret);
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
    if (settings->azure.ca_file != NULL && access(settings->azure.ca_file, R_OK) != 0)
        diag_error(diag, settings->azure.ca_place, "the CA file \"%s\" cannot be read", settings->azure.ca_file);
    for (size_t i = 0; i < settings->receiver_count; i++)
        check_hook(&settings->receivers[i], diag);
    return diag_errors(diag) == before;
}
